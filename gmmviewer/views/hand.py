"""The mouse on a canvas: which gesture begins where, what is shown at the cursor, and its shape."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Draw, Erase, Gesture, MoveMean, Pan, Sheet, circle
from gmmviewer.views.items.overlay import Overlay

REACH = 12.0  # pixels from a mean within which it can be taken

_SHAPES = {
    MouseMode.LOOK: Qt.CursorShape.OpenHandCursor,
    MouseMode.DRAW: Qt.CursorShape.CrossCursor,
    MouseMode.ERASE: Qt.CursorShape.CrossCursor,
    MouseMode.EDIT: Qt.CursorShape.ArrowCursor,
}


class Table(Sheet, Protocol):
    """What the hand needs of a canvas besides what gestures need."""

    def show_overlay(self, overlay: Overlay) -> None:
        """Show this at the mouse."""

    def show_cursor(self, shape: Qt.CursorShape) -> None:
        """Give the cursor this shape."""

    def inside(self, pixel: FloatArray) -> bool:
        """Whether a pixel lies in the plot, where points and means are."""


class Hand:
    """One mouse: ``gesture`` while a button is down, ``at`` the pixel (2,) while it is over the canvas."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._strokes = 0
        self.gesture: Gesture | None = None
        self.button = Qt.MouseButton.NoButton
        self.at: FloatArray | None = None

    @property
    def _snapshot(self) -> Snapshot:
        return self._table.store.snapshot

    def press(self, at: FloatArray, button: Qt.MouseButton) -> None:
        """Begin what this button means here; a second button during a gesture means nothing."""
        self.at = at
        if self.gesture is None:
            self.gesture = self._begun(at, button)
            self.button = button
        self.refresh()

    def move(self, at: FloatArray, shift: bool) -> None:
        """The mouse moved, with a button down or without."""
        self.at = at
        if self.gesture is not None:
            self.gesture.drag(at, shift)
        else:
            self.refresh()

    def flush(self) -> None:
        """Do what the moves since the last time ask for."""
        if self.gesture is not None:
            self.gesture.flush()
            self.refresh()

    def release(self, button: Qt.MouseButton) -> None:
        """End the gesture of this button."""
        if self.gesture is not None and button == self.button:
            self.gesture.flush()
            self.gesture = None
        self.refresh()

    def leave(self) -> None:
        """The mouse left the canvas."""
        self.at = None
        self.refresh()

    def cancel(self) -> bool:
        """Take the gesture back; False if there is none."""
        if self.gesture is None:
            return False
        gesture, self.gesture = self.gesture, None
        gesture.cancel()
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show at the cursor what the mouse does now."""
        if self.at is None or (self.gesture is None and not self._table.inside(self.at)):
            self._table.show_overlay(Overlay())
            self._table.show_cursor(Qt.CursorShape.ArrowCursor)
            return
        if self.gesture is not None:
            self._table.show_overlay(self.gesture.overlay(self.at))
            if isinstance(self.gesture, (Pan, MoveMean)):
                self._table.show_cursor(Qt.CursorShape.ClosedHandCursor)
            return
        overlay = self._hover(self.at)
        held = overlay.handle is not None
        shape = Qt.CursorShape.OpenHandCursor if held else _SHAPES[self._snapshot.view.mode]
        self._table.show_overlay(overlay)
        self._table.show_cursor(shape)

    def _hover(self, at: FloatArray) -> Overlay:
        view = self._snapshot.view
        if view.mode in (MouseMode.DRAW, MouseMode.ERASE):
            return circle(at, float(view.spray_radius))
        k = self.mean_at(at) if view.mode is MouseMode.EDIT else None
        if k is None or self._snapshot.mixture is None:
            return Overlay()
        place = self._table.pixels(self._snapshot.mixture.means[k : k + 1])[0]
        return Overlay(handle=(float(place[0]), float(place[1] if len(place) == 2 else at[1]), k))

    def _begun(self, at: FloatArray, button: Qt.MouseButton) -> Gesture | None:
        if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            return Pan(self._table, at)
        if button is not Qt.MouseButton.LeftButton or not self._table.inside(at):
            return None
        view = self._snapshot.view
        if view.mode is MouseMode.LOOK:
            return Pan(self._table, at)
        if view.mode is MouseMode.ERASE:
            return Erase(self._table, at, float(view.spray_radius))
        if view.mode is MouseMode.DRAW:
            self._strokes += 1  # another seed for every stroke, the same ones in every session
            return Draw(self._table, at, float(view.spray_radius), view.spray_count, self._strokes)
        k = self.mean_at(at)
        if k is None or self._snapshot.mixture is None:
            return None
        return MoveMean(self._table, at, k, self._snapshot.mixture.means[k])

    def mean_at(self, at: FloatArray) -> int | None:
        """The component whose mean is nearest to a pixel and within reach."""
        mixture = self._snapshot.mixture
        if mixture is None:
            return None
        places = self._table.pixels(mixture.means)
        gaps = np.sqrt(((places - at[: places.shape[1]]) ** 2).sum(axis=1))
        nearest = int(gaps.argmin())
        return nearest if gaps[nearest] <= REACH else None
