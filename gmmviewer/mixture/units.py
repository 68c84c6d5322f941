"""Standard units: where and how large the data are, taken out before any squaring.

Fits run in standard units, people see data units. The scale is one power of two for all axes, because
separate scales would change the maximum of the families that compare axes; a power of two and a centre
on its grid make the change of units exactly invertible for data of ordinary precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.parameters import Mixture, Noise

LARGEST_VALUE = 1e150  # squares of larger numbers overflow
SMALLEST_SPAN = 1e-140  # squares of smaller spans are denormal


@dataclass(frozen=True, eq=False)
class Units:
    """standard = (data − centre) / scale; ``centre`` (d,) in data units, ``scale`` a power of two."""

    centre: FloatArray
    scale: float

    @classmethod
    def of(cls, points: FloatArray) -> Units:
        """Units in which these (n, d) points lie about the origin with a span of order one.

        Raises ``ValueError`` when the numbers are too large or the span of an axis too small to be squared.
        """
        if len(points) == 0:
            return cls(frozen(np.zeros(points.shape[1])), 1.0)
        # column by column: 10⁶ points take 3 ms, and 50 in one go
        low, high = (np.array([end(column) for column in points.T]) for end in (np.min, np.max))
        largest = max(abs(float(low.min())), abs(float(high.max())))
        if largest > LARGEST_VALUE:
            raise ValueError(f"a value of size {largest:.3g} is too large; rescale the data below 1e150")
        spans = high - low
        for small in spans[(spans > 0) & (spans < SMALLEST_SPAN)]:
            raise ValueError(f"the data span only {small:.3g}; rescale them above 1e-140")
        span = float(spans.max())
        reference = span / 4 if span > 0 else (largest if largest >= SMALLEST_SPAN else 1.0)
        scale = 2.0 ** round(math.log2(reference))
        centre = np.round((low / 2 + high / 2) / scale) * scale
        return cls(frozen(centre), scale)

    def same_as(self, other: Units) -> bool:
        """Whether both mean the same change of units."""
        return self is other or (self.scale == other.scale and np.array_equal(self.centre, other.centre))

    def fits(self, points: FloatArray) -> bool:
        """Whether these points still suit these units, within a factor of about a thousand."""
        if len(points) == 0:
            return True
        fresh = Units.of(points)
        near = bool((np.abs(fresh.centre - self.centre) < 1024 * fresh.scale).all())
        return near and 2.0**-10 <= fresh.scale / self.scale <= 2.0**10

    def standardise(self, points: ArrayLike) -> FloatArray:
        """(n, d) or (d,) data values in standard units."""
        return np.asarray((np.asarray(points) - self.centre) / self.scale)

    def restore(self, points: ArrayLike) -> FloatArray:
        """(n, d) or (d,) standard values in data units."""
        return np.asarray(np.asarray(points) * self.scale + self.centre)

    def standardise_mixture(self, mixture: Mixture) -> Mixture:
        """The same mixture in standard units."""
        covariances = mixture.covariances / self.scale / self.scale
        return Mixture(mixture.weights, self.standardise(mixture.means), covariances, self._noise(mixture, 1))

    def restore_mixture(self, mixture: Mixture) -> Mixture:
        """The same mixture in data units."""
        covariances = mixture.covariances * self.scale * self.scale
        return Mixture(mixture.weights, self.restore(mixture.means), covariances, self._noise(mixture, -1))

    def _noise(self, mixture: Mixture, direction: int) -> Noise | None:
        """The same noise in the other units: +1 to standard ones, −1 back."""
        if mixture.noise is None:
            return None
        return replace(mixture.noise, log_density=mixture.noise.log_density + direction * self.log_volume(1))

    def log_volume(self, n: float) -> float:
        """What to subtract from a log-likelihood of n points in standard units: n·d·log(scale)."""
        return n * len(self.centre) * math.log(self.scale)
