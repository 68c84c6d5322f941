"""Lines of text with their numbers, so that every complaint can say where."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gmmviewer.data.errors import DataError
from gmmviewer.mixture.arrays import IntArray

COMMENT_MARKS = ("#", "%", "//")
_SUSPECT = "#%/ \t\v\f\u00a0"  # how a comment or a blank line may begin; so does the empty text
LONGEST_LINE = 1 << 21  # characters; a longer line is no row of a table


@dataclass(frozen=True, eq=False)
class Lines:
    """Some lines of a file and their 1-based numbers (n,)."""

    texts: list[str]
    numbers: IntArray

    def __add__(self, other: Lines) -> Lines:
        return Lines(self.texts + other.texts, np.concatenate([self.numbers, other.numbers]))

    def after(self, n: int) -> Lines:
        """Without the first n lines."""
        return Lines(self.texts[n:], self.numbers[n:])

    def useful(self) -> Lines:
        """Without blank lines and comments."""
        idle = [i for i, text in enumerate(self.texts) if text[:1] in _SUSPECT and _is_idle(text)]
        if not idle:
            return self
        dropped = set(idle)
        texts = [text for i, text in enumerate(self.texts) if i not in dropped]
        return Lines(texts, np.delete(self.numbers, idle))


NO_LINES = Lines([], np.zeros(0, dtype=np.int64))


def _is_idle(text: str) -> bool:
    start = text.lstrip()
    return not start or start.startswith(COMMENT_MARKS)


def lines_of(pieces: Iterable[str]) -> Iterator[Lines]:
    """The lines of a text that comes in pieces; CR, LF and CRLF all end a line.

    Raises ``DataError`` with the line for NUL characters and for endless lines.
    """
    ends = io.IncrementalNewlineDecoder(None, translate=True)
    first, pending = 1, ""
    for piece in pieces:
        *texts, pending = (pending + ends.decode(piece)).split("\n")
        _refuse_binary(piece, texts, pending, first)
        if texts:
            yield Lines(texts, np.arange(first, first + len(texts)))
        first += len(texts)
    if pending:
        yield Lines([pending], np.array([first]))


def _refuse_binary(piece: str, texts: list[str], pending: str, first: int) -> None:
    if "\0" in piece:
        before = next((i for i, text in enumerate(texts) if "\0" in text), len(texts))
        raise DataError("holds a NUL character; this is not a text file", line=first + before)
    if len(pending) > LONGEST_LINE:
        raise DataError("an endless line; this is not a table", line=first + len(texts))
