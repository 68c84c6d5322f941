"""A conjugate prior for MAP-EM: as if each component had seen a few points more.

Normal–inverse-Wishart for mean and covariance, Dirichlet for the weights (Bishop 2006, sections 9.3.4 and
10.2; hyperparameters as in Fraley & Raftery 2007). It keeps components from collapsing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample

SHRINKAGE = 0.01  # κ: how many points the prior mean is worth


@dataclass(frozen=True, eq=False)
class ConjugatePrior:
    """p(μ_k, Σ_k) ∝ |Σ_k|^−(ν+d+2)/2 exp(−½ tr Λ Σ_k⁻¹ − ½ κ (μ_k−m)ᵀ Σ_k⁻¹ (μ_k−m)), in standard units.

    ``mean`` m (d,), ``shrinkage`` κ, ``degrees`` ν, ``scale`` Λ (d, d), ``concentration`` α of the weights.
    """

    mean: FloatArray
    scale: FloatArray
    degrees: float
    shrinkage: float = SHRINKAGE
    concentration: float = 1.0

    @classmethod
    def for_sample(cls, sample: Sample, k: int) -> ConjugatePrior:
        """A weak prior around the data: ν = d + 2 and Λ a K-th of the data's volume."""
        scale = sample.covariance / k ** (2.0 / sample.d) + np.diag(sample.floor.variances)
        return cls(sample.mean, scale, sample.d + 2.0)

    @property
    def strength(self) -> float:
        """ν + d + 2: by how many points the prior raises n_k in the estimate of Σ_k."""
        return self.degrees + len(self.mean) + 2.0

    def informed(self, moments: Moments) -> Moments:
        """Moments with the prior's points added, for the estimate of the means."""
        kappa = self.shrinkage
        counts = moments.counts + kappa
        away = self.mean - moments.means
        means = moments.means + (kappa / counts)[:, None] * away
        harmonic = (moments.counts * kappa / counts)[:, None, None]
        scatters = moments.scatters + harmonic * away[:, :, None] * away[:, None, :] + self.scale
        return Moments(counts, means, scatters, moments.noise)

    def traces(self, mixture: Mixture) -> FloatArray:
        """tr Λ Σ_k⁻¹, (K,)."""
        whitening = mixture.whitening
        return np.asarray(np.einsum("kij,jl,kil->k", whitening, self.scale, whitening))

    def log_density(self, mixture: Mixture, log_scale: float = 0.0) -> float:
        """log p(θ) up to a constant, in nats; ``log_scale`` = log s turns it from standard to data units."""
        d = mixture.n_dimensions
        whitening = mixture.whitening
        away = (whitening @ (mixture.means - self.mean)[:, :, None])[:, :, 0]
        traces = self.traces(mixture)
        squares = self.shrinkage * (away**2).sum(axis=1)
        volumes = self.strength * (mixture.log_determinants + 2 * d * log_scale)
        weights = 0.0
        if self.concentration != 1.0:
            weights = (self.concentration - 1.0) * sum(math.log(w) for w in mixture.weights.tolist() if w > 0)
        return float(-0.5 * (volumes + traces + squares).sum() + weights)
