"""How wide the bins of a histogram are: rules with names, and a careful one that is taken unasked."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.units import SMALLEST_SPAN
from gmmviewer.scene.ordered import Ordered
from gmmviewer.scene.ranges import padded_range

FEWEST, MOST = 5, 120  # bins of the automatic rule
MOST_EQUAL = 1000  # bins of the other rules: one outlier makes Freedman & Diaconis ask for millions
CORE = MOST - 4  # without one for outliers at either end, and one that rounded data may need in addition
REACH = 15.0  # interquartile ranges beyond the quartiles that get narrow bins
GROWTH = 1.25  # of the bins beyond, one to the next, where tails are looked at


class BinRule(Enum):
    """How many bins a histogram has; the value is the name in menus."""

    AUTO = "Automatic"  # Freedman & Diaconis on the steps of rounded data, outliers apart
    FREEDMAN = "Freedman–Diaconis"
    SCOTT = "Scott"
    STURGES = "Sturges"
    RICE = "Rice"
    BY_HAND = "By hand"


def bin_edges(ordered: Ordered, rule: BinRule = BinRule.AUTO, bins: int = 20) -> FloatArray:
    """The rising edges (m+1,) of bins for at least one number; ``bins`` is how many BY_HAND.

    Only the automatic rule makes bins of different widths.
    """
    if rule is BinRule.AUTO:
        return _automatic(ordered)
    low, high = float(ordered.values[0]), float(ordered.values[-1])
    count = float(bins) if rule is BinRule.BY_HAND else min(RULES[rule](ordered), float(MOST_EQUAL))
    return even_edges(low, high, max(count, 1.0))


def even_edges(low: float, high: float, bins: float) -> FloatArray:
    """Edges of equal bins; of fewer bins where neighbouring edges would be the same number."""
    if high - low < SMALLEST_SPAN:
        low, high = padded_range(low, high)
    resolution = float(max(np.spacing(abs(low)), np.spacing(abs(high))))
    possible = min(bins, max(1.0, (high - low) / resolution / 4))
    return np.linspace(low, high, int(possible) + 1)


def tail_edges(edges: FloatArray) -> FloatArray:
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


def step_of(ordered: Ordered, width: float) -> float | None:
    """The step that rounded data are multiples of, if it is no less than a hundredth of ``width``."""
    sample = np.unique(ordered.values[:: max(1, len(ordered.values) // 4096)])
    gaps = np.diff(sample)
    if len(gaps) == 0:
        return None
    smallest = float(gaps.min())
    multiples = np.rint(gaps / smallest) if smallest > width / 100 else np.zeros_like(gaps)
    if np.abs(gaps - multiples * smallest).max() > 1e-3 * smallest:
        return None
    return float(gaps.sum() / multiples.sum())


# ---------------------------------------------------------------- rules by name


def freedman_diaconis(ordered: Ordered) -> float:
    """Bins of the width 2·IQR·N^(−1/3) (Freedman & Diaconis 1981); Rice's where half the data are tied."""
    quartiles = ordered.quantile(0.75) - ordered.quantile(0.25)
    if quartiles <= SMALLEST_SPAN:
        return rice(ordered)
    return _of_width(ordered, 2.0 * quartiles / math.cbrt(ordered.size))


def scott(ordered: Ordered) -> float:
    """Bins of the width (24·√π/N)^(1/3)·σ (Scott 1979)."""
    return _of_width(ordered, math.cbrt(24.0 * math.sqrt(math.pi) / ordered.size) * ordered.deviation)


def sturges(ordered: Ordered) -> float:
    """1 + log₂ N bins (Sturges 1926)."""
    return float(math.ceil(1.0 + math.log2(ordered.size) - 1e-9))


def rice(ordered: Ordered) -> float:
    """2·N^(1/3) bins."""
    return float(math.ceil(2.0 * math.cbrt(ordered.size) - 1e-9))


RULES: dict[BinRule, Callable[[Ordered], float]] = {
    BinRule.FREEDMAN: freedman_diaconis,
    BinRule.SCOTT: scott,
    BinRule.STURGES: sturges,
    BinRule.RICE: rice,
}


def _of_width(ordered: Ordered, width: float) -> float:
    span = float(ordered.values[-1] - ordered.values[0])
    return max(1.0, float(np.ceil(span / width - 1e-9))) if width > 0 else 1.0


# ---------------------------------------------------------------- the automatic rule


def _automatic(ordered: Ordered) -> FloatArray:
    """5 to 120 bins of the width 2·spread·N^(−1/3), outliers apart, on the steps of rounded data."""
    n, low, high = ordered.size, float(ordered.values[0]), float(ordered.values[-1])
    first, third = ordered.quartiles
    quartiles = third - first
    if quartiles <= SMALLEST_SPAN:  # most values are tied: the Rice rule needs no spread
        return even_edges(low, high, min(max(rice(ordered), FEWEST), CORE))
    start = low if first - low < (REACH + 1) * quartiles else first - REACH * quartiles
    end = high if high - third < (REACH + 1) * quartiles else third + REACH * quartiles
    most = min(max(4 * math.sqrt(n), FEWEST), CORE)
    width = max(2.0 * ordered.spread / math.cbrt(n), (end - start) / most)
    core = _stepped(ordered, start, end, width)
    if core is None:
        core = even_edges(start, end, max(FEWEST, math.ceil((end - start) / width - 1e-9)))
    return np.array([*([low] if low < start else []), *core, *([high] if high > end else [])])


def _stepped(ordered: Ordered, start: float, end: float, width: float) -> FloatArray | None:
    """Edges half-way between the values of rounded data; None where the data are not that coarse."""
    step = step_of(ordered, width)
    if step is None:
        return None
    width = step * max(1, math.ceil(width / step - 1e-9))
    lowest = float(ordered.values[0])
    origin = lowest + step * (math.ceil((start - lowest) / step - 1e-9) - 0.5)
    bins = math.ceil((end - origin) / width)
    return origin + width * np.arange(bins + 1, dtype=np.float64) if bins >= FEWEST else None


def _growing(reach: float, width: float) -> FloatArray:
    """The far edges of bins, each ``GROWTH`` times as wide as the one before; the last is ``reach``."""
    count = max(1, math.floor(math.log1p((GROWTH - 1) * reach / (GROWTH * width)) / math.log(GROWTH)))
    edges = np.cumsum(GROWTH ** np.arange(1, count + 1, dtype=np.float64))
    return np.append(edges[:-1] / edges[-1] * reach, reach)
