"""The components as ellipses: two-pixel strokes, lightly filled; empty components are dashed ghosts.

What is selected stands out, and the others step back. Only the chosen level is drawn: a dashed outer one
was tried, and overlapping components became a tangle in which an empty component was one dashed line of many.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.ellipses import N_VERTICES, outlines
from gmmviewer.scene.palette import Rgb, fill_colour, stroke_colour
from gmmviewer.scene.raster import rim_for
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.pens import brush, path, pen, rgb
from gmmviewer.views.shown import Shown

STROKE = 2.0
CASING = 2.5  # of the ground around a stroke: a dense cloud has the very colour of its ellipse
MOST_VERTICES = 2_000
THIN = 0.75  # pixels
FAR = 1e5  # pixels; a painter slows down on coordinates far outside and cannot dash them


@dataclass(frozen=True)
class Emphasis:
    """How loud a component is: ``fill`` is an opacity, ``line`` a strength, ``stroke`` multiplies widths."""

    fill: float
    line: float
    stroke: float


PLAIN = Emphasis(fill=0.12, line=1.0, stroke=1.0)
CHOSEN = Emphasis(fill=0.24, line=1.0, stroke=1.5)
CALM = Emphasis(fill=0.05, line=0.55, stroke=1.0)


def emphasis(k: int, selection: tuple[int, ...], count: int) -> Emphasis:
    """How loud component k of ``count`` is; nobody stands out where all are selected, or none."""
    if not 0 < len(selection) < count:
        return PLAIN
    return CHOSEN if k in selection else CALM


@lru_cache(maxsize=512)
def line_colour(k: int, strength: float, ink: Ink) -> Rgb:
    """The colour of the lines of component k, mixed with the ground where ``strength`` is less than 1.

    Opaque: a painter takes three times as long for a translucent stroke.
    """
    colours = zip(stroke_colour(k, ink.dark), rgb(ink.ground), strict=True)
    red, green, blue = (round(strength * own + (1.0 - strength) * ground) for own, ground in colours)
    return red, green, blue


class EllipsesItem(Item):
    """Ellipses of one mixture at one Mahalanobis radius; paths are kept while nothing changes."""

    layer = "ellipses"

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._radius = 2.0
        self._ghosts: frozenset[int] = frozenset()
        self._selection: tuple[int, ...] = ()
        self._cased = False  # points may cover each other and the ground
        self._paths: list[QPainterPath] | None = None
        self._frame: Frame | None = None

    def show(self, now: Shown) -> None:
        """Show other parameters, or none."""
        radius = now.view.level.radius(2)
        if now.mixture is not self._mixture or radius != self._radius:
            self._mixture, self._radius, self._paths = now.mixture, radius, None
        self._ghosts, self._selection = now.ghosts, now.selection
        self._cased = not rim_for(now.points.n)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Fills first, strokes on top of all of them, with a casing where points are dense."""
        if self._mixture is None:
            return
        if self._paths is None or frame != self._frame:
            self._paths = [outline(part) for part in vertices(self._mixture, self._radius, frame)]
            self._frame = frame
        loud = [emphasis(k, self._selection, len(self._paths)) for k in range(len(self._paths))]
        painter.setPen(Qt.PenStyle.NoPen)
        with coarse(painter):
            for k, shape in enumerate(self._paths):
                if k not in self._ghosts:
                    painter.fillPath(shape, brush(fill_colour(k), loud[k].fill))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for k in sorted(range(len(loud)), key=self._selection.__contains__):  # the selected ones on top
            self._paint_stroke(painter, k, loud[k], ink)

    def _paint_stroke(self, painter: QPainter, k: int, loud: Emphasis, ink: Ink) -> None:
        if self._paths is None:
            return
        ghost = k in self._ghosts
        width = loud.stroke * (0.75 * STROKE if ghost else STROKE)
        if self._cased:
            painter.setPen(pen(ink.halo, ink.stroke(width + CASING), alpha=0.75))
            with coarse(painter):
                painter.drawPath(self._paths[k])
        style = Qt.PenStyle.DashLine if ghost else Qt.PenStyle.SolidLine
        painter.setPen(pen(line_colour(k, loud.line, ink), ink.stroke(width), style))
        painter.drawPath(self._paths[k])


@contextmanager
def coarse(painter: QPainter) -> Iterator[None]:
    """Without antialiasing: four times faster, and unseen at edges under or beside a smooth stroke."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    yield
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def vertices(mixture: Mixture, radius: float, frame: Frame) -> FloatArray:
    """Outlines (K, m, 2) in pixels, with as many vertices as look round at this size."""
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    per_unit = (frame.width / (frame.x[1] - frame.x[0]), frame.height / (frame.y[1] - frame.y[0]))
    size = float((deviations * per_unit).max()) * radius
    # A chord of 2π/m stays within 0.3 px of a circle of this size for m = π·√(size / 0.6).
    count = math.ceil(math.pi * math.sqrt(min(size, FAR) / 0.6)) + 1
    drawn = outlines(mixture, radius, min(max(count, N_VERTICES), MOST_VERTICES))
    return np.clip(frame.pixels(drawn), -FAR, FAR)


def outline(ellipse: FloatArray) -> QPainterPath:
    """A closed path; of an ellipse so thin that its sides touch, the long axis.

    Strokes that run back over themselves cancel in places, and a collapsed component would look dashed.
    """
    centre = ellipse[:-1].mean(axis=0)
    arms = ellipse - centre
    longest = arms[int((arms * arms).sum(axis=1).argmax())]
    length = float(np.hypot(*longest))
    aside = np.abs(arms[:, 0] * longest[1] - arms[:, 1] * longest[0]).max() / max(length, 1e-9)
    if aside < THIN:
        return path(np.stack([centre - longest, centre + longest]))
    return path(ellipse, closed=True)
