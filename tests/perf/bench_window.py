"""From key press to painted result, and how long the event loop is ever kept waiting."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from gmmviewer.app.settings import Settings
from gmmviewer.app.startup import application, open_window
from gmmviewer.app.window import Window
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.state import FitState
from gmmviewer.scene.cloud import SYNCHRONOUS_POINTS, CloudRequest
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from tests.perf.table import Row

STEPS = 200
HEARTBEAT_MS = 5
RUN_SECONDS = 4.0


class _Paints(QObject):
    """Notes what there was to paint whenever the canvas is painted."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.state: FitState | None = None
        self.cloud: CloudRequest | None = None
        window.canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.state = self._window.store.snapshot.state
            self.cloud = self._window.canvas._cloud.answered
        return False

    def shows(self, snapshot: Snapshot) -> bool:
        """Whether the canvas shows this state, its point colours included."""
        if self.state is not snapshot.state or snapshot.activity.pending:
            return False
        shown = self._window.canvas._cloud.answered
        late = snapshot.document.points.n > SYNCHRONOUS_POINTS and self.cloud is not shown
        return shown is not None and shown.source is snapshot.source and not late


def rows() -> list[Row]:
    """Steps at two sizes, and the run."""
    application()
    return [
        *_steps(10_000, 33),
        *_steps(100_000, 120),
        *_run(10_000, 25),
    ]


def _window(n: int, k: int = 5) -> Window:
    generator = np.random.default_rng(2)
    centres = generator.uniform(0, 10, size=(k, 2))
    values = centres[generator.integers(k, size=n)] + generator.normal(size=(n, 2))
    window = open_window(edits.open_points(PointSet.of(values), k, "full"), Settings())
    window.resize(1280, 800)
    window.activateWindow()  # keys go to the active window, and under Xvfb nobody else makes it so
    _turn_until(lambda: window.store.snapshot.state is not None and window.driver.idle)
    _turn_until(lambda: not window._warm_up.isActive() and not window.renderer._thread.busy)
    return window


def _steps(n: int, goal: float) -> list[Row]:
    window = _window(n)
    gc.collect()
    gc.disable()
    paints = _Paints(window)
    times = []
    for _ in range(STEPS):
        before = window.store.snapshot.state
        began = time.perf_counter()
        QTest.keyClick(window, Qt.Key.Key_Space)
        _turn_until(lambda old=before: paints.state is not old and paints.shows(window.store.snapshot))
        times.append(1000 * (time.perf_counter() - began))
        _settle()
    _close(window)
    gc.enable()
    quantiles = np.percentile(times, [50, 95])
    label = f"Space to painted result, n = {n:,}, K = 5"
    return [Row(f"{label}: median", quantiles[0], "ms"), Row(f"{label}: p95", quantiles[1], "ms", goal)]


def _run(n: int, goal: float) -> list[Row]:
    window = _window(n)
    window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=1_000_000))
    window.store.apply(edits.choose_view(speed="fastest"))
    _turn_until(lambda: window.driver.idle and window.store.snapshot.state is not None)
    beats: list[float] = []
    timer = QTimer(interval=HEARTBEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(_Beat(beats, timer).beat)
    timer.start()
    QTest.keyClick(window, Qt.Key.Key_R)
    end = time.perf_counter() + RUN_SECONDS
    _turn_until(lambda: time.perf_counter() > end)  # the heartbeat wakes it
    timer.stop()
    iterations = window.store.snapshot.state.iteration
    _close(window)
    gaps = 1000 * np.diff(beats)
    label = f"event-loop gap in a run, n = {n:,}, K = 5"
    return [
        Row(f"{label}: p99", float(np.percentile(gaps, 99)), "ms", goal),
        Row(f"{label}: maximum", float(gaps.max()), "ms"),
        Row(f"iterations per second in that run, n = {n:,}", iterations / RUN_SECONDS, "/s"),
    ]


class _Beat(QObject):
    def __init__(self, beats: list[float], parent: QObject) -> None:
        super().__init__(parent)
        self._beats = beats

    def beat(self) -> None:
        self._beats.append(time.perf_counter())


def _turn_until(done: Callable[[], bool]) -> None:
    """Turn the event loop until something is so."""
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _settle() -> None:
    """Let everything that is still to be done happen: nobody presses a key within 50 ms of the last."""
    loop = QEventLoop()
    QTimer.singleShot(50, loop.quit)
    loop.exec()


def _close(window: Window) -> None:
    window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
