"""Quantiles and the random partition: equal counts, intervals, ties, and labels that are all as likely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from gmmviewer.mixture import Sample
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.moments import Moments, moments_of_labels
from gmmviewer.mixture.starts import starting_moments
from gmmviewer.mixture.starts.partitions import even_cuts, main_axis
from tests.mixture.helpers import clusters, old_faithful

MASSES = st.lists(st.floats(0.01, 100.0), min_size=1, max_size=30)


def _quantiles(sample: Sample, k: int) -> Moments:
    return starting_moments(sample, k, "quantiles", np.random.default_rng(0))


@given(masses=MASSES, data=st.data())
def test_cuts_leave_no_part_empty(masses: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(masses)))
    cuts = even_cuts(np.array(masses), k)
    assert len(cuts) == k - 1
    parts = np.split(np.array(masses), cuts)
    assert all(part.size > 0 for part in parts)


@given(n=st.integers(1, 60), data=st.data())
def test_equal_masses_are_cut_into_equal_parts(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    sizes = np.diff([0, *even_cuts(np.ones(n), k), n])
    assert sizes.max() - sizes.min() <= 1


@given(masses=MASSES, data=st.data())
def test_a_cut_is_at_the_nearest_place(masses: list[float], data: st.DataObject) -> None:
    """With two parts there is nothing else to see to."""
    heavy = np.array([*masses, data.draw(st.floats(0.01, 100.0))])
    before = np.cumsum(heavy)[:-1]
    cut = int(even_cuts(heavy, 2)[0])
    gaps = np.abs(before - heavy.sum() / 2)
    assert gaps[cut - 1] == pytest.approx(gaps.min(), abs=1e-9)


def test_known_cuts() -> None:
    np.testing.assert_array_equal(even_cuts(np.array([50.0, 1, 1, 1, 1]), 3), [1, 2])
    np.testing.assert_array_equal(even_cuts(np.array([1.0, 1, 1, 1, 50]), 3), [3, 4])
    np.testing.assert_array_equal(even_cuts(np.array([1.0, 1, 50, 1, 1]), 3), [2, 3])
    np.testing.assert_array_equal(even_cuts(np.array([3.0, 3, 3, 3]), 2), [2])


@pytest.mark.parametrize("k", [2, 3, 7])
def test_groups_are_equal_counts_in_the_order_of_x(k: int) -> None:
    points = np.random.default_rng(k).normal(size=84)
    sample = Sample.of(points)
    labels = np.argsort(np.argsort(points)) * k // 84
    expected = moments_of_labels(sample.columns, labels, k)
    moments = _quantiles(sample, k)
    np.testing.assert_array_equal(moments.counts, 84 / k)
    np.testing.assert_allclose(moments.means, expected.means, rtol=1e-12)
    np.testing.assert_allclose(moments.scatters, expected.scatters, rtol=1e-10)


def test_equal_points_stay_together() -> None:
    values = np.concatenate([np.zeros(50), np.arange(1.0, 51.0)])
    moments = _quantiles(Sample.of(values), 4)
    assert sorted(moments.counts) == [1, 24, 25, 50]


def test_many_points_are_cut_almost_evenly() -> None:
    values = np.random.default_rng(0).exponential(size=300_000)
    counts = _quantiles(Sample.of(values), 4).counts
    np.testing.assert_allclose(counts, 75_000, rtol=0.01)


@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_in_two_dimensions_groups_follow_the_main_axis(slope: float) -> None:
    """Correlated axes of equal rank have it on their diagonal, whatever their units."""
    generator = np.random.default_rng(1)
    along = generator.normal(size=400)
    points = np.stack([along, slope * along + generator.normal(size=400)], axis=1) * [1.0, 1e3]
    sample = Sample.of(points)
    np.testing.assert_allclose(main_axis(sample), np.array([1.0, slope]) / np.sqrt(2), rtol=1e-9)
    diagonal = (points / points.std(axis=0)) @ [1.0, slope]
    labels = np.argsort(np.argsort(diagonal)) * 4 // 400
    expected = moments_of_labels(sample.columns, labels, 4)
    moments = _quantiles(sample, 4)
    np.testing.assert_array_equal(moments.counts, 100)
    np.testing.assert_allclose(moments.means, expected.means, atol=1e-12)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], [1.0, 0.0]),
        ([[1.0, 5.0], [1.0, 6.0], [1.0, 8.0]], [0.0, 1.0]),
        ([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]], [1.0, 0.0]),
        ([[1.0, 5.0], [1.0, 5.0]], [1.0, 0.0]),
    ],
)
def test_without_a_main_axis_it_is_the_first_with_a_spread(
    points: list[list[float]], expected: list[float]
) -> None:
    np.testing.assert_allclose(main_axis(Sample.of(points)), expected, atol=1e-12)


def test_a_lattice_gives_different_means_even_where_few_places_differ() -> None:
    """9 points project to 3 places, or 5: components at the same place could never part."""
    lattice = np.array([[i % 3, i // 3 % 3] for i in range(90)], dtype=np.float64)
    for k in range(2, 10):
        means = _quantiles(Sample.of(lattice), k).means
        assert len(np.unique(np.round(means, 9), axis=0)) == k


# ------------------------------------------------------------------ random partition


def _partition(points: FloatArray, k: int, seed: int) -> Moments:
    return starting_moments(Sample.of(points), k, "partition", np.random.default_rng(seed))


def test_in_a_random_partition_every_label_is_as_likely() -> None:
    counts = sum(_partition(clusters(0, 500, 1, 1)[0], 4, seed).counts for seed in range(20))
    assert chisquare(counts).pvalue > 1e-3


def test_the_components_of_a_random_partition_look_like_all_points() -> None:
    points = old_faithful()
    sample = Sample.of(points)
    moments = _partition(points, 2, 0)
    error = np.sqrt(sample.variances / moments.counts[:, None])
    assert (np.abs(moments.means - sample.mean) < 4 * error).all()
    spreads = moments.scatters / moments.counts[:, None, None]
    np.testing.assert_allclose(spreads, np.repeat(sample.covariance[None], 2, axis=0), rtol=0.3)
