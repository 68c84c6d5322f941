"""Points one by one: whose they are most, how sure that is, how large they are drawn, and how a pie is cut.

What is shown is what the algorithm has assigned: the responsibilities of the last E-step, which are one-hot
under hard and stochastic EM.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.density import assigned_columns
from gmmviewer.mixture.joint import log_joint
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.mixture.units import Units

SMALLEST_AREA, LARGEST_AREA = 0.5, 4.0  # of a point that is certain, or not at all, times the usual area
LEAST_SLICE = 0.02  # of a pie; at a radius of 6 px a thinner one is narrower than a pixel

# Points labelled at a time: 3 ms with five components. Smaller blocks take as long in all, but ask for the
# interpreter more often while the GUI thread wants it.
BLOCK = 65_536

Rows = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Standing:
    """Where n points stand among the R rows of responsibilities (K components, then the noise if any).

    ``shares`` (R, n): what is assigned to each row, columns sum to 1; ``leading`` (n,): the row with the
    largest share.
    """

    shares: FloatArray
    leading: IntArray

    @property
    def uncertainty(self) -> FloatArray:
        """1 − max r, (n,), from 0 to 1 − 1/R."""
        return np.asarray(np.maximum(1.0 - self.shares.max(axis=0), 0.0))


def standing(columns: FloatArray, source: Mixture, assignment: Assignment = SOFT) -> Standing:
    """The standing of points given as columns (d, n) under ``source``, both in standard units."""
    shares = assigned_columns(columns, source, assignment)
    return Standing(shares, shares.argmax(axis=0).astype(np.int64))


def size_factors(shares: FloatArray) -> FloatArray:
    """Times the usual radius, (n,), for shares (R, n): the area grows evenly with 1 − max r.

    A certain point has half the usual area, one of which nothing is known (all shares 1/R) four times as
    much. The doubtful points grow, not the certain ones: they are few, they are where the fit may still
    change, and the eye goes to what is large (so do the uncertainty plots of mclust: Fraley & Raftery 2002).
    """
    rows, n = shares.shape
    if rows == 1:
        return np.full(n, np.sqrt(SMALLEST_AREA))
    doubt = np.clip((1.0 - shares.max(axis=0)) * (rows / (rows - 1)), 0.0, 1.0)
    return np.asarray(np.sqrt(SMALLEST_AREA + (LARGEST_AREA - SMALLEST_AREA) * doubt))


@dataclass(frozen=True, eq=False)
class Slices:
    """Slices of pies, those of a pie one after the other: ``point`` (m,) and ``row`` (m,) they belong to,
    ``start`` and ``span`` (m,) in turns, clockwise from the top."""

    point: IntArray
    row: IntArray
    start: FloatArray
    span: FloatArray


def slices(shares: FloatArray) -> Slices:
    """The pies of points with these shares (R, n), in the order of the rows.

    Slices below ``LEAST_SLICE`` are left out and the others share their room, so each pie is whole.
    """
    seen = np.where(shares >= min(LEAST_SLICE, 0.5 / len(shares)), shares, 0.0).T
    seen /= seen.sum(axis=1, keepdims=True)
    ends = np.cumsum(seen, axis=1)
    point, row = np.nonzero(seen)
    span = seen[point, row]
    return Slices(point, row, ends[point, row] - span, span)


@dataclass(frozen=True, eq=False)
class Verdict:
    """Parameters (standard units) under which points were assigned, and how."""

    source: Mixture
    assignment: Assignment = SOFT

    def same_as(self, other: Verdict | None) -> bool:
        """Whether both assign every point in the same way."""
        return other is not None and self.source is other.source and self.assignment == other.assignment

    def comparable(self, other: Verdict) -> bool:
        """Whether a row of the one means the same as that of the other."""
        mine, its = self.source, other.source
        return mine.n_components == its.n_components and mine.n_rows == its.n_rows


def leading_rows(columns: FloatArray, verdict: Verdict, should_stop: ShouldStop = never) -> Rows:
    """The row with the largest share for each point of ``columns`` (d, n), (n,), two bytes each.

    Raises ``Cancelled`` when told to stop.
    """
    n = columns.shape[1]
    leading = np.empty(n, dtype=np.int16)
    for start in range(0, n, BLOCK):
        check(should_stop)
        block = slice(start, start + BLOCK)
        leading[block] = _leading(columns[:, block], verdict, start)
    return leading


class LabelKeeper:
    """Finds points whose label changed, and keeps the labels of two E-steps for the next question."""

    def __init__(self) -> None:
        self._columns: weakref.ref[FloatArray] | None = None  # weak: a data set that was closed may go
        self._kept: list[tuple[Verdict, Rows]] = []

    def changed(
        self, columns: FloatArray, now: Verdict, before: Verdict, should_stop: ShouldStop = never
    ) -> IntArray:
        """The numbers, rising, of points (d, n) whose leading row is another one now; none where the rows
        of the two cannot be compared. Raises ``Cancelled`` when told to stop."""
        if not now.comparable(before):
            return np.empty(0, dtype=np.int64)
        if self._columns is None or self._columns() is not columns:
            self._columns, self._kept = weakref.ref(columns), []
        old, new = (self._labels(columns, verdict, should_stop) for verdict in (before, now))
        self._kept = [(before, old), (now, new)]
        return np.flatnonzero(old != new)

    def _labels(self, columns: FloatArray, verdict: Verdict, should_stop: ShouldStop) -> Rows:
        for kept, labels in self._kept:
            if verdict.same_as(kept):
                return labels
        return leading_rows(columns, verdict, should_stop)


def _leading(columns: FloatArray, verdict: Verdict, first: int) -> IntArray:
    if verdict.assignment is SOFT:  # the largest density, without the exponentials
        return np.asarray(log_joint(columns, verdict.source).argmax(axis=0))
    return np.asarray(assigned_columns(columns, verdict.source, verdict.assignment, first).argmax(axis=0))


def verdict_before(past: Sequence[FitState], now: Verdict, units: Units) -> Verdict | None:
    """How points were assigned one E-step before ``now``, going back through the states of a trace.

    None where there was no E-step before, or in other ``units`` (of other points).
    """
    for state in reversed(past):
        if state.source is None:
            continue
        verdict = Verdict(state.source, state.plan.assignment(state.assigned_at))
        if not now.same_as(verdict):
            return verdict if state.units.same_as(units) else None
    return None
