"""What separates cells and decimals in a text table, found by trying and counting.

``csv.Sniffer`` is no help: it takes minutes on some files and looks at letters, not at numbers.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from gmmviewer.data.errors import DataError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "?", "."})
LONGEST_SAMPLE_LINE = 50_000  # characters; to tell a dialect by
NO_NUMBERS = "no numeric rows; a table needs a column of numbers, without marks for thousands"
HEADER_MISMATCH = 0.4  # "x" above "1,5" is one column with a decimal comma rather than two columns

_WORDS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_SEPARATOR_LINE = re.compile(r"\s*sep=([,;:|^~\t])\s*", re.IGNORECASE)


def is_number(value: float | None) -> bool:
    """Whether a cell, once read, holds a number: neither text (None) nor missing (NaN)."""
    return value is not None and not math.isnan(value)


@dataclass(frozen=True)
class Dialect:
    """``delimiter`` between cells, None for white space; ``decimal`` the decimal mark, a point or a comma."""

    delimiter: str | None
    decimal: str

    def rows(self, lines: Sequence[str]) -> tuple[list[list[str]], Sequence[int]]:
        """Rows of cells, and for each the number of lines used up to its end; quoted cells may span lines.

        Ends early, with lines unused, at quotation marks that do not match and at endless cells.
        """
        if self.delimiter is None:
            return [_words(line) for line in lines], range(1, len(lines) + 1)
        if not any('"' in line for line in lines):
            return [line.split(self.delimiter) for line in lines], range(1, len(lines) + 1)
        reader = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        rows: list[list[str]] = []
        ends: list[int] = []
        with suppress(csv.Error):
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
        return rows, ends

    def sample(self, lines: Sequence[str]) -> list[tuple[int, list[str]]]:
        """Pairs of an end and a row, for judging a file: unmatched quotation marks are passed over."""
        found: list[tuple[int, list[str]]] = []
        start = 0
        while start < len(lines):
            rows, ends = self.rows(lines[start:])
            found += [(start + end, row) for end, row in zip(ends, rows, strict=True)]
            start += (ends[-1] if ends else 0) + 1
        return found

    def number(self, cell: str) -> float | None:
        """The number in a cell, NaN where it is missing, None for any other text.

        Never by the language of the machine, and a mark for thousands makes a text: better no number
        than a wrong one.
        """
        text = cell
        if self.decimal == ",":
            if "." in cell or cell.endswith(","):
                return math.nan if cell.strip().lower() in MISSING else None
            text = cell.replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return math.nan if cell.strip().lower() in MISSING else None
        return None if "_" in cell else value  # Python reads 1_000, nobody else does


_CANDIDATES = tuple(
    Dialect(delimiter, decimal)
    for decimal in (".", ",")
    for delimiter in (",", ";", "\t", "|", None)
    if delimiter != decimal
)


def declared_delimiter(line: str) -> str | None:
    """The delimiter in a line such as ``sep=;``, with which some spreadsheets begin a file."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found.group(1) if found else None


def find_dialect(lines: Sequence[str], declared: str | None = None) -> Dialect:
    """The dialect under which these lines hold the most numbers in rows of equal width.

    ``declared`` fixes the delimiter. Raises ``DataError`` when no dialect finds a number.
    """
    lines = [line[:LONGEST_SAMPLE_LINE] for line in lines]
    if declared is None:
        candidates = [c for c in _CANDIDATES if c.delimiter is None or any(c.delimiter in t for t in lines)]
    else:
        candidates = [Dialect(declared, decimal) for decimal in (".", ",") if decimal != declared]
    scores = [_score(candidate, lines) for candidate in candidates]
    best = max(scores, default=0.0)
    if best <= 0:
        raise DataError(NO_NUMBERS)
    return candidates[scores.index(best)]


def _score(dialect: Dialect, lines: Sequence[str]) -> float:
    """Numbers per row, in columns that are mostly numbers, × their share × the share of equal rows."""
    rows = [row for _, row in dialect.sample(lines)]
    values = [[dialect.number(cell) for cell in row] for row in rows]
    numeric = [i for i, row in enumerate(values) if any(map(is_number, row))]
    if not numeric:
        return 0.0
    width, count = Counter(len(rows[i]) for i in numeric).most_common(1)[0]
    found = cells = 0
    for column in zip(*(values[i] for i in numeric if len(rows[i]) == width), strict=True):
        numbers = sum(map(is_number, column))
        texts = column.count(None)
        cells += numbers + texts
        found += numbers if numbers > texts else 0
    if not found:
        return 0.0
    header = rows[numeric[0] - 1] if numeric[0] else None
    fit = HEADER_MISMATCH if header is not None and _contradicts(header, dialect, width) else 1.0
    return found / len(rows) * (found / cells) * (count / len(numeric)) * fit


def _contradicts(header: Sequence[str], dialect: Dialect, width: int) -> bool:
    """Whether the row above the first numbers speaks against a dialect, which breaks ties for 1,5."""
    lists_names = dialect.delimiter is None and dialect.decimal == "," and any("," in cell for cell in header)
    return lists_names or len(header) == width - 1


def _words(line: str) -> list[str]:
    """Cells between white space, where quotation marks hold a cell together."""
    if '"' not in line:
        return line.split()
    return [
        match[1].replace('""', '"') if match[1] is not None else match[2] for match in _WORDS.finditer(line)
    ]
