"""Axes: a faint grid under the data, ticks and titles beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import font, pen
from gmmviewer.views.items.ticks import Ticks, log_ticks, ticks

TICK = 4.0  # pixels
GAP = 4.0  # between a tick and its label
LABEL = "−00.00"  # the longest label that ``ticks`` makes


@dataclass(frozen=True)
class Margins:
    """How much room, in pixels, axes need around a plot: constant, so that nothing moves while zooming."""

    left: float
    top: float
    right: float
    bottom: float


def margins(ink: Ink) -> Margins:
    """Room for ticks, labels and titles at this type size."""
    return _margins(ink.small_size, ink.text_size, QGuiApplication.font().family())


@lru_cache(maxsize=16)
def _margins(small_size: float, text_size: float, family: str) -> Margins:
    """Asked for at every mouse move; ``family`` because another font needs other room."""
    small, title = QFontMetricsF(font(small_size)), QFontMetricsF(font(text_size))
    edge = np.ceil(small.height() * 0.75)
    left = np.ceil(small.horizontalAdvance(LABEL) + TICK + GAP + title.height() + 6.0)
    bottom = np.ceil(small.height() + TICK + GAP + title.height() + 8.0)
    return Margins(float(left), float(edge), float(edge + 4.0), float(bottom))


def frame_ticks(frame: Frame, ink: Ink) -> tuple[Ticks, Ticks]:
    """A tick every 140 pixels to the right and every 95 upwards, at normal type size."""
    x = ticks(frame.x, frame.width / (65.0 + 75.0 * ink.type_scale))
    if frame.log_y:  # powers of ten are short, and say more the more there are
        return x, log_ticks(frame.y, frame.height / (25.0 + 25.0 * ink.type_scale))
    return x, ticks(frame.y, frame.height / (55.0 + 40.0 * ink.type_scale))


def paint_grid(painter: QPainter, frame: Frame, ink: Ink, x: Ticks, y: Ticks) -> None:
    """Faint lines at the ticks."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(ink.grid, ink.stroke(1.0)))
    lines = [QLineF(at, frame.top, at, frame.bottom) for at in _snapped(frame.pixels_x(np.array(x.values)))]
    lines += [QLineF(frame.left, at, frame.right, at) for at in _snapped(frame.pixels_y(np.array(y.values)))]
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def paint_x_axis(painter: QPainter, frame: Frame, ink: Ink, marks: Ticks, title: str) -> None:
    """Line, ticks, labels and title below a frame."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(ink.axis, ink.stroke(1.0)))
    places = _snapped(frame.pixels_x(np.array(marks.values)))
    painter.drawLine(QLineF(frame.left, frame.bottom, frame.right, frame.bottom))
    painter.drawLines([QLineF(at, frame.bottom, at, frame.bottom + TICK) for at in places])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setFont(font(ink.small_size))
    painter.setPen(pen(ink.faint, 1.0))
    metrics = QFontMetricsF(painter.font())
    top = frame.bottom + TICK + GAP
    for at, label in zip(places, marks.labels, strict=True):
        width = metrics.horizontalAdvance(label)
        box = QRectF(at - width / 2 - 1.0, top, width + 2.0, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, label)
    painter.setFont(font(ink.text_size))
    painter.setPen(pen(ink.text, 1.0))
    box = QRectF(
        frame.left, top + metrics.height() + 2.0, frame.width, QFontMetricsF(painter.font()).height()
    )
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _elided(painter, _full(title, marks), frame.width))


def paint_y_axis(painter: QPainter, frame: Frame, ink: Ink, marks: Ticks, title: str) -> None:
    """Line, ticks, labels and the upright title left of a frame."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(ink.axis, ink.stroke(1.0)))
    places = _snapped(frame.pixels_y(np.array(marks.values)))
    painter.drawLine(QLineF(frame.left, frame.top, frame.left, frame.bottom))
    painter.drawLines([QLineF(frame.left - TICK, at, frame.left, at) for at in places])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setFont(font(ink.small_size))
    painter.setPen(pen(ink.faint, 1.0))
    metrics = QFontMetricsF(painter.font())
    for at, label in zip(places, marks.labels, strict=True):
        width = metrics.horizontalAdvance(label) + 2.0
        box = QRectF(frame.left - TICK - GAP - width, at - metrics.height() / 2, width, metrics.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(box, flags, label)
    _paint_upright(painter, frame, ink, _full(title, marks))


def _paint_upright(painter: QPainter, frame: Frame, ink: Ink, title: str) -> None:
    painter.setFont(font(ink.text_size))
    painter.setPen(pen(ink.text, 1.0))
    height = QFontMetricsF(painter.font()).height()
    painter.save()
    painter.translate(QPointF(2.0, frame.bottom))
    painter.rotate(-90.0)
    box = QRectF(0.0, 0.0, frame.height, height)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _elided(painter, title, frame.height))
    painter.restore()


def _elided(painter: QPainter, text: str, width: float) -> str:
    return QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)


def _full(title: str, marks: Ticks) -> str:
    return f"{title}  ({marks.remark})" if marks.remark else title


def _snapped(places: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    """At whole pixels, where a thin line is sharp."""
    return [float(place) for place in np.round(places)]
