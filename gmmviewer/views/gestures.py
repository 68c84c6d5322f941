"""What a drag does, from press to release, in each mouse mode. Every drag that edits is one undo."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.scene.numbers import format_like
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.items.overlay import Overlay

CLICK = 4.0  # pixels; a hand that moves less between press and release has clicked
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Sheet(Protocol):
    """What gestures need of a canvas. Pixels (2,) are logical ones; the first d count in d dimensions."""

    @property
    def store(self) -> Store:
        """Where edits go."""

    def location(self, pixel: FloatArray) -> FloatArray:
        """The place (d,) in data units under a pixel."""

    def pixels(self, points: FloatArray) -> FloatArray:
        """The pixels (n, d) of points (n, d)."""

    def per_pixel(self) -> FloatArray:
        """Data units per pixel along each axis, (d,); negative where the axis runs against the pixels."""

    def span(self) -> FloatArray:
        """The width of the visible ranges in data units, (d,)."""

    def pan(self, by: FloatArray) -> None:
        """Move the view along with the mouse by so many pixels."""


class Gesture:
    """A drag in progress. ``drag`` only notes where the mouse is; ``flush`` does what has to be done.

    So any number of mouse moves that arrive during one slow repaint cost one edit and not one each.
    """

    def __init__(self, sheet: Sheet, start: FloatArray) -> None:
        self.sheet = sheet
        self.start = start
        self.trail: list[FloatArray] = []
        self.shift = False

    def drag(self, to: FloatArray, shift: bool) -> None:
        """The mouse moved to this pixel."""
        self.trail.append(to)
        self.shift = shift

    def flush(self) -> None:
        """Do what the noted moves ask for."""

    def cancel(self) -> None:
        """Take everything back."""
        self.trail.clear()
        self.sheet.store.cancel(self)

    def overlay(self, at: FloatArray) -> Overlay:
        """What to show at the mouse meanwhile."""
        return Overlay()


class Pan(Gesture):
    """The view follows the mouse."""

    def __init__(self, sheet: Sheet, start: FloatArray) -> None:
        super().__init__(sheet, start)
        self._at = start

    def flush(self) -> None:
        if self.trail:
            self.sheet.pan(self.trail[-1] - self._at)
            self._at = self.trail[-1]
            self.trail.clear()

    def cancel(self) -> None:
        self.trail.append(self.start)
        self.flush()


class Draw(Gesture):
    """A point where the mouse was pressed; a drag sprays more."""

    def __init__(self, sheet: Sheet, start: FloatArray, radius: float, count: int, seed: int) -> None:
        super().__init__(sheet, start)
        self._radius, self._count = radius, count
        self._generator = np.random.default_rng(seed)
        self._spraying = False
        self._add(sheet.location(start)[None])

    def flush(self) -> None:
        self._spraying |= any(float(np.hypot(*(at - self.start))) >= CLICK for at in self.trail)
        if self._spraying and self.trail:
            self._add(np.concatenate([self._sprayed(at) for at in self.trail]))
        self.trail.clear()

    def overlay(self, at: FloatArray) -> Overlay:
        return circle(at, self._radius)

    def _sprayed(self, at: FloatArray) -> FloatArray:
        """Places (count, d): a Gaussian of half the radius, cut off at the circle."""
        d = len(self.sheet.span())
        angles = self._generator.uniform(0.0, 2 * np.pi, self._count)
        inside = self._generator.uniform(0.0, 1.0 - np.exp(-2.0), self._count)
        radii = 0.5 * self._radius * np.sqrt(-2.0 * np.log1p(-inside))
        offsets = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])[:, :d]
        return np.asarray(self.sheet.location(at) + offsets * self.sheet.per_pixel())

    def _add(self, values: FloatArray) -> None:
        self.sheet.store.apply(edits.add_points(values), "Draw points", self)


class Erase(Gesture):
    """Points within the circle vanish, all along the way of the mouse."""

    def __init__(self, sheet: Sheet, start: FloatArray, radius: float) -> None:
        super().__init__(sheet, start)
        self._radius = radius
        self._at = start
        self.trail.append(start)
        self.flush()

    def flush(self) -> None:
        if not self.trail:
            return
        pixels = self.sheet.pixels(self.sheet.store.snapshot.document.points.values)
        erased = np.zeros(len(pixels), dtype=bool)
        for to in self.trail:
            erased |= near_segment(pixels, self._at, to, self._radius)
            self._at = to
        self.trail.clear()
        self.sheet.store.apply(edits.erase_points(erased), "Erase points", self)

    def overlay(self, at: FloatArray) -> Overlay:
        return circle(at, self._radius)


class MoveMean(Gesture):
    """A mean follows the mouse; held along one axis with Shift."""

    def __init__(self, sheet: Sheet, start: FloatArray, component: int, mean: FloatArray) -> None:
        super().__init__(sheet, start)
        self.component, self._from = component, mean
        self._axis: int | None = None

    def flush(self) -> None:
        mixture = self.sheet.store.snapshot.parameters
        if not self.trail or mixture is None or self.component >= mixture.n_components:
            return
        moved = self.trail[-1] - self.start
        self.trail.clear()
        self._axis = int(np.abs(moved).argmax()) if self.shift and len(self._from) == 2 else None
        if self._axis is not None:
            moved = np.where(np.arange(2) == self._axis, moved, 0.0)
        mean = self._from + moved[: len(self._from)] * self.sheet.per_pixel()
        self.sheet.store.apply(edits.move_mean(self.component, mean), "Move mean", self)

    def overlay(self, at: FloatArray) -> Overlay:
        snapshot = self.sheet.store.snapshot
        if snapshot.mixture is None or self.component >= snapshot.mixture.n_components:
            return Overlay()
        mean = snapshot.mixture.means[self.component]
        place = self.sheet.pixels(mean[None])[0]
        handle = (float(place[0]), float(place[1] if len(place) == 2 else at[1]), self.component)
        text = mean_text(snapshot, self.component, self.sheet.span())
        return Overlay(handle=handle, guide=self._axis, text=text, at=(float(at[0]), float(at[1])))


def circle(at: FloatArray, radius: float) -> Overlay:
    """The circle of spray and eraser."""
    return Overlay(circle=(float(at[0]), float(at[1]), radius))


def near_segment(points: FloatArray, start: FloatArray, end: FloatArray, radius: float) -> BoolArray:
    """Which points (n, d) lie within ``radius`` of the way from ``start`` to ``end``; all in pixels."""
    d = points.shape[1]
    way, away = end[:d] - start[:d], points - start[:d]
    length = float(way @ way)
    along = np.clip(away @ way / length, 0.0, 1.0) if length > 0 else np.zeros(len(points))
    gaps = away - along[:, None] * way
    return np.asarray((gaps * gaps).sum(axis=1) <= radius * radius)


def mean_text(snapshot: Snapshot, component: int, span: FloatArray) -> str:
    """The mean of a component in numbers, one line per axis."""
    if snapshot.mixture is None:
        return ""
    mean, columns = snapshot.mixture.means[component], snapshot.document.points.columns
    rows = zip(columns, mean.tolist(), span.tolist(), strict=True)
    numbers = [f"{column} {format_like(value, width)}" for column, value, width in rows]
    return "\n".join([f"Mean μ{str(component + 1).translate(SUBSCRIPTS)}", *numbers])
