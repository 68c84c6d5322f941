"""The components as rows of a table: live numbers to read, exact ones to copy, padlocks to close."""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gmmviewer.scene.numbers import MISSING
from gmmviewer.views.ink import Ink
from gmmviewer.views.inspector.component_rows import COLUMNS, LOCKED_WORDS, Column, Rows, exact
from gmmviewer.views.widgets.swatch import marked_pixmap, noise_pixmap, symbol_pixmap

Index: TypeAlias = QModelIndex | QPersistentModelIndex
SWATCH_SIDE = 18
RIGHT = int((Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value)
LOCKED = int(Qt.ItemDataRole.UserRole) + 1  # True, False, or None where there is nothing to lock
NUMBERS = LOCKED + 1  # the texts to begin typing from, in full precision, one per number
ROLES = frozenset(
    map(
        int,
        (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.DecorationRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.TextAlignmentRole,
            Qt.ItemDataRole.AccessibleTextRole,
            LOCKED,
            NUMBERS,
        ),
    )
)
TYPED = {"weight": ": the others make room; 2:1:1 sets all in proportion"}
SIGN = 0  # the first column: symbol, number and badge


class ComponentModel(QAbstractTableModel):
    """One row per component, one for the noise; one column per quantity; vectors stand upright."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows | None = None
        self._ink: Ink | None = None
        self._ratio = 1.0

    @property
    def rows(self) -> Rows | None:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Rows | None, ink: Ink, ratio: float) -> bool:
        """Show other numbers; whether the number of rows changed."""
        before, now = self.rowCount(), 0 if rows is None else rows.count
        self._ink, self._ratio = ink, ratio
        if before != now:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        self._rows = rows
        if now:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, self.columnCount() - 1))
        return False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """K, and one for the noise."""
        return 0 if self._rows is None else self._rows.count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The sign and the quantities."""
        return 1 + len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Numbers that a person may set can be typed."""
        flags = super().flags(index)
        rows, column = self._rows, index.column() - 1
        typed = rows is not None and index.column() != SIGN and not rows.is_noise(index.row())
        return flags | Qt.ItemFlag.ItemIsEditable if typed and COLUMNS[column].key else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles and what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if section == SIGN:
            return "Component" if role == Qt.ItemDataRole.ToolTipRole else None
        column = COLUMNS[section - 1]
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: column.title,
            Qt.ItemDataRole.ToolTipRole: _heading(column),
            Qt.ItemDataRole.TextAlignmentRole: RIGHT,
        }
        return answers.get(role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Rounded to read, exact in the tooltip."""
        if role not in ROLES or self._rows is None or self._ink is None:
            return None
        rows, row = self._rows, index.row()
        if index.column() == SIGN:
            return self._sign(rows, self._ink, row, role)
        column = COLUMNS[index.column() - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return rows.texts[row][index.column() - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role == LOCKED:
            return rows.is_locked(row, column.kind)
        if role == NUMBERS:
            return [exact(value) for value in column.numbers(rows, row)]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([*_exact_lines(rows, row, column), *_padlock_lines(rows, row, column)])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shut = ", locked" if rows.is_locked(row, column.kind) else ""
            return f"{rows.name(row)}: {'; '.join(_exact_lines(rows, row, column))}{shut}"
        return None

    def tab_separated(self, chosen: list[int]) -> str:
        """These rows with a header, in full precision, for a spreadsheet."""
        rows = self._rows
        if rows is None:
            return ""
        titles = ["component", *(name for column in COLUMNS for name in column.names(rows))]
        lines = ["\t".join(titles)]
        for row in chosen:
            numbers = [exact(value) for column in COLUMNS for value in column.numbers(rows, row)]
            lines.append("\t".join(["noise" if rows.is_noise(row) else str(row + 1), *numbers]))
        return "\n".join(lines) + "\n"

    def _sign(self, rows: Rows, ink: Ink, row: int, role: int) -> Any:
        trouble, noise = rows.trouble(row), rows.is_noise(row)
        if role == Qt.ItemDataRole.DisplayRole:
            if rows.by_scale and not noise:
                return rows.scale(row).replace("= ", "=\n" if len(rows.names) > 1 else "= ")
            return "Noise" if noise and rows.by_scale else "N" if noise else str(row + 1)
        if role == Qt.ItemDataRole.DecorationRole:
            side = round(SWATCH_SIDE * ink.type_scale)
            if noise:
                return noise_pixmap(side, self._ratio, ink.dark)
            if trouble is not None:
                return marked_pixmap(row, side, self._ratio, ink.dark, ink.warning)
            return symbol_pixmap(row, side, self._ratio, ink.dark)
        if role == Qt.ItemDataRole.ToolTipRole:
            if noise:
                return "Noise: a uniform component for points that belong to no other"
            return rows.name(row) if trouble is None else trouble.message
        return rows.name(row) if role == Qt.ItemDataRole.AccessibleTextRole else None


def _heading(column: Column) -> str:
    lines = [column.meaning]
    if column.key:
        lines.append(f"Double click a number to type another one{TYPED.get(column.key, '')}")
    if column.kind:
        word = LOCKED_WORDS[column.kind]
        lines.append(f"The padlock in a cell keeps this {word} where it is; K locks all of a row")
    return "\n".join(lines)


def _exact_lines(rows: Rows, row: int, column: Column) -> list[str]:
    pairs = zip(column.names(rows), column.numbers(rows, row), strict=True)
    return [f"{name}: {exact(value) or MISSING}" for name, value in pairs]


def _padlock_lines(rows: Rows, row: int, column: Column) -> list[str]:
    shut = rows.is_locked(row, column.kind)
    if shut is None:
        return []
    if column.kind == "means" and rows.fixed:
        return ["Fixed for all components, in the model section"]
    return [f"Locked: click the padlock to free this {LOCKED_WORDS[column.kind]}"] if shut else []
