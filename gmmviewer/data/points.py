"""A frozen set of points with the names people know it by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.agreement import UNKNOWN
from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray, as_points, frozen, sealed
from gmmviewer.mixture.sample import Sample, checked_weights
from gmmviewer.mixture.units import Units

MOST_AT_A_GLANCE = 50_000
CENTRAL = (0.005, 0.995)
MOST_LOOKED_AT = 20_000  # values whose quantiles say where most points lie: 0.5 ms


@dataclass(frozen=True, eq=False)
class PointSet:
    """n points in one or two dimensions, in the units of the data.

    ``values`` (n, d); ``columns`` the d axis names, with units where known; ``name`` the file or data set;
    ``truth`` (n,) the component that generated each point, −1 where unknown, or None; ``notes`` what a person
    should know (rows dropped on reading, how it was generated); ``units`` in which the fit computes;
    ``drawn``: the sheet was empty once, so that every point is there by hand; ``weights`` (n,): how often
    each row counts, None where each counts once; ``weighted_by`` what says so, the name of a column.
    """

    values: FloatArray
    columns: tuple[str, ...]
    name: str
    truth: IntArray | None
    notes: tuple[str, ...]
    units: Units
    drawn: bool = False
    weights: FloatArray | None = None
    weighted_by: str = ""

    @classmethod
    def of(
        cls,
        values: ArrayLike,
        columns: tuple[str, ...] | None = None,
        name: str = "untitled",
        truth: ArrayLike | None = None,
        notes: tuple[str, ...] = (),
        weights: ArrayLike | None = None,
        weighted_by: str = "",
    ) -> PointSet:
        """A point set from (n, d) or (n,) numbers, d = 1 or 2; ``ValueError`` with advice otherwise."""
        points = as_points(values)
        if points.shape[1] > 2:
            raise ValueError(f"the data have {points.shape[1]} columns; choose one or two of them")
        fixed = frozen(points)
        labels = None if truth is None else sealed_integers(np.array(truth, dtype=np.int64))
        names = columns or ("x", "y")[: points.shape[1]]
        counted = None if weights is None else checked_weights(weights, len(fixed))
        return cls(fixed, names, name, labels, notes, Units.of(fixed), False, counted, weighted_by)

    @classmethod
    def sheet(cls, d: int) -> PointSet:
        """An empty sheet to draw on in ``d`` dimensions, with axes of its own."""
        axes = tuple(["x", "y"][:d])  # another tuple each time: they are what names a data set
        return cls.of(np.zeros((1, d)), axes).cleared()

    @property
    def n(self) -> int:
        """The number of points."""
        return len(self.values)

    @property
    def d(self) -> int:
        """1 or 2."""
        return int(self.values.shape[1])

    @cached_property
    def sample(self) -> Sample:
        """The points as the mixture core wants them."""
        return Sample.of(self.values, self.units, self.weights)

    @property
    def glance(self) -> Sample:
        """Every so many-th point, 50,000 at most: enough for a look, and nobody has to wait for it.

        Whoever asks first makes ``sample``, and all others wait for it: 80 ms at 10⁷ points.
        """
        stride = max(1, -(-self.n // MOST_AT_A_GLANCE))
        if stride == 1:
            return self.sample
        few = Sample.of(self.values[::stride], self.units)
        return few if self.weights is None else replace(few, weights=frozen(self.weights[::stride]))

    @property
    def total(self) -> float:
        """How many points there are, each as often as it counts."""
        return float(self.n) if self.weights is None else float(self.weights.sum())

    @cached_property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """The smallest and the largest value along each axis, (d,) each; zeros and ones without points."""
        if self.n == 0:
            return frozen(np.zeros(self.d)), frozen(np.ones(self.d))
        low, high = _corners(self.values)
        return frozen(low), frozen(high)

    @cached_property
    def spans(self) -> tuple[float, ...]:
        """How wide the points lie along each axis: what the digits of numbers on it are measured by.

        All of them, unless the central 99 % are more than ten times as close: one outlier would leave the
        others without decimals.
        """
        low, high = self.bounds
        thin = self.values[:: max(1, self.n // MOST_LOOKED_AT)]
        inner = np.subtract(*np.quantile(thin, CENTRAL[::-1], axis=0)) if self.n else high - low
        return tuple(np.clip(10.0 * inner, (high - low) / 100.0, high - low).tolist())

    @cached_property
    def has_truth(self) -> bool:
        """Whether it is known of any point where it comes from."""
        truth = self.truth  # mostly the first points tell; all of 10⁷ take 7 ms
        return truth is not None and bool((truth[:1000] >= 0).any() or (truth >= 0).any())

    def with_points(self, added: ArrayLike, label: int | None = None, instead_of: int = 0) -> PointSet:
        """This set with (m, d) more points, which count once each, in place of its last ``instead_of``.

        ``label`` is their truth, counted from 0; None where it is unknown.
        """
        extra, kept = as_points(added), self.n - instead_of
        truth = self.truth
        if truth is not None or label is not None:
            known = self._truth[:kept]
            truth = np.concatenate([known, np.full(len(extra), UNKNOWN if label is None else label)])
        weights = None if self.weights is None else np.concatenate([self.weights[:kept], np.ones(len(extra))])
        return self._edited(np.concatenate([self.values[:kept], extra]), truth, weights)

    def without(self, erased: BoolArray) -> PointSet:
        """This set without the points marked in ``erased`` (n,)."""
        if not erased.any():
            return self
        kept = ~erased
        truth = None if self.truth is None else self.truth[kept]
        return self._edited(self.values[kept], truth, None if self.weights is None else self.weights[kept])

    def placed(self, rows: IntArray, values: ArrayLike) -> PointSet:
        """This set with the points in ``rows`` (m,) at the places (m, d); the others stay bit for bit."""
        places = as_points(values)
        if np.array_equal(self.values[rows], places):
            return self
        moved = self.values.copy()
        moved[rows] = places
        return self._edited(moved, self.truth, self.weights)

    def repeated(self, rows: IntArray, by: ArrayLike) -> PointSet:
        """This set with copies of the points in ``rows`` (m,) at the end, ``by`` (d,) away from them."""
        if len(rows) == 0:
            return self
        copies = as_points(self.values[rows] + np.asarray(by, dtype=np.float64))
        truth = None if self.truth is None else np.concatenate([self.truth, self.truth[rows]])
        weights = None if self.weights is None else np.concatenate([self.weights, self.weights[rows]])
        return self._edited(np.concatenate([self.values, copies]), truth, weights)

    def labelled(self, rows: IntArray, label: int | None) -> PointSet:
        """This set with ``label`` as the truth of the points in ``rows`` (m,), None for unknown.

        The places are the very same array: whatever was computed from them goes on.
        """
        truth = self._truth.copy()
        truth[rows] = UNKNOWN if label is None else label
        if np.array_equal(truth, self._truth):
            return self
        changed = replace(self, truth=sealed_integers(truth) if (truth != UNKNOWN).any() else None)
        vars(changed).update({name: vars(self)[name] for name in ("sample", "bounds") if name in vars(self)})
        return changed

    def cleared(self) -> PointSet:
        """The same axes with no points: a sheet to draw on."""
        empty = self.without(np.ones(self.n, dtype=bool))
        blank = replace(empty, weights=None, weighted_by="", truth=None, notes=())
        return replace(blank, name="Drawn points", drawn=True)

    @property
    def _truth(self) -> IntArray:
        """The truth of every point (n,), as far as it is known."""
        return np.full(self.n, UNKNOWN) if self.truth is None else self.truth

    def _edited(self, values: FloatArray, truth: IntArray | None, weights: FloatArray | None) -> PointSet:
        """Keep the units while they suit the points, so that a running fit goes on undisturbed.

        ``values`` are our own, and nobody else has them.
        """
        fixed = frozen(sealed(values))
        corners = _corners(fixed) if len(fixed) else fixed  # they decide on the units
        units = self.units if self.n and self.units.fits(corners) else Units.of(corners)
        counted = frozen(weights) if weights is not None and weights.any() else None  # some row must count
        known = None if truth is None else sealed_integers(truth)
        return replace(self, values=fixed, truth=known, units=units, weights=counted)


def _corners(values: FloatArray) -> FloatArray:
    """The smallest and the largest value along each axis, (2, d), of (n, d) with n ≥ 1.

    Column by column: 10⁶ points take 3 ms, and 30 in one go.
    """
    return np.array([[column.min() for column in values.T], [column.max() for column in values.T]])


def sealed_integers(array: IntArray) -> IntArray:
    """Integers of our own making, read-only from now on; nothing is copied."""
    array.flags.writeable = False
    return array
