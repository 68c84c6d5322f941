"""DRAW: points by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.numbers import class_name
from gmmviewer.session.choices import DrawTool
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys, circle
from gmmviewer.views.gestures_points import Erase, Line, Spray, eraser
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table

HINTS = {
    DrawTool.SPRAY: "Click adds a point{class_}, drag sprays; wheel zooms",
    DrawTool.LINE: "Drag draws a line of points{class_}, straight with Shift; wheel zooms",
    DrawTool.ERASE: "Drag erases the points in the circle; wheel zooms",
}


class DrawMode:
    """Spray, line or eraser."""

    def __init__(self) -> None:
        self._strokes = 0

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """A stroke with the tool chosen."""
        brush = table.store.snapshot.view.brush
        if brush.tool is DrawTool.ERASE:
            return Erase(table, press.at, brush)
        if brush.tool is DrawTool.LINE:
            return Line(table, press.at, brush)
        self._strokes += 1  # another seed for every stroke, the same ones in every session
        return Spray(table, press.at, brush, self._strokes)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """The circle of the brush; a line has none."""
        brush = table.store.snapshot.view.brush
        overlays = {
            DrawTool.SPRAY: circle(at, float(brush.radius)),
            DrawTool.LINE: Overlay(),
            DrawTool.ERASE: eraser(at, float(brush.radius)),
        }
        return Hover(overlays[brush.tool], Qt.CursorShape.CrossCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the tool does."""
        brush = snapshot.view.brush
        class_ = "" if brush.label is None else f" of class {class_name(brush.label)}"
        return HINTS[brush.tool].format(class_=class_)
