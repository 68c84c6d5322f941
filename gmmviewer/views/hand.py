"""The mouse on a canvas: which gesture begins where, what is shown at the cursor, and its shape."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.views.gestures import Gesture, Keys, Pan
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes import Mode, Press, Table, modes

PANS = (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)


class Hand:
    """One mouse: ``gesture`` while a button is down, ``at`` the pixel (2,) while it is over the canvas."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._modes = modes()
        self._keys = Keys()
        self.gesture: Gesture | None = None
        self.button = Qt.MouseButton.NoButton
        self.at: FloatArray | None = None

    @property
    def mode(self) -> Mode:
        """What the left button does now."""
        return self._modes[self._table.store.snapshot.view.mode]

    @property
    def has_a_say(self) -> bool:
        """Whether the points shown now have the dimensions of this canvas.

        A canvas that another one took the place of still gets the moves of a mouse whose button is down.
        """
        return self._table.store.snapshot.document.points.d == self._table.dimensions

    def press(self, at: FloatArray, button: Qt.MouseButton, keys: Keys) -> None:
        """Begin what this button means here; a second button during a gesture means nothing."""
        if not self.has_a_say:
            return
        self.at, self._keys = at, keys
        if self.gesture is None:
            self.gesture = self._begun(at, button)
            self.button = button
        self.refresh()

    def move(self, at: FloatArray, keys: Keys) -> None:
        """The mouse moved, with a button down or without."""
        if not self.has_a_say:
            return
        self.at, self._keys = at, keys
        if self.gesture is not None:
            self.gesture.drag(at, keys)
        else:
            self.refresh()

    def flush(self) -> None:
        """Do what the moves since the last time ask for."""
        if self.gesture is not None:
            self.gesture.flush()
            self.refresh()

    def release(self, button: Qt.MouseButton) -> None:
        """End the gesture of this button."""
        if self.gesture is not None and button == self.button:
            gesture, self.gesture = self.gesture, None
            gesture.flush()
            gesture.finish()
        self.refresh()

    def rest(self) -> None:
        """Nothing is in hand, and the mouse is somewhere else."""
        self.gesture = None
        self.leave()

    def leave(self) -> None:
        """The mouse left the canvas."""
        self.at = None
        self.refresh()

    def cancel(self) -> bool:
        """Take the gesture back; False if there is none."""
        if self.gesture is None:
            return False
        gesture, self.gesture = self.gesture, None
        gesture.cancel()
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show at the cursor what the mouse does now."""
        if self.at is None or (self.gesture is None and not self._table.inside(self.at)):
            self._table.show_overlay(Overlay())
            self._table.show_cursor(Qt.CursorShape.ArrowCursor)
        elif self.gesture is not None:
            self._table.show_overlay(self.gesture.overlay(self.at))
            if self.gesture.cursor is not None:
                self._table.show_cursor(self.gesture.cursor)
        else:
            hover = self.mode.hover(self._table, self.at, self._keys)
            self._table.show_overlay(hover.overlay)
            self._table.show_cursor(hover.cursor)

    def _begun(self, at: FloatArray, button: Qt.MouseButton) -> Gesture | None:
        if button in PANS:
            return Pan(self._table, at)
        if button is not Qt.MouseButton.LeftButton or not self._table.inside(at):
            return None
        return self.mode.begin(self._table, Press(at, self._keys))
