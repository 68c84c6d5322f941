"""The line and the table of the points at a million and ten million: what keeps the event loop waiting.

Opening, steps, zoom, and every choice that the line has, one after the other; then sorting and selecting in
the table. *Late* is how long a timer had to wait meanwhile that fires every 2 ms.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gmmviewer.app.data_dialog import DataDialog
from gmmviewer.app.settings import Settings
from gmmviewer.app.startup import application, open_window
from gmmviewer.app.window import Window
from gmmviewer.data.points import PointSet
from gmmviewer.scene.bins import BinRule
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from tests.perf.bench_canvas import late_rows
from tests.perf.bench_window import _close, _settle, _turn_until
from tests.perf.nowhere import use_default_settings
from tests.perf.table import Row
from tests.perf.watching import K, draws, is_warm, lateness, paced, wheel, window_with

STEPS = {1_000_000: 15, 10_000_000: 4}
NOTCHES = 40
SORTED_BY = ("x", "label", "r₁", "uncertainty")


def rows() -> list[Row]:
    """Everything the line and the table promise about large data."""
    application()
    found = []
    for n in STEPS:
        window = _empty_window()
        found += _opening(window, _line(n), n)
        found += _steps(window, n)
        found += _zoom(window, n)
        found += _choices(window, n)
        _close(window)
        gc.collect()
    window = window_with(1_000_000)
    found += _table(window, 1_000_000)
    _close(window)
    return found


# ---------------------------------------------------------------- the line


def _opening(window: Window, points: PointSet, n: int) -> list[Row]:
    """From ten thousand points to n, until bars, curves and the rug are there."""
    with lateness() as late:
        took = _until_ready(window, edits.open_points(points, K, "full"))
    return [Row(f"line, n = {n:,}: open, with all bars", took, "ms"), *_maximum("open", late)]


def _steps(window: Window, n: int) -> list[Row]:
    times = []
    with lateness() as late:
        for _ in range(STEPS[n]):
            before, began = window.store.snapshot.state, time.perf_counter()
            QTest.keyClick(window, Qt.Key.Key_Space)
            _turn_until(lambda old=before: window.store.snapshot.state is not old and _ready(window))
            times.append(1000 * (time.perf_counter() - began))
    label = f"line, n = {n:,}: a step"
    return [Row(f"{label}, median", float(np.median(times)), "ms"), *late_rows("late in these", late)]


def _zoom(window: Window, n: int) -> list[Row]:
    """A notch per frame of a 60 Hz display, over strokes and over discs."""
    found = []
    for jitter in (False, True):
        _until_ready(window, edits.choose_view(jitter=jitter))
        with lateness() as late:
            times = [
                paced(window.canvas, lambda i=i: wheel(window.canvas, 1 if i % 20 < 10 else -1))
                for i in range(NOTCHES)
            ]
        label = f"line, n = {n:,}: zoom{' with jitter' if jitter else ''}, frame p95"
        found += [Row(label, float(np.percentile(times, 95)), "ms", 16.0), *late_rows("late in these", late)]
    return found


def _choices(window: Window, n: int) -> list[Row]:
    """Rules and numbers of bins, layers, axes, everything selected: each until all of it is shown."""
    layers = window.store.snapshot.view.layers
    changes: list[dict[str, object]] = [
        *({"bin_rule": rule} for rule in BinRule),
        *({"bins": bins} for bins in range(10, 60, 10)),
        {"bin_rule": BinRule.AUTO},
        {"layers": layers | {"kde"}},
        {"layers": layers | {"truth"}},
        {"layers": layers},
        {"log_density": True},
        {"log_density": False},
        {"counts": True},
        {"jitter": False},
        {"jitter": True},
    ]
    chosen = [edits.choose_view(**change) for change in changes]
    picks = [edits.pick_all(), edits.pick([]), edits.pick_all()]
    with lateness() as late:
        times = [_until_ready(window, edit) for edit in [*chosen, *picks]]
    label = f"line, n = {n:,}: a choice, slowest"
    return [Row(label, max(times), "ms"), *late_rows("late in these", late)]


def _until_ready(window: Window, edit: Edit) -> float:
    """Milliseconds until all that follows from an edit is shown. Only within ``lateness``."""
    _settle()  # the first beat comes before
    began = time.perf_counter()
    window.store.apply(edit)
    _turn_until(lambda: _ready(window))
    took = 1000 * (time.perf_counter() - began)
    _settle()  # what is told later, when nothing moves
    return took


def _ready(window: Window) -> bool:
    snapshot, canvas = window.store.snapshot, window.canvas_1d
    fitted = snapshot.state is not None and window.driver.idle and not snapshot.activity.pending
    return fitted and not draws(window) and canvas._data.is_current


def _line(n: int) -> PointSet:
    """n values in K groups whose classes are known."""
    generator = np.random.default_rng(2)
    centres, classes = generator.uniform(0, 10, size=K), generator.integers(K, size=n)
    return PointSet.of(centres[classes] + 0.5 * generator.normal(size=n), truth=classes)


def _empty_window() -> Window:
    window = open_window(edits.open_points(_line(10_000), K, "full"), Settings())
    window.resize(1280, 800)
    window.activateWindow()  # keys go to the active window, and under Xvfb nobody else makes it so
    window.store.apply(edits.choose_view(motion=False))
    _turn_until(lambda: is_warm(window) and _ready(window))
    _settle()
    return window


# ---------------------------------------------------------------- the table


def _table(window: Window, n: int) -> list[Row]:
    """Sort by one column after the other, up and down; select all rows, and half of them in that order."""
    window.panels.show_data_table()
    (dialog,) = [panel for panel in window.panels._open if isinstance(panel, DataDialog)]
    _settle()
    titles = [column.title for column in dialog.model.columns]
    columns = [titles.index(title) for title in SORTED_BY for _ in range(2)]
    with lateness() as late:
        times = [_timed(lambda at=at: dialog.table.sort_wanted.emit(at), dialog) for at in columns]
    found = [Row(f"table, n = {n:,}: sort, slowest", max(times), "ms"), *late_rows("late in these", late)]
    with lateness() as late:
        _timed(
            lambda: QTest.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier), dialog
        )
        _timed(lambda: QTest.keyClick(dialog.table, Qt.Key.Key_Home), dialog)
        dialog.table.show_line(n // 2)
        _timed(
            lambda: QTest.keyClick(dialog.table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier), dialog
        )
    dialog.close()
    return [*found, *_maximum("all and half of the rows selected", late)]


def _timed(act: Callable[[], None], dialog: DataDialog) -> float:
    """Milliseconds until the lines are in order."""
    _settle()
    began = time.perf_counter()
    act()
    _turn_until(lambda: dialog._asked is None)
    took = 1000 * (time.perf_counter() - began)
    _settle()
    return took


def _maximum(what: str, late: list[float]) -> list[Row]:
    """Of a single event there is no percentile."""
    return [row for row in late_rows(f"late, {what}", late) if "maximum" in row.what]


if __name__ == "__main__":
    use_default_settings()
    for row in rows():
        print(row.line())
    os._exit(0)
