"""LOOK: nothing can be changed by accident."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys, Pan
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table


class LookMode:
    """A drag moves the picture; a double click shows all data."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """The picture follows the mouse."""
        return Pan(table, press.at)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """An open hand."""
        return Hover(Overlay(), Qt.CursorShape.OpenHandCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        return "Drag moves the picture; double click shows all; wheel zooms"
