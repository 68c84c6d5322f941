"""Read-only float64 arrays: the only kind the mixture core hands out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def frozen(values: ArrayLike) -> FloatArray:
    """A float64, C-contiguous, read-only array: a copy, unless it is one already."""
    array = np.asarray(values)
    ours = array.base is None and not array.flags.writeable
    if ours and array.dtype == np.float64 and array.flags.c_contiguous:
        return array
    fresh = np.array(array, dtype=np.float64, order="C", copy=True)
    fresh.flags.writeable = False
    return fresh


def sealed(array: FloatArray) -> FloatArray:
    """An array of our own making, read-only from now on; nothing is copied."""
    array.flags.writeable = False
    return array


def as_points(values: ArrayLike) -> FloatArray:
    """Points as an (n, d) float64 array; a flat sequence of numbers is n points in one dimension.

    Raises ``ValueError`` for anything that is not finite real numbers in one or two array dimensions.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"points must be real numbers, not {array.dtype}")
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"points must have the shape (n, d), not {array.shape}")
    with np.errstate(over="ignore"):  # a long double may be infinite as a double, and is refused below
        points = array.astype(np.float64, copy=False)
    if not np.isfinite(points).all():
        bad = int((~np.isfinite(points).all(axis=1)).sum())
        raise ValueError(f"{bad} of {len(points)} points are not finite; drop those rows first")
    return points
