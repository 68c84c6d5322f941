"""Hierarchical clustering: every merger against brute force and scipy; ties, order, and large samples."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, ward

from gmmviewer.mixture import Sample
from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.starts import starting_moments
from gmmviewer.mixture.starts.hierarchical import LARGEST, SORTED_UP_TO, half_sphered
from gmmviewer.mixture.starts.merging import merged_labels
from gmmviewer.mixture.starts.shares import distinct
from tests.mixture.helpers import clusters, old_faithful


def _criterion(points: FloatArray, masses: FloatArray, members: list[int], smallest: float) -> float:
    """n log |W/n + εI| of some rows of (m, d) points, from its definition."""
    n = masses[members].sum()
    covariance = np.cov(points[members].T, aweights=masses[members], bias=True).reshape(points.shape[1], -1)
    return float(n * np.linalg.slogdet(covariance + smallest * np.eye(points.shape[1]))[1])


def _brute_force(points: FloatArray, masses: FloatArray, k: int, smallest: float) -> set[frozenset[int]]:
    """The groups, each as the set of its rows, after always the cheapest merger of two."""
    groups = [[i] for i in range(len(points))]

    def cost(pair: tuple[int, int]) -> float:
        one, other = (groups[i] for i in pair)
        apart = sum(_criterion(points, masses, group, smallest) for group in (one, other))
        return _criterion(points, masses, one + other, smallest) - apart

    while len(groups) > k:
        kept, gone = min(combinations(range(len(groups)), 2), key=cost)
        groups[kept] += groups.pop(gone)
    return {frozenset(group) for group in groups}


def _as_sets(labels: IntArray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == name).tolist()) for name in np.unique(labels)}


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smallest", [0.003, 0.03, 1.0])
def test_every_merger_is_the_cheapest(d: int, weighted: bool, smallest: float) -> None:
    for seed in range(2):
        generator = np.random.default_rng(seed)
        points = generator.normal(size=(8, d))
        masses = generator.uniform(0.5, 4.0, size=8) if weighted else np.ones(8)
        for k in range(1, 9):
            found = merged_labels(points.T, masses, k, smallest)
            assert _as_sets(found) == _brute_force(points, masses, k, smallest)


@given(seed=st.integers(0, 2**32 - 1), d=st.sampled_from([1, 2, 3]), k=st.integers(1, 10))
def test_with_a_large_ridge_the_mergers_are_those_of_ward(seed: int, d: int, k: int) -> None:
    """n log |I + W/(nε)| ≈ tr W / ε."""
    points = np.random.default_rng(seed).normal(size=(60, d))
    expected = fcluster(ward(points), k, criterion="maxclust")
    assert _as_sets(merged_labels(points.T, np.ones(60), k, smallest=1e5)) == _as_sets(expected)


def test_groups_are_numbered_in_the_order_of_their_first_points() -> None:
    places = np.array([[5.0, 0.0, 5.1, 9.0, 0.1]])
    np.testing.assert_array_equal(merged_labels(places, np.ones(5), 3), [0, 1, 0, 2, 1])


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 9))
def test_ties_are_broken_in_the_same_way_whatever_the_order_of_rows(seed: int, k: int) -> None:
    lattice = np.array([[i % 3, i // 3 % 3] for i in range(90)], dtype=np.float64)
    shuffled = np.random.default_rng(seed).permutation(lattice)
    one, other = (
        starting_moments(Sample.of(points), k, "hierarchical", np.random.default_rng(0))
        for points in (lattice, shuffled)
    )
    np.testing.assert_array_equal(one.counts, other.counts)
    np.testing.assert_array_equal(one.means, other.means)
    np.testing.assert_allclose(one.scatters, other.scatters, rtol=1e-12, atol=1e-12)


@given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(1, 60), d=st.sampled_from([1, 2]), weighted=st.booleans()
)
def test_distinct_points_are_those_of_numpy(seed: int, n: int, d: int, weighted: bool) -> None:
    generator = np.random.default_rng(seed)
    points = generator.integers(0, 4, size=(n, d)).astype(np.float64)
    weights = generator.integers(0, 3, size=n).astype(np.float64) if weighted else np.ones(n)
    weights[0] = 1.0
    expected, index = np.unique(points[weights > 0], axis=0, return_inverse=True)
    found, masses = distinct(points.T, weights if weighted else None)
    np.testing.assert_array_equal(found, expected.T)
    np.testing.assert_array_equal(masses, np.bincount(index.ravel(), weights[weights > 0]))


@pytest.mark.parametrize("weighted", [False, True])
def test_points_to_merge_are_half_way_to_a_sphere(weighted: bool) -> None:
    """Their covariance is the square root of the correlations, on principal axes."""
    points = old_faithful()[:40] * [1e-3, 1e6]
    counts = np.arange(40) % 3 + 1 if weighted else np.ones(40, dtype=np.int64)
    found = half_sphered(points.T, counts.astype(np.float64))
    repeated = np.repeat(points, counts, axis=0)
    correlations = np.linalg.eigvalsh(np.corrcoef(repeated.T))
    covariance = np.cov(np.repeat(found, counts, axis=1), bias=True)
    np.testing.assert_allclose(covariance, np.diag(np.sqrt(correlations)), atol=1e-9)


def test_directions_without_spread_are_left_out() -> None:
    along = np.random.default_rng(0).normal(size=20)
    for other in (np.full(20, 7.0), 3 * along + 1, along + 1e-9 * np.arange(20)):
        found = half_sphered(np.stack([along, other]), np.ones(20))
        assert len(found) == 1
        np.testing.assert_allclose(np.abs(np.corrcoef(found[0], along)[0, 1]), 1.0, rtol=1e-9)
    assert len(half_sphered(np.full((2, 3), 5.0), np.ones(3))) == 0


def _two_bars(n: int) -> tuple[FloatArray, IntArray]:
    """Two long groups beside each other, tilted so that no axis tells them apart."""
    generator = np.random.default_rng(5)
    labels = np.arange(n) % 2
    points = generator.normal(size=(n, 2)) * [4.0, 0.25]
    points[:, 1] += 2.5 * labels
    return points @ np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2), labels


def _groups(points: FloatArray, k: int, smallest: float | None = None) -> IntArray:
    masses = np.ones(len(points))
    scaled = half_sphered(points.T, masses)
    return merged_labels(scaled, masses, k, *(() if smallest is None else (smallest,)))


def _agreement(found: IntArray, labels: IntArray) -> float:
    """The share of points in the right one of two groups, whatever the groups are called."""
    same = float((found == labels).mean())
    return max(same, 1 - same)


def test_long_groups_are_found_where_the_criterion_of_ward_cuts_them() -> None:
    """The point of a criterion that allows groups a shape."""
    points, labels = _two_bars(300)
    assert _agreement(_groups(points, 2), labels) > 0.97
    assert _agreement(_groups(points, 2, smallest=1e5), labels) < 0.8


def test_the_groups_of_old_faithful() -> None:
    moments = starting_moments(Sample.of(old_faithful()), 2, "hierarchical", np.random.default_rng(0))
    assert sorted(moments.counts) == [96, 176]


@pytest.mark.parametrize("n", [3 * LARGEST, SORTED_UP_TO + 1000])
@pytest.mark.parametrize("weighted", [False, True])
def test_of_many_points_some_are_merged_and_all_are_shared_out(n: int, weighted: bool) -> None:
    points, labels = _two_bars(n)
    weights = np.where(labels == 0, 2.0, 1.0) if weighted else None
    sample = Sample.of(points, weights=weights)
    one, same, other = (
        starting_moments(sample, 2, "hierarchical", np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.means, same.means)
    for found in (one, other):
        means = sample.units.restore(found.means)
        first = int((means @ [-1.0, 1.0]).argmin())
        np.testing.assert_allclose(found.counts[first], n if weighted else n / 2, rtol=0.01)
        np.testing.assert_allclose(means[first], points[labels == 0].mean(axis=0), atol=0.05)


def test_rows_that_do_not_count_are_not_drawn_from_many_points() -> None:
    points, labels = _two_bars(3 * LARGEST)
    sample = Sample.of(np.concatenate([points, points + 1e3]), weights=np.repeat([1.0, 0.0], len(points)))
    moments = starting_moments(sample, 2, "hierarchical", np.random.default_rng(0))
    np.testing.assert_allclose(moments.counts, len(points) / 2, rtol=0.01)
    expected = [points[labels == name].mean(axis=0) for name in (0, 1)]
    found = sample.units.restore(moments.means)
    np.testing.assert_allclose(found[np.argsort(found @ [-1, 1])], expected, atol=0.05)


def test_many_rows_of_few_points_need_no_sample() -> None:
    points = np.round(clusters(4, 20_000, 2, 3)[0])
    sample = Sample.of(points)
    one, other = (starting_moments(sample, 3, "hierarchical", np.random.default_rng(seed)) for seed in (1, 2))
    np.testing.assert_array_equal(one.means, other.means)
    assert one.total == 20_000
