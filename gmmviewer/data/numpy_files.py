"""NumPy's own files: NPY and NPZ, as far as they are tables of real numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from gmmviewer.data.archive import open_archive, reading
from gmmviewer.data.arrays import number_table, shape_trouble
from gmmviewer.data.errors import DataError, one_line, quoted
from gmmviewer.data.npy_header import ArrayHeader, read_header
from gmmviewer.data.source import Progress, Watch, open_regular, read_exactly, silent, size_of
from gmmviewer.data.table import Table
from gmmviewer.mixture.stopping import ShouldStop, never

PIECE_BYTES = 1 << 22  # read between two looks at ``should_stop``


def read_npy(path: str | Path, progress: Progress = silent, should_stop: ShouldStop = never) -> Table:
    """The table in an NPY file; ``DataError`` for anything else, before it is read."""
    with open_regular(path) as handle:

        def read(n: int) -> bytes:
            return read_exactly(handle, n)

        header = read_header(read)
        _check(header, size_of(handle))
        return number_table(_numbers(read, header, Watch(progress, should_stop)), Path(path).name)


def read_npz(path: str | Path, progress: Progress = silent, should_stop: ShouldStop = never) -> Table:
    """The table in an NPZ file: its one array, its equally long columns, or the first of several.

    ``DataError`` when no member is a table, and for archives that are damaged or larger than they look.
    """
    with open_regular(path) as handle, open_archive(handle) as archive:
        chosen, notes = _choose(_tables(archive))
        watch = Watch(progress, should_stop)
        parts = [_member(archive, m, watch.part(i, len(chosen))) for i, m in enumerate(chosen)]
        if len(parts) == 1 and parts[0].ndim == 2:
            return number_table(parts[0], Path(path).name, notes=notes)
        columns = tuple(member.name for member in chosen)
        return number_table(np.column_stack(parts), Path(path).name, columns, notes)


@dataclass(frozen=True)
class _Member:
    """An array in an archive."""

    name: str
    info: ZipInfo
    header: ArrayHeader


def _tables(archive: ZipFile) -> list[_Member]:
    """The members that are tables; ``DataError`` with the first trouble when none is."""
    found: list[_Member] = []
    troubles: list[str] = []
    for info in archive.infolist():
        if not info.filename.endswith(".npy"):
            continue
        name = one_line(info.filename.removesuffix(".npy"))
        try:
            with reading(), archive.open(info) as stream:
                header = read_header(stream.read)
            _check(header, info.file_size)
            found.append(_Member(name, info, header))
        except DataError as error:
            troubles.append(f"array {quoted(name)}: {error.message}")
    if not found:
        raise DataError(
            troubles[0] if troubles else "no arrays in it; save a spreadsheet as CSV to read it here"
        )
    return found


def _choose(members: Sequence[_Member]) -> tuple[Sequence[_Member], tuple[str, ...]]:
    """The members that make one table, and what a person should know about the choice."""
    shapes = {member.header.shape for member in members}
    if len(members) == 1 or (len(shapes) == 1 and len(members[0].header.shape) == 1):
        return members, ()
    others = ", ".join(quoted(member.name) for member in members[1:4])
    more = f" and {len(members) - 4} more" if len(members) > 4 else ""
    return members[:1], (f"array {quoted(members[0].name)} taken; left out: {others}{more}",)


def _member(archive: ZipFile, member: _Member, watch: Watch) -> NDArray[Any]:
    with reading(), archive.open(member.info) as stream:
        read_header(stream.read)
        return _numbers(stream.read, member.header, watch)


def _check(header: ArrayHeader, size: int) -> None:
    """Refuse what is no table, or claims more numbers than ``size`` bytes can hold."""
    if trouble := shape_trouble(header.shape):
        raise DataError(trouble)
    held = (size - header.length) // header.dtype.itemsize
    if header.n_bytes > size - header.length:
        raise DataError(
            f"claims the shape {header.shape} but holds {max(held, 0)} numbers; copy or save it again"
        )


def _numbers(read: Callable[[int], bytes], header: ArrayHeader, watch: Watch) -> NDArray[Any]:
    """The array behind a checked header, read in pieces."""
    total, done = header.n_bytes, 0
    buffer = np.empty(total, dtype=np.uint8)
    while done < total:
        watch.check(done / total)
        piece = read(min(PIECE_BYTES, total - done))
        if not piece:
            raise DataError("ends before its last number; copy or save it again")
        buffer[done : done + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
        done += len(piece)
    watch.check(1.0)
    return buffer.view(header.dtype).reshape(header.shape, order="F" if header.fortran else "C")
