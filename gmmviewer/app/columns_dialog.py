"""Which one or two columns of a table to show and what weighs its rows, with the first rows to choose by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gmmviewer.data.table import Table
from gmmviewer.scene.numbers import format_number

PREVIEW_ROWS = 8
NONE = -1


class ColumnsDialog(QDialog):
    """Asks for the horizontal and the vertical column; without a vertical one the points are 1-D.

    ``shown``: the names of the columns so far, ``weighted_by`` that of the row weights.
    """

    def __init__(
        self, table: Table, shown: tuple[str, ...], weighted_by: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Columns of {table.name}")
        self._horizontal = QComboBox()
        self._vertical = QComboBox()
        self._vertical.addItem("none: one dimension", NONE)
        self._weights = QComboBox()
        self._weights.addItem("none: every row counts once", NONE)
        for index, name in enumerate(table.columns):
            if table.numeric[index]:
                self._horizontal.addItem(name, index)
                self._vertical.addItem(name, index)
                self._weights.addItem(name, index)
        self._horizontal.setAccessibleName("Horizontal column")
        self._vertical.setAccessibleName("Vertical column")
        self._weights.setAccessibleName("Row weights")
        self._weights.setToolTip("A column that says how often each row counts")
        self._weights.setCurrentIndex(max(self._weights.findText(weighted_by), 0) if weighted_by else 0)
        self._horizontal.setCurrentIndex(max(self._horizontal.findText(shown[0]), 0))
        self._vertical.setCurrentIndex(self._vertical.findText(shown[1]) if len(shown) > 1 else 0)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("Horizontal", self._horizontal)
        form.addRow("Vertical", self._vertical)
        form.addRow("Row weights", self._weights)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(_preview(table), 1)
        layout.addWidget(buttons)
        self.resize(560, 420)

    def chosen(self) -> tuple[int, ...]:
        """The columns, one or two."""
        first, second = int(self._horizontal.currentData()), int(self._vertical.currentData())
        return (first,) if second in (NONE, first) else (first, second)

    def weights(self) -> int | None:
        """The column that says how often each row counts, if any."""
        column = int(self._weights.currentData())
        return None if column == NONE else column


def _preview(table: Table) -> QTableWidget:
    rows = min(table.n_rows, PREVIEW_ROWS)
    preview = QTableWidget(rows, len(table.columns))
    preview.setAccessibleName("First rows")
    preview.setHorizontalHeaderLabels(list(table.columns))
    preview.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    for row in range(rows):
        for column, numeric in enumerate(table.numeric):
            text = format_number(float(table.values[row, column])) if numeric else "text"
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            preview.setItem(row, column, item)
    return preview
