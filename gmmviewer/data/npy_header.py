"""The header of an NPY stream, checked before anything is read: no pickles, no surprises in size or type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gmmviewer.data.errors import DataError, quoted

MAGIC = b"\x93NUMPY"
DAMAGED = "its header is damaged; save it again with numpy.save"
LONGEST_HEADER = 10_000  # bytes; NumPy's own limit against slow parsing
_REFUSED = {
    "c": "complex numbers",
    "U": "text",
    "S": "text",
    "a": "text",
    "O": "Python objects",
    "V": "records",
    "M": "dates",
    "m": "time spans",
}
_TYPE = re.compile(r"[<>=|]?[fiub]\d{1,2}")
_RECORDS = re.compile(r"""['"]descr['"]\s*:\s*[\[(]""")
_DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")
_FORTRAN = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([^()]*)\)""")
_SIZE = re.compile(r"\s*(\d{1,18})L?\s*")  # Python 2 wrote 10L


@dataclass(frozen=True)
class ArrayHeader:
    """``shape`` and ``dtype`` of an array, whether it is stored column by column, and its header's bytes."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    length: int

    @property
    def n_bytes(self) -> int:
        """The size of the numbers themselves; a Python integer, because files claim anything."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(read: Callable[[int], bytes]) -> ArrayHeader:
    """The header at the start of a stream; ``DataError`` when it is damaged or no NPY header at all."""
    start = read(8)
    if len(start) < 8 or not start.startswith(MAGIC):
        raise DataError("is not a NumPy file, although its name says so")
    size_bytes = 2 if start[6] == 1 else 4
    length = int.from_bytes(read(size_bytes), "little")
    if start[6] not in (1, 2, 3) or length > LONGEST_HEADER:
        raise DataError("is a NumPy file of an unknown kind; save it again with numpy.save")
    text = read(length)
    if len(text) < length:
        raise DataError("ends in the middle of its header; copy it again")
    return _parsed(text.decode("latin-1"), 8 + size_bytes + length)


def _parsed(text: str, length: int) -> ArrayHeader:
    """The header from its text, without evaluating what a stranger wrote."""
    if _RECORDS.search(text):
        raise DataError("it holds records, not real numbers; save the columns as one array")
    descr, fortran, shape = _DESCR.search(text), _FORTRAN.search(text), _SHAPE.search(text)
    if not (descr and fortran and shape):
        raise DataError(DAMAGED)
    sizes = [_SIZE.fullmatch(size) for size in shape[1].rstrip(" ,").split(",")] if shape[1].strip() else []
    if None in sizes:
        raise DataError(DAMAGED)
    lengths = tuple(int(size[1]) for size in sizes if size)
    return ArrayHeader(lengths, _dtype(descr[1]), fortran[1] == "True", length)


def _dtype(descr: str) -> np.dtype[Any]:
    found = _TYPE.fullmatch(descr)
    if found is None:
        raise DataError(f"it holds {_REFUSED.get(descr.lstrip('<>|=')[:1], quoted(descr))}, not real numbers")
    try:
        return np.dtype(descr)
    except TypeError as error:
        raise DataError(f"it holds numbers of an unknown type {quoted(descr)}; save float64") from error
