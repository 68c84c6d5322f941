"""Information criteria; for all of them lower is better."""

from __future__ import annotations

import math

from gmmviewer.mixture.state import FitState


def n_parameters(state: FitState) -> int:
    """Free parameters: weights, means and covariances."""
    mixture = state.standard
    return state.family.n_parameters(mixture.n_components, mixture.n_dimensions)


def aic(state: FitState) -> float:
    """2·npar − 2 log L (Akaike 1974)."""
    return 2.0 * n_parameters(state) - 2.0 * state.log_likelihood


def bic(state: FitState) -> float:
    """npar·log n − 2 log L (Schwarz 1978)."""
    return n_parameters(state) * math.log(max(state.n, 1)) - 2.0 * state.log_likelihood


def icl(state: FitState) -> float:
    """BIC − 2 Σ_i log max_k r_ik: BIC plus what hard labels cost (Biernacki, Celeux & Govaert 2000)."""
    return bic(state) - 2.0 * state.expectation.classification
