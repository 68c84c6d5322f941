"""The histogram on the density scale, in a quiet neutral under the curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gmmviewer.scene.histogram import Histogram
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.line_data import LineData
from gmmviewer.views.items.pens import brush, pen
from gmmviewer.views.shown import Shown

FAR = 1e5  # pixels


class HistogramItem(Item):
    """Bars of the points."""

    layer = "histogram"

    def __init__(self, data: LineData) -> None:
        self._data = data

    @property
    def histogram(self) -> Histogram | None:
        """The bars on the density scale; None without points, or until they are counted."""
        return None if self._data.line is None else self._data.line.histogram

    def show(self, now: Shown) -> None:
        """The data know."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Bars with edges at whole pixels; a line at each only where bars are wide enough to see it."""
        bars = self.histogram
        if bars is None:
            return
        x = np.clip(np.round(frame.pixels_x(bars.edges)), -FAR, FAR)
        y = np.clip(np.round(frame.pixels_y(bars.heights)), -FAR, FAR)
        seen = (y < frame.bottom) & (x[1:] >= frame.left) & (x[:-1] <= frame.right)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(ink.bar_edge, 1.0))
        painter.setBrush(brush(ink.bar))
        rows = zip(x[:-1][seen].tolist(), np.diff(x)[seen].tolist(), y[seen].tolist(), strict=True)
        painter.drawRects([QRectF(left, top, width, frame.bottom - top) for left, width, top in rows])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
