"""The driver with its real thread: stepping, running, pausing, and edits while work is in flight."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, QThread, Slot

from gmmviewer.mixture.em import step
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.work import requests
from gmmviewer.work.requests import AdvanceRequest, StartRequest
from tests.helpers import build
from tests.helpers.desk import Desk
from tests.helpers.invariants import assert_same_bits, assert_same_states
from tests.helpers.waiting import until
from tests.work.conftest import MakeDesk

FASTEST = edits.choose_view(speed="fastest")
ENDLESS = edits.choose_model(tolerance=0.0, max_iterations=1_000_000)
MOVE: Edit = edits.move_mean(0, [1.0, 2.0])


# ---------------------------------------------------------------- stepping


def test_the_start_is_made_unasked(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot())
    desk.settle()
    assert [(state.stage, state.iteration) for state in desk.states] == [(Stage.START, 0)]
    assert desk.snapshot.cursor == 0


def test_a_burst_of_ten_steps_makes_exactly_ten_iterations_bit_for_bit(desk: Desk) -> None:
    sample, state = desk.snapshot.document.points.sample, desk.states[-1]
    expected: list[FitState] = []
    for _ in range(10):
        state = step(sample, state)
        expected.append(state)
    desk.do(*[edits.want_halves(2)] * 10)
    desk.settle()
    assert desk.snapshot.state is desk.states[-1]
    assert desk.states[-1].iteration == 10
    assert_same_states(desk.states[3::2], tuple(expected))
    assert len(desk.states) == 2 + 20


def test_steps_asked_for_while_one_is_in_flight_are_all_made(desk: Desk) -> None:
    desk.in_flight(edits.want_halves(2))
    desk.do(*[edits.want_halves(2)] * 4)
    desk.finish()
    assert desk.states[-1].iteration == 5
    assert len(desk.states) == 2 + 10


def test_a_held_key_makes_one_step_at_a_time(desk: Desk) -> None:
    desk.in_flight(edits.want_halves(2, merge=True))
    desk.do(*[edits.want_halves(2, merge=True)] * 9)
    desk.finish()
    assert desk.states[-1].iteration == 1


def test_half_steps_stop_in_the_middle(desk: Desk) -> None:
    desk.do(edits.want_halves(1))
    desk.settle()
    assert desk.states[-1].stage is Stage.AFTER_M
    desk.do(edits.want_halves(1))
    desk.settle()
    assert desk.states[-1].stage is Stage.AFTER_E


def test_stepping_along_the_trace_asks_the_thread_for_nothing(desk: Desk) -> None:
    desk.iterate(3)
    asked, states = len(desk.gate.requests), desk.states
    desk.do(edits.seek(0), *[edits.want_halves(2)] * 3)
    desk.settle()
    assert len(desk.gate.requests) == asked
    assert desk.states is states


def test_slow_steps_are_shown_as_they_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BUDGET", 0.0)
    desk.do(edits.want_halves(8))
    desk.settle()
    assert {4, 6, 8, 10} <= set(desk.seen.trace_lengths)


def test_without_points_what_is_asked_for_is_forgotten(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot(build.no_points()))
    for edit in (edits.want_halves(4), edits.run()):
        desk.do(edit)
        assert not desk.snapshot.activity.running
        assert desk.snapshot.activity.pending == 0
    assert desk.gate.requests == []
    desk.do(edits.add_points(build.points().values))
    desk.settle()
    assert len(desk.states) == 1


# ---------------------------------------------------------------- edits while work is in flight

EDITS_IN_FLIGHT: dict[str, Edit] = {
    "a mean is moved": MOVE,
    "points are added": edits.add_points([[0.5, 0.5]]),
    "another K": edits.choose_model(k=3),
    "another tolerance": edits.choose_model(tolerance=0.5),
    "reset": edits.reset_to_start(),
    "pause": edits.pause(by_user=True),
    "seek": edits.seek(0),
    "clear": edits.clear_points(),
    "open": edits.open_points(build.points(n=20, seed=9)),
}


@pytest.mark.parametrize("name", EDITS_IN_FLIGHT)
@pytest.mark.parametrize("wanted", [edits.want_halves(2), edits.run()], ids=["step", "run"])
def test_an_answer_that_nobody_waits_for_is_dropped(desk_with: MakeDesk, name: str, wanted: Edit) -> None:
    desk = desk_with(build.fitted(), done_first=True)
    desk.in_flight(FASTEST, wanted)
    desk.do(EDITS_IN_FLIGHT[name], edits.pause())
    after = desk.snapshot.document.states
    desk.finish()
    dropped = desk.gate.answers[0].states
    assert dropped
    assert desk.states[: len(after)] == after
    assert len(desk.states) - len(after) <= 1, "only the state that the edit itself asks for"
    assert not set(desk.states) & set(dropped)


def test_the_state_after_an_edit_in_flight_is_evaluated_at_once(desk_with: MakeDesk) -> None:
    desk = desk_with(build.fitted(), done_first=True)
    before = desk.states
    desk.in_flight(edits.want_halves(2))
    desk.do(MOVE)
    moved = desk.snapshot.parameters
    desk.finish()
    assert moved is not None
    assert desk.states[:-1] == before
    assert_same_bits(desk.states[-1].standard, moved)
    assert desk.snapshot.document.given is None


def test_a_start_in_flight_for_another_model_is_never_shown(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot(k=2), done_first=True)
    desk.gate.shut()
    desk.do(edits.choose_model(k=3), edits.choose_model(k=4))
    desk.finish()
    assert desk.states[-1].standard.n_components == 4
    assert {len(new.document.states) for _, new in desk.seen.changes} == {0, 1}


def test_a_drag_shows_every_evaluation_that_is_still_current(desk: Desk) -> None:
    gesture = object()
    before = desk.states
    for x in range(6):
        desk.do(edits.move_mean(0, [float(x), 1.0]), label="Move mean", gesture=gesture)
        if x % 2:
            desk.settle()
    desk.settle()
    assert desk.states[:-1] == before
    assert len(desk.store.history.undo) == 1
    desk.store.undo()
    desk.settle()
    assert desk.states == before


def test_a_pause_and_a_new_step_make_one_step_not_the_ten_that_were_given_up(desk_with: MakeDesk) -> None:
    desk = desk_with(build.fitted(), done_first=True)
    length = len(desk.states)
    desk.in_flight(edits.want_halves(20))
    desk.do(edits.pause(), edits.want_halves(1))
    desk.finish()
    assert len(desk.states) == length + 1


def test_messages_and_views_do_not_disturb_a_step_in_flight(desk: Desk) -> None:
    desk.in_flight(edits.want_halves(2))
    desk.do(edits.notify("hello"), edits.choose_view(theme="dark"))
    desk.finish()
    assert desk.states[-1].iteration == 1
    assert len(desk.gate.requests) == 1


def test_at_most_one_request_is_in_flight_whatever_happens(desk: Desk) -> None:
    busy = [edits.want_halves(4), MOVE, edits.run(), edits.add_points([[1.0, 1.0]]), edits.choose_model(k=3)]
    for edit in busy:
        desk.in_flight(edit)
        desk.do(edits.want_halves(3), edits.move_mean(1, [3.0, 4.0]), edits.want_halves(1))
        desk.gate.let_one_through()
        desk.until_answered()
    desk.finish()
    assert len(desk.gate.requests) >= len(busy)
    assert desk.gate.most_at_once == 1


# ---------------------------------------------------------------- running


def test_a_run_stops_at_convergence(desk: Desk) -> None:
    desk.do(FASTEST, edits.run())
    desk.settle()
    assert not desk.snapshot.activity.running
    assert desk.snapshot.stop_reason is StopReason.CONVERGED
    assert desk.snapshot.at_end
    rule = desk.snapshot.document.model.rule
    assert all(rule.reason(state) is None for state in desk.states[:-1])


def test_a_run_stops_at_its_largest_number_of_iterations(desk: Desk) -> None:
    desk.do(edits.choose_model(tolerance=0.0, max_iterations=23), FASTEST, edits.run())
    desk.settle()
    assert desk.snapshot.stop_reason is StopReason.MAX_ITERATIONS
    assert desk.states[-1].iteration == 23
    assert desk.states[-1].stage is Stage.AFTER_E


def test_a_run_equals_single_steps_bit_for_bit(desk: Desk, desk_with: MakeDesk) -> None:
    desk.do(edits.choose_model(tolerance=0.0, max_iterations=15), FASTEST, edits.run())
    desk.settle()
    expected = build.trace(desk.snapshot.document.points, halves=1 + 2 * 15)
    assert_same_states(desk.states, expected)


def test_a_whole_run_is_one_action_to_undo(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BUDGET", 0.0)
    before = desk.snapshot.document
    desk.do(FASTEST, edits.run())
    desk.settle()
    assert len(desk.states) > 6
    assert [entry.label for entry in desk.store.history.undo] == ["Run"]
    desk.store.undo()
    assert desk.snapshot.document is before


def test_a_run_that_was_going_on_from_the_beginning_is_one_action_too(
    desk_with: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "BUDGET", 0.0)
    desk = desk_with(edits.run()(FASTEST(build.stepped(halves=1))))
    desk.settle()
    assert len(desk.store.history.undo) == 1


def test_two_runs_are_two_actions_to_undo(desk: Desk) -> None:
    for largest in (2, 4):
        desk.do(edits.choose_model(tolerance=0.0, max_iterations=largest), FASTEST, edits.run())
        desk.settle()
    assert [entry.label for entry in desk.store.history.undo] == ["Run", "Run"]


def test_two_runs_with_a_pause_in_one_breath_are_two_actions(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    runs = run_for_a_while(desk)
    desk.do(edits.pause(by_user=True), edits.run())
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > runs + 4)
    desk.do(edits.pause())
    desk.settle()
    assert [entry.label for entry in desk.store.history.undo] == ["Run", "Run"]


def run_for_a_while(desk: Desk) -> int:
    """A run that has shown some states and goes on; how long the trace is then."""
    desk.do(edits.run())
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > 5)
    assert desk.snapshot.activity.running
    return len(desk.states)


def test_pausing_a_run_is_told_as_stopped_by_the_user(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    shown = run_for_a_while(desk)
    desk.do(edits.pause(by_user=True))
    desk.settle()
    assert desk.snapshot.stop_reason is StopReason.STOPPED
    assert len(desk.states) == shown, "nothing is added after a pause"


def test_undo_during_a_run_goes_back_to_before_it(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    before = desk.snapshot.document
    run_for_a_while(desk)
    ran = desk.snapshot.document
    desk.store.undo()
    desk.settle()
    assert desk.snapshot.document is before
    assert not desk.snapshot.activity.running
    desk.store.redo()
    desk.settle()
    assert desk.snapshot.document is ran


def test_undo_at_the_first_moment_of_a_run_keeps_what_can_be_redone(desk_with: MakeDesk) -> None:
    desk = desk_with(build.fitted(), done_first=True)
    desk.do(edits.choose_model(tolerance=0.5), label="Tolerance")
    chosen = desk.snapshot.document
    desk.in_flight(FASTEST, edits.run())
    desk.store.undo()
    undone = desk.snapshot.document
    desk.finish()
    assert desk.snapshot.document is undone
    desk.store.redo()
    assert desk.snapshot.document is chosen


def test_undo_and_redo_in_one_breath_drop_the_step_in_flight(desk_with: MakeDesk) -> None:
    desk = desk_with(build.fitted(), done_first=True)
    desk.do(edits.choose_model(tolerance=0.5), label="Tolerance")
    chosen = desk.snapshot.document
    desk.in_flight(edits.want_halves(2))
    desk.store.undo()
    desk.store.redo()
    desk.finish()
    assert desk.snapshot.document is chosen


def test_seeking_during_a_run_ends_it_where_one_looks(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    shown = run_for_a_while(desk)
    looked_at = desk.states[2]
    desk.do(edits.seek(2))
    desk.settle()
    assert not desk.snapshot.activity.running
    assert desk.snapshot.state is looked_at
    assert len(desk.states) == shown


def test_drawing_during_a_run_lets_it_go_on_with_the_new_points(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    run_for_a_while(desk)
    desk.do(edits.add_points([[0.0, 0.0]]), label="Draw")
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > 5)
    assert desk.snapshot.activity.running
    assert desk.states[-1].n == desk.snapshot.document.points.n
    desk.do(edits.pause())
    desk.settle()


# ---------------------------------------------------------------- a paced run


class Clock:
    """A clock that only moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The driver's clock, stopped."""
    stopped = Clock()
    monkeypatch.setattr("gmmviewer.work.driver.time", stopped)
    return stopped


def begin_paced(desk_with: MakeDesk, speed: str) -> Desk:
    """A paced run that has shown its first iteration and waits for the second."""
    desk = desk_with(edits.choose_view(speed=speed)(ENDLESS(build.stepped(halves=1))))
    desk.do(edits.run())
    until(desk.qtbot, desk.driver._next.timeout, lambda: desk.driver._next.interval() > 0)
    return desk


@pytest.mark.parametrize(
    ("speed", "interval", "halves"), [("lecture", 200, 2), ("slow", 600, 1), ("quick", 50, 2)]
)
def test_a_paced_run_waits_its_interval(
    desk_with: MakeDesk, clock: Clock, speed: str, interval: int, halves: int
) -> None:
    desk = begin_paced(desk_with, speed)
    assert desk.driver._next.interval() == interval
    assert desk.driver._next.isActive()
    assert len(desk.states) == 2 + halves
    clock.now += interval / 1000
    desk.driver._next.start(0)
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) == 2 + 2 * halves)
    assert desk.snapshot.activity.running


def test_a_paced_run_waits_for_what_is_left_of_its_interval(desk_with: MakeDesk, clock: Clock) -> None:
    desk = begin_paced(desk_with, "lecture")
    clock.now += 0.15
    desk.driver._next.start(0)
    until(desk.qtbot, desk.driver._next.timeout, lambda: desk.driver._next.interval() == 50)
    assert len(desk.states) == 4


def test_a_paced_run_begins_at_once_and_so_does_the_next_one(desk_with: MakeDesk, clock: Clock) -> None:
    desk = begin_paced(desk_with, "slow")
    shown = len(desk.states)
    desk.do(edits.pause(by_user=True), edits.run())
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > shown)


@pytest.mark.parametrize(
    "edit",
    [MOVE, edits.add_points([[0.0, 0.0]]), edits.choose_model(k=3), FASTEST],
    ids=["move", "add", "K", "speed"],
)
def test_nothing_else_waits_for_the_pace_of_a_run(desk_with: MakeDesk, clock: Clock, edit: Edit) -> None:
    desk = begin_paced(desk_with, "slow")
    desk.do(edit)
    assert not desk.driver.idle, "a pause between two pictures of a run delays an edit"


def test_a_step_after_a_pause_does_not_wait_for_the_pace_of_the_run(
    desk_with: MakeDesk, clock: Clock
) -> None:
    desk = begin_paced(desk_with, "slow")
    desk.do(edits.pause(by_user=True), edits.want_halves(1))
    assert not desk.driver.idle


# ---------------------------------------------------------------- painting comes first


def test_the_next_request_waits_for_the_paint(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    desk.driver._paint_within = 60_000
    desk.do(edits.run())
    desk.until_answered()
    asked = len(desk.gate.requests)
    desk.do(edits.notify("hello"), edits.choose_view(theme="dark"))
    assert desk.driver.idle
    desk.driver.on_painted()
    assert desk.driver.idle, "not from inside the paint itself"
    until(desk.qtbot, desk.store.changed, lambda: len(desk.gate.requests) > asked)
    desk.do(edits.pause())


def test_a_paint_that_follows_no_answer_asks_for_nothing(desk_with: MakeDesk, clock: Clock) -> None:
    desk = begin_paced(desk_with, "slow")
    desk.driver.on_painted()
    assert desk.driver._next.interval() == 600, "a repaint does not hurry a paced run"
    assert desk.driver.idle


def test_a_window_that_does_not_paint_does_not_stop_the_run(desk_with: MakeDesk) -> None:
    desk = desk_with(FASTEST(ENDLESS(build.stepped(halves=1))))
    desk.driver._paint_within = 1
    shown = run_for_a_while(desk)
    until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > shown)
    desk.do(edits.pause())


# ---------------------------------------------------------------- refusals


def test_too_many_components_show_advice_and_recover_when_lowered(desk_with: MakeDesk) -> None:
    desk = desk_with(build.snapshot(build.points(n=4), k=2))
    desk.settle()
    desk.do(edits.choose_model(k=9), label="Components")
    desk.settle()
    assert desk.snapshot.failure is not None
    assert "use fewer components" in desk.snapshot.failure
    assert desk.snapshot.notice is not None
    assert desk.snapshot.stop_reason is StopReason.REFUSED
    asked = len(desk.gate.requests)
    desk.do(edits.want_halves(1))
    desk.settle()
    assert len(desk.gate.requests) == asked, "a refusal is not asked for again and again"
    desk.do(edits.choose_model(k=3), label="Components")
    desk.settle()
    assert desk.snapshot.failure is None
    assert len(desk.states) == 1


def test_a_refused_run_stops(desk_with: MakeDesk) -> None:
    desk = desk_with(edits.run()(build.snapshot(build.points(n=2), k=5)))
    desk.settle()
    assert not desk.snapshot.activity.running
    assert desk.snapshot.failure is not None


# ---------------------------------------------------------------- threads


class Listener(QObject):
    """Notes in which thread answers arrive."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[QThread] = []
        self.answers: list[object] = []

    @Slot(object)
    def listen(self, answer: object) -> None:
        self.threads.append(QThread.currentThread())
        self.answers.append(answer)


def test_work_is_done_elsewhere_and_answers_arrive_in_the_gui_thread(desk: Desk) -> None:
    listener = Listener()
    desk.driver._thread.answered.connect(listener.listen)
    desk.iterate(2)
    assert desk.gate.threads
    assert threading.get_ident() not in desk.gate.threads
    assert len(desk.gate.threads) == 1
    assert listener.threads
    assert set(listener.threads) == {desk.store.thread()}


def test_every_request_is_answered_exactly_once(desk: Desk) -> None:
    listener = Listener()
    desk.driver._thread.answered.connect(listener.listen)
    asked = len(desk.gate.requests)
    desk.iterate(2)
    desk.do(MOVE)
    desk.settle()
    assert [answer.request for answer in listener.answers] == desk.gate.requests[asked:]
    kinds = [type(request) for request in desk.gate.requests[asked:]]
    assert kinds[-1] is StartRequest
    assert set(kinds[:-1]) == {AdvanceRequest}
