"""Garbage collection on the GUI thread only.

Python collects cycles in whichever thread allocates next. In a worker thread that would destroy Qt objects
outside the GUI thread, which crashes within seconds.
"""

from __future__ import annotations

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1000


class Collector(QObject):
    """Turns the automatic collector off and collects from a timer of the GUI thread.

    Every window has one; when the last one stops, the automatic collector is back.
    """

    _active: ClassVar[set[int]] = set()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._active.add(id(self))
        gc.disable()
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the generations that are due, as the automatic collector would."""
        thresholds, counts = gc.get_threshold(), gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > max(thresholds[generation], 1):
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Back to the automatic collector, unless another window needs this one's rule."""
        self._timer.stop()
        self._active.discard(id(self))
        if not self._active:
            gc.enable()
