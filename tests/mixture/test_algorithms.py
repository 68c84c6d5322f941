"""The variants of EM, each against what is known of it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.cluster import KMeans

from gmmviewer.mixture import (
    Constraints,
    FitState,
    Mixture,
    Sample,
    Stage,
    algorithm,
    component_log_densities,
    fit,
    log_likelihood,
    responsibilities,
)
from gmmviewer.mixture.algorithms import ALGORITHMS, AnnealedEM
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import Drawn, Hard, Tempered
from gmmviewer.mixture.em import m_step
from gmmviewer.mixture.expectation import expectation
from gmmviewer.mixture.prior import ConjugatePrior
from tests.mixture.helpers import clusters, old_faithful


def test_names_are_found_in_any_case_and_others_are_told() -> None:
    assert [algorithm(a.name.upper()) for a in ALGORITHMS] == list(ALGORITHMS)
    with pytest.raises(ValueError, match="unknown algorithm 'newton'; use one of EM, hard"):
        algorithm("newton")


# ------------------------------------------------------------------ hard


def test_hard_em_with_equal_spheres_and_weights_is_k_means() -> None:
    points, _ = clusters(5, 200, 2, 4, apart=3.0)
    first = points[[3, 50, 101, 160]]
    start = Mixture(np.full(4, 0.25), first, np.repeat(np.eye(2)[None], 4, axis=0))
    ours = fit(
        points,
        covariance="EII",
        algorithm="hard",
        start=start,
        constraints=Constraints(equal_weights=True),
        tolerance=0,
        max_iterations=100,
    )
    theirs = KMeans(4, init=first, n_init=1, algorithm="lloyd", tol=0, max_iter=100).fit(points)
    np.testing.assert_allclose(ours.mixture.means, theirs.cluster_centers_, atol=1e-10)


def test_the_classification_likelihood_is_that_of_the_best_components() -> None:
    points, _ = clusters(6, 80, 2, 3, apart=1.0)
    state = fit(points, 3, algorithm="hard", max_iterations=3, tolerance=0)[-1]
    best = component_log_densities(points, state.mixture).max(axis=1).sum()
    assert state.objective == pytest.approx(best, rel=1e-12)
    assert state.bound == pytest.approx(best, rel=1e-12)  # L of one-hot responsibilities


# ------------------------------------------------------------------ draws


def test_draws_follow_the_responsibilities() -> None:
    points = np.repeat([[0.4]], 40_000, axis=0)
    mixture = Mixture([0.2, 0.5, 0.3], [-1.0, 0.0, 2.0], [1.0, 1.0, 1.0])
    joint = component_log_densities(points, mixture).T
    drawn = Drawn(7, 3).assign(joint, np.logaddexp.reduce(joint, axis=0), 0).q
    assert (drawn.sum(axis=0) == 1).all()
    r = responsibilities(points[:1], mixture)[0]
    error = np.sqrt(r * (1 - r) / len(points))
    assert (np.abs(drawn.mean(axis=1) - r) < 4 * error).all()


def test_draws_do_not_depend_on_the_size_of_blocks() -> None:
    whole = Drawn(1, 2).uniforms(0, 1000)
    for first, n in itertools.product((0, 1, 2, 3, 5, 400), (1, 7, 300)):
        assert np.array_equal(Drawn(1, 2).uniforms(first, n), whole[first : first + n])
    assert not np.array_equal(Drawn(1, 3).uniforms(0, 10), whole[:10])
    assert not np.array_equal(Drawn(2, 2).uniforms(0, 10), whole[:10])


def test_stochastic_em_wanders_and_keeps_the_best() -> None:
    points, _ = clusters(8, 150, 2, 3, apart=1.5)
    trace = fit(points, 3, algorithm="stochastic", seed=4, max_iterations=60)
    curve = trace.log_likelihoods
    assert (np.diff(curve) < 0).any()
    assert trace.stop_reason.value == "maximum iterations"
    assert trace.log_likelihood == max(curve)
    assert trace.result.log_likelihood == log_likelihood(points, trace.mixture) == pytest.approx(max(curve))


# ------------------------------------------------------------------ annealing


def test_annealing_ends_as_em() -> None:
    annealed = algorithm("annealed")
    assert isinstance(annealed, AnnealedEM)
    betas = [annealed.beta(t) for t in range(20)]
    assert betas[0] == pytest.approx(0.5)
    assert (np.diff(betas) >= 0).all()
    assert betas[-1] == 1.0
    settled = [annealed.settled(t) for t in range(20)]
    assert settled == [beta == 1.0 for beta in betas]
    assert annealed.detail(0) == "β = 0.50"
    assert annealed.detail(19) == ""
    trace = fit(old_faithful(), 2, algorithm="annealed", tolerance=1e-6)
    assert trace.stop_reason.value == "converged"
    assert trace.log_likelihood == pytest.approx(-1130.26396018, abs=1e-5)


def test_the_free_energy_of_tempered_responsibilities() -> None:
    points, _ = clusters(9, 60, 2, 3, apart=1.0)
    state = fit(points, 3, algorithm="annealed", max_iterations=2, tolerance=0)[-1]
    beta = AnnealedEM().beta(2)
    joint = component_log_densities(points, state.mixture)
    free = (np.logaddexp.reduce(beta * joint, axis=1) / beta).sum()
    assert state.objective == pytest.approx(free, rel=1e-12)
    q = np.exp(beta * joint - np.logaddexp.reduce(beta * joint, axis=1, keepdims=True))
    bound = (q * joint).sum() - (q * np.log(q)).sum()
    assert state.bound == pytest.approx(bound, rel=1e-12)
    assert bound < state.log_likelihood


def test_annealing_escapes_where_em_is_caught() -> None:
    """Three clusters on a line and a start with two means in one of them."""
    generator = np.random.default_rng(0)
    points = np.concatenate([generator.normal(c, 0.5, size=(60, 1)) for c in (-4.0, 0.0, 4.0)])
    caught = fit(points, 3, start="random", seed=7, max_iterations=300)
    free = fit(points, 3, start="random", seed=7, algorithm="annealed", max_iterations=300)
    assert free.log_likelihood > caught.log_likelihood + 20


@pytest.mark.parametrize("rule", [Tempered(0.3), Hard(), Drawn(1, 1)])
def test_points_far_away_are_still_assigned(rule: Tempered | Hard | Drawn) -> None:
    mixture = Mixture([0.5, 0.5], [0.0, 1.0], [1e-6, 1e-6])
    found = expectation(Sample.of(np.array([0.0, 1.0, 1e6])), mixture, rule)
    assert np.isfinite([found.objective, found.entropy, found.log_likelihood]).all()
    assert found.moments.counts.sum() == pytest.approx(3.0)


# ------------------------------------------------------------------ MAP


def _log_posterior(points: FloatArray, mixture: Mixture, prior: ConjugatePrior) -> float:
    """By the definition, in the units of the prior."""
    total = log_likelihood(points, mixture)
    for mean, covariance in zip(mixture.means, mixture.covariances, strict=True):
        precision = np.linalg.inv(covariance)
        away = mean - prior.mean
        nu, d = prior.degrees, len(mean)
        total -= 0.5 * (nu + d + 2) * np.linalg.slogdet(covariance)[1]
        total -= 0.5 * np.trace(prior.scale @ precision) + 0.5 * prior.shrinkage * away @ precision @ away
    return float(total)


@pytest.mark.parametrize("letters", ["VVV", "EEE", "VVI", "VII"])
def test_map_em_ends_at_a_maximum_of_the_posterior(letters: str) -> None:
    points, _ = clusters(11, 90, 2, 2, apart=2.0)
    sample = Sample.of(points)
    state = fit(points, 2, covariance=letters, algorithm="MAP", tolerance=0, max_iterations=400)[-1]
    prior = ConjugatePrior.for_sample(sample, 2)
    standard = sample.columns.T
    top = _log_posterior(standard, state.standard, prior)
    generator = np.random.default_rng(3)
    for _ in range(40):
        moved = state.standard.means + 1e-4 * generator.normal(size=(2, 2))
        factor = np.exp(1e-4 * generator.normal()) if letters != "EEE" else 1.0
        sizes = np.array([factor, 1.0])[:, None, None]
        near = Mixture(state.standard.weights, moved, state.standard.covariances * sizes)
        assert _log_posterior(standard, near, prior) <= top + 1e-9


def test_the_log_posterior_is_plotted_in_data_units() -> None:
    """Up to one constant for all states of a fit."""
    points, _ = clusters(12, 70, 2, 2, apart=2.0)
    scaled = points * 1024.0
    one, other = (fit(p, 2, algorithm="MAP", max_iterations=5, tolerance=0) for p in (points, scaled))
    rises = np.diff(one.objectives), np.diff(other.objectives)
    np.testing.assert_allclose(*rises, rtol=1e-9)
    sample = Sample.of(points)
    prior = ConjugatePrior.for_sample(sample, 2)
    direct = [_log_posterior(sample.columns.T, state.standard, prior) for state in one]
    np.testing.assert_allclose(np.diff(one.objectives), np.diff(direct), rtol=1e-9)


def test_a_prior_keeps_a_component_from_collapsing() -> None:
    points = np.append(np.random.default_rng(1).normal(size=40), [9.0, 9.0])
    start = Mixture([0.5, 0.5], [0.0, 9.0], [1.0, 0.01])
    plain = fit(points, start=start, max_iterations=50)
    safe = fit(points, start=start, algorithm="MAP", max_iterations=50)
    assert {e.kind for state in plain for e in state.events} >= {"floored"}
    assert {e.kind for state in safe for e in state.events} == set()
    assert safe.mixture.covariances.min() > 1e-3


# ------------------------------------------------------------------ SQUAREM


def _slow() -> FloatArray:
    generator = np.random.default_rng(2)
    return np.concatenate([generator.normal(0, 1, size=(400, 2)), generator.normal(1.7, 1, size=(400, 2))])


@pytest.mark.parametrize("letters", ["VVV", "EEE", "VVI", "VII"])
def test_leaps_reach_the_same_maximum_in_fewer_iterations(letters: str) -> None:
    plain = fit(_slow(), 2, covariance=letters, tolerance=1e-4, max_iterations=20_000)
    quick = fit(_slow(), 2, covariance=letters, algorithm="SQUAREM", tolerance=1e-4, max_iterations=20_000)
    assert plain.stop_reason.value == quick.stop_reason.value == "converged"
    assert quick.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-2)
    assert quick[-1].iteration < plain[-1].iteration / 2
    assert any(state.leapt for state in quick)


def test_a_leap_that_would_lose_is_not_taken() -> None:
    """Every leap in the trace is no loss, and some step after a pair of plain ones is plain too."""
    trace = fit(_slow(), 3, algorithm="SQUAREM", seed=5, tolerance=0, max_iterations=200)
    for before, after in itertools.pairwise(trace):
        if after.leapt:
            assert after.objective >= before.objective - 1e-9
    leaps = [state.leapt for state in trace]
    assert not any(one and other for one, other in itertools.pairwise(leaps))


def test_a_leap_over_an_edge_becomes_a_plain_step(monkeypatch: pytest.MonkeyPatch) -> None:
    from gmmviewer.mixture import em as em_module
    from gmmviewer.mixture.extrapolation import Leap

    points, _ = clusters(3, 80, 2, 2)
    sample = Sample.of(points)
    ready = fit(sample, 2, algorithm="SQUAREM", max_iterations=1, tolerance=0)[-1]
    assert ready.trail is not None
    plain = _plain_step(sample, ready)
    bad = Mixture([0.5, 0.5], ready.standard.means + 5.0, ready.standard.covariances)
    for offered in (None, bad):
        monkeypatch.setattr(em_module, "leap", lambda *_, to=offered: Leap(to, 0.5))
        after = m_step(sample, ready)
        assert not after.leapt
        assert after.stage is Stage.AFTER_M
        assert np.array_equal(after.standard.means, plain.standard.means)


def _plain_step(sample: Sample, state: FitState) -> FitState:
    from dataclasses import replace

    return m_step(sample, replace(state, trail=None))
