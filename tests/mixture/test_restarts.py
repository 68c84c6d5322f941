"""Many starts: every optimum is found once, and told apart from the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, Sample, StopReason, fit
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.em import start_state
from gmmviewer.mixture.fitting import plan_for, run
from gmmviewer.mixture.restarts import (
    Attempt,
    Restarts,
    attempt_trace,
    distinct_optima,
    restarts,
    same_optimum,
)
from gmmviewer.mixture.stopping import Cancelled
from tests.mixture.helpers import old_faithful

DIAGONAL = plan_for(2, "VVI")
TIGHT = StopRule(1e-6, 2000)


def rectangle() -> Sample:
    """Groups on the corners of a rectangle: K = 2 can part left from right or, worse, top from bottom."""
    generator = np.random.default_rng(3)
    corners = np.array([[-5.0, -4.0], [-5.0, 4.0], [5.0, -4.0], [5.0, 4.0]])
    return Sample.of(np.concatenate([corner + generator.normal(size=(50, 2)) for corner in corners]))


def ends_of(found: Restarts) -> list[tuple[float, tuple[Attempt, ...]]]:
    return [(optimum.log_likelihood, optimum.attempts) for optimum in found.optima]


def test_both_optima_of_a_rectangle_are_found() -> None:
    found = restarts(rectangle(), 2, DIAGONAL, 20, starts=("random",), rule=TIGHT)
    axes = [np.abs(np.diff(optimum.mixture.means, axis=0)[0]).argmax() for optimum in found.optima]
    assert axes == [0, 1]  # left from right is the better one
    assert found.optima[0].log_likelihood > found.optima[1].log_likelihood + 10
    assert sum(optimum.reached for optimum in found.optima) == 20
    assert sorted(seed for optimum in found.optima for seed in optimum.seeds) == list(range(20))
    assert found.best is found.optima[0]
    assert found.failures == ()


def test_an_optimum_is_the_end_of_each_of_its_attempts() -> None:
    sample = rectangle()
    for optimum in restarts(sample, 2, DIAGONAL, 6, starts=("random", "kmeans++"), seed=4, rule=TIGHT).optima:
        for attempt in optimum.attempts:
            trace = attempt_trace(sample, 2, DIAGONAL, attempt, TIGHT)
            assert trace.log_likelihood == pytest.approx(optimum.log_likelihood, abs=1e-3)
        first = fit(sample, 2, covariance="VVI", start=optimum.attempts[0].start, seed=optimum.seeds[0],
                    tolerance=TIGHT.tolerance, max_iterations=TIGHT.max_iterations)  # fmt: skip
        assert optimum.log_likelihood == first.log_likelihood
        assert optimum.mixture.means.tolist() == first.mixture.means.tolist()


def test_the_number_of_processes_changes_nothing() -> None:
    sample, plan = Sample.of(old_faithful()), plan_for(2, "VVI")
    alone, two = (restarts(sample, 3, plan, 8, workers=workers) for workers in (1, 2))
    assert ends_of(alone) == ends_of(two)
    for one, other in zip(alone.optima, two.optima, strict=True):
        assert one.mixture.covariances.tobytes() == other.mixture.covariances.tobytes()
        assert one.state.plan.family is other.state.plan.family


def test_a_collapsed_fit_ranks_but_is_not_the_best() -> None:
    """Three equal points far out: a component on them alone is infinitely likely but for the floor."""
    generator = np.random.default_rng(0)
    crowd = generator.normal(size=(60, 2)) + np.repeat([[0.0, 0.0], [9.0, 0.0]], 30, axis=0)
    sample = Sample.of(np.concatenate([crowd, np.repeat([[4.5, 30.0]], 3, axis=0)]))
    found = restarts(sample, 2, plan_for(2, "VVV"), 12, starts=("kmeans++", "partition"))
    assert found.optima[0].floored
    assert found.best is not None
    assert not found.best.floored
    assert found.best.log_likelihood < found.optima[0].log_likelihood


def test_relabelled_ends_are_one_optimum_and_others_are_not() -> None:
    sample = rectangle()
    state = attempt_trace(sample, 2, DIAGONAL, Attempt("kmeans++", 1), TIGHT).result
    swapped = replace(state, standard=state.standard.permuted([1, 0]))
    assert same_optimum(state, swapped)
    assert not same_optimum(state, replace(state, objective=state.objective + 0.1))
    moved = state.standard.with_mean(0, state.standard.means[0] + 0.3)
    assert not same_optimum(state, replace(state, standard=moved))  # the same height at another place
    single = start_state(sample, Mixture([1.0], [[0.0, 0.0]], [np.eye(2)]), DIAGONAL)
    assert not same_optimum(state, replace(single, objective=state.objective))


def test_ends_that_stopped_short_of_one_maximum_are_one_optimum() -> None:
    sample = rectangle()
    exact = attempt_trace(sample, 2, DIAGONAL, Attempt("kmeans", 1), TIGHT).result
    near = replace(exact, objective=exact.objective - 0.015)
    ends = [(Attempt("a", 0), near, StopReason.CONVERGED), (Attempt("b", 1), exact, StopReason.CONVERGED)]
    assert len(distinct_optima(ends, tolerance=1e-2)) == 1
    assert distinct_optima(ends, tolerance=1e-2)[0].state is exact
    assert len(distinct_optima(ends, tolerance=1e-4)) == 2


def test_stochastic_em_draws_anew_in_every_attempt() -> None:
    sample, plan = Sample.of(old_faithful()), plan_for(2, "VVI", "stochastic")
    rule = StopRule(0.0, 10)
    one, other = (attempt_trace(sample, 3, plan, Attempt("hierarchical", seed), rule) for seed in (1, 2))
    assert one.log_likelihoods[0] == other.log_likelihoods[0]
    assert one.log_likelihoods != other.log_likelihoods
    best = restarts(sample, 3, plan, 2, starts=("hierarchical",), seed=1, rule=rule).optima[0]
    assert best.log_likelihood == max(one.log_likelihood, other.log_likelihood)


def test_progress_counts_runs_and_cancel_ends_them() -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> None:
        seen.append((done, of))

    restarts(rectangle(), 2, DIAGONAL, 5, workers=1, progress=progress)
    assert seen == [(i, 5) for i in range(1, 6)]
    seen.clear()
    with pytest.raises(Cancelled):
        restarts(
            rectangle(), 2, DIAGONAL, 50, workers=2, progress=progress, should_stop=lambda: len(seen) >= 3
        )
    assert 3 <= len(seen) < 50


def test_runs_that_cannot_begin_are_told() -> None:
    with pytest.raises(ValueError, match="fewer components"):
        restarts(rectangle(), 500, DIAGONAL, 3)
    with pytest.raises(ValueError, match="at least one"):
        restarts(rectangle(), 2, DIAGONAL, 0)
    found = restarts(rectangle(), 2, DIAGONAL, 1, starts=("kmeans++", "nosuch"))
    assert [(attempt.start, "unknown start" in text) for attempt, text in found.failures] == [
        ("nosuch", True)
    ]
    assert len(found.optima) == 1
    assert Restarts(()).best is None


def test_the_fixed_mean_reaches_every_run() -> None:
    plan = plan_for(2, "VVV", mean_is_fixed=True)
    found = restarts(rectangle(), 2, plan, 2, fixed_mean=[1.0, 2.0])
    assert found.best is not None
    np.testing.assert_allclose(found.best.mixture.means, [[1.0, 2.0]] * 2, atol=1e-12)


def test_the_seed_of_an_attempt_is_the_seed_of_a_fit() -> None:
    sample = Sample.of(old_faithful())
    trace = attempt_trace(sample, 3, plan_for(2), Attempt("kmeans++", 5))
    assert trace.seed == 5
    same = fit(sample, 3, seed=5)
    assert trace.log_likelihoods == same.log_likelihoods
    rerun = run(sample, trace[0].standard, plan_for(2, seed=5), StopRule(), 5)
    assert rerun.log_likelihoods == same.log_likelihoods
