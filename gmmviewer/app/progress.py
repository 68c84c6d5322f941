"""How far a command is, on the last line of a terminal; where standard error is a file, nothing is said."""

from __future__ import annotations

import sys
from types import TracebackType

ERASE_LINE = "\r\x1b[K"


class Counter:
    """``12 of 99 cells``, and how many more there are; the line is gone at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Counter:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._say(ERASE_LINE)

    def show(self, done: int, of: int) -> None:
        """Say that so many are done."""
        self._say(f"{ERASE_LINE}{done} of {of} {self._what}")

    def _say(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(text)
            sys.stderr.flush()
