"""Every kind of file the program reads. To add one, write its reader and a line in ``READERS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from gmmviewer.data.arrays import from_array
from gmmviewer.data.errors import DataError
from gmmviewer.data.images import EXTENSIONS, MAGICS, read_image
from gmmviewer.data.numpy_files import read_npy, read_npz
from gmmviewer.data.source import Progress, open_regular, read_exactly, silent
from gmmviewer.data.table import Table
from gmmviewer.data.text import read_text, read_text_file
from gmmviewer.mixture.stopping import ShouldStop, never

__all__ = ["READERS", "Reader", "file_dialog_filter", "from_array", "read_table", "read_text"]

Read: TypeAlias = Callable[[Path, Progress, ShouldStop], Table]


@dataclass(frozen=True)
class Reader:
    """A kind of file: ``name`` for the file dialog, ``extensions`` with their dot, ``magics`` first bytes."""

    name: str
    extensions: tuple[str, ...]
    magics: tuple[bytes, ...]
    read: Read


READERS: tuple[Reader, ...] = (
    Reader("Text tables", (".csv", ".tsv", ".txt", ".dat"), (), read_text_file),
    Reader("NumPy array", (".npy",), (b"\x93NUMPY",), read_npy),
    Reader("NumPy archive", (".npz",), (b"PK",), read_npz),
    Reader("Pictures", EXTENSIONS, MAGICS, read_image),
)


def read_table(path: str | Path, progress: Progress = silent, should_stop: ShouldStop = never) -> Table:
    """The table in a file, by its first bytes where they tell, else by its extension, else as text.

    ``progress`` is told the fraction done. Raises ``DataError``, one clear line that names the file, when
    there is no table to be had, and ``Cancelled`` soon after ``should_stop()`` answers true.
    """
    file = Path(path)
    try:
        return _reader_of(file).read(file, progress, should_stop)
    except DataError as error:
        raise error.at(file) from error


def _reader_of(path: Path) -> Reader:
    with open_regular(path) as handle:
        start = read_exactly(handle, 16)
    for reader in READERS:
        if start.startswith(reader.magics):
            return reader
    for reader in READERS:
        if path.suffix.lower() in reader.extensions:
            return reader
    return READERS[0]


def file_dialog_filter() -> str:
    """The name filters of an "Open" dialog, everything readable first."""
    everything = " ".join(f"*{e}" for reader in READERS for e in reader.extensions)
    kinds = [f"{reader.name} ({' '.join(f'*{e}' for e in reader.extensions)})" for reader in READERS]
    return ";;".join([f"Data ({everything})", *kinds, "All files (*)"])
