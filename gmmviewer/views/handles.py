"""The handles of the model on a canvas: where they are, and which of them is under the mouse."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.density import mahalanobis
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene import grips
from gmmviewer.scene.curves import component_curves
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Sheet
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.overlay import Grip

Pixel: TypeAlias = Sequence[float]  # x and y

REACH = 12.0  # pixels from a handle within which it can be taken
LEAST = 18.0  # pixels of a grip from the mean, however small the ellipse is
BEYOND = 26.0  # pixels of the grip that turns from the end of the axis
STEM = 8.0  # pixels from the line under a peak
LEVELS = (1.0, math.exp(-0.5))  # of the peak: how high the curve is at μ, and at μ ± σ


@dataclass(frozen=True)
class Handle:
    """Something to take hold of at a pixel ``x``, ``y``. ``kind``: "move", "resize" or "rotate".

    ``axis``: which half axis, ``side`` +1 or −1: which end of it; ``beyond``: how many pixels outside of
    the ellipse it had to be put.
    """

    component: int
    kind: str
    x: float
    y: float
    axis: int = 0
    side: float = 1.0
    beyond: float = 0.0

    def grip(self, *, held: bool) -> Grip:
        """As it is painted."""
        return Grip(self.x, self.y, self.kind, self.component, held)

    def away(self, at: FloatArray) -> float:
        """Pixels from the mouse."""
        return math.hypot(self.x - float(at[0]), self.y - float(at[1]))


@dataclass(frozen=True, eq=False)
class Model:
    """The model on a canvas, as a hand finds it: ``mixture`` in data units."""

    sheet: Sheet
    snapshot: Snapshot
    mixture: Mixture

    @classmethod
    def of(cls, sheet: Sheet) -> Model | None:
        """What is on the canvas now."""
        snapshot = sheet.store.snapshot
        mixture = snapshot.mixture
        if mixture is None or mixture.n_dimensions != snapshot.document.points.d:
            return None
        return cls(sheet, snapshot, mixture)

    @cached_property
    def family(self) -> CovarianceFamily:
        """The chosen family."""
        return self.snapshot.document.model.family(self.mixture.n_dimensions)

    @cached_property
    def radius(self) -> float:
        """The Mahalanobis distance of the ellipses shown; on a line the flanks are held at 1."""
        d = self.mixture.n_dimensions
        return self.snapshot.view.level.radius(2) if d == 2 else 1.0

    @cached_property
    def unit(self) -> FloatArray:
        """Data units (2,) in a unit of the hand."""
        return grips.metric(self.family, self.sheet.per_pixel())

    @cached_property
    def frame(self) -> Frame:
        """The plot as it is now."""
        return self.sheet.frame()

    @cached_property
    def handles(self) -> tuple[Handle, ...]:
        """All of them, those of a component one after the other; all at once, as 50 one by one take 20 ms."""
        everyone = range(self.mixture.n_components)
        return tuple(
            self._of_ellipses(everyone) if self.mixture.n_dimensions == 2 else self._of_curves(everyone)
        )

    def handles_of(self, component: int) -> tuple[Handle, ...]:
        """Those of one component."""
        return self._of(range(component, component + 1))

    def under(self, at: FloatArray) -> Handle | None:
        """The handle within reach of a pixel: of a selected component if there is one, else the nearest."""
        near = [handle for handle in self.handles if handle.away(at) <= REACH]
        if self.mixture.n_dimensions == 1:
            near = near or self._stems(at)
        return _nearest(near, at, self.snapshot.selection)

    def around(self, at: FloatArray) -> int | None:
        """The component whose ellipse or curve a pixel lies in: a selected one, else the likeliest."""
        inside = self._covering(at)
        chosen = [k for k in inside if k in self.snapshot.selection]
        return next(iter(chosen or inside), None)

    def half_axes(self, component: int) -> FloatArray:
        """v₁, v₂ (2, 2) of an ellipse in data units."""
        return grips.half_axes(self.mixture.covariances[component], self.family.decomposition, self.unit)

    def _of(self, components: range) -> tuple[Handle, ...]:
        make = self._of_ellipses if self.mixture.n_dimensions == 2 else self._of_curves
        return tuple(make(components))

    def _of_ellipses(self, components: range) -> Iterator[Handle]:
        """Centres, the ends of the axes, and what turns them."""
        chosen = slice(components.start, components.stop)
        centres = self.sheet.pixels(self.mixture.means[chosen])
        covariances, decomposition = self.mixture.covariances[chosen], self.family.decomposition
        half = grips.half_axes(covariances, decomposition, self.unit)
        arms = self.radius * half / self.sheet.per_pixel()
        turns = (decomposition[2] != "I") & ~grips.is_round(half, self.unit)
        longest = grips.lengths(half, self.unit).argmax(axis=-1)
        parts = (centres.tolist(), arms.tolist(), turns.tolist(), longest.tolist())
        for k, centre, both, turning, axis in zip(components, *parts, strict=True):
            yield Handle(k, "move", *centre)
            for number, arm in enumerate(both):
                yield from _ends(k, centre, arm, number)
            if turning:
                yield self._turning(k, centre, both[axis], axis)

    def _turning(self, k: int, centre: Pixel, arm: Pixel, axis: int) -> Handle:
        """The grip that turns, beyond an end of the long axis that is to be seen."""
        frame, length = self.frame, max(math.hypot(*arm), 1e-9)
        reach = 1.0 + (BEYOND + max(LEAST - length, 0.0)) / length
        (x, y), dx, dy = centre, reach * arm[0], reach * arm[1]
        side = 1.0 if frame.contains(x + dx, y + dy) or not frame.contains(x - dx, y - dy) else -1.0
        return Handle(k, "rotate", x + side * dx, y + side * dy, axis, side)

    def _of_curves(self, components: range) -> Iterator[Handle]:
        """Peaks and both flanks, those above or below the plot at its edge."""
        frame, chosen = self.frame, slice(components.start, components.stop)
        means, deviations = self.mixture.means[chosen, 0], np.sqrt(self.mixture.covariances[chosen, 0, 0])
        heights = grips.peak_height(self.mixture.weights[chosen], deviations)
        peaks, flanks = (
            np.clip(frame.pixels_y(share * heights), frame.top, frame.bottom) for share in LEVELS
        )
        places, across = frame.pixels_x(means).tolist(), (deviations / self.sheet.per_pixel()[0]).tolist()
        for k, x, length, peak, flank in zip(components, places, across, peaks, flanks, strict=True):
            yield Handle(k, "move", x, peak)
            yield from _ends(k, (x, flank), (length, 0.0), 0)

    def _stems(self, at: FloatArray) -> list[Handle]:
        """The mean can be taken anywhere along its line."""
        peaks = [handle for handle in self.handles if handle.kind == "move"]
        near = [handle for handle in peaks if abs(handle.x - float(at[0])) <= STEM]
        return [Handle(h.component, "stem", h.x, float(at[1])) for h in near]

    def _covering(self, at: FloatArray) -> list[int]:
        """The components that a pixel lies in, the likeliest first."""
        place = self.sheet.location(at)
        if self.mixture.n_dimensions == 1:
            return self._under_curves(at, place)
        distances = mahalanobis(place[None], self.mixture)[0]
        found = np.flatnonzero(distances <= self.radius)
        return [int(k) for k in found[np.argsort(distances[found], kind="stable")]]

    def _under_curves(self, at: FloatArray, place: FloatArray) -> list[int]:
        frame = self.frame
        heights = component_curves(self.mixture, place)[: self.mixture.n_components, 0]
        tops = frame.pixels_y(heights)
        found = np.flatnonzero((tops <= float(at[1])) & (float(at[1]) <= frame.bottom))
        return [int(k) for k in found[np.argsort(-heights[found], kind="stable")]]


def _ends(k: int, centre: Pixel, arm: Pixel, axis: int) -> Iterator[Handle]:
    """The two ends of an axis, at least ``LEAST`` from the middle."""
    length = max(math.hypot(*arm), 1e-9)
    beyond = max(LEAST - length, 0.0)
    dx, dy = ((1.0 + beyond / length) * part for part in arm)
    for side in (1.0, -1.0):
        yield Handle(k, "resize", centre[0] + side * dx, centre[1] + side * dy, axis, side, beyond)


def _nearest(handles: Sequence[Handle], at: FloatArray, selection: tuple[int, ...]) -> Handle | None:
    chosen = [handle for handle in handles if handle.component in selection] or list(handles)
    return min(chosen, key=lambda handle: handle.away(at), default=None)
