"""Keeps the model thread busy with what the snapshot asks for, one request in flight at a time.

The flow is *pull*: an answer is applied, the window paints, and only then the next request goes out. A
request is abandoned at the first change that makes it obsolete, which identity decides: no locks are needed,
nothing stale is ever shown, and nothing is added to a document behind the back of undo, redo or pause.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from gmmviewer.session import edits
from gmmviewer.session.choices import speed
from gmmviewer.session.history import Run
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.work.requests import AdvanceRequest, Answer, StartRequest, is_obsolete, next_request, serve
from gmmviewer.work.thread import Crash, Report, ShouldStop, WorkThread

PAINT_WITHIN_MS = 40  # a hidden or minimised window does not paint
SLOW_AFTER_MS = 500  # work that takes longer is shown, with a way to cancel it


def _serve(request: StartRequest | AdvanceRequest, should_stop: ShouldStop, _report: Report) -> Answer:
    return serve(request, should_stop)


class Driver(QObject):
    """Steps, runs and pauses EM as the store asks. ``slow(text)``: long work began; "" when it ended.

    ``paint_within``: how long (ms) to wait for ``on_painted`` after an answer, if anything paints at all.
    """

    slow = Signal(str)

    def __init__(self, store: Store, parent: QObject | None = None, paint_within: int = 0) -> None:
        super().__init__(parent)
        self._store = store
        self._paint_within = paint_within
        self._awaits_paint = False
        self._in_flight: StartRequest | AdvanceRequest | None = None
        self._abandoned = False
        self._cancelled_by_user = False
        self._run = Run()
        self._sent_at = -float("inf")
        self._thread = WorkThread(_serve, "model", self)
        self._thread.answered.connect(self._on_answered)
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._pull)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_AFTER_MS)
        self._slow.timeout.connect(self._on_slow)
        self._closed = False
        store.changed.connect(self._on_changed)
        self._pull()

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight."""
        return self._in_flight is None

    @Slot()
    def cancel(self) -> None:
        """The person does not want to wait for the work in flight."""
        if self._in_flight is None:
            return
        self._cancelled_by_user = True
        self._thread.cancel()
        self._store.apply(edits.pause(by_user=True))

    def close(self) -> None:
        """End the thread; nothing is applied after this."""
        if self._closed:
            return
        self._closed = True
        self._next.stop()
        self._slow.stop()
        self._store.changed.disconnect(self._on_changed)
        self._thread.close()

    @Slot(object, object)
    def _on_changed(self, old: Snapshot, new: Snapshot) -> None:
        if new.activity.running and not old.activity.running:
            self._run, self._sent_at = Run(), -float("inf")
        if self._in_flight is not None:
            if is_obsolete(self._in_flight, self._store.snapshot):
                self._abandoned = True
                self._thread.cancel()
        elif not self._paint_comes_first:
            self._pull()

    @property
    def _paint_comes_first(self) -> bool:
        """Whether an answer was applied just now; the wait of a paced run concerns nothing but that run."""
        return self._awaits_paint and self._next.isActive()

    @Slot()
    def on_painted(self) -> None:
        """The answer is on the screen."""
        if self._paint_comes_first:
            self._next.start(0)

    @Slot()
    def _pull(self) -> None:
        """Send the next request, unless one is in flight or a paced run has to wait."""
        if self._in_flight is not None or self._closed:
            return
        self._awaits_paint = False
        snapshot = self._store.snapshot
        request = next_request(snapshot)
        if request is None:
            self._store.apply(edits.pause())
            return
        if isinstance(request, AdvanceRequest) and not request.counted:
            wait = self._sent_at + speed(snapshot.view.speed).interval - time.monotonic()
            if wait > 0:
                self._next.start(round(wait * 1000))
                return
            self._sent_at = time.monotonic()
        self._next.stop()
        self._in_flight, self._abandoned, self._cancelled_by_user = request, False, False
        self._slow.start()
        self._thread.ask(request)

    @Slot(object)
    def _on_answered(self, answer: Answer | Crash) -> None:
        self._in_flight = None
        self._end_slow()
        self._awaits_paint = True
        self._next.start(self._paint_within)
        if isinstance(answer, Crash):
            self._on_crash(answer)
        elif self._abandoned:
            return
        elif isinstance(answer.request, StartRequest):
            self._on_start(answer.request, answer)
        else:
            self._on_advance(answer.request, answer)

    def _on_start(self, request: StartRequest, answer: Answer) -> None:
        if answer.states:
            self._store.apply(edits.evaluated(request.document, answer.states[0]))
        elif answer.failure is not None:
            self._store.apply(edits.failed(request.document, answer.failure))
        elif self._cancelled_by_user:
            advice = "The start was cancelled. Choose New start to try again."
            self._store.apply(edits.failed(request.document, advice))

    def _on_advance(self, request: AdvanceRequest, answer: Answer) -> None:
        if request.counted:
            done = len(answer.states)
            self._store.apply(edits.append_states(request.base, answer.states, halves_done=done), "Step")
        else:
            self._store.apply(edits.append_states(request.base, answer.states), "Run", self._run)

    def _on_crash(self, crash: Crash) -> None:
        text = f"The model thread met a fault and kept your work as it was ({crash.message})."
        told = edits.notify(text, "error")
        if self._abandoned:
            self._store.apply(told)
        elif isinstance(crash.request, StartRequest):  # it would be asked for again at once
            self._store.apply(edits.both(edits.failed(crash.request.document, text), told))
        else:
            self._store.apply(edits.interrupted(text))

    @Slot()
    def _on_slow(self) -> None:
        request = self._in_flight
        if request is not None:
            self.slow.emit(
                "Making a start" if isinstance(request, StartRequest) else "Working on the next step"
            )

    def _end_slow(self) -> None:
        if not self._slow.isActive():
            self.slow.emit("")
        self._slow.stop()
