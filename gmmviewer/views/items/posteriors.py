"""The posteriors on a scale from 0 to 1: as curves, stacked to a band, and where the class changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.units import Units
from gmmviewer.scene.curves import boundaries, curve_grid, posteriors, stacked
from gmmviewer.scene.noise import Box, box_of
from gmmviewer.scene.numbers import format_like
from gmmviewer.scene.palette import fill_colour, row_fill, text_colour
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.badges import on
from gmmviewer.views.items.curves import all_thinned, raised
from gmmviewer.views.items.frame import Frame, Range
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.pens import brush, path, pen
from gmmviewer.views.items.strokes import Emphasis
from gmmviewer.views.items.tags import Tags
from gmmviewer.views.shown import Shown

POSTERIOR = 1.5  # pixels
BAND, BAND_UNDER_CURVES = 0.75, 0.3  # opacity
WORTH_A_NUMBER = 0.25  # of the height of the strip: lower curves and thinner areas have none
ROWS, MANY = (2, 3), 12  # of values on top of each other: fewer rows for more values than that
THIN = 0.002  # shares below this are less than a pixel high
TOP = 0.97  # of its peak: between the places where a curve falls below, its number stands


class PosteriorShapes:
    """r_k(x) under one source in one frame, made once for all items that paint them.

    The source are the parameters of the last E-step: an M-step moves the density curves, and only the next
    E-step moves these.
    """

    def __init__(self) -> None:
        self._source: Mixture | None = None
        self._units: Units | None = None
        self._mixture: Mixture | None = None
        self._box: Box | None = None
        self._frame: Frame | None = None
        self.emphasis = Emphasis(0)
        self.x: FloatArray = np.empty(0)
        self.shares: FloatArray = np.empty((0, 0))
        self._boundaries: tuple[Range, FloatArray] | None = None
        self._lines: list[QPainterPath] | None = None
        self._areas: list[QPainterPath] | None = None
        self._edges: list[QPainterPath] | None = None

    def show(self, now: Shown) -> None:
        """Another source, or another component selected."""
        source, units = now.source, now.points.units
        if source is not self._source or units is not self._units:
            self._source, self._units = source, units
            self._frame = self._boundaries = None
            self._mixture = None if source is None else units.restore_mixture(source)
        box = box_of(now.points) if source is not None and source.noise is not None else None
        if box != self._box:
            self._box = box
            self._frame = self._boundaries = None
        self.emphasis = Emphasis(0 if source is None else source.n_components, frozenset(now.selection))

    def prepare(self, strip: Frame) -> None:
        """Make the paths for the frame of the strip, if they are others than last time."""
        if self._frame == strip:
            return
        self._frame = strip
        self._lines = self._areas = self._edges = None
        self.x, self.shares = np.empty(0), np.empty((0, 0))
        if self._mixture is None:
            return
        x = curve_grid(self._mixture, *strip.x)
        self.shares = posteriors(self._mixture, x, self._box)
        self.x = strip.pixels_x(x)

    def boundaries(self, x: Range) -> FloatArray:
        """Where in a range the class changes, rising."""
        if self._mixture is None:
            return np.empty(0)
        if self._boundaries is None or self._boundaries[0] != x:
            self._boundaries = x, boundaries(self._mixture, *x, self._box)
        return self._boundaries[1]

    @property
    def lines(self) -> list[QPainterPath]:
        """The curves, one per row."""
        if self._lines is None:
            bottom = 0.0 if self._frame is None else self._frame.bottom
            self._lines = [path(raised(curve, bottom)) for curve in self._thinned(self.shares)]
        return self._lines

    @property
    def areas(self) -> list[QPainterPath]:
        """What lies between each two edges of the band, one per row."""
        if self._areas is None:
            edges = self._thinned(stacked(self.shares))
            self._areas = [
                _between(low, high, self.x[share > THIN])
                for (low, high), share in zip(pairwise(edges), self.shares, strict=True)
            ]
        return self._areas

    @property
    def edges(self) -> list[QPainterPath]:
        """The lines between the areas of the band."""
        if self._edges is None:
            self._edges = [path(edge) for edge in self._thinned(stacked(self.shares)[1:-1])]
        return self._edges

    def _thinned(self, heights: FloatArray) -> list[FloatArray]:
        if self._frame is None or len(self.x) == 0:
            return []
        return all_thinned(self.x, self._frame.pixels_y(heights))


class PosteriorItem(Item):
    """Something made of the posteriors."""

    def __init__(self, shapes: PosteriorShapes) -> None:
        self._shapes = shapes

    def show(self, now: Shown) -> None:
        """The shapes know, whoever tells them first."""
        self._shapes.show(now)


class PosteriorBand(PosteriorItem):
    """The posteriors stacked: at every place the heights are the shares, and fill the strip."""

    layer = "band"

    def __init__(self, shapes: PosteriorShapes) -> None:
        super().__init__(shapes)
        self._under_curves = False

    def show(self, now: Shown) -> None:
        """Paler, and without numbers, where the curves lie upon it."""
        super().show(now)
        self._under_curves = "posteriors" in now.view.layers

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Areas in the colours of the components, the first at the bottom, with gaps between."""
        shapes = self._shapes
        shapes.prepare(frame)
        opacity = BAND_UNDER_CURVES if self._under_curves else BAND
        for row, area in enumerate(shapes.areas):
            painter.fillPath(area, brush(row_fill(row, shapes.emphasis.k), opacity * self._share(row)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.ground, ink.stroke(1.0)))
        for edge in shapes.edges:
            painter.drawPath(edge)
        if not self._under_curves:
            self._paint_numbers(painter, frame, ink)

    def _share(self, row: int) -> float:
        """Of the opacity: areas lie side by side, so quieter ones have to remain areas."""
        return 0.5 + 0.5 * self._shapes.emphasis.weight(row)[1]

    def _paint_numbers(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        shapes, tags = self._shapes, Tags(painter, frame, ink, bold=True)
        edges = stacked(shapes.shares)
        for row in range(min(shapes.emphasis.k, len(shapes.shares))):
            at = _middle_of_top(shapes.shares[row])
            if shapes.shares[row, at] * frame.height < tags.height:
                continue
            height = float(edges[row, at] + edges[row + 1, at]) / 2.0
            centre = QPointF(float(shapes.x[at]), frame.bottom - height * frame.height)
            shade = ink.text if ink.dark else on(fill_colour(row))
            tags.put(str(row + 1), shade, [centre], ground=False)


class PosteriorCurves(PosteriorItem):
    """One curve per component with its number."""

    layer = "posteriors"

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """In the colours and line styles of the components."""
        shapes = self._shapes
        shapes.prepare(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row in shapes.emphasis.order(len(shapes.lines)):
            painter.setPen(shapes.emphasis.pen(row, ink, POSTERIOR))
            painter.drawPath(shapes.lines[row])
        tags = Tags(painter, frame, ink, bold=True)
        for row in range(min(shapes.emphasis.k, len(shapes.shares))):
            at = _middle_of_top(shapes.shares[row])
            peak = float(shapes.shares[row, at])
            if peak >= WORTH_A_NUMBER:
                x, y = float(shapes.x[at]), frame.bottom - peak * frame.height
                under = QPointF(x, y + tags.height / 2 + 2.0)
                above = QPointF(x, y - tags.height / 2 - 2.0)
                tags.put(str(row + 1), text_colour(row, ink.dark), (above, under), ground=False)


class BoundaryLines(PosteriorItem):
    """Faint upright lines where the most responsible component changes."""

    layer = "boundaries"

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """From top to bottom of any frame above or upon the posteriors."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # sharp, and five times as fast
        painter.setPen(pen(ink.faint, ink.stroke(1.0), Qt.PenStyle.DashLine, alpha=0.7))
        places = np.round(frame.pixels_x(self._shapes.boundaries(frame.x))).tolist()
        painter.drawLines([QLineF(at, frame.top, at, frame.bottom) for at in places])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


class BoundaryValues(PosteriorItem):
    """Their values on top of them, in two or three rows; those that find no room wait for a closer look."""

    layer = "boundaries"

    def __init__(self, shapes: PosteriorShapes, taken: list[QRectF]) -> None:
        super().__init__(shapes)
        self._taken = taken

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """As many digits as tell apart a ten-thousandth of what is to be seen."""
        tags = Tags(painter, frame, ink, taken=self._taken)
        first, span = frame.top + tags.height / 2 + 2.0, frame.x[1] - frame.x[0]
        values = self._shapes.boundaries(frame.x)
        rows = [first + row * (tags.height + 1.0) for row in range(ROWS[len(values) <= MANY])]
        for value, at in zip(values.tolist(), frame.pixels_x(values).tolist(), strict=True):
            text = format_like(value, span)
            half = tags.width(text) / 2.0 + 1.0
            x = min(max(at, frame.left + half), frame.right - half)
            tags.put(text, ink.faint, [QPointF(x, y) for y in rows])


def _between(low: FloatArray, high: FloatArray, x: FloatArray) -> QPainterPath:
    """The area between two edges where there is any, which is around ``x``."""
    if len(x) == 0:
        return QPainterPath()
    parts = []
    for edge in (low, high):
        first, last = np.searchsorted(edge[:, 0], [x[0], x[-1]])
        parts.append(edge[max(first - 1, 0) : last + 2])
    return path(np.concatenate([parts[0], parts[1][::-1]]), closed=True)


def _middle_of_top(share: FloatArray) -> int:
    """The middle of the longest stretch of a curve that is about as high as its peak."""
    high = np.concatenate([[False], share >= TOP * share.max(), [False]])
    ends = np.flatnonzero(np.diff(high.astype(np.int8)))
    starts, stops = ends[::2], ends[1::2]
    longest = int((stops - starts).argmax())
    return int(starts[longest] + stops[longest] - 1) // 2
