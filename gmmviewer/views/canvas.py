"""The canvases: the plane, the line, and which of them shows points of d dimensions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gmmviewer.store import Store
from gmmviewer.views.canvas1d import Canvas1D
from gmmviewer.views.canvas2d import Canvas2D
from gmmviewer.views.canvas_base import Canvas

__all__ = ["Canvas", "Canvas1D", "Canvas2D", "canvas_for"]


def canvas_for(d: int, store: Store, parent: QWidget | None = None) -> Canvas:
    """The canvas for points of ``d`` dimensions."""
    return Canvas1D(store, parent) if d == 1 else Canvas2D(store, parent)
