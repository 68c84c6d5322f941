"""Families whose components are turned each in its own way: along the principal axes of its scatter."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.base import CovarianceFamily
from gmmviewer.mixture.families.sizes import FLOORED, FREE, LEVEL, Sill, cost
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.principal import Principal, assembled, principal

ROUND = 8 * float(np.finfo(np.float64).eps)  # of its size; a stretch below this has no direction


class _AlongOwnAxes(CovarianceFamily):
    """Σ_k = D_k diag(p_k, q_k) D_kᵀ with D_k the eigenvectors of W_k, and a shared volume or shape."""

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        axes = principal(moments.scatters)
        old = axes.angle if previous is None else principal(previous).angle
        angles = np.where(axes.stretch <= ROUND * axes.large, old, axes.angle)
        lengths = FREE[self.decomposition[:2]](axes.large, axes.small, moments.counts)
        if Sill.of(floor, angles).holds(lengths):
            return assembled(angles, *lengths), np.zeros(len(angles), dtype=bool)
        covariances = min(
            (self._above(floor, axes, moments.counts, choice) for choice in (angles, old)),
            key=lambda found: found[0],
        )[1]
        return covariances, floor.touched(covariances)

    def _above(
        self, floor: Floor, axes: Principal, counts: FloatArray, angles: FloatArray
    ) -> tuple[float, FloatArray]:
        """The best covariances above the floor along axes at these angles, and −2Q of them.

        The angles are not turned towards the axis with the lower floor: exact where the floor is round.
        """
        diagonals = axes.along(angles)
        lengths = FLOORED[self.decomposition[:2]](*diagonals, counts, Sill.of(floor, angles))
        return float(cost(*diagonals, counts, lengths)), assembled(angles, *lengths)


class RotatedCopies(_AlongOwnAxes):
    """D_k diag(Σ_j w_j1, Σ_j w_j2) D_kᵀ / n with w_j1 ≥ w_j2 the eigenvalues of W_j."""

    letters = "EEV"
    title = "Rotated copies"
    summary = "one size and shape, each turned its own way"
    decomposition = "EEV"


class Similar(_AlongOwnAxes):
    """λ_k D_k A D_kᵀ with D_k the eigenvectors of W_k; λ_k and A from its eigenvalues as in VEI."""

    letters = "VEV"
    title = "Similar"
    summary = "own size and one shape, each turned its own way"
    decomposition = "VEV"


class OneSize(CovarianceFamily):
    """λ W_k / √|W_k| with λ = Σ √|W_k| / n."""

    letters = "EVV"
    title = "One size"
    summary = "one area for all, own shape and direction"
    decomposition = "EVV"

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        """Shears keep the family: all of it happens where the floor is the identity."""
        axes = principal(floor.whitened(moments.scatters))
        lengths, sill = FREE["EV"](axes.large, axes.small, moments.counts), Sill.of(LEVEL, axes.angle)
        if sill.holds(lengths):
            return floor.restored(assembled(axes.angle, *lengths)), np.zeros(len(axes.angle), dtype=bool)
        lengths = FLOORED["EV"](axes.large, axes.small, moments.counts, sill)
        covariances = floor.restored(assembled(axes.angle, *lengths))
        return covariances, floor.touched(covariances) | sill.stretched(lengths)
