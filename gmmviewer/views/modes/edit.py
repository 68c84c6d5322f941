"""EDIT: the model in the hand."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys
from gmmviewer.views.gestures_model import AddComponent, MoveFlank, MoveMean, MovePeak, Resize, Turn
from gmmviewer.views.handle_overlay import handle_overlay
from gmmviewer.views.handles import Handle, Model
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table

IN_PLANE = "Drag a mean, axis or disc; elsewhere adds a component; wheel zooms"
ON_LINE = "Drag a peak or flank; elsewhere adds a component; wheel zooms"


class EditMode:
    """Means, axes, peaks and flanks are taken by their handles; a drag anywhere else adds a component."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """The handle near the mouse is taken, or a component begins here."""
        model = Model.of(table)
        if model is None:
            return None
        handle = model.under(press.at)
        if handle is None:
            return AddComponent(table, press.at, model.around(press.at), press.keys)
        if handle.kind == "rotate":
            return Turn(table, press.at, handle, press.keys)
        if handle.kind == "resize":
            grip = Resize if table.dimensions == 2 else MoveFlank
            return grip(table, press.at, handle, press.keys)
        if table.dimensions == 2 or handle.kind == "stem":
            return MoveMean(table, press.at, handle.component, press.keys)
        return MovePeak(table, press.at, handle, press.keys)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """The handles of the component at the mouse."""
        model = Model.of(table)
        if model is None:
            return Hover(Overlay(), Qt.CursorShape.ArrowCursor)
        handle = model.under(at)
        if handle is not None:
            return Hover(handle_overlay(model, handle.component, handle), _cursor(model, handle))
        around = model.around(at)
        overlay = Overlay() if around is None else handle_overlay(model, around, None)
        return Hover(overlay, Qt.CursorShape.CrossCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        return IN_PLANE if snapshot.document.points.d == 2 else ON_LINE


def _cursor(model: Model, handle: Handle) -> Qt.CursorShape:
    """An open hand, or arrows along the axis that would be stretched."""
    shape = Qt.CursorShape
    if handle.kind != "resize":
        return shape.OpenHandCursor
    if model.mixture.n_dimensions == 1:
        return shape.SizeHorCursor
    centre = next(h for h in model.handles_of(handle.component) if h.kind == "move")
    angle = math.degrees(math.atan2(centre.y - handle.y, handle.x - centre.x)) % 180.0
    shapes = (shape.SizeHorCursor, shape.SizeBDiagCursor, shape.SizeVerCursor, shape.SizeFDiagCursor)
    return shapes[round(angle / 45.0) % 4]
