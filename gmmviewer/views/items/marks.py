"""Marks on single points: selected ones, changed labels, uncertainty."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.shown import Shown


class MarksItem(Item):
    """Marks on single points: selected ones, changed labels, uncertainty."""

    def show(self, now: Shown) -> None:
        """Not yet."""

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Not yet."""
