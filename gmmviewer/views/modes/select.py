"""SELECT: points and components to look at or to change together."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.curves import component_curves
from gmmviewer.scene.picking import component_around
from gmmviewer.session.choices import SelectTool
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys
from gmmviewer.views.gestures_select import Hit, Lasso, MovePoints, Rectangle, counted
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table

MEAN, CURVE = 9.0, 6.0  # pixels from a cross or a curve within which a component is meant
MARK = 8.0  # radius of the circle around the point that a click would select
KEYS = "Shift adds, Ctrl toggles; wheel zooms"
TOOLS = {SelectTool.RECTANGLE: Rectangle, SelectTool.LASSO: Lasso}


class SelectMode:
    """Click, rectangle or lasso; what is selected can be moved."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """Selected points are taken by any of them; elsewhere a drag encloses."""
        hit, snapshot = hit_at(table, press.at), table.store.snapshot
        adds = press.keys.control or (press.keys.shift and table.dimensions == 1)  # there is one axis only
        if _is_picked(hit, snapshot) and not adds:
            return MovePoints(table, press.at, press.keys, hit)
        return TOOLS[snapshot.view.select_tool](table, press.at, press.keys, hit)

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """What a click would select has a ring; a hand says that it can be moved."""
        hit, snapshot = hit_at(table, at), table.store.snapshot
        shape = Qt.CursorShape
        if hit.row is not None:
            place = table.pixels(snapshot.document.points.values[hit.row : hit.row + 1])[0]
            ring = Overlay(circle=(*_pixel(place, at), MARK))
            movable = _is_picked(hit, snapshot) and not keys.control
            return Hover(ring, shape.OpenHandCursor if movable else shape.PointingHandCursor)
        if hit.component is not None and snapshot.mixture is not None:
            place = table.pixels(snapshot.mixture.means[hit.component : hit.component + 1])[0]
            return Hover(Overlay(handle=(*_pixel(place, at), hit.component)), shape.PointingHandCursor)
        return Hover(Overlay(), shape.CrossCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        if len(snapshot.rows):
            return f"Drag a selected point to move {counted(len(snapshot.rows))}; {KEYS}"
        return f"Click selects, drag encloses; {KEYS}"


def hit_at(table: Table, at: FloatArray) -> Hit:
    """The point or the component that a pixel (2,) means, the smaller thing first."""
    component = _near_mean(table, at) if table.dimensions == 2 else _near_curve(table, at)
    if component is not None:
        return Hit(component=component)
    row = table.row_at(at) if _has_points(table, at) else None
    if row is not None:
        return Hit(row=row)
    return Hit(component=_around(table, at) if table.dimensions == 2 else None)


def _has_points(table: Table, at: FloatArray) -> bool:
    """Whether points are shown at this pixel; those on a line are below the plot."""
    layers = table.store.snapshot.view.layers
    if table.dimensions == 1:
        return "rug" in layers and float(at[1]) > table.frame().bottom
    return "points" in layers


def _is_picked(hit: Hit, snapshot: Snapshot) -> bool:
    rows = snapshot.rows
    if hit.row is None or len(rows) == 0:
        return False
    place = int(np.searchsorted(rows, hit.row))
    return place < len(rows) and int(rows[place]) == hit.row


def _near_mean(table: Table, at: FloatArray) -> int | None:
    snapshot = table.store.snapshot
    if snapshot.mixture is None or "means" not in snapshot.view.layers:
        return None
    gaps = np.hypot(*(table.pixels(snapshot.mixture.means) - at).T)
    nearest = int(gaps.argmin())
    return nearest if gaps[nearest] <= MEAN else None


def _around(table: Table, at: FloatArray) -> int | None:
    """The component in whose ellipse the pixel lies."""
    snapshot = table.store.snapshot
    if snapshot.mixture is None or "ellipses" not in snapshot.view.layers:
        return None
    return component_around(snapshot.mixture, table.location(at), snapshot.view.level.radius(2))


def _near_curve(table: Table, at: FloatArray) -> int | None:
    """The component whose curve or peak is near the pixel; below the plot there are none."""
    mixture, layers, frame = table.store.snapshot.mixture, table.store.snapshot.view.layers, table.frame()
    if mixture is None or "components" not in layers or not frame.contains(float(at[0]), float(at[1])):
        return None
    heights = component_curves(mixture, table.location(at))[: mixture.n_components, 0]
    gaps = np.abs(frame.pixels_y(heights) - at[1])
    nearest = int(gaps.argmin())
    near_axis = frame.bottom - at[1] <= CURVE  # where all curves run together nobody can tell them apart
    return nearest if gaps[nearest] <= CURVE and not near_axis else None


def _pixel(place: FloatArray, at: FloatArray) -> tuple[float, float]:
    """A pixel (d,) in the plane; in one dimension as high as the mouse."""
    return float(place[0]), float(place[1] if len(place) == 2 else at[1])
