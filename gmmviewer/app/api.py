"""``gmmviewer.view(X)``: the window on data that are already in Python."""

from __future__ import annotations

import sys
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QThread, Slot

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.startup import (
    FIRST_DATA,
    application,
    model_choices,
    open_table,
    open_window,
    run_until_closed,
)
from gmmviewer.app.window import Window
from gmmviewer.data.readers import from_array
from gmmviewer.session.edits import both


class _Shelf(QObject):
    """Keeps windows that nobody refers to, which would vanish, until they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self._windows: list[Window] = []

    def put(self, window: Window) -> None:
        """Keep this window."""
        self.clear()
        self._windows.append(window)
        window.destroyed.connect(self.clear)

    @Slot()
    def clear(self) -> None:
        """Let go of closed windows and of their data."""
        self._windows = [window for window in self._windows if shiboken6.isValid(window)]


_shelf = _Shelf()


def view(
    points: Any = None,
    *,
    columns: str | None = None,
    k: int | None = None,
    covariance: str | None = None,
    seed: int | None = None,
    name: str = "data",
) -> Window:
    """Open a window on ``points``: an array (n,), (n, 1) or (n, 2), a list, or a data frame.

    ``columns`` chooses one or two of several columns ("a,b": names or 0-based numbers); ``k``, ``covariance``
    and ``seed`` choose the model. From a script this runs until the window is closed; where an event loop is
    running already (``%gui qt``) it returns at once. Raises ``ValueError`` when the data cannot be shown.
    """
    app = application()
    if points is None:
        first = open_builtin(FIRST_DATA, seed=1)
    else:
        first = open_table(from_array(points, name), columns)
    window = open_window(both(first, model_choices(k, covariance, seed)))
    _shelf.put(window)
    if not _loop_runs_elsewhere():
        run_until_closed(app, window)
    return window


def _loop_runs_elsewhere() -> bool:
    """Whether somebody else turns the event loop: a running Qt program, or IPython after ``%gui qt``."""
    if QThread.currentThread().loopLevel() > 0:
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return str(getattr(shell, "active_eventloop", None) or "").startswith("qt")
