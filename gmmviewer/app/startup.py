"""From nothing to a window: the application object, the first data, the hooks."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gmmviewer import __version__
from gmmviewer.app.cli import UsageError
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.failures import FaultReporter, start_logging
from gmmviewer.app.overrides import guard_overrides
from gmmviewer.app.settings import Settings
from gmmviewer.app.window import Window
from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.mixture.families import family
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K, Document
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import program_icon
from gmmviewer.views.inspector.model import LARGEST_SEED

# Threads take turns more often than the usual 5 ms: the GUI thread waits at most 5 ms for the others while a
# million points are panned, and not 23; shorter intervals bring no more.
SWITCH_INTERVAL = 0.001
FIRST_DATA = "old_faithful"
LARGEST_KEPT = 30 * 2**20  # bytes; above 32 MB the C library does not learn


def application() -> QApplication:
    """The one QApplication, made if there is none yet."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    app = QApplication(sys.argv[:1])
    app.setApplicationName("gmmviewer")
    app.setApplicationDisplayName("GMM Viewer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("gmmviewer")
    app.setStyle("Fusion")
    app.setWindowIcon(program_icon())
    guard_overrides()
    _keep_freed_memory()
    sys.setswitchinterval(SWITCH_INTERVAL)
    return app


def _keep_freed_memory() -> None:
    """Let the C library keep the large blocks that every picture needs instead of giving them back.

    glibc learns from one large block being freed; it saves some 2,000 page faults, 10 ms, per picture.
    """
    np.ones(LARGEST_KEPT, dtype=np.uint8)


def open_window(first: Edit, settings: Settings | None = None) -> Window:
    """A window whose first snapshot is what ``first`` makes of an empty sheet."""
    remembered = settings or Settings()
    empty = Snapshot(Document(PointSet.of(np.empty((0, 2)))), view=remembered.view_choices())
    window = Window(Store(first(empty)), remembered)
    window.show()
    return window


def open_table(table: Table, columns: str | None = None) -> Edit:
    """Show columns of a table: those typed, or the first one or two numeric ones. ``DataError`` if none."""
    points = table.points(table.resolve(columns) if columns else None)
    return edits.open_points(points, table=table)


def model_choices(k: int | None, covariance: str | None, seed: int | None) -> Edit:
    """The choices of the command line or of ``view``; ``ValueError`` if they make no model."""

    def edit(snapshot: Snapshot) -> Snapshot:
        changes: dict[str, object] = {}
        if k is not None:
            if not 1 <= k <= LARGEST_K:
                raise ValueError(f"K = {k} is not between 1 and {LARGEST_K}")
            changes["k"] = k
        if covariance is not None:
            changes["covariance"] = family(covariance, snapshot.document.points.d).letters
        if seed is not None:
            if not 0 <= seed <= LARGEST_SEED:
                raise ValueError(f"the seed {seed} is not between 0 and {LARGEST_SEED}")
            changes["seed"] = seed
        return edits.choose_model(**changes)(snapshot)

    return edit


def run_window(options: argparse.Namespace) -> int:
    """Open the window for the command line and run until it is closed."""
    path = Path(options.file) if options.file else None
    if path is not None and not path.is_file():
        what = "is a folder; choose a file in it" if path.is_dir() else "there is no such file"
        raise UsageError(f"{path}: {what}")
    app = application()
    start_logging()
    choices = model_choices(options.k, options.covariance, options.seed)
    try:
        window = open_window(edits.nothing if path else edits.both(open_builtin(FIRST_DATA, seed=1), choices))
    except ValueError as mistake:
        raise UsageError(str(mistake)) from mistake
    if path is not None:
        window.files.open_file(path, options.columns, choices)
    signal.signal(signal.SIGINT, _close_all)  # noticed when Python runs: the window's collector sees to it
    return run_until_closed(app, window)


def run_until_closed(app: QApplication, window: Window) -> int:
    """Turn the event loop until the last window is closed; faults are shown in this one."""
    faults = FaultReporter(window.store, app)
    faults.install()
    try:
        return app.exec()
    finally:
        faults.remove()


def _close_all(_number: int, _frame: object) -> None:
    QTimer.singleShot(0, QApplication.closeAllWindows)  # Python may be in the middle of painting now
