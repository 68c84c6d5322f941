"""LOOK: nothing can be changed by accident."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys, Pan
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table

RING = 8.0  # pixels: the radius of the ring around a point


class LookMode:
    """A drag moves the picture; a double click shows all data."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """The picture follows the mouse."""
        return Pan(table, press.at)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """An open hand, and a ring around the point that is read out."""
        return Hover(ring_at(table, at), Qt.CursorShape.OpenHandCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        return "Drag moves the picture; double click shows all; wheel zooms"


def ring_at(table: Table, at: FloatArray) -> Overlay:
    """A ring around the point of the plane that is within reach of the mouse."""
    row = table.row_at(at) if table.dimensions == 2 else None
    if row is None:
        return Overlay()
    points = table.store.snapshot.document.points
    x, y = table.pixels(points.values[row : row + 1])[0].tolist()
    return Overlay(circle=(x, y, RING))
