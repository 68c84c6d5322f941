"""Starts: named, by labels, by parameters; and the advice for what is none of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from gmmviewer.mixture import Mixture, Sample, families, fit
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.starts import kmeans_plus_plus, random_points, starting_mixture
from tests.mixture.helpers import clusters, old_faithful


def _chosen(points: FloatArray, k: int, seed: int) -> list[float]:
    sample = Sample.of(points)
    means = kmeans_plus_plus(sample, k, np.random.default_rng(seed))
    return [float(value) for value in sample.units.restore(means)[:, 0]]


@pytest.mark.parametrize("name", ["kmeans++", "random"])
@pytest.mark.parametrize("d", [1, 2])
def test_a_start_from_points_has_its_means_on_them_and_equal_weights(name: str, d: int) -> None:
    points = old_faithful()[:, :d]
    sample = Sample.of(points)
    for member in families(d):
        one, same, other = (
            starting_mixture(sample, 4, member, name, np.random.default_rng(seed)) for seed in (3, 3, 4)
        )
        np.testing.assert_array_equal(one.means, same.means)
        assert not np.array_equal(one.means, other.means)
        np.testing.assert_array_equal(one.weights, 0.25)
        rows = {tuple(row) for row in sample.columns.T}
        assert all(tuple(mean) in rows for mean in one.means)


@pytest.mark.parametrize("seed", range(20))
def test_k_means_plus_plus_takes_distinct_points_while_there_are_any(seed: int) -> None:
    points = np.repeat([1.0, 2.0, 5.0, 9.0], [50, 1, 30, 1])
    assert sorted(_chosen(points, 4, seed)) == pytest.approx([1.0, 2.0, 5.0, 9.0])
    assert set(np.round(_chosen(points, 6, seed), 12)) == {1.0, 2.0, 5.0, 9.0}


def test_k_means_plus_plus_chooses_by_squared_distance() -> None:
    """Points 0, 1 and 3: the second of two means has probability D²/ΣD², for each first one."""
    points = np.array([0.0, 1.0, 3.0])
    trials = 6000
    seen = Counter(tuple(np.round(_chosen(points, 2, seed), 9)) for seed in range(trials))
    expected = {}
    for first in points:
        squares = (points - first) ** 2
        for second, square in zip(points, squares, strict=True):
            if square > 0:
                expected[float(first), float(second)] = trials / 3 * square / squares.sum()
    assert set(seen) == set(expected)
    assert chisquare([seen[pair] for pair in expected], list(expected.values())).pvalue > 1e-3


def test_k_means_plus_plus_does_not_depend_on_the_units_of_the_columns() -> None:
    points = old_faithful()
    for seed in range(10):
        one = kmeans_plus_plus(Sample.of(points), 3, np.random.default_rng(seed))
        stretched = Sample.of(points * [1.0, 1024.0])
        other = kmeans_plus_plus(stretched, 3, np.random.default_rng(seed))
        expected = Sample.of(points).units.restore(one) * [1.0, 1024.0]
        np.testing.assert_allclose(stretched.units.restore(other), expected, rtol=1e-12)


def test_random_points_are_all_as_likely() -> None:
    sample = Sample.of([0.0, 1.0, 5.0])
    seen = Counter(
        tuple(np.round(sample.units.restore(random_points(sample, 2, np.random.default_rng(seed)))[:, 0], 9))
        for seed in range(3000)
    )
    assert len(seen) == 6
    assert chisquare(list(seen.values())).pvalue > 1e-3


def test_the_first_state_leaves_something_to_see() -> None:
    """K components of a K-th of the volume: the first iterations gain at least a nat per ten points."""
    trace = fit(old_faithful(), 2, seed=0)
    assert trace[0].iteration == 0
    assert trace.log_likelihood - trace[0].log_likelihood > 27
    volumes = np.linalg.det(trace[0].mixture.covariances)
    data_volume = np.linalg.det(np.cov(old_faithful().T, bias=True))
    np.testing.assert_allclose(volumes, data_volume / 4, rtol=1e-10)


# ------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    "labels",
    [
        [0, 0, 0, 1, 1, 1],
        [7, 7, 7, 9, 9, 9],
        [-3, -3, -3, 10**12, 10**12, 10**12],
        [1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
        [False, False, False, True, True, True],
        np.array([0, 0, 0, 1, 1, 1], dtype=np.uint8),
    ],
)
def test_labels_may_be_any_whole_numbers(labels: object) -> None:
    points = np.array([1.0, 2.0, 3.0, 10.0, 11.0, 15.0])
    for k in (None, 2):
        first = fit(points, k, start=labels, max_iterations=0)[0].mixture
        np.testing.assert_allclose(first.weights, [0.5, 0.5])
        np.testing.assert_allclose(first.means[:, 0], [2.0, 12.0], rtol=1e-14)
        np.testing.assert_allclose(first.covariances[:, 0, 0], [2 / 3, 14 / 3], rtol=1e-14)


def test_components_come_in_the_order_of_their_labels() -> None:
    points = clusters(0, 30, 2, 3)[0]
    labels = np.arange(30) % 3
    first = fit(points, start=labels, max_iterations=0)[0].mixture
    for k in range(3):
        np.testing.assert_allclose(first.means[k], points[labels == k].mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(first.covariances[k], np.cov(points[labels == k].T, bias=True), rtol=1e-11)


@pytest.mark.parametrize(
    ("labels", "k", "message"),
    [
        ([0, 1], None, "2 labels for 4 points; give one integer per point"),
        ([[0, 1, 0, 1]], None, "4 labels for 4 points; give one integer per point"),
        ([0, 1, 2, 0], 2, "name 3 groups, not K = 2"),
        ([0, 0, 0, 0], 2, "name 1 groups, not K = 2"),
        ([0, 1, 0.5, 1], None, "whole numbers"),
        ([0, 1, np.nan, 1], None, "whole numbers"),
        ([0, 1, np.inf, 1], None, "whole numbers"),
        (["a", "a", "b", "b"], None, "whole numbers"),
        ([0, 1, 1j, 1], None, "whole numbers"),
        ([0, 1, None, 1], None, "whole numbers"),
    ],
)
def test_wrong_labels_are_refused(labels: object, k: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit([1.0, 2.0, 3.0, 4.0], k, start=labels)


# ------------------------------------------------------------------ parameters and advice


def test_parameters_are_in_data_units() -> None:
    start = Mixture([0.25, 0.75], [[2.0, 55.0], [4.0, 80.0]], [[[0.25, 0.1], [0.1, 30.0]]] * 2)
    first = fit(old_faithful(), start=start, max_iterations=0)[0].mixture
    np.testing.assert_array_equal(first.weights, start.weights)
    np.testing.assert_allclose(first.means, start.means, rtol=1e-15)
    np.testing.assert_array_equal(first.covariances, start.covariances)


@pytest.mark.parametrize(
    ("k", "start", "message"),
    [
        (None, "kmeans++", "say how many components"),
        (0, "kmeans++", "K = 0 makes no mixture"),
        (-2, "random", "K = -2 makes no mixture"),
        (4, "kmeans++", "K = 4 components need at least 4 points, there are 3; use fewer components"),
        (2, "kmean", "unknown start 'kmean'; use one of kmeans\\+\\+, kmeans, random"),
        (2, Mixture([1.0], [0.0], [1.0]), "has 1 components, not K = 2"),
        (None, Mixture([1.0], [[0.0, 0.0]], [np.eye(2)]), "has 2 dimensions, the points 1"),
    ],
)
def test_choices_that_make_no_fit_are_answered_with_advice(
    k: int | None, start: str | Mixture, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit([1.0, 2.0, 4.0], k, start=start)
