"""What the driver does when work breaks, takes long or is given up: the state is kept, all goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication

from gmmviewer.mixture.events import StopReason
from gmmviewer.session import edits
from gmmviewer.work import requests
from gmmviewer.work.thread import Crash
from tests.helpers import build
from tests.helpers.desk import Desk
from tests.helpers.waiting import until
from tests.work.conftest import MakeDesk

FASTEST = edits.choose_view(speed="fastest")
MOVE = edits.move_mean(0, [1.0, 2.0])
ENDLESS = edits.choose_model(tolerance=0.0, max_iterations=1_000_000)
FAULTS = [RuntimeError("the sky fell"), MemoryError(), ValueError("a matrix was odd"), ZeroDivisionError()]


def broken(fault: Exception) -> Callable[..., None]:
    def raises(*_: object, **__: object) -> None:
        raise fault

    return raises


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("wanted", [edits.want_halves(3), edits.run()], ids=["step", "run"])
def test_a_fault_in_a_step_keeps_the_state_and_the_next_action_works(
    desk: Desk, fault: Exception, wanted: edits.Edit
) -> None:
    before = desk.snapshot
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "m_step", broken(fault))
        desk.do(wanted)
        desk.settle()
    assert desk.snapshot.document is before.document
    assert desk.snapshot.state is before.state
    assert not desk.snapshot.activity.running
    assert desk.snapshot.activity.pending == 0
    assert desk.snapshot.notice is not None
    assert desk.snapshot.notice.severity == "error"
    assert str(fault) in desk.snapshot.notice.text
    desk.iterate(1)
    assert desk.states[-1].iteration == 1


def test_a_fault_is_in_the_log_with_its_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(requests, "m_step", broken(RuntimeError("the sky fell")))
    with caplog.at_level(logging.ERROR):
        desk.do(edits.want_halves(1))
        desk.settle()
    assert "Traceback" in caplog.text
    assert "the sky fell" in caplog.text
    assert "in _advance" in caplog.text
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_a_fault_is_told_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "m_step", broken(RuntimeError("the sky fell")))
    desk.do(edits.want_halves(1))
    desk.settle()
    assert desk.snapshot.notice is not None
    assert "kept your work" in desk.snapshot.notice.text
    assert "RuntimeError: the sky fell" in desk.snapshot.notice.text


def test_a_fault_in_the_start_is_not_tried_for_ever_and_another_start_recovers(desk_with: MakeDesk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "beginning", broken(RuntimeError("the sky fell")))
        desk = desk_with(edits.run()(build.snapshot()))
        desk.settle()
        assert len(desk.gate.requests) == 1
        assert not desk.snapshot.activity.running
        assert desk.snapshot.failure is not None
        assert desk.snapshot.notice is not None
    desk.do(edits.choose_model(seed=2), label="New start")
    desk.settle()
    assert len(desk.states) == 1


def test_a_fault_for_a_document_that_is_gone_does_not_harm_the_new_one(desk_with: MakeDesk) -> None:
    desk = desk_with(build.fitted())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "m_step", broken(ValueError("a matrix was odd")))
        desk.in_flight(edits.want_halves(2))
        desk.do(edits.choose_model(k=3))
        desk.finish()
    assert desk.snapshot.failure is None
    assert desk.states[-1].standard.n_components == 3


def test_many_faults_in_a_row_are_survived(desk: Desk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "m_step", broken(RuntimeError("again")))
        for _ in range(20):
            desk.do(edits.want_halves(1))
            desk.settle()
    assert desk.driver.idle
    desk.iterate(2)
    assert desk.states[-1].iteration == 2


def test_the_answer_to_a_request_that_broke_says_which_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "m_step", broken(RuntimeError("the sky fell")))
    with desk.qtbot.waitSignal(desk.driver._thread.answered) as blocker:
        desk.do(edits.want_halves(1))
    (answer,) = blocker.args
    assert isinstance(answer, Crash)
    assert answer.request is desk.gate.requests[-1]


# ---------------------------------------------------------------- long work and giving it up


def test_long_work_is_announced_and_so_is_its_end(desk: Desk) -> None:
    desk.driver._slow.setInterval(0)
    with desk.qtbot.waitSignal(desk.driver.slow) as announced:
        desk.in_flight(edits.want_halves(1))
    assert announced.args == ["Working on the next step"]
    with desk.qtbot.waitSignal(desk.driver.slow) as ended:
        desk.gate.open()
    assert ended.args == [""]
    desk.settle()


def test_a_long_start_is_announced_as_one(desk: Desk) -> None:
    desk.driver._slow.setInterval(0)
    with desk.qtbot.waitSignal(desk.driver.slow) as announced:
        desk.in_flight(edits.choose_model(k=3))
    assert announced.args == ["Making a start"]
    desk.finish()


def test_short_work_is_not_announced(desk: Desk) -> None:
    with desk.qtbot.assertNotEmitted(desk.driver.slow):
        desk.iterate(3)


@pytest.mark.parametrize("wanted", [edits.want_halves(2), edits.run()], ids=["step", "run"])
def test_cancelling_a_step_keeps_the_state_and_tells_who_stopped(desk: Desk, wanted: edits.Edit) -> None:
    before = desk.snapshot.document
    desk.in_flight(FASTEST, wanted)
    desk.driver.cancel()
    desk.finish()
    assert desk.snapshot.document is before
    assert desk.snapshot.stop_reason is StopReason.STOPPED
    desk.iterate(1)
    assert desk.states[-1].iteration == 1


def test_cancelling_a_start_tells_how_to_try_again(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot())
    desk.settle()
    desk.in_flight(edits.choose_model(k=3))
    desk.driver.cancel()
    desk.finish()
    assert desk.states == ()
    assert desk.snapshot.notice is not None
    assert "New start" in desk.snapshot.notice.text
    desk.do(edits.choose_model(seed=7))
    desk.settle()
    assert len(desk.states) == 1


def test_cancelling_when_nothing_is_in_flight_does_nothing(desk: Desk) -> None:
    before = desk.snapshot
    desk.driver.cancel()
    assert desk.snapshot is before
    desk.iterate(1)
    assert desk.states[-1].iteration == 1


def test_really_long_work_ends_soon_after_it_is_cancelled(desk_with: MakeDesk) -> None:
    desk = desk_with(ENDLESS(build.stepped(build.points(n=400_000), halves=1)))
    desk.do(FASTEST, edits.run())
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > 3)
    until(desk.qtbot, desk.driver._next.timeout, lambda: not desk.driver.idle)
    desk.driver.cancel()
    desk.settle()
    assert desk.snapshot.stop_reason is StopReason.STOPPED


# ---------------------------------------------------------------- the end


def test_closing_while_idle(desk: Desk) -> None:
    close_quickly(desk)


@pytest.mark.parametrize("wanted", [edits.want_halves(40), edits.run()], ids=["step", "run"])
def test_closing_in_the_middle_of_work_is_quick_and_shows_nothing_more(
    desk_with: MakeDesk, wanted: edits.Edit
) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(build.points(n=400_000), halves=1))))
    desk.in_flight(wanted)
    before = desk.snapshot
    close_quickly(desk)
    deliver_everything()
    assert desk.snapshot is before


def test_closing_in_the_middle_of_a_run_that_computes_is_quick(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(build.points(n=400_000), halves=1))))
    desk.do(edits.run())
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > 3)
    until(desk.qtbot, desk.driver._next.timeout, lambda: not desk.driver.idle)
    before = desk.snapshot
    close_quickly(desk)
    deliver_everything()
    assert desk.snapshot is before


def test_closing_in_the_middle_of_a_big_start_is_quick(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot(build.points(n=400_000), k=10))
    assert desk.gate.began.wait(60)
    close_quickly(desk)
    deliver_everything()
    assert desk.states == ()


def test_closing_twice_is_harmless_and_later_edits_find_no_one(desk: Desk) -> None:
    desk.close()
    desk.driver.close()
    desk.do(edits.want_halves(2), MOVE)
    desk.driver.cancel()
    deliver_everything()
    assert desk.driver.idle


def close_quickly(desk: Desk) -> None:
    """End the thread in a time that nobody notices when quitting."""
    began = time.process_time()  # of all threads: what others do on this machine does not count
    desk.close()
    assert time.process_time() - began < 2.0
    assert desk.driver._thread._thread.isFinished()


def deliver_everything() -> None:
    """Whatever the thread still sent is delivered now."""
    QCoreApplication.sendPostedEvents()
