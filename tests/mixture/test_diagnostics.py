"""Q-Q, PIT, Kolmogorov–Smirnov, rootogram: scipy.stats and simulation as oracles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, kstest, norm

from gmmviewer.mixture import Mixture, fit
from gmmviewer.mixture.diagnostics import (
    kolmogorov_smirnov,
    pit_histogram,
    quantile_plot,
    rootogram,
    score_plot,
)
from gmmviewer.mixture.distribution import box_of, interval_probabilities, pit, quantile, scores
from gmmviewer.mixture.parameters import Noise
from tests.mixture.helpers import old_faithful
from tests.mixture.random_mixtures import drawn, random_mixture

SEEDS = st.integers(0, 10**6)
HUMPS = Mixture([0.4, 0.6], [0.0, 5.0], [1.0, 2.25])


# ------------------------------------------------------------------ quantile plots


@pytest.mark.parametrize("n", [1, 2, 7, 300])
def test_the_band_is_that_of_order_statistics(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    plot = score_plot(values, level=0.9)
    i = np.arange(1, n + 1)
    np.testing.assert_array_equal(plot.observed, np.sort(values))
    np.testing.assert_allclose(plot.theoretical, norm.ppf((i - 0.5) / n), atol=1e-12)
    np.testing.assert_allclose(plot.lower, norm.ppf(beta.ppf(0.05, i, n + 1 - i)), atol=1e-9)
    np.testing.assert_allclose(plot.upper, norm.ppf(beta.ppf(0.95, i, n + 1 - i)), atol=1e-9)
    np.testing.assert_allclose(plot.lower, -plot.upper[::-1], atol=1e-9)
    assert (plot.lower < plot.theoretical).all()
    assert (plot.theoretical < plot.upper).all()


def test_points_of_the_mixture_lie_in_the_band_as_often_as_it_says() -> None:
    inside = []
    for seed in range(400):
        points, _ = drawn(HUMPS, 50, seed)
        plot = quantile_plot(points, HUMPS, level=0.9)
        inside.append((plot.lower <= plot.observed) & (plot.observed <= plot.upper))
    rates = np.mean(inside, axis=0)
    assert (np.abs(rates - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 400)).all()


def test_in_units_of_the_data_both_axes_are_quantiles() -> None:
    points, _ = drawn(HUMPS, 40, 3)
    plot = quantile_plot(points, HUMPS)
    np.testing.assert_allclose(plot.theoretical, quantile((np.arange(40) + 0.5) / 40, HUMPS), atol=1e-10)
    np.testing.assert_array_equal(plot.observed, np.sort(points[:, 0]))
    by_scores = score_plot(scores(points, HUMPS)[:, 0])
    np.testing.assert_allclose(scores(plot.lower, HUMPS)[:, 0], by_scores.lower, atol=1e-9)
    assert plot.level == 0.95


def test_many_points_are_thinned_but_the_tails_stay() -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    plot = score_plot(values, most=200)
    full = score_plot(values, most=100_000)
    assert 150 < len(plot.observed) <= 200
    assert (plot.observed[0], plot.observed[-1]) == (values.min(), values.max())
    assert set(plot.observed) <= set(values)
    assert np.diff(plot.theoretical).max() < 0.5
    at = np.searchsorted(full.observed, plot.observed)
    np.testing.assert_allclose(plot.theoretical, full.theoretical[at], rtol=1e-12)
    np.testing.assert_allclose(plot.upper, full.upper[at], rtol=1e-9)


@given(SEEDS)
def test_a_weight_in_a_plot_is_a_row_repeated(seed: int) -> None:
    """The row repeated stands at the middle of its repetitions."""
    generator = np.random.default_rng(seed)
    values, weights = generator.normal(size=9), generator.integers(0, 4, 9)
    weights[0] = 2
    plot = score_plot(values, weights)
    order = np.argsort(values)
    order = order[weights[order] > 0]
    expected = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    np.testing.assert_array_equal(plot.observed, values[order])
    np.testing.assert_allclose(norm.cdf(plot.theoretical), expected, atol=1e-13)
    equal = score_plot(values, np.ones(9))
    np.testing.assert_array_equal(equal.lower, score_plot(values).lower)


def test_ties_and_nothing_at_all() -> None:
    tied = score_plot([1.0, 1.0, 1.0, 2.0])
    assert tied.observed.tolist() == [1.0, 1.0, 1.0, 2.0]
    assert (np.diff(tied.theoretical) > 0).all()
    assert len(score_plot([]).observed) == 0
    assert len(quantile_plot([], HUMPS).lower) == 0
    one = quantile_plot([2.0], HUMPS)
    assert one.theoretical[0] == pytest.approx(quantile([0.5], HUMPS)[0])


def test_a_point_far_out_is_shown_where_it_is() -> None:
    plot = quantile_plot([-40.0, 0.0, 1.0, 1e6], HUMPS)
    assert plot.observed.tolist() == [-40.0, 0.0, 1.0, 1e6]
    for array in (
        plot.theoretical,
        plot.lower,
        plot.upper,
        score_plot(scores(plot.observed, HUMPS)).observed,
    ):
        assert np.isfinite(array).all()


# ------------------------------------------------------------------ Kolmogorov and Smirnov


@given(SEEDS, st.integers(1, 80), st.booleans())
def test_the_distance_is_that_of_scipy(seed: int, n: int, rounded: bool) -> None:
    values = np.random.default_rng(seed).normal(2.0, 3.0, n)
    values = np.round(values) if rounded else values
    found = kolmogorov_smirnov(pit(values, HUMPS)[:, 0])
    oracle = kstest(values, lambda x: pit(x, HUMPS)[:, 0])
    assert found.distance == pytest.approx(oracle.statistic, abs=1e-14)
    assert values[found.row] == oracle.statistic_location
    assert abs(found.empirical - found.theoretical) == found.distance
    at = (values <= oracle.statistic_location).mean(), (values < oracle.statistic_location).mean()
    assert found.empirical == pytest.approx(at[0], abs=1e-14) or found.empirical == pytest.approx(
        at[1], abs=1e-14
    )


@given(SEEDS)
def test_a_weight_in_the_distance_is_a_row_repeated(seed: int) -> None:
    generator = np.random.default_rng(seed)
    u, weights = generator.random(12), generator.integers(0, 4, 12)
    weights[3] = 1
    one, other = kolmogorov_smirnov(u, weights), kolmogorov_smirnov(np.repeat(u, weights))
    assert one.distance == pytest.approx(other.distance, abs=1e-14)
    assert one.theoretical == pytest.approx(other.theoretical, abs=1e-14)


def test_the_distance_of_known_cases() -> None:
    assert kolmogorov_smirnov([]).row is None
    assert kolmogorov_smirnov([0.5]).distance == 0.5
    found = kolmogorov_smirnov([0.9, 0.1, 0.85, 0.95])
    assert (found.row, found.distance) == (2, pytest.approx(0.6))
    assert (found.empirical, found.theoretical) == (0.25, 0.85)
    assert kolmogorov_smirnov(np.zeros(5)).distance == 1.0


def test_the_distance_of_a_fit_is_smaller_than_a_test_expects() -> None:
    """Why it is no test: of 60 fits to points of one Gaussian, none reaches the 20 % point of the tables."""
    distances = []
    for seed in range(60):
        points = np.random.default_rng(seed).normal(size=100)
        mixture = fit(points, 1).mixture
        distances.append(kolmogorov_smirnov(pit(points, mixture)[:, 0]).distance)
    assert max(distances) < 1.07 / np.sqrt(100)


# ------------------------------------------------------------------ histograms


@pytest.mark.parametrize("bins", [1, 7, 20])
def test_the_histogram_counts_transforms(bins: int) -> None:
    u = np.append(np.random.default_rng(1).random(500), [0.0, 1.0])
    found = pit_histogram(u, bins=bins)
    np.testing.assert_array_equal(found.counts, np.histogram(u, bins, (0.0, 1.0))[0])
    assert found.expected == 502 / bins
    assert found.lower <= found.expected <= found.upper
    repeated = pit_histogram(u, np.full(502, 3.0), bins=bins)
    np.testing.assert_array_equal(repeated.counts, 3 * found.counts)
    assert pit_histogram([], bins=bins).counts.tolist() == [0.0] * bins


def test_bins_of_a_true_mixture_lie_in_the_band_as_often_as_it_says() -> None:
    inside = []
    for seed in range(300):
        found = pit_histogram(np.random.default_rng(seed).random(400), bins=10, level=0.9)
        inside.append((found.lower <= found.counts) & (found.counts <= found.upper))
    rate = np.mean(inside)
    assert abs(rate - 0.9) < 4 * np.sqrt(0.09 / 3000) + 0.01  # counts are whole numbers


def test_a_mixture_that_is_too_wide_makes_a_hump() -> None:
    points = np.random.default_rng(1).normal(size=2000)
    found = pit_histogram(pit(points, Mixture([1.0], [0.0], [4.0]))[:, 0], bins=10)
    assert found.counts[4:6].min() > found.upper
    assert found.counts[[0, -1]].max() < found.lower


def test_residuals_hang_from_the_expectation() -> None:
    edges, counts = np.array([-4.0, -1.0, 2.0, 5.0, 9.0]), np.array([5, 30, 0, 65])
    found = rootogram(edges, counts, HUMPS)
    expected = 100 * interval_probabilities(edges, HUMPS)
    np.testing.assert_allclose(found.expected, expected)
    np.testing.assert_allclose(found.residuals, np.sqrt(counts) - np.sqrt(expected))
    assert found.residuals[2] < -1
    with pytest.raises(ValueError, match="4 bins have 5 edges, not 4"):
        rootogram(edges[1:], counts, HUMPS)


def test_residuals_of_a_true_mixture_scatter_by_a_half() -> None:
    points, _ = drawn(HUMPS, 20_000, 5)
    edges = np.linspace(-3, 10, 40)
    found = rootogram(edges, np.histogram(points, edges)[0], HUMPS)
    assert found.residuals.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * 39))
    assert np.isfinite(rootogram([1e3, 2e3], [0], HUMPS).residuals).all()


# ------------------------------------------------------------------ two dimensions, noise, real data


def test_in_two_dimensions_every_axis_has_its_diagnostics() -> None:
    mixture = random_mixture(4, 3, 2)
    points, _ = drawn(mixture, 3000, 2)
    for column in scores(points, mixture).T:
        plot = score_plot(column)
        inside = (plot.lower <= plot.observed) & (plot.observed <= plot.upper)
        assert inside.mean() > 0.6
        assert kolmogorov_smirnov(norm.cdf(column)).distance < 1.63 / np.sqrt(3000)


def test_noise_belongs_to_the_diagnostics() -> None:
    points = np.append(np.random.default_rng(2).normal(size=700), np.linspace(-10, 10, 300))
    box = box_of(points)
    noisy = Mixture([0.7], [0.0], [1.0], Noise(0.3, -np.log(20.0)))
    assert kolmogorov_smirnov(pit(points, noisy, box)[:, 0]).distance < 1.36 / np.sqrt(1000)
    assert np.isfinite(quantile_plot(points, noisy, box=box).upper).all()
    edges = np.linspace(-10, 10, 21)
    found = rootogram(edges, np.histogram(points, edges)[0], noisy, box=box)
    assert np.abs(found.residuals).max() < 2


def test_two_components_describe_old_faithful_better_than_one() -> None:
    waiting = old_faithful()[:, 1]
    distances = [
        kolmogorov_smirnov(pit(waiting, fit(waiting, k, seed=1).mixture)[:, 0]).distance for k in (1, 2)
    ]
    assert distances[0] > 0.13
    assert distances[1] < 0.05
