"""The pictures under the points of the plane, of one view: a frozen request, and the painter that answers it.

Density map, contours, regions of highest density, responsibilities and decisions at every place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, never
from gmmviewer.scene.field import content_levels, contours, density_field, heat_rgba
from gmmviewer.scene.noise import Box
from gmmviewer.scene.oklab import ByteArray

QUICK_WORK = 300_000  # cells × components: some 3 ms in the GUI thread


@dataclass(frozen=True, eq=False)
class FieldsRequest:
    """Everything needed to paint what lies under the points, in data units.

    ``layers`` which of the pictures; ``mixture`` the parameters shown, ``source`` those of the
    responsibilities; ``x`` and ``y`` the ranges the pictures fill; ``width`` × ``height`` cells;
    ``contents`` shares that contours and regions hold; ``box`` where noise is.
    """

    layers: frozenset[str]
    mixture: Mixture
    x: tuple[float, float]
    y: tuple[float, float]
    width: int
    height: int
    contents: tuple[float, ...]
    colour_map: str
    dark: bool
    box: Box | None = None

    @property
    def quick(self) -> bool:
        """Whether it is painted in the GUI thread."""
        return self.width * self.height * self.mixture.n_components <= QUICK_WORK

    def same_picture(self, other: FieldsRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        if other is None or self.mixture is not other.mixture:
            return False
        return self._look() == other._look()

    def _look(self) -> tuple[object, ...]:
        place = (self.x, self.y, self.width, self.height)
        return (*place, self.layers, self.contents, self.colour_map, self.dark, self.box)


@dataclass(frozen=True, eq=False)
class Fields:
    """A request and its answer: premultiplied RGBA images (h, w, 4), and lines (m, 2) in data units."""

    request: FieldsRequest
    heat: ByteArray | None = None
    contours: tuple[tuple[FloatArray, ...], ...] = ()


class FieldsPainter:
    """Paints fields. One painter per thread."""

    def paint(self, request: FieldsRequest, should_stop: ShouldStop = never) -> Fields:
        """The pictures for a request. Raises ``Cancelled`` when told to stop."""
        field = density_field(
            request.mixture, request.x, request.y, request.width, request.height, request.box
        )
        heat = np.ascontiguousarray(heat_rgba(field, request.dark)) if "heat" in request.layers else None
        lines: tuple[tuple[FloatArray, ...], ...] = ()
        if "contours" in request.layers:
            levels = content_levels(request.mixture, request.contents, request.box)
            lines = tuple(tuple(level) for level in contours(field, levels))
        return Fields(request, heat, lines)
