"""The table itself: as high as it has to be, with cells that keys can reach."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gmmviewer.views.inspector.component_editor import ENTER, CellDelegate, CellEditor
from gmmviewer.views.inspector.component_model import LOCKED
from gmmviewer.views.widgets.keys import CHOOSE, keeps

BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class ComponentTable(QTableView):
    """``lock_wanted(index)``: a padlock was clicked, or Space pressed on its cell; ``menu_wanted(event)``;
    ``typing_wanted(index)``: a double click, F2 or Enter.

    Who came with Tab walks over the cells with the arrow keys; after a click these are the program's.
    """

    lock_wanted = Signal(QModelIndex)
    typing_wanted = Signal(QModelIndex)
    menu_wanted = Signal(QContextMenuEvent)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_keys = False
        self._pressed = QPersistentModelIndex()
        self._number = 0  # which one of a cell was clicked
        self.setAccessibleName("Components")
        self.setToolTip(
            "Ctrl+C copies the table in full precision; a right click offers more.\n"
            "A double click, F2 or Enter types numbers.\n"
            "With the keys: arrows walk over the cells, Space locks or frees one"
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(20)
        self.padlocks = CellDelegate(self)
        self.setItemDelegate(self.padlocks)

    def event(self, event: QEvent) -> bool:
        """The keys that walk and lock belong to the table while it has the focus from the keyboard."""
        return (self._by_keys and keeps(event, CHOOSE)) or super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note how the focus came; from the keyboard there has to be a cell to stand on."""
        super().focusInEvent(event)
        self._by_keys = event.reason() in BY_KEYS
        model = self.model()
        if self._by_keys and self.currentIndex().data(LOCKED) is None and model.rowCount():
            self.setCurrentIndex(model.index(max(self.currentIndex().row(), 0), 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a padlock is for the padlock alone."""
        self._by_keys = False
        index = self.indexAt(event.position().toPoint())
        self._pressed = QPersistentModelIndex()
        if event.button() is Qt.MouseButton.LeftButton and self._is_padlock(index, event):
            self._pressed = QPersistentModelIndex(index)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the number under the mouse; on a padlock the second of two quick clicks is a click."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if self._is_padlock(index, event) or event.button() is not Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        cell = self.visualRect(index)
        if index.isValid():
            self._number = 2 * (at.y() - cell.top()) // max(cell.height(), 1)
            self._want_typing(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The padlock that was pressed is meant if it is let go there."""
        index = self.indexAt(event.position().toPoint())
        if not self._pressed.isValid():
            super().mouseReleaseEvent(event)
        elif self._pressed == index and self._is_padlock(index, event):
            self.lock_wanted.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space locks or frees the cell that has the focus, Enter types into it."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().data(LOCKED) is not None:
            self.lock_wanted.emit(self.currentIndex())
            return
        if event.key() in (*ENTER, Qt.Key.Key_F2) and self.currentIndex().isValid():
            self._number = 0
            self._want_typing(self.currentIndex())
            return
        super().keyPressEvent(event)

    def begin_typing(self, index: QModelIndex) -> None:
        """Open the fields of a cell, with the number that was clicked ready to be replaced."""
        self.setCurrentIndex(index)
        self.edit(index)
        editor = self.indexWidget(index)
        if isinstance(editor, CellEditor):
            editor.begin(self._number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the row."""
        self.menu_wanted.emit(event)

    def _want_typing(self, index: QModelIndex) -> None:
        """The weight is what the sign of a component stands for."""
        self.typing_wanted.emit(index if index.column() else index.siblingAtColumn(1))

    def _is_padlock(self, index: QModelIndex, event: QMouseEvent) -> bool:
        if not index.isValid() or index.data(LOCKED) is None:
            return False
        return self.padlocks.holds(self.visualRect(index), event.position().x())
