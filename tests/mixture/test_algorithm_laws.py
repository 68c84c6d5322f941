"""What every algorithm must obey under any plan: properties, not examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gmmviewer.mixture import (
    ALGORITHMS,
    Constraints,
    FitState,
    Sample,
    Stage,
    Trace,
    algorithm,
    e_step,
    families,
    fit,
    log_likelihood,
)
from gmmviewer.mixture.arrays import FloatArray
from tests.mixture.helpers import allowed_fall, assert_same_mixture, clusters, half_steps

pytestmark = pytest.mark.timeout(3600)  # the long profile takes its time

NAMES = [a.name for a in ALGORITHMS]
CLIMBERS = [a.name for a in ALGORITHMS if a.climbs]
LETTERS = {d: [member.letters for member in families(d)] for d in (1, 2)}
STEPS = 16  # past the last tempered E-step of annealing


@dataclass(frozen=True)
class Case:
    """Data and everything a fit may be told."""

    points: FloatArray
    k: int
    letters: str
    start: str
    constraints: Constraints
    noise: bool
    fixed: bool
    weights: FloatArray | None
    seed: int

    def fit(self, name: str, iterations: int = STEPS) -> Trace:
        """Exactly so many iterations of an algorithm."""
        return fit(
            self.points,
            self.k,
            covariance=self.letters,
            algorithm=name,
            start=self.start,
            constraints=self.constraints,
            fixed_mean=np.zeros(self.points.shape[1]) if self.fixed else None,
            noise=self.noise,
            weights=self.weights,
            seed=self.seed,
            max_iterations=iterations,
            tolerance=0,
        )

    @property
    def sample(self) -> Sample:
        """The points as the core sees them."""
        return Sample.of(self.points, weights=self.weights)


@st.composite
def constraints(draw: st.DrawFn, k: int) -> Constraints:
    some = st.frozensets(st.integers(0, k - 1), max_size=k)
    return Constraints(
        weights=draw(some),
        means=draw(some),
        covariances=draw(some),
        shared_mean=draw(st.booleans()),
        equal_weights=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any family under any locks and ties, with and without noise, weights and a fixed mean."""
    d = draw(st.sampled_from([1, 2]))
    seed = draw(st.integers(0, 2**32 - 1))
    k = draw(st.integers(1, 4))
    n = draw(st.integers(3 * k, 80))
    points, _ = clusters(seed, n, d, k, apart=draw(st.sampled_from([0.0, 1.0, 5.0, 50.0])))
    weights = (
        np.random.default_rng(seed).integers(0, 4, size=n).astype(float) if draw(st.booleans()) else None
    )
    if weights is not None:
        weights[:k] += 1.0
    return Case(
        points,
        k,
        draw(st.sampled_from(LETTERS[d])),
        draw(st.sampled_from(["kmeans++", "random"])),
        draw(constraints(k)) if draw(st.booleans()) else Constraints(),
        draw(st.booleans()),
        draw(st.integers(0, 3)) == 0,
        weights,
        seed,
    )


def _slack(sample: Sample, *states: FitState) -> float:
    size = max(abs(state.objective) + abs(state.log_likelihood) for state in states)
    return 2 * sum(allowed_fall(sample, state) for state in states) + 1e-13 * size


@pytest.mark.parametrize("name", NAMES)
@given(case=cases())
def test_every_state_is_finite_and_a_distribution(name: str, case: Case) -> None:
    for state in case.fit(name):
        mixture = state.mixture
        for array in (mixture.weights, mixture.means, mixture.covariances):
            assert np.isfinite(array).all()
        assert np.isfinite([state.log_likelihood, state.objective, state.bound]).all()
        background = 0.0 if mixture.noise is None else mixture.noise.weight
        assert (mixture.noise is not None) == case.noise
        assert abs(mixture.weights.sum() + background - 1.0) < 1e-9
        assert (mixture.weights >= 0).all()
        assert background >= 0
        assert all(event.kind != "fell" for event in state.events)


@pytest.mark.parametrize("name", CLIMBERS)
@given(case=cases())
def test_what_is_guaranteed_never_falls(name: str, case: Case) -> None:
    """After the first M-step, since a start need not belong to the family; once the objective is settled."""
    sample = case.sample
    for before, after in pairwise(case.fit(name)):
        if before.iteration >= 1 and algorithm(name).settled(before.iteration):
            assert after.objective >= before.objective - _slack(sample, before, after)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("SQUAREM", "MAP")])
@given(case=cases())
def test_an_m_step_raises_the_bound(name: str, case: Case) -> None:
    """Q rises whatever the responsibilities are: soft, hard, drawn, tempered. (A prior may object.)"""
    sample = case.sample
    ready = case.fit(name, 1)[-1]
    states = [ready, *islice(half_steps(sample, ready), 6)]
    for before, after in pairwise(states):
        assert before.bound is not None
        assert after.bound is not None
        if after.stage is Stage.AFTER_M:
            assert after.bound >= before.bound - _slack(sample, before, after)
        assert after.bound <= after.log_likelihood + _slack(sample, after)


@pytest.mark.parametrize("name", NAMES)
@given(case=cases())
def test_what_is_locked_stays_bit_for_bit(name: str, case: Case) -> None:
    trace = case.fit(name, 6)
    ties, first = case.constraints, trace[0].standard
    for state in trace:
        now = state.standard
        for kind in ("weights", "means", "covariances"):
            chosen = sorted(getattr(ties, kind))
            assert np.array_equal(getattr(now, kind)[chosen], getattr(first, kind)[chosen]), kind
        if ties.shared_mean or case.fixed:
            assert (now.means == now.means[0]).all()
        if case.fixed:
            assert np.array_equal(now.means, first.means)
            np.testing.assert_allclose(state.mixture.means, 0.0, atol=1e-12 * np.abs(case.points).max())
        if ties.equal_weights:
            free = [component for component in range(case.k) if component not in ties.weights]
            assert np.ptp(now.weights[free]) <= 1e-15 if free else True


@pytest.mark.parametrize("name", NAMES)
@given(case=cases())
def test_the_log_likelihood_belongs_to_the_parameters(name: str, case: Case) -> None:
    assume(case.weights is None)
    for state in case.fit(name, 4):
        expected = log_likelihood(case.points, state.mixture)
        assert state.log_likelihood == pytest.approx(expected, rel=1e-9, abs=1e-9 * state.n)


@pytest.mark.parametrize("name", ["EM", "hard", "annealed", "MAP", "SQUAREM"])
@given(case=cases())
def test_a_weight_of_two_is_the_row_twice(name: str, case: Case) -> None:
    """From the same start; SQUAREM may take another leap where rounding decides, so it gets one cycle."""
    assume(case.weights is not None)
    first = case.fit(name, 0)[0]
    assume(np.linalg.eigvalsh(first.standard.covariances).min() > 1e-3)
    heavy, light = (_continue(case, name, first, weights=w) for w in (case.weights, None))
    for one, other in zip(heavy, light, strict=True):
        assume(np.linalg.eigvalsh(other.standard.covariances).min() > 1e-3)
        assume(min(other.expectation.moments.counts) > 0.5)
        assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-7, abs=1e-7)
        assert one.objective == pytest.approx(other.objective, rel=1e-7, abs=1e-7)
        assert_same_mixture(one.mixture, other.mixture, 1e-5)


def _continue(case: Case, name: str, first: FitState, weights: FloatArray | None) -> Trace:
    """Two iterations from the same mixture, with row weights or with the rows repeated."""
    points = case.points if weights is not None else np.repeat(case.points, case.weights.astype(int), axis=0)
    return fit(
        points,
        covariance=case.letters,
        algorithm=name,
        start=first.mixture,
        constraints=case.constraints,
        noise=case.noise,
        weights=weights,
        seed=case.seed,
        max_iterations=2,
        tolerance=0,
    )


@pytest.mark.parametrize("name", NAMES)
@given(case=cases())
def test_back_and_forward_gives_the_same_bits(name: str, case: Case) -> None:
    """Randomness is a value: a step from the same state is the same step."""
    sample = case.sample
    state = case.fit(name, 2)[-1]
    once, again = (list(islice(half_steps(sample, state), 3)) for _ in range(2))
    for one, other in zip(once, again, strict=True):
        assert np.array_equal(one.standard.means, other.standard.means)
        assert one.log_likelihood == other.log_likelihood


def test_the_bound_meets_the_log_likelihood_only_in_em(one_of: Callable[[str], FitState]) -> None:
    for name in NAMES:
        state = one_of(name)
        assert state.divergence is not None
        if name in ("EM", "MAP", "SQUAREM"):
            assert state.divergence == 0.0
        else:
            assert state.divergence > 1e-6


@pytest.fixture
def one_of() -> Callable[[str], FitState]:
    points, _ = clusters(3, 60, 2, 3, apart=1.5)

    def make(name: str) -> FitState:
        return e_step(fit(points, 3, algorithm=name, max_iterations=1, tolerance=0)[-1])

    return make
