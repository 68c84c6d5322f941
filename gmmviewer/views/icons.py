"""Line icons (Lucide, ISC licence) in the ink of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gmmviewer.resources import resource_path

SIDES = (16, 20, 24, 32, 40, 48)  # 16, 20 and 24 logical pixels, at device ratios 1 and 2
FADED = 0.35  # opacity of an icon whose action is not allowed now


@lru_cache(maxsize=512)
def icon(name: str, colour: str) -> QIcon:
    """The shipped icon ``name`` drawn in ``colour`` ("#rrggbb"); fainter where it is disabled.

    Raises ``FileNotFoundError`` for a name that is not shipped.
    """
    renderer = _renderer(name, colour)
    result = QIcon()
    for side in SIDES:
        drawn = _rendered(renderer, side)
        result.addPixmap(drawn, QIcon.Mode.Normal)
        result.addPixmap(_faded(drawn), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=128)
def pixmap(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    """One picture of an icon, ``side`` logical pixels wide, for a screen with this device ratio."""
    drawn = _rendered(_renderer(name, colour), round(side * ratio))
    drawn.setDevicePixelRatio(ratio)
    return drawn


@lru_cache(maxsize=1)
def program_icon() -> QIcon:
    """The picture of the program in task bars and window frames."""
    renderer = QSvgRenderer(str(resource_path("icons", "gmmviewer.svg")))
    result = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_rendered(renderer, side))
    return result


def _renderer(name: str, colour: str) -> QSvgRenderer:
    """The icon with its strokes in ``colour``; Lucide leaves the colour to ``currentColor``."""
    source = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    opaque = QColor(colour).name()
    return QSvgRenderer(QByteArray(source.replace("currentColor", opaque).encode()))


def _rendered(renderer: QSvgRenderer, side: int) -> QPixmap:
    drawn = QPixmap(QSize(side, side))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn


def _faded(drawn: QPixmap) -> QPixmap:
    faint = QPixmap(drawn.size())
    faint.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faint)
    painter.setOpacity(FADED)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return faint
