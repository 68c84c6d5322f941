"""From a path to text: safe opening, encodings, and pieces that keep the program responsive."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from gmmviewer.data.errors import DataError
from gmmviewer.mixture.stopping import Cancelled, ShouldStop

Progress: TypeAlias = Callable[[float], None]

PIECE_BYTES = 1 << 18  # parsed in about 10 ms, during which the interpreter lock is held
LARGEST_FILE = 1 << 32  # bytes; a reader needs about three times as much memory
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def silent(_fraction: float) -> None:
    """The ``progress`` of those who do not want to know."""


@dataclass(frozen=True)
class Watch:
    """Who watches a reader: ``progress`` is told the fraction done, ``should_stop`` may end it."""

    progress: Progress
    should_stop: ShouldStop

    def check(self, fraction: float) -> None:
        """Tell the fraction done; raises ``Cancelled`` when told to stop."""
        if self.should_stop():
            raise Cancelled
        self.progress(min(fraction, 1.0))

    def part(self, index: int, count: int) -> Watch:
        """The watch over one of ``count`` equal parts."""

        def tell(fraction: float) -> None:
            self.progress((index + fraction) / count)

        return Watch(tell, self.should_stop)


def open_regular(path: str | Path) -> BinaryIO:
    """Open an ordinary file for reading, without ever waiting for one.

    Raises ``DataError`` at once for a folder, a pipe, a device, a missing or a forbidden file.
    """
    try:
        _refuse_irregular(os.stat(path).st_mode)
        handle = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115 (the caller closes it)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"cannot be opened: {_reason(error)}") from error
    try:
        _refuse_irregular(os.fstat(handle.fileno()).st_mode)  # it may have been replaced since
        if size_of(handle) > LARGEST_FILE:
            raise DataError("is larger than 4 GB; take a sample of its rows")
    except DataError:
        handle.close()
        raise
    return handle


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_irregular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise DataError("is a folder; choose a file in it")
    if not stat.S_ISREG(mode):
        raise DataError("is not an ordinary file")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def size_of(handle: BinaryIO) -> int:
    """The size of an open file now, in bytes."""
    return os.fstat(handle.fileno()).st_size


def read_exactly(handle: BinaryIO, n: int) -> bytes:
    """Up to n bytes, fewer only at the end of the file; ``DataError`` when the disk fails."""
    try:
        return handle.read(n)
    except OSError as error:
        raise DataError(f"cannot be read: {_reason(error)}") from error


def encoding_of(start: bytes) -> tuple[str, int]:
    """The encoding that a byte-order mark names (UTF-8 without one) and the length of the mark."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


def decoded(handle: BinaryIO, encoding: str, watch: Watch) -> Iterator[str]:
    """The text from here on, in pieces; no more of it than the file holds now, should it be growing.

    Raises ``UnicodeDecodeError`` for another encoding, ``Cancelled`` when told to stop.
    """
    errors = "replace" if encoding == "cp1252" else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    size = size_of(handle)
    done = handle.tell()
    while done < size:
        watch.check(done / size)
        piece = read_exactly(handle, min(PIECE_BYTES, size - done))
        if not piece:
            break
        done += len(piece)
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
    watch.check(1.0)
