"""A smooth density of the points without a model: one Gaussian per point, n of them added up quickly.

The points are gathered in cells much narrower than the kernel, each at the mean of its points, which takes
the first order of the error away. Only cells that hold points are kept, so outliers cost nothing, and a
place asks only the cells within reach: some 140, whether there are a thousand points or ten million.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, sealed
from gmmviewer.mixture.stopping import Cancelled, ShouldStop, never
from gmmviewer.mixture.units import SMALLEST_SPAN
from gmmviewer.scene.bins import step_of
from gmmviewer.scene.ordered import Ordered

PER_BANDWIDTH = 8.0  # cells: the density is off by less than a thousandth of its peak
REACH = 8.5  # bandwidths; the kernel is 2·10⁻¹⁶ of its peak there
GAUSSIAN = 1.349  # interquartile range of a Gaussian / its standard deviation
ROUNDED = 0.6  # of the step of rounded data: the ripple between two steps is 0.2 % then
MOST_DETAILS = 4000  # cells of a frame that get a place of their own
BLOCK = 1 << 20  # numbers, or pairs of a place and a cell, at a time


def bandwidth(ordered: Ordered) -> float:
    """The standard deviation of the kernel; 0 where all numbers are the same, or there are less than two.

    Silverman's rule 0.9·min(σ, IQR/1.349)·N^(−1/5) (1986, eq. 3.31), where the spread within the densest
    quarter stands for the interquartile range if that is larger: the distance between two groups says
    nothing about how wide they are. Rounded data get at least 0.6 of their step, else every step had a peak
    of its own.
    """
    if ordered.size < 2.0 or float(ordered.values[-1] - ordered.values[0]) < SMALLEST_SPAN:
        return 0.0
    spread = ordered.spread / GAUSSIAN
    width = min(spread, ordered.deviation) if spread > 0 else ordered.deviation
    width *= 0.9 * float(ordered.size**-0.2)
    return max(width, ROUNDED * (step_of(ordered, width) or 0.0))


@dataclass(frozen=True, eq=False)
class Kde:
    """Σ_j ``shares``_j N(x | ``centres``_j, ``bandwidth``²): cells (m,) in rising order, shares sum to 1."""

    centres: FloatArray
    shares: FloatArray
    bandwidth: float

    def at(self, x: FloatArray) -> FloatArray:
        """The density at places (p,), in 1/unit of the data."""
        first = np.searchsorted(self.centres, x - REACH * self.bandwidth)
        last = np.searchsorted(self.centres, x + REACH * self.bandwidth, side="right")
        most = int((last - first).max(initial=0))
        result = np.zeros(len(x))
        block = max(1, BLOCK // max(most, 1))
        for start in range(0, len(x), block):
            part = slice(start, start + block)
            result[part] = self._within(x[part], first[part], last[part])
        return result / (self.bandwidth * math.sqrt(2.0 * math.pi))

    def _within(self, x: FloatArray, first: np.ndarray, last: np.ndarray) -> FloatArray:
        cells = first[:, None] + np.arange(int((last - first).max(initial=0)))
        near = cells < last[:, None]
        cells = np.minimum(cells, len(self.centres) - 1)
        distance = (x[:, None] - self.centres[cells]) / self.bandwidth
        kernel = np.exp(-0.5 * np.square(np.clip(distance, -REACH, REACH)))
        return np.asarray((kernel * self.shares[cells] * near).sum(axis=1))

    def places(self, low: float, high: float, n: int = 600) -> FloatArray:
        """Where to draw the curve between ``low`` and ``high``, ascending: evenly, and, where the kernel is
        as narrow as that, also at the cells, the heaviest first."""
        even = np.linspace(low, high, n)
        if self.bandwidth > 4.0 * (high - low) / n:
            return even
        inside = slice(*np.searchsorted(self.centres, [low, high]).tolist())
        centres, shares = self.centres[inside], self.shares[inside]
        if len(centres) > MOST_DETAILS:
            centres = centres[np.argpartition(shares, -MOST_DETAILS)[-MOST_DETAILS:]]
        return np.unique(np.concatenate([even, centres]))


def kernel_density(
    ordered: Ordered, width: float | None = None, should_stop: ShouldStop = never
) -> Kde | None:
    """The kernel density of numbers in order; ``width``: another bandwidth than that of the rule.

    None where there is none: fewer than two different numbers. Raises ``Cancelled`` when told to stop.
    10⁶ numbers take 20 ms, 10⁷ 0.2 s.
    """
    kernel = bandwidth(ordered) if width is None else width
    if not kernel > 0.0:
        return None
    cell, centres, masses = kernel / PER_BANDWIDTH, [], []
    n = len(ordered.values)
    for start in range(0, n, BLOCK):
        if should_stop():
            raise Cancelled
        values = ordered.values[start : start + BLOCK]
        below = None if ordered.below is None else ordered.below[start : start + len(values) + 1]
        found = _cells(values, below, cell)
        centres.append(found[0])
        masses.append(found[1])
    shares = np.concatenate(masses) / ordered.size
    return Kde(sealed(np.concatenate(centres)), sealed(shares), kernel)


def _cells(values: FloatArray, below: FloatArray | None, cell: float) -> tuple[FloatArray, FloatArray]:
    """The mean and the mass of the numbers of a block in each cell that holds any."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(np.floor(values / cell))) + 1])
    first = values[starts]
    # Each cell is added up about its own first value: an outlier at 10¹⁴ takes no digits from the others.
    inside = values - np.repeat(first, np.diff(starts, append=len(values)))
    if below is None:
        masses = np.diff(starts, append=len(values)).astype(np.float64)
        sums = np.add.reduceat(inside, starts)
    else:
        weights = np.diff(below)
        masses = np.add.reduceat(weights, starts)
        sums = np.add.reduceat(inside * weights, starts)
    return first + sums / masses, masses
