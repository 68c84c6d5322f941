"""A picture as large as there is room for it, with a frame around its edge."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmmviewer.views.ink import Ink, ink

SQUARE = 8  # pixels, of the pattern behind what is transparent


class Preview(QWidget):
    """Shows an image in the middle; ``resized``: there is room for another."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink(dark=False)
        self._image = QImage()
        self.setMinimumSize(240, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview")

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def restyle(self, chosen: Ink) -> None:
        """Other colours around it."""
        self._ink = chosen
        self.update()

    def ratio_for(self, width: float, height: float) -> float:
        """Device pixels per pixel at which a picture of this size fills the room."""
        fit = min((self.width() - 2) / width, (self.height() - 2) / height)
        return max(fit * self.devicePixelRatioF(), 0.01)

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self._image = image
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture is made again for the new size; until then it is stretched."""
        self.resized.emit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture on the squares that stand for nothing, and its edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._image.isNull():
            area = self._area()
            if self._image.hasAlphaChannel():
                self._paint_squares(painter, area)
            painter.drawImage(area, self._image)
            painter.setPen(QPen(QColor(self._ink.border), 1))
            painter.drawRect(area)
        painter.end()

    def _area(self) -> QRectF:
        width, height = self._image.width(), self._image.height()
        fit = min((self.width() - 2) / width, (self.height() - 2) / height)
        across, down = width * fit, height * fit
        return QRectF((self.width() - across) / 2, (self.height() - down) / 2, across, down)

    def _paint_squares(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor("#ffffff"))
        painter.save()
        painter.setClipRect(area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#d9d9d9"))
        for row in range(int(area.height()) // SQUARE + 1):
            for column in range(row % 2, int(area.width()) // SQUARE + 1, 2):
                painter.drawRect(
                    QRectF(area.left() + column * SQUARE, area.top() + row * SQUARE, SQUARE, SQUARE)
                )
        painter.restore()
