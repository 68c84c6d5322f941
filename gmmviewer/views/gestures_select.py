"""Drags that enclose points, and drags that move the selected ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.scene.numbers import format_like
from gmmviewer.scene.picking import in_polygon, in_rectangle
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import CLICK, Gesture, Keys, Sheet
from gmmviewer.views.items.overlay import Overlay

SHORTEST = 3.0  # pixels between two corners of a lasso


@dataclass(frozen=True)
class Hit:
    """What is under the mouse: the ``row`` of a point, or a ``component``, or nothing."""

    row: int | None = None
    component: int | None = None


def click(hit: Hit, keys: Keys, snapshot: Snapshot) -> Edit:
    """What a click selects: only this, with Shift this as well, with Ctrl this or not this."""
    if hit.row is not None:
        return pick([hit.row], keys)
    if hit.component is not None:
        before, this = set(snapshot.selection), {hit.component}
        if keys.control:
            return edits.select(before ^ this)
        return edits.select(before | this) if keys.shift else edits.both(edits.pick(()), edits.select(this))
    return edits.nothing if keys.shift or keys.control else edits.both(edits.pick(()), edits.select(()))


def pick(rows: object, keys: Keys) -> Edit:
    """These points alone, with Shift these as well, with Ctrl those of them that were not selected."""
    chosen = np.asarray(rows, dtype=np.int64)
    if keys.control:
        return edits.toggle_picks(chosen)
    if keys.shift:
        return edits.pick_more(chosen)
    return edits.both(edits.pick(chosen), edits.select(()))


class Enclose(Gesture):
    """A drag around points selects them when the button is released; without a drag it is a click."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, sheet: Sheet, start: FloatArray, keys: Keys, hit: Hit) -> None:
        super().__init__(sheet, start)
        self.keys = keys
        self._hit = hit
        self._way = [start]

    def flush(self) -> None:
        """The way goes on, within the plot: what is not to be seen is not to be selected."""
        frame = self.sheet.frame()
        for at in self.trail:
            x = min(max(float(at[0]), frame.left), frame.right)
            y = min(max(float(at[1]), frame.top), frame.bottom) if self._d == 2 else float(at[1])
            self.advance(np.array([x, y]))
        self.trail.clear()

    def finish(self) -> None:
        """Select, unless the hand hardly moved."""
        store = self.sheet.store
        if any(float(np.hypot(*(at - self.start))) >= CLICK for at in self._way):
            store.apply(pick(np.flatnonzero(self.enclosed(store.snapshot.document.points.values)), self.keys))
        else:
            store.apply(click(self._hit, self.keys, store.snapshot))

    def advance(self, to: FloatArray) -> None:
        """The way goes on to a pixel (2,)."""
        self._way.append(to)

    def enclosed(self, values: FloatArray) -> BoolArray:
        """Which points (n, d) lie inside; in one dimension those between the ends."""
        corners = np.array([self.sheet.location(at) for at in self._way])
        return in_rectangle(values, corners.min(axis=0), corners.max(axis=0))

    @property
    def _d(self) -> int:
        return len(self.sheet.span())

    def _box(self) -> tuple[tuple[float, float], ...]:
        """The corners of what is enclosed, in pixels; in one dimension a band as high as the plot."""
        way, frame = np.array(self._way), self.sheet.frame()
        (left, top), (right, bottom) = way.min(axis=0).tolist(), way.max(axis=0).tolist()
        if self._d == 1:
            top, bottom = frame.top, max(frame.bottom, bottom)
        return (left, top), (right, top), (right, bottom), (left, bottom)


class Rectangle(Enclose):
    """From corner to corner; from end to end in one dimension."""

    def advance(self, to: FloatArray) -> None:
        """Only the last place counts."""
        self._way = [self.start, to]

    def overlay(self, at: FloatArray) -> Overlay:
        return Overlay(outline=self._box()) if len(self._way) > 1 else Overlay()


class Lasso(Enclose):
    """Along the way of the mouse and straight back to its beginning."""

    def advance(self, to: FloatArray) -> None:
        """Without steps too short to be seen."""
        if float(np.hypot(*(to - self._way[-1]))) >= SHORTEST:
            self._way.append(to)

    def enclosed(self, values: FloatArray) -> BoolArray:
        """By the even-odd rule, as it is filled on screen."""
        if self._d == 1:
            return super().enclosed(values)
        return in_polygon(values, np.array([self.sheet.location(at) for at in self._way]))

    def overlay(self, at: FloatArray) -> Overlay:
        if len(self._way) < 2:
            return Overlay()
        corners = tuple((float(x), float(y)) for x, y in self._way)
        return Overlay(outline=self._box() if self._d == 1 else corners)


class MovePoints(Gesture):
    """The selected points follow the mouse; along one axis with Shift. Without a drag it is a click."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, sheet: Sheet, start: FloatArray, keys: Keys, hit: Hit) -> None:
        super().__init__(sheet, start)
        self.keys = keys
        self._hit = hit
        snapshot = sheet.store.snapshot
        self._points: PointSet = snapshot.document.points
        self._rows = snapshot.rows
        self._from = self._points.values[self._rows]
        self._by: FloatArray | None = None  # data units, (d,); None before the hand has moved

    def flush(self) -> None:
        """Put them where the hand is; not any more if somebody else changed the points meanwhile."""
        store = self.sheet.store
        if not self.trail or store.snapshot.document.points is not self._points:
            return
        moved = self.trail[-1] - self.start
        self.trail.clear()
        if self._by is None and float(np.hypot(*moved)) < CLICK:
            return
        d = len(self.sheet.span())
        if self.keys.shift and d == 2:
            moved = np.where(np.arange(2) == np.abs(moved).argmax(), moved, 0.0)
        self._by = moved[:d] * self.sheet.per_pixel()
        store.apply(edits.put_points(self._rows, self._from + self._by), "Move points", self)
        self._points = store.snapshot.document.points

    def finish(self) -> None:
        """A hand that did not move has clicked."""
        if self._by is None:
            self.sheet.store.apply(click(self._hit, self.keys, self.sheet.store.snapshot))

    def overlay(self, at: FloatArray) -> Overlay:
        if self._by is None:
            return Overlay()
        rows = zip(self._points.columns, self._by.tolist(), self.sheet.span().tolist(), strict=True)
        numbers = [f"{column} {'+' if by >= 0 else ''}{format_like(by, width)}" for column, by, width in rows]
        text = "\n".join([f"Moved {counted(len(self._rows))}", *numbers])
        return Overlay(text=text, at=(float(at[0]), float(at[1])))


def counted(n: int) -> str:
    """ "1 point", "1,200 points"."""
    return f"{n:,} point{'' if n == 1 else 's'}"
