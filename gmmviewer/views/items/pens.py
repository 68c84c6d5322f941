"""Colours of the scene and of the ink as Qt's pens, brushes and fonts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QPainterPath, QPen, QPolygonF
from shiboken6 import VoidPtr

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.palette import Rgb

_MEMORY: Any = VoidPtr  # its stub knows neither the size nor the buffer


@lru_cache(maxsize=512)
def colour(value: str | Rgb, alpha: float = 1.0) -> QColor:
    """A colour from ``"#rrggbb"`` or three bytes, ``alpha`` 0…1."""
    made = QColor(value) if isinstance(value, str) else QColor(*value)
    made.setAlphaF(alpha)
    return made


def rgb(value: str) -> Rgb:
    """``"#rrggbb"`` as three bytes."""
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


@lru_cache(maxsize=512)
def pen(
    value: str | Rgb, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: float = 1.0
) -> QPen:
    """A pen of ``width`` pixels with round ends. Shared: not to be changed.

    Corners are cut, not rounded: on the short pieces of a smooth curve nobody sees it, and a stroke two
    pixels wide takes 0.6 ms instead of 1.1.
    """
    made = QPen(colour(value, alpha), width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.BevelJoin)
    if style is Qt.PenStyle.DashLine:
        made.setDashPattern([4.0, 3.0])
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


@lru_cache(maxsize=512)
def brush(value: str | Rgb, alpha: float = 1.0) -> QBrush:
    """A plain brush. Shared: not to be changed."""
    return QBrush(colour(value, alpha))


def font(size: float, *, bold: bool = False) -> QFont:
    """The font of the program at ``size`` pixels."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(max(6, round(size)))
    made.setBold(bold)
    return made


def polygon(vertices: FloatArray) -> QPolygonF:
    """Vertices (m, 2) in pixels as a polygon, copied at once: 600 ``QPointF`` would take 20 times as long."""
    made = QPolygonF()
    made.resize(len(vertices))
    if len(vertices):
        memory = _MEMORY(made.data(), 16 * len(vertices), True)
        np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)[:] = vertices
    return made


def path(vertices: FloatArray, *, closed: bool = False) -> QPainterPath:
    """Vertices (m, 2) in pixels as a path."""
    made = QPainterPath()
    if len(vertices):
        made.addPolygon(polygon(vertices))
    if closed:
        made.closeSubpath()
    return made
