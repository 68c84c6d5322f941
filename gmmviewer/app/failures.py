"""Faults of the program: into the log and one message, never into the void.

Exceptions in slots vanish unless there is a hook, and an exception in a thread only kills the thread.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from shiboken6 import isValid

from gmmviewer.session import edits
from gmmviewer.session.snapshot import Notice
from gmmviewer.store import Store

logger = logging.getLogger(__name__)


class FaultReporter(QObject):
    """Catches what nobody caught, from any thread, and shows it in the window; the state is kept."""

    _caught = Signal(str)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._before = sys.excepthook, threading.excepthook
        self._caught.connect(self._on_caught)

    def install(self) -> None:
        """From now on, hooks lead here."""
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(
        self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        logger.critical("uncaught exception", exc_info=(kind, fault, trace))
        self._caught.emit(f"{kind.__name__}: {fault}")

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    @Slot(str)
    def _on_caught(self, text: str) -> None:
        advice = (
            f"The program met a fault and kept your work as it was ({text}). Details are in {log_path()}."
        )
        if isValid(self._store) and self._store.snapshot.notice != Notice(advice, "error"):
            self._store.apply(edits.notify(advice, "error"))  # once, or a view that always fails never ends


def log_path() -> Path:
    """Where the log is."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(folder) / "gmmviewer.log"


def start_logging() -> None:
    """Write warnings and faults to the log file, or to stderr where no file can be written."""
    faulthandler.enable()
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger("gmmviewer").addHandler(handler)
