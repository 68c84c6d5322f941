"""A fit as a picture file, with no window on screen."""

from __future__ import annotations

import errno
import os
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
    """Draw the end of a fit as the canvas would, as PNG or SVG; ``OSError`` if it cannot be written."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a picture never needs a screen
    from PySide6.QtWidgets import QApplication

    from gmmviewer.store import Store
    from gmmviewer.views.canvas import canvas_for

    application = QApplication.instance() or QApplication(["gmmviewer"])
    document = Document(points, states=trace.states)
    snapshot = Snapshot(document, cursor=len(trace) - 1)
    canvas = canvas_for(points.d, Store(snapshot))
    canvas.resize(WIDTH, HEIGHT)
    canvas.show_snapshot(None, snapshot)
    try:
        save_canvas(canvas, path, WIDTH, HEIGHT)
    finally:
        canvas.deleteLater()
        del application


def save_canvas(canvas: Canvas, path: Path, width: int, height: int) -> None:
    """Write what a canvas shows as PNG or SVG, by the suffix; ``OSError`` if it cannot be written."""
    path.open("ab").close()  # Qt would warn on stderr and not say why
    if path.suffix.lower() == ".svg":
        saved = canvas.render_svg(path, width, height)
    else:
        saved = canvas.render_image(width, height, PIXEL_RATIO).save(str(path))
    if not saved:
        raise OSError(errno.EIO, "could not be written", str(path))
