"""From lines of text to rows of numbers: fast where every cell is a plain number, careful elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmmviewer.data.dialect import MISSING, Dialect
from gmmviewer.data.errors import DataError, quoted
from gmmviewer.data.layout import Kind, Layout, is_thousands
from gmmviewer.data.lines import NO_LINES, Lines
from gmmviewer.mixture.arrays import FloatArray, IntArray

_MISSING_TO_NAN = {spelling: "nan" for mark in MISSING for spelling in (mark, mark.upper())}


@dataclass(frozen=True, eq=False)
class Rows:
    """``values`` (n, width), NaN where missing or text; ``lines`` (n,) where each row begins.

    ``left`` are the lines from an unmatched quotation mark on.
    """

    values: FloatArray
    lines: IntArray
    left: Lines


class CellReader:
    """Reads the body of a table."""

    def __init__(self, dialect: Dialect, layout: Layout) -> None:
        self._texts: set[int] = set()  # columns of unknown kind in which a text has turned up
        self._dialect = dialect
        self._layout = layout
        self._width = layout.width
        self._numeric = [i for i, kind in enumerate(layout.kinds) if kind is Kind.NUMBERS]
        self._unknown = [i for i, kind in enumerate(layout.kinds) if kind is Kind.UNKNOWN]

    def numeric(self, values: FloatArray) -> tuple[bool, ...]:
        """Which columns of the whole table (n, width) hold numbers."""
        late = {i for i in self._unknown if i not in self._texts and not np.isnan(values[:, i]).all()}
        numeric = late.union(self._numeric)
        return tuple(i in numeric for i in range(self._width))

    def read(self, lines: Lines) -> Rows:
        """The rows in these lines; uses fewer of them when quotation marks do not match within.

        Raises ``DataError`` with the line for a row of another width and for text among numbers.
        """
        useful = lines
        values = self._fast(lines.texts)
        if values is None:
            useful = lines.useful()
            values = None if useful is lines else self._fast(useful.texts)
        return self._careful(useful) if values is None else Rows(values, useful.numbers, NO_LINES)

    def _fast(self, lines: Sequence[str]) -> FloatArray | None:
        """All rows at once, (n, width), or None when the careful way is needed."""
        if not lines or not lines[0].strip() or self._unknown:
            return None
        whole = len(self._numeric) == self._width and not self._has_spare_delimiters(lines[0])
        if not whole and not self._evenly_cut(lines):
            return None
        if self._dialect.decimal == ",":
            if any("." in line for line in lines):
                return None
            lines = [line.replace(",", ".") for line in lines]
        columns = None if whole else self._numeric
        try:
            parsed = np.loadtxt(
                lines, delimiter=self._dialect.delimiter, comments=None, ndmin=2, usecols=columns
            )
        except ValueError:
            return None
        if parsed.shape != (len(lines), len(self._numeric)):
            return None
        if len(self._numeric) == self._width:
            return parsed
        values = np.full((len(lines), self._width), np.nan)
        values[:, self._numeric] = parsed
        return values

    def _has_spare_delimiters(self, line: str) -> bool:
        delimiter = self._dialect.delimiter
        return delimiter is not None and line.count(delimiter) >= self._width

    def _evenly_cut(self, lines: Sequence[str]) -> bool:
        """Whether cells can be told by counting: equally many in every line, spare ones empty, no quotes."""
        delimiter = self._dialect.delimiter
        if delimiter is None or any('"' in line for line in lines):
            return False
        counts = {line.count(delimiter) for line in lines}
        spare = delimiter * (min(counts) - self._width + 1)
        return len(counts) == 1 and min(counts) >= self._width - 1 and all(t.endswith(spare) for t in lines)

    def _careful(self, lines: Lines) -> Rows:
        """The same, cell by cell."""
        rows, ends = self._dialect.rows(lines.texts)
        if not rows:
            return Rows(np.empty((0, self._width)), NO_LINES.numbers, lines)
        begins = lines.numbers[np.concatenate([[0], ends[:-1]]).astype(np.int64)]
        for index, row in enumerate(rows):
            if len(row) != self._width:
                self._check_width(row, int(begins[index]))
        plain = self._dialect.decimal == "." and "_" not in "\n".join(lines.texts)
        columns = list(zip(*rows, strict=False))
        values = np.full((len(rows), self._width), np.nan)
        for column in (*self._numeric, *self._unknown):
            values[:, column] = (plain and _plain_numbers(columns[column])) or self._column(
                column, columns[column], begins
            )
        return Rows(values, begins, lines.after(ends[-1]))

    def _check_width(self, row: Sequence[str], line: int) -> None:
        """Refuse a row of another width, unless it ends in spare delimiters."""
        if len(row) > self._width and not any(cell.strip() for cell in row[self._width :]):
            return
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        raise DataError(
            f"{cells} where the other rows have {self._width}; correct the row, "
            "or quote a cell that contains the delimiter",
            line=line,
        )

    def _column(self, column: int, cells: Sequence[str], lines: IntArray) -> list[float]:
        values = [self._dialect.number(cell) for cell in cells]
        if None in values and self._layout.kinds[column] is Kind.NUMBERS:
            bad = values.index(None)
            raise self._not_a_number(cells[bad], column, int(lines[bad]))
        if None in values:
            self._texts.add(column)
        return [math.nan if value is None else value for value in values]

    def _not_a_number(self, cell: str, column: int, line: int) -> DataError:
        if is_thousands(cell):
            advice = "write it without a mark for thousands, with the same decimal mark everywhere"
        else:
            advice = "correct the cell, or leave it empty if the value is missing"
        label = quoted(self._layout.columns[column])
        return DataError(f"{quoted(cell)} is not a number (column {label}); {advice}", line=line)


def _plain_numbers(cells: Sequence[str]) -> list[float] | None:
    """The numbers in a column of plain numbers and common marks for "missing", None for any other column."""
    try:
        return [float(_MISSING_TO_NAN.get(cell, cell)) for cell in cells]
    except ValueError:
        return None
