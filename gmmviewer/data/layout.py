"""Where the table begins, how wide it is, what its columns are called and which of them hold numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from gmmviewer.data.dialect import NO_NUMBERS, Dialect, is_number
from gmmviewer.data.errors import DataError
from gmmviewer.data.lines import Lines
from gmmviewer.data.names import column_names, tidy_names

MOST_COLUMNS = 10_000
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.'_ \u2019\u00a0\u202f]\d{3})+([.,]\d+)?")


class Kind(Enum):
    """What a column holds, judged by the sample."""

    NUMBERS = "numbers"
    TEXT = "text"
    UNKNOWN = "unknown"  # nothing but missing values so far


@dataclass(frozen=True)
class Layout:
    """``skip`` lines before the first row; ``columns`` and ``kinds``, one per column of the table."""

    skip: int
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.columns)


@dataclass(frozen=True)
class _Row:
    """A row of the sample: its cells, what numbers they are, and the number of lines up to its end."""

    cells: list[str]
    values: list[float | None]
    end: int

    @property
    def has_number(self) -> bool:
        return any(map(is_number, self.values))

    @property
    def filled(self) -> int:
        """The number of cells without the empty ones at the end, which trailing delimiters leave."""
        return max((i + 1 for i, cell in enumerate(self.cells) if cell.strip()), default=0)


def find_layout(lines: Lines, dialect: Dialect) -> Layout:
    """The layout of a table from its first lines.

    Raises ``DataError`` when they hold no numbers, or names that do not go with the rows below.
    """
    rows = [_row(cells, end, dialect, lines) for end, cells in dialect.sample(lines.texts)]
    body = _body(rows)
    kinds = [_kind([(row.cells[i], row.values[i]) for row in body]) for i in range(len(body[0].cells))]
    start = _first_row(rows, kinds)
    skip = rows[start - 1].end if start else 0
    header = _header(rows[:start], body, kinds)
    if header is None or (start and not header and dialect.delimiter is not None):
        raise _mismatch(rows[start - 1].filled, body, int(lines.numbers[skip - 1]))
    kinds = kinds[: max(len(header), _filled(body))]
    if len(header) > 1 and not header[0].strip():
        header[0] = "row"
        kinds[0] = Kind.TEXT
    left_out = start - bool(header)
    notes = (f"{left_out} line{'s' * (left_out > 1)} of text above the table left out",) if left_out else ()
    return Layout(skip, tidy_names(header) or column_names(len(kinds)), tuple(kinds), notes)


def _row(cells: list[str], end: int, dialect: Dialect, lines: Lines) -> _Row:
    if len(cells) > MOST_COLUMNS:
        line = int(lines.numbers[end - 1])
        raise DataError(f"{len(cells)} columns; a table may have {MOST_COLUMNS}", line=line)
    return _Row(cells, [dialect.number(cell) for cell in cells], end)


def _body(rows: Sequence[_Row]) -> list[_Row]:
    """The rows with numbers, of the most frequent width."""
    numeric = [row for row in rows if row.has_number]
    width = Counter(len(row.cells) for row in numeric).most_common(1)[0][0] if numeric else 0
    if not width:
        raise DataError(NO_NUMBERS)
    return [row for row in numeric if len(row.cells) == width]


def _filled(body: Sequence[_Row]) -> int:
    return max(row.filled for row in body)


def _kind(column: Sequence[tuple[str, float | None]]) -> Kind:
    """What most cells hold. Marks for thousands make numbers too, which are then refused with their line."""
    numbers = sum(is_number(value) or (value is None and is_thousands(cell)) for cell, value in column)
    texts = sum(value is None and not is_thousands(cell) for cell, value in column)
    if numbers == texts == 0:
        return Kind.UNKNOWN
    return Kind.NUMBERS if numbers > texts else Kind.TEXT


def is_thousands(cell: str) -> bool:
    """Whether a cell holds a number with a mark for thousands, such as 1,234.5."""
    return _THOUSANDS.fullmatch(cell.strip()) is not None


def _first_row(rows: Sequence[_Row], kinds: Sequence[Kind]) -> int:
    """The index after the last text row of those that come before any number in a numeric column."""
    start = 0
    for index, row in enumerate(rows):
        if any(kind is Kind.NUMBERS and is_number(v) for kind, v in zip(kinds, row.values, strict=False)):
            break
        if None in row.values:
            start = index + 1
    return start


def _header(leading: Sequence[_Row], body: Sequence[_Row], kinds: Sequence[Kind]) -> list[str] | None:
    """The names in the first leading row that is wide enough, or in the last one if it lacks just the first.

    R writes no name above the row names. None when a name is missing elsewhere: such a row often means
    that a mark for decimals or thousands has been taken for a delimiter.
    """
    filled = _filled(body)
    for row in leading:
        if None in row.values and filled <= len(row.cells) and row.filled <= len(kinds):
            return row.cells[: max(filled, row.filled)]
    if not leading or leading[-1].filled != filled - 1:
        return []
    if kinds[0] is Kind.TEXT or _counts_up([row.values[0] for row in body]):
        return ["", *leading[-1].cells[: filled - 1]]
    return None


def _counts_up(values: Sequence[float | None]) -> bool:
    """Whether these are row numbers."""
    found = [value for value in values if value is not None and value.is_integer()]
    return len(found) == len(values) and all(a < b for a, b in pairwise(found))


def _mismatch(names: int, body: Sequence[_Row], line: int) -> DataError:
    named = "1 name" if names == 1 else f"{names} names"
    below = _filled(body)
    columns = "1 column" if below == 1 else f"{below} columns"
    return DataError(
        f"{named} above {columns}; name every column (or begin the line with #), "
        "and write numbers without marks for thousands",
        line=line,
    )
