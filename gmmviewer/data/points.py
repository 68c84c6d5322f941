"""A frozen set of points with the names people know it by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray, as_points, frozen
from gmmviewer.mixture.sample import Sample, checked_weights
from gmmviewer.mixture.units import Units


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
        labels = None if truth is None else np.array(truth, dtype=np.int64)
        names = columns or ("x", "y")[: points.shape[1]]
        counted = None if weights is None else checked_weights(weights, len(fixed))
        return cls(fixed, names, name, labels, notes, Units.of(fixed), False, counted, weighted_by)

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

    @cached_property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """The smallest and the largest value along each axis, (d,) each; zeros and ones without points."""
        if self.n == 0:
            return frozen(np.zeros(self.d)), frozen(np.ones(self.d))
        return frozen(self.values.min(axis=0)), frozen(self.values.max(axis=0))

    def with_points(self, added: ArrayLike) -> PointSet:
        """This set with (m, d) more points, whose truth is unknown and which count once each."""
        extra = as_points(added)
        truth = None
        if self.truth is not None:
            truth = np.concatenate([self.truth, np.full(len(extra), -1)])
        weights = None if self.weights is None else np.concatenate([self.weights, np.ones(len(extra))])
        return self._edited(np.concatenate([self.values, extra]), truth, weights)

    def without(self, erased: BoolArray) -> PointSet:
        """This set without the points marked in ``erased`` (n,)."""
        if not erased.any():
            return self
        kept = ~erased
        truth = None if self.truth is None else self.truth[kept]
        return self._edited(self.values[kept], truth, None if self.weights is None else self.weights[kept])

    def cleared(self) -> PointSet:
        """The same axes with no points: a sheet to draw on."""
        empty = self.without(np.ones(self.n, dtype=bool))
        blank = replace(empty, weights=None, weighted_by="", truth=None, notes=())
        return replace(blank, name="Drawn points", drawn=True)

    def _edited(self, values: FloatArray, truth: IntArray | None, weights: FloatArray | None) -> PointSet:
        """Keep the units while they suit the points, so that a running fit goes on undisturbed."""
        fixed = frozen(values)
        units = self.units if self.n and self.units.fits(fixed) else Units.of(fixed)
        counted = frozen(weights) if weights is not None and weights.any() else None  # some row must count
        return replace(self, values=fixed, truth=truth, units=units, weights=counted)
