"""The worker thread itself: one request, one answer, one owner; and the one where the latest request wins."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.work.latest import LatestWins
from gmmviewer.work.thread import Crash, WorkThread
from tests.helpers.gate import Gate
from tests.helpers.waiting import until


class Collected(QObject):
    """Answers and reports as they arrive, and where."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Any] = []
        self.reports: list[float] = []
        self.threads: set[QThread] = set()

    @Slot(object)
    def answer(self, answer: object) -> None:
        self.answers.append(answer)
        self.threads.add(QThread.currentThread())

    @Slot(float)
    def report(self, fraction: float) -> None:
        self.reports.append(fraction)
        self.threads.add(QThread.currentThread())


class Room:
    """Makes worker threads and closes them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.collected = Collected()
        self._made: list[tuple[Gate, WorkThread | LatestWins]] = []

    def thread(self, work: Callable[..., Any]) -> tuple[Gate, WorkThread]:
        gate = Gate(work)
        thread = WorkThread(gate, "test")
        thread.answered.connect(self.collected.answer)
        thread.reported.connect(self.collected.report)
        self._made.append((gate, thread))
        return gate, thread

    def latest(self, work: Callable[..., Any]) -> tuple[Gate, LatestWins]:
        gate = Gate(work)
        latest = LatestWins(gate, "test")
        latest.answered.connect(self.collected.answer)
        self._made.append((gate, latest))
        return gate, latest

    def until_answers(self, source: WorkThread | LatestWins, count: int) -> None:
        until(self.qtbot, source.answered, lambda: len(self.collected.answers) >= count)

    def close(self) -> None:
        for gate, thread in self._made:
            gate.open()
            thread.close()


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    made = Room(qtbot)
    yield made
    made.close()


def twice(request: int, _should_stop: Callable[[], bool], _report: Callable[[float], None]) -> int:
    return 2 * request


class Large:
    """Something worth letting go of."""


def deliver_everything() -> None:
    """Whatever the thread still sent is delivered now."""
    QCoreApplication.sendPostedEvents()


# ---------------------------------------------------------------- one thread


def test_a_request_is_answered_in_the_gui_thread_with_the_very_object(room: Room) -> None:
    answer = object()
    gate, thread = room.thread(lambda *_: answer)
    request = object()
    thread.ask(request)
    room.until_answers(thread, 1)
    assert gate.requests[0] is request
    assert room.collected.answers[0] is answer
    assert room.collected.threads == {thread.thread()}
    assert gate.threads != {threading.get_ident()}


def test_one_request_at_a_time(room: Room) -> None:
    gate, thread = room.thread(twice)
    gate.shut()
    thread.ask(1)
    assert thread.busy
    with pytest.raises(RuntimeError, match="one request at a time"):
        thread.ask(2)
    gate.open()
    room.until_answers(thread, 1)
    assert not thread.busy
    assert gate.requests == [1]


def test_the_next_request_may_be_asked_from_the_answer(room: Room) -> None:
    _, thread = room.thread(twice)
    thread.ask(1)
    room.until_answers(thread, 1)
    thread.ask(2)
    room.until_answers(thread, 2)
    assert room.collected.answers == [2, 4]


@pytest.mark.parametrize("fault", [RuntimeError("odd"), MemoryError(), RecursionError("deep")], ids=repr)
def test_whatever_is_raised_is_an_answer_and_the_thread_lives_on(
    room: Room, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def work(request: int, *_: object) -> int:
        if request == 0:
            raise fault
        return request

    _, thread = room.thread(work)
    thread.ask(0)
    room.until_answers(thread, 1)
    (crash,) = room.collected.answers
    assert isinstance(crash, Crash)
    assert crash.request == 0
    assert type(fault).__name__ in crash.message
    assert "Traceback" in caplog.text
    thread.ask(5)
    room.until_answers(thread, 2)
    assert room.collected.answers[-1] == 5


def test_work_is_told_to_stop_and_the_next_request_is_not(room: Room) -> None:
    gate, thread = room.thread(lambda _request, should_stop, _report: should_stop())
    gate.shut()
    thread.ask(1)
    thread.cancel()
    gate.open()
    room.until_answers(thread, 1)
    thread.ask(2)
    room.until_answers(thread, 2)
    assert room.collected.answers == [True, False]


def test_progress_arrives_in_the_gui_thread_before_the_answer(room: Room) -> None:
    def work(_request: object, _should_stop: object, report: Callable[[float], None]) -> int:
        for part in (0.25, 0.5, 1.0):
            report(part)
        return len(room.collected.reports)

    _, thread = room.thread(work)
    thread.ask(1)
    room.until_answers(thread, 1)
    assert room.collected.reports == [0.25, 0.5, 1.0]
    assert room.collected.threads == {thread.thread()}


def test_closing_tells_the_work_to_stop_and_waits_for_it(room: Room) -> None:
    began = threading.Event()

    def until_stopped(_request: object, should_stop: Callable[[], bool], _report: object) -> str:
        began.set()
        while not should_stop():
            pass
        return "stopped"

    _, thread = room.thread(until_stopped)
    thread.ask(1)
    assert began.wait(60)
    before = time.process_time()
    thread.close()
    assert time.process_time() - before < 1.0
    assert thread._thread.isFinished()


def test_nothing_is_delivered_after_closing(room: Room) -> None:
    done = threading.Event()

    def work(_request: object, _should_stop: object, report: Callable[[float], None]) -> str:
        report(1.0)
        done.set()
        return "too late"

    _, thread = room.thread(work)
    thread.ask(1)
    assert done.wait(60)
    thread.close()
    deliver_everything()
    assert room.collected.answers == []
    assert room.collected.reports == []


def test_closing_an_idle_thread_or_one_that_is_closed_is_harmless(room: Room) -> None:
    _, thread = room.thread(twice)
    thread.close()
    thread.close()
    thread.ask(1)
    thread.cancel()
    deliver_everything()
    assert room.collected.answers == []


def test_a_request_that_was_never_taken_up_does_not_keep_the_thread(room: Room) -> None:
    gate, thread = room.thread(twice)
    thread.ask(1)
    thread.close()
    assert thread._thread.isFinished()
    assert gate.most_at_once <= 1


def test_requests_and_answers_are_let_go_of(room: Room) -> None:
    gate, thread = room.thread(lambda *_: Large())
    request = Large()
    thread.ask(request)
    room.until_answers(thread, 1)
    alive = [weakref.ref(request), weakref.ref(room.collected.answers.pop())]
    gate.requests.clear()
    gate.answers.clear()
    del request
    thread.ask(Large())  # the worker has surely left the first one behind
    room.until_answers(thread, 1)
    assert [thing() for thing in alive] == [None, None]


# ---------------------------------------------------------------- the latest wins


def test_overtaken_requests_are_skipped_and_the_last_is_done(room: Room) -> None:
    gate, latest = room.latest(twice)
    gate.shut()
    latest.want(0)
    gate.await_call()
    for request in range(1, 10):
        latest.want(request)
    gate.open()
    room.until_answers(latest, 2)
    assert gate.requests == [0, 9]
    assert room.collected.answers == [0, 18]
    assert gate.most_at_once == 1


def test_with_nothing_waiting_every_request_is_done(room: Room) -> None:
    gate, latest = room.latest(twice)
    for request in range(3):
        latest.want(request)
        room.until_answers(latest, request + 1)
    assert gate.requests == [0, 1, 2]


class Asker(QObject):
    """Asks for a newer picture from inside the answer, as a view does that was moved meanwhile."""

    def __init__(self, latest: LatestWins, newer: int) -> None:
        super().__init__()
        self._latest = latest
        self._newer: int | None = newer
        latest.answered.connect(self.ask)

    @Slot(object)
    def ask(self, _answer: object) -> None:
        newer, self._newer = self._newer, None
        if newer is not None:
            self._latest.want(newer)


def test_a_request_from_inside_an_answer_is_newer_than_one_that_waited(room: Room) -> None:
    gate, latest = room.latest(twice)
    asker = Asker(latest, newer=99)
    gate.shut()
    latest.want(0)
    gate.await_call()
    latest.want(1)
    gate.open()
    until(room.qtbot, latest.answered, lambda: 198 in room.collected.answers and not latest._thread.busy)
    assert asker is not None
    assert room.collected.answers[-1] == 198
    assert gate.requests[-1] == 99


def test_a_fault_in_a_picture_is_an_answer_and_the_next_one_comes(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    def work(request: int, *_: object) -> int:
        return 10 // request

    _, latest = room.latest(work)
    latest.want(0)
    room.until_answers(latest, 1)
    latest.want(5)
    room.until_answers(latest, 2)
    assert isinstance(room.collected.answers[0], Crash)
    assert room.collected.answers[1] == 2
    assert "ZeroDivisionError" in caplog.text


def test_closing_forgets_what_waits(room: Room) -> None:
    gate, latest = room.latest(twice)
    gate.shut()
    latest.want(0)
    gate.await_call()
    latest.want(1)
    gate.open()
    latest.close()
    latest.want(2)
    deliver_everything()
    assert room.collected.answers == []
    assert gate.requests == [0]


@dataclass(frozen=True)
class Patient:
    """A request that may take its time."""

    patient: ClassVar[bool] = True
    number: int


def test_nothing_waits_for_the_patient(room: Room) -> None:
    """While a patient request is being worked on, others are answered; of the patient the latest wins too."""
    hold = threading.Event()

    def work(request: object, *_: object) -> object:
        if isinstance(request, Patient):
            hold.wait(30)
        return request

    _, latest = room.latest(work)
    for number in (1, 2, 3):
        latest.want(Patient(number))
    latest.want("picture")
    room.until_answers(latest, 1)
    assert room.collected.answers == ["picture"]
    hold.set()
    room.until_answers(latest, 3)
    assert room.collected.answers[1:] == [Patient(1), Patient(3)]


def test_closing_in_the_middle_of_a_picture_is_no_fault(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    begun = threading.Event()

    def work(_: object, should_stop: Callable[[], bool], *__: object) -> None:
        begun.set()
        while not should_stop():
            pass
        raise Cancelled

    _, latest = room.latest(work)
    latest.want(0)
    latest.want(Patient(0))
    assert begun.wait(30)
    latest.close()
    deliver_everything()
    assert room.collected.answers == []
    assert caplog.text == ""
