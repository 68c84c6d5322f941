"""The canvas at ten thousand to ten million points: recolouring, pan and zoom, hover, memory.

Every number comes from a whole window that gets real keys and mouse events. *Recolour + paint* is the time
from a new state being applied until a paint with its colours is done; *late* how long the event loop kept a
timer waiting meanwhile that fires every 2 ms.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtTest import QTest

from gmmviewer.app.startup import application
from gmmviewer.app.window import Window
from gmmviewer.data.points import PointSet
from gmmviewer.session import edits
from tests.perf.bench_window import _close, _settle, _turn_until
from tests.perf.nowhere import use_default_settings
from tests.perf.table import Row
from tests.perf.watching import (
    Clock,
    K,
    clusters,
    draws,
    frame,
    lateness,
    mouse,
    paced,
    wait_for_sharp,
    wheel,
    window_with,
)

STEPS = {10_000: 60, 100_000: 60, 1_000_000: 25, 10_000_000: 6}
GOALS = {10_000: 16.0, 100_000: 33.0, 1_000_000: 150.0, 10_000_000: 2000.0}
P99, MOST = 16.0, 50.0  # ms that anything may keep the event loop waiting
FRAMES = 60
HOVERS = 300


def rows() -> list[Row]:
    """Everything the canvas promises about large data."""
    application()
    found = []
    for n in STEPS:
        window = window_with(n)
        found += _steps(window, n)
        if n >= 1_000_000:
            found += _pan(window, n)
            found += _zoom(window, n)
        if n == 1_000_000:
            found += _hover(window, n)
        _close(window)
        gc.collect()
    return [*found, *_memory(10_000_000)]


# ---------------------------------------------------------------- what is measured


def _steps(window: Window, n: int) -> list[Row]:
    """One Space after the other, each as soon as its colours are painted."""
    clock, times = Clock(window), []
    with lateness() as late:
        for _ in range(STEPS[n]):
            clock.applied = None
            QTest.keyClick(window, Qt.Key.Key_Space)
            _turn_until(lambda: clock.shows(window.store.snapshot))
            times.append(1000 * (clock.painted - (clock.applied or clock.painted)))
    clock.deleteLater()
    label = f"recolour + paint, n = {n:,}, K = {K}"
    median, high = np.percentile(times, [50, 95])
    return [
        Row(f"{label}: median", float(median), "ms", GOALS[n]),
        Row(f"{label}: p95", float(high), "ms"),
        *late_rows(f"late in these, n = {n:,}", late),
    ]


def _pan(window: Window, n: int) -> list[Row]:
    """A drag across the canvas, one move per frame of a 60 Hz display."""
    canvas = window.canvas
    start = QPointF(canvas.width() // 2, canvas.height() // 2)
    times = []
    with lateness() as late:
        mouse(canvas, QEvent.Type.MouseButtonPress, start)
        for i in range(1, FRAMES + 1):
            at = start + QPointF(round(140 * np.sin(i / 6)), round(90 * np.sin(i / 9)))
            times.append(paced(canvas, lambda at=at: mouse(canvas, QEvent.Type.MouseMove, at)))
        mouse(canvas, QEvent.Type.MouseButtonRelease, start)
        wait_for_sharp(window)
    return _frame_rows("pan", n, times, late)


def _zoom(window: Window, n: int) -> list[Row]:
    """In and out with the wheel, one frame per notch; then the time until the picture is sharp again."""
    canvas, times = window.canvas, []
    with lateness() as late:
        for i in range(FRAMES):
            notch = 1 if i % 20 < 10 else -1
            times.append(paced(canvas, lambda notch=notch: wheel(canvas, notch)))
        wait_for_sharp(window)
        wheel(canvas, 1)
        began = time.perf_counter()
        wait_for_sharp(window)
        sharp = 1000 * (time.perf_counter() - began)
    return [*_frame_rows("zoom", n, times, late), Row(f"  sharp after a notch, n = {n:,}", sharp, "ms")]


def _hover(window: Window, n: int) -> list[Row]:
    """Moves of the mouse over the points, each with all that is read out."""
    canvas, generator, times = window.canvas, np.random.default_rng(4), []
    mouse(canvas, QEvent.Type.MouseMove, QPointF(300, 200), Qt.MouseButton.NoButton)
    _turn_until(lambda: not draws(window))  # the index of the points
    for _ in range(HOVERS):
        x, y = generator.uniform(0.2, 0.8, 2)
        at = QPointF(round(x * canvas.width()), round(y * canvas.height()))
        began = time.perf_counter()
        mouse(canvas, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        times.append(1000 * (time.perf_counter() - began))
        QCoreApplication.processEvents()
    label = f"hover readout, n = {n:,}"
    median, high = np.percentile(times, [50, 95])
    return [Row(f"{label}: median", float(median), "ms"), Row(f"{label}: p95", float(high), "ms", 5.0)]


def _memory(n: int) -> list[Row]:
    """Bytes per point beyond the values, in a process of its own, after steps, pan and zoom."""
    if not Path("/proc/self/statm").exists():
        return []
    answer = subprocess.run(
        [sys.executable, "-m", "tests.perf.bench_canvas", str(n)], check=True, capture_output=True, text=True
    )
    kept, peak = (float(word) for word in answer.stdout.split()[-2:])
    return [
        Row(f"memory beyond the data, per point, n = {n:,}", kept, "B", 40.0),
        Row("  at its peak", peak, "B"),
    ]


def late_rows(label: str, late: list[float]) -> list[Row]:
    p99 = float(np.percentile(late, 99))
    return [Row(f"  {label}: p99", p99, "ms", P99), Row(f"  {label}: maximum", max(late), "ms", MOST)]


def _frame_rows(what: str, n: int, times: list[float], late: list[float]) -> list[Row]:
    median, high = np.percentile(times, [50, 95])
    label = f"{what} frame, n = {n:,}"
    return [
        Row(f"{label}: median", float(median), "ms"),
        Row(f"{label}: p95", float(high), "ms", 16.0),
        *late_rows(f"late in these, n = {n:,}", late),
    ]


# ---------------------------------------------------------------- memory, in a process of its own


def _resident(which: str = "VmRSS") -> int:
    """Bytes of this process in memory now (``VmRSS``), or at most so far (``VmHWM``)."""
    line = next(s for s in Path("/proc/self/status").read_text().splitlines() if s.startswith(which))
    return 1024 * int(line.split()[1])


def _measure_memory(n: int) -> None:
    """Print the bytes per point that a window needs beyond the values, at the end and at the peak."""
    application()
    window = window_with(1_000_000)  # what every window needs, and what the C library keeps for the next
    _exercise(window)
    _open(window, clusters(20_000))
    _exercise(window)
    points = clusters(n)
    gc.collect()
    before = _resident()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    _open(window, points)
    _exercise(window)
    gc.collect()
    print((_resident() - before) / n, (_resident("VmHWM") - before) / n)
    sys.stdout.flush()
    os._exit(0)


def _open(window: Window, points: PointSet) -> None:
    window.store.apply(edits.open_points(points, K, "full"))
    _turn_until(lambda: window.driver.idle and not window.store.snapshot.activity.pending)


def _exercise(window: Window) -> None:
    """Two steps, some zooming, a look at a point."""
    clock = Clock(window)
    for _ in range(2):
        clock.applied = None
        QTest.keyClick(window, Qt.Key.Key_Space)
        _turn_until(lambda: clock.shows(window.store.snapshot))
    for notch in (1, 1, -1, -1):
        frame(window.canvas, lambda notch=notch: wheel(window.canvas, notch))
    mouse(window.canvas, QEvent.Type.MouseMove, QPointF(300, 300), Qt.MouseButton.NoButton)
    wait_for_sharp(window)
    _turn_until(lambda: not draws(window))
    _settle()


if __name__ == "__main__":
    use_default_settings()
    if len(sys.argv) > 1:
        _measure_memory(int(sys.argv[1]))
    for row in rows():
        print(row.line())
    os._exit(0)
