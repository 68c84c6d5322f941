"""Drags that draw and erase points."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.session import edits
from gmmviewer.views.gestures import CLICK, Gesture, Sheet, circle
from gmmviewer.views.items.overlay import Overlay


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


def near_segment(points: FloatArray, start: FloatArray, end: FloatArray, radius: float) -> BoolArray:
    """Which points (n, d) lie within ``radius`` of the way from ``start`` to ``end``; all in pixels."""
    d = points.shape[1]
    way, away = end[:d] - start[:d], points - start[:d]
    length = float(way @ way)
    along = np.clip(away @ way / length, 0.0, 1.0) if length > 0 else np.zeros(len(points))
    gaps = away - along[:, None] * way
    return np.asarray((gaps * gaps).sum(axis=1) <= radius * radius)
