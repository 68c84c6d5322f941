"""What a picture of the line needs to know of the points: bars, kernel density, true classes, a sample.

It depends on the points and on few choices, not on the model or the view, so steps, pans and zooms of ten
million points cost what those of a thousand do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray, IntArray, sealed
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import Cancelled, ShouldStop, never
from gmmviewer.scene.bins import BinRule
from gmmviewer.scene.histogram import Histogram, ordered_histogram
from gmmviewer.scene.kde import Kde, kernel_density
from gmmviewer.scene.ordered import Ordered
from gmmviewer.scene.scatter import sampled_rows

# Up to here bars are counted in the GUI thread: 2 ms to order 50,000 points, 3 for the kernel density.
QUICK_POINTS = 50_000
RUG_POINTS = 20_000  # a sample beyond: 25 points per pixel show all there is to see
MOST_CLASSES = 26  # letters
BLOCK = 1 << 18  # points between two questions whether to stop


@dataclass(frozen=True, eq=False)
class Classes:
    """The true classes: their ``labels`` (C,), ``heights`` (C, m) of their own bars on the density scale,
    which add up to those of all points where every class is known, and their moments as a ``mixture`` in
    data units, for telling which component means which class.
    """

    labels: IntArray
    heights: FloatArray
    mixture: Mixture


@dataclass(frozen=True, eq=False)
class LineRequest:
    """``points`` (d = 1) and how to count them: by a ``rule``, BY_HAND in so many ``bins``, with bins for
    ``tails`` on a logarithmic axis; whether ``kde`` and true ``classes`` are wanted.
    """

    points: PointSet
    rule: BinRule = BinRule.AUTO
    bins: int = 20
    tails: bool = False
    kde: bool = False
    classes: bool = False

    @property
    def quick(self) -> bool:
        """Whether it is answered in the GUI thread."""
        return self.points.n <= QUICK_POINTS

    def same_picture(self, other: LineRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        return other is not None and self.points is other.points and self._choices() == other._choices()

    def _choices(self) -> tuple[object, ...]:
        by_hand = self.bins if self.rule is BinRule.BY_HAND else None
        return (self.rule, by_hand, self.tails, self.kde, self.classes)


@dataclass(frozen=True, eq=False)
class Line:
    """A request and its answer; ``rows`` (m,) of the points that a rug shows, rising, all of them if few."""

    request: LineRequest
    histogram: Histogram
    kde: Kde | None
    classes: Classes | None
    rows: IntArray


class LinePainter:
    """Answers requests, and keeps the order of the last points. One painter per thread."""

    def __init__(self) -> None:
        self._points: PointSet | None = None
        self._ordered = Ordered(np.empty(0))
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self._kde: tuple[Ordered, Kde | None] | None = None

    def paint(self, request: LineRequest, should_stop: ShouldStop = never) -> Line:
        """The answer to a request. Raises ``Cancelled`` when told to stop."""
        points = request.points
        if points is not self._points:
            values = points.values[:, 0]
            self._points, self._ordered = None, Ordered.of(values, points.weights)
            self._rows = sampled_rows(values, RUG_POINTS)
            self._points = points
        bars = ordered_histogram(self._ordered, request.rule, request.bins, tails=request.tails)
        if should_stop():
            raise Cancelled
        kde = self._smooth(should_stop) if request.kde else None
        classes = true_classes(points, bars, should_stop) if request.classes else None
        return Line(request, bars, kde, classes, self._rows)

    def _smooth(self, should_stop: ShouldStop) -> Kde | None:
        if self._kde is None or self._kde[0] is not self._ordered:
            self._kde = self._ordered, kernel_density(self._ordered, should_stop=should_stop)
        return self._kde[1]


def true_classes(points: PointSet, bars: Histogram, should_stop: ShouldStop = never) -> Classes | None:
    """The classes of points whose truth is known, in the bins of ``bars``; None where it is known of none.

    Points of unknown class (−1) belong to no class, but count in the total. Of more than 26 classes the
    first are shown. Raises ``Cancelled`` when told to stop.
    """
    if points.truth is None:
        return None
    labels = np.unique(points.truth[points.truth >= 0])[:MOST_CLASSES]
    if len(labels) == 0:
        return None
    m, centre = len(bars.counts), float(points.units.centre[0])
    counts, sums = np.zeros(len(labels) * m), np.zeros((3, len(labels)))
    for start in range(0, points.n, BLOCK):
        if should_stop():
            raise Cancelled
        part = slice(start, start + BLOCK)
        truth = points.truth[part]
        known = np.isin(truth, labels)
        rows = np.searchsorted(labels, truth[known])
        values = points.values[part, 0][known]
        weights = np.ones(len(rows)) if points.weights is None else points.weights[part][known]
        bins = np.searchsorted(bars.edges[1:-1], values, side="right")
        counts += np.bincount(rows * m + bins, weights, len(counts))
        centred = (values - centre) / points.units.scale
        for power in range(3):
            sums[power] += np.bincount(rows, weights * centred**power, len(labels))
    heights = counts.reshape(len(labels), m) / float(bars.counts.sum()) / np.diff(bars.edges)
    counting = sums[0] > 0
    if not counting.any():
        return None
    mixture = _moments(points, sums[:, counting], bars.width)
    return Classes(labels[counting], sealed(heights[counting]), mixture)


def _moments(points: PointSet, sums: FloatArray, width: float) -> Mixture:
    """Weights, means and variances of classes, in data units; no class is narrower than a bin is."""
    counts, first, second = sums
    means = first / counts
    variances = np.maximum(second / counts - means**2, (width / points.units.scale) ** 2 / 12.0)
    standard = Mixture(counts / counts.sum(), means, variances)
    return points.units.restore_mixture(standard)
