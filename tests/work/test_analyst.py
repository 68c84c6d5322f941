"""Long analyses off the GUI thread: parts, progress, one given up, one that replaces another, faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.mixture.stopping import ShouldStop, check
from gmmviewer.work.analyst import Analyst, Messenger, Outcome
from tests.helpers.waiting import until


@dataclass(eq=False)
class Work:
    """An analysis whose every move the test decides."""

    does: Callable[[Messenger, ShouldStop], object]
    began: threading.Event = field(default_factory=threading.Event)
    thread: int = 0

    def run(self, tell: Messenger, should_stop: ShouldStop) -> object:
        self.thread = threading.get_ident()
        self.began.set()
        return self.does(tell, should_stop)


def until_told(_tell: Messenger, should_stop: ShouldStop) -> object:
    """Works until it is told to stop."""
    while True:
        check(should_stop)


class Diary(QObject):
    """An analyst and everything it said, in order."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self.qtbot = qtbot
        self.analyst = Analyst("test")
        self.said: list[object] = []
        self.threads: set[QThread] = set()
        self.analyst.began.connect(self.note_began)
        self.analyst.part.connect(self.note)
        self.analyst.progressed.connect(self.note)
        self.analyst.ended.connect(self.note)

    @Slot()
    def note_began(self) -> None:
        self.said.append("began")

    @Slot(object)
    def note(self, thing: object) -> None:
        self.threads.add(QThread.currentThread())
        self.said.append(thing)

    @property
    def outcomes(self) -> list[Outcome]:
        return [thing for thing in self.said if isinstance(thing, Outcome)]

    def until_outcomes(self, count: int) -> Outcome:
        until(self.qtbot, self.analyst.ended, lambda: len(self.outcomes) >= count)
        return self.outcomes[-1]


@pytest.fixture
def diary(qtbot: QtBot) -> Iterator[Diary]:
    made = Diary(qtbot)
    yield made
    made.analyst.close()


def test_parts_and_progress_come_in_order_before_the_outcome(diary: Diary) -> None:
    def does(tell: Messenger, _should_stop: ShouldStop) -> object:
        tell.part("first")
        tell.progress(0.5)
        tell.part("second")
        tell.progress(1.0)
        return "whole"

    work = Work(does)
    diary.analyst.start(work)
    assert diary.analyst.busy
    outcome = diary.until_outcomes(1)
    assert outcome.analysis is work
    assert (outcome.value, outcome.error) == ("whole", None)
    assert not diary.analyst.busy
    assert [thing for thing in diary.said if isinstance(thing, str)] == ["began", "first", "second"]
    assert [thing for thing in diary.said if isinstance(thing, float)] == [0.0, 0.5, 0.5, 1.0]
    assert diary.said[-1] is outcome
    assert diary.threads == {diary.analyst.thread()}
    assert work.thread != threading.get_ident()


def test_a_part_is_heard_while_the_work_goes_on(diary: Diary) -> None:
    go_on = threading.Event()

    def does(tell: Messenger, _should_stop: ShouldStop) -> object:
        tell.part("early")
        assert go_on.wait(60)
        return "whole"

    diary.analyst.start(Work(does))
    until(diary.qtbot, diary.analyst.part, lambda: "early" in diary.said)
    assert diary.outcomes == []
    go_on.set()
    diary.until_outcomes(1)


def test_cancelling_ends_it_with_what_is_there(diary: Diary) -> None:
    def does(tell: Messenger, should_stop: ShouldStop) -> object:
        tell.part("kept")
        return until_told(tell, should_stop)

    work = Work(does)
    diary.analyst.start(work)
    until(diary.qtbot, diary.analyst.part, lambda: "kept" in diary.said)
    diary.analyst.cancel()
    outcome = diary.until_outcomes(1)
    assert (outcome.analysis, outcome.value, outcome.error) == (work, None, None)
    assert not diary.analyst.busy


def test_starting_another_gives_up_the_one_in_flight(diary: Diary) -> None:
    def talks(tell: Messenger, should_stop: ShouldStop) -> object:
        assert go_on.wait(60)
        tell.part("of the one given up")
        return until_told(tell, should_stop)

    go_on = threading.Event()
    first, second = Work(talks), Work(lambda *_: 2)
    diary.analyst.start(first)
    assert first.began.wait(60)
    diary.analyst.start(Work(lambda *_: "overtaken"))
    diary.analyst.start(second)
    go_on.set()
    outcome = diary.until_outcomes(1)
    assert outcome.analysis is second
    assert outcome.value == 2
    assert len(diary.outcomes) == 1, "nothing is heard of what was given up"
    assert "of the one given up" not in diary.said


def test_cancelling_before_its_turn_comes_ends_the_one_that_waits(diary: Diary) -> None:
    first, second = Work(until_told), Work(lambda *_: 2)
    diary.analyst.start(first)
    assert first.began.wait(60)
    diary.analyst.start(second)
    diary.analyst.cancel()
    outcome = diary.until_outcomes(1)
    assert (outcome.analysis, outcome.value) == (second, None)
    assert not second.began.is_set()
    diary.analyst.start(Work(lambda *_: 3))
    assert diary.until_outcomes(2).value == 3


def test_cancelling_when_nothing_goes_on_does_no_harm(diary: Diary) -> None:
    diary.analyst.cancel()
    diary.analyst.start(Work(lambda *_: 1))
    assert diary.until_outcomes(1).value == 1


@pytest.mark.parametrize(("fault", "said"), [(ValueError("use less"), "use less"), (MemoryError(), "memory")])
def test_a_mistake_is_one_line_of_advice(diary: Diary, fault: Exception, said: str) -> None:
    def fails(*_: object) -> object:
        raise fault

    diary.analyst.start(Work(fails))
    outcome = diary.until_outcomes(1)
    assert outcome.value is None
    assert said in (outcome.error or "")


def test_a_fault_is_told_and_logged_and_the_next_one_works(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> object:
        raise KeyError("odd")

    work = Work(fails)
    diary.analyst.start(work)
    outcome = diary.until_outcomes(1)
    assert outcome.analysis is work
    assert "KeyError" in (outcome.error or "")
    assert "Traceback" in caplog.text
    diary.analyst.start(Work(lambda *_: 1))
    assert diary.until_outcomes(2).value == 1


def test_closing_in_the_midst_of_work_waits_for_it_and_says_nothing_more(diary: Diary) -> None:
    work = Work(until_told)
    diary.analyst.start(work)
    assert work.began.wait(60)
    diary.analyst.start(Work(lambda *_: 2))
    before = time.process_time()
    diary.analyst.close()
    assert time.process_time() - before < 1.0
    QCoreApplication.sendPostedEvents()
    assert diary.outcomes == []
    assert diary.analyst._thread._thread.isFinished()
