"""Histograms on the density scale that survive ties, outliers and a million values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, IntArray, frozen
from gmmviewer.mixture.units import SMALLEST_SPAN
from gmmviewer.scene.ranges import padded_range

FEWEST, MOST = 5, 120  # bins of the automatic rule
CORE = MOST - 4  # without one for outliers at either end, and one that rounded data may need in addition
QUARTER = 2.117  # interquartile range of a Gaussian / width of the shortest interval with a quarter of it
NARROWEST = 0.02  # of the interquartile range: the smallest spread that the shortest quarter may tell
REACH = 15.0  # interquartile ranges beyond the quartiles that get narrow bins
GROWTH = 1.25  # of the bins beyond, one to the next, where tails are looked at


@dataclass(frozen=True, eq=False)
class Histogram:
    """``counts`` (m,) of values between ``edges`` (m+1,); ``heights`` (m,) = counts / (n · width).

    The bars have the area 1 together, as a density has.
    """

    edges: FloatArray
    heights: FloatArray
    counts: IntArray


def histogram(values: ArrayLike, bins: int | Literal["auto"] = "auto", *, tails: bool = False) -> Histogram:
    """A histogram of finite numbers (n,) with so many equal bins.

    ``auto`` takes 5 to 120 bins of the width 2·spread·n^(−1/3) (Freedman & Diaconis 1981). Rounded data
    get whole multiples of their step, so that no bin collects more of the steps than its neighbours. A few
    values far outside share one wide and low bin at the end instead of squeezing all others into one; with
    ``tails``, on a logarithmic axis, ever wider bins lead out to them.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=None)  # 1e6 values: 10 ms
    n = len(ordered)
    if n == 0:
        return Histogram(frozen([0.0, 1.0]), frozen([0.0]), np.zeros(1, dtype=np.int64))
    low, high = float(ordered[0]), float(ordered[-1])
    edges = _automatic(ordered) if bins == "auto" else _even(low, high, bins)
    if tails:
        edges = _with_tails(edges)
    inner = np.searchsorted(ordered, edges[1:-1])
    counts = np.diff(inner, prepend=0, append=n).astype(np.int64)
    return Histogram(frozen(edges), frozen(counts / n / np.diff(edges)), counts)


def _even(low: float, high: float, bins: int) -> FloatArray:
    """Edges of equal bins; of fewer bins where neighbouring edges would be the same number."""
    if high - low < SMALLEST_SPAN:
        low, high = padded_range(low, high)
    resolution = float(max(np.spacing(abs(low)), np.spacing(abs(high))))
    possible = min(float(bins), max(1.0, (high - low) / resolution / 4))
    return np.linspace(low, high, int(possible) + 1)


def _automatic(ordered: FloatArray) -> FloatArray:
    n, low, high = len(ordered), float(ordered[0]), float(ordered[-1])
    first, third = float(ordered[n // 4]), float(ordered[-1 - n // 4])
    quartiles = third - first
    if quartiles <= SMALLEST_SPAN:  # most values are tied: the Rice rule needs no spread
        return _even(low, high, min(max(math.ceil(2 * n ** (1 / 3)), FEWEST), CORE))
    start = low if first - low < (REACH + 1) * quartiles else first - REACH * quartiles
    end = high if high - third < (REACH + 1) * quartiles else third + REACH * quartiles
    most = min(max(4 * math.sqrt(n), FEWEST), CORE)
    width = max(2.0 * _spread(ordered, quartiles) * n ** (-1 / 3), (end - start) / most)
    core = _stepped(ordered, start, end, width)
    if core is None:
        core = _even(start, end, max(FEWEST, math.ceil((end - start) / width - 1e-9)))
    return np.array([*([low] if low < start else []), *core, *([high] if high > end else [])])


def _with_tails(edges: FloatArray) -> FloatArray:
    """The same edges with every end bin that is wider than its neighbour cut into growing ones."""
    if len(edges) < 3:
        return edges
    inner = edges[1:-1]
    first, last = float(inner[0] - edges[0]), float(edges[-1] - inner[-1])
    near, far = (
        (float(inner[1] - inner[0]), float(inner[-1] - inner[-2])) if len(inner) > 1 else (last, first)
    )
    left, right = _growing(first, near), _growing(last, far)
    outside = inner[0] - left[-2::-1], inner[-1] + right[:-1]  # the ends stay the very numbers they are
    return np.unique(np.concatenate([edges[:1], outside[0], inner, outside[1], edges[-1:]]))


def _growing(reach: float, width: float) -> FloatArray:
    """The far edges of bins, each ``GROWTH`` times as wide as the one before; the last is ``reach``."""
    count = max(1, math.floor(math.log1p((GROWTH - 1) * reach / (GROWTH * width)) / math.log(GROWTH)))
    edges = np.cumsum(GROWTH ** np.arange(1, count + 1, dtype=np.float64))
    return np.append(edges[:-1] / edges[-1] * reach, reach)


def _spread(ordered: FloatArray, quartiles: float) -> float:
    """The spread of the data as an interquartile range.

    Between well separated groups the interquartile range measures their distance, and bins made from it hide
    the groups; the shortest interval that holds a quarter of the data then measures their width.
    """
    quarter = max(1, len(ordered) // 4)
    shortest = float((ordered[quarter:] - ordered[:-quarter]).min())
    return max(min(quartiles, QUARTER * shortest), NARROWEST * quartiles)


def _stepped(ordered: FloatArray, start: float, end: float, width: float) -> FloatArray | None:
    """Edges half-way between the values of rounded data; None where the data are not that coarse."""
    sample = np.unique(ordered[:: max(1, len(ordered) // 4096)])
    gaps = np.diff(sample)
    smallest = float(gaps.min())
    multiples = np.rint(gaps / smallest) if smallest > width / 100 else np.zeros_like(gaps)
    if np.abs(gaps - multiples * smallest).max() > 1e-3 * smallest:
        return None
    step = float(gaps.sum() / multiples.sum())
    width = step * max(1, math.ceil(width / step - 1e-9))
    lowest = float(sample[0])
    origin = lowest + step * (math.ceil((start - lowest) / step - 1e-9) - 0.5)
    bins = math.ceil((end - origin) / width)
    return origin + width * np.arange(bins + 1, dtype=np.float64) if bins >= FEWEST else None
