"""A part of the picture that is painted once and then only copied, until what it shows is something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

Draw: TypeAlias = Callable[[QPainter], None]


class Layer:
    """A transparent picture. Ellipses take 6 ms to paint, axes 3, and either half a millisecond to copy."""

    def __init__(self) -> None:
        self._shows: tuple[object, ...] | None = None
        self._picture = QPixmap()

    def paint(
        self, painter: QPainter, area: QRectF, ratio: float, shows: tuple[object, ...], draw: Draw
    ) -> None:
        """Paint what ``draw`` paints in an area; ``shows`` is all it depends on, compared item by item."""
        key = (area, ratio, *shows)
        if self._shows is None or not _same(self._shows, key):
            self._picture = _drawn(area, ratio, draw)
            self._shows = key
        painter.drawPixmap(area.topLeft(), self._picture)


def _drawn(area: QRectF, ratio: float, draw: Draw) -> QPixmap:
    picture = QPixmap(QSize(round(area.width() * ratio), round(area.height() * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:  # ends it on an error too, else the picture could not be destroyed
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.translate(-area.topLeft())
        draw(painter)
    return picture


def _same(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    """Frozen values that define no equality are the same if they are the same object."""
    return len(old) == len(new) and all(a is b or a == b for a, b in zip(old, new, strict=True))
