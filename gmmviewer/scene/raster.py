"""The point cloud as an image, sharp at device pixels: antialiased discs at sub-pixel positions.

The discs are added up, so the image does not depend on their order: where groups overlap it shows the mean
colour, not the colour of whoever comes last. One disc on another is as opaque as if painted over it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.stamps import FloatPixels, Indices, Stamp, disc, phases

Packed: TypeAlias = NDArray[np.uint32]

RADIUS_STEPS = 16  # per pixel: a growing cloud reuses its stamp, and nobody sees 1/16 px
SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 16.0  # the largest usual points at 300 %
RIM_LIMIT = 2_000  # the rims of more would cover the discs
PAIRS = 262_144  # (disc, pixel) pairs at a time
SPARSE = 5  # fewer pairs than a fifth of the pixels: naming 50 ns a pair, rows 10 ns a pixel and 8 a pair
PIXELS = 262_144  # pixels at a time: their sums are 4 MB
MOST_NAMED = 200_000  # pairs: naming them takes 10 ms, and SciPy, on first use, 0.3 s to import
OPAQUE = 0.999  # the logarithm of 1 − α must be finite


def radius_for(n: int) -> float:
    """The radius of n points in logical pixels: 4.5 for a hundred, 2 for ten thousand, never below 1.25.

    A radius of 2 touches 25 pixels, 2.1 already 45, and each costs time; 1 to 2 cost the same, and at 1 an
    outlier of a million points is too faint for a hall.
    """
    return min(max(7.0 - 1.25 * math.log10(max(n, 1)), 1.25), 5.0)


def rim_for(n: int) -> bool:
    """Whether n points are few enough for a rim each."""
    return n <= RIM_LIMIT


def points_raster(
    x: FloatArray,
    y: FloatArray,
    rgb: ByteArray,
    width: int,
    height: int,
    radius: float,
    alpha: float = 0.75,
    rim: bool = False,
    counts: FloatPixels | None = None,
) -> ByteArray:
    """Discs at device pixels ``x``, ``y`` (n,) in the colours ``rgb`` (n, 3): an image (height, width, 4).

    Premultiplied RGBA bytes, y down; pixel i covers i ≤ x < i+1, so its centre is i + ½. Points outside the
    image or not finite are left out. ``radius`` in device pixels, 0.5…16; ``alpha`` the opacity of one disc;
    ``rim`` a thin darker edge on each; ``counts`` (n,) how many discs lie on each other at each place.
    """
    stamp = disc(_limited(radius))
    discs, size = _touching(x, y, rgb, width, height, stamp, counts)
    pairs = len(discs.row) * len(stamp.dx)
    few = SPARSE * pairs < width * height or (pairs < MOST_NAMED and "scipy.sparse" not in sys.modules)
    image = (_summed_by_name if few else _summed_by_rows)(discs, size, alpha, rim)
    edge = 2 * stamp.reach
    return np.ascontiguousarray(image[edge : edge + height, edge : edge + width])


def edge_of(radius: float) -> int:
    """How many pixels beyond the image discs of this radius still touch it."""
    return math.ceil(_limited(radius))


def _limited(radius: float) -> float:
    return round(min(max(radius, SMALLEST_RADIUS), LARGEST_RADIUS) * RADIUS_STEPS) / RADIUS_STEPS


@dataclass(frozen=True, eq=False)
class _Discs:
    """Discs in an image with so wide a margin that none reaches over its edge.

    ``row`` and ``column`` (n,) of the pixels under their centres, ``phase`` (n,) their rows of the stamp's
    tables, ``packed`` (n,) their colours, the four bytes red, green, blue, 255 as one number. ``counts`` (n,)
    how many there are of each, None for one.
    """

    stamp: Stamp
    row: Indices
    column: Indices
    phase: Indices
    packed: Packed
    counts: FloatPixels | None

    def chosen(self, index: NDArray[np.intp]) -> _Discs:
        counts = None if self.counts is None else self.counts[index]
        places = self.row[index], self.column[index], self.phase[index]
        return _Discs(self.stamp, *places, self.packed[index], counts)

    def pixels(self, block: slice, stride: int, first_row: int) -> Indices:
        """The pixels (m·F,) under the discs of a block, in an image that begins at ``first_row``."""
        offsets = self.stamp.dy * np.int32(stride) + self.stamp.dx
        centres = (self.row[block] - first_row) * np.int32(stride) + self.column[block]
        return np.asarray(centres[:, None] + offsets).ravel()

    def light(self, block: slice) -> FloatPixels:
        """The colours (m, 4) of a block: red, green, blue and 255, each as often as it is there."""
        light = self.packed[block].view(np.uint8).reshape(-1, 4).astype(np.float32)
        if self.counts is not None:
            light *= self.counts[block, None]
        return light


def _touching(
    x: FloatArray,
    y: FloatArray,
    rgb: ByteArray,
    width: int,
    height: int,
    stamp: Stamp,
    counts: FloatPixels | None,
) -> tuple[_Discs, tuple[int, int]]:
    """The discs that touch the image, and the size (height, width) of the image with its margin."""
    reach, edge = stamp.reach, 2 * stamp.reach
    packed = _packed(*rgb.T, 255)
    seen = (x > -reach) & (x < width + reach) & (y > -reach) & (y < height + reach)
    if not seen.all():
        x, y, packed = x[seen], y[seen], packed[seen]
        counts = None if counts is None else counts[seen]
    x, y = x + edge, y + edge
    column, row = x.astype(np.int32), y.astype(np.int32)
    discs = _Discs(stamp, row, column, phases(x - column, y - row), packed, counts)
    return discs, (height + 2 * edge, width + 2 * edge)


def _summed_by_name(discs: _Discs, size: tuple[int, int], alpha: float, rim: bool) -> ByteArray:
    """Few discs added up: only the pixels under them are ever looked at, each under the name of one pair."""
    everything = slice(0, len(discs.row))
    pixels = discs.pixels(everything, size[1], 0)
    names = np.empty(size[0] * size[1], dtype=np.int32)
    names[pixels] = np.arange(len(pixels), dtype=np.int32)  # of a pixel's pairs the last one stays
    total = _sum_of_few(discs, names[pixels], rim)
    image = np.zeros(size[0] * size[1], dtype=np.uint32)
    touched, colours = _composited(total, alpha)
    image[pixels[touched]] = colours
    return image.view(np.uint8).reshape(*size, 4)


def _summed_by_rows(discs: _Discs, size: tuple[int, int], alpha: float, rim: bool) -> ByteArray:
    """Many discs added up, from top to bottom; rows that the next block still touches are carried to it."""
    stride, reach = size[1], discs.stamp.reach
    image = np.zeros(size[0] * stride, dtype=np.uint32)
    discs = discs.chosen(np.argsort(discs.row.astype(np.int16), kind="stable"))  # a radix sort
    carried = np.zeros((0, 4), dtype=np.float32)
    for block in _blocks(discs, stride):
        first, last = int(discs.row[block.start]) - reach, int(discs.row[block.stop - 1]) + reach
        pixels = discs.pixels(block, stride, first)
        total = _sum(discs, block, pixels, stride * (last - first + 1), rim)
        total[: len(carried)] += carried
        following = discs.row[block.stop : block.stop + 1] - reach
        done = stride * int(following[0] - first) if len(following) else len(total)
        carried = total[done:]
        touched, colours = _composited(total[:done], alpha)
        image[touched + stride * first] = colours
    return image.view(np.uint8).reshape(*size, 4)


def _blocks(discs: _Discs, stride: int) -> Iterator[slice]:
    """Discs of neighbouring rows, so few of both that the working set stays inside the L2 cache."""
    start, n = 0, len(discs.row)
    most, rows = max(1, PAIRS // len(discs.stamp.dx)), max(1, PIXELS // stride)
    while start < n:
        same_rows = int(np.searchsorted(discs.row, discs.row[start] + rows))
        stop = min(start + most, same_rows)
        yield slice(start, stop)
        start = stop


def _sum(discs: _Discs, block: slice, pixels: Indices, n_pixels: int, rim: bool) -> FloatPixels:
    """Coverage × (red, green, blue, 255), summed over a block at ``pixels`` (m·F,): (n_pixels, 4).

    The coverages form a sparse matrix, pixels × discs, and its product with the colours is the sum: 4 to 7 ns
    per pair for all four channels. ``np.add.at`` takes as long for each of them, ``np.bincount`` twice that.
    """
    from scipy.sparse import csc_array  # not at start-up, where nobody has so many points

    shape = (n_pixels, block.stop - block.start)
    starts = np.arange(0, len(pixels) + 1, len(discs.stamp.dx), dtype=np.int32)
    light = discs.light(block)

    def times(table: FloatPixels, colours: FloatPixels) -> FloatPixels:
        entries = np.take(table, discs.phase[block], axis=0, mode="clip").ravel()
        return np.asarray(csc_array((entries, pixels, starts), shape=shape) @ colours)

    total = times(discs.stamp.coverage, light)
    if rim:
        light[:, 3] = 0.0  # a rim is darker, not more transparent
        total -= times(discs.stamp.darkening, light)
    return total


def _sum_of_few(discs: _Discs, names: Indices, rim: bool) -> FloatPixels:
    """The same sum channel by channel: for few discs, and without the 0.2 s that importing SciPy takes."""
    coverage = np.take(discs.stamp.coverage, discs.phase, axis=0)
    colour = np.take(discs.stamp.darkening, discs.phase, axis=0) if rim else None
    light = discs.light(slice(0, len(discs.row)))
    total = np.zeros((len(names), 4), dtype=np.float32)
    for channel in range(4):
        seen = coverage if colour is None or channel == 3 else coverage - colour
        total[:, channel] = np.bincount(names, (seen * light[:, channel, None]).ravel(), len(names))
    return total


def _composited(total: FloatPixels, alpha: float) -> tuple[NDArray[np.intp], Packed]:
    """Sums over pixels (m, 4) → the pixels that are not empty, and their bytes.

    A single disc of coverage c has the opacity c·α; where they add up to more than one, 1 − (1 − α)^c. The
    four floats of a pixel are picked as one complex number: 5 ns a pixel, 100 as a row.
    """
    touched = np.flatnonzero(total[:, 3] > 0)
    whole = total.view(np.complex128)[touched, 0]
    light = whole.view(np.float32).reshape(-1, 4)
    light *= alpha
    crowded = np.flatnonzero(light[:, 3] > 255.0 * alpha)
    picked = whole[crowded].view(np.float32).reshape(-1, 4)
    covered = picked[:, 3] / (255.0 * alpha)
    opacity = 1.0 - np.exp(covered * math.log1p(-min(alpha, OPAQUE)))
    opacity /= alpha * covered
    for channel in range(4):
        picked[:, channel] *= opacity
    whole[crowded] = picked.view(np.complex128)[:, 0]
    light += 0.5
    return touched, light.astype(np.uint8).view(np.uint32)[:, 0]


def _packed(*channels: NDArray[np.uint8] | int) -> Packed:
    """Four bytes as one number: NumPy picks numbers ten times faster than rows of bytes."""
    rows = np.empty((np.size(channels[0]), 4), dtype=np.uint8)
    for i, channel in enumerate(channels):
        rows[:, i] = channel
    return rows.view(np.uint32).ravel()
