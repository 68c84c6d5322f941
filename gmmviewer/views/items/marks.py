"""Points with a mark of their own each: the symbol of their component, a pie, or a size that tells doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import Assignment
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.colours import blend, faded
from gmmviewer.scene.marks import Standing, size_factors, slices, standing
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import row_colours, row_fill, symbol, symbol_outline
from gmmviewer.scene.raster import radius_for
from gmmviewer.session.choices import PointStyle, Uncertainty
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.pens import brush, polygon, rgb
from gmmviewer.views.shown import Shown

# Points; as many take 9 ms to paint, 14 with two device pixels to a logical one, and are then only copied.
MARKS_LIMIT = 1_000
PIES_LIMIT = 500  # a pie is cut into three and takes twice as long; and more would cover each other
SYMBOL, PIE = 1.25, 1.7  # times the radius of a disc: corners and slices need more room to be told apart
RIM = 0.7  # pixels
ARC = 12  # straight pieces of half a turn at most: within 0.1 px of a circle with a radius of 10
STEPS = 16  # sizes per pixel: outlines are made once for each
RIM_SHADE = 0.3
PIE_RIM = 0.8  # opacity
DISC, NOISE = "circle", "noise"
SALTIRE = np.array([[1.0, 1.0], [-1.0, 1.0]]) / math.sqrt(2.0)  # noise is a cross that lies on its side


def mark_style(now: Shown) -> PointStyle | None:
    """What single points look like; None where the cloud draws them, as plain discs or as too many.

    Too many for pies are still discs with sizes where sizes are wanted.
    """
    style = now.view.point_style
    if style is PointStyle.PIES and now.points.n > PIES_LIMIT:
        style = PointStyle.DISCS
    plain = style is PointStyle.DISCS and now.view.uncertainty is not Uncertainty.SIZE
    return None if plain or now.points.n > MARKS_LIMIT else style


def draws_points(now: Shown) -> bool:
    """Whether points have marks of their own, which then stand for the discs of the cloud."""
    return mark_style(now) is not None


class Standings:
    """The standing of points few enough for marks, kept while nothing about it changes."""

    def __init__(self) -> None:
        self._of: tuple[FloatArray, Mixture | None, Assignment] | None = None
        self._found: Standing | None = None

    def of(self, now: Shown) -> Standing | None:
        """Where the points stand; None before the first E-step, and of more than ``MARKS_LIMIT``."""
        if now.points.n > MARKS_LIMIT:
            return None
        columns = now.points.sample.columns
        known = self._of
        if (
            known is None
            or known[0] is not columns
            or known[1] is not now.source
            or known[2] != now.assignment
        ):
            found = None if now.source is None else standing(columns, now.source, now.assignment)
            self._of, self._found = (columns, now.source, now.assignment), found
        return self._found


def mark_radii(now: Shown, found: Standing | None, ink: Ink) -> FloatArray:
    """The radii of points in logical pixels, (n,), or (1,) if they are all alike."""
    usual = radius_for(now.points.n) * now.view.symbol_size * ink.stroke_scale
    style = mark_style(now)
    if style is None or found is None:
        return np.array([usual])
    usual *= {PointStyle.DISCS: 1.0, PointStyle.SYMBOLS: SYMBOL, PointStyle.PIES: PIE}[style]
    sized = now.view.uncertainty is Uncertainty.SIZE
    return usual * size_factors(found.shares) if sized else np.array([usual])


class MarksItem(Item):
    """Points as symbols, pies or sizes, while they are few; else nothing."""

    layer = "points"

    def __init__(self) -> None:
        self._now: Shown | None = None
        self._standings = Standings()
        self._picture = Layer()

    def show(self, now: Shown) -> None:
        """Show other points or other responsibilities."""
        self._now = now

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Every mark; on screen a copy of what was painted last, if that is the same."""
        now = self._now
        if now is None or now.points.n == 0 or not draws_points(now):
            return
        found = self._standings.of(now)
        if target is not Target.SCREEN:
            _paint(painter, now, found, frame, ink)
            return
        view = now.view
        shows = (now.points, found, frame, ink, view.point_style, view.uncertainty, view.symbol_size)
        area = QRectF(frame.left, frame.top, frame.width, frame.height)
        self._picture.paint(
            painter, area, frame.ratio, shows, lambda brush: _paint(brush, now, found, frame, ink)
        )


@dataclass(frozen=True, eq=False)
class _Marks:
    """What is inside the frame: ``places`` (n, 2) and ``radii`` (n,) in logical pixels, ``shares`` (R, n) or
    None before the first E-step."""

    places: FloatArray
    radii: FloatArray
    shares: FloatArray | None


def _paint(painter: QPainter, now: Shown, found: Standing | None, frame: Frame, ink: Ink) -> None:
    """The marks of a moment, in their order."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    marks = _inside(now, found, frame, ink)
    if found is not None and mark_style(now) is PointStyle.PIES:
        _paint_pies(painter, marks, now, ink)
    else:
        _paint_symbols(painter, marks, now, ink)
    painter.restore()


def _inside(now: Shown, found: Standing | None, frame: Frame, ink: Ink) -> _Marks:
    """The large before the small, which they would hide, else in the order of the data."""
    places = frame.pixels(now.points.values)
    radii = np.broadcast_to(mark_radii(now, found, ink), len(places))
    margin = 2.0 * float(radii.max())
    low, high = (frame.left - margin, frame.top - margin), (frame.right + margin, frame.bottom + margin)
    seen = np.flatnonzero(((places > low) & (places < high)).all(axis=1))
    seen = seen[np.argsort(-radii[seen], kind="stable")]
    return _Marks(places[seen], radii[seen], None if found is None else found.shares[:, seen])


def _paint_symbols(painter: QPainter, marks: _Marks, now: Shown, ink: Ink) -> None:
    """Each in the blend of its shares and the symbol of the largest; neutral discs before there are any.

    A rim is the same symbol in a darker shade under it: a pen would take four times as long.
    """
    fills = np.broadcast_to(np.array(rgb(ink.neutral), dtype=np.uint8), (len(marks.places), 3))
    outlines = [DISC] * len(fills)
    if marks.shares is not None and now.source is not None:
        fills = blend(marks.shares, row_colours(now.source.n_components, now.source.noise is not None))
        if now.view.uncertainty is Uncertainty.SHADE:
            fills = faded(fills, marks.shares, rgb(ink.ground))
        if mark_style(now) is PointStyle.SYMBOLS:
            names = [symbol(k) for k in range(now.source.n_components)] + [NOISE]
            outlines = [names[row] for row in marks.shares.argmax(axis=0).tolist()]
    rim = RIM * ink.stroke_scale
    sizes = np.round(marks.radii * STEPS) / STEPS
    rows = zip(
        marks.places.tolist(), sizes.tolist(), fills.tolist(), _rims(fills, ink), outlines, strict=True
    )
    for (x, y), radius, fill, edge, name in rows:
        painter.setBrush(QColor(*edge))
        painter.drawPolygon(_outline(name, radius).translated(x, y))
        painter.setBrush(QColor(*fill))
        painter.drawPolygon(_outline(name, radius - rim).translated(x, y))


def _paint_pies(painter: QPainter, marks: _Marks, now: Shown, ink: Ink) -> None:
    """A disc as the rim, one in the colour of the largest slice, and upon it the other slices.

    All of them as polygons: Qt's own pies take three times as long with two device pixels to a logical one.
    """
    if marks.shares is None or now.source is None:
        return
    brushes = [brush(row_fill(row, now.source.n_components)) for row in range(len(marks.shares))]
    rim, rim_brush = RIM * ink.stroke_scale, brush(ink.mixture, PIE_RIM)
    pies, largest = slices(marks.shares), marks.shares.argmax(axis=0)
    others = np.flatnonzero(pies.row != largest[pies.point])
    inner = np.round((marks.radii - rim) * STEPS) / STEPS
    sectors = _sectors(pies.start[others], pies.span[others], inner[pies.point[others]])
    sectors += marks.places[pies.point[others], None]
    firsts = np.searchsorted(pies.point[others], np.arange(len(marks.places) + 1)).tolist()
    rows = pies.row[others].tolist()
    discs = zip(marks.places.tolist(), inner.tolist(), largest.tolist(), strict=True)
    for i, ((x, y), radius, row) in enumerate(discs):
        painter.setBrush(rim_brush)
        painter.drawPolygon(_outline(DISC, radius + rim).translated(x, y))
        painter.setBrush(brushes[row])
        painter.drawPolygon(_outline(DISC, radius).translated(x, y))
        for cut in range(firsts[i], firsts[i + 1]):
            painter.setBrush(brushes[rows[cut]])
            painter.drawPolygon(polygon(sectors[cut]))


def _sectors(start: FloatArray, span: FloatArray, radii: FloatArray) -> FloatArray:
    """Sectors of at most half a turn as polygons (m, ARC + 2, 2) about the origin, y down."""
    turns = 2 * np.pi * (start[:, None] + span[:, None] * np.linspace(0.0, 1.0, ARC + 1))
    sectors = np.zeros((len(start), ARC + 2, 2))
    sectors[:, 1:, 0] = radii[:, None] * np.sin(turns)
    sectors[:, 1:, 1] = -radii[:, None] * np.cos(turns)
    return sectors


def _rims(fills: ByteArray, ink: Ink) -> list[list[int]]:
    """A darker shade of every colour, on a dark ground a lighter one."""
    shade = 255.0 if ink.dark else 0.0
    mixed: list[list[int]] = np.rint(fills + RIM_SHADE * (shade - fills)).astype(int).tolist()
    return mixed


@lru_cache(maxsize=1024)
def _outline(name: str, radius: float) -> QPolygonF:
    """A symbol with the area of a disc of this radius. Shared: not to be changed."""
    shape = symbol_outline("cross") @ SALTIRE if name == NOISE else symbol_outline(name)
    return polygon(shape * (radius * math.sqrt(math.pi)) * (1.0, -1.0))
