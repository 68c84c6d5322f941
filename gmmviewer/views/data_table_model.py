"""The points as a table that knows only the rows on screen: texts are made in blocks, when looked at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.scene.numbers import class_name, format_like, format_number
from gmmviewer.scene.row_columns import Column, Kind, RowBlock, RowSheet
from gmmviewer.session.snapshot import NO_ROWS

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
BLOCK = 64  # rows: about a page
KEPT = 8  # blocks
LOOKED_AT = 65_536  # lines looked through at once
MANY = 100  # every so many-th row or more are put in order by marking them
UP, DOWN = " ↑", " ↓"  # behind the heading whose order the lines have
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(eq=False)
class _Page:
    """The values of a block of rows, and the texts of the columns that were looked at."""

    block: RowBlock
    texts: dict[int, list[str]]
    picked: NDArray[np.bool_]

    @cached_property
    def labels(self) -> IntArray:
        """The most probable component of each row."""
        return self.block.labels


class DataTableModel(QAbstractTableModel):
    """Rows of a sheet in some order, those of ``picked`` points marked.

    ``order`` (m,): the row of the points in each line of the table; None: all of them as they are.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet: RowSheet | None = None
        self._order: NDArray[np.int32] | None = None
        self._picked: IntArray = NO_ROWS
        self._spans: tuple[float, ...] = ()
        self._arrows: dict[int, str] = {}
        self._pages: OrderedDict[int, _Page] = OrderedDict()

    # ------------------------------------------------------------ what is shown

    @property
    def sheet(self) -> RowSheet | None:
        """What the table is about."""
        return self._sheet

    @property
    def columns(self) -> tuple[Column, ...]:
        """From left to right."""
        return () if self._sheet is None else self._sheet.columns

    def show_sheet(self, sheet: RowSheet) -> None:
        """Show other values; other points come in their own order."""
        before = self._sheet
        if before is not None and before.points is sheet.points and before.columns == sheet.columns:
            self._sheet = sheet
            self._refresh()
            return
        self.beginResetModel()
        if before is None or before.points is not sheet.points:
            self._order = None
            self._spans = sheet.points.spans
        self._sheet = sheet
        self._pages.clear()
        self.endResetModel()

    def show_order(self, order: NDArray[np.int32] | IntArray | None) -> None:
        """Show other rows, or the same in another order."""
        same_length = (self.rowCount() if order is None else len(order)) == self.rowCount()
        if same_length and order is not None:
            self._order = order.astype(np.int32, copy=False)
            self._refresh()
            return
        self.beginResetModel()
        self._order = None if order is None else order.astype(np.int32, copy=False)
        self._pages.clear()
        self.endResetModel()

    def show_picked(self, rows: IntArray) -> None:
        """Mark these rows (rising) of the points."""
        self._picked = rows
        self._refresh()

    def show_sorting(self, section: int | None, descending: bool = False) -> None:
        """Say behind its heading in the order of which column the lines are."""
        self._arrows = {} if section is None else {section: DOWN if descending else UP}
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    # ------------------------------------------------------------ from lines to rows and back

    def rows_at(self, first: int, last: int) -> IntArray:
        """The rows of the points in lines ``first``…``last`` (either may be the larger), rising."""
        low, high = min(first, last), max(first, last)
        n = 0 if self._sheet is None else self._sheet.points.n
        if self._order is None or high - low + 1 == n:
            return _own(np.arange(low, high + 1))
        some = self._order[low : high + 1]
        if MANY * len(some) < n:
            return _own(np.sort(some).astype(np.int64))
        marked = np.zeros(n, dtype=bool)  # half of 10⁶ rows: 2 ms, and 15 to sort them
        marked[some] = True
        return _own(np.flatnonzero(marked))

    def line_of(self, row: int) -> int | None:
        """The line in which a row of the points stands, if it does."""
        if self._order is None:
            return row if 0 <= row < self.rowCount() else None
        found = np.flatnonzero(self._order == row)
        return int(found[0]) if len(found) else None

    def first_line_of(self, rows: IntArray) -> int | None:
        """The uppermost line with one of these rows (rising)."""
        if len(rows) == 0 or self._order is None:
            return self.line_of(int(rows[0])) if len(rows) else None
        chosen = np.zeros(int(max(self._order.max(initial=-1), rows[-1])) + 1, dtype=bool)
        chosen[rows] = True
        for start in range(0, len(self._order), LOOKED_AT):  # it is mostly found soon
            here = np.flatnonzero(chosen[self._order[start : start + LOOKED_AT]])
            if len(here):
                return start + int(here[0])
        return None

    # ------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        if parent.isValid() or self._sheet is None:
            return 0
        return self._sheet.points.n if self._order is None else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title + self._arrows.get(section, "")
        if role == Role.ToolTipRole:
            return f"{column.meaning}. Click to sort; click again for the other direction."
        return RIGHT if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Role.ToolTipRole:
            return self._exact(index.row(), self.columns[index.column()])
        return RIGHT if role == Role.TextAlignmentRole else None

    # ------------------------------------------------------------ what is painted

    def text(self, line: int, section: int) -> str:
        """What a cell says."""
        number, place = divmod(line, BLOCK)
        page = self._page(number)
        texts = page.texts.get(section)
        if texts is None:
            column = self.columns[section]
            span = self._spans[column.index] if column.kind is Kind.VALUE else 1.0
            values = page.block.column(column)
            texts = page.texts[section] = written(column, values, span, self.noise)
        return texts[place]

    def label(self, line: int) -> int:
        """The most probable component of the point in a line; that of the noise is K."""
        number, place = divmod(line, BLOCK)
        return int(self._page(number).labels[place])

    def is_picked(self, line: int) -> bool:
        """Whether the point in a line is selected."""
        number, place = divmod(line, BLOCK)
        return bool(self._page(number).picked[place])

    @property
    def noise(self) -> int:
        """The label of the noise."""
        standard = None if self._sheet is None else self._sheet.standard
        return -1 if standard is None else standard.n_components

    # ------------------------------------------------------------ pages

    def _page(self, number: int) -> _Page:
        found = self._pages.get(number)
        if found is None:
            found = self._pages[number] = self._made(number)
            if len(self._pages) > KEPT:
                self._pages.popitem(last=False)
        return found

    def _made(self, number: int) -> _Page:
        assert self._sheet is not None
        first, last = number * BLOCK, min((number + 1) * BLOCK, self.rowCount())
        rows = np.arange(first, last) if self._order is None else self._order[first:last].astype(np.int64)
        places = np.searchsorted(self._picked, rows)
        picked = np.zeros(len(rows), dtype=bool)
        known = places < len(self._picked)
        picked[known] = self._picked[places[known]] == rows[known]
        return _Page(self._sheet.block(rows), {}, picked)

    def _exact(self, line: int, column: Column) -> str | None:
        """A number in full precision."""
        if column.kind in (Kind.ROW, Kind.TRUTH, Kind.LABEL):
            return None
        number, place = divmod(line, BLOCK)
        return f"{column.title} = {float(self._page(number).block.column(column)[place])!r}"

    def _refresh(self) -> None:
        self._pages.clear()
        if self.rowCount() and self.columnCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _own(rows: IntArray) -> IntArray:
    """Rows of our own making, read-only from now on: nobody has to copy them."""
    rows.flags.writeable = False
    return rows


def written(column: Column, values: FloatArray, span: float, noise: int) -> list[str]:
    """The values of a column as people read them, all with the same decimals where they are alike."""
    numbers = values.tolist()
    match column.kind:
        case Kind.ROW:
            return [str(int(value) + 1) for value in numbers]
        case Kind.VALUE:
            return [format_like(value, span) for value in numbers]
        case Kind.TRUTH:
            return [class_name(int(value)) for value in numbers]
        case Kind.LABEL:
            return ["noise" if value == noise else str(int(value) + 1) for value in numbers]
        case Kind.SHARE | Kind.UNCERTAINTY:
            return [f"{value:.4f}" for value in numbers]
        case Kind.LOG_DENSITY:
            return [format_like(value, span=1.0) for value in numbers]
    return [format_number(value) for value in numbers]
