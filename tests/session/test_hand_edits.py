"""Parameters set by hand: exactly as given, in data units, and EM goes on from there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture.families import families
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Activity, Snapshot
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits, assert_sound
from tests.mixture.family_members import assert_member
from tests.session.test_locks import after, answered

SIGMA = np.array([[2.25, 0.6], [0.6, 1.0]])
PLANE = [one.letters for one in families(2)]
LINE = [one.letters for one in families(1)]


def fitted(letters: str, d: int = 2, halves: int = 7) -> Snapshot:
    return answered(build.stepped(build.points(d=d), halves=halves, k=3, covariance=letters))


@pytest.mark.parametrize("letters", PLANE)
def test_a_covariance_by_hand_respects_the_family_and_em_goes_on(letters: str) -> None:
    before = fitted(letters)
    changed = edits.set_covariance(1, SIGMA)(before)
    assert_sound(changed)
    family = before.document.model.family(2)
    assert_member(family.decomposition, changed.mixture.covariances, 1e-8)
    own = changed.mixture.covariances[1]
    if family.decomposition[1] == "I":
        np.testing.assert_allclose(own, np.sqrt(np.linalg.det(SIGMA)) * np.eye(2), rtol=1e-12)
    elif family.decomposition[2] == "I":
        np.testing.assert_array_equal(own, np.diag(np.diag(SIGMA)))
    else:
        np.testing.assert_array_equal(own, SIGMA)
    state = answered(changed)
    assert state.state.stage is Stage.START
    assert_same_bits(state.parameters, changed.parameters)
    gone_on = after(state, edits.want_halves(8))
    objective = [s.objective for s in gone_on.document.states[len(before.document.states) :]]
    assert (np.diff(objective) >= -1e-8).all()


@pytest.mark.parametrize("letters", LINE)
def test_a_spread_on_a_line(letters: str) -> None:
    before = fitted(letters, d=1)
    changed = answered(edits.set_spread(2, 0.625)(before))
    assert np.sqrt(changed.mixture.covariances[2, 0, 0]) == 0.625
    equal = letters == "E"
    expected = [0.625**2] * 2 if equal else before.mixture.covariances[:2, 0, 0]
    np.testing.assert_array_equal(changed.mixture.covariances[:2, 0, 0], expected)
    assert changed.mixture.weights.tobytes() == before.mixture.weights.tobytes()


@given(weight=st.floats(0.0, 1.0), component=st.integers(0, 2))
def test_a_weight_is_shown_as_it_was_given(weight: float, component: int) -> None:
    before = fitted("VVV")
    changed = answered(edits.set_weight(component, weight)(before))
    assert changed.mixture.weights[component] == weight
    assert changed.mixture.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert changed.mixture.means.tobytes() == before.mixture.means.tobytes()


@given(mean=st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_a_mean_is_shown_as_it_was_given(mean: tuple[float, float]) -> None:
    before = fitted("VVV")
    changed = answered(edits.set_component(1, mean=mean)(before))
    np.testing.assert_allclose(changed.mixture.means[1], mean, rtol=1e-15, atol=1e-14)
    np.testing.assert_array_equal(changed.mixture.means[[0, 2]], before.mixture.means[[0, 2]])


def test_all_of_a_component_is_one_change() -> None:
    before = fitted("VVV")
    changed = edits.set_component(0, weight=0.25, mean=[1.0, 2.0], covariance=SIGMA)(before)
    assert changed.mixture.weights[0] == 0.25
    assert changed.mixture.means[0].tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(changed.mixture.covariances[0], SIGMA)
    assert len(answered(changed).document.states) == len(before.document.states) + 1


@pytest.mark.parametrize(
    "nothing",
    [
        lambda m: edits.set_weight(1, float(m.weights[1])),
        lambda m: edits.set_component(1, mean=m.means[1]),
        lambda m: edits.set_covariance(1, m.covariances[1]),
        lambda m: edits.set_component(7, weight=0.5),
        lambda m: edits.set_weights(m.weights),
    ],
)
def test_what_is_so_already_changes_nothing(nothing) -> None:
    before = after(fitted("VVV"), edits.equalise_weights())
    assert nothing(before.mixture)(before) is before


def test_the_hand_pauses_a_run_and_drops_what_follows() -> None:
    running = replace(edits.seek(3)(fitted("VVV")), activity=Activity(running=True))
    changed = edits.set_weight(0, 0.7)(running)
    assert not changed.activity.running
    assert changed.document.states == running.document.states[:4]
    assert changed.source is running.source  # the points keep their colours until the next E-step


@pytest.mark.parametrize("kind", ["weights", "means", "covariances"])
@pytest.mark.parametrize("letters", PLANE)
def test_what_is_locked_elsewhere_stays_bit_for_bit(letters: str, kind: str) -> None:
    before = after(fitted(letters), edits.toggle_lock(kind, frozenset({1})))
    held = getattr(before.parameters, kind)[1].tobytes()
    for change in (
        edits.set_component(0, weight=0.5, covariance=SIGMA),
        edits.add_component([0.0, 0.0], SIGMA),
        edits.equalise_weights(),
    ):
        changed = after(before, change, edits.want_halves(4))
        assert 1 in getattr(changed.document.model.constraints, kind)
        assert getattr(changed.parameters, kind)[1].tobytes() == held


def test_only_the_hand_moves_what_is_locked() -> None:
    before = after(fitted("EEE"), edits.toggle_all_locks(frozenset({1})))
    changed = answered(edits.set_component(1, weight=0.125, covariance=SIGMA)(before))
    assert changed.mixture.weights[1] == 0.125
    np.testing.assert_array_equal(changed.mixture.covariances[1], SIGMA)
    np.testing.assert_array_equal(changed.mixture.covariances[[0, 2]], before.mixture.covariances[[0, 2]])
    stepped = after(changed, edits.want_halves(6))
    assert stepped.parameters.covariances[1].tobytes() == changed.parameters.covariances[1].tobytes()
    assert stepped.parameters.weights[1] == 0.125


def test_tied_weights_have_no_value_of_their_own() -> None:
    tied = after(fitted("VVV"), edits.tie_weights(True))
    assert edits.set_weight(0, 0.9)(tied) is tied
    assert edits.set_weights([3, 1, 1])(tied) is tied
    noisy = after(tied, edits.choose_model(noise=True), edits.want_halves(3))
    changed = answered(edits.set_weight(0, 0.2)(noisy))
    np.testing.assert_allclose(changed.mixture.weights, 0.2, rtol=1e-15)
    assert changed.mixture.noise.weight == pytest.approx(0.4)


def test_weights_in_proportion() -> None:
    changed = answered(edits.set_weights([2, 1, 1])(fitted("VVV")))
    assert changed.mixture.weights.tolist() == [0.5, 0.25, 0.25]
    equal = answered(edits.equalise_weights()(changed))
    np.testing.assert_allclose(equal.mixture.weights, 1 / 3)


def test_a_shared_mean_moves_all() -> None:
    tied = after(fitted("VVV"), edits.tie_means(True))
    changed = answered(edits.set_component(2, mean=[1.0, -1.0])(tied))
    np.testing.assert_allclose(changed.mixture.means, [[1.0, -1.0]] * 3)
    fixed = after(fitted("VVV"), edits.fix_shown_mean())
    assert edits.set_component(0, mean=[0.5, 0.5])(fixed).document.model.fixed_mean == (0.5, 0.5)


def test_no_hand_goes_below_the_floor() -> None:
    before = after(fitted("VVV"), edits.choose_model(floor=0.01))
    changed = edits.set_covariance(0, 1e-9 * np.eye(2))(before)
    least = 0.01 * before.document.points.values.var(axis=0)
    np.testing.assert_allclose(np.diag(changed.mixture.covariances[0]), least, rtol=1e-9)
    assert_same_bits(answered(changed).parameters, changed.parameters)


# ------------------------------------------------------------------ more components


@pytest.mark.parametrize("letters", PLANE)
def test_a_new_component_leaves_the_others_but_for_their_weights(letters: str) -> None:
    before = fitted(letters)
    changed = edits.add_component([1.0, 2.0], SIGMA)(before)
    assert_sound(changed)
    family, mixture = before.document.model.family(2), changed.mixture
    assert mixture.n_components == 4
    np.testing.assert_array_equal(mixture.means[:3], before.mixture.means)
    np.testing.assert_array_equal(mixture.covariances[:3], before.mixture.covariances)
    np.testing.assert_allclose(mixture.weights[:3], 0.75 * before.mixture.weights)
    assert mixture.weights[3] == 0.25
    assert_member(family.decomposition, mixture.covariances, 1e-8)
    place = before.mixture.means[0] if family.shared_mean else [1.0, 2.0]
    np.testing.assert_allclose(mixture.means[3], place)
    if family.decomposition == "VVV":
        np.testing.assert_array_equal(mixture.covariances[3], SIGMA)
    assert changed.selection == (3,)
    assert len(answered(changed).document.states) == 1
    after(changed, edits.want_halves(6))


def test_there_is_a_largest_k() -> None:
    full = answered(build.stepped(build.points(n=120), k=LARGEST_K))
    assert edits.add_component([0.0, 0.0], SIGMA)(full) is full


def test_without_a_model_there_is_nothing_to_edit() -> None:
    waiting = build.snapshot()
    for change in (
        edits.add_component([0.0, 0.0], SIGMA),
        edits.set_weight(0, 0.5),
        edits.set_weights([1.0, 1.0]),
        edits.equalise_weights(),
    ):
        assert change(waiting) is waiting


# ------------------------------------------------------------------ drags


CHANGES: tuple[Edit, ...] = (
    edits.add_component([3.0, 3.0], SIGMA),
    edits.set_covariance(1, SIGMA),
    edits.set_weight(0, 0.9),
    edits.move_mean(2, [1.0, 1.0]),
)


@given(order=st.lists(st.sampled_from(range(len(CHANGES))), min_size=1, max_size=4))
def test_parts_of_a_drag_replace_each_other(order: list[int]) -> None:
    base = fitted("VVV")
    dragged = base
    for part in order:
        dragged = answered(edits.upon(base, CHANGES[part])(dragged))
    direct = answered(CHANGES[order[-1]](base))
    assert_same_bits(dragged.parameters, direct.parameters)
    assert len(dragged.document.states) == len(direct.document.states)
    back = edits.upon(base, edits.nothing)(dragged)
    assert back.document is base.document
    assert back.cursor == base.cursor
    assert edits.upon(base, edits.nothing)(back) is back
