"""Where the model comes from: the way of the means, and the ellipses of earlier iterations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState
from gmmviewer.scene.palette import stroke_colour
from gmmviewer.scene.trails import MOST_ECHOES, Track, echo_indices, recent, spread, thinned, way_of_means
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.ellipses import FAR, coarse, line_colour, outline, vertices
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.pens import brush, pen, polygon
from gmmviewer.views.shown import Shown

STROKE = 2.0  # pixels
CASING = 3.0
DOT = 2.75  # radius in pixels
BETWEEN_DOTS = 10.0  # pixels; dots of shorter steps would make a string of beads
FAINTEST = 0.45  # how opaque the oldest part is
SHADES = 5
BLOCK = 256  # stops thinned at once; full blocks are kept while the view stays
# Of all ways together; what is older has faded away. A wide stroke that crosses itself takes more than its
# share: 14,000 pixels of a random walk 10 ms, 350,000 two seconds.
MOST_VERTICES, LONGEST = 4_000, 40_000.0
ECHO_STROKE = 1.0  # pixel: up to this a painter takes 0.05 ms for a large ellipse, above it 1
MOST_OUTLINES = 80
STRONGEST = 0.8  # of the echoes: the present is louder


class TrailsItem(Item):
    """The way of each mean from where it was set to where it is, with a dot where an iteration ended."""

    layer = "trails"

    def __init__(self) -> None:
        self._track = Track()
        self._mixture: Mixture | None = None
        self._frame: Frame | None = None
        self._version = -1
        self._blocks: list[list[FloatArray]] = []

    def show(self, now: Shown) -> None:
        """Follow the trace to the state shown; while a hand moves the model there is no way yet."""
        self._track.follow(now.past)
        leads_here = now.mixture is not None and self._track.leads_to(now.standard)
        self._mixture = now.mixture if leads_here else None

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Casings, then lines that fade with age, then dots and a ring at the start."""
        if self._mixture is None or len(self._track.stops) < 2:
            return
        ways = self._ways(frame, frame.pixels(self._mixture.means))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.halo, ink.stroke(STROKE + CASING), alpha=0.85))
        with coarse(painter):
            for way in ways:
                painter.drawPolyline(polygon(way))
        for k, way in enumerate(ways):
            _paint_way(painter, way, k, ink)

    def _ways(self, frame: Frame, ends: FloatArray) -> list[FloatArray]:
        """One line (m, 2) in pixels per component, to where its mean is now, which may be on the move."""
        stops = self._track.stops[:-1]
        if frame != self._frame or self._track.version != self._version:
            self._blocks, self._frame, self._version = [], frame, self._track.version
        full = len(stops) // BLOCK
        for index in range(len(self._blocks), full):
            self._blocks.append(_thinned(stops[index * BLOCK : (index + 1) * BLOCK + 1], frame))
        rest = stops[full * BLOCK :]
        blocks = [*self._blocks[:full], *([_thinned(rest, frame)] if rest else [])]
        bounds, longest, most = _bounds(frame), LONGEST / len(ends), MOST_VERTICES // len(ends)
        ways = (np.concatenate([*(block[k] for block in blocks), end[None]]) for k, end in enumerate(ends))
        return [recent(way, *bounds, longest, most) for way in ways]


class EchoesItem(Item):
    """Ellipses of the start and of iterations 1, 2, 4, 8 …, the fainter the older."""

    layer = "echoes"

    def __init__(self) -> None:
        self._track = Track()
        self._radius = 2.0
        self._leads_here = False
        self._layer = Layer()
        self._frame: Frame | None = None
        self._shapes: dict[int, list[QPainterPath]] = {}
        self._version = -1

    def show(self, now: Shown) -> None:
        """Follow the trace to the state shown."""
        self._track.follow(now.past)
        self._leads_here = self._track.leads_to(now.standard)
        if now.view.level.radius(2) != self._radius:
            self._radius, self._frame = now.view.level.radius(2), None

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Thin lines without a fill, the oldest first; on screen a picture that seldom becomes another."""
        if not self._leads_here:
            return
        if frame != self._frame or self._track.version != self._version:
            self._shapes, self._frame, self._version = {}, frame, self._track.version
        stops = self._track.stops
        most = max(2, min(MOST_ECHOES, MOST_OUTLINES // stops[0].standard.n_components))
        chosen = echo_indices(len(stops) - 1, most)
        if target is not Target.SCREEN:
            self._paint_outlines(painter, chosen, frame, ink)
            return
        shows = (frame, ink, self._version, self._radius, tuple(chosen))
        area = QRectF(frame.left, frame.top, frame.width, frame.height)
        self._layer.paint(
            painter, area, frame.ratio, shows, lambda brush: self._paint_outlines(brush, chosen, frame, ink)
        )

    def _paint_outlines(self, painter: QPainter, chosen: list[int], frame: Frame, ink: Ink) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rank, index in enumerate(chosen, start=1):
            strength = FAINTEST + (STRONGEST - FAINTEST) * rank / len(chosen)
            for k, shape in enumerate(self._outlines(index, frame)):
                painter.setPen(pen(stroke_colour(k, ink.dark), ink.stroke(ECHO_STROKE), alpha=strength))
                painter.drawPath(shape)

    def _outlines(self, index: int, frame: Frame) -> list[QPainterPath]:
        if index not in self._shapes:
            state = self._track.stops[index]
            mixture = state.units.restore_mixture(state.standard)  # not state.mixture, which would stay
            self._shapes[index] = [outline(part) for part in vertices(mixture, self._radius, frame)]
        return self._shapes[index]


def _thinned(stops: list[FitState], frame: Frame) -> list[FloatArray]:
    """The ways through some stops, in pixels."""
    return thinned(np.clip(frame.pixels(way_of_means(stops)), -FAR, FAR), *_bounds(frame))


def _bounds(frame: Frame) -> tuple[FloatArray, FloatArray]:
    """Where a line may still be seen, with a plot's size of room around it, in pixels."""
    low = np.array([frame.left - frame.width, frame.top - frame.height])
    return low, np.array([frame.right + frame.width, frame.bottom + frame.height])


def _paint_way(painter: QPainter, way: FloatArray, k: int, ink: Ink) -> None:
    colour = stroke_colour(k, ink.dark)
    cuts = np.unique(np.linspace(0, len(way) - 1, SHADES + 1).astype(int)).tolist()
    for shade, (begin, end) in enumerate(pairwise(cuts), start=1):
        strength = FAINTEST + (1.0 - FAINTEST) * shade / (len(cuts) - 1)
        painter.setPen(pen(line_colour(k, strength, ink), ink.stroke(STROKE)))
        painter.drawPolyline(polygon(way[begin : end + 1]))
    radius = ink.stroke(DOT)
    painter.setPen(pen(ink.halo, ink.stroke(0.75)))
    painter.setBrush(brush(colour))
    for x, y in spread(way[:-1], ink.stroke(BETWEEN_DOTS))[1:].tolist():
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.setPen(pen(colour, ink.stroke(STROKE)))
    painter.setBrush(brush(ink.ground))
    painter.drawEllipse(QPointF(*way[0].tolist()), 1.5 * radius, 1.5 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
