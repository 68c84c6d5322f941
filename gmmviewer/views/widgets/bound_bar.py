"""log p = L + KL as a bar: solid up to the bound, hatched from there to the log-likelihood."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmmviewer.views.ink import Ink, ink

HEIGHT = 10


class BoundBar(QWidget):
    """A horizontal bar from the lowest to the highest value of the whole trace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink(dark=False)
        self._solid = self._whole = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            "log p(X|θ) = L + KL, from the lowest to the highest value of this fit: "
            "solid is the bound L, hatched the KL divergence."
        )
        self.setAccessibleName("Log-likelihood as bound plus divergence")

    @property
    def shares(self) -> tuple[float, float]:
        """Where L and log p end, as fractions of the bar."""
        return self._solid, self._whole

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen
        self.setFixedHeight(round(HEIGHT * chosen.type_scale))
        self.update()

    def show_bound(
        self, limits: tuple[float, float], bound: float | None, log_likelihood: float | None
    ) -> None:
        """Show both numbers between the limits; all in nats, None where there is none."""
        self._whole = _share(log_likelihood, limits)
        self._solid = self._whole if bound is None else _share(bound, limits)
        self.update()

    def sizeHint(self) -> QSize:
        """Any width, a few pixels high."""
        return QSize(80, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, solid part, hatched part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        painter.setBrush(QColor(self._ink.hover))
        painter.drawRoundedRect(area, 3, 3)
        end, solid = area.width() * self._whole, area.width() * self._solid
        painter.setBrush(QColor(self._ink.accent))
        painter.drawRoundedRect(QRectF(0, 0, solid, area.height()), 3, 3)
        gap = QRectF(solid, 0, max(end - solid, 0.0), area.height())
        painter.setBrush(QColor(self._ink.selection))
        painter.drawRect(gap)
        painter.setBrush(QBrush(QColor(self._ink.accent), Qt.BrushStyle.BDiagPattern))
        painter.drawRect(gap)
        painter.end()


def _share(value: float | None, limits: tuple[float, float]) -> float:
    low, high = limits
    if value is None or not math.isfinite(low) or high <= low:
        return 0.0
    return min(max((value - low) / (high - low), 0.0), 1.0)
