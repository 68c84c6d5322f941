"""The decomposition log p(X|θ) = L(q, θ) + KL(q ‖ p) (Bishop 2006, eqs. 9.70–9.72), from moments alone."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import LOG_2PI, Mixture


def expected_complete_log_likelihood(moments: Moments, mixture: Mixture) -> float:
    """Q(θ) = Σ_ik r_ik (log π_k + log N(x_i | μ_k, Σ_k)) (Bishop 2006, eq. 9.40).

    The responsibilities enter only through their moments; ``mixture`` holds θ. Both in standard units.
    """
    d = mixture.n_dimensions
    inverse_roots = mixture.whitening
    whitened = inverse_roots @ moments.scatters_about(mixture.means) @ inverse_roots.transpose(0, 2, 1)
    distances = np.trace(whitened, axis1=1, axis2=2)
    used = mixture.weights > 0  # 0·log 0 = 0
    weights = moments.counts * np.log(np.where(used, mixture.weights, 1.0))
    shapes = -0.5 * (moments.counts * (d * LOG_2PI + mixture.log_determinants) + distances)
    noise = moments.noise * mixture.log_noise if moments.noise > 0 else 0.0
    return float((weights + shapes).sum()) + noise


def lower_bound(moments: Moments, entropy: float, mixture: Mixture) -> float:
    """L(q, θ) = Q(θ) + H(q), with the moments and the entropy of the responsibilities q."""
    return expected_complete_log_likelihood(moments, mixture) + entropy
