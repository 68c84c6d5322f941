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

    @property
    def n(self) -> int:
        """The number of points."""
        return int(self.columns.shape[1])

    @property
    def d(self) -> int:
        """The number of dimensions."""
        return int(self.columns.shape[0])

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
        counted = self.columns if self.weights is None else self.columns[:, self.weights > 0]
        # the mean of equal numbers is rounded, which would leave them a variance of order eps²
        constant = (counted == counted[:, :1]).all(axis=1)
        return frozen(np.where(constant, 0.0, np.diagonal(self.covariance)))

    @cached_property
    def floor(self) -> Floor:
        """The smallest covariance a component may have on these points."""
        return Floor.relative_to(self.variances)

    @cached_property
    def radii(self) -> FloatArray:
        """The largest size of a coordinate along each axis, (d,), standard units."""
        return frozen(np.abs(self.columns).max(axis=1, initial=0.0))


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
