"""The kernel density estimate: a dashed line in the neutral ink with its name."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.kde import Kde
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.curves import thinned
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.line_data import LineData
from gmmviewer.views.items.pens import path
from gmmviewer.views.items.strokes import dashed
from gmmviewer.views.items.tags import Tags
from gmmviewer.views.shown import Shown

WIDTH = 2.0  # pixels
DASHES = (4.0, 2.5)
NAME = "kernel density"
AT = (0.45, 0.3, 0.6, 0.2, 0.75)  # of the highest place to be seen: there stands the name, on the flank


class KdeItem(Item):
    """The kernel density of the points."""

    layer = "kde"

    def __init__(self, data: LineData) -> None:
        self._data = data
        self._made: tuple[Kde, Frame] | None = None
        self._line = QPainterPath()
        self._vertices: FloatArray = np.empty((0, 2))

    def show(self, now: Shown) -> None:
        """The data know."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The curve."""
        self.vertices(frame)
        if self._made is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(dashed(ink.faint, ink.stroke(WIDTH), DASHES))
            painter.drawPath(self._line)

    def vertices(self, frame: Frame) -> FloatArray:
        """The curve (m, 2) in pixels of a frame; nothing where there is no kernel density."""
        kde = None if self._data.line is None else self._data.line.kde
        if kde is None:
            self._made, self._vertices = None, np.empty((0, 2))
        else:
            self._prepare(kde, frame)
        return self._vertices

    def _prepare(self, kde: Kde, frame: Frame) -> None:
        if self._made is not None and self._made[0] is kde and self._made[1] == frame:
            return
        x = kde.places(*frame.x)
        y = np.minimum(frame.pixels_y(kde.at(x)), frame.bottom + frame.height)
        self._vertices = np.column_stack([frame.pixels_x(x), y])
        self._line = path(thinned(*self._vertices.T))
        self._made = kde, frame


class KdeName(Item):
    """What the curve is, written on its flank once everything else has its place."""

    layer = "kde"

    def __init__(self, curve: KdeItem, taken: list[QRectF]) -> None:
        self._curve, self._taken = curve, taken

    def show(self, now: Shown) -> None:
        """The curve knows."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Where there is room."""
        vertices = self._curve.vertices(frame)
        if len(vertices):
            tags = Tags(painter, frame, ink, taken=self._taken)
            tags.put(NAME, ink.faint, _flank(vertices, frame, tags.width(NAME), tags.height))


def _flank(vertices: FloatArray, frame: Frame, width: float, height: float) -> list[QPointF]:
    """Places right of the last flank of a curve, or left of its first, where there is air."""
    x, y = vertices.T
    heights = np.clip(frame.bottom - y, 0.0, frame.height)
    places = []
    for share in AT:
        above = np.flatnonzero(heights >= share * heights.max(initial=0.0))
        if len(above) == 0:
            continue
        level = frame.bottom - share * float(heights.max())
        places.append(QPointF(float(x[above[-1]]) + 6.0 + width / 2, level - height / 3))
        places.append(QPointF(float(x[above[0]]) - 6.0 - width / 2, level - height / 3))
    return places
