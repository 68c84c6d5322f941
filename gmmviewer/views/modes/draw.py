"""DRAW: points by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.choices import DrawTool
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys, circle
from gmmviewer.views.gestures_points import Draw, Erase
from gmmviewer.views.modes.mode import Hover, Press, Table

HINTS = {
    DrawTool.SPRAY: "Click adds a point, drag sprays; wheel zooms",
    DrawTool.LINE: "Click adds a point, drag draws a line of points; wheel zooms",
    DrawTool.ERASE: "Drag erases points inside the circle; wheel zooms",
}


class DrawMode:
    """Spray, line or eraser."""

    def __init__(self) -> None:
        self._strokes = 0

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """A stroke with the tool chosen."""
        brush = table.store.snapshot.view.brush
        if brush.tool is DrawTool.ERASE:
            return Erase(table, press.at, float(brush.radius))
        self._strokes += 1  # another seed for every stroke, the same ones in every session
        return Draw(table, press.at, float(brush.radius), brush.count, self._strokes)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """The circle of the brush."""
        radius = float(table.store.snapshot.view.brush.radius)
        return Hover(circle(at, radius), Qt.CursorShape.CrossCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the tool does."""
        return HINTS[snapshot.view.brush.tool]
