"""What follows the mouse: the circle of spray and eraser, the handle of a mean, numbers that change."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gmmviewer.scene.palette import fill_colour
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, font, path, pen

HANDLE = 10.0  # radius of a handle in pixels
GRIP = 10.0  # side of a grip
EVERYWHERE = QRect(0, 0, 1 << 20, 1 << 20)


@dataclass(frozen=True)
class Grip:
    """Something small to take hold of at a pixel: ``held`` while the mouse is on it.

    ``kind``: "resize", "rotate" or "move"; ``component`` gives the colour.
    """

    x: float
    y: float
    kind: str
    component: int
    held: bool = False


@dataclass(frozen=True)
class Overlay:
    """``circle`` x, y, radius and ``handle`` x, y, component in pixels; ``text`` beside ``at``.

    ``guide``: an axis (0 or 1) along which a drag is held, drawn through the handle. ``outline``: corners of
    a dashed line, ``closed`` to a polygon with a light fill or open; ``grips`` to take hold of.
    """

    circle: tuple[float, float, float] | None = None
    handle: tuple[float, float, int] | None = None
    guide: int | None = None
    text: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    outline: tuple[tuple[float, float], ...] = ()
    closed: bool = True
    grips: tuple[Grip, ...] = ()

    def area(self) -> QRect:
        """The pixels it may touch; empty for an empty overlay."""
        if self.text or self.guide is not None:
            return EVERYWHERE
        marks = [self.circle] if self.circle is not None else []
        if self.handle is not None:
            marks.append((self.handle[0], self.handle[1], 2 * HANDLE))
        marks += [(grip.x, grip.y, 2 * HANDLE) for grip in self.grips]
        marks += [(x, y, 2.0) for x, y in self.outline]
        area = QRect()
        for x, y, radius in marks:
            side = math.ceil(2 * radius) + 8
            area |= QRect(math.floor(x - side / 2), math.floor(y - side / 2), side, side)
        return area

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """On top of everything."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.circle is not None:
            x, y, radius = self.circle
            for width, colour in ((3.0, ink.halo), (1.0, ink.faint)):
                painter.setPen(pen(colour, ink.stroke(width), alpha=0.9))
                painter.drawEllipse(QPointF(x, y), radius, radius)
        if self.handle is not None:
            self._paint_handle(painter, frame, ink, self.handle)
        if self.outline:
            self._paint_outline(painter, ink)
        for grip in self.grips:
            paint_grip(painter, grip, ink)
        if self.text:
            self._paint_text(painter, frame, ink)

    def _paint_outline(self, painter: QPainter, ink: Ink) -> None:
        shape = path(np.array(self.outline), closed=self.closed)
        if self.closed:
            painter.fillPath(shape, brush(ink.accent, 0.10))
        for width, colour, style in (
            (3.0, ink.halo, Qt.PenStyle.SolidLine),
            (1.25, ink.accent, Qt.PenStyle.DashLine),
        ):
            painter.setPen(pen(colour, ink.stroke(width), style, alpha=0.9))
            painter.drawPath(shape)

    def _paint_handle(
        self, painter: QPainter, frame: Frame, ink: Ink, handle: tuple[float, float, int]
    ) -> None:
        x, y, k = handle
        if self.guide is not None:
            painter.setPen(pen(ink.faint, 1.0, Qt.PenStyle.DashLine))
            if self.guide == 0:
                painter.drawLine(QPointF(frame.left, y), QPointF(frame.right, y))
            else:
                painter.drawLine(QPointF(x, frame.top), QPointF(x, frame.bottom))
        radius = ink.stroke(HANDLE)
        painter.setBrush(brush(fill_colour(k), 0.25))
        for width, colour in ((4.0, ink.halo), (2.0, ink.mixture)):
            painter.setPen(pen(colour, ink.stroke(width)))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_text(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Beside the mouse, on the side where there is room."""
        painter.setFont(font(ink.text_size))
        metrics = QFontMetricsF(painter.font())
        lines = self.text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines) + 16.0
        height = metrics.lineSpacing() * len(lines) + 12.0
        x, y = self.at[0] + 18.0, self.at[1] - height - 12.0
        if x + width > frame.right:
            x = self.at[0] - 18.0 - width
        if y < frame.top:
            y = self.at[1] + 18.0
        box = QRectF(x, y, width, height)
        painter.setPen(pen(ink.border, 1.0))
        painter.setBrush(brush(ink.raised, 0.96))
        painter.drawRoundedRect(box, 5.0, 5.0)
        painter.setPen(pen(ink.text, 1.0))
        painter.drawText(box.adjusted(8.0, 6.0, -8.0, -4.0), Qt.AlignmentFlag.AlignLeft, self.text)


def paint_grip(painter: QPainter, grip: Grip, ink: Ink) -> None:
    """A square for a size, a disc for an angle or a place; filled while it is held."""
    side = ink.stroke(GRIP if grip.held else 0.8 * GRIP)
    box = QRectF(grip.x - side / 2, grip.y - side / 2, side, side)
    painter.setBrush(brush(fill_colour(grip.component) if grip.held else ink.ground))
    for width, colour in ((4.0, ink.halo), (1.75, ink.mixture)):
        painter.setPen(pen(colour, ink.stroke(width)))
        if grip.kind == "resize":
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)
