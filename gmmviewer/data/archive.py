"""Zip archives from strangers: everything is checked in the directory before a member is opened."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gmmviewer.data.errors import DataError, quoted
from gmmviewer.data.source import read_exactly, size_of

MOST_MEMBERS = 100
LARGEST_DIRECTORY = MOST_MEMBERS * 1_024  # bytes; ``zipfile`` parses all of it before it can be asked
LARGEST_INNOCENT = 1 << 26  # bytes that may come out of any archive, however small
MOST_EXPANSION = 100  # numbers that carry information shrink far less
DAMAGED = "is a damaged archive; save it again with numpy.savez"

_END_MARK = b"PK\x05\x06"
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 0xFFFF
_ZIP64_MARK = b"PK\x06\x07"
_ENCRYPTED = 0x1
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)


def open_archive(handle: BinaryIO) -> ZipFile:
    """The archive in an open file, if it is a harmless one; ``DataError`` otherwise.

    At most ``MOST_MEMBERS`` members, stored or deflated, not encrypted, without paths that leave the
    archive, and together no larger than the file can honestly hold.
    """
    size = size_of(handle)
    _check_end(handle, size)
    with reading():
        archive = ZipFile(handle)
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise DataError(f"{len(members)} members; an archive may have {MOST_MEMBERS}")
    for member in members:
        _check_member(member)
    declared = sum(member.file_size for member in members)
    if declared > max(LARGEST_INNOCENT, MOST_EXPANSION * size):
        raise DataError(f"{size} bytes that claim to hold {declared}; save it with numpy.savez, uncompressed")
    return archive


@contextmanager
def reading() -> Iterator[None]:
    """Turns whatever a damaged archive makes its readers raise into a ``DataError``."""
    try:
        yield
    except DataError:
        raise
    except _DAMAGE as error:
        raise DataError(DAMAGED) from error


def _check_end(handle: BinaryIO, size: int) -> None:
    """Judge the directory by the record at the end of the file, which is small whatever the archive is."""
    tail = min(size, _END.size + _LONGEST_COMMENT)
    handle.seek(size - tail)
    end = read_exactly(handle, tail)
    at = end.rfind(_END_MARK)
    if at < 0 or len(end) - at < _END.size:
        raise DataError(DAMAGED)
    _, _, _, _, members, directory, _, _ = _END.unpack_from(end, at)
    if members > MOST_MEMBERS or directory > LARGEST_DIRECTORY:
        raise DataError(f"{members} members; an archive may have {MOST_MEMBERS}")
    if _ZIP64_MARK in end[max(at - 20, 0) : at]:
        raise DataError("is an archive of more than 4 GB; save one array as .npy")
    handle.seek(0)


def _check_member(member: ZipInfo) -> None:
    name = member.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise DataError(f"{quoted(name)} is a path out of the archive; save it again with numpy.savez")
    if member.flag_bits & _ENCRYPTED:
        raise DataError("is encrypted; save it without a password")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise DataError(DAMAGED)
