"""Points that are marked in one view, selected ones and those whose label changed: request and painter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.stopping import ShouldStop, never
from gmmviewer.mixture.units import Units
from gmmviewer.scene.cells import PixelMap
from gmmviewer.scene.marks import LabelKeeper, Verdict
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.rings import PAIRS, Ring, footprint, paint_rings

NOBODY: IntArray = np.empty(0, dtype=np.int64)
NOBODY.flags.writeable = False


@dataclass(frozen=True, eq=False)
class MarkedRequest:
    """Everything needed to mark points (d = 2) in an image.

    ``columns`` (2, n) in standard ``units``; ``x`` and ``y`` the ranges the image fills, in data units;
    ``width`` and ``height`` in device pixels; ``radii`` (n,) of the points, or (1,) if they are all alike, in
    device pixels; ``selected`` rows; ``now`` and ``before``: how labels came about, both None where changes
    are not asked for or there are none; ``selected_ring`` and ``changed_ring``: how marks look.
    """

    columns: FloatArray
    units: Units
    x: tuple[float, float]
    y: tuple[float, float]
    width: int
    height: int
    radii: FloatArray
    selected: IntArray
    now: Verdict | None
    before: Verdict | None
    selected_ring: Ring
    changed_ring: Ring

    @property
    def n(self) -> int:
        """The number of points."""
        return int(self.columns.shape[1])

    @property
    def quick(self) -> bool:
        """Whether it is painted in the GUI thread: 4 ms at most for each kind of ring."""
        most = len(self.selected) if self.now is None else self.n
        return most * footprint(float(self.radii.max()), self.selected_ring) <= PAIRS

    @property
    def pixel_map(self) -> PixelMap:
        """From standard units to device pixels from the upper left corner."""
        across, up = self.width / (self.x[1] - self.x[0]), self.height / (self.y[1] - self.y[0])
        centre, scale = self.units.centre, self.units.scale
        # The centre and the edge of the range are subtracted first: both are large where data lie far out.
        left = (float(centre[0]) - self.x[0]) * across
        top = self.height - (float(centre[1]) - self.y[0]) * up
        return PixelMap(scale * across, left, -scale * up, top)

    def same_picture(self, other: MarkedRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        if other is None or self.columns is not other.columns or self._look() != other._look():
            return False
        verdicts = ((self.now, other.now), (self.before, other.before))
        return all(
            theirs is None if mine is None else mine.same_as(theirs) for mine, theirs in verdicts
        ) and all(
            mine is its or np.array_equal(mine, its)
            for mine, its in ((self.selected, other.selected), (self.radii, other.radii))
        )

    def _look(self) -> tuple[object, ...]:
        return (self.x, self.y, self.width, self.height, self.selected_ring, self.changed_ring)

    def changed(self, keeper: LabelKeeper, should_stop: ShouldStop = never) -> IntArray:
        """The rows whose label is another one now."""
        if self.now is None or self.before is None:
            return NOBODY
        return keeper.changed(self.columns, self.now, self.before, should_stop)


@dataclass(frozen=True, eq=False)
class RowPlaces:
    """Where some rows are in the image of a request."""

    request: MarkedRequest
    rows: IntArray

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def radii(self) -> FloatArray:
        """Of the points, (n,) or (1,), in device pixels."""
        radii = self.request.radii
        return radii if len(radii) == 1 else radii[self.rows]

    def pixels(self, part: slice) -> tuple[FloatArray, FloatArray]:
        """Device pixels from the upper left corner."""
        return self.request.pixel_map.pixels(self.request.columns[:, self.rows[part]])


@dataclass(frozen=True, eq=False)
class Marked:
    """A request and its answer: premultiplied RGBA bytes (height, width, 4), and the ``changed`` rows."""

    request: MarkedRequest
    image: ByteArray
    changed: IntArray


class MarkedPainter:
    """Marks points, and keeps the labels of the last step. One painter per thread."""

    def __init__(self) -> None:
        self.labels = LabelKeeper()

    def paint(self, request: MarkedRequest, should_stop: ShouldStop = never) -> Marked:
        """The image for a request. Raises ``Cancelled`` when told to stop."""
        changed = request.changed(self.labels, should_stop)
        image = np.zeros((request.height, request.width, 4), dtype=np.uint8)
        paint_rings(image, RowPlaces(request, changed), request.changed_ring, should_stop)
        paint_rings(image, RowPlaces(request, request.selected), request.selected_ring, should_stop)
        return Marked(request, image, changed)
