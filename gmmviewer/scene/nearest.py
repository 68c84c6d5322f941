"""Which point is under the mouse: an index of the points that knows nothing of zoom, axes or pixels.

The points are put in order by ranks, into strips along x and by y within each (sort-tile-recursive packing,
Leutenegger, Lopez & Edgington 1997), and cut into tiles of equal numbers; each tile knows its box. Ranks make
it indifferent to units and outliers: a million points in one pixel still are thousands of tiles. Beyond the
points themselves it keeps 4 bytes for each, and some 40 for each tile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.stopping import ShouldStop, check, never

TILE = 256  # points: looking through one takes some 10 µs, as long as choosing it
FIRST_LOOK, GROWTH = 4, 8  # tiles looked through at once: the first few rule most others out
QUICK_POINTS = 20_000  # up to here an index is made in 3 ms; a million takes 0.2 s


@dataclass(frozen=True, eq=False)
class NearestPoints:
    """``values`` (n, d), d = 1 or 2; ``order`` (n,) their rows, of which tile t holds those from t · TILE on.

    ``low`` and ``high`` (T, d) are the boxes of the tiles, ``first`` (T,) the lowest row in each.
    """

    values: FloatArray
    order: NDArray[np.int32]
    low: FloatArray
    high: FloatArray
    first: IntArray

    @classmethod
    def of(cls, values: FloatArray, should_stop: ShouldStop = never) -> NearestPoints:
        """The index of points (n, d). Raises ``Cancelled`` when told to stop."""
        n, d = values.shape
        count = -(-n // TILE)
        strip = TILE * (math.isqrt(max(count - 1, 0)) + 1)  # points in a strip: whole tiles
        order = _along(values, strip)
        low, high = np.empty((count, d)), np.empty((count, d))
        first = np.empty(count, dtype=np.int64)
        for begin in range(0, n, strip):
            check(should_stop)
            rows = order[begin : begin + strip]
            if d == 2:
                rows[:] = rows[np.argsort(values[rows, 1])]
            tiles = slice(begin // TILE, begin // TILE - (-len(rows) // TILE))
            starts = np.arange(0, len(rows), TILE)
            arranged = values[rows]
            low[tiles] = np.minimum.reduceat(arranged, starts, axis=0)
            high[tiles] = np.maximum.reduceat(arranged, starts, axis=0)
            first[tiles] = np.minimum.reduceat(rows, starts)
        return cls(values, order, low, high, first)

    def nearest(self, place: ArrayLike, scale: ArrayLike, reach: float) -> int | None:
        """The row of the point nearest to ``place`` (d,), of several the lowest; None if none is in reach.

        Distances are Euclidean after multiplying each axis by ``scale`` (d,), pixels per unit for instance;
        ``reach`` is in the same pixels and counts as reached.
        """
        at, per_unit = np.asarray(place, dtype=np.float64), np.abs(np.asarray(scale, dtype=np.float64))
        with np.errstate(over="ignore"):  # what is too far to be squared is out of reach
            outside = np.maximum(np.maximum(self.low - at, at - self.high), 0.0) * per_unit
            gaps = (outside * outside).sum(axis=1)
            best, row = float(reach) ** 2, -1
            candidates = np.flatnonzero(gaps <= best)
            candidates = candidates[np.lexsort((self.first[candidates], gaps[candidates]))]
            begin, look = 0, FIRST_LOOK
            while begin < len(candidates) and gaps[candidates[begin]] <= best:
                some = candidates[begin : begin + look]
                possible = some[(gaps[some] < best) | (self.first[some] < row) | (row < 0)]
                best, row = self._nearest_in(possible, at, per_unit, best, row)
                begin, look = begin + look, look * GROWTH
        return row if row >= 0 else None

    def _nearest_in(
        self, tiles: IntArray, at: FloatArray, per_unit: FloatArray, best: float, row: int
    ) -> tuple[float, int]:
        """The squared distance and the row of what is nearest in these tiles, or what was nearest before."""
        rows = self._rows(tiles)
        if len(rows) == 0:
            return best, row
        away = np.abs(self.values[rows] - at) * per_unit
        squares = (away * away).sum(axis=1)
        least = float(squares.min())
        if least > best:
            return best, row
        lowest = int(rows[squares == least].min())
        return least, lowest if least < best or row < 0 else min(row, lowest)

    def _rows(self, tiles: IntArray) -> NDArray[np.int32]:
        """The rows in these tiles; only the last tile of all is not full."""
        places = (tiles[:, None] * TILE + np.arange(TILE)).ravel()
        return np.asarray(self.order[places[places < len(self.order)]])


def _along(values: FloatArray, strip: int) -> NDArray[np.int32]:
    """The rows in the order of x, and of y too where equal x fill a strip, whose tiles would overlap."""
    order = np.argsort(values[:, 0])
    ends = values[order[::strip], 0]
    if values.shape[1] == 2 and (ends[1:] == ends[:-1]).any():
        order = np.lexsort((values[:, 1], values[:, 0]))
    return order.astype(np.int32)


@dataclass(frozen=True, eq=False)
class NearestRequest:
    """A frozen question for the index of points (n, d)."""

    patient: ClassVar[bool] = True  # 5 s for ten million points, which no picture is to wait for
    values: FloatArray

    @property
    def quick(self) -> bool:
        """Whether it is made in the GUI thread."""
        return len(self.values) <= QUICK_POINTS


@dataclass(frozen=True, eq=False)
class NearestFound:
    """A request and the index of its points."""

    request: NearestRequest
    index: NearestPoints


class NearestPainter:
    """Makes indices in the render thread."""

    def paint(self, request: NearestRequest, should_stop: ShouldStop = never) -> NearestFound:
        """The index for a request. Raises ``Cancelled`` when told to stop."""
        return NearestFound(request, NearestPoints.of(request.values, should_stop))
