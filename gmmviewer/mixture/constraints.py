"""Locks and ties: which parameters an M-step leaves alone, and which are one and the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture

Components = frozenset[int]
NOBODY: Components = frozenset()


@dataclass(frozen=True)
class Constraints:
    """What an M-step has to respect. ``weights``, ``means``, ``covariances``: components (from 0) whose
    parameter is locked and stays bit for bit; ``shared_mean``: all components have one mean;
    ``equal_weights``: all weights that are not locked are equal."""

    weights: Components = NOBODY
    means: Components = NOBODY
    covariances: Components = NOBODY
    shared_mean: bool = False
    equal_weights: bool = False

    def locked(self, kind: str, k: int) -> BoolArray:
        """Whether the ``weights``, ``means`` or ``covariances`` of each of K components are locked, (K,)."""
        chosen: Components = getattr(self, kind)
        if not chosen:
            return np.zeros(k, dtype=bool)
        return np.array([component in chosen for component in range(k)], dtype=bool)

    def n_free_weights(self, k: int, noise: bool) -> int:
        """Free parameters among the weights; they sum to one, and the noise has a weight of its own."""
        free = k - len(self._within(self.weights, k))
        if self.equal_weights:
            free = min(free, 1)
        return max(free + noise - 1, 0)

    def n_free_means(self, k: int, d: int) -> int:
        """Free parameters among the means."""
        locked = len(self._within(self.means, k))
        if self.shared_mean:
            return 0 if locked else d
        return (k - locked) * d

    def n_free_covariances(self, k: int) -> int:
        """How many components have a covariance that is not locked."""
        return k - len(self._within(self.covariances, k))

    def new_weights(self, counts: FloatArray, noise: float, old: Mixture) -> tuple[FloatArray, float]:
        """Weights (K,) and that of the noise that maximise Σ n_k log π_k (Lagrange: π_k = n_k / N).

        Locked ones stay, and the free ones share what these leave, 1 − Σ locked.
        """
        locked = self.locked("weights", len(counts))
        left = 1.0 - float(old.weights[locked].sum()) if locked.any() else 1.0
        free = float(counts[~locked].sum()) + noise
        if free <= 0.0 or left <= 0.0:
            return old.weights, 0.0 if old.noise is None else old.noise.weight
        background = left * (noise / free)
        if self.equal_weights:
            shares = np.full(len(counts), (left - background) / max(int((~locked).sum()), 1))
        else:
            shares = counts / free if left == 1.0 else left * (counts / free)
        return np.where(locked, old.weights, shares), background

    def new_means(self, moments: Moments, old: Mixture, alive: BoolArray) -> FloatArray:
        """Means (K, d) that maximise Q under the old covariances; locked and dead ones stay.

        A shared mean is μ = (Σ n_k Σ_k⁻¹)⁻¹ Σ n_k Σ_k⁻¹ mean_k, a conditional maximum (ECM: Meng & Rubin
        1993).
        """
        locked = self.locked("means", len(old.means))
        if self.shared_mean:
            if locked.any():
                return np.repeat(old.means[locked.argmax()][None], len(old.means), axis=0)
            return np.repeat(_shared_mean(moments.only(alive), old, alive)[None], len(old.means), axis=0)
        return np.where((alive & ~locked)[:, None], moments.means, old.means)

    @staticmethod
    def _within(components: Components, k: int) -> Components:
        return frozenset(component for component in components if component < k)


def _shared_mean(moments: Moments, old: Mixture, alive: BoolArray) -> FloatArray:
    whitening = old.whitening[alive]
    precisions = moments.counts[:, None, None] * (whitening.transpose(0, 2, 1) @ whitening)
    here = old.means[0]
    pull = (precisions @ (moments.means - here)[:, :, None]).sum(axis=0)
    return np.asarray(here + np.linalg.solve(precisions.sum(axis=0), pull)[:, 0])


FREE = Constraints()
