"""A worker thread for pictures: whatever is asked last is what gets done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gmmviewer.work.thread import Serve, WorkThread


class LatestWins(QObject):
    """Asks a worker thread for one thing at a time and skips requests that were overtaken.

    A request is overtaken by the next one of its own type; types take turns.
    """

    answered = Signal(object)

    def __init__(self, serve: Serve, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[type, object] = {}
        self._thread = WorkThread(serve, name, self)
        self._thread.answered.connect(self._on_answered)

    @Slot(object)
    def want(self, request: object) -> None:
        """Ask for this; what was waiting of its type is forgotten."""
        if self._thread.busy:
            self._waiting[type(request)] = request
        else:
            self._thread.ask(request)

    def close(self) -> None:
        """End the thread."""
        self._waiting.clear()
        self._thread.close()

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        if self._waiting:  # before the answer is told: whoever asks on hearing it asks for something newer
            self._thread.ask(self._waiting.pop(next(iter(self._waiting))))
        self.answered.emit(answer)
