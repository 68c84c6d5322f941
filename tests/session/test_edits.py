"""Each edit on its own: what it changes, what it leaves alone, and when it returns the same object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.density import log_likelihood
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.families import families
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.document import ModelChoice
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Activity, Notice, Snapshot
from gmmviewer.work.requests import StartRequest, next_request, serve
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits, assert_sound


def evaluate(snapshot: Snapshot) -> Snapshot:
    """What the model thread does for a document that waits for a state."""
    request = next_request(snapshot)
    assert isinstance(request, StartRequest)
    (state,) = serve(request, lambda: False).states
    return edits.evaluated(request.document, state)(snapshot)


def moved(snapshot: Snapshot, by: float = 1.0, component: int = 0) -> Snapshot:
    """A mean dragged along every axis, in units of the data."""
    mixture = snapshot.mixture
    assert mixture is not None
    return edits.move_mean(component, mixture.means[component] + by)(snapshot)


# ---------------------------------------------------------------- no-ops

NO_OPS: dict[str, tuple[Callable[[], Snapshot], Callable[[Snapshot], Edit]]] = {
    "the model that is chosen": (build.fitted, lambda s: edits.choose_model(k=2, covariance="VVV")),
    "no points to add": (build.fitted, lambda s: edits.add_points(np.empty((0, 2)))),
    "no points to erase": (build.fitted, lambda s: edits.erase_points(np.zeros(60, dtype=bool))),
    "clearing an empty sheet": (lambda: build.snapshot(build.no_points()), lambda s: edits.clear_points()),
    "a mean where it is": (build.fitted, lambda s: edits.move_mean(1, s.mixture.means[1])),
    "a mean of no model": (build.snapshot, lambda s: edits.move_mean(0, [0.0, 0.0])),
    "resetting a start": (build.stepped, lambda s: edits.reset_to_start()),
    "resetting nothing": (build.snapshot, lambda s: edits.reset_to_start()),
    "a state for another document": (
        build.fitted,
        lambda s: edits.evaluated(build.fitted().document, s.state),
    ),
    "states after another base": (
        build.fitted,
        lambda s: edits.append_states(s.document.states[0], s.document.states[1:]),
    ),
    "no states": (build.fitted, lambda s: edits.append_states(s.state, ())),
    "the failure of another document": (
        build.fitted,
        lambda s: edits.failed(build.fitted().document, "no"),
    ),
    "no half-steps": (build.fitted, lambda s: edits.want_halves(0)),
    "a held key": (
        lambda: edits.want_halves(2)(build.fitted()),
        lambda s: edits.want_halves(2, merge=True),
    ),
    "the state shown": (build.fitted, lambda s: edits.seek(s.cursor)),
    "beyond the end": (build.fitted, lambda s: edits.seek(99)),
    "before the beginning": (build.stepped, lambda s: edits.seek(-5)),
    "seeking where nothing is": (build.snapshot, lambda s: edits.seek(0)),
    "a run that runs": (lambda: edits.run()(build.fitted()), lambda s: edits.run()),
    "pausing what stands still": (build.fitted, lambda s: edits.pause(by_user=True)),
    "the view as it is": (build.fitted, lambda s: edits.choose_view(speed=s.view.speed)),
    "the mode as it is": (build.fitted, lambda s: edits.choose_mode(s.view.mode)),
    "no message to dismiss": (build.fitted, lambda s: edits.dismiss()),
}


@pytest.mark.parametrize("name", NO_OPS)
def test_an_edit_that_changes_nothing_returns_the_same_object(name: str) -> None:
    make, edit = NO_OPS[name]
    snapshot = make()
    assert edit(snapshot)(snapshot) is snapshot


# ---------------------------------------------------------------- stepping and seeking


def test_stepping_along_the_trace_only_moves_the_cursor() -> None:
    end = build.fitted(iterations=4)
    back = edits.seek(2)(end)
    forward = edits.want_halves(3)(back)
    assert forward.cursor == 5
    assert forward.document is end.document
    assert forward.activity.pending == 0


def test_stepping_beyond_the_trace_asks_for_the_rest() -> None:
    end = build.fitted(iterations=4)
    back = edits.seek(end.cursor - 1)(end)
    forward = edits.want_halves(5)(back)
    assert forward.at_end
    assert forward.activity.pending == 4


def test_back_and_forward_shows_the_same_states() -> None:
    end = build.fitted(iterations=4)
    forward = [end]
    for _ in range(end.cursor):
        forward.append(edits.seek(forward[-1].cursor - 1)(forward[-1]))
    seen = {snapshot.cursor: snapshot.state for snapshot in forward}
    again = forward[-1]
    for _ in range(end.cursor):
        again = edits.want_halves(1)(again)
        assert again.state is seen[again.cursor]
    assert again.at_end


def test_steps_add_up_and_a_held_key_does_not() -> None:
    once = edits.want_halves(2)(build.fitted())
    assert edits.want_halves(2)(once).activity.pending == 4
    assert edits.want_halves(2, merge=True)(once).activity.pending == 2


def test_seeking_ends_a_run_and_forgets_steps() -> None:
    running = edits.run()(build.fitted())
    assert not edits.seek(0)(running).activity.running
    stepping = edits.want_halves(6)(build.fitted())
    assert edits.seek(0)(stepping).activity.pending == 0


@pytest.mark.parametrize(("pending", "half"), [(0, Stage.AFTER_M), (1, Stage.AFTER_E), (2, Stage.AFTER_M)])
def test_the_next_half_is_told_for_when_everything_asked_for_is_done(pending: int, half: Stage) -> None:
    assert edits.want_halves(pending)(build.fitted()).next_half is half


# ---------------------------------------------------------------- states that arrive


def test_states_follow_the_latest_and_count_down() -> None:
    snapshot = edits.want_halves(5)(build.fitted(iterations=1))
    base = snapshot.document.latest
    assert base is not None
    new = (build.half(snapshot.document.points, base),)
    longer = edits.append_states(base, new, halves_done=1)(snapshot)
    assert longer.document.states == snapshot.document.states + new
    assert longer.activity.pending == 4
    assert longer.at_end
    assert_sound(longer)


def test_states_that_arrive_while_the_past_is_shown_leave_it_shown() -> None:
    end = build.fitted(iterations=2)
    base = end.document.latest
    assert base is not None
    past = edits.seek(1)(end)
    longer = edits.append_states(base, (build.half(end.document.points, base),))(past)
    assert longer.cursor == 1
    assert longer.state is past.state


def test_states_do_not_follow_parameters_that_wait_for_evaluation() -> None:
    end = build.fitted()
    base = end.document.latest
    assert base is not None
    dragged = moved(end)
    assert edits.append_states(base, (build.half(end.document.points, base),))(dragged) is dragged


def test_every_state_has_the_likelihood_of_its_own_parameters() -> None:
    snapshot = evaluate(moved(build.fitted(iterations=2)))
    values = snapshot.document.points.values
    for state in snapshot.document.states:
        assert state.log_likelihood == pytest.approx(log_likelihood(values, state.mixture), rel=1e-12)


# ---------------------------------------------------------------- editing the model by hand


def test_moving_a_mean_in_the_past_drops_what_came_after() -> None:
    past = edits.seek(3)(build.fitted(iterations=5))
    dragged = moved(past)
    assert dragged.document.states == past.document.states[:4]
    assert dragged.at_end
    assert_sound(dragged)
    done = evaluate(dragged)
    assert done.document.states[:4] == past.document.states[:4]
    assert done.at_end
    assert_sound(done)


def test_a_moved_mean_leaves_a_state_of_its_own_with_the_colours_it_had() -> None:
    before = build.fitted()
    done = evaluate(moved(before))
    assert len(done.document.states) == len(before.document.states) + 1
    assert done.state is not None
    assert done.state.stage is Stage.START
    assert done.state.source is before.source
    assert done.next_half is Stage.AFTER_E


def test_a_drag_in_many_moves_leaves_one_state() -> None:
    snapshot = build.fitted()
    before = len(snapshot.document.states)
    for _ in range(4):
        snapshot = moved(evaluate(moved(snapshot, 0.5)), 0.5)
    done = evaluate(snapshot)
    assert len(done.document.states) == before + 1
    assert_sound(done)


def test_a_start_that_is_moved_is_still_the_start() -> None:
    start = build.stepped()
    done = evaluate(moved(start))
    assert len(done.document.states) == 1
    assert done.state is not None
    assert done.state.iteration == 0
    assert done.source is None


def test_a_moved_mean_is_where_the_hand_put_it_and_the_rest_stays() -> None:
    before = build.fitted()
    assert before.mixture is not None
    done = evaluate(moved(before, 1.0, component=1))
    assert done.mixture is not None
    np.testing.assert_allclose(done.mixture.means[1], before.mixture.means[1] + 1.0)
    np.testing.assert_array_equal(done.mixture.means[0], before.mixture.means[0])
    np.testing.assert_array_equal(done.mixture.covariances, before.mixture.covariances)


def test_seeking_while_the_hand_is_evaluated_is_not_lost() -> None:
    dragged = edits.seek(1)(moved(build.fitted()))
    assert dragged.cursor == 1
    assert evaluate(dragged).cursor == 1


def test_stepping_on_while_the_hand_is_evaluated_shows_the_steps() -> None:
    wanted = edits.want_halves(1)(edits.seek(1)(moved(build.fitted())))
    assert wanted.activity.pending == 1
    assert evaluate(wanted).at_end


# ---------------------------------------------------------------- editing the points

DATA_EDITS: dict[str, Edit] = {
    "add": edits.add_points([[0.5, 0.25], [1.0, 2.0]]),
    "erase": edits.erase_points(np.arange(60) % 7 == 0),
    "add far away": edits.add_points([[3e6, -2e6]]),
}


@pytest.mark.parametrize("name", DATA_EDITS)
def test_other_points_under_the_same_parameters_restart_the_trace_after_its_e_step(name: str) -> None:
    before = build.fitted()
    changed = DATA_EDITS[name](before)
    assert changed.document.states == ()
    assert changed.mixture is not None
    assert before.mixture is not None
    np.testing.assert_allclose(changed.mixture.means, before.mixture.means, rtol=1e-9, atol=1e-9)
    assert_sound(changed)
    done = evaluate(changed)
    assert [(s.stage, s.iteration) for s in done.document.states] == [(Stage.AFTER_E, 0)]
    assert done.next_half is Stage.AFTER_M
    assert_sound(done)


def test_units_that_still_suit_keep_the_parameters_to_the_last_bit() -> None:
    before = build.fitted()
    done = evaluate(DATA_EDITS["add"](before))
    assert before.state is not None
    assert done.state is not None
    assert_same_bits(done.state.standard, before.state.standard)


def test_other_points_under_a_start_leave_it_a_start() -> None:
    done = evaluate(DATA_EDITS["add"](build.stepped()))
    assert done.state is not None
    assert done.state.stage is Stage.START
    assert done.source is None


def test_other_points_in_the_middle_of_a_drag_keep_the_hand_and_the_colours() -> None:
    dragged = moved(build.fitted())
    changed = DATA_EDITS["erase"](dragged)
    assert changed.document.given is not None
    assert dragged.document.given is not None
    assert_same_bits(changed.document.given.mixture, dragged.document.given.mixture)
    assert_sound(evaluate(changed))


def test_points_drawn_before_the_start_is_made_wait_for_it_together() -> None:
    changed = DATA_EDITS["add"](build.snapshot())
    assert changed.document.given is None
    assert_sound(evaluate(changed))


def test_a_run_goes_on_under_points_that_are_added_but_not_on_an_empty_sheet() -> None:
    running = edits.run()(build.fitted())
    assert DATA_EDITS["add"](running).activity.running
    assert not edits.erase_points(np.ones(60, dtype=bool))(running).activity.running
    assert not edits.clear_points()(running).activity.running


def test_erasing_every_point_keeps_the_model_for_the_next_ones() -> None:
    before = build.fitted()
    empty = edits.erase_points(np.ones(60, dtype=bool))(before)
    assert_sound(empty)
    assert next_request(empty) is None
    drawn = edits.add_points([[1.0, 1.0], [2.0, 2.5]])(empty)
    done = evaluate(drawn)
    assert_sound(done)
    assert before.mixture is not None
    assert done.mixture is not None
    np.testing.assert_allclose(done.mixture.means, before.mixture.means, rtol=1e-9)


def test_clearing_takes_the_model_as_well() -> None:
    empty = edits.clear_points()(build.fitted())
    assert empty.mixture is None
    assert empty.document.points.columns == build.points().columns
    assert_sound(empty)


# ---------------------------------------------------------------- drawing on an empty sheet


def drawn_sheet() -> Snapshot:
    """Six points drawn on a cleared sheet, at their start."""
    empty = edits.clear_points()(build.stepped())
    return evaluate(edits.add_points([[0, 0], [1, 0], [0, 1], [9, 9], [8, 9], [9, 8]])(empty))


def test_a_sheet_that_is_drawn_makes_its_start_from_all_its_points() -> None:
    more = edits.add_points([[20.0, 0.0], [21.0, 1.0]])(drawn_sheet())
    assert more.document.given is None
    assert more.parameters is None
    done = evaluate(more)
    assert done.state is not None
    assert done.state.stage is Stage.START
    assert_sound(done)


def test_once_em_has_begun_drawing_goes_on_under_its_parameters_stroke_after_stroke() -> None:
    snapshot = drawn_sheet()
    latest = snapshot.document.latest
    assert latest is not None
    begun = edits.append_states(latest, build.trace(snapshot.document.points, halves=5)[1:])(snapshot)
    for x in range(3):
        more = edits.add_points([[float(x), 3.0]])(begun)
        assert more.parameters is not None
        assert begun.parameters is not None
        assert_same_bits(more.parameters, begun.parameters)
        begun = evaluate(more)
        assert begun.next_half is Stage.AFTER_M


def test_a_start_that_was_moved_by_hand_is_kept_while_drawing() -> None:
    moved_start = evaluate(moved(drawn_sheet()))
    more = edits.add_points([[3.0, 3.0]])(moved_start)
    assert more.parameters is not None
    assert moved_start.parameters is not None
    assert_same_bits(more.parameters, moved_start.parameters)
    assert not edits.choose_model(seed=3)(more).document.by_hand


# ---------------------------------------------------------------- choosing


@pytest.mark.parametrize("change", [{"k": 3}, {"covariance": "VII"}, {"start": "random"}, {"seed": 2}])
def test_what_makes_a_start_starts_again(change: dict[str, object]) -> None:
    changed = edits.choose_model(**change)(edits.run()(build.fitted()))
    assert changed.document.states == ()
    assert changed.cursor == -1
    assert not changed.activity.running
    assert changed.document.points is build.points()
    assert_sound(evaluate(changed))


@pytest.mark.parametrize("change", [{"tolerance": 1.0}, {"max_iterations": 5}])
def test_what_says_when_to_stop_keeps_the_trace(change: dict[str, object]) -> None:
    before = build.fitted()
    changed = edits.choose_model(**change)(before)
    assert changed.document.states is before.document.states
    assert changed.cursor == before.cursor


def test_other_points_keep_the_family_where_it_has_a_meaning() -> None:
    line = build.points(d=1)
    sheet = build.points()
    assert edits.open_points(line)(build.fitted(family="VVV")).document.model.covariance in {
        family.letters for family in families(1)
    }
    assert edits.open_points(sheet)(build.fitted(family="VII")).document.model.covariance == "VII"
    assert edits.open_points(sheet, k=4)(build.fitted()).document.model.k == 4


def test_a_reset_keeps_the_start_and_shows_it() -> None:
    before = edits.seek(4)(build.fitted())
    after = edits.reset_to_start()(before)
    assert after.document.states == before.document.states[:1]
    assert after.state is before.document.states[0]
    assert_sound(after)


def test_a_reset_while_the_hand_moves_goes_back_to_the_start() -> None:
    before = build.fitted()
    after = edits.reset_to_start()(moved(before))
    assert after.document.given is None
    assert after.document.states == before.document.states[:1]


@pytest.mark.parametrize("edit", [DATA_EDITS["add"], moved], ids=["points added", "start moved"])
def test_a_reset_before_the_first_state_is_made_changes_nothing(edit: Edit) -> None:
    waiting = edit(build.stepped())
    assert waiting.document.states == ()
    assert edits.reset_to_start()(waiting) is waiting


# ---------------------------------------------------------------- running and failing


def test_a_run_starts_at_the_end_of_the_trace_and_forgets_steps_and_messages() -> None:
    past = edits.notify("hello")(edits.seek(1)(build.fitted()))
    running = edits.run()(past)
    assert running.at_end
    assert running.activity.running
    assert running.activity.pending == 0
    assert running.notice is None


def test_why_em_stands_still() -> None:
    fitted = build.fitted()
    assert fitted.stop_reason is None
    running = edits.run()(fitted)
    assert running.stop_reason is None
    assert edits.pause()(running).stop_reason is None
    paused = edits.pause(by_user=True)(running)
    assert paused.stop_reason is StopReason.STOPPED
    assert paused.stop_reason.value == "stopped by the user"
    assert edits.want_halves(1)(paused).stop_reason is None
    assert edits.choose_model(max_iterations=3)(fitted).stop_reason is StopReason.MAX_ITERATIONS
    assert edits.failed(fitted.document, "no")(fitted).stop_reason is StopReason.REFUSED


def test_a_failure_belongs_to_its_document() -> None:
    snapshot = build.snapshot(k=3)
    failed = edits.failed(snapshot.document, "use fewer components")(edits.want_halves(3)(snapshot))
    assert failed.failure == "use fewer components"
    assert failed.activity.pending == 0
    assert failed.notice == Notice("use fewer components", "warning")
    assert next_request(failed) is None
    recovered = edits.choose_model(k=2)(failed)
    assert recovered.failure is None
    assert next_request(recovered) is not None


def test_an_interruption_stops_everything_but_keeps_the_document_usable() -> None:
    running = edits.run()(build.fitted())
    stopped = edits.interrupted("something broke")(running)
    assert stopped.document is running.document
    assert not stopped.activity.running
    assert stopped.failure is None
    assert stopped.notice == Notice("something broke", "error")
    assert next_request(edits.want_halves(1)(stopped)) is not None


# ---------------------------------------------------------------- views and messages


def test_views_and_messages_leave_the_document_alone() -> None:
    before = build.fitted()
    layers = before.view.layers
    hidden = edits.toggle_layer("points")(before)
    assert hidden.view.layers == layers - {"points"}
    assert hidden.document is before.document
    assert edits.toggle_layer("points")(hidden).view == before.view
    told = edits.notify("saved")(before)
    assert told.notice == Notice("saved")
    assert edits.dismiss()(told).notice is None


def test_unknown_choices_are_a_programmers_mistake() -> None:
    with pytest.raises(TypeError):
        edits.choose_model(colour="red")(build.fitted())
    with pytest.raises(TypeError):
        edits.choose_view(colour="red")(build.fitted())


def test_an_empty_snapshot_has_nothing_to_show() -> None:
    snapshot = Snapshot(build.snapshot(build.no_points()).document)
    assert snapshot.state is None
    assert snapshot.parameters is None
    assert snapshot.mixture is None
    assert snapshot.source is None
    assert snapshot.next_half is Stage.AFTER_E
    assert snapshot.view == ViewChoices()
    assert_sound(snapshot)


def test_the_given_parameters_are_shown_while_they_wait() -> None:
    before = build.fitted()
    dragged = moved(before)
    assert dragged.mixture is not None
    assert before.mixture is not None
    np.testing.assert_allclose(dragged.mixture.means[0], before.mixture.means[0] + 1.0)
    assert dragged.source is before.source
    assert dragged.next_half is Stage.AFTER_E
    assert DATA_EDITS["add"](before).next_half is Stage.AFTER_M


def test_a_sheet_of_identical_points_can_be_edited() -> None:
    same = PointSet.of(np.ones((5, 2)))
    snapshot = evaluate(Snapshot(build.snapshot(same, k=2).document))
    assert_sound(snapshot)
    assert_sound(evaluate(edits.add_points([[1.0, 1.0]])(snapshot)))


def test_activity_and_model_are_plain_values() -> None:
    assert replace(ModelChoice(), k=3) == ModelChoice(k=3)
    assert Activity() is not Activity()
