"""The truth beside the fit: a road along the outline of each true class, which the ellipse of a fit follows.

A road is wide and pale with two thin kerbs, an ellipse of the fit one strong line: neither hides the other
even where both are the same. A class wears the colour of the component it belongs to, and a letter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.matching import UNMATCHED
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.marks import Standing
from gmmviewer.scene.numbers import class_name
from gmmviewer.scene.palette import Rgb, fill_colour, stroke_colour, text_colour
from gmmviewer.scene.raster import rim_for
from gmmviewer.scene.truth import Truth, TruthPainter, TruthRequest, disagreeing
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.ellipses import vertices
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.marks import Standings, mark_radii
from gmmviewer.views.items.pens import brush, colour, font, path, pen, rgb
from gmmviewer.views.items.rendered import Rendered
from gmmviewer.views.shown import Shown

ROAD, KERB = 7.0, 1.1  # pixels
SHORTEST = 1e-6  # pixels; a shorter piece of an outline has no direction
ANGLES = 24  # places for a name on each outline
FILL = 0.22  # opacity of a road
GROUND = 0.55  # of the ground under it where points are dense: their cloud has the very colour of the road
CASING, CASED = 1.2, 0.85  # pixels beside the kerbs there, and their opacity
COIN = 8.5  # the radius of a letter's disc in pixels
EDGE = 1.8  # of a point of another class
MOST_LETTERS = 150  # beside points; more would cover them

Colours: TypeAlias = tuple[Rgb, Rgb, Rgb]  # for areas, lines and text


class TruthItem(Rendered[TruthRequest]):
    """The true classes of the points, where they are known."""

    layer = "truth"

    def __init__(self) -> None:
        super().__init__()
        self._maker = TruthPainter()
        self._truth: Truth | None = None
        self._standings = Standings()
        self._pictures = Layer(), Layer()  # without the names, and these

    @property
    def answered(self) -> TruthRequest | None:
        """What is shown now."""
        return None if self._truth is None else self._truth.request

    def request(self, frame: Frame, ink: Ink) -> TruthRequest | None:
        """The classes of the points shown; None while nobody wants to see them, or nobody knows them."""
        now = self._now
        if now is None or now.points.n == 0 or now.points.truth is None or not self.is_on(now):
            return None
        return TruthRequest(now.points, now.standard)

    def make(self, request: TruthRequest) -> Truth:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Truth | None) -> None:
        """Show other classes, or none."""
        self._truth = answer

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Roads, and edges of points; on screen a copy while all of it stays the same."""
        request = self.request(frame, ink)
        if request is None:
            return
        if target is not Target.SCREEN and not request.same_picture(self.answered):
            self.accept(self.make(request))
        self._paint(painter, frame, ink, target, names=False)

    def paint_names(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The letters of the classes: after the model, which would cross them out."""
        if self.request(frame, ink) is not None:
            self._paint(painter, frame, ink, target, names=True)

    def _paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target, *, names: bool) -> None:
        truth, now = self._truth, self._now
        if truth is None or truth.mixture is None or now is None:
            return
        seen = _Seen(truth, truth.mixture, now, self._standings.of(now), frame, ink)
        draw = seen.paint_names if names else seen.paint
        if target is Target.SCREEN:
            area = QRectF(frame.left, frame.top, frame.width, frame.height)
            self._pictures[names].paint(painter, area, frame.ratio, seen.shows, draw)
        else:
            draw(painter)


class TruthNamesItem(Item):
    """The names of what a ``TruthItem`` shows."""

    layer = "truth"

    def __init__(self, truth: TruthItem) -> None:
        self._truth = truth

    def show(self, now: Shown) -> None:
        """What is shown is up to the other."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The letters."""
        self._truth.paint_names(painter, frame, ink, target)


@dataclass(frozen=True, eq=False)
class _Seen:
    """Everything that the picture of a truth depends on."""

    truth: Truth
    mixture: Mixture
    now: Shown
    found: Standing | None
    frame: Frame
    ink: Ink

    @property
    def shows(self) -> tuple[object, ...]:
        """The same for the same picture."""
        view, points = self.now.view, self.now.points
        look = (view.level, view.point_style, view.uncertainty, view.symbol_size, "points" in view.layers)
        return (self.truth, points, self.found, self.frame, self.ink, *look)

    @property
    def shapes(self) -> FloatArray:
        """The outlines (T, m, 2) of the classes in pixels."""
        return vertices(self.mixture, self.now.view.level.radius(2), self.frame)

    def paint(self, painter: QPainter) -> None:
        """Roads, and upon them the points of another class than the fit says."""
        painter.save()
        cased = not rim_for(self.now.points.n)
        for k, shape in enumerate(self.shapes):
            sides = kerbs(shape, self.ink.stroke(ROAD))
            _paint_road(painter, sides, self._colours(k), self.ink, cased=cased)
        self._paint_edges(painter)
        painter.restore()

    def paint_names(self, painter: QPainter) -> None:
        """The letters of the roads."""
        painter.save()
        radius = COIN * math.sqrt(self.ink.type_scale)
        rims = np.stack([kerbs(shape, self.ink.stroke(ROAD) + 2 * radius)[0] for shape in self.shapes])
        for k, place in name_places(rims, radius, self.frame).items():
            name = class_name(int(self.truth.classes.numbers[k]))
            _paint_coin(painter, place, name, self._colours(k), self.ink)
        painter.restore()

    def _colours(self, k: int) -> Colours:
        """For areas, lines and text of a class."""
        partner = int(self.truth.partners[k])
        if partner == UNMATCHED:
            neutral = rgb(self.ink.mixture)
            return neutral, neutral, neutral
        dark = self.ink.dark
        return fill_colour(partner), stroke_colour(partner, dark), text_colour(partner, dark)

    def _paint_edges(self, painter: QPainter) -> None:
        """Edges and letters of points whose label is not that of their class, where points are few."""
        points, classes = self.now.points, self.truth.classes
        if (
            self.found is None
            or self.truth.request.points is not points
            or "points" not in self.now.view.layers
        ):
            return
        rows = np.flatnonzero(disagreeing(classes, self.truth.partners, self.found.leading))
        radii = np.broadcast_to(mark_radii(self.now, self.found, self.ink), points.n)
        width = self.ink.stroke(EDGE)
        places = self.frame.pixels(points.values[rows])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row, (x, y) in zip(rows.tolist(), places.tolist(), strict=True):
            half = float(radii[row]) + width / 2
            painter.setPen(pen(self._colours(int(classes.index[row]))[1], width))
            painter.drawEllipse(QPointF(x, y), half, half)
        self._paint_letters(painter, rows, places, radii)

    def _paint_letters(
        self, painter: QPainter, rows: IntArray, places: FloatArray, radii: FloatArray
    ) -> None:
        inside = [i for i, (x, y) in enumerate(places.tolist()) if self.frame.contains(x, y)]
        if len(inside) > MOST_LETTERS:
            return
        face = font(0.85 * self.ink.small_size, bold=True)
        painter.setFont(face)
        high = QFontMetricsF(face).capHeight()
        for i in inside:
            k = int(self.truth.classes.index[rows[i]])
            aside = float(radii[rows[i]]) + self.ink.stroke(EDGE) + 1.0
            text = class_name(int(self.truth.classes.numbers[k]))
            at = QPointF(places[i, 0] + aside * 0.8, places[i, 1] - aside * 0.3)
            wide = QFontMetricsF(face).horizontalAdvance(text)
            painter.fillRect(
                QRectF(at.x() - 1, at.y() - high - 1, wide + 2, high + 2), colour(self.ink.ground, 0.7)
            )
            painter.setPen(pen(self._colours(k)[2], 1.0))
            painter.drawText(at, text)


def kerbs(shape: FloatArray, width: float) -> tuple[FloatArray, FloatArray | None]:
    """The outer and the inner edge (m, 2) of a road of this width along a closed convex outline (m, 2).

    No inner one where a bend is too sharp for it: the road then fills the whole outline.
    """
    ahead = np.roll(shape[:-1], -1, axis=0) - np.roll(shape[:-1], 1, axis=0)
    length = np.maximum(np.hypot(*ahead.T), SHORTEST)
    outward = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) / length[:, None]
    middle = shape[:-1].mean(axis=0)
    if ((shape[:-1] - middle) * outward).sum() < 0.0:  # it runs the other way round
        outward = -outward
    outward = np.concatenate([outward, outward[:1]])
    inner = shape - width / 2 * outward
    along = (np.diff(inner, axis=0) * np.diff(shape, axis=0)).sum(axis=1)
    return shape + width / 2 * outward, inner if (along >= 0.0).all() else None


def name_places(rims: FloatArray, radius: float, frame: Frame) -> dict[int, FloatArray]:
    """Where the name of each class stands, on the outer side (T, m, 2) of its road: far from other roads.

    It depends on the truth alone, so no step moves a name. A class whose outline is not in sight has none.
    """
    rims = rims[:, :: max(1, rims.shape[1] // ANGLES)]
    low = np.array([frame.left + radius, frame.top + radius])
    high = np.array([frame.right - radius, frame.bottom - radius])
    places: dict[int, FloatArray] = {}
    for k, rim in enumerate(rims):
        offers = rim[((rim > low) & (rim < high)).all(axis=1)]
        if len(offers) == 0:
            continue
        others = np.concatenate([rims[:k, ::2].reshape(-1, 2), rims[k + 1 :, ::2].reshape(-1, 2)])
        x, y = np.concatenate([others, *(place[None] for place in places.values())]).T
        squares = (offers[:, :1] - x) ** 2 + (offers[:, 1:] - y) ** 2
        places[k] = offers[int(squares.min(axis=1, initial=np.inf).argmax())]
    return places


def _paint_road(
    painter: QPainter, sides: tuple[FloatArray, FloatArray | None], colours: Colours, ink: Ink, *, cased: bool
) -> None:
    outer, inner = sides
    road = path(outer, closed=True)
    if inner is not None:
        road.addPath(path(inner, closed=True))  # odd-even: only what is between the two is filled
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if cased:
        painter.setPen(pen(ink.halo, ink.stroke(KERB + 2 * CASING), alpha=CASED))
        painter.drawPath(road)
        painter.fillPath(road, brush(ink.halo, GROUND))
    painter.fillPath(road, brush(colours[0], FILL))
    painter.setPen(pen(colours[1], ink.stroke(KERB)))
    painter.drawPath(road)


def _paint_coin(painter: QPainter, place: FloatArray, name: str, colours: Colours, ink: Ink) -> None:
    """A letter on a disc of the ground with an edge: unlike the badges of components, which are filled."""
    radius = COIN * math.sqrt(ink.type_scale)
    centre = QPointF(float(place[0]), float(place[1]))
    painter.setBrush(brush(ink.ground))
    painter.setPen(pen(colours[1], ink.stroke(1.5)))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(pen(ink.text, 1.0))
    painter.setFont(font(1.35 * radius if len(name) == 1 else radius, bold=True))
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, name)
