"""The pictures under the points of the plane, of one view: a frozen request, and the painter that answers it.

Density map, contours and regions of highest density show the mixture; responsibilities and decisions
show what points would get at every place, under the mixture of the last E-step, as the points themselves do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.mixture.units import Units
from gmmviewer.scene.colour_maps import colour_map
from gmmviewer.scene.decision import Boundary, boundaries
from gmmviewer.scene.field import content_levels, contours, density_field, heat_rgba, regions
from gmmviewer.scene.noise import Box
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.shares import Grid, Seat, region_tint, seats, tint, winners

SMOOTH_CELL = 3.0  # pixels; densities are smooth when stretched, and 9 times cheaper than one cell per pixel
SHARP_CELL = 2.0  # pixels; between far components responsibilities change within a pixel or two
FIELD_OPACITY = 0.3  # points have 0.75 and rims
DECISION_OPACITY = 0.16
QUICK_WORK = 300_000  # cells × components of a density map: some 3 ms in the GUI thread
OF_DENSITY = frozenset({"heat", "contours", "regions"})
OF_LABELS = frozenset({"field", "decision"})


@dataclass(frozen=True, eq=False)
class FieldsRequest:
    """Everything needed to paint what lies under the points, in data units.

    ``layers`` which of the pictures; ``mixture`` the parameters shown; ``source`` those of the
    responsibilities, in standard ``units``, and ``assignment`` what the algorithm makes of these; ``x`` and
    ``y`` the ranges the pictures fill; ``width`` × ``height`` pixels, for each of which there are ``detail``²
    times as many cells as on screen; ``contents`` shares that contours and regions hold; ``box`` where
    noise is.
    """

    layers: frozenset[str]
    mixture: Mixture
    source: Mixture | None
    units: Units
    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float
    contents: tuple[float, ...]
    colour_map: str
    dark: bool
    box: Box | None = None
    assignment: Assignment = SOFT
    detail: float = 1.0

    @property
    def quick(self) -> bool:
        """Whether it is painted in the GUI thread: nothing but a small density map is."""
        if self.layers != {"heat"}:
            return False
        grid = self.grid(SMOOTH_CELL)
        return grid.width * grid.height * self.mixture.n_components <= QUICK_WORK

    def grid(self, cell: float) -> Grid:
        """Cells of so many pixels."""
        width, height = (max(2, round(side * self.detail / cell)) for side in (self.width, self.height))
        return Grid(self.x, self.y, width, height)

    def in_force(self) -> Mixture:
        """The mixture whose responsibilities points have: before any E-step the one that is shown."""
        return self.mixture if self.source is None else self.units.restore_mixture(self.source)

    def same_picture(self, other: FieldsRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        if other is None or self._look() != other._look():
            return False
        same_density = self.mixture is other.mixture or not (OF_DENSITY & self.layers)
        return same_density and (self._same_labels(other) or not (OF_LABELS & self.layers))

    def _same_labels(self, other: FieldsRequest) -> bool:
        same = self.source is other.source and self.units.same_as(other.units)
        return same and (self.source is not None or self.mixture is other.mixture)

    def _look(self) -> tuple[object, ...]:
        place = (self.x, self.y, self.width, self.height, self.detail)
        return (*place, self.layers, self.contents, self.colour_map, self.dark, self.box, self.assignment)


@dataclass(frozen=True, eq=False)
class Fields:
    """A request and its answer.

    ``heat`` and ``tint``: premultiplied RGBA images (h, w, 4); ``contours``: for each of the contents of the
    request its lines, ``regions`` its rings, (m, 2) in data units; ``boundaries`` of the decisions, and the
    ``seats`` of the numbers between them, whose room is in pixels.
    """

    request: FieldsRequest
    heat: ByteArray | None = None
    tint: ByteArray | None = None
    contours: tuple[tuple[FloatArray, ...], ...] = ()
    regions: tuple[tuple[FloatArray, ...], ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, eq=False)
class _Levels:
    """The densities of contents: they cost more than the lines, and stay while the view moves."""

    mixture: Mixture
    contents: tuple[float, ...]
    box: Box | None
    densities: FloatArray


class FieldsPainter:
    """Paints fields. One painter per thread."""

    def __init__(self) -> None:
        self._levels: _Levels | None = None

    def paint(self, request: FieldsRequest, should_stop: ShouldStop = never) -> Fields:
        """The pictures for a request. Raises ``Cancelled`` when told to stop."""
        heat, lines, rings = self._of_density(request, should_stop)
        tinted, borders, places = _of_labels(request, should_stop)
        return Fields(request, heat, tinted, lines, rings, borders, places)

    def _of_density(
        self, request: FieldsRequest, should_stop: ShouldStop
    ) -> tuple[ByteArray | None, tuple[tuple[FloatArray, ...], ...], tuple[tuple[FloatArray, ...], ...]]:
        layers = request.layers
        if not OF_DENSITY & layers:
            return None, (), ()
        grid = request.grid(SMOOTH_CELL)
        field = density_field(request.mixture, grid.x, grid.y, grid.width, grid.height, request.box)
        check(should_stop)
        heat, lines, rings = None, [], []
        if "heat" in layers:
            ramp = colour_map(request.colour_map).ramp(request.dark)
            heat = np.ascontiguousarray(heat_rgba(field, ramp))
        if layers & {"contours", "regions"}:
            levels = self._densities(request)
            check(should_stop)
            lines = contours(field, levels) if "contours" in layers else []
            rings = regions(field, levels) if "regions" in layers else []
        return heat, tuple(map(tuple, lines)), tuple(map(tuple, rings))

    def _densities(self, request: FieldsRequest) -> FloatArray:
        """The densities whose regions hold the contents, those of last time if nothing about them changed."""
        last = self._levels
        wanted = (request.contents, request.box)
        if last is None or last.mixture is not request.mixture or (last.contents, last.box) != wanted:
            densities = content_levels(request.mixture, request.contents, request.box)
            self._levels = last = _Levels(request.mixture, *wanted, densities)
        return last.densities


def _of_labels(
    request: FieldsRequest, should_stop: ShouldStop
) -> tuple[ByteArray | None, tuple[Boundary, ...], tuple[Seat, ...]]:
    """Tint, boundaries and seats; the field says already what the tint of the decisions would."""
    layers, box = request.layers, request.box
    if not OF_LABELS & layers:
        return None, (), ()
    mixture, grid = request.in_force(), request.grid(SHARP_CELL)
    image = None
    if "field" in layers:
        image = tint(mixture, grid, box, request.assignment, FIELD_OPACITY, should_stop)
    if "decision" not in layers:
        return image, (), ()
    owners = winners(mixture, grid, box, should_stop)
    if image is None:
        image = region_tint(owners, mixture, DECISION_OPACITY)
    check(should_stop)
    places = seats(owners, mixture, grid)
    return image, boundaries(mixture, request.x, request.y, box, should_stop), places
