"""Histograms that survive their data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gmmviewer.scene.bins import FEWEST, MOST, MOST_EQUAL, BinRule
from gmmviewer.scene.histogram import Histogram, histogram, ordered_histogram
from gmmviewer.scene.ordered import Ordered

FAITHFUL = Path(__file__).parents[1] / "reference" / "old_faithful_2d.json"
finite = st.floats(-1e150, 1e150)
samples = arrays(np.float64, st.integers(1, 200), elements=finite)


def check(found: Histogram, n: int) -> None:
    assert (np.diff(found.edges) > 0).all()
    assert found.counts.sum() == n
    assert (found.counts >= 0).all()
    assert np.isfinite(found.heights).all()
    assert (found.heights * np.diff(found.edges)).sum() == pytest.approx(1)


@given(samples)
@example(np.zeros(3))
@example(np.array([1.0, np.nextafter(1.0, 2.0)]))
@example(np.array([0.0, 5e-324, 1e-310]))
@example(np.array([-1e150, 0.0, 1.0, 2.0, 1e150]))
@example(np.r_[np.linspace(0, 1, 50), 16.4])
@example(1e16 + np.arange(9.0))
def test_any_values_have_a_histogram(values: np.ndarray) -> None:
    found = histogram(values)
    check(found, len(values))
    assert 1 <= len(found.counts) <= MOST
    assert found.edges[0] <= values.min()
    assert found.edges[-1] >= values.max()


@given(arrays(np.int64, st.integers(1, 200), elements=st.integers(-50, 50)))
def test_whole_numbers_have_a_histogram(values: np.ndarray) -> None:
    found = histogram(values)
    check(found, len(values))
    assert len(found.counts) <= MOST


@given(samples, st.integers(1, 200))
def test_as_many_bins_as_asked(values: np.ndarray, bins: int) -> None:
    found = histogram(values, bins)
    check(found, len(values))
    assert len(found.counts) <= bins


def test_counts_are_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    found = histogram(values, 37)
    counts, edges = np.histogram(values, 37)
    np.testing.assert_array_equal(found.counts, counts)
    np.testing.assert_allclose(found.edges, edges)
    found = histogram(values)
    np.testing.assert_array_equal(found.counts, np.histogram(values, found.edges)[0])


@pytest.mark.parametrize("n", [20, 300, 10_000, 1_000_000])
def test_one_gaussian_gets_the_bins_of_freedman_and_diaconis(n: int) -> None:
    values = np.random.default_rng(0).normal(size=n)
    width = 2 * 1.349 * n ** (-1 / 3)
    expected = min(max(np.ptp(values) / width, FEWEST), MOST)
    assert 0.75 * expected <= len(histogram(values).counts) <= 1.6 * expected


def test_separated_groups_get_bins_of_their_own_width() -> None:
    generator = np.random.default_rng(0)
    values = np.concatenate([generator.normal(0, 1, 500), generator.normal(100, 1, 500)])
    found = histogram(values)
    assert np.diff(found.edges).max() < 3


def test_rounded_data_make_no_comb() -> None:
    waiting = np.array(json.loads(FAITHFUL.read_text())["data"])[:, 1]
    found = histogram(waiting)
    widths = np.diff(found.edges)
    assert 8 <= len(widths) <= 24
    np.testing.assert_allclose(widths, np.rint(widths))
    np.testing.assert_allclose(found.edges % 1, 0.5)


def test_decimals_make_no_comb() -> None:
    values = np.round(np.random.default_rng(0).normal(0, 1, 3000), 1)
    found = histogram(values)
    in_steps = np.diff(found.edges) / 0.1
    np.testing.assert_allclose(in_steps, np.rint(in_steps), atol=1e-6)
    assert not np.isclose(found.edges[:, None], values).any()


def test_an_outlier_does_not_hide_the_others() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    values[0] = 1e9
    found = histogram(values)
    check(found, 1000)
    assert found.counts[-1] == 1
    assert (found.counts > 0).sum() > 15
    assert found.edges[-1] == 1e9
    assert np.diff(found.edges)[0] < 1


def test_heavy_tails_get_bins_and_not_one_bar() -> None:
    generator = np.random.default_rng(0)
    values = np.concatenate([generator.normal(0, 1, 500), generator.normal(0, 10, 500)])
    widths = np.diff(histogram(values).edges)
    assert widths.max() == pytest.approx(widths.min())


def test_a_constant_is_one_bar_among_empty_ones() -> None:
    found = histogram(np.full(7, 3.0))
    check(found, 7)
    assert len(found.counts) >= FEWEST
    assert found.counts.max() == 7


def test_mostly_tied_values() -> None:
    found = histogram(np.r_[np.zeros(90), np.linspace(1, 2, 10)])
    check(found, 100)
    assert FEWEST <= len(found.counts) <= 20


def test_no_values() -> None:
    found = histogram([])
    assert found.counts.sum() == 0
    assert len(found.edges) == len(found.heights) + 1 == len(found.counts) + 1
    assert not found.heights.any()


# ---------------------------------------------------------------- tails


@given(samples)
@example(np.r_[np.linspace(0, 1, 50), 16.4])
@example(np.r_[np.linspace(0, 1, 50), -1e30, 1e30])
@example(np.r_[np.zeros(9), 1e150])
@example(np.array([-1e150, 0.0, 1.0, 2.0, 1e150]))
def test_bins_for_tails_have_the_same_area(values: np.ndarray) -> None:
    found, plain = histogram(values, tails=True), histogram(values)
    check(found, len(values))
    assert (found.edges[0], found.edges[-1]) == (plain.edges[0], plain.edges[-1])
    assert set(plain.edges[1:-1].tolist()) <= set(found.edges.tolist()), "the core is the same"


def test_bins_for_tails_grow_steadily_from_the_core() -> None:
    values = np.random.default_rng(3).standard_t(1.0, 100_000)
    plain, found = histogram(values), histogram(values, tails=True)
    widths, core = np.diff(found.edges), float(np.diff(plain.edges)[1])
    assert len(widths) > len(plain.counts) + 10
    growth = np.maximum(widths[1:] / widths[:-1], widths[:-1] / widths[1:])
    assert growth.max() < 1.6, "no bin dwarfs its neighbour"
    assert widths.min() == pytest.approx(core)
    exact = np.arctan(found.edges[1:]) / np.pi - np.arctan(found.edges[:-1]) / np.pi
    far = (found.edges[:-1] > 15.0) & (found.counts > 20)
    assert far.sum() >= 3, "the tail is resolved where one wide bin hides it"
    expected = 100_000 * exact[far]
    assert (np.abs(found.counts[far] - expected) < 5 * np.sqrt(expected)).all()


def test_without_outliers_tails_change_nothing() -> None:
    values = np.random.default_rng(4).uniform(size=500)
    assert np.array_equal(histogram(values, tails=True).edges, histogram(values).edges)


# ---------------------------------------------------------------- rules by name

NUMPY = {
    BinRule.FREEDMAN: "fd",
    BinRule.SCOTT: "scott",
    BinRule.STURGES: "sturges",
    BinRule.RICE: "rice",
}


@pytest.mark.parametrize("rule", NUMPY, ids=lambda rule: rule.name)
@pytest.mark.parametrize("n", [2, 17, 272, 10_000])
def test_rules_are_those_of_the_books(rule: BinRule, n: int) -> None:
    values = np.random.default_rng(n).gamma(2.0, size=n)
    found = ordered_histogram(Ordered.of(values), rule)
    np.testing.assert_allclose(found.edges, np.histogram_bin_edges(values, NUMPY[rule]), rtol=1e-9)
    assert found.even
    np.testing.assert_array_equal(found.counts, np.histogram(values, found.edges)[0])


@given(samples, st.sampled_from(BinRule), st.integers(1, MOST_EQUAL), st.booleans())
@example(np.zeros(3), BinRule.SCOTT, 1, False)
@example(np.r_[np.zeros(90), np.linspace(1, 2, 10)], BinRule.FREEDMAN, 1, True)
@example(np.r_[np.linspace(0, 1, 50), 1e30], BinRule.FREEDMAN, 1, True)
@example(np.array([1.0, np.nextafter(1.0, 2.0)]), BinRule.BY_HAND, 50, False)
def test_every_rule_survives_any_values(values: np.ndarray, rule: BinRule, bins: int, tails: bool) -> None:
    found = ordered_histogram(Ordered.of(values), rule, bins, tails=tails)
    check(found, len(values))
    assert len(found.counts) <= MOST_EQUAL + 1300  # growing bins of tails: log(1e150) / log(1.25) on a side
    assert found.edges[0] <= values.min()
    assert found.edges[-1] >= values.max()


def test_as_many_bins_as_a_hand_chooses() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    for bins in (1, 7, 200):
        assert len(ordered_histogram(Ordered.of(values), BinRule.BY_HAND, bins).counts) == bins


# ---------------------------------------------------------------- weights and counts


@given(
    arrays(np.float64, st.integers(2, 60), elements=st.floats(-1e6, 1e6)),
    st.data(),
    st.sampled_from(BinRule),
)
def test_a_weight_is_a_number_of_times(values: np.ndarray, data: st.DataObject, rule: BinRule) -> None:
    weights = data.draw(arrays(np.int64, len(values), elements=st.integers(0, 5)))
    if not weights.any():
        weights[0] = 1
    weighed = ordered_histogram(Ordered.of(values, weights), rule, 12)
    repeated = ordered_histogram(Ordered.of(np.repeat(values, weights)), rule, 12)
    np.testing.assert_allclose(weighed.edges, repeated.edges, rtol=1e-9, atol=1e-9)
    if np.array_equal(weighed.edges, repeated.edges):
        np.testing.assert_allclose(weighed.counts, repeated.counts)
    assert weighed.counts.sum() == pytest.approx(weights.sum())
    assert (weighed.heights * np.diff(weighed.edges)).sum() == pytest.approx(1.0)


def test_shares_as_weights_make_no_histogram_of_one_value() -> None:
    values = np.random.default_rng(1).normal(size=5000)
    shares = np.full(5000, 1 / 5000)
    found, plain = histogram(values, weights=shares), histogram(values)
    np.testing.assert_allclose(found.edges, plain.edges)
    np.testing.assert_allclose(found.counts, plain.counts / 5000)
    np.testing.assert_allclose(found.heights, plain.heights)


def test_densities_times_their_scale_are_the_counts_of_equal_bins() -> None:
    values = np.random.default_rng(2).normal(size=777)
    found = histogram(values, 19)
    assert found.even
    np.testing.assert_allclose(found.heights * found.count_scale, found.counts)


def test_counts_of_unequal_bins_are_counts_per_width() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    values[0] = 1e4
    found = histogram(values)
    assert not found.even
    assert found.width == pytest.approx(np.diff(found.edges)[1])
    scaled = found.heights * found.count_scale
    np.testing.assert_allclose(scaled[1:-1], found.counts[1:-1])
    assert scaled[-1] < 0.01, "one point in a bin a thousand times as wide"
