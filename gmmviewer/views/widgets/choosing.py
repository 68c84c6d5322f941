"""A table in which a click or Enter chooses a cell, and Ctrl+C copies all of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gmmviewer.views.ink import Ink
from gmmviewer.views.style import tabular

ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
CELL_PADDING = 12  # pixels beside the text of a cell
ROW_PADDING = 8  # pixels around the text of a row


class ChoosingTable(QTableView):
    """``chosen(index)``: a person wants what is in this cell; ``copy_wanted``: all of it as text.

    ``rows``: whole rows are chosen instead of cells. Arrow keys only move.
    """

    chosen = Signal(QModelIndex)
    copy_wanted = Signal()

    def __init__(self, name: str, *, rows: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        behaviours = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviours.SelectRows if rows else behaviours.SelectItems)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._on_clicked)

    def stretch(self, column: int) -> None:
        """This column takes the width that the others leave."""
        self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def share_width(self, template: str) -> None:
        """All columns but the first share the width; ``template`` is the longest text there must be room for.

        So nothing moves when cells are filled.
        """
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(QFontMetrics(self.font()).horizontalAdvance(template) + CELL_PADDING)
        if header.count():
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(0, self.sizeHintForColumn(0) + CELL_PADDING)

    def restyle(self, ink: Ink) -> None:
        """Rows as high as the type."""
        font = tabular(self.font())
        font.setPixelSize(round(ink.small_size))
        self.setFont(font)
        height = QFontMetrics(font).height() + round(ROW_PADDING * ink.type_scale)
        self.verticalHeader().setDefaultSectionSize(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, copying copies the whole table."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index)
