"""What a canvas paints, one thing after the other: each item compares, then paints itself into a frame."""

from __future__ import annotations

from enum import Enum

from PySide6.QtGui import QPainter

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.shown import Shown


class Target(Enum):
    """What a picture is painted for."""

    SCREEN = "screen"  # may show an older picture for a moment
    IMAGE = "image"
    DRAWING = "drawing"  # text stays text, lines stay lines


class Item:
    """One thing on a canvas; ``layer``: the key of the layer it belongs to, "" if it is always there."""

    layer = ""

    def show(self, now: Shown) -> None:
        """Show what is on screen now; what stayed the same object has not changed."""
        raise NotImplementedError

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Paint into a frame, to which the painter is clipped."""
        raise NotImplementedError

    def is_on(self, now: Shown) -> bool:
        """Whether its layer is shown."""
        return not self.layer or self.layer in now.view.layers
