"""Drags that edit the model."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.numbers import format_like
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Sheet
from gmmviewer.views.items.overlay import Overlay

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class MoveMean(Gesture):
    """A mean follows the mouse; held along one axis with Shift."""

    cursor = Qt.CursorShape.ClosedHandCursor

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
        self._axis = int(np.abs(moved).argmax()) if self.keys.shift and len(self._from) == 2 else None
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


def mean_text(snapshot: Snapshot, component: int, span: FloatArray) -> str:
    """The mean of a component in numbers, one line per axis."""
    if snapshot.mixture is None:
        return ""
    mean, columns = snapshot.mixture.means[component], snapshot.document.points.columns
    rows = zip(columns, mean.tolist(), span.tolist(), strict=True)
    numbers = [f"{column} {format_like(value, width)}" for column, value, width in rows]
    return "\n".join([f"Mean μ{str(component + 1).translate(SUBSCRIPTS)}", *numbers])
