"""What a drag is, from press to release. Every drag that edits is one undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.store import Store
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.overlay import Overlay

CLICK = 4.0  # pixels; a hand that moves less between press and release has clicked


@dataclass(frozen=True)
class Keys:
    """The modifier keys that are down."""

    shift: bool = False
    control: bool = False
    alt: bool = False

    @classmethod
    def of(cls, modifiers: Qt.KeyboardModifier) -> Keys:
        """Those of an event."""
        return cls(
            bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            bool(modifiers & Qt.KeyboardModifier.AltModifier),
        )


class Sheet(Protocol):
    """What gestures need of a canvas. Pixels (2,) are logical ones; the first d count in d dimensions."""

    @property
    def store(self) -> Store:
        """Where edits go."""

    def location(self, pixel: FloatArray) -> FloatArray:
        """The place (d,) in data units under a pixel."""

    def pixels(self, points: FloatArray) -> FloatArray:
        """The pixels (n, d) of points (n, d)."""

    def per_pixel(self) -> FloatArray:
        """Data units per pixel along each axis, (d,); negative where the axis runs against the pixels."""

    def span(self) -> FloatArray:
        """The width of the visible ranges in data units, (d,)."""

    def frame(self) -> Frame:
        """The plot as it is on screen now."""

    def pan(self, by: FloatArray) -> None:
        """Move the view along with the mouse by so many pixels."""


class Gesture:
    """A drag in progress. ``drag`` only notes where the mouse is; ``flush`` does what has to be done.

    So any number of mouse moves that arrive during one slow repaint cost one edit and not one each.
    ``cursor``: the shape of the cursor meanwhile; None leaves it as it was.
    """

    cursor: Qt.CursorShape | None = None

    def __init__(self, sheet: Sheet, start: FloatArray) -> None:
        self.sheet = sheet
        self.start = start
        self.trail: list[FloatArray] = []
        self.keys = Keys()

    def drag(self, to: FloatArray, keys: Keys) -> None:
        """The mouse moved to this pixel."""
        self.trail.append(to)
        self.keys = keys

    def flush(self) -> None:
        """Do what the noted moves ask for."""

    def finish(self) -> None:
        """The button was released, after the last ``flush``."""

    def cancel(self) -> None:
        """Take everything back."""
        self.trail.clear()
        self.sheet.store.cancel(self)

    def overlay(self, at: FloatArray) -> Overlay:
        """What to show at the mouse meanwhile."""
        return Overlay()


class Pan(Gesture):
    """The view follows the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, sheet: Sheet, start: FloatArray) -> None:
        super().__init__(sheet, start)
        self._at = start

    def flush(self) -> None:
        if self.trail:
            self.sheet.pan(self.trail[-1] - self._at)
            self._at = self.trail[-1]
            self.trail.clear()

    def cancel(self) -> None:
        self.trail.append(self.start)
        self.flush()


def circle(at: FloatArray, radius: float) -> Overlay:
    """The circle of spray and eraser."""
    return Overlay(circle=(float(at[0]), float(at[1]), radius))
