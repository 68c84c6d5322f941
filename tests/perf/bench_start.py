"""How long it takes until there is something to see. Whole processes, from outside."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tests.perf.table import Row

REPEATS = 7

FIRST_PAINT = """
import os
from PySide6.QtCore import QEvent, QObject
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.startup import application, open_window

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
            os._exit(0)
        return False

app = application()
window = open_window(open_builtin("old_faithful", seed=1))
painted = Painted()
window.installEventFilter(painted)
window.canvas.repaint()
app.processEvents()
os._exit(0)
"""


def rows() -> list[Row]:
    """The version, and the first painted window."""
    return [
        Row("gmmviewer --version (median process)", _median("-m", "gmmviewer", "--version"), "ms", 200),
        Row("first painted window (median process)", _median("-c", FIRST_PAINT), "ms", 1500),
    ]


def _median(*arguments: str) -> float:
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])
