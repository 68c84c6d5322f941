"""Rings around marked points, as an image: round ones for one kind of mark, square ones for another.

Where marked points lie close together their rings melt into one outline around all of them, so a million
marked points are as quick to read as ten. What makes that possible is the distance of every pixel to the
nearest marked point: exact for few points, and to the nearest marked pixel for many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import Rgb

Field: TypeAlias = NDArray[np.float32]
Squares: TypeAlias = NDArray[np.uint16]
Size: TypeAlias = tuple[int, int]

PAIRS = 100_000  # (point, pixel): 5 ms; a field of many takes 20 ms for 820 × 540 pixels, 70 for four times
BLOCK = 131_072  # points, or pairs, between two questions whether to stop
FAR = np.uint16(40_000)  # the square of a distance nobody looks at; with another square it fits 16 bits
LONGEST = 150  # pixels; the longest distance that is looked for
STRIP = 256  # rows at a time: enough work in each call to let the GUI thread have the interpreter
HALO_ALPHA = 0.85


@dataclass(frozen=True)
class Ring:
    """What a ring looks like, in device pixels: the middle of its line is ``gap`` outside the edge of a
    point, the line is ``width`` wide and has a ``casing`` of the colour ``halo`` on either side."""

    gap: float
    width: float
    casing: float
    colour: Rgb
    halo: Rgb
    square: bool = False

    @property
    def reach(self) -> float:
        """How far outside a point there is anything to paint."""
        return self.gap + self.width / 2 + self.casing + 1.0


class Places(Protocol):
    """Where marked points are."""

    @property
    def n(self) -> int:
        """How many there are."""

    @property
    def radii(self) -> FloatArray:
        """Of the points, (n,), or (1,) if they are all alike; in device pixels."""

    def pixels(self, part: slice) -> tuple[FloatArray, FloatArray]:
        """Across and down in device pixels, for some of them; pixel i covers i ≤ x < i + 1."""


def paint_rings(image: ByteArray, places: Places, ring: Ring, should_stop: ShouldStop = never) -> None:
    """Paint rings around points into premultiplied RGBA (h, w, 4). Raises ``Cancelled`` when told to stop."""
    if places.n == 0:
        return
    size = image.shape[0], image.shape[1]
    reach = min(int(float(places.radii.max()) + ring.reach) + 1, LONGEST)
    few, marked = _gathered(places, reach, size, should_stop)
    if marked is not None:
        _paint_many(image, marked, float(places.radii[0]), reach, ring, should_stop)
    elif len(few.x):
        rows, columns = _window(few.y, reach, size[0]), _window(few.x, reach, size[1])
        inside = image[rows, columns]
        shifted = _Few(few.x - columns.start, few.y - rows.start, few.radii)
        _paint(inside, _exact(shifted, reach, (inside.shape[0], inside.shape[1]), ring.square), ring)


def footprint(radius: float, ring: Ring) -> int:
    """How many pixels have to know about one point."""
    return (2 * min(int(radius + ring.reach) + 1, LONGEST) + 1) ** 2


@dataclass(frozen=True, eq=False)
class _Few:
    """Pixels x, y (m,) of points, and their radii, (m,) or (1,)."""

    x: FloatArray
    y: FloatArray
    radii: FloatArray


def _gathered(
    places: Places, reach: int, size: Size, should_stop: ShouldStop
) -> tuple[_Few, BoolArray | None]:
    """The points near the image, or, if they are too many, the pixels they are in.

    Those lie in an image with a margin of ``reach``.
    """
    alike = len(places.radii) == 1
    few: list[_Few] = []
    marked = None
    for block in _blocks(places.n, BLOCK):
        check(should_stop)
        few.append(_near(places, block, reach, size))
        crowd = sum(len(part.x) for part in few)
        if alike and (marked is not None or crowd * (2 * reach + 1) ** 2 > PAIRS):
            if marked is None:
                marked = np.zeros((size[0] + 2 * reach, size[1] + 2 * reach), dtype=bool)
            for part in few:
                index = np.floor(part.y).astype(np.int64), np.floor(part.x).astype(np.int64)
                marked[index[0] + reach, index[1] + reach] = True
            few = []
    if marked is not None:
        return _Few(np.empty(0), np.empty(0), places.radii), marked
    x, y = np.concatenate([part.x for part in few]), np.concatenate([part.y for part in few])
    return _Few(x, y, places.radii if alike else np.concatenate([part.radii for part in few])), None


def _near(places: Places, block: slice, reach: int, size: Size) -> _Few:
    x, y = places.pixels(block)
    near = (x > -reach) & (x < size[1] + reach) & (y > -reach) & (y < size[0] + reach)
    radii = places.radii
    return _Few(x[near], y[near], radii if len(radii) == 1 else radii[block][near])


def _window(across: FloatArray, reach: int, length: int) -> slice:
    """The pixels of one axis that marks at ``across`` may touch."""
    return slice(max(int(across.min()) - reach - 1, 0), max(min(int(across.max()) + reach + 2, length), 0))


def _paint_many(
    image: ByteArray, marked: BoolArray, radius: float, reach: int, ring: Ring, should_stop: ShouldStop
) -> None:
    """Strip by strip, so that the working set stays inside the cache, and only where there are marks."""
    there = np.flatnonzero(marked.any(axis=0))
    columns = slice(max(int(there[0]) - 2 * reach, 0), min(int(there[-1]) + 1, image.shape[1]))
    for top in range(0, len(image), STRIP):
        check(should_stop)
        rows = slice(top, min(top + STRIP, len(image)))
        around = marked[top : rows.stop + 2 * reach, columns.start : columns.stop + 2 * reach]
        if around.any():
            distance = _by_pixel(around, reach, ring.square)
            _paint(image[rows, columns], distance - np.float32(radius), ring)


def _exact(few: _Few, reach: int, size: Size, square: bool) -> Field:
    """The distance (h, w) of the centre of each pixel to the nearest edge of a point; infinite if far."""
    x, y, radii = few.x, few.y, few.radii
    height, width = size[0] + 2 * reach, size[1] + 2 * reach
    field = np.full(height * width, np.inf, dtype=np.float32)
    around = np.arange(-reach, reach + 1)
    columns, rows = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    for block in _blocks(len(x), BLOCK // len(around) ** 2):
        beside = np.abs((columns[block] - x[block] + 0.5)[:, None, None] + around)
        above = np.abs((rows[block] - y[block] + 0.5)[:, None, None] + around[:, None])
        distance = np.maximum(beside, above) if square else np.hypot(beside, above)
        distance -= radii[block, None, None] if len(radii) > 1 else radii[0]
        i = np.clip(rows[block, None] + around + reach, 0, height - 1)  # the margin is cut off
        j = np.clip(columns[block, None] + around + reach, 0, width - 1)
        pixels = i[:, :, None] * width + j[:, None, :]
        np.minimum.at(field, pixels.ravel(), distance.astype(np.float32).ravel())
    return field.reshape(height, width)[reach:-reach, reach:-reach]


def _by_pixel(marked: BoolArray, reach: int, square: bool) -> Field:
    """The distance (h, w) between the centres of a pixel and the nearest marked one, up to ``reach``.

    One axis after the other: the nearest along the row first, then the best of the rows above and below.
    """
    field = np.where(marked, np.uint16(0), FAR)
    for axis in (1, 0):
        _spread(np.swapaxes(field, 0, 1 - axis), reach, square)
    inner = field[reach:-reach, reach:-reach].astype(np.float32)
    return inner if square else np.sqrt(inner)


def _spread(field: Squares, reach: int, square: bool) -> None:
    """Lower ``field`` to what up to so many steps along an axis of it reach.

    Steps along two axes add up to the larger coordinate if ``square``, else to the sum of their squares.
    """
    start = field.copy(order="K")
    for step in range(1, reach + 1):
        longer = np.maximum(start, np.uint16(step)) if square else start + np.uint16(step * step)
        np.minimum(field[step:], longer[:-step], out=field[step:])
        np.minimum(field[:-step], longer[step:], out=field[:-step])


def _paint(image: ByteArray, field: Field, ring: Ring) -> None:
    """Composite a line and its casing over the pixels that they touch."""
    rows, columns = np.nonzero(field < ring.reach)
    off = np.abs(field[rows, columns] - np.float32(ring.gap))
    below = image[rows, columns].astype(np.float32)
    for half, colour, alpha in (
        (ring.width / 2 + ring.casing, ring.halo, HALO_ALPHA),
        (ring.width / 2, ring.colour, 1.0),
    ):
        cover = alpha * np.clip(half + 0.5 - off, 0.0, 1.0)[:, None]
        below += cover * (np.array([*colour, 255], dtype=np.float32) - below)
    image[rows, columns] = np.rint(below).astype(np.uint8)


def _blocks(n: int, size: int) -> Iterator[slice]:
    for start in range(0, n, max(size, 1)):
        yield slice(start, start + max(size, 1))
