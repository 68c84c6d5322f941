"""What is asked of the model thread, when it is out of date, and how it is answered: no threads here."""

from __future__ import annotations

import pytest

from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.em import step
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session import edits
from gmmviewer.session.choices import SPEEDS
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.work import requests
from gmmviewer.work.requests import AdvanceRequest, StartRequest, is_obsolete, next_request, serve
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits, assert_same_states


@pytest.fixture(autouse=True)
def plenty_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine makes the same states as a fast one."""
    monkeypatch.setattr(requests, "BUDGET", 60.0)


def never() -> bool:
    return False


def advance(snapshot: Snapshot) -> AdvanceRequest:
    request = next_request(snapshot)
    assert isinstance(request, AdvanceRequest)
    return request


def first(snapshot: Snapshot) -> StartRequest:
    request = next_request(snapshot)
    assert isinstance(request, StartRequest)
    return request


FITTED = build.fitted()
MOVE: Edit = edits.move_mean(0, [1.0, 2.0])


# ---------------------------------------------------------------- what is asked


def test_without_points_nothing_is_asked() -> None:
    empty = build.snapshot(build.no_points())
    for edit in (edits.nothing, edits.run(), edits.want_halves(3)):
        assert next_request(edit(empty)) is None


def test_a_document_without_states_needs_its_start() -> None:
    snapshot = build.snapshot()
    assert first(snapshot).document is snapshot.document


def test_given_parameters_are_evaluated_before_any_step() -> None:
    dragged = edits.want_halves(2)(MOVE(FITTED))
    assert first(dragged).document is dragged.document


def test_a_failure_is_not_asked_for_again() -> None:
    snapshot = build.snapshot(k=3)
    failed = edits.failed(snapshot.document, "no")(snapshot)
    assert next_request(failed) is None
    assert next_request(edits.want_halves(1)(failed)) is None
    assert next_request(edits.choose_model(k=2)(failed)) is not None


def test_standing_still_asks_for_nothing() -> None:
    assert next_request(FITTED) is None


def test_wanted_halves_are_asked_for_all_at_once() -> None:
    request = advance(edits.want_halves(7)(FITTED))
    assert request.halves == 7
    assert request.counted
    assert request.rule is None
    assert request.base is FITTED.document.latest


def test_steps_that_are_asked_for_go_on_after_convergence() -> None:
    done = edits.choose_model(max_iterations=1)(FITTED)
    assert next_request(edits.run()(done)) is None
    assert next_request(edits.want_halves(1)(done)) is not None


@pytest.mark.parametrize("at", [0, 3, 2])
@pytest.mark.parametrize("speed", SPEEDS, ids=lambda speed: speed.key)
def test_a_run_asks_for_what_its_speed_shows_at_once(at: int, speed: object) -> None:
    running = edits.run()(edits.choose_view(speed=speed.key)(build.stepped(halves=at)))
    request = advance(running)
    assert not request.counted
    assert request.rule == running.document.model.rule
    if speed.interval == 0:
        assert request.halves is None
    else:
        after_e = request.base.stage is Stage.AFTER_E
        assert request.halves == (2 if after_e and not speed.by_halves else 1)


def test_a_run_ends_where_the_rule_says_so() -> None:
    assert next_request(edits.run()(edits.choose_model(max_iterations=3)(FITTED))) is None
    assert next_request(edits.run()(edits.choose_model(max_iterations=4)(FITTED))) is not None


# ---------------------------------------------------------------- out of date


def test_a_start_is_waited_for_as_long_as_its_document_is_shown() -> None:
    snapshot = build.snapshot()
    request = first(snapshot)
    for edit in (edits.nothing, edits.notify("hello"), edits.choose_view(theme="dark"), edits.want_halves(1)):
        assert not is_obsolete(request, edit(snapshot))
    for edit in (edits.choose_model(k=3), edits.add_points([[0.0, 0.0]]), edits.choose_model(tolerance=1.0)):
        assert is_obsolete(request, edit(snapshot))


OUTDATES_STEPS: dict[str, Edit] = {
    "move a mean": MOVE,
    "other points": edits.add_points([[0.0, 0.0]]),
    "other model": edits.choose_model(k=3),
    "reset": edits.reset_to_start(),
    "pause": edits.pause(),
    "seek": edits.seek(1),
    "clear": edits.clear_points(),
}


@pytest.mark.parametrize("name", OUTDATES_STEPS)
@pytest.mark.parametrize("want", [edits.run(), edits.want_halves(2)], ids=["run", "steps"])
def test_a_step_is_out_of_date_once_nobody_waits_for_it(name: str, want: Edit) -> None:
    wanted = want(FITTED)
    request = advance(wanted)
    assert not is_obsolete(request, wanted)
    assert not is_obsolete(request, edits.notify("hello")(wanted))
    assert is_obsolete(request, OUTDATES_STEPS[name](wanted))


def test_more_steps_do_not_outdate_those_in_flight_but_a_run_does() -> None:
    wanted = edits.want_halves(2)(FITTED)
    assert not is_obsolete(advance(wanted), edits.want_halves(2)(wanted))
    assert is_obsolete(advance(wanted), edits.run()(wanted))


def test_states_that_were_added_meanwhile_outdate_a_step() -> None:
    wanted = edits.want_halves(4)(FITTED)
    request = advance(wanted)
    states = serve(AdvanceRequest(request.sample, request.base, 1, None, counted=True), never).states
    assert is_obsolete(request, edits.append_states(request.base, states)(wanted))


# ---------------------------------------------------------------- the answers


def test_the_start_is_the_same_for_the_same_seed() -> None:
    (one,) = serve(first(build.snapshot(seed=5)), never).states
    (other,) = serve(first(build.snapshot(seed=5)), never).states
    assert_same_bits(one.standard, other.standard)
    assert (one.stage, one.iteration, one.source) == (Stage.START, 0, None)


def test_a_moved_mean_is_a_start_of_its_own() -> None:
    request = first(MOVE(FITTED))
    (state,) = serve(request, never).states
    assert state.stage is Stage.START
    assert state.iteration == FITTED.document.next_iteration
    assert state.source is FITTED.source


def test_parameters_carried_over_to_other_points_stand_after_their_e_step() -> None:
    request = first(edits.add_points([[0.0, 0.0]])(FITTED))
    (state,) = serve(request, never).states
    assert (state.stage, state.iteration, state.n) == (Stage.AFTER_E, 0, FITTED.document.points.n + 1)


def test_halves_alternate_and_are_counted() -> None:
    request = advance(edits.want_halves(6)(FITTED))
    answer = serve(request, never)
    assert [state.stage for state in answer.states] == [Stage.AFTER_M, Stage.AFTER_E] * 3
    assert [state.iteration for state in answer.states] == [4, 4, 5, 5, 6, 6]
    assert answer.request is request
    assert not answer.cancelled
    assert answer.failure is None


def test_halves_are_the_cores_own_steps_to_the_last_bit() -> None:
    data = build.points()
    answer = serve(advance(edits.want_halves(20)(build.stepped(halves=1))), never)
    state = build.trace(data, halves=1)[-1]
    expected: list[FitState] = []
    for _ in range(10):
        state = step(data.sample, state)
        expected.append(state)
    assert_same_states(answer.states[1::2], tuple(expected))


def test_a_tick_of_a_run_ends_with_its_budget_after_an_e_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BUDGET", 0.0)
    fastest = edits.run()(edits.choose_view(speed="fastest")(FITTED))
    answer = serve(advance(fastest), never)
    assert [state.stage for state in answer.states] == [Stage.AFTER_M, Stage.AFTER_E]


def test_a_run_with_time_to_spare_ends_at_its_rule() -> None:
    for rule, reason in (
        (StopRule(1e-2, 1000), StopReason.CONVERGED),
        (StopRule(0.0, 9), StopReason.MAX_ITERATIONS),
    ):
        fastest = edits.run()(edits.choose_view(speed="fastest")(FITTED))
        asked = advance(fastest)
        answer = serve(AdvanceRequest(asked.sample, asked.base, None, rule, counted=False), never)
        assert rule.reason(answer.states[-1]) is reason
        assert all(rule.reason(state) is None for state in answer.states[:-1])


def test_too_many_components_are_refused_with_advice() -> None:
    answer = serve(first(build.snapshot(build.points(n=3), k=4)), never)
    assert answer.states == ()
    assert answer.failure is not None
    assert "use fewer components" in answer.failure


def test_a_cancelled_start_has_no_state() -> None:
    answer = serve(first(build.snapshot()), lambda: True)
    assert answer.cancelled
    assert answer.states == ()
    assert answer.failure is None


def test_cancelled_steps_keep_what_is_complete() -> None:
    calls = iter([False, False, True, True])
    answer = serve(advance(edits.want_halves(20)(FITTED)), lambda: next(calls))
    assert answer.cancelled
    assert 0 < len(answer.states) < 20
    whole = serve(advance(edits.want_halves(20)(FITTED)), never)
    assert_same_states(answer.states, whole.states[: len(answer.states)])


def test_faults_of_the_program_are_not_mistaken_for_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(requests, "m_step", broken)
    with pytest.raises(MemoryError):
        serve(advance(edits.want_halves(1)(FITTED)), never)
