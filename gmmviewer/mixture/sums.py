"""What a pass adds up, and how sums about many centres become moments about the means."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, sealed
from gmmviewer.mixture.moments import Moments, frozen_moments


@dataclass(frozen=True, eq=False)
class PartSums:
    """Sums of responsibilities about centres: Σ q, Σ q δ, Σ q δδᵀ with δ = x − centre.

    ``counts`` (T, K), ``first`` (T, K, d), ``second`` (T, K, d, d), ``centres`` broadcast against (T, K, d).
    """

    counts: FloatArray
    first: FloatArray
    second: FloatArray
    centres: FloatArray


@dataclass(eq=False)
class Sums:
    """Running sums of a pass, in nats; every point counts as often as its weight says."""

    log_likelihood: float = 0.0
    objective: float = 0.0
    entropy: float = 0.0
    classification: float = 0.0
    size: float = 0.0
    noise: float = 0.0
    parts: list[PartSums] = field(default_factory=list)

    def moments(self, near: FloatArray) -> Moments:
        """The moments of all parts together. ``near`` (K, d): places close to the means, so that their digits
        are not spent on where they are; a component without any count gets this as its mean."""
        counts, shift = np.zeros(len(near)), np.zeros(near.shape)
        for part in self.parts:
            counts = counts + part.counts.sum(axis=0)
            shift = shift + _shift_from(near, part)
        means = near + shift / np.where(counts > 0, counts, 1.0)[:, None]
        scatters = np.zeros((*near.shape, near.shape[1]))
        for part in self.parts:
            scatters += _scatter_about(means, part)
        diagonal = np.arange(means.shape[1])
        scatters[:, diagonal, diagonal] = np.maximum(scatters[:, diagonal, diagonal], 0.0)
        return frozen_moments(sealed(counts), sealed(means), scatters, self.noise)


def _shift_from(near: FloatArray, part: PartSums) -> FloatArray:
    """Σ q (x − near), (K, d)."""
    return np.asarray((part.counts[..., None] * (part.centres - near) + part.first).sum(axis=0))


def _scatter_about(means: FloatArray, part: PartSums) -> FloatArray:
    """Σ q (x − mean)(x − mean)ᵀ, (K, d, d): the cross terms keep it exact for any centre."""
    shift = part.centres - means
    cross = part.first[..., :, None] * shift[..., None, :]
    spread = part.counts[..., None, None] * shift[..., :, None] * shift[..., None, :]
    return np.asarray((part.second + cross + np.swapaxes(cross, -1, -2) + spread).sum(axis=0))
