"""Split, merge, prune, duplicate, add: moments stay, and so does everything nobody touched."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture, Sample, log_density
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.mixture.surgery import (
    add,
    closest_pair,
    duplicate,
    largest,
    merge,
    misfits,
    prune,
    split,
    together,
    worst_fitting,
)
from tests.mixture.random_mixtures import drawn, random_mixture

SEEDS, SIZES, DIMENSIONS = st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 3)
NOISE = Noise(0.25, -4.0)


def _noisy(mixture: Mixture) -> Mixture:
    return Mixture(mixture.weights * 0.75, mixture.means, mixture.covariances, NOISE)


def _assert_same_moments(one: Mixture, other: Mixture, ones: list[int], others: list[int]) -> None:
    weight, mean, covariance = together(one, ones)
    weight_, mean_, covariance_ = together(other, others)
    size = np.sqrt(np.diagonal(covariance))
    assert weight_ == pytest.approx(weight, rel=1e-14)
    assert np.abs((mean_ - mean) / (size + np.abs(mean))).max() < 1e-13
    assert np.abs((covariance_ - covariance) / size[:, None] / size).max() < 1e-12


def _assert_untouched(one: Mixture, other: Mixture, ones: list[int], others: list[int]) -> None:
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(one, name)[ones], getattr(other, name)[others])


def test_together_is_the_moments_of_the_mixture() -> None:
    """By hand, about the origin: E[x] and E[xxᵀ] − E[x]E[x]ᵀ."""
    mixture = random_mixture(4, 5, 2)
    weight, mean, covariance = together(mixture, range(5))
    second = mixture.covariances + mixture.means[:, :, None] * mixture.means[:, None, :]
    by_hand = np.einsum("k,kij->ij", mixture.weights, second) - np.outer(mean, mean)
    assert weight == pytest.approx(1.0, abs=1e-15)
    np.testing.assert_allclose(mean, mixture.weights @ mixture.means, rtol=1e-13)
    np.testing.assert_allclose(covariance, by_hand, rtol=1e-12)


@given(SEEDS, SIZES, DIMENSIONS, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_split_keeps_the_moments_and_everybody_else(
    seed: int, k: int, d: int, share: float, distance: float
) -> None:
    mixture = _noisy(random_mixture(seed, k, d))
    component = seed % k
    halves = split(mixture, component, share=share, distance=distance)
    others = [c for c in range(k) if c != component]
    assert halves.n_components == k + 1
    assert halves.noise == NOISE
    assert halves.weights[component] == pytest.approx(share * mixture.weights[component], rel=1e-14)
    assert (np.linalg.eigvalsh(halves.covariances) > 0).all()
    _assert_untouched(mixture, halves, others, others)
    _assert_same_moments(mixture, halves, [component], [component, k])


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_split_goes_along_the_main_axis(d: int) -> None:
    mixture = random_mixture(7, 3, d)
    halves = split(mixture, 1, distance=0.4)
    values, vectors = np.linalg.eigh(mixture.covariances[1])
    apart = halves.means[3] - halves.means[1]
    assert np.abs(vectors[:, -1] @ apart) == pytest.approx(2 * 0.4 * np.sqrt(values[-1]), rel=1e-12)
    np.testing.assert_allclose(vectors[:, :-1].T @ apart, 0.0, atol=1e-12)
    assert apart[np.abs(apart).argmax()] > 0


def test_a_split_of_axes_in_very_different_units_is_still_a_mixture() -> None:
    thin = np.array([[1.0, 0.5e-18], [0.5e-18, 1e-36]])
    needle = np.array([[1.0, 1.0 - 1e-9], [1.0 - 1e-9, 1.0]])
    for covariance in (thin, needle, needle * 1e-250):
        mixture = Mixture([1.0], [[0.0, 0.0]], [covariance])
        _assert_same_moments(mixture, split(mixture, 0, distance=0.9), [0], [0, 1])


@given(SEEDS, SIZES, DIMENSIONS, st.integers(2, 8))
def test_a_merge_keeps_the_moments_and_everybody_else(seed: int, k: int, d: int, count: int) -> None:
    mixture = _noisy(random_mixture(seed, k, d))
    generator = np.random.default_rng(seed)
    members = sorted(generator.permutation(k)[: min(count, k)].tolist())
    merged = merge(mixture, members[::-1])
    rest = [c for c in range(k) if c not in members]
    places = [c for c in range(merged.n_components) if c != members[0]]
    assert merged.n_components == len(rest) + 1
    assert merged.noise == NOISE
    _assert_untouched(mixture, merged, rest, places)
    _assert_same_moments(mixture, merged, members, [members[0]])


@given(SEEDS, SIZES, st.integers(1, 2))
def test_a_merge_undoes_a_split(seed: int, k: int, d: int) -> None:
    mixture = random_mixture(seed, k, d)
    back = merge(split(mixture, k - 1, share=0.3), [k - 1, k])
    np.testing.assert_allclose(back.weights, mixture.weights, rtol=1e-14)
    np.testing.assert_allclose(back.means, mixture.means, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(back.covariances, mixture.covariances, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("shift", [0.0, 1.6e9, -1e12])
def test_merging_far_from_the_origin_keeps_the_digits(shift: float) -> None:
    mixture = Mixture([0.3, 0.7], [shift, shift + 4.0], [1.0, 2.0])
    merged = merge(mixture, [0, 1])
    assert merged.means[0, 0] == pytest.approx(shift + 2.8, rel=2e-16)
    by_hand = 0.3 * (1 + 2.8**2) + 0.7 * (2 + 1.2**2)
    assert merged.covariances[0, 0, 0] == pytest.approx(by_hand, rel=1e-14)


def test_merging_ghosts_takes_them_alike() -> None:
    merged = merge(Mixture([1.0, 0.0, 0.0], [0.0, 2.0, 4.0], [1.0, 1.0, 3.0]), [1, 2])
    assert merged.weights.tolist() == [1.0, 0.0]
    assert merged.means.ravel().tolist() == [0.0, 3.0]
    assert merged.covariances.ravel().tolist() == [1.0, 3.0]


@given(SEEDS, SIZES, DIMENSIONS)
def test_pruning_keeps_the_proportions(seed: int, k: int, d: int) -> None:
    mixture = _noisy(random_mixture(seed, k, d))
    gone = seed % k
    left = prune(mixture, gone)
    others = [c for c in range(k) if c != gone]
    np.testing.assert_array_equal(left.means, mixture.means[others])
    np.testing.assert_array_equal(left.covariances, mixture.covariances[others])
    np.testing.assert_allclose(
        left.weights / left.weights[0], mixture.weights[others] / mixture.weights[others[0]]
    )
    assert left.weights.sum() == pytest.approx(0.75, abs=1e-14)
    assert left.noise == NOISE


def test_pruning_everything_but_ghosts_makes_them_equal() -> None:
    left = prune(Mixture([1.0, 0.0, 0.0], [0.0, 2.0, 4.0], [1.0] * 3), 0)
    assert left.weights.tolist() == [0.5, 0.5]
    assert prune(Mixture([0.5, 0.25, 0.25], [0.0, 2.0, 4.0], [1.0] * 3), [2, 0]).means.tolist() == [[2.0]]


@given(SEEDS, SIZES, st.integers(1, 2))
def test_a_duplicate_changes_no_density(seed: int, k: int, d: int) -> None:
    mixture = _noisy(random_mixture(seed, k, d))
    twins = duplicate(mixture, seed % k)
    points = np.random.default_rng(seed).normal(scale=4.0, size=(20, d))
    np.testing.assert_allclose(log_density(points, twins), log_density(points, mixture), rtol=1e-12)
    assert twins.weights[-1] == twins.weights[seed % k] == mixture.weights[seed % k] / 2
    np.testing.assert_array_equal(twins.means[-1], mixture.means[seed % k])


@pytest.mark.parametrize("noise", [None, NOISE])
def test_adding_makes_room_in_proportion(noise: Noise | None) -> None:
    scale = 1.0 if noise is None else 0.75
    mixture = Mixture(np.array([0.5, 0.5]) * scale, [0.0, 1.0], [1.0, 1.0], noise)
    more = add(mixture, 0.25, 7.0, 4.0)
    np.testing.assert_allclose(more.weights, [*[(scale - 0.25) / 2] * 2, 0.25], rtol=1e-15)
    assert more.means.ravel().tolist() == [0.0, 1.0, 7.0]
    assert more.covariances.ravel().tolist() == [1.0, 1.0, 4.0]
    assert more.noise == noise
    np.testing.assert_array_equal(add(mixture, 0.0, [7.0], [[4.0]]).weights[:2], mixture.weights)


MIXTURE = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], [np.eye(2)] * 2)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (lambda: split(MIXTURE, 2), r"components are numbered 0…1"),
        (lambda: split(MIXTURE, -1), r"components are numbered 0…1"),
        (lambda: split(MIXTURE, 0, share=0.0), "between 0 and 1"),
        (lambda: split(MIXTURE, 0, distance=1.0), "between 0 and 1"),
        (lambda: merge(MIXTURE, [1]), "at least two components"),
        (lambda: merge(MIXTURE, [1, 1]), "at least two components"),
        (lambda: merge(MIXTURE, []), r"components are numbered 0…1"),
        (lambda: prune(MIXTURE, [0, 1]), "at least one component"),
        (lambda: duplicate(MIXTURE, 5), r"components are numbered 0…1"),
        (lambda: add(MIXTURE, 1.0, [0, 0], np.eye(2)), "below 1"),
        (lambda: add(MIXTURE, -0.1, [0, 0], np.eye(2)), "at least 0"),
        (lambda: add(MIXTURE, 0.1, [0, 0], -np.eye(2)), "not positive definite"),
        (lambda: closest_pair(Mixture([1.0], [0.0], [1.0])), "nothing to merge with"),
    ],
)
def test_what_cannot_be_done_is_refused(operation: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        operation()


def test_whom_to_merge_and_whom_to_split() -> None:
    mixture = Mixture([0.3, 0.4, 0.3], [0.0, 9.0, 0.5], [1.0, 1.0, 1.0])
    assert closest_pair(mixture) == (0, 2)
    assert largest(mixture) == 1
    assert largest(Mixture([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])) == 0


# ------------------------------------------------------------------ misfit


@pytest.mark.parametrize("d", [1, 2])
def test_the_right_mixture_fits_however_much_its_components_overlap(d: int) -> None:
    mixture = random_mixture(11, 4, d, apart=0.7)
    points, _ = drawn(mixture, 40_000, 5)
    found = misfits(Sample.of(points), Sample.of(points).units.standardise_mixture(mixture))
    effective = 40_000 * mixture.weights
    assert (found < 2.0 / np.sqrt(effective) + 1 / 256).all()


def test_the_component_over_two_clusters_fits_worst() -> None:
    truth = Mixture(
        [0.6, 0.2, 0.2], [[0.0, 0.0], [8.0, -3.0], [8.0, 3.0]], [np.eye(2), np.eye(2) * 0.5, np.eye(2) * 0.5]
    )
    points, _ = drawn(truth, 2000, 1)
    sample = Sample.of(points)
    wrong = sample.units.standardise_mixture(merge(truth, [1, 2]))
    found = misfits(sample, wrong)
    assert found[1] > 0.15 > 4 * found[0]
    assert worst_fitting(sample, wrong) == 1
    assert worst_fitting(sample, wrong.permuted([1, 0])) == 0


def test_misfits_count_each_row_as_often_as_it_weighs() -> None:
    mixture = random_mixture(2, 3, 2)
    points, _ = drawn(mixture, 200, 3)
    weights = np.random.default_rng(0).integers(0, 3, 200)
    one = Sample.of(points, weights=weights)
    other = Sample.of(np.repeat(points, weights, axis=0), one.units)
    standard = one.units.standardise_mixture(mixture)
    np.testing.assert_allclose(misfits(one, standard), misfits(other, standard), atol=1e-12)


def test_misfits_of_hardly_any_points_are_numbers() -> None:
    sample = Sample.of([[1.0, 2.0]])
    mixture = Mixture([0.5, 0.5, 0.0], [[0.0, 0.0], [1e8, 0.0], [0.0, 0.0]], [np.eye(2) * 1e-9] * 3)
    found = misfits(sample, mixture)
    assert ((found >= 0) & (found <= 1)).all()
    assert found[1:].tolist() == [0.0, 0.0]


def test_misfits_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        misfits(Sample.of([1.0, 2.0]), Mixture([1.0], [0.0], [1.0]), lambda: True)
