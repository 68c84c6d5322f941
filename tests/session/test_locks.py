"""Padlocks: what is locked stays bit for bit, whatever is chosen, until the hand moves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture.algorithms import ALGORITHMS
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.families import families
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.session import edits, locks
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.work.requests import AdvanceRequest, next_request, serve
from tests.helpers import build
from tests.helpers.invariants import assert_sound

COMPONENTS = st.frozensets(st.integers(0, 5))
ANY = st.builds(Constraints, COMPONENTS, COMPONENTS, COMPONENTS, st.booleans(), st.booleans())


def answered(snapshot: Snapshot) -> Snapshot:
    """Everything done that is asked for, as the model thread does it."""
    while (request := next_request(snapshot)) is not None:
        answer = serve(request, lambda: False)
        assert answer.failure is None, answer.failure
        if isinstance(request, AdvanceRequest):
            done = len(answer.states) if request.counted else 0
            snapshot = edits.append_states(request.base, answer.states, halves_done=done)(snapshot)
        else:
            snapshot = edits.evaluated(request.document, answer.states[0])(snapshot)
        assert_sound(snapshot)
    return snapshot


def after(snapshot: Snapshot, *changes: Edit) -> Snapshot:
    for change in changes:
        snapshot = answered(change(snapshot))
    return snapshot


def values(snapshot: Snapshot, component: int) -> dict[str, bytes]:
    """The bits of weight, mean and covariance of a component."""
    mixture = snapshot.parameters
    assert mixture is not None
    return {kind: getattr(mixture, kind)[component].tobytes() for kind in locks.KINDS}


@given(constraints=ANY, components=COMPONENTS.filter(bool), kind=st.sampled_from(locks.KINDS))
def test_toggling_twice_from_free_is_nothing(constraints, components, kind):
    free = locks.with_all(constraints, components, shut=False)
    once = locks.toggled(free, kind, components)
    assert components <= getattr(once, kind)
    assert locks.toggled(once, kind, components) == free


@given(constraints=ANY, gone=COMPONENTS)
def test_locks_move_up_with_their_components(constraints, gone):
    left = [k for k in range(6) if k not in gone]
    moved = locks.without(constraints, gone)
    for kind in locks.KINDS:
        before, now = getattr(constraints, kind), getattr(moved, kind)
        assert {left[k] for k in now} == before - gone
    assert locks.unlocked(moved) == locks.unlocked(constraints)  # ties stay


CHANGES: dict[str, Edit] = {
    "steps": edits.want_halves(5),
    "another seed": edits.choose_model(seed=5),
    "another start": edits.choose_model(start="random"),
    "another family": edits.choose_model(covariance="VII"),
    "a component more": edits.choose_model(k=4),
    "a component fewer": edits.choose_model(k=2),
    "noise": edits.choose_model(noise=True),
    "equal weights": edits.tie_weights(True),
    "a reset": edits.reset_to_start(),
    **{f"algorithm {a.name}": edits.choose_model(algorithm=a.name) for a in ALGORITHMS[1:]},
}


@pytest.mark.parametrize("kind", locks.KINDS)
@pytest.mark.parametrize("name", CHANGES)
def test_what_is_locked_stays_bit_for_bit(name: str, kind: str) -> None:
    locked = after(build.stepped(halves=5, k=3), edits.toggle_lock(kind, frozenset({1})))
    held = values(locked, 1)[kind]
    changed = after(locked, CHANGES[name], edits.want_halves(6))
    assert 1 in getattr(changed.document.model.constraints, kind)
    assert values(changed, 1)[kind] == held
    others = [k for k in range(changed.document.model.k) if k != 1]
    assert any(values(changed, k)[kind] != values(locked, k)[kind] for k in others if k < 3)


@pytest.mark.parametrize("family", [f.letters for f in families(2) if not f.shared_mean])
def test_a_locked_mean_stays_in_every_family(family: str) -> None:
    start = after(build.snapshot(k=3, covariance=family), edits.want_halves(3))
    locked = after(start, edits.toggle_lock("means", frozenset({2})), edits.want_halves(6))
    assert values(locked, 2)["means"] == values(start, 2)["means"]
    assert values(locked, 0)["means"] != values(start, 0)["means"]


def test_a_lock_adds_no_state_and_computes_nothing() -> None:
    before = build.stepped(halves=5, k=3)
    locked = edits.toggle_lock("means", frozenset({0}))(before)
    assert next_request(locked) is None
    assert len(locked.document.states) == len(before.document.states)
    assert locked.document.states[:-1] == before.document.states[:-1]
    assert locked.state.log_likelihood == before.state.log_likelihood
    assert locked.state.progress.remaining is None  # what is still to come is another question now
    assert locked.state.plan.constraints.means == {0}


def test_a_lock_in_a_run_does_not_stop_it() -> None:
    running = edits.run()(build.stepped(halves=3, k=3))
    assert edits.toggle_lock("means", frozenset({0}))(running).activity.running
    assert edits.choose_model(algorithm="SQUAREM")(running).activity.running


def test_locks_of_components_that_are_gone_go() -> None:
    locked = edits.toggle_all_locks(frozenset({0, 2}))(build.stepped(halves=3, k=3))
    fewer = edits.choose_model(k=2)(locked).document.model.constraints
    assert fewer == Constraints(*([frozenset({0})] * 3))


def test_locked_weights_leave_something_to_the_others() -> None:
    everything = edits.toggle_lock("weights", frozenset({0, 1, 2}))(build.stepped(halves=3, k=3))
    assert everything.document.model.constraints.weights == {0, 1, 2}
    for change in (edits.choose_model(k=5), edits.choose_model(noise=True)):
        assert not after(everything, change).document.model.constraints.weights


@pytest.mark.parametrize(
    "leave", [lambda s: edits.open_points(build.points(seed=9)), lambda s: edits.clear_points()]
)
def test_other_points_free_everything(leave: Callable[[Snapshot], Edit]) -> None:
    locked = edits.toggle_all_locks(frozenset({0}))(build.stepped(halves=3, k=3))
    freed = leave(locked)(locked).document.model
    assert not locks.has_locks(freed.constraints)


def test_other_data_forget_the_fixed_mean_but_not_the_ties() -> None:
    tied = after(build.stepped(halves=3), edits.tie_weights(True), edits.fix_mean((1.0, 2.0)))
    opened = edits.open_points(build.points(seed=9))(tied).document.model
    assert opened.fixed_mean is None
    assert opened.constraints.equal_weights


def test_the_hand_moves_what_is_locked_and_it_stays_there() -> None:
    locked = after(build.stepped(halves=5, k=3), edits.toggle_lock("means", frozenset({1})))
    dragged = after(locked, edits.move_mean(1, [2.0, 3.0]), edits.want_halves(8))
    units = dragged.document.points.units
    np.testing.assert_array_equal(dragged.parameters.means[1], units.standardise([2.0, 3.0]))
    assert 1 in dragged.document.model.constraints.means


def test_a_reset_keeps_what_is_locked_and_every_number() -> None:
    before = build.stepped(halves=5, k=3)
    start = before.document.states[0].mixture.means
    dragged = after(before, edits.move_mean(0, start[2] + 0.1), edits.toggle_lock("means", frozenset({0})))
    back = after(dragged, edits.want_halves(4), edits.reset_to_start())
    np.testing.assert_array_equal(back.parameters.means[0], dragged.parameters.means[0])
    np.testing.assert_array_equal(back.mixture.means[1:], start[1:])


def test_undo_frees_and_redo_locks_again() -> None:
    from gmmviewer.session.history import History, redo, undo

    before = build.stepped(halves=5)
    locked = edits.toggle_lock("means", frozenset({1}))(before)
    history = History().record(before, "Lock")
    history, back = undo(history, locked)
    assert back.document is before.document
    assert redo(history, back)[1].document is locked.document


@given(seed=st.integers(0, 10_000), shut=st.frozensets(st.integers(0, 3), min_size=1))
def test_a_start_keeps_the_places_it_has_found(seed, shut):
    """Each locked mean takes the place of the nearest that is left; nothing else of the start moves."""
    generator = np.random.default_rng(seed)
    start, held = (_mixture(generator.normal(size=(5, 2))) for _ in range(2))
    anew = locks.with_held(start, held, Constraints(means=shut))
    np.testing.assert_array_equal(anew.means[sorted(shut)], held.means[sorted(shut)])
    left = {tuple(mean) for mean in start.means.tolist()}
    kept = {tuple(anew.means[k].tolist()) for k in range(5) if k not in shut}
    assert kept < left
    (first, *_) = sorted(shut)
    gone = np.array(sorted(left - kept))
    gaps = np.linalg.norm(start.means - held.means[first], axis=1)
    assert np.isclose(np.linalg.norm(gone - held.means[first], axis=1), gaps.min()).any()


def _mixture(means: np.ndarray) -> Mixture:
    return Mixture(np.full(len(means), 1 / len(means)), means, [np.eye(2)] * len(means))


def test_with_held_takes_nothing_but_what_is_locked() -> None:
    start = build.start(build.points(), k=3).standard
    assert locks.with_held(start, start, Constraints()) is start
    everything = Constraints(*([frozenset({0, 2})] * 3))
    held = build.stepped(halves=6, k=3).parameters
    mixed = locks.with_held(start, held, everything)
    for kind in locks.KINDS:
        for k in (0, 2):
            assert getattr(mixed, kind)[k].tobytes() == getattr(held, kind)[k].tobytes()
    assert mixed.weights.sum() == pytest.approx(1.0, abs=1e-12)
