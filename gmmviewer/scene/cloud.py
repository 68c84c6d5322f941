"""The point cloud of one view: a frozen request, and the painter that answers it with an image.

Few points are painted one by one. Many are gathered in cells (see ``scene.cells``) once for a view, and a
step of EM only colours the cells. The painter keeps what the next request may need again: the colours while
only the view changes, the cells while only the colours do.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment, Drawn
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.mixture.units import Units
from gmmviewer.scene.cells import Cells, PixelMap, blocks, gather, mean_colours
from gmmviewer.scene.colours import point_colours
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import Rgb, row_colours
from gmmviewer.scene.raster import edge_of, points_raster, radius_for, rim_for

# Up to here a cloud is painted in the GUI thread: 6 ms for 10,000 points (820 × 540 pixels, K = 5). A second
# thread takes longer for so few, as both need the interpreter. Above, ellipses move at once and the colours
# follow.
SYNCHRONOUS_POINTS = 12_000
GATHERED_FROM = SYNCHRONOUS_POINTS  # points; cells are never more than these, and every step costs less
ALPHA = 0.75
ALPHA_ON_DARK = 0.9  # and no rims: on a dark ground they only dim the points
MARGIN = 1 / 8  # of the view on each side, painted along: panning shows no blank edge
WHOLE = 0.02  # of a pixel: two views whose pixels are closer than this have the same pixels


Dye: TypeAlias = tuple[Rgb, Assignment, Rgb | None]


@dataclass(frozen=True, eq=False)
class CloudRequest:
    """Everything needed to paint points (d = 2) as an image.

    ``columns`` (2, n) and ``source`` (None: all points ``neutral``) in standard ``units``; ``x`` and ``y``
    the ranges the image fills, in data units; ``width`` and ``height`` in device pixels, of which there are
    ``ratio`` to a logical one; ``scale`` enlarges the discs; ``dark`` is the ground they stand on;
    ``assignment``: what the algorithm makes of the responsibilities under ``source``; ``fade_to``: the
    colour of points of which nothing is certain, None where uncertainty is not shown.
    """

    columns: FloatArray
    source: Mixture | None
    units: Units
    x: tuple[float, float]
    y: tuple[float, float]
    width: int
    height: int
    neutral: Rgb
    ratio: float = 1.0
    scale: float = 1.0
    dark: bool = False
    assignment: Assignment = SOFT
    fade_to: Rgb | None = None

    @property
    def n(self) -> int:
        """The number of points."""
        return int(self.columns.shape[1])

    @property
    def quick(self) -> bool:
        """Whether it is painted in the GUI thread."""
        return self.n <= SYNCHRONOUS_POINTS

    @property
    def radius(self) -> float:
        """The radius of a point in device pixels."""
        return radius_for(self.n) * self.scale * self.ratio

    @property
    def rim(self) -> bool:
        """Whether each point gets a rim."""
        return rim_for(self.n) and not self.dark

    @property
    def alpha(self) -> float:
        """The opacity of one point."""
        return ALPHA_ON_DARK if self.dark else ALPHA

    def same_picture(self, other: CloudRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        if other is None or self.columns is not other.columns or self.source is not other.source:
            return False
        return self._look() == other._look()

    def _look(self) -> tuple[object, ...]:
        return (*self.place, self.ratio, self.scale, self.dark, *self.dye)

    @property
    def place(self) -> tuple[object, ...]:
        """What decides where points lie in the image."""
        return self.x, self.y, self.width, self.height

    @property
    def dye(self) -> Dye:
        """What decides the colours, beside points and source."""
        return self.neutral, self.assignment, self.fade_to

    @property
    def pixel_map(self) -> PixelMap:
        """From standard units to device pixels from the upper left corner."""
        x_scale, y_scale = self.width / (self.x[1] - self.x[0]), self.height / (self.y[1] - self.y[0])
        centre = self.units.centre
        # The centre and the edge of the range are subtracted first: both are large where data lie far out.
        left = (float(centre[0]) - self.x[0]) * x_scale
        top = self.height - (float(centre[1]) - self.y[0]) * y_scale
        return PixelMap(self.units.scale * x_scale, left, -self.units.scale * y_scale, top)

    def pixels(self) -> tuple[FloatArray, FloatArray]:
        """Where the points lie, in device pixels from the upper left corner."""
        return self.pixel_map.pixels(self.columns)

    # ------------------------------------------------------------ views beside each other

    def with_margin(self) -> CloudRequest:
        """The same pixels and those around them."""
        across, down = round(self.width * MARGIN), round(self.height * MARGIN)
        x_step = (self.x[1] - self.x[0]) / self.width * across
        y_step = (self.y[1] - self.y[0]) / self.height * down
        return replace(
            self,
            x=(self.x[0] - x_step, self.x[1] + x_step),
            y=(self.y[0] - y_step, self.y[1] + y_step),
            width=self.width + 2 * across,
            height=self.height + 2 * down,
        )

    def offset_in(self, other: CloudRequest) -> tuple[int, int] | None:
        """Where the upper left pixel of this view lies in the image of another, as column and row of its
        pixels; None where the pixels of the two are not the same."""
        (left, bottom), (right, top) = (other.pixel_of(self.x[i], self.y[i]) for i in (0, 1))
        column, row = round(left), round(top)
        found = np.array([left, top, right, bottom])
        wanted = [column, row, column + self.width, row + self.height]
        return (column, row) if (np.abs(found - wanted) < WHOLE).all() else None

    def pixel_of(self, x: float, y: float) -> tuple[float, float]:
        """The device pixel of a place in data units."""
        across = (x - self.x[0]) * (self.width / (self.x[1] - self.x[0]))
        return across, (self.y[1] - y) * (self.height / (self.y[1] - self.y[0]))

    def lies_well_in(self, other: CloudRequest) -> bool:
        """Whether ``other`` has the same pixels and shows half a margin around this view at least."""
        offset = self.offset_in(other)
        if offset is None:
            return False
        across, down = round(self.width * MARGIN / 2), round(self.height * MARGIN / 2)
        (column, row), right, low = offset, other.width - self.width, other.height - self.height
        return across <= column <= right - across and down <= row <= low - down


@dataclass(frozen=True, eq=False)
class Cloud:
    """A request and its answer: premultiplied RGBA bytes (height, width, 4)."""

    request: CloudRequest
    image: ByteArray


class CloudPainter:
    """Paints clouds and keeps the cells and the colours of the last one. One painter per thread."""

    def __init__(self) -> None:
        self._points: weakref.ref[FloatArray] | None = None  # weak: a data set that was closed may go
        self._place: tuple[object, ...] = ()
        self._cells: Cells | None = None
        self._columns: FloatArray | None = None
        self._source: Mixture | None = None
        self._dye: Dye | None = None
        self._colours: ByteArray = np.empty((0, 3), dtype=np.uint8)

    def paint(self, request: CloudRequest, should_stop: ShouldStop = never) -> Cloud:
        """The image for a request. Raises ``Cancelled`` when told to stop."""
        counts = None
        if request.n <= GATHERED_FROM:
            colours = self.colours(request.columns, request.source, *request.dye, should_stop)
            x, y = request.pixels()
        else:
            cells = self._gathered(request, should_stop)
            colours = self._cell_colours(cells, request, should_stop)
            (x, y), counts = request.pixel_map.pixels(cells.columns), cells.counts
        check(should_stop)
        width, height, radius = request.width, request.height, request.radius
        image = points_raster(x, y, colours, width, height, radius, request.alpha, request.rim, counts)
        return Cloud(request, image)

    def colours(
        self,
        columns: FloatArray,
        source: Mixture | None,
        neutral: Rgb,
        assignment: Assignment = SOFT,
        fade_to: Rgb | None = None,
        should_stop: ShouldStop = never,
    ) -> ByteArray:
        """The colours (n, 3) of points, those of last time if nothing about them changed."""
        dye = (neutral, assignment, fade_to)
        if not (columns is self._columns and source is self._source and dye == self._dye):
            found = _colours(columns, source, dye, should_stop)
            self._columns, self._source, self._dye, self._colours = columns, source, dye, found
        return self._colours

    def _gathered(self, request: CloudRequest, should_stop: ShouldStop) -> Cells:
        """The cells of a view, those of last time if points and view are the same."""
        known = None if self._points is None else self._points()
        place = (*request.place, request.units, edge_of(request.radius))
        if self._cells is None or known is not request.columns or place != self._place:
            self._cells = None  # never two of them
            size = (request.width, request.height, edge_of(request.radius))
            self._cells = gather(request.columns, request.pixel_map, *size, should_stop)
            self._points, self._place = weakref.ref(request.columns), place
        return self._cells

    def _cell_colours(self, cells: Cells, request: CloudRequest, should_stop: ShouldStop) -> ByteArray:
        """The colours (m, 3) of cells: of their centroids, except where each point drew a component."""
        if isinstance(request.assignment, Drawn) and request.source is not None:
            wear = _Wear(request.columns, request.source, request.dye)
            return mean_colours(cells, request.columns, wear, should_stop)
        return self.colours(cells.columns, request.source, *request.dye, should_stop)


@dataclass(frozen=True, eq=False)
class _Wear:
    """The colours of slices of points."""

    columns: FloatArray
    source: Mixture | None
    dye: Dye

    def __call__(self, part: slice) -> ByteArray:
        neutral, assignment, fade_to = self.dye
        pigments = row_colours(0, noise=False)
        if self.source is not None:
            pigments = row_colours(self.source.n_components, self.source.noise is not None)
        columns = self.columns[:, part]
        return point_colours(columns, self.source, pigments, neutral, assignment, part.start, fade_to)


def _colours(columns: FloatArray, source: Mixture | None, dye: Dye, should_stop: ShouldStop) -> ByteArray:
    wear = _Wear(columns, source, dye)
    result = np.empty((columns.shape[1], 3), dtype=np.uint8)
    for part in blocks(columns.shape[1]):
        check(should_stop)
        result[part] = wear(part)
    return result
