"""Covariances and weights set by hand: members stay members, and what is not shared stays bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gmmviewer.mixture import CovarianceFamily, Mixture, Noise, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.reshape import allowed, proportioned, reshaped, volume, weighted
from tests.mixture.family_members import assert_member, member, n_coordinates

K = 4
PLANE = families(2)
each_family = pytest.mark.parametrize("chosen", PLANE, ids=[one.letters for one in PLANE])
SEEDS = st.integers(0, 2**32 - 1)


def mixture_of(chosen: CovarianceFamily, seed: int, d: int = 2) -> Mixture:
    """A random member of a family with K components."""
    generator = np.random.default_rng(seed)
    numbers = generator.normal(size=n_coordinates(chosen.decomposition, K, d))
    covariances = member(chosen.decomposition, K, numbers, d)
    return Mixture(generator.dirichlet(np.ones(K)), generator.normal(size=(K, d)), covariances)


def any_covariance(seed: int, d: int = 2) -> FloatArray:
    """A random covariance, well away from round and from flat."""
    generator = np.random.default_rng(seed + 1)
    factor = generator.normal(size=(d, d)) + 0.5 * np.eye(d)
    return factor @ factor.T + 0.05 * np.eye(d)


def lengths_along(covariance: FloatArray, angle: float) -> tuple[float, float]:
    direction, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    return float(direction @ covariance @ direction), float(aside @ covariance @ aside)


@each_family
@given(seed=SEEDS, component=st.integers(0, K - 1))
def test_what_the_hand_makes_is_a_member_of_the_family(
    chosen: CovarianceFamily, seed: int, component: int
) -> None:
    made = reshaped(mixture_of(chosen, seed), chosen, component, any_covariance(seed))
    assert_member(chosen.decomposition, made.covariances, 1e-8)


@each_family
@given(seed=SEEDS, component=st.integers(0, K - 1))
def test_doing_it_twice_is_doing_it_once(chosen: CovarianceFamily, seed: int, component: int) -> None:
    wanted = any_covariance(seed)
    once = reshaped(mixture_of(chosen, seed), chosen, component, wanted)
    twice = reshaped(once, chosen, component, wanted)
    np.testing.assert_allclose(twice.covariances, once.covariances, rtol=1e-12, atol=1e-14)
    again = reshaped(once, chosen, component, once.covariances[component])
    np.testing.assert_allclose(again.covariances, once.covariances, rtol=1e-12, atol=1e-14)
    assert again.covariances[component].tobytes() == once.covariances[component].tobytes()


@each_family
@given(seed=SEEDS, component=st.integers(0, K - 1))
def test_the_component_has_what_the_family_allows(
    chosen: CovarianceFamily, seed: int, component: int
) -> None:
    wanted = any_covariance(seed)
    own = reshaped(mixture_of(chosen, seed), chosen, component, wanted).covariances[component]
    if chosen.decomposition[1] == "I":
        np.testing.assert_allclose(own, np.sqrt(np.linalg.det(wanted)) * np.eye(2), rtol=1e-12)
    elif chosen.decomposition[2] == "I":
        np.testing.assert_array_equal(own, np.diag(np.diag(wanted)))
    else:
        np.testing.assert_array_equal(own, wanted)


@each_family
@given(seed=SEEDS, component=st.integers(0, K - 1))
def test_the_others_keep_what_they_do_not_share(chosen: CovarianceFamily, seed: int, component: int) -> None:
    before = mixture_of(chosen, seed)
    made = reshaped(before, chosen, component, any_covariance(seed))
    size, shape, orientation = chosen.decomposition
    others = [j for j in range(K) if j != component]
    for name in ("weights", "means"):
        assert getattr(made, name).tobytes() == getattr(before, name).tobytes()
    if "E" not in chosen.decomposition:
        assert made.covariances[others].tobytes() == before.covariances[others].tobytes()
    for j in others:
        old, new = before.covariances[j], made.covariances[j]
        if size == "V":
            assert volume(new) == pytest.approx(volume(old), rel=1e-9)
        if shape == "V":  # the ratio of the axes, as trace and volume tell it
            assert np.trace(new) / volume(new) == pytest.approx(np.trace(old) / volume(old), rel=1e-9)
        if orientation == "V" and not (size == "V" and shape == "V"):
            assert np.abs(new @ old - old @ new).max() <= 1e-9 * np.abs(new @ old).max()  # same axes


@each_family
def test_a_locked_component_takes_no_part(chosen: CovarianceFamily) -> None:
    before = mixture_of(chosen, 3)
    made = reshaped(before, chosen, 0, any_covariance(3), locked=frozenset({2}))
    assert made.covariances[2].tobytes() == before.covariances[2].tobytes()
    assert_member(chosen.decomposition, made.covariances[[0, 1, 3]], 1e-8)
    alone = reshaped(before, chosen, 2, any_covariance(3), locked=frozenset({2}))
    np.testing.assert_array_equal(alone.covariances[[0, 1, 3]], before.covariances[[0, 1, 3]])
    np.testing.assert_array_equal(alone.covariances[2], allowed(any_covariance(3), chosen.decomposition))


@pytest.mark.parametrize("letters", ["EVE", "VVE"])
@pytest.mark.parametrize("degrees", [-80, -50, -10, 5, 44, 60, 85])
def test_parallel_components_turn_with_the_hand(letters: str, degrees: float) -> None:
    chosen = family(letters, 2)
    lengths = np.array([[9.0, 1.0], [1.0, 9.0], [3.0, 3.0]])  # of the same volume
    before = Mixture(np.full(3, 1 / 3), np.zeros((3, 2)), lengths[:, :, None] * np.eye(2))
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    made = reshaped(before, chosen, 0, turn @ before.covariances[0] @ turn.T)
    for old, new in zip(before.covariances, made.covariances, strict=True):
        np.testing.assert_allclose(new, turn @ old @ turn.T, atol=1e-12)


@pytest.mark.parametrize("letters", ["EVE", "VVE"])
def test_parallel_components_do_not_jump_where_an_ellipse_passes_through_round(letters: str) -> None:
    chosen = family(letters, 2)
    before = mixture_of(chosen, 11)
    axes = np.linalg.eigh(before.covariances[1])[1]
    previous = before
    for length in np.linspace(2.0, 0.5, 31):
        now = reshaped(previous, chosen, 1, (axes * [1.0, length]) @ axes.T)
        for j in (0, 2, 3):
            ratio = now.covariances[j] / volume(now.covariances[j])
            np.testing.assert_allclose(
                ratio, before.covariances[j] / volume(before.covariances[j]), rtol=1e-6, atol=1e-9
            )
        previous = now


def test_a_hand_that_makes_it_round_keeps_the_common_axes() -> None:
    before = mixture_of(family("VVE", 2), 5)
    made = reshaped(before, family("VVE", 2), 0, 2.0 * np.eye(2))
    np.testing.assert_array_equal(made.covariances[1:], before.covariances[1:])


@pytest.mark.parametrize("chosen", families(1), ids=[one.letters for one in families(1)])
@given(seed=SEEDS, spread=st.floats(1e-6, 1e6))
def test_on_a_line_the_variance_is_the_one_given(chosen: CovarianceFamily, seed: int, spread: float) -> None:
    before = mixture_of(chosen, seed, d=1)
    made = reshaped(before, chosen, 2, [[spread]])
    assert made.covariances[2, 0, 0] == spread
    others = [0, 1, 3]
    expected = np.full((3, 1, 1), spread) if chosen.decomposition[0] == "E" else before.covariances[others]
    np.testing.assert_array_equal(made.covariances[others], expected)


@pytest.mark.parametrize("letters", ["VVV", "EEE", "VVI", "VII"])
def test_in_space_too(letters: str) -> None:
    chosen, wanted = family(letters, 3), any_covariance(8, 3)
    covariances = np.repeat(np.diag([1.0, 1.0, 1.0])[None], 3, axis=0)
    made = reshaped(Mixture([0.2, 0.3, 0.5], np.zeros((3, 3)), covariances), chosen, 1, wanted)
    assert_member(letters, made.covariances)
    if letters != "VVV":
        return
    np.testing.assert_array_equal(made.covariances[1], wanted)


@pytest.mark.parametrize("scale", [1e-120, 1e-30, 1e30, 1e120])
@each_family
def test_sizes_far_from_one_are_as_good(chosen: CovarianceFamily, scale: float) -> None:
    before, wanted = mixture_of(chosen, 4), any_covariance(4)
    large = Mixture(before.weights, before.means, before.covariances * scale)
    made = reshaped(before, chosen, 1, wanted).covariances
    np.testing.assert_allclose(
        reshaped(large, chosen, 1, wanted * scale).covariances, made * scale, rtol=1e-9, atol=1e-12 * scale
    )


@pytest.mark.parametrize("wanted", [np.zeros((2, 2)), -np.eye(2), np.array([[1.0, 2.0], [2.0, 1.0]])])
@pytest.mark.parametrize("letters", ["VVV", "VII", "EVE", "VEE"])
def test_what_is_no_covariance_is_refused(letters: str, wanted: FloatArray) -> None:
    with pytest.raises(ValueError, match="positive definite"):
        reshaped(mixture_of(family(letters, 2), 1), family(letters, 2), 0, wanted)


# ------------------------------------------------------------------ weights


def test_a_round_covariance_is_left_alone() -> None:
    own = 0.1 * np.eye(2)
    assert allowed(own, "VII") is own


def weights_of(mixture: Mixture) -> FloatArray:
    background = [] if mixture.noise is None else [mixture.noise.weight]
    return np.array([*mixture.weights, *background])


@given(
    seed=SEEDS,
    component=st.integers(0, K - 1),
    weight=st.floats(0, 1),
    locked=st.frozensets(st.integers(0, K - 1)),
    noise=st.booleans(),
)
def test_a_weight_is_exactly_as_given_and_the_rest_keeps_its_proportions(
    seed: int, component: int, weight: float, locked: frozenset[int], noise: bool
) -> None:
    shares = np.random.default_rng(seed).dirichlet(np.ones(K + noise))
    before = Mixture(shares[:K], np.zeros((K, 1)), np.ones(K), Noise(shares[K], -3.0) if noise else None)
    made = weighted(before, component, weight, locked)
    assert weights_of(made).sum() == pytest.approx(1.0, abs=1e-12)
    for j in locked - {component}:
        assert made.weights[j] == before.weights[j]
    free = [j for j in range(K + noise) if j != component and j not in locked]
    if not free:
        assert made is before
        return
    left = 1.0 - sum(before.weights[j] for j in sorted(locked - {component}))
    assert made.weights[component] == pytest.approx(min(weight, left), abs=1e-15)
    if weight <= left:
        assert made.weights[component] == weight
    old, new = weights_of(before)[free], weights_of(made)[free]
    np.testing.assert_allclose(new * old.sum(), old * new.sum(), atol=1e-12)


def test_a_single_weight_is_one() -> None:
    alone = Mixture([1.0], [0.0], [1.0])
    assert weighted(alone, 0, 0.3) is alone


def test_those_that_had_nothing_share_alike() -> None:
    before = Mixture([1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    assert weighted(before, 0, 0.5).weights.tolist() == [0.5, 0.25, 0.25]


@given(seed=SEEDS, locked=st.frozensets(st.integers(0, K - 1), max_size=K - 1), noise=st.booleans())
def test_proportions_fill_what_is_left(seed: int, locked: frozenset[int], noise: bool) -> None:
    generator = np.random.default_rng(seed)
    shares = generator.dirichlet(np.ones(K + noise))
    before = Mixture(shares[:K], np.zeros((K, 1)), np.ones(K), Noise(shares[K], -3.0) if noise else None)
    wanted = generator.uniform(0.1, 3.0, size=K) * 10.0 ** generator.uniform(-150, 150)
    made = proportioned(before, wanted, locked)
    assert made.noise == before.noise
    assert weights_of(made).sum() == pytest.approx(1.0, abs=1e-12)
    free = [j for j in range(K) if j not in locked]
    np.testing.assert_array_equal(made.weights[sorted(locked)], before.weights[sorted(locked)])
    np.testing.assert_allclose(made.weights[free] / made.weights[free[0]], wanted[free] / wanted[free[0]])


@pytest.mark.parametrize("shares", [[0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0], [1.0]])
def test_proportions_that_are_none_are_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match=r"weights|proportions"):
        proportioned(Mixture([0.5, 0.5], [0.0, 1.0], [1.0, 1.0]), shares)


@given(seed=SEEDS)
def test_equal_weights_stay_equal_around_a_locked_one(seed: int) -> None:
    assume(seed >= 0)
    before = Mixture(np.full(K, 1 / K), np.zeros((K, 1)), np.ones(K))
    made = weighted(before, 1, 0.4, frozenset({1}), equal=True)
    assert made.weights[1] == 0.4
    np.testing.assert_allclose(made.weights[[0, 2, 3]], 0.2)
