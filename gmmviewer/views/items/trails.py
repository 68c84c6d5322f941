"""Where the model comes from: the way of the means, and the ellipses of earlier iterations."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.shown import Shown


class TrailsItem(Item):
    """The way of the means."""

    layer = "trails"

    def show(self, now: Shown) -> None:
        """Not yet."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Not yet."""


class EchoesItem(Item):
    """Ellipses of earlier iterations."""

    layer = "echoes"

    def show(self, now: Shown) -> None:
        """Not yet."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Not yet."""
