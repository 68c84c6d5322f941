"""The histogram on the density scale, in a quiet neutral under the curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gmmviewer.data.points import PointSet
from gmmviewer.scene.histogram import Histogram, histogram
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, pen

FAR = 1e5  # pixels


class HistogramItem:
    """Bars of one point set; counted again only when the points change."""

    def __init__(self) -> None:
        self._points: PointSet | None = None
        self._tails = False
        self.histogram: Histogram | None = None

    def show(self, points: PointSet, tails: bool = False) -> None:
        """Show other points; ``tails``: with bins for a logarithmic axis."""
        if points is not self._points or tails is not self._tails:
            self._points, self._tails = points, tails
            self.histogram = histogram(points.values[:, 0], tails=tails) if points.n else None

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Bars with edges at whole pixels."""
        if self.histogram is None:
            return
        x = np.clip(np.round(frame.pixels_x(self.histogram.edges)), -FAR, FAR)
        y = np.clip(np.round(frame.pixels_y(self.histogram.heights)), -FAR, FAR)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(ink.bar_edge, 1.0))
        painter.setBrush(brush(ink.bar))
        bars = zip(x[:-1].tolist(), np.diff(x).tolist(), y.tolist(), strict=True)
        painter.drawRects(
            [QRectF(left, top, width, frame.bottom - top) for left, width, top in bars if top < frame.bottom]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
