"""What a statistic would be without a further component, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gmmviewer.mixture.ratio_test import LikelihoodRatio
from gmmviewer.scene.histogram import Histogram, histogram
from gmmviewer.scene.numbers import format_number
from gmmviewer.scene.ranges import padded_range
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame, Range
from gmmviewer.views.items.pens import brush, pen


@dataclass(frozen=True, eq=False)
class NullPicture:
    """A histogram of 2Δℓ under K components, and a line where the data have it."""

    test: LikelihoodRatio
    titles: tuple[str, str] = ("2 Δ log-likelihood", "replicates")

    @cached_property
    def bars(self) -> Histogram:
        """How often which value came."""
        return histogram(self.test.null)

    @cached_property
    def x(self) -> Range:
        """All replicates and the data."""
        ends = [*self.bars.edges[[0, -1]].tolist(), self.test.observed]
        return padded_range(min(ends), max(ends))

    @cached_property
    def y(self) -> Range:
        """Counts from zero."""
        return (0.0, 1.1 * max(float(self.bars.counts.max()), 1.0))

    @property
    def caption(self) -> str:
        """What the line and the bars are."""
        k = self.test.k
        return f"bars: data drawn from the fit with K = {k} · line: these data"

    @property
    def sentence(self) -> str:
        """The same in words."""
        beyond = int((self.test.null >= self.test.observed).sum())
        return (
            f"2 Δ log-likelihood is {format_number(self.test.observed)}; {beyond} of {len(self.test.null)} "
            "replicates reach it."
        )

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Bars and the line."""
        across = np.round(frame.pixels_x(self.bars.edges)).tolist()
        tops = np.round(frame.pixels_y(self.bars.counts.astype(np.float64))).tolist()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(ink.bar_edge, 1.0))
        painter.setBrush(brush(ink.bar))
        painter.drawRects(
            [
                QRectF(QPointF(across[i], tops[i]), QPointF(across[i + 1], frame.bottom))
                for i in range(len(tops))
                if tops[i] < frame.bottom
            ]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        x = float(frame.pixels_x(np.array(self.test.observed)))
        painter.setPen(pen(ink.accent, ink.stroke(2.5)))
        painter.drawLine(QPointF(x, frame.top), QPointF(x, frame.bottom))
