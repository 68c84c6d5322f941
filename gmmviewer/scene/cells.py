"""Points gathered in cells: what pictures of very many points are made of.

A screen has half a million pixels, so ten million points need no more colours than that: points of one cell
wear the colour of their centroid. A cell is a device pixel, or a part of one where the points are in so few
pixels that finer cells cost no more; a cell that holds a good part of all points is represented by some of
them. Gathering takes 30 ns a point and is done once for a view; every step of EM then costs as much as its
occupied cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.stamps import FloatPixels, Indices

BLOCK = 131_072  # points between two questions whether to stop: 4 ms
CELLS = 131_072  # that all pixels with points in them are cut into where these are fewer: 6 ms of colours
FINEST = 64  # cells along the side of a pixel at most
SAMPLE = 65_536  # points of which those in heavy cells stand for their cell
HEAVY = 64  # of them make a cell heavy; a share among 64 has a standard error of 1/16 at most


@dataclass(frozen=True)
class PixelMap:
    """From standard units to device pixels (y down): x · ``per_x`` + ``left``, y · ``per_y`` + ``top``."""

    per_x: float
    left: float
    per_y: float
    top: float

    def pixels(self, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The pixels x, y (n,) of points given as columns (2, n)."""
        return columns[0] * self.per_x + self.left, columns[1] * self.per_y + self.top

    def columns(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """The places (2, n) of pixels x, y (n,)."""
        return np.stack([(x - self.left) / self.per_x, (y - self.top) / self.per_y])


@dataclass(frozen=True, eq=False)
class Grid:
    """Which cells there are: the pixels with points in them, each cut into ``per_side``² cells.

    The grid of pixels has ``width`` columns and reaches ``edge`` pixels beyond the image on all sides, where
    discs still touch it. ``rank`` of a pixel: its number among those with points in them.
    """

    pixel_map: PixelMap
    width: int
    height: int
    edge: int
    rank: Indices
    n_pixels: int
    per_side: int

    @property
    def n_cells(self) -> int:
        """The number of cells, empty ones included."""
        return self.n_pixels * self.per_side**2

    def places(self, columns: FloatArray) -> tuple[BoolArray, FloatArray, FloatArray]:
        """Which points (n,) are on the grid, and the pixels x, y (m,) of these, counted from its corner."""
        x, y = self.pixel_map.pixels(columns)
        x += self.edge
        y += self.edge
        on_grid = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        if not on_grid.all():
            x, y = x[on_grid], y[on_grid]
        return on_grid, x, y

    def pixel(self, x: FloatArray, y: FloatArray) -> IntArray:
        """The numbers (m,) of the pixels at x, y."""
        index = y.astype(np.int64)
        index *= self.width
        index += x.astype(np.int64)
        return index

    def cell(self, x: FloatArray, y: FloatArray) -> IntArray:
        """The numbers (m,) of the cells at x, y, all of which have to be in occupied pixels."""
        index = np.take(self.rank, self.pixel(x, y)).astype(np.int64)
        side = self.per_side
        if side > 1:
            index *= side
            index += ((y % 1.0) * side).astype(np.int64)
            index *= side
            index += ((x % 1.0) * side).astype(np.int64)
        return index


@dataclass(frozen=True, eq=False)
class Cells:
    """m places that stand for all points on a grid, each for ``counts`` (m,) of them.

    ``columns`` (2, m) in standard units, ``numbers`` (m,) the cells they lie in. Most cells have one such
    place, the centroid of their points.
    """

    grid: Grid
    numbers: Indices
    counts: FloatPixels
    columns: FloatArray

    def __len__(self) -> int:
        return len(self.numbers)


def gather(
    columns: FloatArray,
    pixel_map: PixelMap,
    width: int,
    height: int,
    edge: int,
    should_stop: ShouldStop = never,
) -> Cells:
    """The cells of points (2, n) in an image of ``width`` × ``height`` pixels, up to ``edge`` beyond it.

    Points that are not finite are left out. Raises ``Cancelled`` when told to stop.
    """
    grid = _grid(columns, pixel_map, width + 2 * edge, height + 2 * edge, edge, should_stop)
    counts, x_sum, y_sum = np.zeros((3, grid.n_cells))
    for block in blocks(columns.shape[1], grid.n_cells // 2):
        check(should_stop)
        _, x, y = grid.places(columns[:, block])
        index = grid.cell(x, y)
        counts += np.bincount(index, minlength=grid.n_cells)
        x_sum += np.bincount(index, x, grid.n_cells)
        y_sum += np.bincount(index, y, grid.n_cells)
    heavy = _heavy(columns, grid, counts)
    counts[heavy.numbers] = 0.0
    light = np.flatnonzero(counts)
    x = np.append(x_sum[light] / counts[light], heavy.x) - edge
    y = np.append(y_sum[light] / counts[light], heavy.y) - edge
    return Cells(
        grid,
        np.append(light, heavy.numbers).astype(np.int32),
        np.append(counts[light], heavy.counts).astype(np.float32),
        pixel_map.columns(x, y),
    )


@dataclass(frozen=True, eq=False)
class _Representatives:
    """Some points of heavy cells: their cells, how many points each stands for, and where it is."""

    numbers: IntArray
    counts: FloatArray
    x: FloatArray
    y: FloatArray


def _heavy(columns: FloatArray, grid: Grid, counts: FloatArray) -> _Representatives:
    """Points for cells so crowded that the colour of one place would not do, however fine the boundary of
    two components that runs through them. Drawn at random: rows may be in any order, and periodic."""
    n = columns.shape[1]
    if n > SAMPLE:
        columns = columns[:, np.random.default_rng(0).integers(n, size=SAMPLE)]
    _, x, y = grid.places(columns)
    numbers = grid.cell(x, y)
    known = np.bincount(numbers, minlength=grid.n_cells)
    chosen = known[numbers] >= HEAVY
    mine = numbers[chosen]
    return _Representatives(mine, counts[mine] / known[mine], x[chosen], y[chosen])


def mean_colours(
    cells: Cells,
    columns: FloatArray,
    colours_of: Callable[[slice], ByteArray],
    should_stop: ShouldStop = never,
) -> ByteArray:
    """The mean colours (m, 3) of the points (2, n) in each cell, where every point has a colour of its own:
    ``colours_of`` a slice of them gives (b, 3)."""
    n_cells = cells.grid.n_cells
    counts, *sums = np.zeros((4, n_cells))
    for block in blocks(columns.shape[1], n_cells // 2):
        check(should_stop)
        on_grid, x, y = cells.grid.places(columns[:, block])
        index = cells.grid.cell(x, y)
        counts += np.bincount(index, minlength=n_cells)
        for channel, total in zip(colours_of(block)[on_grid].T, sums, strict=True):
            total += np.bincount(index, channel, n_cells)
    means = [total[cells.numbers] / counts[cells.numbers] for total in sums]
    return np.asarray(np.rint(np.stack(means, axis=1)).astype(np.uint8))


def blocks(n: int, at_least: int = 0) -> Iterator[slice]:
    """Slices of 0…n; ``at_least`` so long where each costs as much as that many points.

    The sums over a block are made by ``np.bincount``, which adds up all cells but lets other threads have the
    interpreter; with ``np.add.at`` a frame in the GUI thread took 20 % longer while cells were gathered.
    """
    length = max(BLOCK, at_least)
    for start in range(0, n, length):
        yield slice(start, min(start + length, n))


def _grid(
    columns: FloatArray, pixel_map: PixelMap, width: int, height: int, edge: int, should_stop: ShouldStop
) -> Grid:
    """The grid whose pixels are cut as finely as ``CELLS`` allow."""
    bare = Grid(pixel_map, width, height, edge, np.empty(0, dtype=np.int32), 0, 1)
    occupied = np.zeros(width * height, dtype=bool)
    for block in blocks(columns.shape[1]):
        check(should_stop)
        _, x, y = bare.places(columns[:, block])
        occupied[bare.pixel(x, y)] = True
    rank = np.cumsum(occupied, dtype=np.int32)
    rank -= 1
    n_pixels = int(rank[-1]) + 1
    per_side = min(max(math.isqrt(CELLS // max(n_pixels, 1)), 1), FINEST)
    return Grid(pixel_map, width, height, edge, rank, n_pixels, per_side)
