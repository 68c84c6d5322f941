"""Whose a point would be, at every place of a window: responsibilities as a tint, decisions as regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.assignment import SOFT, Assignment, Drawn
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.colours import blend
from gmmviewer.scene.noise import Box
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import row_colours

BLOCK_NUMBERS = 131_072  # rows × cells in one go: 2 ms
FARTHEST = 1e18  # deviations; the square is still below the largest float32
FAINTEST = np.float32(-80.0)  # exp() below this is denormal in float32: slow, and nothing next to 1
SEAT_CELLS = 5  # cells to a step of the search for the middle of a region

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Grid:
    """width × height cells that fill the ranges ``x`` and ``y``, in data units."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: int
    height: int

    def centres(self, axis: int) -> FloatArray:
        """Where cells have their centres, (width,) or (height,) ascending."""
        (low, high), count = ((self.x, self.width), (self.y, self.height))[axis]
        return np.asarray(low + (high - low) * (np.arange(count) + 0.5) / count)


@dataclass(frozen=True)
class Seat:
    """Where the number of a region has room: the place (x, y) in data units that is farthest from the edges
    of one part of the region of ``row``, by ``room`` cells; ``at_home`` if the mean of the row is in it."""

    row: int
    x: float
    y: float
    room: float
    at_home: bool


def tint(
    mixture: Mixture,
    grid: Grid,
    box: Box | None = None,
    assignment: Assignment = SOFT,
    opacity: float = 1.0,
    should_stop: ShouldStop = never,
) -> ByteArray:
    """What points would wear at every place, premultiplied (height, width, 4), the largest y on top.

    A draw per place would be another picture for each point: stochastic EM shows its probabilities.
    """
    rule = SOFT if isinstance(assignment, Drawn) else assignment
    colours = row_colours(mixture.n_components, mixture.noise is not None)
    image = np.empty((grid.height, grid.width, 4), dtype=np.uint8)
    image[:, :, 3] = round(255 * opacity)
    dimmed = np.rint(np.arange(256) * opacity).astype(np.uint8)
    for rows in _blocks(mixture, grid, should_stop):
        joint = _joint(mixture, grid, rows, box)
        part = blend(_assigned(joint, rule), colours)
        image[rows, :, :3] = dimmed[part].reshape(-1, grid.width, 3)
    return np.ascontiguousarray(image[::-1])


def winners(
    mixture: Mixture, grid: Grid, box: Box | None = None, should_stop: ShouldStop = never
) -> IntArray:
    """The most responsible row at every place, (height, width), the smallest y first; row K is the noise."""
    result = np.empty((grid.height, grid.width), dtype=np.int64)
    for rows in _blocks(mixture, grid, should_stop):
        result[rows] = _joint(mixture, grid, rows, box).argmax(axis=0).reshape(-1, grid.width)
    return result


def region_tint(owners: IntArray, mixture: Mixture, opacity: float) -> ByteArray:
    """Regions (h, w) in the colours of their owners, premultiplied (h, w, 4), the largest y on top."""
    colours = row_colours(mixture.n_components, mixture.noise is not None) * opacity
    table = np.column_stack([colours, np.full(len(colours), 255 * opacity)])
    return np.ascontiguousarray(np.rint(table).astype(np.uint8)[owners[::-1]])


def seats(owners: IntArray, mixture: Mixture, grid: Grid) -> tuple[Seat, ...]:
    """One seat for every part of every region: parts that the grid, taken coarsely, shows."""
    from scipy import ndimage  # 60 ms that only these numbers need

    coarse = owners[SEAT_CELLS // 2 :: SEAT_CELLS, SEAT_CELLS // 2 :: SEAT_CELLS]
    x, y = (grid.centres(axis)[SEAT_CELLS // 2 :: SEAT_CELLS] for axis in (0, 1))
    if not coarse.size:
        return ()
    found = []
    for row in np.unique(coarse).tolist():
        parts, count = ndimage.label(coarse == row)
        depth = ndimage.distance_transform_edt(np.pad(parts > 0, 1))[1:-1, 1:-1]
        home = _part_of(mixture, row, parts, x, y)
        places = np.array(ndimage.maximum_position(depth, parts, range(1, count + 1)))
        for part, (up, across) in enumerate(places.tolist(), start=1):
            room = float(depth[up, across]) * SEAT_CELLS
            found.append(Seat(row, float(x[across]), float(y[up]), room, part == home))
    return tuple(found)


def _part_of(mixture: Mixture, row: int, parts: NDArray[np.integer], x: FloatArray, y: FloatArray) -> int:
    """The part in which the mean of a row lies, 0 if in none."""
    if row == mixture.n_components:
        return 0
    across, up = mixture.means[row].tolist()
    if not (x[0] <= across <= x[-1] and y[0] <= up <= y[-1]):
        return 0
    return int(parts[int(np.abs(y - up).argmin()), int(np.abs(x - across).argmin())])


def _blocks(mixture: Mixture, grid: Grid, should_stop: ShouldStop) -> Iterator[slice]:
    size = max(1, BLOCK_NUMBERS // (mixture.n_rows * grid.width))
    for start in range(0, grid.height, size):
        check(should_stop)
        yield slice(start, min(start + size, grid.height))


def _joint(mixture: Mixture, grid: Grid, rows: slice, box: Box | None) -> Singles:
    """log π_k N(x | θ_k) at the cells of some rows, (K, cells), with noise one row more, up to a constant.

    The residuals are rounded only when they are whitened: what is lost is 1e-7 of a distance, no pixel.
    """
    x, y = grid.centres(0), grid.centres(1)[rows]
    joint = np.empty((mixture.n_rows, len(y), len(x)), dtype=np.float32)
    level = float(mixture.log_scales.max())  # hundreds of nats where data are tiny or huge, and equal for all
    for k in range(mixture.n_components):
        w, mean = mixture.whitening[k], mixture.means[k]
        across, aside, up = (
            np.clip(part, -FARTHEST, FARTHEST).astype(np.float32)
            for part in (w[0, 0] * (x - mean[0]), w[1, 0] * (x - mean[0]), w[1, 1] * (y - mean[1]))
        )
        np.add(up[:, None], aside, out=joint[k])
        joint[k] *= joint[k]
        joint[k] += across * across
        joint[k] *= np.float32(-0.5)
        joint[k] += np.float32(mixture.log_scales[k] - level)
    if mixture.noise is not None:
        joint[-1] = mixture.log_noise - level
        if box is not None:
            (left, right), (bottom, top) = box
            joint[-1, (y < bottom) | (y > top)] = -np.inf
            joint[-1][:, (x < left) | (x > right)] = -np.inf
    return joint.reshape(mixture.n_rows, -1)


def _assigned(joint: Singles, rule: Assignment) -> Singles:
    """What a rule assigns, (K, cells)."""
    top = joint.max(axis=0)
    if rule is not SOFT:
        return np.asarray(rule.assign(joint.astype(np.float64), top.astype(np.float64), 0).q, np.float32)
    joint -= top
    np.maximum(joint, FAINTEST, out=joint)
    np.exp(joint, out=joint)
    joint /= joint.sum(axis=0)
    return joint
