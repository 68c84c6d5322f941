"""Axis ranges: every range passes through here, because the plot library fails on strange ones.

It raises at ±1e300 and crashes on denormal spans; tick marks need more than a few representable numbers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.units import LARGEST_VALUE, SMALLEST_SPAN

PADDING = 0.06  # of the span, on either side
FINEST = 1e-12  # smallest span relative to the coordinates: some 4500 representable numbers
STRETCH = 3.0  # a range this much wider than its central part was made by outliers


def padded_range(low: float, high: float) -> tuple[float, float]:
    """A finite range with some air around ``low``…``high``; always wide enough to draw.

    Swapped ends are put in order, values that are not finite count as unknown.
    """
    ends = [_limited(float(end)) for end in (low, high) if math.isfinite(end)]
    if not ends:
        return 0.0, 1.0
    start, end = min(ends), max(ends)
    middle, half = start / 2 + end / 2, end / 2 - start / 2
    if half == 0:
        half = 0.1 * abs(middle) or 0.5
    half = max(half * (1 + 2 * PADDING), FINEST * abs(middle), SMALLEST_SPAN)
    return middle - half, middle + half


def robust_range(values: ArrayLike, content: float = 0.99) -> tuple[float, float]:
    """A padded range of all values, or of the central ``content`` of them where a few lie far outside."""
    array = np.asarray(values, dtype=np.float64).ravel()
    finite = array[np.isfinite(array)]
    if len(finite) == 0:
        return padded_range(math.nan, math.nan)
    tail = (1.0 - content) / 2
    start, low, high, end = np.quantile(finite, [0.0, tail, 1.0 - tail, 1.0]).tolist()
    if high > low and end / 2 - start / 2 > STRETCH * (high / 2 - low / 2):
        return padded_range(low, high)
    return padded_range(start, end)


def _limited(value: float) -> float:
    return min(max(value, -LARGEST_VALUE), LARGEST_VALUE)
