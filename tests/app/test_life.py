"""The life of a window: what it remembers, how it closes, two of them, and faults of the program."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.failures import FaultReporter, log_path, start_logging
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS
from tests.app.conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier

# ---------------------------------------------------------------- what is remembered


def test_the_next_window_remembers_how_the_last_one_looked(desks: Callable[..., Desk]) -> None:
    first = desks()
    first.press(Key.Key_T, Key.Key_D, Key.Key_I)
    first.window.store.apply(edits.choose_view(speed="quick"))
    first.close()
    second = desks()
    view = second.snapshot.view
    assert view.dark
    assert "heat" in view.layers
    assert view.speed == "quick"
    assert not second.window.inspector.isVisible()


def test_the_next_window_does_not_remember_the_work(desks: Callable[..., Desk]) -> None:
    first = desks()
    first.press(Key.Key_2, Key.Key_F5, Key.Key_Plus, Key.Key_Space)
    first.close()
    second = desks()
    assert second.snapshot.document.model.k == 2
    assert second.state.iteration == 0
    assert not second.snapshot.view.presenter
    assert second.window.inspector.isVisible()


def test_settings_of_another_version_do_no_harm(desks: Callable[..., Desk]) -> None:
    from PySide6.QtCore import QSettings

    stored = QSettings("gmmviewer", "gmmviewer")
    for key, value in {
        "view": '{"theme": "purple", "shown": "nonsense", "level": 7, "speed": "warp"}',
        "geometry": "large",
        "recent": 3,
        "inspector": [],
        "folder": 5,
    }.items():
        stored.setValue(key, value)
    stored.sync()
    desk = desks()
    assert desk.snapshot.view.layers == frozenset(layer.key for layer in LAYERS if layer.shown)
    assert desk.snapshot.view.theme == "light"
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


# ---------------------------------------------------------------- closing


def endless(desk: Desk) -> None:
    """Start a run that never ends."""
    desk.window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=1_000_000))
    desk.settle()
    desk.press(Key.Key_R, settle=False)
    desk.until(lambda now: len(now.document.states) > 2)


def threads(desk: Desk) -> list[object]:
    """The threads of a window."""
    from PySide6.QtCore import QThread

    return list(desk.window.findChildren(QThread))


@pytest.mark.parametrize("doing", ["nothing", "a run", "a start", "reading"])
def test_closing_ends_every_thread(desk: Desk, doing: str, tmp_path: Path) -> None:
    if doing == "a run":
        endless(desk)
    elif doing == "a start":
        desk.press(Key.Key_N, settle=False)
    elif doing == "reading":
        big = tmp_path / "big.csv"
        np.savetxt(big, np.random.default_rng(1).normal(size=(100_000, 2)), fmt="%.6f", delimiter=",")
        desk.window.files.open_file(big)
        assert desk.window.files._loader.busy
    its = threads(desk)
    assert len(its) == 3
    desk.window.close()
    assert not any(thread.isRunning() for thread in its)  # type: ignore[attr-defined]
    desk.close()


def test_ctrl_q_closes(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.window.destroyed, timeout=20_000):
        desk.press((Key.Key_Q, CTRL), settle=False)
    desk._window = None


def test_quitting_twice_closes_once(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.window.destroyed, timeout=20_000):
        desk.window.actions_.trigger("quit")
        desk.window.actions_.trigger("quit")
        desk.window.close()
    desk._window = None


# ---------------------------------------------------------------- two windows


def test_two_windows_do_not_disturb_each_other(desks: Callable[..., Desk]) -> None:
    left, right = desks(), desks(open_builtin("galaxies", 1))
    left.activate()
    left.press(Key.Key_Space, Key.Key_Plus)
    assert right.state.iteration == 0
    assert right.snapshot.document.model.k == 4
    right.activate()
    right.press(Key.Key_Space, Key.Key_Space)
    assert right.state.iteration == 2
    assert (left.snapshot.document.model.k, left.state.iteration) == (3, 0)
    right.close()
    left.activate()
    left.press(Key.Key_Space)
    assert left.state.iteration == 1


def test_two_runs_at_once(desks: Callable[..., Desk]) -> None:
    left, right = desks(), desks(open_builtin("waiting", 1))
    for desk in (left, right):
        desk.activate()
        endless(desk)
    for desk in (left, right):
        there = len(desk.snapshot.document.states)
        desk.until(lambda now, there=there: len(now.document.states) > there + 1)
    right.close()
    left.activate()
    left.press(Key.Key_R)
    assert not left.snapshot.activity.running


# ---------------------------------------------------------------- faults


@pytest.fixture
def faults(desk: Desk, qtbot: QtBot) -> Iterator[FaultReporter]:
    """What the program does with its own faults, as ``gmmviewer`` sets it up."""
    logger = logging.getLogger("gmmviewer")
    present = list(logger.handlers)
    reporter = FaultReporter(desk.window.store)
    start_logging()
    reporter.install()
    yield reporter
    reporter.remove()
    for handler in [h for h in logger.handlers if h not in present]:
        logger.removeHandler(handler)
        handler.close()


def raise_in_a_slot(text: str) -> None:
    """Raise as soon as the event loop turns."""

    def fault() -> None:
        raise RuntimeError(text)

    QTimer.singleShot(0, fault)


def test_a_fault_in_a_slot_is_told_logged_and_survived(desk: Desk, faults: FaultReporter) -> None:
    desk.press(Key.Key_Space)
    before = desk.snapshot.document
    raise_in_a_slot("the slot went wrong")
    desk.until(lambda now: now.notice is not None)
    assert "the slot went wrong" in desk.notice
    assert str(log_path()) in desk.notice
    assert "kept your work" in desk.notice
    assert "the slot went wrong" in log_path().read_text(encoding="utf-8")
    assert "Traceback" in log_path().read_text(encoding="utf-8")
    assert desk.snapshot.document is before
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 2


def test_a_fault_in_a_thread_is_told(desk: Desk, faults: FaultReporter) -> None:
    def fault() -> None:
        raise RuntimeError("the thread went wrong")

    thread = threading.Thread(target=fault)
    thread.start()
    desk.until(lambda now: now.notice is not None)
    thread.join()
    assert "the thread went wrong" in desk.notice


def test_a_view_that_always_fails_does_not_stop_the_program(
    desk: Desk, faults: FaultReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0

    def broken(*_: object) -> None:
        nonlocal count
        count += 1
        if count > 50:
            monkeypatch.undo()
            return
        raise RuntimeError("this view is broken")

    monkeypatch.setattr(desk.window.timeline, "show_snapshot", broken)
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1
    assert count < 20
    assert desk.snapshot.notice is not None
    assert "this view is broken" in desk.snapshot.notice.text


def test_a_fault_after_the_window_closed_is_survived(desk: Desk, faults: FaultReporter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.window.destroyed, timeout=20_000):
        desk.press((Key.Key_Q, CTRL), settle=False)
    desk._window = None
    sys.excepthook(RuntimeError, RuntimeError("too late"), None)
    assert "too late" in log_path().read_text(encoding="utf-8")


def test_the_hooks_are_given_back(desk: Desk) -> None:
    before = sys.excepthook, threading.excepthook
    reporter = FaultReporter(desk.window.store)
    reporter.install()
    assert sys.excepthook != before[0]
    reporter.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_fault_in_the_model_thread_keeps_the_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.press(Key.Key_Space)
    states = desk.snapshot.document.states

    def broken(*_: object) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr("gmmviewer.work.driver.serve", broken)
        desk.press(Key.Key_Space)
    assert "no room" in desk.notice
    assert desk.snapshot.document.states is states
    desk.press(Key.Key_N, Key.Key_Space)
    assert desk.state.iteration == 1
