"""Where the canvas looks: at what is selected, at most of the points, at one component."""

from __future__ import annotations

from gmmviewer.scene.zooming import Ranges, central_ranges, ranges_of_component, ranges_of_rows
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.canvas import Canvas


def to_selection(canvas: Canvas) -> None:
    """Show the selected points, else the selected components."""
    snapshot = canvas.store.snapshot
    if len(snapshot.rows):
        canvas.zoom_to(ranges_of_rows(snapshot.document.points, snapshot.rows))
    elif snapshot.selection:
        canvas.zoom_to(_ranges_of(snapshot, snapshot.selection))


def to_central(canvas: Canvas) -> None:
    """Show where most points are."""
    points = canvas.store.snapshot.document.points
    if points.n:
        canvas.zoom_to(central_ranges(points))


def to_component(canvas: Canvas) -> None:
    """Select the next component and show it; after the last comes the first."""
    snapshot = canvas.store.snapshot
    if snapshot.parameters is None:
        return
    chosen = snapshot.selection
    following = (chosen[-1] + 1) % snapshot.parameters.n_components if chosen else 0
    canvas.store.apply(edits.select([following]))
    canvas.zoom_to(_ranges_of(snapshot, (following,)))


def _ranges_of(snapshot: Snapshot, components: tuple[int, ...]) -> Ranges:
    """The ranges that show all of these components."""
    mixture, level = snapshot.mixture, snapshot.view.level
    if mixture is None:
        raise ValueError("there is no model yet")
    parts = [ranges_of_component(mixture, k, level) for k in components]
    return tuple(
        (min(low for low, _ in axis), max(high for _, high in axis)) for axis in zip(*parts, strict=True)
    )
