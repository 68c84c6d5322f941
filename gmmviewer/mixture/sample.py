"""The points of a fit, standardised once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, as_points, frozen
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.units import Units


@dataclass(frozen=True, eq=False)
class Sample:
    """n points in d dimensions, in standard units, one contiguous row per axis.

    ``columns`` is (d, n): a block of one axis is then one contiguous stretch of memory.
    """

    columns: FloatArray
    units: Units

    @classmethod
    def of(cls, points: ArrayLike | Sample, units: Units | None = None) -> Sample:
        """A sample of (n, d) or (n,) points; in the given units, or in units of their own."""
        if isinstance(points, Sample):
            return points
        values = as_points(points)
        chosen = units or Units.of(values)
        columns = np.empty((values.shape[1], len(values)))
        for axis in range(values.shape[1]):
            np.subtract(values[:, axis], chosen.centre[axis], out=columns[axis])
            columns[axis] /= chosen.scale
        columns.flags.writeable = False
        return cls(columns, chosen)

    @property
    def n(self) -> int:
        """The number of points."""
        return int(self.columns.shape[1])

    @property
    def d(self) -> int:
        """The number of dimensions."""
        return int(self.columns.shape[0])

    @cached_property
    def variances(self) -> FloatArray:
        """The variance of each axis (dividing by n), (d,), standard units; 0 exactly if it is constant."""
        if self.n == 0:
            return frozen(np.zeros(self.d))
        # the mean of equal numbers is rounded, which would leave them a variance of order eps²
        return frozen([0.0 if (column == column[0]).all() else column.var() for column in self.columns])

    @cached_property
    def covariance(self) -> FloatArray:
        """The covariance of all points (dividing by n), (d, d), standard units."""
        centred = self.columns - self.columns.mean(axis=1, keepdims=True)
        return frozen(centred @ centred.T / self.n)

    @cached_property
    def floor(self) -> Floor:
        """The smallest covariance a component may have on these points."""
        return Floor.relative_to(self.variances)

    @cached_property
    def radii(self) -> FloatArray:
        """The largest size of a coordinate along each axis, (d,), standard units."""
        return frozen(np.abs(self.columns).max(axis=1, initial=0.0))
