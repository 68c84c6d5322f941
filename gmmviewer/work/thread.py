"""One worker thread with one owner: it takes a frozen request, and always answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal, Slot

logger = logging.getLogger(__name__)

ShouldStop: TypeAlias = Callable[[], bool]
Report: TypeAlias = Callable[[float], None]
Serve: TypeAlias = Callable[[Any, ShouldStop, Report], Any]


@dataclass(frozen=True, eq=False)
class Crash:
    """The answer to a request whose work raised: a fault of the program, already in the log."""

    request: object
    message: str


class _Clerk(QObject):
    """The part that lives in the worker thread."""

    answered = Signal(object)
    reported = Signal(float)

    def __init__(self, serve: Serve, stop: threading.Event) -> None:
        super().__init__()
        self._serve = serve
        self._stop = stop

    @Slot(object)
    def take(self, request: object) -> None:
        """Do the work and answer, whatever happens."""
        try:
            answer = self._serve(request, self._stop.is_set, self.reported.emit)
        except Exception as fault:  # the thread must answer, or the window would wait for ever
            logger.exception("a request failed in the worker thread")
            answer = Crash(request, f"{type(fault).__name__}: {fault}")
        self.answered.emit(answer)


class WorkThread(QObject):
    """The GUI-thread side of a worker thread.

    ``ask(request)`` sends one request; ``answered(answer)`` comes back in the GUI thread, exactly once.
    ``serve(request, should_stop, report)`` runs in the worker thread and must not touch Qt objects.
    """

    answered = Signal(object)
    reported = Signal(float)
    _asked = Signal(object)

    def __init__(self, serve: Serve, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._busy = False
        self._closed = False
        self._stop = threading.Event()
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._clerk = _Clerk(serve, self._stop)
        self._clerk.moveToThread(self._thread)
        self._asked.connect(self._clerk.take)
        self._clerk.answered.connect(self._on_answered)
        self._clerk.reported.connect(self._on_reported)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a request is in flight."""
        return self._busy

    def ask(self, request: object) -> None:
        """Send a request. ``RuntimeError`` while another is in flight: ask, do not push."""
        if self._busy:
            raise RuntimeError("one request at a time: wait for the answer or cancel")
        self._busy = True
        self._stop.clear()
        self._asked.emit(request)

    def cancel(self) -> None:
        """Ask the work in flight to end soon; its answer still comes."""
        self._stop.set()

    def close(self) -> None:
        """End the thread and wait for it: a running QThread at exit aborts the process.

        What it sent and has not arrived yet is not delivered any more.
        """
        self._closed = True
        self._stop.set()
        self._thread.quit()
        self._thread.wait()

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        self._busy = False
        if not self._closed:
            self.answered.emit(answer)

    @Slot(float)
    def _on_reported(self, fraction: float) -> None:
        if not self._closed:
            self.reported.emit(fraction)
