"""The sign of a component: its symbol in its colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gmmviewer.scene import palette
from gmmviewer.views.icons import pixmap


class SwatchDelegate(QStyledItemDelegate):
    """Draws the signs in selected rows in their own colours: styles tint them with that of the selection."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        sign = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(sign, QPixmap):
            icon = QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                icon.addPixmap(sign, mode)
            option.icon = icon


def draw_symbol(painter: QPainter, component: int, centre: QPointF, side: float, dark: bool) -> None:
    """Component ``component``'s symbol, as large as a square with this side."""
    outline = palette.symbol_outline(palette.symbol(component)) * side
    corners = [QPointF(centre.x() + x, centre.y() - y) for x, y in outline.tolist()]
    painter.setBrush(QColor(*palette.fill_colour(component)))
    painter.setPen(QPen(QColor(*palette.stroke_colour(component, dark)), max(1.0, side / 12)))
    painter.drawPolygon(QPolygonF(corners))


def draw_noise(painter: QPainter, centre: QPointF, side: float, dark: bool) -> None:
    """The sign of the noise: a grey square with nothing in the middle, as it has no place."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*palette.row_stroke(0, 0, dark)), max(1.5, side / 5)))
    painter.drawRect(QRectF(centre.x() - side / 2.4, centre.y() - side / 2.4, side / 1.2, side / 1.2))


@lru_cache(maxsize=16)
def noise_pixmap(side: int, ratio: float, dark: bool) -> QPixmap:
    """The same as a picture ``side`` logical pixels wide."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_noise(painter, QPointF(side / 2, side / 2), 0.6 * side, dark)
    painter.end()
    return picture


@lru_cache(maxsize=512)
def symbol_pixmap(component: int, side: int, ratio: float, dark: bool) -> QPixmap:
    """The same as a picture ``side`` logical pixels wide."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_symbol(painter, component, QPointF(side / 2, side / 2), 0.68 * side, dark)
    painter.end()
    return picture


@lru_cache(maxsize=128)
def marked_pixmap(component: int, side: int, ratio: float, dark: bool, warning: str) -> QPixmap:
    """The symbol with a warning sign in the colour ``warning`` at its corner."""
    picture = QPixmap(symbol_pixmap(component, side, ratio, dark))
    badge = round(0.72 * side)
    painter = QPainter(picture)
    painter.drawPixmap(side - badge, side - badge, pixmap("triangle-alert", warning, badge, ratio))
    painter.end()
    return picture
