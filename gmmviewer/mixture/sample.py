"""The points of a fit, standardised once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray, FloatArray, as_points, frozen
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.tiles import SORTED_FROM, Tiles, sorted_tiles, unsorted_tiles
from gmmviewer.mixture.units import Units

PROBES = 8  # points whose twins are counted before all are


@dataclass(frozen=True, eq=False)
class SampleSummary:
    """``n`` points in ``d`` dimensions, ``total`` N = Σ_i w_i, ``multiplicity`` of the sample, ``units``."""

    n: int
    d: int
    total: float
    multiplicity: int
    units: Units

    @property
    def log_volume(self) -> float:
        """What to subtract from a log-likelihood in standard units: N·d·log(scale)."""
        return self.units.log_volume(self.total)


@dataclass(frozen=True, eq=False)
class Sample:
    """n points in d dimensions, in standard units, one contiguous row per axis.

    ``columns`` is (d, n): a block of one axis is then one contiguous stretch of memory. ``weights`` (n,) say
    how often each row counts, as if it stood there so many times; None: every row once.
    """

    columns: FloatArray
    units: Units
    weights: FloatArray | None = None

    @classmethod
    def of(
        cls, points: ArrayLike | Sample, units: Units | None = None, weights: ArrayLike | None = None
    ) -> Sample:
        """A sample of (n, d) or (n,) points; in the given units, or in units of their own.

        Raises ``ValueError`` for points that are not finite numbers and for weights that are not one
        non-negative number per row with a positive sum.
        """
        if isinstance(points, Sample):
            return points
        values = as_points(points)
        chosen = units or Units.of(values)
        columns = np.empty((values.shape[1], len(values)))
        for axis in range(values.shape[1]):
            np.subtract(values[:, axis], chosen.centre[axis], out=columns[axis])
            columns[axis] /= chosen.scale
        columns.flags.writeable = False
        return cls(columns, chosen, None if weights is None else checked_weights(weights, len(values)))

    def __reduce__(self) -> tuple[type[Sample], tuple[object, ...]]:
        """For another process: the points, and not what was computed from them."""
        return type(self), (self.columns, self.units, self.weights)

    @property
    def n(self) -> int:
        """The number of points."""
        return int(self.columns.shape[1])

    @property
    def d(self) -> int:
        """The number of dimensions."""
        return int(self.columns.shape[0])

    def every(self, stride: int) -> Sample:
        """Each ``stride``-th point with its weight: enough of very many for a look."""
        if stride == 1:
            return self
        weights = None if self.weights is None else frozen(self.weights[::stride])
        return Sample(frozen(self.columns[:, ::stride]), self.units, weights)

    @property
    def total(self) -> float:
        """N = Σ_i w_i: the number of points, each as often as it counts."""
        return float(self.n) if self.weights is None else float(self.weights.sum())

    @cached_property
    def mean(self) -> FloatArray:
        """The mean of all points, (d,), standard units; zeros without points."""
        if self.n == 0:
            return frozen(np.zeros(self.d))
        return frozen(np.average(self.columns, axis=1, weights=self.weights))

    @cached_property
    def covariance(self) -> FloatArray:
        """The covariance of all points (dividing by N), (d, d), standard units."""
        if self.n == 0:
            return frozen(np.zeros((self.d, self.d)))
        centred = self.columns - self.mean[:, None]
        weighted = centred if self.weights is None else centred * self.weights
        return frozen(weighted @ centred.T / self.total)

    @cached_property
    def variances(self) -> FloatArray:
        """The variance of each axis (dividing by N), (d,), standard units; 0 exactly if it is constant."""
        if self.n == 0:
            return frozen(np.zeros(self.d))
        # the mean of equal numbers is rounded, which would leave them a variance of order eps²
        constant = (self._counted == self._counted[:, :1]).all(axis=1)
        return frozen(np.where(constant, 0.0, np.diagonal(self.covariance)))

    @cached_property
    def floor(self) -> Floor:
        """The smallest covariance a component may have on these points."""
        return Floor.relative_to(self.variances)

    def tiles(self, size: int) -> Tiles:
        """The points in tiles of about ``size``, close together in space where there are many points."""
        return self._neighbours.grouped(size) if self.n >= SORTED_FROM else self.unsorted(size)

    def unsorted(self, size: int) -> Tiles:
        """The points in tiles of ``size``, in the order given."""
        if size not in self._unsorted:
            low, high = self.box
            # about the mean and not the middle: where most points are, squares should be small
            half = np.maximum(self.mean - low, high - self.mean)
            self._unsorted[size] = unsorted_tiles(self.columns, self.weights, size, self.mean, half)
        return self._unsorted[size]

    @cached_property
    def _unsorted(self) -> dict[int, Tiles]:
        """Tiles by their size: a step should not make them again."""
        return {}

    @cached_property
    def _neighbours(self) -> Tiles:
        return sorted_tiles(self.columns, self.weights)

    @cached_property
    def box(self) -> tuple[FloatArray, FloatArray]:
        """The smallest and largest value along each axis, (d,) each, standard units; zeros without points."""
        if self.n == 0:
            return frozen(np.zeros(self.d)), frozen(np.zeros(self.d))
        return frozen(self.columns.min(axis=1)), frozen(self.columns.max(axis=1))

    @cached_property
    def log_uniform(self) -> float:
        """−log V: the log-density of the uniform distribution on the box of the points, standard units.

        An axis without spread is as wide as the floor: the box of a line is thin, not empty.
        """
        spans = np.ptp(self._counted, axis=1) if self.n else np.zeros(self.d)
        return -float(np.log(np.maximum(spans, np.sqrt(12.0 * self.floor.variances))).sum())

    @property
    def _counted(self) -> FloatArray:
        """The columns of the rows that count at all."""
        return self.columns if self.weights is None else self.columns[:, self.weights > 0]

    @cached_property
    def summary(self) -> SampleSummary:
        """What a fit has to remember of its points."""
        return SampleSummary(self.n, self.d, self.total, self.multiplicity, self.units)

    @cached_property
    def multiplicity(self) -> int:
        """How often the whole sample repeats itself: the greatest common divisor of how often its distinct
        points occur. 1 for ordinary data, 2 for data pasted twice."""
        if self.n == 0 or (self.weights is not None and (self.weights % 1 != 0).any()):
            return 1
        divisor = 0
        for first in range(min(self.n, PROBES)):  # one point without a twin settles it
            same = (self.columns == self.columns[:, first, None]).all(axis=0)
            divisor = math.gcd(divisor, self._occurrences(same))
            if divisor == 1:
                return 1
        _, index = np.unique(self.columns, axis=1, return_inverse=True)
        counts = np.bincount(index.ravel(), self.weights).astype(np.int64)
        return max(int(np.gcd.reduce(counts[counts > 0])), 1)

    def _occurrences(self, same: BoolArray) -> int:
        return int(same.sum() if self.weights is None else self.weights[same].sum())

    @cached_property
    def radii(self) -> FloatArray:
        """The largest size of a coordinate along each axis, (d,), standard units."""
        low, high = self.box
        return frozen(np.maximum(-low, high))


def checked_weights(weights: ArrayLike, n: int) -> FloatArray:
    """Row weights as (n,) float64. ``ValueError`` with advice for what cannot weigh n rows."""
    given = np.asarray(weights)
    if given.dtype.kind not in "fiub":
        raise ValueError(f"weights must be real numbers, not {given.dtype}")
    if given.shape != (n,):
        raise ValueError(f"{given.size} weights for {n} points; give one weight per point")
    values = frozen(given)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("weights must be finite and not negative")
    if n and not 0 < values.sum() < np.inf:
        raise ValueError("the weights sum to nothing; at least one row must count")
    return values
