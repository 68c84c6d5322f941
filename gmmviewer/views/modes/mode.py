"""What a mouse mode is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys, Sheet
from gmmviewer.views.items.overlay import Overlay


class Table(Sheet, Protocol):
    """What modes need of a canvas besides what gestures need."""

    @property
    def dimensions(self) -> int:
        """1 or 2."""

    def show_overlay(self, overlay: Overlay) -> None:
        """Show this at the mouse."""

    def show_cursor(self, shape: Qt.CursorShape) -> None:
        """Give the cursor this shape."""

    def inside(self, pixel: FloatArray) -> bool:
        """Whether a pixel lies in the plot, where points and means are."""

    def row_at(self, pixel: FloatArray) -> int | None:
        """The row of the point nearest to a pixel and within reach, if any."""


@dataclass(frozen=True, eq=False)
class Press:
    """The left button went down at a pixel (2,) inside the plot, with these keys."""

    at: FloatArray
    keys: Keys


@dataclass(frozen=True)
class Hover:
    """What is shown at the mouse while no button is down, and the shape of the cursor."""

    overlay: Overlay
    cursor: Qt.CursorShape


class Mode(Protocol):
    """What the left button does on the canvas; the others always move the picture, the wheel zooms."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """The gesture that a press begins, if any."""

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """What to show while the mouse rests at a pixel inside the plot."""

    def hint(self, snapshot: Snapshot) -> str:
        """What press, drag and wheel do now, for the status bar."""
