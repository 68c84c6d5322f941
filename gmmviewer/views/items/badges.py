"""Numbered badges in the symbol and colour of their components, and where to put them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.scene.palette import Rgb, contrast, fill_colour, symbol, symbol_outline
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, font, path, pen

SIZE = 17.0  # pixels; a disc of this badge has the area SIZE²
BLACK: Rgb = (0x10, 0x13, 0x1A)
WHITE: Rgb = (0xFF, 0xFF, 0xFF)
# Where a badge may stand seen from its mean, best first: off the arms of a cross, on top of a peak.
BESIDE = (45, 135, -45, -135, 0, 180, 90, -90, 20, 160, -20, -160)
ABOVE = (90, 60, 120, 30, 150, 0, 180, -45, -135, -90)
DISTANCES = (1.0, 1.7, 2.5, 3.4)


ROOMY = 1.5  # so many times the room that a badge needs brings it back to its best place


class Placement:
    """Gives every badge a free place beside its mean, and the same one next time if it is still free.

    It goes back to the best place only when there is ample room: nothing jumps to and fro.
    """

    def __init__(self, angles: tuple[int, ...] = BESIDE) -> None:
        turned = np.deg2rad(angles)
        circle = np.column_stack([np.cos(turned), -np.sin(turned)])
        self._offers = np.concatenate([distance * circle for distance in DISTANCES])
        self._last: dict[int, int] = {}

    def places(self, anchors: FloatArray, size: float, frame: Frame) -> FloatArray:
        """Centres (K, 2) of badges for means at ``anchors`` (K, 2), all in pixels."""
        taken = np.empty((0, 2))
        for k, anchor in enumerate(anchors):
            offers = anchor + 1.2 * size * self._offers
            others = np.delete(anchors, k, axis=0)
            if _free(offers[:1], taken, others, ROOMY * size, frame)[0]:
                self._last[k] = 0
            chosen = self._choose(k, _free(offers, taken, others, size, frame))
            taken = np.concatenate([taken, offers[chosen : chosen + 1]])
        return taken

    def _choose(self, k: int, free: BoolArray) -> int:
        last = self._last.get(k, 0)
        if not free[last]:
            last = int(free.argmax())
        self._last[k] = last
        return last


def _free(offers: FloatArray, taken: FloatArray, others: FloatArray, size: float, frame: Frame) -> BoolArray:
    """Which offers lie inside the frame, off other badges and off the crosses of other means."""
    x, y = offers.T
    half = 0.6 * size
    inside = (x > frame.left + half) & (x < frame.right - half)
    inside &= (y > frame.top + half) & (y < frame.bottom - half)
    return np.asarray(inside & _apart(offers, taken, 1.3 * size) & _apart(offers, others, 0.9 * size))


def _apart(offers: FloatArray, marks: FloatArray, distance: float) -> BoolArray:
    gaps = np.hypot(offers[:, None, 0] - marks[None, :, 0], offers[:, None, 1] - marks[None, :, 1])
    return np.asarray((gaps >= distance).all(axis=1))


def badge_size(ink: Ink) -> float:
    """The side of a badge in pixels."""
    return SIZE * math.sqrt(ink.type_scale) * (1.15 if ink.presenter else 1.0)


def paint_badge(painter: QPainter, centre: FloatArray, k: int, ink: Ink, *, ghost: bool = False) -> None:
    """The number of component k in its symbol; hollow for a ghost. On screen from an image painted once."""
    x, y = float(centre[0]), float(centre[1])
    device = painter.device()
    if isinstance(device, (QWidget, QImage, QPixmap)):
        ratio = device.devicePixelRatioF()
        image = _badge_image(k, ink, ghost, ratio, QGuiApplication.font().family())
        half = image.deviceIndependentSize().width() / 2
        corner = QPointF(round((x - half) * ratio) / ratio, round((y - half) * ratio) / ratio)
        painter.drawImage(corner, image)
    else:
        _draw_badge(painter, x, y, k, ink, ghost)


@lru_cache(maxsize=256)
def _badge_image(k: int, ink: Ink, ghost: bool, ratio: float, family: str) -> QImage:
    """A badge in the middle of an image; ``family`` because another font makes another image."""
    side = math.ceil(2.4 * badge_size(ink))
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = image.deviceIndependentSize().width() / 2
    _draw_badge(painter, middle, middle, k, ink, ghost)
    painter.end()
    return image


def _draw_badge(painter: QPainter, x: float, y: float, k: int, ink: Ink, ghost: bool) -> None:
    size = badge_size(ink)
    outline = path(symbol_outline(symbol(k)) * (size, -size) + (x, y), closed=True)
    fill = fill_colour(k)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(ink.halo, 4.0))
    painter.drawPath(outline)
    painter.setPen(pen(fill, 1.5) if ghost else Qt.PenStyle.NoPen)
    painter.setBrush(brush(ink.ground if ghost else fill))
    painter.drawPath(outline)
    painter.setFont(font((0.68 if k < 9 else 0.58) * size, bold=True))
    painter.setPen(pen(ink.text if ghost else on(fill), 1.0))
    box = QRectF(x - size, y - size, 2 * size, 2 * size)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(k + 1))


@lru_cache(maxsize=256)
def on(fill: Rgb) -> Rgb:
    """Black or white, whichever reads better on a colour."""
    return WHITE if contrast(WHITE, fill) >= 4.0 else max(WHITE, BLACK, key=lambda ink: contrast(ink, fill))
