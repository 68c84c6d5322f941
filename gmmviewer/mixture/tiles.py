"""Points in the order in which a pass visits them, cut into tiles that lie close together.

Near points share their distances to a component up to the size of their tile. Large samples are therefore
put in order along a curve that fills the plane, once; small ones stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray

KeyArray: TypeAlias = NDArray[np.uint16]

SORTED_FROM = 50_000  # points; below, sorting costs more than it saves
BASE = 2048  # points in the smallest tile
GRID_BITS = 8  # 256 × 256 cells: keys of 16 bits, which numpy sorts by radix
SPREAD_SAMPLE = 4096  # points that say where the grid lies


@dataclass(frozen=True, eq=False)
class Tiles:
    """``columns`` (d, n) and ``weights`` (n,) or None in tile order; tile t is ``edges[t]:edges[t + 1]``.

    ``centres`` (T, d) and ``halves`` (T, d): the box of each tile, from centre to side, in standard units.
    """

    columns: FloatArray
    weights: FloatArray | None
    edges: IntArray
    centres: FloatArray
    halves: FloatArray

    def __len__(self) -> int:
        return len(self.edges) - 1

    def points(self, t: int) -> tuple[FloatArray, FloatArray | None]:
        """The columns (d, b) of tile t and their weights (b,), if there are any."""
        begin, end = self.edges[t], self.edges[t + 1]
        return self.columns[:, begin:end], None if self.weights is None else self.weights[begin:end]

    @cached_property
    def largest(self) -> int:
        """The number of points in the largest tile."""
        return int(np.diff(self.edges).max())

    def grouped(self, size: int) -> Tiles:
        """Neighbours put together until a tile holds about ``size`` points."""
        step = max(1, size // BASE)
        if step == 1 or len(self) == 1:
            return self
        firsts = np.arange(0, len(self), step)
        low = np.minimum.reduceat(self.centres - self.halves, firsts, axis=0)
        high = np.maximum.reduceat(self.centres + self.halves, firsts, axis=0)
        edges = np.append(self.edges[firsts], self.edges[-1])
        return Tiles(self.columns, self.weights, edges, (low + high) / 2, (high - low) / 2)


def unsorted_tiles(
    columns: FloatArray, weights: FloatArray | None, size: int, centre: FloatArray, half: FloatArray
) -> Tiles:
    """Tiles of ``size`` points in the order given, all with one box that holds the whole sample."""
    n = columns.shape[1]
    edges = np.append(np.arange(0, n, size), n)
    count = len(edges) - 1
    return Tiles(columns, weights, edges, np.repeat(centre[None], count, 0), np.repeat(half[None], count, 0))


def sorted_tiles(columns: FloatArray, weights: FloatArray | None) -> Tiles:
    """Tiles of ``BASE`` points that are neighbours in space (in the first two dimensions)."""
    order = np.argsort(_keys(columns[:2]), kind="stable")
    arranged = np.take(columns, order, axis=1)
    heavy = None if weights is None else weights[order]
    firsts = np.arange(0, columns.shape[1], BASE)
    low = np.minimum.reduceat(arranged, firsts, axis=1).T
    high = np.maximum.reduceat(arranged, firsts, axis=1).T
    edges = np.append(firsts, columns.shape[1])
    return Tiles(arranged, heavy, edges, (low + high) / 2, (high - low) / 2)


def _keys(columns: FloatArray) -> KeyArray:
    """The place of each point on the curve, (n,) of 16 bits."""
    cells = 1 << (2 * GRID_BITS if len(columns) == 1 else GRID_BITS)
    axes = [_cells(column, cells) for column in columns]
    if len(axes) == 1:
        return axes[0]
    table = _hilbert_table()
    return np.take(table, axes[0].astype(np.int64) << GRID_BITS | axes[1])


def _cells(column: FloatArray, cells: int) -> KeyArray:
    """The cell of each value between the quantiles that hold nearly all; what lies outside is in the last."""
    some = np.sort(column[:: max(1, len(column) // SPREAD_SAMPLE)])
    low, high = some[len(some) // 200], some[-1 - len(some) // 200]
    width = (high - low) or 1.0
    scaled: FloatArray = np.clip((column - low) * (cells / width), 0, cells - 1)
    return scaled.astype(np.uint16)


def _hilbert_table() -> KeyArray:
    """The place of every cell (x, y) on Hilbert's curve, (4^GRID_BITS,) of 16 bits (Hilbert 1891)."""
    side = 1 << GRID_BITS
    x, y = (axis.ravel().copy() for axis in np.meshgrid(np.arange(side), np.arange(side), indexing="ij"))
    place = np.zeros(side * side, dtype=np.int64)
    half = side // 2
    while half > 0:
        right, up = (x & half) > 0, (y & half) > 0
        place += half * half * ((3 * right) ^ up)
        turn = ~up
        flip = turn & right
        x[flip], y[flip] = side - 1 - x[flip], side - 1 - y[flip]
        x[turn], y[turn] = y[turn], x[turn].copy()
        half //= 2
    return place.astype(np.uint16)
