"""The one mutable thing in the program: it holds the snapshot and says when it changed."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QThread, Signal

from gmmviewer.session import history as past
from gmmviewer.session.edits import Edit
from gmmviewer.session.history import History
from gmmviewer.session.snapshot import Snapshot


class Store(QObject):
    """Holds the snapshot; lives in the GUI thread and refuses to be changed from another.

    ``changed(old, new)`` is emitted once per edit that changed anything. Edits made by a listener while
    ``changed`` is being emitted are applied at once and announced after it, so that every listener sees
    every change once and in order.
    """

    changed = Signal(object, object)

    def __init__(self, snapshot: Snapshot, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._history = History()
        self._unannounced: deque[tuple[Snapshot, Snapshot]] = deque()
        self._announcing = False

    @property
    def snapshot(self) -> Snapshot:
        """Everything on screen, now."""
        return self._snapshot

    @property
    def history(self) -> History:
        """What can be undone and redone."""
        return self._history

    def apply(self, edit: Edit, label: str | None = None, gesture: object | None = None) -> None:
        """Make a change. With a ``label`` it can be undone; parts of one ``gesture`` are undone together.

        Raises ``RuntimeError`` off the GUI thread.
        """
        self._check_thread()
        before = self._snapshot
        after = edit(before)
        if label is not None and after.document is not before.document:
            self._history = self._history.record(before, label, gesture)
        self._show(after)

    def undo(self) -> None:
        """Take the last action back."""
        self._check_thread()
        self._history, snapshot = past.undo(self._history, self._snapshot)
        self._show(snapshot)

    def redo(self) -> None:
        """Do the last undone action again."""
        self._check_thread()
        self._history, snapshot = past.redo(self._history, self._snapshot)
        self._show(snapshot)

    def cancel(self, gesture: object) -> None:
        """Take a gesture back as if it had not begun; nothing if it changed nothing yet."""
        self._check_thread()
        mine = self._history.up_to(gesture)
        if mine is not None:
            back, snapshot = past.undo(mine, self._snapshot)
            self._history = History(back.undo)
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot is self._snapshot:
            return
        self._unannounced.append((self._snapshot, snapshot))
        self._snapshot = snapshot
        if self._announcing:
            return
        self._announcing = True
        try:
            while self._unannounced:
                self.changed.emit(*self._unannounced.popleft())
        finally:
            self._announcing = False

    def _check_thread(self) -> None:
        if QThread.currentThread() is not self.thread():
            raise RuntimeError("the store may only be changed in the GUI thread; send a signal instead")
