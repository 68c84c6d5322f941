"""A fit as a picture file, with no window on screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.fitting import Trace
from gmmviewer.session.document import Document
from gmmviewer.session.snapshot import Snapshot

if TYPE_CHECKING:
    from gmmviewer.views.canvas import Canvas

WIDTH, HEIGHT = 960, 640
PIXEL_RATIO = 2.0  # sharp in print and on a projector


def save_fit(path: Path, points: PointSet, trace: Trace) -> None:
    """Draw the end of a fit as the canvas would, as PNG, SVG or PDF; ``OSError`` if it cannot be written."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a picture never needs a screen
    from PySide6.QtWidgets import QApplication

    from gmmviewer.store import Store
    from gmmviewer.views import paper
    from gmmviewer.views.canvas import canvas_for

    application = QApplication.instance() or QApplication(["gmmviewer"])
    document = Document(points, states=trace.states)
    snapshot = Snapshot(document, cursor=len(trace) - 1)
    canvas = canvas_for(points.d, Store(snapshot))
    canvas.resize(WIDTH, HEIGHT)
    canvas.show_snapshot(None, snapshot)
    try:
        paper.write(canvas, path, paper.Paper(WIDTH, HEIGHT, PIXEL_RATIO))
    finally:
        canvas.deleteLater()
        del application


@contextmanager
def canvas_like(canvas: Canvas, theme: str) -> Iterator[Canvas]:
    """A canvas that shows the same ranges in another ``theme``; "" is ``canvas`` itself."""
    snapshot = canvas.store.snapshot
    if theme in ("", snapshot.view.theme):
        yield canvas
        return
    from gmmviewer.store import Store
    from gmmviewer.views.canvas import canvas_for

    view = replace(snapshot.view, theme=theme, presenter=False)
    other = canvas_for(canvas.dimensions, Store(replace(snapshot, view=view)))
    try:
        other.resize(canvas.size())
        other.show_snapshot(None, replace(snapshot, view=view))
        other.set_ranges(*canvas.ranges)
        yield other
    finally:
        other.deleteLater()
