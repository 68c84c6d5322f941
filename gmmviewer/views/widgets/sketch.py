"""What a covariance family allows, as a little drawing in the colours of the first components."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from gmmviewer.mixture.families import EllipseSketch, Sketch
from gmmviewer.scene.palette import fill_colour, stroke_colour

RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)  # device pixels to a logical one that screens have
FILL = 0.22
REACH = 3.0  # σ to either side of a bell


def paint_sketch(painter: QPainter, area: QRectF, sketch: Sketch, dark: bool) -> None:
    """Ellipses or bell curves of the unit square in ``area``, y upwards."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = max(1.0, area.width() / 26)
    area = area.adjusted(line, line, -line, -line)
    # the largest first, or nested ones would be covered
    for number, part in sorted(enumerate(sketch), key=lambda item: -_size(item[1])):
        fill = QColor(*fill_colour(number))
        fill.setAlphaF(FILL)
        painter.setPen(QPen(QColor(*stroke_colour(number, dark)), line))
        painter.setBrush(fill)
        painter.drawPath(_outline(part, area))
    painter.restore()


def _size(part: tuple[float, ...]) -> float:
    return part.a * part.b if isinstance(part, EllipseSketch) else part[2]


def _outline(part: tuple[float, ...], area: QRectF) -> QPainterPath:
    path = QPainterPath()
    if isinstance(part, EllipseSketch):
        turn = np.linspace(0.0, 2.0 * math.pi, 41)
        along, across = part.a * np.cos(turn), part.b * np.sin(turn)
        x = part.x + along * math.cos(part.angle) - across * math.sin(part.angle)
        y = part.y + along * math.sin(part.angle) + across * math.cos(part.angle)
    else:
        centre, height, sd = part
        x = np.linspace(max(centre - REACH * sd, 0.0), min(centre + REACH * sd, 1.0), 41)
        y = 0.05 + 0.9 * height * np.exp(-0.5 * ((x - centre) / sd) ** 2)
    places = [
        QPointF(area.left() + px * area.width(), area.bottom() - py * area.height())
        for px, py in zip(x.tolist(), y.tolist(), strict=True)
    ]
    path.moveTo(places[0])
    for place in places[1:]:
        path.lineTo(place)
    path.closeSubpath()
    return path


@lru_cache(maxsize=128)
def sketch_icon(sketch: Sketch, side: int, dark: bool) -> QIcon:
    """The drawing as an icon, drawn for every pixel ratio and never scaled."""
    result = QIcon()
    for ratio in RATIOS:
        picture = QPixmap(round(side * ratio), round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_sketch(painter, QRectF(0, 0, side, side), sketch, dark)
        painter.end()
        result.addPixmap(picture)
    return result
