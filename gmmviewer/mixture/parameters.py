"""The parameters of a Gaussian mixture, frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, frozen, sealed

LOG_2PI = math.log(2.0 * math.pi)
WEIGHT_SUM_TOLERANCE = 1e-6  # typed weights such as 0.333, 0.333, 0.334 are meant to be a distribution


@dataclass(frozen=True)
class Noise:
    """A uniform component for points that belong to no Gaussian (Banfield & Raftery 1993).

    ``weight`` π_0; ``log_density`` −log V, where V is the volume of the box around the data.
    """

    weight: float
    log_density: float


@dataclass(frozen=True, eq=False)
class Mixture:
    """p(x) = Σ_k π_k N(x | μ_k, Σ_k) (Bishop 2006, eq. 9.7), with ``noise`` plus π_0 / V.

    ``weights`` (K,), ``means`` (K, d) and ``covariances`` (K, d, d), in the units of the data and their
    squares. In one dimension ``means`` and ``covariances`` may be given as (K,).
    Raises ``ValueError`` when shapes disagree, weights are not a distribution, or a covariance is not
    symmetric positive definite.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    noise: Noise | None = None

    def __init__(
        self, weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, noise: Noise | None = None
    ) -> None:
        weights_, means_, covariances_ = frozen(weights), frozen(means), frozen(covariances)
        if means_.ndim == 1:
            means_ = frozen(means_.reshape(-1, 1))
        if covariances_.ndim == 1:
            covariances_ = frozen(covariances_.reshape(-1, 1, 1))
        _check_shapes(weights_, means_, covariances_)
        _check_values(weights_, means_, covariances_, noise)
        object.__setattr__(self, "weights", weights_)
        object.__setattr__(self, "means", means_)
        object.__setattr__(self, "covariances", covariances_)
        object.__setattr__(self, "noise", noise)
        if np.isnan(self.cholesky).any():
            raise ValueError("a covariance is not positive definite; its eigenvalues must all be above zero")

    @property
    def n_components(self) -> int:
        """K."""
        return len(self.weights)

    @property
    def n_rows(self) -> int:
        """The number of responsibilities a point has: K, and one more for the noise."""
        return len(self.weights) + (self.noise is not None)

    @property
    def n_dimensions(self) -> int:
        """d."""
        return int(self.means.shape[1])

    @cached_property
    def cholesky(self) -> FloatArray:
        """Lower factors L_k with Σ_k = L_k L_kᵀ, (K, d, d); NaN where Σ_k is not positive definite."""
        k, d, _ = self.covariances.shape
        factors = np.zeros((k, d, d))
        with np.errstate(invalid="ignore", divide="ignore"):
            for i in range(d):
                for j in range(i + 1):
                    rest = self.covariances[:, i, j] - (factors[:, i, :j] * factors[:, j, :j]).sum(axis=1)
                    if i == j:
                        factors[:, i, i] = np.sqrt(np.where(rest > 0, rest, np.nan))
                    else:
                        factors[:, i, j] = rest / factors[:, j, j]
        return sealed(factors)

    @cached_property
    def whitening(self) -> FloatArray:
        """W_k = L_k⁻¹, so that W_k (x − μ_k) has length of the Mahalanobis distance, (K, d, d)."""
        factors = self.cholesky
        k, d, _ = factors.shape
        inverse = np.zeros((k, d, d))
        for i in range(d):
            inverse[:, i, i] = 1.0 / factors[:, i, i]
            for j in range(i):
                inner = (factors[:, i, j:i] * inverse[:, j:i, j]).sum(axis=1)
                inverse[:, i, j] = -inner * inverse[:, i, i]
        return sealed(inverse)

    @cached_property
    def log_scales(self) -> FloatArray:
        """log π_k − ½ log |2πΣ_k|: the logarithm of each weighted peak, (K,); −∞ where π_k = 0."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.weights)
        return sealed(logs - 0.5 * (self.n_dimensions * LOG_2PI + self.log_determinants))

    @property
    def log_noise(self) -> float:
        """log π_0 − log V; −∞ without noise."""
        if self.noise is None or self.noise.weight == 0.0:
            return -math.inf
        return math.log(self.noise.weight) + self.noise.log_density

    @cached_property
    def log_determinants(self) -> FloatArray:
        """log |Σ_k|, (K,)."""
        return frozen(2.0 * np.log(np.diagonal(self.cholesky, axis1=1, axis2=2)).sum(axis=1))

    def release(self) -> None:
        """Forget what can be computed again: a trace keeps thousands of mixtures, and looks at few."""
        for name in ("cholesky", "whitening", "log_scales", "log_determinants"):
            self.__dict__.pop(name, None)

    def permuted(self, order: ArrayLike) -> Mixture:
        """The same mixture with its components in another order."""
        index = np.asarray(order, dtype=np.int64)
        return Mixture(self.weights[index], self.means[index], self.covariances[index], self.noise)

    def with_mean(self, component: int, mean: ArrayLike) -> Mixture:
        """The same mixture with one mean moved; everything else stays bit for bit."""
        means = self.means.copy()
        means[component] = np.asarray(mean, dtype=np.float64)
        return Mixture(self.weights, means, self.covariances, self.noise)


def _check_shapes(weights: FloatArray, means: FloatArray, covariances: FloatArray) -> None:
    if weights.ndim != 1 or len(weights) == 0:
        raise ValueError(f"weights must have the shape (K,), not {weights.shape}")
    k = len(weights)
    if means.ndim != 2 or len(means) != k or means.shape[1] == 0:
        raise ValueError(f"means must have the shape ({k}, d), not {means.shape}")
    d = means.shape[1]
    if covariances.shape != (k, d, d):
        raise ValueError(f"covariances must have the shape ({k}, {d}, {d}), not {covariances.shape}")


def _check_values(
    weights: FloatArray, means: FloatArray, covariances: FloatArray, noise: Noise | None
) -> None:
    if not math.isfinite(weights.sum() + means.sum() + covariances.sum()):  # one look in the ordinary case
        for name, array in (("weights", weights), ("means", means), ("covariances", covariances)):
            if not np.isfinite(array).all():
                raise ValueError(f"{name} must be finite numbers")
    background = 0.0 if noise is None else noise.weight
    whole = float(weights.sum()) + background
    if (weights < 0).any() or background < 0 or not abs(whole - 1.0) <= WEIGHT_SUM_TOLERANCE:
        raise ValueError(f"weights must be non-negative and sum to 1, not to {whole:.6g}")
    turned = covariances.transpose(0, 2, 1)
    if np.array_equal(covariances, turned):
        return
    if np.abs(covariances - turned).max() > 1e-12 * np.abs(covariances).max():
        raise ValueError("a covariance is not symmetric")
