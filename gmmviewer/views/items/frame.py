"""The rectangle of a plot and the ranges it shows: from data to pixels and back.

Everything on a canvas is mapped here, in double precision and relative to the edge of the range, and painted
in pixels: data at 1.6e9 ± 1 or spans of 1e100 are as sharp as any other, where a painter's matrix is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.units import LARGEST_VALUE, SMALLEST_SPAN
from gmmviewer.scene.ranges import FINEST

Range: TypeAlias = tuple[float, float]

FEWEST_DECADES, MOST_DECADES = 0.05, 250.0  # that a logarithmic axis can be zoomed to
SMALLEST_DENSITY = 1e-290  # that an axis can end at: those of data around 1e150 are below 1e-150
ZERO = 1e-300  # stands for zero on a logarithmic axis, far below any floor


@dataclass(frozen=True)
class Frame:
    """``x`` and ``y`` (in data units) fill a rectangle of logical pixels; y grows upwards, pixels downwards.

    ``ratio``: device pixels per logical pixel; ``log_y``: equal factors of y, which is positive then, are
    equally far apart.
    """

    x: Range
    y: Range
    left: float
    top: float
    width: float
    height: float
    ratio: float = 1.0
    log_y: bool = False

    @property
    def right(self) -> float:
        """The right edge in logical pixels."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge in logical pixels."""
        return self.top + self.height

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return max(1, round(self.width * self.ratio)), max(1, round(self.height * self.ratio))

    def pixels_x(self, x: FloatArray) -> FloatArray:
        """Horizontal pixels of data values of any shape."""
        return np.asarray(self.left + (x - self.x[0]) * (self.width / (self.x[1] - self.x[0])))

    def pixels_y(self, y: FloatArray) -> FloatArray:
        """Vertical pixels of data values of any shape."""
        if self.log_y:
            decades = np.log10(np.maximum(y, ZERO)) - math.log10(self.y[0])
            return np.asarray(self.bottom - decades * (self.height / self._decades))
        return np.asarray(self.bottom - (y - self.y[0]) * (self.height / (self.y[1] - self.y[0])))

    @property
    def _decades(self) -> float:
        return math.log10(self.y[1]) - math.log10(self.y[0])

    def pixels(self, points: FloatArray) -> FloatArray:
        """Pixels (…, 2) of points (…, 2) in data units."""
        return np.stack([self.pixels_x(points[..., 0]), self.pixels_y(points[..., 1])], axis=-1)

    def data_x(self, pixel: float) -> float:
        """The data value at a horizontal pixel."""
        return self.x[0] + (pixel - self.left) / self.width * (self.x[1] - self.x[0])

    def data_y(self, pixel: float) -> float:
        """The data value at a vertical pixel."""
        share = (self.bottom - pixel) / self.height
        if self.log_y:
            return float(self.y[0] * 10.0 ** (share * self._decades))
        return self.y[0] + share * (self.y[1] - self.y[0])

    def contains(self, x: float, y: float) -> bool:
        """Whether a pixel lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def with_equal_aspect(self) -> Frame:
        """One unit as long along both axes: the tighter range is widened about its middle."""
        per_x, per_y = (self.x[1] - self.x[0]) / self.width, (self.y[1] - self.y[0]) / self.height
        if per_x < per_y:
            return replace(self, x=about_middle(self.x, per_y * self.width))
        return replace(self, y=about_middle(self.y, per_x * self.height))


def about_middle(limits: Range, span: float) -> Range:
    """The range of this span with the same middle; unchanged where it could not be drawn."""
    middle = limits[0] / 2 + limits[1] / 2
    return drawable((middle - span / 2, middle + span / 2), limits)


def zoomed(limits: Range, fixed: float, factor: float, smallest: float = SMALLEST_SPAN) -> Range:
    """The range ``factor`` times as wide in which ``fixed`` keeps its place."""
    low, high = limits
    return drawable((fixed + (low - fixed) * factor, fixed + (high - fixed) * factor), limits, smallest)


def zoomed_decades(limits: Range, factor: float) -> Range:
    """The positive range with ``factor`` times as many decades and the same upper end."""
    high = math.log10(limits[1])
    decades = (high - math.log10(limits[0])) * factor
    possible = FEWEST_DECADES <= decades <= MOST_DECADES and high - decades > math.log10(ZERO)
    return (10.0 ** (high - decades), limits[1]) if possible else limits


def shifted(limits: Range, by: float) -> Range:
    """The range moved along."""
    return drawable((limits[0] + by, limits[1] + by), limits)


def drawable(limits: Range, otherwise: Range, smallest: float = SMALLEST_SPAN) -> Range:
    """``limits`` if an axis can show them, else the range that was there before.

    ``smallest``: the smallest span; that of data has to be squared, that of densities has not. Every range
    that a hand makes passes through here, those of data sets through ``padded_range``.
    """
    low, high = limits
    largest = max(abs(low), abs(high))
    if not (math.isfinite(largest) and largest <= 4 * LARGEST_VALUE):
        return otherwise
    return limits if high - low >= max(2 * FINEST * largest, smallest) else otherwise
