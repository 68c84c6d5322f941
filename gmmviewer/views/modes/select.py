"""SELECT: points and components to look at or to change together."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table


class SelectMode:
    """Rectangle or lasso."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """Nothing yet."""
        return None

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """A cross."""
        return Hover(Overlay(), Qt.CursorShape.CrossCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        return "Click selects, drag encloses; wheel zooms"
