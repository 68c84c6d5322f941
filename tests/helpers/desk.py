"""A store with the real driver and its real thread, behind a gate, for tests of the work room."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.mixture.state import FitState
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.work.driver import Driver
from gmmviewer.work.requests import serve
from tests.helpers.gate import Gate
from tests.helpers.invariants import assert_sound
from tests.helpers.waiting import settled, until


class Desk:
    """Everything between a key and a picture, without a window. ``close()`` it, or let the fixture do so."""

    def __init__(
        self, qtbot: QtBot, patch: pytest.MonkeyPatch, snapshot: Snapshot, *, done_first: bool = False
    ) -> None:
        self.qtbot = qtbot
        self.gate = Gate(serve, done_first=done_first)
        patch.setattr("gmmviewer.work.driver.serve", self.gate)
        self.store = Store(snapshot)
        self.seen = Witness(self.store)
        self.driver = Driver(self.store)
        self._closed = False

    @property
    def snapshot(self) -> Snapshot:
        """Everything on screen, now."""
        return self.store.snapshot

    @property
    def states(self) -> tuple[FitState, ...]:
        """The trace."""
        return self.store.snapshot.document.states

    def do(self, *changes: Edit, label: str | None = None, gesture: object | None = None) -> None:
        """Apply edits one after the other."""
        for edit in changes:
            self.store.apply(edit, label, gesture)

    def settle(self) -> None:
        """Wait until nothing is in flight and nothing more is wanted."""
        settled(self.qtbot, self.driver, self.store)

    def until_answered(self) -> None:
        """Wait until the answer in flight has been taken or dropped."""
        until(self.qtbot, self.driver._thread.answered, lambda: self.driver.idle)

    def in_flight(self, *changes: Edit) -> None:
        """Apply edits and come back when the request they lead to waits in the worker thread."""
        self.gate.shut()
        self.do(*changes)
        until(self.qtbot, self.driver._next.timeout, lambda: not self.driver.idle)
        self.gate.await_call()

    def finish(self) -> None:
        """Open the gate and wait until everything is done."""
        self.gate.open()
        self.settle()

    def iterate(self, count: int) -> None:
        """Go on by whole iterations, from a state after its E-step, and wait for them."""
        self.do(edits.want_halves(2 * count), label="Step")
        self.settle()

    def close(self) -> None:
        """End the thread."""
        if not self._closed:
            self._closed = True
            self.gate.open()
            self.driver.close()


class Witness(QObject):
    """Looks at every change: whether it is sound, in order, and announced in the GUI thread."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.changes: list[tuple[Snapshot, Snapshot]] = []
        self.faults: list[Any] = []
        store.changed.connect(self.look)

    @Slot(object, object)
    def look(self, old: Snapshot, new: Snapshot) -> None:
        """One more change."""
        if QThread.currentThread() is not self.thread():
            self.faults.append("announced outside the GUI thread")
        if self.changes and self.changes[-1][1] is not old:
            self.faults.append("a change was left out")
        self.changes.append((old, new))
        try:
            assert_sound(new)
        except AssertionError as fault:
            self.faults.append(fault)

    @property
    def trace_lengths(self) -> list[int]:
        """How long the trace was after each change."""
        return [len(new.document.states) for _, new in self.changes]
