"""Text tables: comma, semicolon, tab, bar or white space, as people and programs really write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from pathlib import Path

import numpy as np

from gmmviewer.data.cells import CellReader, Rows
from gmmviewer.data.dialect import declared_delimiter, find_dialect
from gmmviewer.data.errors import DataError
from gmmviewer.data.layout import find_layout
from gmmviewer.data.lines import NO_LINES, Lines, lines_of
from gmmviewer.data.source import (
    PIECE_BYTES,
    Progress,
    Watch,
    decoded,
    encoding_of,
    open_regular,
    read_exactly,
    silent,
)
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import frozen
from gmmviewer.mixture.stopping import ShouldStop, never

SAMPLE_LINES = 200
SAMPLE_CHARACTERS = 200_000  # 0.2 s to try every dialect on
LONGEST_CELL = 131_072  # characters, the limit of the csv module


def read_text_file(path: str | Path, progress: Progress = silent, should_stop: ShouldStop = never) -> Table:
    """The table in a text file, every column of it.

    Raises ``DataError`` with the line where it cannot be read, ``Cancelled`` when told to stop.
    """
    watch = Watch(progress, should_stop)
    name = Path(path).name
    with open_regular(path) as handle:
        encoding, mark = encoding_of(read_exactly(handle, 4))
        try:
            handle.seek(mark)
            return _read(decoded(handle, encoding, watch), name)
        except UnicodeDecodeError as error:
            if mark:
                raise DataError(f"its text is not valid {encoding.upper()}; save it as UTF-8") from error
        handle.seek(0)
        return _read(decoded(handle, "cp1252", watch), name, ("not UTF-8; read as Windows-1252",))


def read_text(text: str, name: str = "text") -> Table:
    """The table in a text, such as cells pasted from a spreadsheet; ``DataError`` when there is none."""
    pieces = (text[i : i + PIECE_BYTES] for i in range(0, len(text), PIECE_BYTES))
    try:
        return _read(pieces, name)
    except DataError as error:
        raise error.at(name) from error


def _read(pieces: Iterable[str], name: str, notes: tuple[str, ...] = ()) -> Table:
    source = lines_of(pieces)
    head = _head(source)
    declared = declared_delimiter(head.texts[0]) if head.texts else None
    if declared is not None:
        head = head.after(1)
    sample = _sample(head)
    dialect = find_dialect(sample.texts, declared)
    layout = find_layout(sample, dialect)
    cells = CellReader(dialect, layout)
    rows = list(_rows(chain([head.after(layout.skip)], source), cells))
    values = frozen(np.concatenate([part.values for part in rows]))
    lines = np.concatenate([part.lines for part in rows])
    if dialect.decimal == ",":
        notes = ("commas read as decimal marks: 1,5 is one and a half", *notes)
    return Table(name, layout.columns, values, cells.numeric(values), (*layout.notes, *notes), lines)


def _head(source: Iterator[Lines]) -> Lines:
    """Whole blocks until they hold enough useful lines to judge the file by."""
    head = NO_LINES
    for block in source:
        head += block.useful()
        if len(head.texts) >= SAMPLE_LINES:
            break
    return head


def _sample(head: Lines) -> Lines:
    """The lines to judge a file by: enough of them, but no more text than is quickly looked through."""
    lengths = accumulate(map(len, head.texts[:SAMPLE_LINES]))
    n = max(3, sum(length <= SAMPLE_CHARACTERS for length in lengths))
    return Lines(head.texts[:n], head.numbers[:n])


def _rows(parts: Iterable[Lines], cells: CellReader) -> Iterator[Rows]:
    """All rows. What a part leaves, because a quoted cell goes on, is read with the next one."""
    left = NO_LINES
    for part in parts:
        rows = cells.read(left + part if left.texts else part)
        yield rows
        left = rows.left
        if sum(map(len, left.texts)) > LONGEST_CELL:
            break
    if left.texts and len(left.texts[0]) > LONGEST_CELL:
        raise DataError("a cell too long for a table", line=int(left.numbers[0]))
    if left.texts:
        raise DataError(
            "quotation marks do not match; a quoted cell ends with one mark, and two stand for one inside",
            line=int(left.numbers[0]),
        )
