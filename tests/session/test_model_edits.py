"""Which choice makes a new start, which lets EM go on, and what becomes of single components."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture.algorithms import ALGORITHMS
from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.events import Floored
from gmmviewer.mixture.families import families
from gmmviewer.mixture.remedies import REMEDIES
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.edits_components import offered
from gmmviewer.session.edits_time import best_index
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits
from tests.session.test_locks import after, answered


@pytest.mark.parametrize("name", [a.name for a in ALGORITHMS if a.settled(0)][1:])
def test_another_algorithm_goes_on_from_the_parameters_shown(name: str) -> None:
    before = edits.seek(3)(build.stepped(halves=7, k=3))
    changed = answered(edits.choose_model(algorithm=name)(before))
    assert changed.document.states[:4] == before.document.states[:4]
    assert len(changed.document.states) == 5
    assert changed.state.stage is Stage.START
    assert changed.state.plan.algorithm.name == name
    assert changed.source is before.source  # the points keep their colours until the next E-step
    assert_same_bits(changed.parameters, before.parameters)


def test_annealing_begins_hot_from_the_parameters_shown() -> None:
    before = build.stepped(halves=41, k=3)
    hot = answered(edits.choose_model(algorithm="annealed")(before))
    assert [state.iteration for state in hot.document.states] == [0]
    assert not hot.state.plan.algorithm.settled(hot.state.iteration)
    assert_same_bits(hot.parameters, before.parameters)


@pytest.mark.parametrize("change", [{"floor": 1e-3}, {"algorithm": "MAP"}, {"algorithm": "hard"}])
def test_an_untouched_start_is_made_for_the_plan(change: dict[str, object]) -> None:
    changed = answered(edits.choose_model(**change)(answered(build.snapshot(k=3))))
    assert len(changed.document.states) == 1
    assert not changed.document.by_hand
    wanted = answered(build.snapshot(k=3, **change))
    assert_same_bits(changed.parameters, wanted.parameters)


@pytest.mark.parametrize(
    "change", [{"k": 4}, {"covariance": "EII"}, {"start": "random"}, {"seed": 7}, {"noise": True}]
)
def test_these_make_a_new_start(change: dict[str, object]) -> None:
    changed = edits.choose_model(**change)(build.stepped(halves=5, k=3))
    assert changed.document.states == ()
    assert changed.document.given is None


def test_a_reset_is_under_the_model_as_it_is_now() -> None:
    changed = after(build.stepped(halves=5, k=3), edits.choose_model(algorithm="hard"), edits.want_halves(4))
    back = after(changed, edits.reset_to_start())
    assert len(back.document.states) == 1
    assert back.state.plan.algorithm.name == "hard"
    assert_same_bits(back.parameters, changed.document.states[0].standard)


def test_a_shared_mean_moves_as_one_and_its_lock_is_one() -> None:
    tied = after(build.stepped(halves=5, k=3), edits.tie_means(True))
    assert (tied.parameters.means == tied.parameters.means[0]).all()
    dragged = answered(edits.move_mean(2, [1.0, -1.0])(tied))
    np.testing.assert_allclose(dragged.mixture.means, [[1.0, -1.0]] * 3)
    locked = edits.toggle_lock("means", frozenset({1}))(dragged)
    assert locked.document.model.constraints.means == {0, 1, 2}
    stepped = after(locked, edits.want_halves(6))
    np.testing.assert_array_equal(stepped.parameters.means, locked.parameters.means)
    assert not edits.toggle_lock("means", frozenset({0}))(stepped).document.model.constraints.means


def test_a_fixed_mean_typed_makes_a_start_and_dragged_goes_on() -> None:
    fixed = after(build.stepped(halves=5, k=3), edits.fix_mean((1.0, 2.0)))
    assert len(fixed.document.states) == 1
    np.testing.assert_allclose(fixed.mixture.means, [[1.0, 2.0]] * 3)
    stepped = after(fixed, edits.want_halves(7))
    np.testing.assert_array_equal(stepped.parameters.means, fixed.parameters.means)
    dragged = after(stepped, edits.move_mean(0, [0.5, 0.25]), edits.want_halves(5))
    assert dragged.document.model.fixed_mean == (0.5, 0.25)
    np.testing.assert_allclose(dragged.mixture.means, [[0.5, 0.25]] * 3)
    assert len(dragged.document.states) > len(stepped.document.states)
    free = after(dragged, edits.fix_mean(None), edits.want_halves(7))
    assert not (free.parameters.means == free.parameters.means[0]).all()


def test_fixing_takes_the_mean_on_screen() -> None:
    before = build.stepped(halves=5, k=3)
    place = np.average(before.mixture.means, axis=0, weights=before.mixture.weights)
    np.testing.assert_allclose(edits.fix_shown_mean()(before).document.model.fixed_mean, place)


def test_a_fixed_mean_has_no_padlock() -> None:
    fixed = after(build.stepped(halves=3), edits.fix_shown_mean())
    assert edits.toggle_lock("means", frozenset({0}))(fixed) is fixed


# ---------------------------------------------------------------- components


@pytest.mark.parametrize(
    ("edit", "k"),
    [
        (edits.split_component(1), 4),
        (edits.duplicate_component(), 4),
        (edits.merge_components((0, 2)), 2),
        (edits.merge_components(), 2),
        (edits.merge_components((1,)), 2),
        (edits.remove_components((0,)), 2),
        (edits.remove_components((0, 1)), 1),
        (edits.remove_components(), 2),
    ],
)
@pytest.mark.parametrize("halves", [0, 5, 6])
def test_operations_change_k_and_begin_a_trace(edit: edits.Edit, k: int, halves: int) -> None:
    before = build.stepped(halves=halves, k=3)
    changed = after(before, edit)
    assert changed.document.model.k == changed.parameters.n_components == k
    assert [state.iteration for state in changed.document.states] == [0]
    assert (changed.source is None) == (before.source is None)
    after(changed, edits.want_halves(4))


def test_what_an_operation_cannot_do_it_leaves() -> None:
    one = build.stepped(halves=3, k=1)
    for edit in (edits.merge_components(), edits.remove_components(), edits.remove_components((0,))):
        assert edit(one) is one
    two = build.stepped(halves=3, k=2)
    assert edits.remove_components((0, 1))(two) is two
    many = build.stepped(build.points(n=200), halves=1, k=LARGEST_K)
    assert edits.split_component()(many) is many
    empty = build.snapshot(build.no_points())
    assert edits.split_component()(empty) is empty


def test_a_copy_changes_no_density() -> None:
    before = build.stepped(halves=5, k=3)
    doubled = after(before, edits.duplicate_component(2))
    points = before.document.points.values
    np.testing.assert_allclose(log_density(points, doubled.mixture), log_density(points, before.mixture))


def test_a_cure_is_the_same_every_time() -> None:
    before = build.stepped(halves=5, k=3)
    reseed = REMEDIES[0]
    once, again = (edits.cure(reseed, 1)(before).document.given for _ in range(2))
    assert_same_bits(once.mixture, again.mixture)


def test_locks_follow_their_components_through_an_operation() -> None:
    locked = edits.toggle_all_locks(frozenset({2}))(build.stepped(halves=5, k=3))
    held = locked.parameters.means[2]
    fewer = after(locked, edits.remove_components((0,)))
    assert fewer.document.model.constraints.means == {1}
    np.testing.assert_array_equal(fewer.parameters.means[1], held)
    assert not edits.cure(REMEDIES[0], 2)(locked).document.model.constraints.means


@pytest.mark.parametrize("family", [f.letters for f in families(2) if f.shared_mean])
@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda r: r.name)
def test_no_remedy_moves_a_shared_mean(family: str, remedy) -> None:
    before = after(build.snapshot(k=3, covariance=family), edits.want_halves(5))
    cured = edits.cure(remedy, 1)(before).document.given.mixture
    for mean in cured.means:
        np.testing.assert_array_equal(mean, before.parameters.means[0])


def test_a_floor_that_cannot_rise_is_not_offered() -> None:
    low, high = (build.stepped(halves=3, k=2, floor=floor) for floor in (1e-9, 1e-1))
    assert "raise-floor" in [r.name for r in offered(Floored(0), low)]
    assert "raise-floor" not in [r.name for r in offered(Floored(0), high)]


# ---------------------------------------------------------------- the best state


def test_the_best_state_of_an_algorithm_that_wanders() -> None:
    wandering = after(build.snapshot(k=3, algorithm="stochastic"), edits.want_halves(30))
    states = wandering.document.states
    best = best_index(states)
    assert states[best].objective == max(s.objective for s in states if s.stage is Stage.AFTER_E)
    assert edits.seek_best()(wandering).cursor == best
    climbing = build.stepped(halves=5)
    assert best_index(climbing.document.states) is None
    assert edits.seek_best()(climbing) is climbing


def test_the_best_of_another_algorithm_does_not_count() -> None:
    fitted = after(build.stepped(halves=41, k=3), edits.choose_model(algorithm="stochastic"))
    assert best_index(fitted.document.states) is None
    on = after(fitted, edits.want_halves(6))
    assert best_index(on.document.states) > len(fitted.document.states) - 1
