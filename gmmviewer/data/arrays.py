"""Tables from arrays: what ``gmmviewer.view(X)`` and NumPy's files have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from gmmviewer.data.dialect import MISSING
from gmmviewer.data.errors import DataError
from gmmviewer.data.layout import MOST_COLUMNS
from gmmviewer.data.names import column_names, tidy_names
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import FloatArray, frozen

LARGEST_EXACT = 2**53  # whole numbers above this have no exact float64
_EMPTY = MISSING | {"<na>", "nat"}


@runtime_checkable
class FrameLike(Protocol):
    """A data frame of any library: named columns that become an array."""

    @property
    def columns(self) -> Any: ...

    def to_numpy(self) -> Any: ...


def from_array(data: object, name: str = "array") -> Table:
    """A table from an array (n,) or (n, m), nested lists or a data frame of any library.

    Missing values (NaN, None, masked) stay in the table as NaN; text columns are marked as not numeric.
    Raises ``DataError`` for anything else, by its type.
    """
    if isinstance(data, FrameLike):
        columns = tidy_names(data.columns)
        return _mixed_table(_array_from(data.to_numpy, name), name, columns)
    if isinstance(data, np.ma.MaskedArray):  # NumPy itself would drop the mask in silence
        return number_table(_array_from(lambda: _filled(data), name), name)
    array = _array_from(lambda: np.asarray(data), name)
    if isinstance(data, np.ndarray):
        return number_table(array, name)
    return _mixed_table(array, name, None)


def number_table(
    array: NDArray[Any], name: str, columns: tuple[str, ...] | None = None, notes: tuple[str, ...] = ()
) -> Table:
    """A table from an (n,) or (n, m) array of real numbers of any type; ``DataError`` for any other array."""
    if array.dtype.kind not in "fiub":
        raise DataError(f"it holds {array.dtype}, not real numbers; convert it with astype(float)", name)
    if trouble := shape_trouble(array.shape):
        raise DataError(trouble, name)
    if array.dtype.kind in "iu" and _rounds(array):
        notes = (*notes, "whole numbers above 2^53 rounded to 16 digits")
    with np.errstate(over="ignore"):  # what is too large becomes infinite and is refused as such
        values = np.array(array if array.ndim == 2 else array[:, np.newaxis], dtype=np.float64, order="C")
    return _table(name, columns, values, (True,) * values.shape[1], notes)


def _table(
    name: str,
    columns: tuple[str, ...] | None,
    values: FloatArray,
    numeric: tuple[bool, ...],
    notes: tuple[str, ...] = (),
) -> Table:
    """A table of values that are ours to freeze, under the names given or under plain ones."""
    width = values.shape[1]
    if columns is not None and len(columns) != width:
        raise DataError(f"{len(columns)} names for {width} columns", name)
    values.flags.writeable = False
    return Table(name, columns or column_names(width), frozen(values), numeric, notes)


def shape_trouble(shape: tuple[int, ...]) -> str | None:
    """Why an array of this shape is no table, None if it is one."""
    if len(shape) not in (1, 2):
        return f"it has {len(shape)} dimensions; a table has one or two"
    if 0 in shape:
        return "no numeric rows; the array is empty"
    if len(shape) == 2 and shape[1] > MOST_COLUMNS:
        return f"it has {shape[1]} columns; transpose it, one row per point"
    return None


def _rounds(array: NDArray[Any]) -> bool:
    """Whether some whole number is too long for a float64. (``abs`` would overflow at −2⁶³.)"""
    return bool(array.max() > LARGEST_EXACT or array.min() < -LARGEST_EXACT)


def _filled(masked: np.ma.MaskedArray[Any, Any]) -> NDArray[Any]:
    return np.where(np.ma.getmaskarray(masked), np.nan, masked.data)


def _array_from(make: Callable[[], Any], name: str) -> NDArray[Any]:
    try:
        return np.asarray(make())
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"it is no array of numbers: {error}", name) from error


def _mixed_table(array: NDArray[Any], name: str, columns: tuple[str, ...] | None) -> Table:
    """A table from an array that may mix numbers with text and missing values, as data frames do."""
    if array.dtype.kind != "O":
        return number_table(array, name, columns)
    if trouble := shape_trouble(array.shape):
        raise DataError(trouble, name)
    cells = array if array.ndim == 2 else array[:, np.newaxis]
    found = [[_number(cell) for cell in column] for column in cells.T]
    numeric = tuple(None not in column and not all(math.isnan(v or 0.0) for v in column) for column in found)
    values = np.array([[math.nan if v is None else v for v in column] for column in found]).T
    return _table(name, columns, values, numeric)


def _number(cell: object) -> float | None:
    """The number in a cell, NaN where it is missing, None for anything else."""
    if isinstance(cell, (Real, Decimal)):
        try:
            return float(cell)
        except OverflowError:
            return math.inf
    return math.nan if cell is None or str(cell).strip().lower() in _EMPTY else None
