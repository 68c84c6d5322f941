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
FEWEST_DECADES, MOST_DECADES = 1.0, 15.0
LOWEST = 1e-280  # counts as zero on a logarithmic axis, whose floor still is an ordinary number
BELOW = 3.0  # the lowest height stands this factor above the floor of a logarithmic axis


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


def decade_range(heights: ArrayLike) -> tuple[float, float]:
    """A positive range for a logarithmic axis on which every height > 0 can be seen, with air above.

    The bar of a single point in the widest bin is a third of the floor higher than it; of more than
    ``MOST_DECADES`` the highest are shown. Heights that are zero or not finite do not count.
    """
    array = np.asarray(heights, dtype=np.float64).ravel()
    counting = array[np.isfinite(array) & (array > LOWEST)]
    if len(counting) == 0:
        return 10.0**-MOST_DECADES, 1.0
    high, low = math.log10(float(counting.max())), math.log10(float(counting.min())) - math.log10(BELOW)
    low = min(max(low, high - MOST_DECADES), high - FEWEST_DECADES)
    return 10.0**low, 10.0 ** (high + (high - low) * 2 * PADDING)


def _limited(value: float) -> float:
    return min(max(value, -LARGEST_VALUE), LARGEST_VALUE)
