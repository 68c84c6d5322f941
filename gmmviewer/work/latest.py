"""A worker thread for pictures: whatever is asked last is what gets done."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.work.thread import Report, Serve, ShouldStop, WorkThread


class LatestWins(QObject):
    """Asks a worker thread for one thing at a time and skips requests that were overtaken.

    A request is overtaken by the next one of its own type; types take turns. Requests that are ``patient``
    have a thread of their own, begun with the first of them: they take seconds, and no picture is to wait
    for them.
    """

    answered = Signal(object)

    def __init__(self, serve: Serve, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._serve = _ToTheEnd(serve)
        self._name = name
        self._waiting: dict[type, object] = {}
        self._thread = WorkThread(self._serve, name, self)
        self._thread.answered.connect(self._on_answered)
        self._patient: LatestWins | None = None

    @Slot(object)
    def want(self, request: object) -> None:
        """Ask for this; what was waiting of its type is forgotten."""
        if getattr(request, "patient", False):
            self._of_patience()._take(request)
        else:
            self._take(request)

    def close(self) -> None:
        """End the thread, or both."""
        self._waiting.clear()
        self._thread.close()
        if self._patient is not None:
            self._patient.close()

    def _of_patience(self) -> LatestWins:
        if self._patient is None:
            self._patient = LatestWins(self._serve, f"{self._name}, patient", self)
            self._patient.answered.connect(self.answered)
        return self._patient

    def _take(self, request: object) -> None:
        if self._thread.busy:
            self._waiting[type(request)] = request
        else:
            self._thread.ask(request)

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        if self._waiting:  # before the answer is told: whoever asks on hearing it asks for something newer
            self._thread.ask(self._waiting.pop(next(iter(self._waiting))))
        self.answered.emit(answer)


class _ToTheEnd:
    """Serves a thread that is told to stop only when it ends: being broken off is no fault then, and nobody
    hears the last answer."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve

    def __call__(self, request: Any, should_stop: ShouldStop, report: Report) -> Any:
        try:
            return self._serve(request, should_stop, report)
        except Cancelled:
            return None
