"""Drags that draw and erase points. Each is a stroke: one undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.picking import along_way, in_rectangle
from gmmviewer.scene.strokes import every, gaussian_disc, round_disc
from gmmviewer.session import edits
from gmmviewer.session.choices import Brush, SprayShape
from gmmviewer.session.edits import Edit
from gmmviewer.views.gestures import CLICK, Gesture, Sheet, circle
from gmmviewer.views.items.overlay import Overlay

STEP = 12.0  # pixels of way between two puffs of a spray: as many points however fast the hand moves
LINE = 60.0  # pixels of a line that hold as many points as one puff

Disc = Callable[[int, int, np.random.Generator], FloatArray]
DISCS: dict[SprayShape, Disc] = {SprayShape.GAUSSIAN: gaussian_disc, SprayShape.ROUND: round_disc}


class Stroke(Gesture):
    """What strokes have in common: the way so far, in pixels, and the points as the stroke left them."""

    label = "Draw points"

    def __init__(self, sheet: Sheet, start: FloatArray, brush: Brush) -> None:
        super().__init__(sheet, start)
        self._brush = brush
        self._way = [start]
        self._points: PointSet | None = None

    @property
    def far(self) -> bool:
        """Whether the hand has moved more than it does in a click."""
        return any(float(np.hypot(*(at - self.start))) >= CLICK for at in self._way)

    def go_on(self) -> bool:
        """The noted moves become part of the way; False if there were none, or the points are others now."""
        moved, self._way = bool(self.trail), self._way + self.trail
        self.trail.clear()
        mine = self._points is None or self._points is self.sheet.store.snapshot.document.points
        return moved and mine

    def apply(self, edit: Edit) -> None:
        """One more part of the stroke."""
        self.sheet.store.apply(edit, self.label, self)
        self._points = self.sheet.store.snapshot.document.points

    def places(self, stops: FloatArray) -> FloatArray:
        """The places (m, d) in data units of pixels (m, d)."""
        d = stops.shape[1]
        return self.sheet.location(self.start) + (stops - self.start[:d]) * self.sheet.per_pixel()

    def seen(self, places: FloatArray) -> FloatArray:
        """Those of the places (m, d) that are on screen: nobody should draw what is not to be seen."""
        frame = self.sheet.frame()
        low, high = np.transpose([frame.x, frame.y][: places.shape[1]])
        return np.asarray(places[in_rectangle(places, low, high)])

    def stops(self, way: list[FloatArray], spacing: float) -> FloatArray:
        """Pixels (m, d) along a way, as far apart as ``spacing``; in one dimension only x counts."""
        return every(np.array(way)[:, : len(self.sheet.span())], spacing)


class Spray(Stroke):
    """A point where the mouse was pressed; a drag sprays more."""

    def __init__(self, sheet: Sheet, start: FloatArray, brush: Brush, seed: int) -> None:
        super().__init__(sheet, start, brush)
        self._generator = np.random.default_rng(seed)
        self._puffs = 1  # the first stop is where the mouse was pressed
        self.apply(edits.add_points(sheet.location(start)[None], brush.label))

    def flush(self) -> None:
        if not self.go_on() or not self.far:
            return
        fresh = self.stops(self._way, STEP)[self._puffs :]
        self._puffs += len(fresh)
        if len(fresh):
            added = self.seen(self.places(np.repeat(fresh, self._brush.count, axis=0) + self._offsets(fresh)))
            self.apply(edits.add_points(added, self._brush.label))

    def overlay(self, at: FloatArray) -> Overlay:
        return circle(at, float(self._brush.radius))

    def _offsets(self, stops: FloatArray) -> FloatArray:
        disc, (m, d) = DISCS[self._brush.shape], stops.shape
        return self._brush.radius * disc(m * self._brush.count, d, self._generator)


class Line(Stroke):
    """Evenly spaced points along the drag, straight with Shift; a click adds one."""

    def __init__(self, sheet: Sheet, start: FloatArray, brush: Brush) -> None:
        super().__init__(sheet, start, brush)
        self._count = 1
        self.apply(edits.add_points(sheet.location(start)[None], brush.label))

    def flush(self) -> None:
        if not self.go_on() or not self.far:
            return
        way = [self.start, self._way[-1]] if self.keys.shift else self._way
        places = self.seen(self.places(self.stops(way, LINE / self._brush.count)))
        self.apply(edits.add_points(places, self._brush.label, instead_of=self._count))
        self._count = len(places)


class Erase(Stroke):
    """Points within the circle vanish, all along the way of the mouse."""

    label = "Erase points"

    def __init__(self, sheet: Sheet, start: FloatArray, brush: Brush) -> None:
        super().__init__(sheet, start, brush)
        self._done = 0
        self.trail.append(start)
        self.flush()

    def flush(self) -> None:
        if not self.go_on():
            return
        way = np.array([self.sheet.location(at) for at in self._way[self._done :]])
        self._done = len(self._way) - 1
        values = self.sheet.store.snapshot.document.points.values
        erased = along_way(values, way, 1.0 / self.sheet.per_pixel(), float(self._brush.radius))
        self.apply(edits.erase_points(erased))

    def overlay(self, at: FloatArray) -> Overlay:
        return eraser(at, float(self._brush.radius))


def eraser(at: FloatArray, radius: float) -> Overlay:
    """A dashed and lightly filled circle: what lies in it goes."""
    turns = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
    corners = np.column_stack([at[0] + radius * np.cos(turns), at[1] + radius * np.sin(turns)])
    return Overlay(outline=tuple(map(tuple, corners.tolist())))
