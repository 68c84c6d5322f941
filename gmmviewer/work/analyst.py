"""Long analyses off the GUI thread: one at a time, with progress, results that come in parts, and cancel."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.work.thread import Crash, Report, ShouldStop, WorkThread


class Analysis(Protocol):
    """A frozen request that knows how to answer itself, in whichever thread it is asked to."""

    def run(self, tell: Messenger, should_stop: ShouldStop) -> object:
        """The result. Raises ``ValueError`` with advice where there is none, ``Cancelled`` when told so."""
        ...


class Messenger(Protocol):
    """What an analysis says while it works."""

    def part(self, value: object) -> None:
        """A part of the result."""
        ...

    def progress(self, fraction: float) -> None:
        """How much of the work is done, 0…1."""
        ...


@dataclass(frozen=True, eq=False)
class Outcome:
    """``value`` of an analysis, or ``error``: the one line that says why not. Neither: it was cancelled."""

    analysis: Analysis
    value: object | None
    error: str | None = None


@dataclass(eq=False)
class _Job:
    """An analysis on its way, and the parts that were found but not fetched: a deque needs no lock."""

    analysis: Analysis
    parts: deque[object] = field(default_factory=deque)


@dataclass(eq=False)
class _Post:
    """Carries parts and progress from the worker thread to the GUI thread."""

    parts: deque[object]
    report: Report
    done: float = 0.0

    def part(self, value: object) -> None:
        self.parts.append(value)
        self.report(self.done)

    def progress(self, fraction: float) -> None:
        self.done = fraction
        self.report(fraction)


def _serve(job: _Job, should_stop: ShouldStop, report: Report) -> Outcome:
    analysis = job.analysis
    try:
        return Outcome(analysis, analysis.run(_Post(job.parts, report), should_stop))
    except Cancelled:
        return Outcome(analysis, None)
    except ValueError as mistake:
        return Outcome(analysis, None, str(mistake))
    except MemoryError:
        return Outcome(analysis, None, "There is not enough memory for this; choose less at once.")


class Analyst(QObject):
    """Carries out one analysis at a time; starting another gives the one in flight up.

    ``began`` and ``ended(outcome)`` frame each of them; ``part(value)`` and ``progressed(fraction)`` come in
    between. Of one that was given up nothing is heard any more.
    """

    began = Signal()
    part = Signal(object)
    progressed = Signal(float)
    ended = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: _Job | None = None
        self._waiting: _Job | None = None
        self._thread = WorkThread(_serve, name, self)
        self._thread.answered.connect(self._on_answered)
        self._thread.reported.connect(self._on_reported)

    @property
    def busy(self) -> bool:
        """Whether an analysis is in flight."""
        return self._job is not None

    def start(self, analysis: Analysis) -> None:
        """Carry this out; what is in flight is given up."""
        job = _Job(analysis)
        if self._thread.busy:
            self._waiting = job
            self._thread.cancel()
        else:
            self._begin(job)

    @Slot()
    def cancel(self) -> None:
        """Stop; ``ended`` still comes, with what is there as parts already heard."""
        if self._waiting is not None:
            self._job, self._waiting = self._waiting, None
        self._thread.cancel()

    def close(self) -> None:
        """End the thread; nothing is heard after this."""
        self._job = self._waiting = None
        self._thread.close()

    def _begin(self, job: _Job) -> None:
        self._job = job
        self._thread.ask(job)
        self.began.emit()

    @Slot(float)
    def _on_reported(self, fraction: float) -> None:
        if self._waiting is None:
            self._fetch()
            self.progressed.emit(fraction)

    @Slot(object)
    def _on_answered(self, answer: Outcome | Crash) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._begin(waiting)
            return
        self._fetch()
        job, self._job = self._job, None
        if job is None:
            return
        if isinstance(answer, Crash):
            text = f"The analysis met a fault; it is in the log ({answer.message})."
            answer = Outcome(job.analysis, None, text)
        elif answer.analysis is not job.analysis:  # it was cancelled before its turn came
            answer = Outcome(job.analysis, None)
        self.ended.emit(answer)

    def _fetch(self) -> None:
        while self._job is not None and self._job.parts:
            self.part.emit(self._job.parts.popleft())
