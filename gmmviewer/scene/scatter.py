"""Points of a line scattered upwards, so that ties can be seen, and a sample of them where they are many.

Both follow from a point's row alone: a point stays where it is through every repaint, zoom and session, and
drawing further points moves none of those that are there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray

BLOCK = 1 << 18  # rows at a time
SALT = np.uint64(1 << 41)  # further than any row: what is drawn by lot twice comes out differently


def heights(rows: ArrayLike) -> FloatArray:
    """A height between 0 and 1 for each row (m,), evenly spread and without a pattern."""
    return np.asarray(_hashed(np.asarray(rows, dtype=np.uint64)) >> np.uint64(11)) * 2.0**-53


def places_in_line(rows: ArrayLike) -> FloatArray:
    """A place between 0 and 1 for each row (m,) in the line of those that are shown where not all can be.

    It says nothing about the row's height.
    """
    return np.asarray(_hashed(np.asarray(rows, dtype=np.uint64) + SALT) >> np.uint64(11)) * 2.0**-53


def first_in_line(places: FloatArray, wanted: BoolArray, most: int) -> BoolArray:
    """Of the ``wanted`` (m,) ones all, or about ``most`` that come first by their ``places`` (m,) in line.

    Whoever is shown among many wanted ones is shown among fewer of them: a closer look only adds some.
    """
    count = int(np.count_nonzero(wanted))
    return wanted if count <= most else wanted & (places < most / count)


def sampled_rows(values: FloatArray, limit: int) -> IntArray:
    """All rows of ``values`` (n,), or about ``limit`` of them with both extremes, rising.

    Each row is in the sample with the same probability, whatever the order of the rows.
    """
    n = len(values)
    if n <= limit:
        return np.arange(n, dtype=np.int64)
    bound = np.uint64(int(limit / n * 2.0**64))
    found = [np.array([int(values.argmin()), int(values.argmax())], dtype=np.int64)]
    for start in range(0, n, BLOCK):  # 10⁷ rows: 0.15 s
        rows = np.arange(start, min(start + BLOCK, n), dtype=np.uint64)
        found.append(np.flatnonzero(_hashed(rows + np.uint64(1 << 40)) < bound) + start)
    return np.unique(np.concatenate(found))


def _hashed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 bits that look random (splitmix64, Steele, Lea & Flood 2014)."""
    mixed = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
