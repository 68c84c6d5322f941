"""What a reader says when it cannot read: one clear line, with advice."""

from __future__ import annotations

from pathlib import Path

LONGEST_QUOTE = 40  # characters of a bad cell that are worth repeating


class DataError(ValueError):
    """A file or an array holds no usable table.

    ``message`` says what is wrong and what to do; ``path`` is the file and ``line`` its 1-based line, each
    None where unknown. ``str()`` is one line: ``data.csv, line 17: 'abc' is not a number …``.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.message = one_line(message)
        self.path = None if path is None else str(path)
        self.line = line
        super().__init__(self.message)

    def __str__(self) -> str:
        places = []
        if self.path is not None:
            places.append(one_line(Path(self.path).name or self.path))
        if self.line is not None:
            places.append(f"line {self.line}")
        return f"{', '.join(places)}: {self.message}" if places else self.message

    def at(self, path: str | Path) -> DataError:
        """The same trouble, in this file."""
        return DataError(self.message, path, self.line)


def one_line(text: str) -> str:
    """The text with every run of white space as one blank and without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def quoted(cell: str) -> str:
    """A cell as an error repeats it: on one line, in quotation marks, cut short."""
    text = one_line(cell[: 4 * LONGEST_QUOTE])
    return f"'{text}'" if len(text) <= LONGEST_QUOTE else f"'{text[:LONGEST_QUOTE]}…'"
