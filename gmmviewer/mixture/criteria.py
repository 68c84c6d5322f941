"""Information criteria; for all of them lower is better."""

from __future__ import annotations

import math

from gmmviewer.mixture.state import FitState


def n_parameters(state: FitState) -> int:
    """Free parameters: weights, means and covariances that are not locked; noise counts two."""
    return state.plan.n_parameters(state.standard.n_components, state.sample.d)


def aic(state: FitState) -> float:
    """2·npar − 2 log L (Akaike 1974)."""
    return 2.0 * n_parameters(state) - 2.0 * state.log_likelihood


def aicc(state: FitState) -> float:
    """AIC + 2·npar (npar + 1) / (N − npar − 1) (Hurvich & Tsai 1989); infinite for N ≤ npar + 1."""
    count = n_parameters(state)
    spare = state.sample.total - count - 1.0
    return aic(state) + 2.0 * count * (count + 1.0) / spare if spare > 0 else math.inf


def bic(state: FitState) -> float:
    """npar·log N − 2 log L (Schwarz 1978); N counts every row as often as its weight says."""
    return n_parameters(state) * math.log(max(state.sample.total, 1.0)) - 2.0 * state.log_likelihood


def icl(state: FitState) -> float:
    """BIC − 2 Σ_i log max_k r_ik: BIC plus what hard labels cost (Biernacki, Celeux & Govaert 2000)."""
    return bic(state) - 2.0 * state.expectation.classification
