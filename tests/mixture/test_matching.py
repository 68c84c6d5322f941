"""Matching components: the best of all permutations, and what follows from an order."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from gmmviewer.mixture import Mixture, Sample, component_log_densities, log_density
from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.matching import UNMATCHED, match, matching_order, permuted_moments, relabelled
from gmmviewer.mixture.moments import frozen_moments, moments_of_labels
from gmmviewer.mixture.parameters import Noise
from tests.mixture.helpers import assert_same_mixture, clusters
from tests.mixture.random_mixtures import random_mixture

SEEDS = st.integers(0, 10**6)


def _distances(one: Mixture, other: Mixture) -> FloatArray:
    """Squared Hellinger distances of weighted Gaussians, (K, K′), the slow way."""
    found = np.empty((one.n_components, other.n_components))
    for i, (p, m, a) in enumerate(zip(one.weights, one.means, one.covariances, strict=True)):
        for j, (q, n, b) in enumerate(zip(other.weights, other.means, other.covariances, strict=True)):
            middle = (a + b) / 2
            far = (m - n) @ np.linalg.solve(middle, m - n) / 8
            far += np.log(np.linalg.det(middle) / np.sqrt(np.linalg.det(a) * np.linalg.det(b))) / 2
            found[i, j] = p + q - 2 * np.sqrt(p * q) * np.exp(-far)
    return found


def _best_by_trying_all(one: Mixture, other: Mixture) -> float:
    """The smallest sum over all matchings; whoever is left over costs its weight."""
    costs = _distances(one, other)
    if costs.shape[0] > costs.shape[1]:
        costs, one, other = costs.T, other, one
    rows = np.arange(len(costs))
    return min(
        costs[rows, list(chosen)].sum() + np.delete(other.weights, chosen).sum()
        for chosen in permutations(range(costs.shape[1]), len(costs))
    )


@given(SEEDS, st.integers(1, 2), st.integers(1, 5), st.integers(1, 5))
def test_no_other_matching_is_better(seed: int, d: int, k: int, other_k: int) -> None:
    one, other = random_mixture(seed, k, d, apart=1.5), random_mixture(seed + 1, other_k, d, apart=1.5)
    found = match(one, other)
    lonely = np.setdiff1d(np.arange(other_k), found.partners)
    total = found.distances.sum() + other.weights[lonely].sum()
    assert total == pytest.approx(_best_by_trying_all(one, other), abs=1e-9)
    matched = found.partners != UNMATCHED
    assert matched.sum() == min(k, other_k)
    slow = _distances(one, other)[matched, found.partners[matched]]
    np.testing.assert_allclose(found.distances[matched], slow, atol=1e-12)


def test_the_distance_is_the_integral_it_claims_to_be() -> None:
    one, other = Mixture([0.3, 0.7], [0.0, 5.0], [1.0, 4.0]), Mixture([0.6, 0.4], [4.0, 1.0], [2.0, 1.0])

    def gap(x: float, i: int, j: int) -> float:
        p, q = (np.exp(component_log_densities([x], m)[0, c] / 2) for m, c in ((one, i), (other, j)))
        return float((p - q) ** 2)

    found = match(one, other)
    assert found.partners.tolist() == [1, 0]
    for i, j in enumerate(found.partners.tolist()):
        assert found.distances[i] == pytest.approx(quad(gap, -40, 40, args=(i, j), limit=200)[0], rel=1e-8)


@given(SEEDS, st.integers(1, 2), st.integers(1, 8))
def test_a_permutation_is_undone(seed: int, d: int, k: int) -> None:
    mixture = random_mixture(seed, k, d)
    shuffled = mixture.permuted(np.random.default_rng(seed).permutation(k))
    back = shuffled.permuted(matching_order(mixture, shuffled))
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(back, name), getattr(mixture, name))


def test_with_more_components_the_new_ones_come_last() -> None:
    reference = Mixture([0.5, 0.5], [0.0, 10.0], [1.0, 1.0])
    other = Mixture([0.1, 0.4, 0.2, 0.3], [50.0, 10.5, 5.0, 0.5], [1.0] * 4)
    found = match(reference, other)
    assert found.order.tolist() == [3, 1, 0, 2]
    assert found.places.tolist() == [2, 1, 3, 0]
    assert found.distances[0] < 0.2


def test_with_fewer_components_a_colour_is_left_out() -> None:
    reference = Mixture([0.3, 0.3, 0.4], [0.0, 10.0, 20.0], [1.0] * 3)
    other = Mixture([0.5, 0.5], [20.5, 0.5], [1.0] * 2)
    found = match(reference, other)
    assert found.partners.tolist() == [1, UNMATCHED, 0]
    assert found.order.tolist() == [1, 0]
    assert found.places.tolist() == [2, 0]
    assert found.distances[1] == reference.weights[1]


def test_weights_tell_equal_gaussians_apart() -> None:
    reference = Mixture([0.2, 0.8], [0.0, 0.0], [1.0, 1.0])
    assert matching_order(reference, Mixture([0.75, 0.25], [0.0, 0.0], [1.0, 1.0])).tolist() == [1, 0]


@pytest.mark.parametrize("k", [1, 2, 5, 50])
def test_equals_keep_their_place(k: int) -> None:
    twins = Mixture(np.full(k, 1 / k), np.zeros((k, 2)), [np.eye(2)] * k)
    assert matching_order(twins, twins).tolist() == list(range(k))
    ghosts = Mixture([1.0, *[0.0] * (k - 1)], np.zeros(k), np.ones(k))
    assert matching_order(ghosts, ghosts).tolist() == list(range(k))


def test_rounding_does_not_make_equals_change_places() -> None:
    """Many ghosts in few places, moved by less than a digit."""
    for seed in range(40):
        generator = np.random.default_rng(seed)
        places, index = random_mixture(seed, 4, 2), generator.integers(0, 4, 8)
        weights, means, covariances = [1.0, *[0.0] * 7], places.means[index], places.covariances[index]
        one = Mixture(weights, means, covariances)
        other = Mixture(weights, means * (1 + generator.uniform(-1e-15, 1e-15, (8, 2))), covariances)
        assert matching_order(one, other).tolist() == list(range(8))


def test_those_who_overlap_with_nobody_go_to_the_nearest() -> None:
    """Hellinger's distance is the same for all; what is 40 σ away is still nearer than what is 1e6 σ away."""
    reference = Mixture([0.25] * 4, [0.0, 1e3, 1e6, 2e6], [1.0] * 4)
    other = Mixture([0.25] * 4, [2e6 + 90, 60.0, 1e6 - 80, 1e3 + 70], [1.0] * 4)
    assert matching_order(reference, other).tolist() == [1, 3, 2, 0]
    dead = Mixture([1.0, 0.0, 0.0], [0.0, 5.0, -5.0], [1.0] * 3)
    assert matching_order(dead, dead.permuted([2, 0, 1])).tolist() == [1, 2, 0]


def test_thin_and_tiny_components_do_no_harm() -> None:
    thin = np.array([[1.0, 1.0 - 1e-12], [1.0 - 1e-12, 1.0]])
    tiny = np.diag([1e-280, 1.0])
    mixture = Mixture([0.3, 0.3, 0.4], np.zeros((3, 2)), [thin, np.eye(2), tiny])
    shuffled = mixture.permuted([2, 0, 1])
    found = match(mixture, shuffled)
    assert found.partners.tolist() == [1, 2, 0]
    assert np.isfinite(found.distances).all()


def test_the_noise_stays_out_of_it() -> None:
    mixture = Mixture([0.3, 0.6], [0.0, 5.0], [1.0, 1.0], Noise(0.1, -3.0))
    found = mixture.permuted([1, 0])
    assert_same_mixture(found.permuted(matching_order(mixture, found)), mixture, 0.0)


def test_one_order_serves_mixture_moments_and_labels() -> None:
    points, truth = clusters(3, 300, 2, 4)
    sample = Sample.of(points)
    mixture = random_mixture(1, 4, 2)
    order = np.array([2, 0, 3, 1])
    labels = hard_labels(sample.columns, mixture)
    again = hard_labels(sample.columns, mixture.permuted(order))
    np.testing.assert_array_equal(relabelled(labels, order), again)
    moments = permuted_moments(moments_of_labels(sample.columns, truth.astype(np.int64), 4), order)
    expected = moments_of_labels(sample.columns, relabelled(truth, order), 4)
    for name in ("counts", "means", "scatters"):
        np.testing.assert_array_equal(getattr(moments, name), getattr(expected, name))
    assert permuted_moments(frozen_moments([1.0], [[0.0]], np.ones((1, 1, 1)), 7.0), [0]).noise == 7.0
    np.testing.assert_allclose(log_density(points, mixture), log_density(points, mixture.permuted(order)))


def test_labels_of_nobody_stay() -> None:
    assert relabelled([-1, 0, 1, -1], [1, 0]).tolist() == [-1, 1, 0, -1]
    assert relabelled([], [0]).tolist() == []


@pytest.mark.parametrize(
    ("labels", "order", "message"),
    [([0, 2], [1, 0], "label 2 is none of 2 components"), ([0], [0, 0], "names each component once")],
)
def test_orders_that_are_none_are_refused(labels: list[int], order: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        relabelled(labels, order)


def test_other_dimensions_do_not_match() -> None:
    flat: IntArray = np.array([0])
    with pytest.raises(ValueError, match="cannot match 2 dimensions to 1"):
        match(Mixture([1.0], flat, [1.0]), Mixture([1.0], [[0.0, 0.0]], [np.eye(2)]))
