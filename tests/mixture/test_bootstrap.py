"""The bootstrap against asymptotics, and the likelihood-ratio test where the answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.mixture import Constraints, Mixture, Noise, Plan, Sample, Trace, bootstrap, fit
from gmmviewer.mixture.bootstrap import METHODS, bootstrap_errors, draw
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.fitting import plan_for, run
from gmmviewer.mixture.ratio_test import LikelihoodRatio, likelihood_ratio_test
from gmmviewer.mixture.stopping import Cancelled, ShouldStop
from tests.mixture.helpers import clusters, old_faithful

TRUTH = Mixture([0.3, 0.7], [[-2.0, 1.0], [3.0, 0.0]], [[[1.0, 0.4], [0.4, 0.5]], [[2.0, 0.0], [0.0, 0.3]]])
OVERLAPPING = Mixture([0.5, 0.5], [[0.0], [1.5]], [1.0, 1.0])


# ---------------------------------------------------------------- draws


def test_draws_have_the_moments_of_the_mixture() -> None:
    n = 40_000
    points = draw(TRUTH, n, np.random.default_rng(1))
    mean = TRUTH.weights @ TRUTH.means
    away = TRUTH.means - mean
    covariance = np.einsum("k,kij->ij", TRUTH.weights, TRUTH.covariances + away[:, :, None] * away[:, None])
    assert points.shape == (n, 2)
    error = np.sqrt(np.diagonal(covariance) / n)
    assert (np.abs(points.mean(axis=0) - mean) < 4 * error).all()
    np.testing.assert_allclose(np.cov(points.T), covariance, atol=0.12)


def test_draws_come_from_every_component_in_proportion() -> None:
    points = draw(TRUTH, 10_000, np.random.default_rng(2))
    left = (points[:, 0] < 0.5).mean()  # 2.5 σ from the first mean, 1.8 σ from the second
    assert left == pytest.approx(0.3 * 0.994 + 0.7 * 0.0385, abs=4 * np.sqrt(0.25 / 10_000))


def test_noise_fills_its_box_and_nothing_else() -> None:
    mixture = Mixture([0.2], [[0.0, 0.0]], [np.eye(2) * 1e-6], Noise(0.8, 0.0))
    low, high = np.array([1.0, 5.0]), np.array([3.0, 6.0])
    points = draw(mixture, 5_000, np.random.default_rng(3), (low, high))
    noise = points[points[:, 0] > 0.5]
    assert len(noise) / 5_000 == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / 5_000))
    assert ((noise >= low) & (noise <= high)).all()
    np.testing.assert_allclose(noise.mean(axis=0), [2.0, 5.5], atol=0.05)
    with pytest.raises(ValueError, match="box"):
        draw(mixture, 5, np.random.default_rng(3))


def test_a_seed_repeats_its_draws() -> None:
    one, other = (draw(TRUTH, 9, np.random.default_rng(4)) for _ in range(2))
    assert one.tobytes() == other.tobytes()


# ---------------------------------------------------------------- standard errors


@pytest.mark.parametrize("method", METHODS)
def test_one_component_has_the_errors_of_the_textbook(method: str) -> None:
    """σ/√n for a mean, Σ_ij: √((Σ_ii Σ_jj + Σ_ij²)/n) (Anderson 2003, theorem 3.4.4)."""
    n = 400
    points = draw(Mixture([1.0], TRUTH.means[:1], TRUTH.covariances[:1]), n, np.random.default_rng(5))
    state = fit(points, 1).result
    found = bootstrap_errors(Sample.of(points), state, replicates=400, method=method, workers=1)
    fitted = state.mixture.covariances[0]
    sizes = np.diagonal(fitted)
    errors = np.sqrt((np.outer(sizes, sizes) + fitted**2) / n)
    np.testing.assert_allclose(found.means[0], np.sqrt(sizes / n), rtol=0.15)  # 4 · 1/√(2·400)
    np.testing.assert_allclose(found.covariances[0], errors, rtol=0.25)
    assert found.weights.tolist() == [0.0]
    assert (found.floored, found.failed, found.noise) == (0, 0, None)
    low, high = found.interval(0.95)
    np.testing.assert_allclose(high.means - low.means, 2 * 1.96 * found.means, rtol=0.2)
    np.testing.assert_allclose(found.percentiles(0.5).means[0], state.mixture.means[0], atol=0.02)


def test_components_are_aligned_before_they_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refits whose components come out in another order every other time give the same errors."""
    sample = Sample.of(old_faithful())
    state = fit(old_faithful(), 3, covariance="EEE", start="kmeans").result
    expected = bootstrap_errors(sample, state, replicates=6, workers=1)
    seeds: list[int] = []

    def shuffled(
        data: Sample, start: Mixture, plan: Plan, rule: StopRule, seed: int, stop: ShouldStop
    ) -> Trace:
        trace = run(data, start, plan, rule, seed, stop)
        seeds.append(seed)
        order = [1, 2, 0] if seed % 2 else [0, 1, 2]
        swapped = replace(trace.result, standard=trace.result.standard.permuted(order))
        return replace(trace, states=(*trace.states[:-1], swapped))

    monkeypatch.setattr(bootstrap, "run", shuffled)
    found = bootstrap_errors(sample, state, replicates=6, workers=1)
    assert seeds == list(range(6))
    np.testing.assert_array_equal(found.means, expected.means)
    np.testing.assert_array_equal(found.covariances, expected.covariances)


def test_groups_far_apart_have_the_errors_of_each_by_itself() -> None:
    points = draw(Mixture(TRUTH.weights, TRUTH.means * 20, TRUTH.covariances), 600, np.random.default_rng(6))
    state = fit(points, 2, start="kmeans").result
    found = bootstrap_errors(Sample.of(points), state, replicates=200, workers=1)
    weights, covariances = state.mixture.weights, state.mixture.covariances
    expected = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2) / (600 * weights[:, None]))
    np.testing.assert_allclose(found.means, expected, rtol=0.25)
    np.testing.assert_allclose(found.weights, np.sqrt(weights.prod() / 600), rtol=0.25)


def test_a_row_of_weight_two_is_two_rows() -> None:
    points = draw(TRUTH, 150, np.random.default_rng(7))
    weights = np.full(150, 2.0)
    state = fit(points, 2, weights=weights, start="kmeans").result
    found = bootstrap_errors(Sample.of(points, weights=weights), state, replicates=150, workers=1)
    twice = np.repeat(points, 2, axis=0)
    same = bootstrap_errors(Sample.of(twice), fit(twice, 2, start="kmeans").result, replicates=150, workers=1)
    left, other = (errors.mixture.means[:, 0].argsort() for errors in (found, same))
    np.testing.assert_allclose(found.means[left], same.means[other], rtol=0.35)


def test_what_is_locked_has_no_error() -> None:
    constraints = Constraints(means=frozenset({0}), covariances=frozenset({1}), equal_weights=True)
    state = fit(old_faithful(), 2, constraints=constraints, start="kmeans").result
    found = bootstrap_errors(Sample.of(old_faithful()), state, replicates=20, workers=1)
    assert found.means[0].tolist() == [0.0, 0.0]
    assert (found.means[1] > 0).all()
    assert np.abs(found.covariances[1]).max() < 1e-12
    assert np.abs(found.weights).max() < 1e-12


def test_the_weight_of_noise_has_an_error_too() -> None:
    generator = np.random.default_rng(8)
    points = np.concatenate([clusters(1, 200, 2, 2)[0], generator.uniform(-30, 30, size=(50, 2))])
    sample = Sample.of(points)
    state = fit(points, 2, noise=True, start="kmeans").result
    for method in METHODS:
        found = bootstrap_errors(sample, state, replicates=60, method=method, workers=1)
        assert found.noise == pytest.approx(np.sqrt(0.2 * 0.8 / 250), rel=0.5)
        assert all(mixture.noise is not None for mixture in found.replicates)


def test_collapsed_replicates_are_counted_and_left_out() -> None:
    """A component on few points: some replicates hold two of them only, or one of them twice."""
    far = np.array([[20.0, 0.0], [20.5, 0.4], [21.0, -0.3], [20.2, 1.0]])
    points = np.concatenate([draw(TRUTH, 60, np.random.default_rng(9)), far])
    state = fit(points, 2, start=(points[:, 0] > 15).astype(int)).result
    found = bootstrap_errors(Sample.of(points), state, replicates=80, workers=1)
    assert found.floored > 3
    assert len(found.replicates) + found.floored + found.failed == 80
    assert np.isfinite(found.means).all()


def test_fewer_than_two_replicates_tell_nothing() -> None:
    state = fit(old_faithful(), 2).result
    found = bootstrap_errors(Sample.of(old_faithful()), state, replicates=1)
    assert np.isnan(found.weights).all()
    none = bootstrap_errors(Sample.of(old_faithful()), state, replicates=0)
    assert none.means.shape == (2, 2)
    assert np.isnan(none.percentiles(0.5).covariances).all()
    with pytest.raises(ValueError, match="parametric"):
        bootstrap_errors(Sample.of(old_faithful()), state, method="nosuch")


def test_the_errors_do_not_depend_on_the_number_of_processes() -> None:
    state, sample = fit(old_faithful(), 2).result, Sample.of(old_faithful())
    alone, two = (bootstrap_errors(sample, state, replicates=9, seed=3, workers=n) for n in (1, 2))
    for one, other in zip(alone.replicates, two.replicates, strict=True):
        assert one.covariances.tobytes() == other.covariances.tobytes()
    different = bootstrap_errors(sample, state, replicates=9, seed=4, workers=1)
    assert different.means.tolist() != alone.means.tolist()


def test_progress_and_cancel() -> None:
    state, sample = fit(old_faithful(), 2).result, Sample.of(old_faithful())
    seen: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> None:
        seen.append((done, of))

    with pytest.raises(Cancelled):
        bootstrap_errors(
            sample, state, replicates=500, progress=progress, workers=1, should_stop=lambda: len(seen) >= 3
        )
    assert seen[:3] == [(1, 500), (2, 500), (3, 500)]
    assert len(seen) < 500


# ---------------------------------------------------------------- the likelihood-ratio test


def test_two_groups_are_not_one() -> None:
    points = draw(Mixture([0.5, 0.5], [[0.0], [6.0]], [1.0, 1.0]), 80, np.random.default_rng(10))
    found = likelihood_ratio_test(Sample.of(points), 1, plan_for(1, "E"), replicates=19, workers=1)
    assert found.p_value == 0.05  # the smallest that 19 replicates can give
    assert found.observed == pytest.approx(
        2 * (fit(points, 2, covariance="E").log_likelihood - fit(points, 1, covariance="E").log_likelihood),
        abs=0.05,
    )
    assert len(found.null) == 19
    assert found.failed == 0
    assert (found.smaller.standard.n_components, found.larger.standard.n_components) == (1, 2)


def test_one_group_is_one() -> None:
    values = [
        likelihood_ratio_test(
            Sample.of(np.random.default_rng(seed).normal(size=60)),
            1,
            plan_for(1, "E"),
            replicates=19,
            seed=seed,
            workers=1,
        ).p_value
        for seed in (11, 12, 13)
    ]
    assert min(values) > 0.05
    assert max(values) > 0.3


def test_the_p_value_counts_the_observed_one_among_the_draws() -> None:
    state = fit(old_faithful(), 2).result
    null = np.array([1.0, 5.0, 5.0, 9.0])
    for observed, expected in ((0.0, 1.0), (5.0, 4 / 5), (5.1, 2 / 5), (10.0, 1 / 5)):
        assert LikelihoodRatio(2, observed, null, state, state).p_value == expected


def test_the_test_does_not_depend_on_the_number_of_processes() -> None:
    sample = Sample.of(draw(OVERLAPPING, 50, np.random.default_rng(14)))
    rule = StopRule(1e-2, 200)
    alone, two = (
        likelihood_ratio_test(sample, 1, plan_for(1, "E"), replicates=4, rule=rule, workers=n) for n in (1, 2)
    )
    assert alone.null.tobytes() == two.null.tobytes()
    assert alone.observed == two.observed


def test_locks_cannot_be_tested() -> None:
    plan = plan_for(2, "VVV", constraints=Constraints(weights=frozenset({0})))
    with pytest.raises(ValueError, match="locks"):
        likelihood_ratio_test(Sample.of(old_faithful()), 1, plan)


def test_a_test_that_cannot_be_says_why() -> None:
    with pytest.raises(ValueError, match="collapsed"):
        likelihood_ratio_test(Sample.of([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]), 1, plan_for(2, "VVV"))
