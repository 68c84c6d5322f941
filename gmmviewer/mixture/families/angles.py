"""The angle that components have in common: the search for the best one.

Along axes at θ the scatter W_k has the diagonal (a_k, b_k); the best θ has the smallest Σ n_k log(a_k b_k),
or Σ √(a_k b_k) if the components share their volume too. Either has a narrow well at the axes of every thin
component, hence the candidates: a grid, the angles of all components, and the angle before.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.principal import Principal

QUARTER = np.pi / 2  # turning by this only swaps the two axes
GRID = np.arange(64) * (QUARTER / 64)
WELLS = 4  # how many of the local minima among the candidates are followed to the bottom
NEWTON_STEPS = 60
EPS = float(np.finfo(np.float64).eps)
SETTLED = 1e-11  # radians; the error after so short a Newton step is its square
THINNEST = 1e-40  # b / a; keeps logarithms and quotients finite for a scatter without width
TINY = 1e-300
ZOOM = np.linspace(-1.0, 1.0, 17)
ZOOMS = 16  # each narrows the bracket by 8

Costs = Callable[[FloatArray], FloatArray]
Slopes = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def clearest_angle(axes: Principal) -> float:
    """The angle of the most stretched component, which knows it best."""
    return float(axes.angle[np.argmax(axes.stretch / axes.large)])


class OwnVolumes:
    """J(θ) = Σ n_k log(a_k b_k)."""

    def __init__(self, axes: Principal, counts: FloatArray) -> None:
        self._axes, self._counts = axes, counts

    def costs(self, angles: FloatArray) -> FloatArray:
        """J, (A,), at angles (A,)."""
        a, b = _diagonals(self._axes, angles)
        return np.asarray((np.log(a) + np.log(b)) @ self._counts)

    def slopes(self, angles: FloatArray) -> tuple[FloatArray, FloatArray]:
        """J′ and J″, (A,)."""
        first, second, _ = _logarithmic_slopes(self._axes, angles)
        return np.asarray(first @ self._counts), np.asarray((second - first * first) @ self._counts)


class OneVolume:
    """J(θ) = Σ √(a_k b_k)."""

    def __init__(self, axes: Principal, counts: FloatArray) -> None:
        self._axes = axes

    def costs(self, angles: FloatArray) -> FloatArray:
        """J, (A,), at angles (A,)."""
        a, b = _diagonals(self._axes, angles)
        return np.asarray((np.sqrt(a) * np.sqrt(b)).sum(axis=1))

    def slopes(self, angles: FloatArray) -> tuple[FloatArray, FloatArray]:
        """J′ and J″, (A,)."""
        first, second, volume = _logarithmic_slopes(self._axes, angles)
        return (0.5 * volume * first).sum(axis=1), (volume * (0.5 * second - 0.25 * first**2)).sum(axis=1)


def _diagonals(axes: Principal, angles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(a_k, b_k), (A, K), above zero."""
    a, b = axes.along(angles[:, None])
    least = THINNEST * axes.large + TINY
    return np.maximum(a, least), np.maximum(b, least)


def _logarithmic_slopes(axes: Principal, angles: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """P′/P and P″/P of P = a_k b_k, and √P, (A, K)."""
    a, b = _diagonals(axes, angles)
    away = 4.0 * (angles[:, None] - axes.angle)
    square = (axes.stretch / a) * (axes.stretch / b)
    return 0.5 * square * np.sin(away), 2.0 * square * np.cos(away), np.sqrt(a) * np.sqrt(b)


def best_angle(problem: OwnVolumes | OneVolume, axes: Principal, previous: float | None) -> float:
    """The angle with the smallest J; the previous one unless another is better beyond rounding."""
    angles = _candidates(axes, previous)
    costs = problem.costs(angles)
    wells = np.flatnonzero((costs <= np.roll(costs, 1)) & (costs <= np.roll(costs, -1)))
    wells = wells[np.argsort(costs[wells], kind="stable")[:WELLS]]
    before, after = _neighbours(angles)
    found = _bottoms(problem.slopes, angles[wells], before[wells], after[wells])
    choices = np.concatenate([found, angles[wells]])
    values = np.concatenate([problem.costs(found), costs[wells]])
    return _chosen(choices, values, previous, problem.costs)


def best_angle_by_cost(costs: Costs, axes: Principal, previous: float | None, near: float) -> float:
    """The same for a cost without slopes: by zooming in on the best candidate; ``near`` is one of them."""
    angles = np.unique(np.append(_candidates(axes, previous), near % QUARTER))
    values = costs(angles)
    here = int(values.argmin())
    before, after = _neighbours(angles)
    best, value = float(angles[here]), float(values[here])
    radius = float(max(after[here] - best, best - before[here]))
    for _ in range(ZOOMS):
        closer = best + radius * ZOOM
        values = costs(closer)
        if values.min() < value:
            best, value = float(closer[values.argmin()]), float(values.min())
        if values.max() - value <= 4 * EPS * abs(value):
            break
        radius /= 8.0
    return _chosen(np.array([best]), np.array([value]), previous, costs)


def _candidates(axes: Principal, previous: float | None) -> FloatArray:
    last = [] if previous is None else [previous]
    return np.unique(np.mod(np.concatenate([GRID, axes.angle, last]), QUARTER))


def _neighbours(angles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The angle before and the angle after each, around the circle."""
    before, after = np.roll(angles, 1), np.roll(angles, -1)
    before[0] -= QUARTER
    after[-1] += QUARTER
    return before, after


def _bottoms(slopes: Slopes, start: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Local minima between ``low`` and ``high`` by Newton's method, halving where that leaves them."""
    angle = start
    for _ in range(NEWTON_STEPS):
        slope, curve = slopes(angle)
        low, high = np.where(slope < 0.0, angle, low), np.where(slope > 0.0, angle, high)
        new = angle - slope / np.where(curve > 0.0, curve, 1.0)
        inside = (curve > 0.0) & (low <= new) & (new <= high)
        new = np.where(inside | (slope == 0.0), new, 0.5 * (low + high))
        moved = float(np.abs(new - angle).max())
        angle = new
        if moved <= SETTLED:
            break
    return angle


def _chosen(angles: FloatArray, values: FloatArray, previous: float | None, costs: Costs) -> float:
    best = int(values.argmin())
    if previous is not None:
        old = float(costs(np.array([previous]))[0])
        if old <= values[best] + 4 * EPS * abs(values[best]):
            return previous
    return float(angles[best])
