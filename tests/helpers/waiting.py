"""Waiting for what a test is about: a signal of a GUI-thread object, never the clock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.store import Store
from gmmviewer.work.driver import Driver
from gmmviewer.work.requests import next_request

PATIENCE_MS = 60_000  # a test that waits this long has failed


def until(qtbot: QtBot, signal: SignalInstance, condition: Callable[[], bool]) -> None:
    """Come back once ``condition()`` holds; it is looked at now and whenever ``signal`` is emitted."""
    if not condition():
        qtbot.waitSignal(signal, timeout=PATIENCE_MS, check_params_cb=lambda *_: condition()).wait()


def settled(qtbot: QtBot, driver: Driver, store: Store) -> None:
    """Come back once nothing is in flight and nothing more is wanted."""
    watch = _Watch(driver, store)
    until(qtbot, watch.settled, watch.is_settled)


class _Watch(QObject):
    """Says when a driver has come to rest: only an answer or a change can bring that about."""

    settled = Signal()

    def __init__(self, driver: Driver, store: Store) -> None:
        super().__init__()
        self._driver = driver
        self._store = store
        driver._thread.answered.connect(self.look)
        store.changed.connect(self.look)

    def is_settled(self) -> bool:
        """Whether nothing is in flight and nothing more is wanted."""
        snapshot = self._store.snapshot
        wanted = snapshot.activity.running or snapshot.activity.pending or next_request(snapshot) is not None
        return self._driver.idle and not wanted

    @Slot()
    def look(self) -> None:
        """Look again."""
        if self.is_settled():
            self.settled.emit()
