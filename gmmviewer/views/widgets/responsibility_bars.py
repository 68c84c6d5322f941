"""Responsibilities as bars: whose point is it, and by how much."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmmviewer.scene.inspect import GroupReadout, Readout
from gmmviewer.scene.numbers import MISSING, format_number, format_percent
from gmmviewer.scene.palette import row_fill, row_stroke
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.style import tabular
from gmmviewer.views.widgets.swatch import draw_noise, draw_symbol

ROW = 20
LARGEST_LISTED = 6  # rows; of more components those with the largest shares are shown
SIGN, GAP = 40, 4  # left and right of the bar
SHARE, WEIGHTED, DISTANCE = 56, 72, 56  # widths of the columns right of it; a distance may be 0.00528


class ResponsibilityBars(QWidget):
    """One row per component, and "N" for the noise: symbol, number, bar of r_k, r_k, π_k N_k(x), D_k(x)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink(dark=False)
        self._readout: Readout | GroupReadout | None = None
        self._components = 0
        self._noise = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Responsibilities of the components for the point under the mouse")
        self.setToolTip(
            "For each component: responsibility r_k, the summand π_k N(x | μ_k, Σ_k) of p(x),\n"
            "and the Mahalanobis distance D_k from its mean, in standard deviations"
        )

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen
        self.updateGeometry()
        self.update()

    def show_components(self, count: int, noise: bool = False) -> None:
        """Keep room for this many components, and for the noise."""
        if (count, noise) != (self._components, self._noise):
            self._components, self._noise = count, noise
            self._readout = None
            self.updateGeometry()
            self.update()

    def show_readout(self, readout: Readout | GroupReadout | None) -> None:
        """Show the shares at one place or in some points, or none."""
        if readout is self._readout:
            return
        self._readout = readout
        self.setAccessibleDescription("; ".join(self.texts()))
        self.update()

    def texts(self) -> list[str]:
        """Every row in words."""
        if self._readout is None:
            return []
        shares = self._readout.responsibilities.tolist()
        names = [f"component {k + 1}" for k in range(self._readout.n_components)] + ["noise"]
        return [f"{name}: {format_percent(share)}" for name, share in zip(names, shares, strict=False)]

    def listed(self) -> list[int]:
        """The components that have a row: all of them, or those whose point it most likely is."""
        rows = self._components + self._noise
        if rows <= LARGEST_LISTED or self._readout is None:
            return list(range(min(rows, LARGEST_LISTED)))
        order = np.argsort(-self._readout.responsibilities, kind="stable")[:LARGEST_LISTED]
        return [int(k) for k in order]

    def sizeHint(self) -> QSize:
        """A heading and all rows."""
        rows = min(self._components + self._noise, LARGEST_LISTED)
        return QSize(160, round((rows + 1) * ROW * self._ink.type_scale))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Heading and rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = tabular(QFont(self.font()))
        font.setPixelSize(round(self._ink.small_size))
        painter.setFont(font)
        height = ROW * self._ink.type_scale
        self._row_texts(painter, 0.0, height, ("r", "π N(x)", "D"), self._ink.faint)
        for row, k in enumerate(self.listed(), start=1):
            self._paint_row(painter, k, row * height, height)
        painter.end()

    def _paint_row(self, painter: QPainter, k: int, top: float, height: float) -> None:
        scale = self._ink.type_scale
        readout = self._readout if self._readout and k < len(self._readout.responsibilities) else None
        side = 10.5 * scale
        place = QPointF(side * 0.9, top + height / 2)
        if k < self._components:
            draw_symbol(painter, k, place, side, self._ink.dark)
        else:
            draw_noise(painter, place, side, self._ink.dark)
        painter.setPen(QColor(self._ink.text))
        sign = QRectF(side * 2.1, top, SIGN * scale, height)
        name = str(k + 1) if k < self._components else "N"
        painter.drawText(sign, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        share = 0.0 if readout is None else float(readout.responsibilities[k])
        self._paint_bar(painter, k, share, top, height)
        self._row_texts(painter, top, height, row_texts(readout, k), self._ink.text)

    def _paint_bar(self, painter: QPainter, k: int, share: float, top: float, height: float) -> None:
        area = self._bar_area(top, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ink.hover))
        painter.drawRoundedRect(area, 3, 3)
        if share > 0:
            painter.setBrush(QColor(*row_fill(k, self._components)))
            painter.setPen(QPen(QColor(*row_stroke(k, self._components, self._ink.dark)), 1.0))
            filled = QRectF(area.left(), area.top(), max(area.width() * share, 1.5), area.height())
            painter.drawRoundedRect(filled.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)

    def _bar_area(self, top: float, height: float) -> QRectF:
        scale = self._ink.type_scale
        left = SIGN * scale
        width = self.width() - left - (SHARE + WEIGHTED + DISTANCE + GAP) * scale
        return QRectF(left, top + height / 2 - 5 * scale, max(width, 10.0), 10 * scale)

    def _row_texts(
        self, painter: QPainter, top: float, height: float, texts: tuple[str, str, str], colour: str
    ) -> None:
        scale = self._ink.type_scale
        painter.setPen(QColor(colour))
        right = float(self.width())
        for text, room in zip(reversed(texts), (DISTANCE, WEIGHTED, SHARE), strict=True):
            width = room * scale
            box = QRectF(right - width, top, width, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            right -= width


def row_texts(readout: Readout | GroupReadout | None, k: int) -> tuple[str, str, str]:
    """Share, summand and distance of one row; several points have only a share, the noise has no distance."""
    if readout is None:
        return MISSING, MISSING, MISSING
    share = format_percent(float(readout.responsibilities[k]))
    if isinstance(readout, GroupReadout):
        return share, MISSING, MISSING
    distance = float(readout.distances[k]) if k < readout.n_components else None
    return share, format_number(float(readout.weighted[k]), 3), format_number(distance, 3)
