"""k-means: against scikit-learn and a plain Lloyd, and what happens to a mean without points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from gmmviewer.mixture import Sample
from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.moments import Moments, moments_of_labels
from gmmviewer.mixture.starts import kmeans, kmeans_plus_plus, starting_moments
from gmmviewer.mixture.starts.kmeans import lloyd
from gmmviewer.mixture.starts.shares import with_volume
from gmmviewer.mixture.tiles import SORTED_FROM
from tests.mixture.helpers import clusters, old_faithful


def _in_spreads(sample: Sample, points: FloatArray) -> FloatArray:
    """(n, d) standard units with every axis in units of its standard deviation."""
    return points / np.sqrt(np.where(sample.variances > 0, sample.variances, 1.0))


def _assert_same(one: Moments, other: Moments) -> None:
    np.testing.assert_allclose(one.counts, other.counts, rtol=1e-12)
    np.testing.assert_allclose(one.means, other.means, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(one.scatters, other.scatters, rtol=1e-8, atol=1e-10)


def _of_labels(sample: Sample, labels: IntArray, k: int) -> Moments:
    return with_volume(sample, moments_of_labels(sample.columns, labels, k, sample.weights))


@given(
    seed=st.integers(0, 2**32 - 1),
    d=st.sampled_from([1, 2, 3]),
    k=st.integers(1, 6),
    weighted=st.booleans(),
    stretch=st.sampled_from([1.0, 2.0**20]),
)
def test_from_the_same_seeds_it_ends_like_scikit_learn(
    seed: int, d: int, k: int, weighted: bool, stretch: float
) -> None:
    points = clusters(seed, 80, d, 3, apart=2.0)[0]
    points[:, 0] *= stretch
    weights = np.random.default_rng(seed).exponential(size=80) if weighted else None
    sample = Sample.of(points, weights=weights)
    seeds = kmeans_plus_plus(sample, k, np.random.default_rng(seed))
    oracle = KMeans(k, init=_in_spreads(sample, seeds), n_init=1, tol=0.0, max_iter=100, algorithm="lloyd")
    labels = oracle.fit_predict(_in_spreads(sample, sample.columns.T), sample_weight=weights)
    _assert_same(lloyd(sample, seeds), _of_labels(sample, labels.astype(np.int64), k))


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("weighted", [False, True])
def test_many_points_in_tiles_end_like_a_plain_lloyd(d: int, weighted: bool) -> None:
    """Tiles that belong to one mean as a whole must not change the groups."""
    n, k = SORTED_FROM + 1234, 5
    generator = np.random.default_rng(d)
    points = clusters(d, n, d, k, apart=3.0)[0]
    weights = generator.integers(0, 4, size=n) if weighted else None
    sample = Sample.of(points, weights=weights)
    seeds = kmeans_plus_plus(sample, k, generator)
    _assert_same(lloyd(sample, seeds), _of_labels(sample, _plain_lloyd(sample, seeds), k))


def _plain_lloyd(sample: Sample, seeds: FloatArray) -> IntArray:
    points, means = _in_spreads(sample, sample.columns.T), _in_spreads(sample, seeds)
    weights = np.ones(sample.n) if sample.weights is None else sample.weights
    while True:
        labels = ((points[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array(
            [np.average(points[labels == j], axis=0, weights=weights[labels == j]) for j in range(len(means))]
        )
        if np.allclose(moved, means, rtol=0, atol=1e-14):
            return labels
        means = moved


def test_a_mean_without_points_goes_to_the_farthest_one() -> None:
    sample = Sample.of([0.0, 1.0, 10.0, 11.0, 100.0])
    seeds = sample.units.standardise(np.array([[0.0], [500.0], [1000.0]]))
    moments = lloyd(sample, seeds)
    found = np.sort(sample.units.restore(moments.means)[:, 0])
    np.testing.assert_allclose(found, [0.5, 10.5, 100.0], atol=1e-9)


def test_two_means_without_points_go_to_different_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a single round: 100 is farthest from the mean of all, 30, and then 0 from either."""
    monkeypatch.setattr(kmeans, "MAX_ROUNDS", 1)
    sample = Sample.of([0.0, 1.0, 24.0, 25.0, 100.0])
    seeds = sample.units.standardise(np.array([[0.0], [500.0], [1000.0]]))
    assert sorted(lloyd(sample, seeds).counts) == [1, 2, 2]


def test_a_row_that_does_not_count_attracts_no_mean() -> None:
    sample = Sample.of([0.0, 1.0, 10.0, 11.0, 100.0], weights=[1, 1, 1, 1, 0])
    seeds = sample.units.standardise(np.array([[0.0], [500.0]]))
    found = np.sort(sample.units.restore(lloyd(sample, seeds).means)[:, 0])
    np.testing.assert_allclose(found, [0.5, 10.5], atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 8))
def test_seeds_far_outside_still_give_k_groups(seed: int, k: int) -> None:
    """Seeds beyond the points, some of them equal: nothing stays empty, and the sums are right."""
    sample = Sample.of(clusters(seed, 30, 2, 3)[0])
    seeds = np.round(np.random.default_rng(seed).normal(scale=20, size=(k, 2)) / 10) * 10
    moments = lloyd(sample, seeds)
    assert (moments.counts >= 1).all()
    assert moments.total == pytest.approx(30)


@given(seed=st.integers(0, 2**32 - 1), weights=st.sampled_from([1, 2, 3]))
def test_a_weight_is_a_number_of_rows(seed: int, weights: int) -> None:
    points = clusters(seed, 40, 2, 3)[0]
    counts = np.random.default_rng(seed).integers(1, weights + 1, size=40)
    weighted = Sample.of(points, weights=counts)
    repeated = Sample.of(np.repeat(points, counts, axis=0))
    seeds = kmeans_plus_plus(weighted, 3, np.random.default_rng(seed))
    _assert_same(lloyd(weighted, seeds), lloyd(repeated, seeds))


def test_the_groups_of_old_faithful_are_the_two_that_everybody_sees() -> None:
    sample = Sample.of(old_faithful())
    for seed in range(10):
        moments = starting_moments(sample, 2, "kmeans", np.random.default_rng(seed))
        assert sorted(moments.counts) == [98, 174]
