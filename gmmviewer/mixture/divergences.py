"""How alike two Gaussians are, in closed form and for all pairs at once."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture

EPS = float(np.finfo(np.float64).eps)


def bhattacharyya(one: Mixture, other: Mixture) -> FloatArray:
    """−log ∫ √(N_i N_j) for component i of ``one`` and j of ``other``, (K, K′), without their weights.

    ⅛ δᵀ Σ̄⁻¹ δ + ½ log(|Σ̄| / √(|Σ_i| |Σ_j|)) with Σ̄ = (Σ_i + Σ_j) / 2 (Bhattacharyya 1943; Kailath 1967);
    zero for equal Gaussians, and it goes on growing where their overlap underflows.
    """
    shifts = one.means[:, None, :] - other.means
    middles = one.covariances[:, None] / 2 + other.covariances / 2
    distances, log_determinants = _measured(middles, shifts)
    shapes = log_determinants - (one.log_determinants[:, None] + other.log_determinants) / 2
    return np.asarray(np.maximum(distances / 8 + shapes / 2, 0.0))


def merge_costs(mixture: Mixture) -> FloatArray:
    """What merging components i and j may cost, in nats per point, (K, K); infinite on the diagonal.

    An upper bound of the Kullback–Leibler divergence of the merged mixture from the mixture:
    ½ [(π_i + π_j) log |Σ_ij| − π_i log |Σ_i| − π_j log |Σ_j|], where Σ_ij is the covariance of both together
    (Runnalls 2007).
    """
    weights, logs = mixture.weights, mixture.log_determinants
    sums = weights[:, None] + weights
    shares = np.divide(weights[:, None], sums, out=np.full_like(sums, 0.5), where=sums > 0)
    others = 1.0 - shares
    shifts = mixture.means[:, None, :] - mixture.means
    within = shares[:, :, None, None] * mixture.covariances[:, None] + (
        others[:, :, None, None] * mixture.covariances
    )
    between = (shares * others)[:, :, None, None] * (shifts[..., :, None] * shifts[..., None, :])
    _, together = _measured(within + between, shifts)
    costs = sums * (together - shares * logs[:, None] - others * logs) / 2
    costs = np.maximum((costs + costs.T) / 2, 0.0)
    np.fill_diagonal(costs, np.inf)
    return np.asarray(costs)


def _measured(matrices: FloatArray, shifts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """δᵀ Σ⁻¹ δ and log |Σ| for symmetric matrices (…, d, d) and vectors (…, d).

    Every axis is measured in its own standard deviation first, so that thin axes keep their digits; what
    rounding has made singular counts as just not singular. Never raises.
    """
    sizes = np.sqrt(np.diagonal(matrices, axis1=-2, axis2=-1))
    values, vectors = np.linalg.eigh(matrices / sizes[..., :, None] / sizes[..., None, :])
    values = np.maximum(values, EPS)
    along = np.einsum("...ij,...i->...j", vectors, shifts / sizes)
    log_determinants = 2.0 * np.log(sizes).sum(axis=-1) + np.log(values).sum(axis=-1)
    return np.asarray((along**2 / values).sum(axis=-1)), np.asarray(log_determinants)
