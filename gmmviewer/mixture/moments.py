"""What a pass over the points leaves behind: the only thing covariance families ever see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray, frozen


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted moments of each component, in standard units.

    ``counts`` (K,): n_k = Σ_i r_ik; ``means`` (K, d): Σ_i r_ik x_i / n_k; ``scatters`` (K, d, d):
    W_k = Σ_i r_ik (x_i − mean_k)(x_i − mean_k)ᵀ (Bishop 2006, eqs. 9.17–9.19 before division); ``noise``:
    n_0, what the uniform component is responsible for.
    """

    counts: FloatArray
    means: FloatArray
    scatters: FloatArray
    noise: float = 0.0

    @property
    def total(self) -> float:
        """Σ_k n_k, with that of the noise."""
        return float(self.counts.sum()) + self.noise

    def only(self, components: BoolArray) -> Moments:
        """The moments of some of the components."""
        return Moments(self.counts[components], self.means[components], self.scatters[components])

    def scatters_about(self, means: FloatArray) -> FloatArray:
        """Σ_i r_ik (x_i − means_k)(x_i − means_k)ᵀ, (K, d, d), from the same moments."""
        shift = self.means - means
        return self.scatters + self.counts[:, None, None] * shift[:, :, None] * shift[:, None, :]


def frozen_moments(
    counts: FloatArray, means: FloatArray, scatters: FloatArray, noise: float = 0.0
) -> Moments:
    """Moments whose arrays are read-only and whose scatters are exactly symmetric."""
    if scatters.shape[1] > 1:
        scatters = (scatters + scatters.transpose(0, 2, 1)) / 2
    return Moments(frozen(counts), frozen(means), frozen(scatters), noise)


def moments_of_labels(
    columns: FloatArray, labels: IntArray, k: int, weights: FloatArray | None = None
) -> Moments:
    """Moments of a hard assignment: ``columns`` (d, n) in standard units, ``labels`` (n,) in 0…K−1.

    ``weights`` (n,): how often each point counts.
    """
    counts = np.bincount(labels, weights, minlength=k).astype(np.float64)
    safe = np.where(counts > 0, counts, 1.0)
    weighted = columns if weights is None else columns * weights
    means = np.stack([np.bincount(labels, column, k) / safe for column in weighted], axis=1)
    centred = [column - means[labels, axis] for axis, column in enumerate(columns)]
    scatters = np.empty((k, len(columns), len(columns)))
    for i, left in enumerate(centred):
        heavy = left if weights is None else left * weights
        for j, right in enumerate(centred[: i + 1]):
            scatters[:, i, j] = scatters[:, j, i] = np.bincount(labels, heavy * right, k)
    return frozen_moments(counts, means, scatters)
