"""Families whose components have parallel axes: those of the coordinates, or others that they share."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.angles import (
    OneVolume,
    OwnVolumes,
    best_angle,
    best_angle_by_cost,
    clearest_angle,
)
from gmmviewer.mixture.families.base import CovarianceFamily
from gmmviewer.mixture.families.sizes import FLOORED, FREE, Sill, cost
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.principal import Principal, assembled, principal


class _AlongCoordinates(CovarianceFamily):
    """Σ_k = diag(p_k, q_k) with a shared volume or shape."""

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        a, b = moments.scatters[:, 0, 0], moments.scatters[:, 1, 1]
        shared = self.decomposition[:2]
        lengths, sill = FREE[shared](a, b, moments.counts), Sill.of(floor, np.zeros(len(a)))
        if sill.holds(lengths):
            return _diagonal(*lengths), np.zeros(len(a), dtype=bool)
        lengths = FLOORED[shared](a, b, moments.counts, sill)
        covariances = _diagonal(*lengths)
        return covariances, floor.touched(covariances) | sill.stretched(lengths)


class DiagonalOneShape(_AlongCoordinates):
    """λ_k A with A = diag(e^u, e^−u), where Σ n_k log(a_k e^−u + b_k e^u) is least."""

    letters = "VEI"
    title = "Diagonal, one shape"
    summary = "own size and one shape, axes parallel to the coordinates"
    decomposition = "VEI"


class DiagonalOneSize(_AlongCoordinates):
    """λ A_k with λ = Σ √(a_k b_k) / n and A_k = diag(√(a_k / b_k), √(b_k / a_k))."""

    letters = "EVI"
    title = "Diagonal, one size"
    summary = "one area and own shape, axes parallel to the coordinates"
    decomposition = "EVI"


class _AlongOneAngle(CovarianceFamily):
    """Σ_k = D diag(p_k, q_k) Dᵀ with one rotation D for all."""

    problem: type[OwnVolumes | OneVolume]

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        axes = principal(moments.scatters)
        before = None if previous is None else clearest_angle(principal(previous))
        angle = best_angle(self.problem(axes, moments.counts), axes, before)
        along = np.full(len(moments.counts), angle)
        lengths = FREE[self.decomposition[:2]](*axes.along(along), moments.counts)
        if Sill.of(floor, along).holds(lengths):
            return assembled(along, *lengths), np.zeros(len(along), dtype=bool)
        return self._above(floor, axes, moments.counts, before, angle)

    def _above(
        self, floor: Floor, axes: Principal, counts: FloatArray, before: float | None, near: float
    ) -> tuple[FloatArray, BoolArray]:
        floored = FLOORED[self.decomposition[:2]]

        def costs(angles: FloatArray) -> FloatArray:
            diagonal = axes.along(angles[:, None])
            return cost(*diagonal, counts, floored(*diagonal, counts, Sill.of(floor, angles[:, None])))

        angle = np.full(len(counts), best_angle_by_cost(costs, axes, before, near))
        sill = Sill.of(floor, angle)
        lengths = floored(*axes.along(angle), counts, sill)
        covariances = assembled(angle, *lengths)
        return covariances, floor.touched(covariances) | sill.stretched(lengths)


class ParallelOneSize(_AlongOneAngle):
    """λ D A_k Dᵀ: D minimises Σ √(a_k b_k), the diagonals of DᵀW_k D; then as EVI."""

    letters = "EVE"
    title = "Parallel, one size"
    summary = "one area and own shape, axes parallel to each other"
    decomposition = "EVE"
    problem = OneVolume


class Parallel(_AlongOneAngle):
    """D diag(a_k, b_k) Dᵀ / n_k: D minimises Σ n_k log(a_k b_k), the diagonals of DᵀW_k D."""

    letters = "VVE"
    title = "Parallel"
    summary = "own size and shape, axes parallel to each other"
    decomposition = "VVE"
    problem = OwnVolumes


def _diagonal(p: FloatArray, q: FloatArray) -> FloatArray:
    return np.stack([p, q], axis=-1)[:, :, None] * np.eye(2)
