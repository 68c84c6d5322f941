"""Locks, ties, noise, row weights and scale mixtures: what a plan says, against oracles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.mixture import (
    Constraints,
    Mixture,
    Noise,
    Sample,
    StopReason,
    aic,
    aicc,
    bic,
    fit,
    icl,
    log_density,
    n_parameters,
    responsibilities,
)
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.labels import NOISE, hard_labels
from tests.mixture.helpers import clusters, old_faithful, reference

# ------------------------------------------------------------------ scale mixtures


@pytest.mark.parametrize("covariance", ["scale", "V"])
def test_the_scale_mixture_about_a_known_mean(covariance: str) -> None:
    golden = reference("scale_mixture_1d")
    first = golden["states"][0]
    start = Mixture(first["weights"], first["means"], first["variances"])
    trace = fit(
        golden["data"], covariance=covariance, start=start, fixed_mean=0.0, tolerance=0, max_iterations=3000
    )
    for expected in [*golden["states"], golden["limit"]]:
        state = trace[expected["iteration"]]
        assert state.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-10)
        np.testing.assert_allclose(state.mixture.weights, expected["weights"], rtol=1e-10)
        np.testing.assert_allclose(state.mixture.covariances.ravel(), expected["variances"], rtol=1e-10)
        assert np.array_equal(state.mixture.means, np.zeros((2, 1)))
    assert n_parameters(trace[-1]) == 3  # one weight, two variances


@pytest.mark.parametrize("covariance", ["scale", "V"])
def test_the_scale_mixture_with_an_estimated_mean(covariance: str) -> None:
    golden = reference("scale_mixture_estimated_mean_1d")
    first = golden["states"][0]
    start = Mixture(first["weights"], [first["mean"]] * 2, first["variances"])
    trace = fit(
        golden["data"],
        covariance=covariance,
        start=start,
        constraints=Constraints(shared_mean=True),
        tolerance=0,
        max_iterations=3999,
    )
    for expected in [*golden["states"], golden["limit"]]:
        state = trace[expected["iteration"]]
        assert state.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-9)
        np.testing.assert_allclose(state.mixture.weights, expected["weights"], rtol=1e-9)
        np.testing.assert_allclose(state.mixture.means.ravel(), expected["mean"], rtol=1e-10)
        np.testing.assert_allclose(state.mixture.covariances.ravel(), expected["variances"], rtol=1e-9)
    assert n_parameters(trace[-1]) == 4


@pytest.mark.parametrize("start", ["kmeans++", "random", "kmeans", "partition", "quantiles", "hierarchical"])
def test_named_starts_of_scale_mixtures_find_scales(start: str) -> None:
    """Two scales about one mean, ten times apart: every start ends with both."""
    generator = np.random.default_rng(3)
    points = np.concatenate([generator.normal(5, 0.3, 400), generator.normal(5, 3.0, 400)])
    trace = fit(points, 2, covariance="scale", start=start, seed=2)
    deviations = np.sort(np.sqrt(trace.mixture.covariances.ravel()))
    np.testing.assert_allclose(deviations, [0.3, 3.0], rtol=0.15)
    assert trace.mixture.means[0] == trace.mixture.means[1]
    assert trace.mixture.means[0, 0] == pytest.approx(5.0, abs=0.1)


def test_a_point_exactly_at_the_fixed_mean() -> None:
    points = np.append(np.random.default_rng(1).normal(size=50), [0.0, 0.0])
    trace = fit(points, 3, covariance="scale", fixed_mean=0.0)
    assert np.isfinite(trace.log_likelihood)
    assert np.isfinite(trace.mixture.covariances).all()


@pytest.mark.parametrize(
    ("mean", "said"),
    [((0.0,), "1 coordinates, the points 2"), ((0.0, math.nan), "finite"), ((1e200, 0.0), "too far")],
)
def test_a_fixed_mean_that_cannot_be_is_answered(mean: tuple[float, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit(old_faithful(), 2, fixed_mean=mean)


# ------------------------------------------------------------------ counting


@pytest.mark.parametrize(
    ("constraints", "noise", "fixed", "expected"),
    [
        (Constraints(), False, False, 17),  # 2 weights, 6 means, 9 covariances
        (Constraints(equal_weights=True), False, False, 15),
        (Constraints(shared_mean=True), False, False, 13),
        (Constraints(), False, True, 11),
        (Constraints(), True, False, 19),
        (Constraints(equal_weights=True), True, False, 17),
        (Constraints(weights=frozenset({0})), False, False, 16),
        (Constraints(weights=frozenset({0, 1})), False, False, 15),
        (Constraints(weights=frozenset({0, 1, 2})), False, False, 15),
        (Constraints(means=frozenset({1})), False, False, 15),
        (Constraints(covariances=frozenset({0, 2})), False, False, 11),
        (Constraints(covariances=frozenset({0, 1, 2}), means=frozenset({0, 1, 2})), False, False, 2),
        (Constraints(means=frozenset({7})), False, False, 17),  # a component that is not there
    ],
)
def test_free_parameters(constraints: Constraints, noise: bool, fixed: bool, expected: int) -> None:
    plan = plan_for(2, "full", "EM", constraints, fixed, noise)
    assert plan.n_parameters(3, 2) == expected


def test_locked_covariances_leave_the_pooled_one_to_the_rest() -> None:
    plan = plan_for(2, "tied", constraints=Constraints(covariances=frozenset({0})))
    assert plan.n_parameters(3, 2) == 2 + 6 + 3
    all_locked = plan_for(2, "tied", constraints=Constraints(covariances=frozenset({0, 1, 2})))
    assert all_locked.n_parameters(3, 2) == 2 + 6


def test_aicc_by_hand() -> None:
    state = fit(old_faithful(), 2)[-1]
    assert n_parameters(state) == 11
    assert aicc(state) == pytest.approx(aic(state) + 2 * 11 * 12 / (272 - 11 - 1), rel=1e-14)
    tiny = fit([1.0, 2.0, 3.0], 1, max_iterations=0)[0]
    assert aicc(tiny) == math.inf


# ------------------------------------------------------------------ locks


def test_free_weights_share_what_the_locked_ones_leave() -> None:
    points, labels = clusters(1, 300, 2, 3, apart=20.0)
    start = Mixture([0.5, 0.25, 0.25], fit(points, start=labels).mixture.means, [np.eye(2)] * 3)
    trace = fit(points, start=start, constraints=Constraints(weights=frozenset({0})), max_iterations=3)
    assert trace.mixture.weights[0] == 0.5
    np.testing.assert_allclose(trace.mixture.weights[1:], [0.25, 0.25], atol=1e-9)


def test_a_locked_mean_keeps_its_variance_about_itself() -> None:
    """σ² about a mean that is not the average: the average plus the squared distance."""
    points = np.random.default_rng(2).normal(size=400)
    trace = fit(points, 1, fixed_mean=2.0, max_iterations=2)
    assert trace.mixture.covariances[0, 0, 0] == pytest.approx(((points - 2.0) ** 2).mean(), rel=1e-12)


def test_identical_components_are_a_saddle() -> None:
    points, _ = clusters(1, 60, 2, 2)
    start = Mixture([0.3, 0.7], [[0.0, 0.0]] * 2, [np.eye(2)] * 2)
    trace = fit(points, start=start)
    assert trace.stop_reason is StopReason.SADDLE
    (event,) = trace[-1].events
    assert event.kind == "identical"
    assert event.message.startswith("Components 1 and 2 are identical")
    other = fit(points, start=Mixture([0.3, 0.7], [[0.0, 0.0], [0.0, 1e-3]], [np.eye(2)] * 2))
    assert other.stop_reason is StopReason.CONVERGED


def test_components_with_one_mean_and_two_scales_are_not_identical() -> None:
    trace = fit(np.random.default_rng(0).normal(size=50), 2, covariance="scale", max_iterations=3)
    assert all(event.kind != "identical" for state in trace for event in state.events)


# ------------------------------------------------------------------ noise


def _with_outliers() -> tuple[FloatArray, int]:
    generator = np.random.default_rng(5)
    inside = np.concatenate([generator.normal(-3, 0.5, (150, 2)), generator.normal(3, 0.5, (150, 2))])
    return np.concatenate([inside, generator.uniform(-10, 10, (60, 2))]), 60


def test_noise_takes_what_belongs_to_no_component() -> None:
    points, n_outliers = _with_outliers()
    trace = fit(points, 2, noise=True, tolerance=1e-6)
    noise = trace.mixture.noise
    assert noise is not None
    assert noise.weight == pytest.approx(n_outliers / len(points), abs=0.03)
    assert noise.log_density == pytest.approx(-np.log(np.ptp(points, axis=0)).sum(), rel=1e-12)
    np.testing.assert_allclose(
        np.sqrt(np.diagonal(trace.mixture.covariances, axis1=1, axis2=2)), 0.5, rtol=0.2
    )
    assert trace.log_likelihood > fit(points, 2, tolerance=1e-6).log_likelihood + 50
    labels = hard_labels(points.T, trace.mixture)
    assert set(labels.tolist()) == {0, 1, NOISE}
    assert (labels[:300] == NOISE).mean() < 0.05


def test_the_density_with_noise_by_hand() -> None:
    mixture = Mixture([0.6, 0.3], [0.0, 4.0], [1.0, 4.0], Noise(0.1, -math.log(20.0)))
    x = np.array([[0.5], [-3.0]])
    normals = np.exp(-0.5 * (x - [0.0, 4.0]) ** 2 / [1.0, 4.0]) / np.sqrt(2 * np.pi * np.array([1.0, 4.0]))
    parts = np.hstack([normals * [0.6, 0.3], np.full((2, 1), 0.1 / 20.0)])
    np.testing.assert_allclose(np.exp(log_density(x, mixture)), parts.sum(axis=1), rtol=1e-14)
    np.testing.assert_allclose(
        responsibilities(x, mixture), parts / parts.sum(axis=1, keepdims=True), rtol=1e-13
    )


def test_noise_does_not_depend_on_units() -> None:
    points, _ = _with_outliers()
    one, other = (
        fit(p, 2, noise=True, seed=1, max_iterations=30, tolerance=0) for p in (points, points * 64.0)
    )
    assert other.log_likelihood == pytest.approx(one.log_likelihood - 2 * len(points) * math.log(64.0))
    assert one.mixture.noise is not None
    assert other.mixture.noise is not None
    assert other.mixture.noise.weight == pytest.approx(one.mixture.noise.weight, rel=1e-9)
    assert bic(one[-1]) - icl(one[-1]) == pytest.approx(bic(other[-1]) - icl(other[-1]), rel=1e-6)


def test_weights_with_noise_are_a_distribution() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        Mixture([0.5, 0.5], [0.0, 1.0], [1.0, 1.0], Noise(0.1, -1.0))
    with pytest.raises(ValueError, match="non-negative"):
        Mixture([0.6, 0.5], [0.0, 1.0], [1.0, 1.0], Noise(-0.1, -1.0))


# ------------------------------------------------------------------ rows that count


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0, 2.0], "2 weights for 3 points"),
        ([1.0, -1.0, 1.0], "not negative"),
        ([1.0, math.inf, 1.0], "finite"),
        ([0.0, 0.0, 0.0], "at least one row must count"),
        (["a", "b", "c"], "real numbers"),
    ],
)
def test_weights_that_cannot_be_are_answered(weights: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit([1.0, 2.0, 4.0], 1, weights=weights)


def test_a_row_of_weight_zero_is_not_there() -> None:
    points, _ = clusters(4, 60, 2, 2)
    more = np.concatenate([points, [[1e3, -1e3]]])
    weights = np.append(np.ones(60), 0.0)
    start = Mixture([0.5, 0.5], points[[0, 1]], [np.eye(2)] * 2)
    one = fit(points, start=start, max_iterations=10, tolerance=0)
    other = fit(more, start=start, weights=weights, max_iterations=10, tolerance=0)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(other.mixture.means, one.mixture.means, rtol=1e-8)
    assert bic(other[-1]) == pytest.approx(bic(one[-1]), rel=1e-9)


@pytest.mark.parametrize("times", [2, 3, 50])
def test_a_sample_pasted_again_stops_at_the_same_iteration(times: int) -> None:
    points = old_faithful() + np.random.default_rng(0).normal(size=(272, 2)) * 1e-3
    start = Mixture([0.5, 0.5], [[3.0, 70.0], [4.0, 75.0]], [np.diag([1.0, 100.0])] * 2)
    nats = 1e-9  # so few that they decide, and not the change of the parameters
    once = fit(points, start=start, tolerance=nats)
    again = fit(np.tile(points, (times, 1)), start=start, tolerance=nats)
    weighted = fit(points, start=start, weights=np.full(272, float(times)), tolerance=nats)
    assert Sample.of(np.tile(points, (times, 1))).multiplicity == times
    assert Sample.of(points).multiplicity == 1
    assert len(once) == len(again) == len(weighted)


def test_ties_in_the_data_are_no_repetition() -> None:
    assert Sample.of(np.array([1.0, 1.0, 2.0, 2.0, 3.0])).multiplicity == 1
    assert Sample.of(np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])).multiplicity == 2
    assert Sample.of(np.arange(4.0), weights=[2, 4, 6, 8]).multiplicity == 2
    assert Sample.of(np.arange(4.0), weights=[0.5, 1, 1, 1]).multiplicity == 1
