"""The points of the line below the plot: a rug of strokes, or discs scattered upwards.

Each in the colour of its responsibilities; selected ones stand out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.cloud import ALPHA, ALPHA_ON_DARK, CloudPainter
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import Rgb
from gmmviewer.scene.raster import points_raster
from gmmviewer.scene.scatter import first_in_line, heights, places_in_line
from gmmviewer.session.snapshot import NO_ROWS
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.cloud import VECTOR_POINTS, as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.line_data import LineData
from gmmviewer.views.items.pens import brush, pen, rgb
from gmmviewer.views.shown import Shown

WIDE_UP_TO = 1_000  # points; two device pixels each
MOST_MARKED = 100_000  # selected points that are looked for; more are every second, third…
MOST_DISCS = 4_000  # in view, of 1.2 pixels on 36 rows: more hide each other, and every thousand takes 0.3 ms
MOST_RINGS = 2_000  # in view: more lie on each other everywhere
WIDEST = 16.0  # pixels from the centre of a disc to the end of its ring, and more
QUIETER = 3  # times: strokes while others are selected
LIFT = 4.0  # pixels of the strip above the strokes, where selected points have a mark
RING, RING_GAP = 1.5, 1.0  # pixels, around selected discs
LARGEST, SMALLEST = 3.2, 1.2  # radius of a disc in pixels, of ten points and of twenty thousand


class RugItem(Item):
    """Points of one set in the colours of one source."""

    layer = "rug"

    def __init__(self, data: LineData) -> None:
        self._data = data
        self._now: Shown | None = None
        self._points: PointSet | None = None
        self._rows: IntArray = NO_ROWS
        self._values: FloatArray = np.empty(0)
        self._columns: FloatArray = np.empty((1, 0))
        self._heights: FloatArray = np.empty(0)
        self._in_line: FloatArray = np.empty(0)
        self._selection = Selection(NO_ROWS, None, np.empty(0, dtype=bool), *np.empty((3, 0)))
        self._light: tuple[ByteArray, FloatArray] | None = None
        self._maker = CloudPainter()
        self._picture: tuple[tuple[object, ...], QImage] | None = None

    def show(self, now: Shown) -> None:
        """Show other points or the colours of other parameters."""
        self._now = now

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """A rug or discs: as an image, as strokes and circles in a drawing of few points."""
        line, now = self._data.line, self._now
        if line is None or now is None:
            return
        self._take(line.request.points, line.rows)
        if self._selection.of is not now.rows or self._selection.points is not self._points:
            self._selection = Selection.among(line.request.points, line.rows, now)
        if target is Target.DRAWING and len(self._values) <= VECTOR_POINTS:
            self._draw(painter, frame, ink, now)
            return
        image = self._image(frame, ink, now)
        painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), image)

    def _take(self, points: PointSet, rows: IntArray) -> None:
        if points is self._points:
            return
        self._points, self._rows = points, rows
        self._values = points.values[rows, 0]
        self._columns = points.units.standardise(self._values[:, None]).T.copy()
        self._heights, self._in_line = heights(rows), places_in_line(rows)

    # ------------------------------------------------------------ as an image

    def _image(self, frame: Frame, ink: Ink, now: Shown) -> QImage:
        """The image of last time if it would be the same."""
        look = (now.view.jitter, now.view.symbol_size, frame, ink)
        key = (self._points, now.source, now.assignment, now.rows, *look)
        if self._picture is None or not _same(self._picture[0], key):
            colours = self._colours(now, ink)
            made = (
                self._discs(frame, ink, now, colours)
                if now.view.jitter
                else self._rug(frame, ink, now, colours)
            )
            self._picture = key, as_image(made)
        return self._picture[1]

    def _colours(self, now: Shown, ink: Ink) -> ByteArray:
        """Draws belong to points by number: where only a sample is shown, they cannot be."""
        source: Mixture | None = now.source
        assignment: Assignment = now.assignment if self._points is not None else SOFT
        if self._points is not None and len(self._rows) < self._points.n:
            assignment = SOFT
        return self._maker.colours(self._columns, source, rgb(ink.neutral), assignment)

    def _rug(self, frame: Frame, ink: Ink, now: Shown, colours: ByteArray) -> ByteArray:
        """Rows of pixels: the marks of selected points, and the strokes of all points under them."""
        width, height = frame.device_size
        pixels = (frame.pixels_x(self._values) - frame.left) * frame.ratio
        light, chosen = self._light_of(colours), self._selection
        strokes = _row(pixels, light, width)
        if len(chosen.values):
            some = chosen.mask
            strokes = _over(_row(pixels[some], light[:, some], width), strokes // QUIETER)
        image = np.repeat(strokes, height, axis=0)
        if len(chosen.values):
            lifted = max(1, round(LIFT * frame.ratio))
            marks = (frame.pixels_x(chosen.values) - frame.left) * frame.ratio
            image[:lifted] = _marks(marks, rgb(ink.accent), width)
        return image

    def _light_of(self, colours: ByteArray) -> FloatArray:
        """The colours (m, 3) as numbers (3, m) to add up; the same ones for as long as nobody steps."""
        if self._light is None or self._light[0] is not colours:
            self._light = colours, colours.T.astype(np.float64, order="C")
        return self._light[1]

    def _discs(self, frame: Frame, ink: Ink, now: Shown, colours: ByteArray) -> ByteArray:
        """Discs, with a ring around selected ones."""
        width, height = frame.device_size
        radius = self._radius(ink, now) * frame.ratio
        x, y = self._places(frame, self._values, self._heights, radius / frame.ratio)
        shown = first_in_line(self._in_line, _in_view(x, frame), MOST_DISCS)
        image = points_raster(
            (x[shown] - frame.left) * frame.ratio,
            (y[shown] - frame.top) * frame.ratio,
            colours[shown],
            width,
            height,
            radius,
            ALPHA_ON_DARK if ink.dark else ALPHA,
        )
        rings = self._rings(frame, ink, radius)
        return image if rings is None else _over(image, rings)

    def _rings(self, frame: Frame, ink: Ink, radius: float) -> ByteArray | None:
        """Rings with a gap for discs of a radius in device pixels; None where nothing is selected."""
        chosen = self._selection
        if len(chosen.values) == 0:
            return None
        width, height = frame.device_size
        x, y = self._places(frame, chosen.values, chosen.heights, radius / frame.ratio)
        shown = first_in_line(chosen.in_line, _in_view(x, frame), MOST_RINGS)
        x, y = (x[shown] - frame.left) * frame.ratio, (y[shown] - frame.top) * frame.ratio
        ring = radius + ink.stroke(RING + RING_GAP) * frame.ratio
        gap = radius + ink.stroke(RING_GAP) * frame.ratio
        accents, grounds = (_solid(shade, len(x)) for shade in (ink.accent, ink.ground))
        rings = points_raster(x, y, accents, width, height, ring, 1.0)
        return _over(points_raster(x, y, grounds, width, height, gap, 1.0), rings)

    def _radius(self, ink: Ink, now: Shown) -> float:
        many = math.log10(max(len(self._values), 10)) - 1.0
        radius = max(LARGEST - 0.65 * many, SMALLEST)
        return min(radius * now.view.symbol_size * ink.stroke_scale, 8.0)

    def _places(
        self, frame: Frame, values: FloatArray, up: FloatArray, radius: float
    ) -> tuple[FloatArray, FloatArray]:
        room = max(frame.height - 2.0 * radius, 0.0)
        return frame.pixels_x(values), frame.bottom - radius - up * room

    # ------------------------------------------------------------ as a drawing

    def _draw(self, painter: QPainter, frame: Frame, ink: Ink, now: Shown) -> None:
        colours = self._colours(now, ink)
        selected = self._selection.mask
        radius = self._radius(ink, now)
        x, y = self._places(frame, self._values, self._heights, radius)
        seen = (x >= frame.left) & (x <= frame.right)
        rows = zip(
            x[seen].tolist(), y[seen].tolist(), colours[seen].tolist(), selected[seen].tolist(), strict=True
        )
        for across, down, (red, green, blue), marked in rows:
            if now.view.jitter:
                self._draw_disc(painter, QPointF(across, down), (red, green, blue), radius, ink, marked)
                continue
            quiet = len(now.rows) > 0 and not marked
            painter.setPen(pen((red, green, blue), 1.0, alpha=ALPHA / QUIETER if quiet else ALPHA))
            painter.drawLine(QLineF(across, frame.top, across, frame.bottom))
            if marked:
                painter.setPen(pen(ink.accent, 2.0))
                painter.drawLine(QLineF(across, frame.top, across, frame.top + LIFT))

    def _draw_disc(
        self, painter: QPainter, centre: QPointF, shade: Rgb, radius: float, ink: Ink, marked: bool
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(shade, ALPHA))
        painter.drawEllipse(centre, radius, radius)
        if marked:
            around = radius + ink.stroke(RING_GAP + RING / 2)
            painter.setPen(pen(ink.accent, ink.stroke(RING)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, around, around)


@dataclass(frozen=True, eq=False)
class Selection:
    """What is selected ``of`` the rows of ``points``: which points of the rug (``mask``, (m,)), and, of too
    many a part, the ``values`` (s,), ``heights`` and places ``in_line`` of all of them.

    Known once for all frames: looking 20,000 rows up among ten million takes 4 ms.
    """

    of: IntArray
    points: PointSet | None
    mask: BoolArray
    values: FloatArray
    heights: FloatArray
    in_line: FloatArray

    @classmethod
    def among(cls, points: PointSet, rows: IntArray, now: Shown) -> Selection:
        """The selection of now among the ``rows`` (m,) of a rug of ``points``."""
        if points is not now.points or len(now.rows) == 0:
            return cls(now.rows, points, np.zeros(len(rows), dtype=bool), *np.empty((3, 0)))
        at = np.minimum(np.searchsorted(now.rows, rows), len(now.rows) - 1)
        chosen = now.rows[:: 1 + len(now.rows) // MOST_MARKED]
        looks = points.values[chosen, 0], heights(chosen), places_in_line(chosen)
        return cls(now.rows, points, np.asarray(now.rows[at] == rows), *looks)


def _in_view(x: FloatArray, frame: Frame) -> BoolArray:
    """Which discs at pixels ``x`` (m,) can be seen; for certain all of them with their rings."""
    return np.asarray((x > frame.left - WIDEST) & (x < frame.right + WIDEST))


def _row(pixels: FloatArray, light: FloatArray, width: int) -> ByteArray:
    """Premultiplied RGBA (1, width, 4): the mean colour of the points in a pixel, opaque if many.

    ``light`` (3, m) are the colours of points at ``pixels`` (m,).
    """
    index = _bins(pixels, width)
    counts = np.bincount(index, minlength=width + 2)[1:-1].astype(np.float64)
    sums = np.stack([np.bincount(index, channel, width + 2)[1:-1] for channel in light])
    if counts.sum() <= WIDE_UP_TO:
        counts[1:] += counts[:-1].copy()
        sums[:, 1:] += sums[:, :-1].copy()
    opacity = 1.0 - (1.0 - ALPHA) ** counts
    row = np.empty((1, width, 4))
    row[0, :, :3] = (sums / np.maximum(counts, 1.0) * opacity).T
    row[0, :, 3] = 255.0 * opacity
    return np.rint(row).astype(np.uint8)


def _marks(pixels: FloatArray, shade: Rgb, width: int) -> ByteArray:
    """RGBA (1, width, 4) in one colour wherever there is a point."""
    marked = np.zeros(width + 2, dtype=bool)
    index = _bins(pixels, width)
    marked[index] = True
    if np.count_nonzero((index > 0) & (index <= width)) <= WIDE_UP_TO:
        marked[2:] |= marked[1:-1].copy()
    row = np.zeros((1, width, 4), dtype=np.uint8)
    row[0, marked[1:-1]] = (*shade, 255)
    return row


def _bins(pixels: FloatArray, width: int) -> IntArray:
    """The pixels (m,) of places from 1 on; 0 and ``width + 1`` for those outside."""
    return np.clip(pixels + 1.0, 0.0, width + 1.0).astype(np.int64)


def _solid(value: str, n: int) -> ByteArray:
    """One colour n times, (n, 3)."""
    return np.tile(np.array(rgb(value), dtype=np.uint8), (n, 1))


def _over(upper: ByteArray, lower: ByteArray) -> ByteArray:
    """One premultiplied image over another."""
    through = 255 - upper[..., 3:].astype(np.uint16)
    return np.asarray(upper + (lower * through + 127) // 255, dtype=np.uint8)


def _same(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    return all(a is b or (not isinstance(a, np.ndarray) and a == b) for a, b in zip(old, new, strict=True))
