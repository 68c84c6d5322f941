"""The fields in which numbers of a cell are typed: one under the other, as they stand there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gmmviewer.views.ink import Ink
from gmmviewer.views.inspector.component_model import NUMBERS
from gmmviewer.views.inspector.padlocks import PadlockDelegate
from gmmviewer.views.style import tabular

Index = QModelIndex | QPersistentModelIndex
WIDTH = 92  # pixels at least: eight digits and more can be seen
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
ELSEWHERE = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
)  # the person comes back


class CellEditor(QWidget):
    """``left(self, kept)``: Enter or another place means to keep what was typed, Esc does not."""

    left = Signal(QWidget, bool)

    def __init__(self, numbers: list[str], ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = QPersistentModelIndex()
        self.over = False
        self._before = numbers
        self._ink = ink
        self.setAutoFillBackground(True)
        self.fields = [QLineEdit(number) for number in numbers]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        font = tabular(self.font())
        font.setPixelSize(round(ink.small_size))
        for field in self.fields:
            field.setFont(font)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setFrame(False)
            field.installEventFilter(self)
            layout.addWidget(field, 1)
        self.setFocusProxy(self.fields[0])
        self.mark("")

    @property
    def texts(self) -> list[str | None]:
        """What was typed; None where a number was left as it was."""
        pairs = zip(self.fields, self._before, strict=True)
        return [None if field.text() == before else field.text() for field, before in pairs]

    def begin(self, number: int) -> None:
        """Type into this field, with all of it selected."""
        field = self.fields[min(number, len(self.fields) - 1)]
        self.setFocusProxy(field)
        field.setFocus()
        for one in self.fields:
            one.setCursorPosition(0)  # the digits that matter are to be seen
        field.end(False)
        field.home(True)

    def mark(self, mistake: str) -> None:
        """Show that something is wrong, or that nothing is."""
        colour = self._ink.error if mistake else self._ink.accent
        self.setStyleSheet(
            f"QLineEdit {{ background: {self._ink.raised}; color: {self._ink.text}; border: 0; margin: 0;"
            f" padding: 0 2px; min-height: 0; border-left: 2px solid {colour}; border-radius: 0 }}"
        )
        self.setToolTip(mistake)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Esc and Tab are the table's; a click elsewhere ends the typing."""
        if isinstance(event, QKeyEvent) and event.key() in (*ENTER, Qt.Key.Key_Escape):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and not self.over:
                self.left.emit(self, event.key() != Qt.Key.Key_Escape)
                return True
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.key() in STEPS and event.type() == QEvent.Type.KeyPress:
            self._step(STEPS[Qt.Key(event.key())], watched)
            return True
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            goes = QApplication.focusWidget()
            inside = goes is not None and (goes is self or self.isAncestorOf(goes))
            if not (inside or self.over) and event.reason() not in ELSEWHERE:
                self.left.emit(self, True)
        return super().eventFilter(watched, event)

    def _step(self, by: int, watched: QObject) -> None:
        """On to the number above or below."""
        here = next(number for number, field in enumerate(self.fields) if field is watched)
        if 0 <= here + by < len(self.fields):
            self.fields[here + by].setFocus(Qt.FocusReason.TabFocusReason)


class CellDelegate(PadlockDelegate):
    """Cells with padlocks whose numbers can be typed; ``typed(index, texts, editor)`` when they were.

    Whoever hears it closes the editor, or marks the mistake in it.
    """

    typed = Signal(QPersistentModelIndex, object, QWidget)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The fields of a cell, in full precision."""
        editor = CellEditor(list(index.data(NUMBERS)), self._ink, parent)
        editor.index = QPersistentModelIndex(index)
        editor.left.connect(self._on_left)
        lines = str(index.data(Qt.ItemDataRole.ToolTipRole)).split("\n")  # "mean x: 1.25"
        for field, line in zip(editor.fields, lines, strict=False):
            field.setAccessibleName(line.partition(":")[0])
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The numbers are those from when the typing began, though EM may go on under them."""

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        """What was typed becomes an edit of the store."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Over the cell, and wider to the left where it is narrow, but not over the sign."""
        cell: QRect = option.rect
        wide = cell.right() + 1 - round(WIDTH * self._ink.type_scale)
        left = min(max(wide, self._first(index)), cell.left())
        editor.setGeometry(left, cell.top(), cell.right() + 1 - left, cell.height())

    def _first(self, index: Index) -> int:
        """Where numbers begin in this row."""
        table = self.parent()
        place = index.model().index(index.row(), 1)
        return table.visualRect(place).left() if isinstance(table, QAbstractItemView) else 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The editor says itself when it is left."""
        return False

    def close(self, editor: CellEditor) -> None:
        """The typing is over."""
        editor.over = True  # closing takes the focus away, which is no reason to close again
        self.closeEditor.emit(editor)

    @Slot(QWidget, bool)
    def _on_left(self, editor: CellEditor, kept: bool) -> None:
        if kept and editor.index.isValid() and any(text is not None for text in editor.texts):
            self.typed.emit(editor.index, editor.texts, editor)
        else:
            self.close(editor)
