"""Commands on the points: the whole sheet, the selected ones, and the tools that draw them."""

from __future__ import annotations

from gmmviewer.app.commands_part import Part
from gmmviewer.session import edits
from gmmviewer.session.choices import DrawTool, MouseMode
from gmmviewer.session.edits import Edit

COPY_OFFSET = 12.0  # pixels: copies on top of their originals could not be seen
SCATTER = 0.01  # of the visible ranges
BRUSH_STEP = 1.25


class PointCommands(Part):
    """Select, delete, duplicate, scatter; brushes."""

    def new_plane(self) -> None:
        """An empty plane, ready for drawing."""
        self._ready_to_draw(edits.new_sheet(2), "New sheet")

    def new_line(self) -> None:
        """An empty line, ready for drawing."""
        self._ready_to_draw(edits.new_sheet(1), "New sheet")

    def clear_points(self) -> None:
        """An empty sheet with the same axes, ready for drawing."""
        self._ready_to_draw(edits.clear_points(), "Clear")

    def _ready_to_draw(self, edit: Edit, label: str) -> None:
        self._store.apply(edit, label)
        self._store.apply(edits.choose_mode(MouseMode.DRAW))
        if self._snapshot.view.brush.tool is DrawTool.ERASE:  # there is nothing left for it
            self._store.apply(edits.choose_brush(tool=DrawTool.SPRAY))

    def pick_all(self) -> None:
        """Every point."""
        self._store.apply(edits.pick_all())

    def pick_none(self) -> None:
        """No point and no component."""
        self._store.apply(edits.both(edits.pick(()), edits.select(())))

    def invert_picks(self) -> None:
        """The others."""
        self._store.apply(edits.invert_picks())

    def pick_component(self) -> None:
        """The points of the selected components."""
        self._store.apply(edits.pick_component(*self._snapshot.selection))

    def delete(self) -> None:
        """The selected points, or the selected components."""
        rows = self._snapshot.rows
        if len(rows):
            self._store.apply(edits.delete_points(rows), "Delete points")
        else:
            self._store.apply(edits.remove_components(self._snapshot.selection), "Remove components")

    def duplicate_points(self) -> None:
        """Copies beside the selected points."""
        beside = self._stage.canvas.per_pixel() * COPY_OFFSET
        self._store.apply(edits.duplicate_points(self._snapshot.rows, beside), "Duplicate points")

    def jitter_points(self) -> None:
        """The selected points a little to the side; each time by other numbers."""
        spread, seed = SCATTER * self._stage.canvas.span(), len(self._store.history.undo)
        self._store.apply(edits.jitter_points(self._snapshot.rows, spread, seed), "Scatter points")

    def next_tool(self) -> None:
        """The next tool of the mouse mode."""
        self._store.apply(edits.next_tool())

    def smaller_brush(self) -> None:
        """A smaller circle."""
        self._store.apply(edits.resize_brush(1.0 / BRUSH_STEP))

    def larger_brush(self) -> None:
        """A larger circle."""
        self._store.apply(edits.resize_brush(BRUSH_STEP))
