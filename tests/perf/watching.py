"""Watching a window from outside: what it shows and when, with real keys and mouse events."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gmmviewer.app.settings import Settings
from gmmviewer.app.startup import open_window
from gmmviewer.app.window import Window
from gmmviewer.data.points import PointSet
from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from tests.perf.bench_window import _settle, _turn_until

K = 5
HEARTBEAT_MS = 2
REFRESH = 1 / 60  # seconds


class Clock(QObject):
    """When a state was applied, and when the canvas had last painted, and what."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.applied: float | None = None
        self.painted = 0.0
        self._shown: object = None
        self._apply = window.store.apply
        window.store.apply = self._timed_apply  # type: ignore[method-assign]  # the only moment before views
        window.canvas.painted.connect(self._on_painted)

    def _timed_apply(self, edit: Edit, *rest: object) -> Snapshot:
        began, before = time.perf_counter(), self._window.store.snapshot.state
        result = self._apply(edit, *rest)  # type: ignore[arg-type]
        if self._window.store.snapshot.state is not before:
            self.applied = began
        return result

    @Slot()
    def _on_painted(self) -> None:
        self.painted = time.perf_counter()
        answered = self._window.canvas_2d._cloud.answered
        self._shown = None if answered is None else answered.source

    def shows(self, snapshot: Snapshot) -> bool:
        """Whether a new state was applied and its colours are on the screen."""
        return self.applied is not None and self._shown is snapshot.source and not snapshot.activity.pending


class _Heart(QObject):
    """Notes when its timer fires."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[float] = []
        self.timer = QTimer(self, interval=HEARTBEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._beat)
        self.timer.start()

    @Slot()
    def _beat(self) -> None:
        self.beats.append(time.perf_counter())


@contextmanager
def lateness() -> Iterator[list[float]]:
    """By how many milliseconds each beat was late; complete at the end. No garbage is collected meanwhile."""
    gc.collect()
    gc.disable()
    heart, late = _Heart(), []
    yield late
    heart.timer.stop()
    late += np.maximum(1000 * np.diff(heart.beats) - HEARTBEAT_MS, 0.0).tolist()
    gc.enable()


def window_with(n: int) -> Window:
    """A window that shows n points and the start of a fit, without motion."""
    window = open_window(edits.open_points(clusters(n), K, "full"), Settings())
    window.resize(1280, 800)
    window.activateWindow()  # keys go to the active window, and under Xvfb nobody else makes it so
    window.store.apply(edits.choose_view(motion=False, mode=MouseMode.LOOK))
    _turn_until(lambda: window.store.snapshot.state is not None and window.driver.idle)
    wait_for_sharp(window)
    _turn_until(lambda: is_warm(window))
    _settle()
    return window


def is_warm(window: Window) -> bool:
    """Whether the libraries of large pictures are loaded, which begins when the window has appeared."""
    return not window._warm_up.isActive() and not window.renderer._thread.busy


def clusters(n: int) -> PointSet:
    """n points in K round groups."""
    generator = np.random.default_rng(2)
    centres = generator.uniform(0, 10, size=(K, 2))
    values = generator.normal(size=(n, 2))
    values += centres[generator.integers(K, size=n)]
    return PointSet.of(values)


def wait_for_sharp(window: Window) -> None:
    """Until the cloud on screen is the one of this view."""
    canvas = window.canvas_2d

    def sharp() -> bool:
        wanted = canvas._cloud.request(canvas.frame(), canvas._ink)
        return wanted is None or wanted.same_picture(canvas._cloud.answered)

    _turn_until(sharp)


def frame(canvas: QObject, act: Callable[[], None]) -> float:
    """Milliseconds from an event until it is painted."""
    done: list[float] = []
    note = _Note(done)
    canvas.painted.connect(note.take)
    began = time.perf_counter()
    act()
    _turn_until(lambda: bool(done))
    canvas.painted.disconnect(note.take)
    return 1000 * (done[0] - began)


def paced(canvas: QObject, act: Callable[[], None]) -> float:
    """The same, and then nothing until a display would show the next frame. Only within ``lateness``.

    A hand cannot turn a wheel without any pause, and events without one let no timer have its turn.
    """
    began = time.perf_counter()
    took = frame(canvas, act)
    _turn_until(lambda: time.perf_counter() >= began + REFRESH)  # the heartbeat wakes it
    return took


class _Note(QObject):
    def __init__(self, times: list[float]) -> None:
        super().__init__()
        self._times = times

    @Slot()
    def take(self) -> None:
        self._times.append(time.perf_counter())


def mouse(
    canvas: QObject, kind: QEvent.Type, at: QPointF, held: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    """Send a mouse event."""
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else held
    now = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else held
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, now, none))


def wheel(canvas: QObject, notches: int) -> None:
    """Turn the wheel over the middle."""
    at = QPointF(canvas.width() / 2, canvas.height() / 2)
    turn, none = QPoint(0, 120 * notches), Qt.MouseButton.NoButton
    phase, plain = Qt.ScrollPhase.NoScrollPhase, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        canvas, QWheelEvent(at, canvas.mapToGlobal(at), QPoint(), turn, none, plain, phase, False)
    )


def draws(window: Window) -> bool:
    """Whether a picture or an index is being made."""
    lanes = (window.renderer, window.renderer._patient)
    return any(lane is not None and lane._thread.busy for lane in lanes)
