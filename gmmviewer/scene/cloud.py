"""The point cloud of one view: a frozen request, and the painter that answers it with an image.

Colours cost most (a responsibility per point and component), and panning does not change them; so the
painter keeps those of the last (points, source) and a new view only rasterises them again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import Cancelled, ShouldStop, never
from gmmviewer.mixture.units import Units
from gmmviewer.scene.colours import point_colours
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import Rgb, row_colours
from gmmviewer.scene.raster import points_raster, radius_for, rim_for

# Up to here a cloud is painted in the GUI thread: 12 ms for 10,000 points (820 × 540 pixels, K = 5). A second
# thread takes longer for so few, as both need the interpreter. Above, ellipses move at once and the colours
# follow.
SYNCHRONOUS_POINTS = 12_000
BLOCK = 131_072  # points between two questions whether to stop
ALPHA = 0.75
ALPHA_ON_DARK = 0.9  # and no rims: on a dark ground they only dim the points


@dataclass(frozen=True, eq=False)
class CloudRequest:
    """Everything needed to paint points (d = 2) as an image.

    ``columns`` (2, n) and ``source`` (None: all points ``neutral``) in standard ``units``; ``x`` and ``y``
    the ranges the image fills, in data units; ``width`` and ``height`` in device pixels, of which there are
    ``ratio`` to a logical one; ``scale`` enlarges the discs; ``dark`` is the ground they stand on;
    ``assignment``: what the algorithm makes of the responsibilities under ``source``.
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
        place = (self.x, self.y, self.width, self.height)
        return (*place, self.neutral, self.ratio, self.scale, self.dark, self.assignment)

    def pixels(self) -> tuple[FloatArray, FloatArray]:
        """Where the points lie, in device pixels from the upper left corner."""
        x_scale, y_scale = self.width / (self.x[1] - self.x[0]), self.height / (self.y[1] - self.y[0])
        centre = self.units.centre
        # The centre and the edge of the range are subtracted first: both are large where data lie far out.
        x = self.columns[0] * (self.units.scale * x_scale) + (float(centre[0]) - self.x[0]) * x_scale
        y = self.columns[1] * (self.units.scale * y_scale) + (float(centre[1]) - self.y[0]) * y_scale
        return x, self.height - y


@dataclass(frozen=True, eq=False)
class Cloud:
    """A request and its answer: premultiplied RGBA bytes (height, width, 4)."""

    request: CloudRequest
    image: ByteArray


class CloudPainter:
    """Paints clouds and keeps the colours of the last one. One painter per thread."""

    def __init__(self) -> None:
        self._columns: FloatArray | None = None
        self._source: Mixture | None = None
        self._wanted: tuple[Rgb, Assignment] | None = None
        self._colours: ByteArray = np.empty((0, 3), dtype=np.uint8)

    def paint(self, request: CloudRequest, should_stop: ShouldStop = never) -> Cloud:
        """The image for a request. Raises ``Cancelled`` when told to stop."""
        colours = self.colours(
            request.columns, request.source, request.neutral, request.assignment, should_stop
        )
        if should_stop():
            raise Cancelled
        x, y = request.pixels()
        image = points_raster(
            x, y, colours, request.width, request.height, request.radius, request.alpha, request.rim
        )
        return Cloud(request, image)

    def colours(
        self,
        columns: FloatArray,
        source: Mixture | None,
        neutral: Rgb,
        assignment: Assignment = SOFT,
        should_stop: ShouldStop = never,
    ) -> ByteArray:
        """The colours (n, 3) of points, those of last time if nothing about them changed."""
        wanted = (neutral, assignment)
        if not (columns is self._columns and source is self._source and wanted == self._wanted):
            found = _colours(columns, source, neutral, assignment, should_stop)
            self._columns, self._source, self._wanted = columns, source, wanted
            self._colours = found
        return self._colours


def _colours(
    columns: FloatArray,
    source: Mixture | None,
    neutral: Rgb,
    assignment: Assignment,
    should_stop: ShouldStop,
) -> ByteArray:
    n = columns.shape[1]
    pigments = row_colours(0, noise=False)
    if source is not None:
        pigments = row_colours(source.n_components, source.noise is not None)
    result = np.empty((n, 3), dtype=np.uint8)
    for start in range(0, n, BLOCK):
        if should_stop():
            raise Cancelled
        part = slice(start, start + BLOCK)
        result[part] = point_colours(columns[:, part], source, pigments, neutral, assignment, start)
    return result
