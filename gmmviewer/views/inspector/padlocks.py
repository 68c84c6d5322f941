"""Padlocks in the cells of a table: closed where something is locked, open under the mouse or the focus."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gmmviewer.views.icons import pixmap
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.inspector.component_model import LOCKED
from gmmviewer.views.widgets.swatch import SwatchDelegate

SIDE = 11  # pixels
ROOM = 13  # pixels of a cell's width that the padlock takes
REACH = 17  # pixels from the edge of the cell within which a click means the padlock


class PadlockDelegate(SwatchDelegate):
    """Draws cells with the padlocks that their model tells of (``LOCKED``)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ink = ink(dark=False)

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, and its padlock at the left."""
        super().paint(painter, option, index)
        locked = index.data(LOCKED)
        if locked is None:
            return
        state = QStyle.StateFlag
        near = option.state & (state.State_MouseOver | state.State_HasFocus)
        if not locked and not near:
            return
        colour = self._ink.accent if locked else self._ink.faint
        side = round(SIDE * self._ink.type_scale)
        picture = pixmap(
            "lock" if locked else "lock-open", colour, side, painter.device().devicePixelRatioF()
        )
        area: QRect = option.rect
        painter.drawPixmap(area.left() + 3, area.center().y() - side // 2, picture)

    def holds(self, cell: QRect, x: float) -> bool:
        """Whether a click at ``x`` means the padlock of a cell."""
        return x < cell.left() + REACH * self._ink.type_scale
