"""How well a fit describes the points, against scipy's distributions and against data that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.agreement import agreement
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene import fit_check as module
from gmmviewer.scene.fit_check import axis_names, fit_check

GAUSSIAN = Mixture([1.0], [[10.0]], [[[4.0]]])
SLANTED = Mixture([1.0], [[1.0, -2.0]], [[[4.0, 1.5], [1.5, 1.0]]])


def drawn(n: int = 400, seed: int = 1) -> PointSet:
    """Points of N(10, 2²)."""
    return PointSet.of(np.random.default_rng(seed).normal(10.0, 2.0, n), columns=("height",))


def standard(points: PointSet, mixture: Mixture) -> Mixture:
    return points.units.standardise_mixture(mixture)


def test_the_distance_in_one_dimension_is_that_of_scipy() -> None:
    points = drawn()
    (axis,) = fit_check(points, standard(points, GAUSSIAN)).axes
    expected = stats.kstest(points.values[:, 0], stats.norm(10.0, 2.0).cdf)
    assert axis.distribution.distance.distance == pytest.approx(expected.statistic, abs=1e-12)
    assert axis.distribution.at == pytest.approx(float(expected.statistic_location))


def test_everything_in_one_dimension_is_in_data_units() -> None:
    points = drawn()
    (axis,) = fit_check(points, standard(points, GAUSSIAN)).axes
    n = points.n
    expected = stats.norm(10.0, 2.0).ppf((np.arange(1, n + 1) - 0.5) / n)
    np.testing.assert_allclose(axis.quantiles.theoretical, expected, rtol=1e-9)
    np.testing.assert_allclose(axis.quantiles.observed, np.sort(points.values[:, 0]), rtol=1e-12)
    curve = axis.distribution
    np.testing.assert_allclose(curve.theoretical, stats.norm(10.0, 2.0).cdf(curve.grid), atol=1e-12)
    assert curve.empirical[-1] == 1.0
    for value, share in zip(curve.values, curve.empirical, strict=True):
        assert share == pytest.approx((points.values[:, 0] <= value + 1e-9).mean())
    assert axis.residuals.edges[0] <= points.values.min() + 1e-9
    assert axis.residuals.edges[-1] >= points.values.max() - 1e-9
    cells = np.diff(stats.norm(10.0, 2.0).cdf(axis.residuals.edges))
    np.testing.assert_allclose(axis.residuals.expected, n * cells, rtol=1e-9)
    assert axis.residuals.observed.sum() == n


def test_two_dimensions_are_the_first_axis_and_the_second_given_the_first() -> None:
    generator = np.random.default_rng(3)
    values = generator.multivariate_normal([1.0, -2.0], [[4.0, 1.5], [1.5, 1.0]], size=500)
    points = PointSet.of(values, columns=("a", "b"))
    first, second = fit_check(points, standard(points, SLANTED)).axes
    assert (first.name, second.name) == ("a", "b given a") == axis_names(points)
    x, y = values.T
    given = (y + 2.0 - 1.5 / 4.0 * (x - 1.0)) / np.sqrt(1.0 - 1.5**2 / 4.0)
    for axis, scores in ((first, (x - 1.0) / 2.0), (second, given)):
        np.testing.assert_allclose(axis.quantiles.observed, np.sort(scores), atol=1e-9)
        expected = stats.kstest(scores, "norm").statistic
        assert axis.distribution.distance.distance == pytest.approx(expected, abs=1e-9)
    marginal = np.diff(stats.norm(-2.0, 1.0).cdf(second.residuals.edges))
    np.testing.assert_allclose(second.residuals.expected, 500 * marginal, rtol=1e-9)


def test_a_wrong_mixture_is_farther_away() -> None:
    points = drawn()
    wide = Mixture([1.0], [[10.0]], [[[36.0]]])
    right, wrong = (fit_check(points, standard(points, m)).axes[0] for m in (GAUSSIAN, wide))
    assert wrong.distribution.distance.distance > 3 * right.distribution.distance.distance
    assert wrong.transforms.counts[9:11].sum() > 2 * right.transforms.counts[9:11].sum()


def test_labels_are_compared_with_the_truth_where_it_is_known() -> None:
    values = [[0.0], [0.2], [0.1], [9.0], [9.1], [4.0]]
    points = PointSet.of(values, truth=[1, 1, 1, 0, 0, -1])
    mixture = standard(points, Mixture([0.5, 0.5], [[0.0], [9.0]], [[[1.0]], [[1.0]]]))
    found = fit_check(points, mixture).agreement
    assert found is not None
    expected = agreement(hard_labels(points.sample.columns, mixture), points.truth, k=2)
    np.testing.assert_array_equal(found.counts, expected.counts)
    assert found.accuracy == 1.0
    assert found.adjusted_rand == 1.0
    assert fit_check(PointSet.of(values), mixture).agreement is None
    assert fit_check(PointSet.of(values, truth=[-1] * 6), mixture).agreement is None


def test_of_very_many_points_evenly_spaced_ones_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 100)
    points = PointSet.of(drawn(250).values, truth=np.arange(250) % 2)
    found = fit_check(points, standard(points, GAUSSIAN))
    assert found.rows == 84  # every third
    every_third = stats.kstest(points.values[::3, 0], stats.norm(10.0, 2.0).cdf).statistic
    assert found.axes[0].distribution.distance.distance == pytest.approx(every_third, abs=1e-12)
    assert found.agreement is not None
    assert found.agreement.total == 84


def test_steps_of_many_points_are_thinned_and_keep_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 50)
    points = drawn(1000)
    curve = fit_check(points, standard(points, GAUSSIAN)).axes[0].distribution
    assert len(curve.values) == 50
    assert curve.values[0] == pytest.approx(points.values.min())
    assert (curve.values[-1], curve.empirical[-1]) == (pytest.approx(points.values.max()), 1.0)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_points_and_tied_ones_give_numbers(n: int) -> None:
    for values in (np.zeros((n, 1)), np.zeros((n, 2)), np.arange(2.0 * n).reshape(n, 2)):
        points = PointSet.of(values)
        d = points.d
        noisy = Mixture([0.9], np.zeros((1, d)), np.eye(d)[None], Noise(0.1, points.sample.log_uniform))
        for axis in fit_check(points, noisy).axes:
            for array in (
                axis.quantiles.observed,
                axis.distribution.values,
                axis.distribution.theoretical,
                axis.transforms.counts,
                axis.residuals.residuals,
            ):
                assert np.isfinite(array).all()


def test_without_points_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(ValueError, match="no points"):
        fit_check(PointSet.of(np.empty((0, 1))), GAUSSIAN)


def test_it_stops_when_told() -> None:
    points = drawn()
    with pytest.raises(Cancelled):
        fit_check(points, standard(points, GAUSSIAN), lambda: True)


@pytest.mark.parametrize("d", [1, 2])
def test_a_weight_of_two_is_the_point_twice(d: int) -> None:
    values = np.random.default_rng(4).normal(size=(60, d))
    weights = np.random.default_rng(5).integers(1, 4, size=60)
    mixture = Mixture([1.0], [np.full(d, 0.2)], [np.eye(d)])
    light = PointSet.of(np.repeat(values, weights, axis=0))
    heavy = PointSet.of(values, weights=weights)
    one, other = (fit_check(points, standard(points, mixture)) for points in (light, heavy))
    for thin, thick in zip(one.axes, other.axes, strict=True):
        assert thick.distribution.distance.distance == pytest.approx(thin.distribution.distance.distance)
        np.testing.assert_allclose(thick.transforms.counts, thin.transforms.counts)
        assert thick.distribution.empirical[-1] == 1.0
        assert thick.residuals.observed.sum() > 0
