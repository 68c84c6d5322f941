"""Small faint words inside the plot, with a halo that keeps lines and fields off them."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QWidget

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.pens import brush, colour, font

HALO = 3.0  # pixels


def caption_size(text: str, size: float) -> tuple[float, float]:
    """Width and height of a caption in type of ``size`` pixels, in pixels."""
    metrics = QFontMetricsF(font(size))
    return metrics.horizontalAdvance(text), metrics.height()


def paint_caption(painter: QPainter, x: float, y: float, text: str, size: float, ink: Ink) -> None:
    """A caption about a centre; on screen from an image made once: text paths take 0.1 ms."""
    device = painter.device()
    if isinstance(device, (QWidget, QImage, QPixmap)):
        ratio = device.devicePixelRatioF()
        image = _image(text, size, ink, ratio, QGuiApplication.font().family())
        extent = image.deviceIndependentSize()
        left, top = x - extent.width() / 2, y - extent.height() / 2
        painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), image)
    else:
        _draw(painter, x, y, text, size, ink)


@lru_cache(maxsize=256)
def _image(text: str, size: float, ink: Ink, ratio: float, family: str) -> QImage:
    """A caption in the middle of an image; ``family`` because another font makes another image."""
    width, height = (math.ceil(side + 2 * HALO) for side in caption_size(text, size))
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    extent = image.deviceIndependentSize()
    _draw(painter, extent.width() / 2, extent.height() / 2, text, size, ink)
    painter.end()
    return image


def _draw(painter: QPainter, x: float, y: float, text: str, size: float, ink: Ink) -> None:
    type_ = font(size)
    metrics = QFontMetricsF(type_)
    start = QPointF(x - metrics.horizontalAdvance(text) / 2, y + (metrics.ascent() - metrics.descent()) / 2)
    shape = QPainterPath()
    shape.addText(start, type_, text)
    halo = QPainterPath()  # one pill and not an outline of letters: lines would show between the words
    halo.addRoundedRect(shape.boundingRect().adjusted(-HALO, -HALO / 2, HALO, HALO / 2), HALO, HALO)
    painter.fillPath(halo, brush(ink.halo, 0.8))
    painter.setFont(type_)
    painter.setPen(colour(ink.faint))
    painter.drawText(start, text)
