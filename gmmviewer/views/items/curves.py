"""Density curves in one dimension: the components, their sum, and the means with their numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.curves import component_curves, curve_grid
from gmmviewer.scene.noise import Box, box_of
from gmmviewer.scene.palette import row_fill, stroke_colour
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.badges import ABOVE, Placement, badge_size, paint_badge
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.pens import brush, path, pen
from gmmviewer.views.items.strokes import Emphasis
from gmmviewer.views.shown import Shown

COMPONENT, MIXTURE = 1.5, 2.5  # pixels
FILL = 0.12
FAR = 1e5
OFF = 0.05
LONGEST = 40.0
SHORTEST_STEM = 6.0
FLAT = 0.3  # pixels above the baseline


class DensityShapes:
    """The curves of one mixture in one frame, made once for all items that paint them."""

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._box: Box | None = None
        self._frame: Frame | None = None
        self.emphasis = Emphasis(0)
        self.ghosts: frozenset[int] = frozenset()
        self.areas: list[QPainterPath] = []
        self.lines: list[QPainterPath] = []
        self.sum = QPainterPath()
        self.peaks: FloatArray = np.empty((0, 2))

    def show(self, now: Shown) -> None:
        """Other parameters, or another component selected."""
        mixture, box = now.mixture, noise_box(now)
        if mixture is not self._mixture or box != self._box:
            self._mixture, self._box, self._frame = mixture, box, None
        self.ghosts = now.ghosts
        self.emphasis = Emphasis(0 if mixture is None else mixture.n_components, frozenset(now.selection))

    def prepare(self, frame: Frame) -> None:
        """Make the paths for a frame, if they are others than last time."""
        if frame == self._frame:
            return
        self._frame, self.areas, self.lines, self.sum = frame, [], [], QPainterPath()
        self.peaks = np.empty((0, 2))
        if self._mixture is None:
            return
        x = curve_grid(self._mixture, *frame.x)
        heights = component_curves(self._mixture, x, self._box)
        across = frame.pixels_x(x)
        lowest = frame.bottom + frame.height  # on a logarithmic axis tails fall for ever
        upwards = np.minimum(frame.pixels_y(np.vstack([heights, heights.sum(axis=0)])), lowest)
        *curves, total = all_thinned(across, upwards)
        for curve in curves:
            line = raised(curve, frame.bottom)
            self.lines.append(path(line))
            ends = np.array([[line[-1, 0], frame.bottom], [line[0, 0], frame.bottom]])
            self.areas.append(path(np.concatenate([line, ends]), closed=True))
        self.sum = path(total)
        self.peaks = _peaks(self._mixture, frame)


class DensityItem(Item):
    """Something made of the curves of the mixture."""

    def __init__(self, shapes: DensityShapes) -> None:
        self._shapes = shapes

    def show(self, now: Shown) -> None:
        """The shapes know, whoever tells them first."""
        self._shapes.show(now)


class ComponentCurves(DensityItem):
    """π_k N_k(x) of each component."""

    layer = "components"

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Lightly filled, in the colours and line styles of the components."""
        shapes, emphasis = self._shapes, self._shapes.emphasis
        shapes.prepare(frame)
        painter.setPen(Qt.PenStyle.NoPen)
        for row, area in enumerate(shapes.areas):
            louder, opacity = emphasis.weight(row)
            painter.fillPath(area, brush(row_fill(row, emphasis.k), FILL * louder * opacity))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row in emphasis.order(len(shapes.lines)):
            painter.setPen(emphasis.pen(row, ink, COMPONENT))
            painter.drawPath(shapes.lines[row])


class MixtureCurve(DensityItem):
    """Their sum p(x)."""

    layer = "mixture"

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """In the neutral ink."""
        self._shapes.prepare(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.mixture, ink.stroke(MIXTURE)))
        painter.drawPath(self._shapes.sum)


class Stems(DensityItem):
    """A line from the baseline to the peak of each component."""

    layer = "means"

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """With a halo, which reads on any curve."""
        self._shapes.prepare(frame)
        for k, (x, y) in enumerate(self._shapes.peaks.tolist()):
            louder, opacity = self._shapes.emphasis.weight(k)
            for width, colour, alpha in ((3.5, ink.halo, 0.8), (1.5, stroke_colour(k, ink.dark), 1.0)):
                painter.setPen(pen(colour, ink.stroke(width) * louder, alpha=alpha * opacity))
                painter.drawLine(QLineF(x, frame.bottom, x, min(y, frame.bottom - SHORTEST_STEM)))


class PeakBadges(DensityItem):
    """The numbers of the components above their peaks."""

    layer = "means"

    def __init__(self, shapes: DensityShapes, taken: list[QRectF]) -> None:
        super().__init__(shapes)
        self._placement, self._taken = Placement(ABOVE), taken

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Those whose mean can be seen; labels keep away from them."""
        self._shapes.prepare(frame)
        peaks = self._shapes.peaks
        seen = [k for k, (x, _) in enumerate(peaks.tolist()) if frame.left <= x <= frame.right]
        size = badge_size(ink)
        places = self._placement.places(peaks[seen], size, frame)
        for k, place in zip(seen, places, strict=True):
            paint_badge(painter, place, k, ink, ghost=k in self._shapes.ghosts)
        half = 0.6 * size
        self._taken += [QRectF(x - half, y - half, 2 * half, 2 * half) for x, y in places.tolist()]


def noise_box(now: Shown) -> Box | None:
    """Where the noise of the mixture is, if there is any."""
    noisy = now.mixture is not None and now.mixture.noise is not None
    return box_of(now.points) if noisy else None


def thinned(x: FloatArray, y: FloatArray) -> FloatArray:
    """A curve (m, 2) through every place where it bends, from pixels ``x`` and ``y`` of many more places.

    A chord of width h lies h²·|y″|/8 off its curve; places are kept so that this stays near ``OFF``. Some
    100 of 600 remain, and a wide antialiased stroke takes time in proportion.
    """
    return all_thinned(x, y[None])[0]


def all_thinned(x: FloatArray, rows: FloatArray) -> list[FloatArray]:
    """The same of several curves ``rows`` (K, m) at once: five take 0.2 ms, and 0.5 one by one."""
    apart = np.ones(len(x), dtype=bool)  # places that only digits tell apart are one pixel
    np.greater(x[1:], x[:-1], out=apart[1:])
    x, y = x[apart], np.clip(rows[:, apart], -FAR, FAR)
    widths = x[1:] - x[:-1]
    slopes = (y[:, 1:] - y[:, :-1]) / widths
    turns = np.abs(slopes[:, 1:] - slopes[:, :-1])
    passed = np.floor(np.cumsum(np.sqrt(turns * (widths[1:] / (8.0 * OFF))) + widths[1:] / LONGEST, axis=1))
    kept = np.ones(y.shape, dtype=bool)
    np.not_equal(passed[:, 1:], passed[:, :-1], out=kept[:, 2:-1])
    return [np.column_stack([x[some], row[some]]) for some, row in zip(kept, y, strict=True)]


def raised(vertices: FloatArray, bottom: float) -> FloatArray:
    """A curve (m, 2) without the ends that run along the baseline, where nobody tells it from others.

    Of fifty components each is narrow: their dashes all along the axis took 50 ms of 85 to paint.
    """
    above = np.flatnonzero(vertices[:, 1] < bottom - FLAT)
    if len(above) == 0:
        return vertices[[0, 0]]
    return vertices[max(above[0] - 1, 0) : above[-1] + 2]


def _peaks(mixture: Mixture, frame: Frame) -> FloatArray:
    """The tops of the component curves (K, 2) in pixels; those above the frame at its upper edge."""
    x = frame.pixels_x(mixture.means[:, 0])
    heights = np.diagonal(component_curves(mixture, mixture.means[:, 0]))
    return np.column_stack([x, np.maximum(frame.pixels_y(heights), frame.top)])
