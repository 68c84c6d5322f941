"""What EM must obey on any data: properties, not examples (``conftest.py`` sets how many)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gmmviewer.mixture import (
    STARTS,
    FitState,
    Mixture,
    Sample,
    Stage,
    Trace,
    component_log_densities,
    e_step,
    families,
    family,
    fit,
    log_density,
    log_likelihood,
    m_step,
    responsibilities,
    start_state,
    step,
)
from gmmviewer.mixture import joint as joint_module
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.expectation import expectation
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.stopping import Cancelled
from tests.mixture.helpers import allowed_fall, assert_same_mixture, assert_sound, clusters, half_steps

pytestmark = pytest.mark.timeout(3600)  # the long profile takes its time

LETTERS = {d: [member.letters for member in families(d)] for d in (1, 2)}
WAYS = [start.name for start in STARTS] + ["labels", "mixture"]


@dataclass(frozen=True)
class Case:
    """Data, a family and a start for ``fit``."""

    points: FloatArray
    k: int
    letters: str
    start: str | FloatArray | Mixture
    seed: int

    def fit(self, max_iterations: int, points: FloatArray | None = None) -> Trace:
        """Exactly so many iterations, on these or on transformed points."""
        return fit(
            self.points if points is None else points,
            self.k,
            covariance=self.letters,
            start=self.start,
            seed=self.seed,
            max_iterations=max_iterations,
            tolerance=0,
        )


def _start(way: str, points: FloatArray, labels: FloatArray, k: int, seed: int) -> str | FloatArray | Mixture:
    if way == "labels":
        return labels
    if way == "mixture":
        generator = np.random.default_rng(seed)
        means = points[generator.integers(len(points), size=k)] + generator.normal(size=(k, points.shape[1]))
        spread = max(float(points.var()), 1e-300) * generator.uniform(0.05, 1.0)
        covariances = np.repeat(spread * np.eye(points.shape[1])[None], k, axis=0)
        weights = generator.uniform(0.1, 1.0, size=k)
        return Mixture(weights / weights.sum(), means, covariances)
    return way


@st.composite
def any_cases(draw: st.DrawFn) -> Case:
    """Anything EM may meet: few points, many ties, overlap, separation, more components than clusters."""
    d = draw(st.sampled_from([1, 2]))
    seed = draw(st.integers(0, 2**32 - 1))
    k = draw(st.integers(1, 5))
    n = draw(st.integers(k, 70))
    grid = draw(st.sampled_from([None, None, 0.1, 1.0]))
    points, labels = clusters(seed, n, d, k, apart=draw(st.sampled_from([0.0, 1.0, 4.0, 100.0])), grid=grid)
    way = draw(st.sampled_from(WAYS))
    letters = draw(st.sampled_from(LETTERS[d]))
    return Case(points, k, letters, _start(way, points, labels, k, seed), seed)


@st.composite
def ordinary_cases(
    draw: st.DrawFn, d: int | None = None, letters: str | None = None, ways: tuple[str, ...] = tuple(WAYS)
) -> Case:
    """Continuous data with enough points for every component, so that no floor is met."""
    d = d or draw(st.sampled_from([1, 2]))
    seed = draw(st.integers(0, 2**32 - 1))
    k = draw(st.integers(1, 4))
    n = draw(st.integers(20 * k, 120))
    points, labels = clusters(seed, n, d, k, apart=draw(st.sampled_from([1.0, 3.0, 10.0])), grid=2.0**-10)
    way = draw(st.sampled_from(ways))
    chosen = letters or draw(st.sampled_from(LETTERS[d]))
    return Case(points, k, chosen, _start(way, points, labels, k, seed), seed)


def _well_conditioned(trace: Trace) -> bool:
    sizes = np.linalg.eigvalsh(trace[-1].standard.covariances)
    counts = trace[-1].standard.weights * trace[-1].n
    return bool(sizes.min() > 1e-4 and counts.min() > 0.5)


def _same_bits(one: Mixture, other: Mixture) -> bool:
    return (
        np.array_equal(one.weights, other.weights)
        and np.array_equal(one.means, other.means)
        and np.array_equal(one.covariances, other.covariances)
    )


# ------------------------------------------------------------------ every fit


@given(any_cases())
def test_every_fit_is_finite_monotone_and_above_the_floor(case: Case) -> None:
    assert_sound(Sample.of(case.points), case.fit(25))


@given(any_cases())
def test_a_fit_repeats_to_the_last_bit(case: Case) -> None:
    for one, other in zip(case.fit(8), case.fit(8), strict=True):
        assert _same_bits(one.mixture, other.mixture)
        assert one.log_likelihood == other.log_likelihood


@given(any_cases(), st.floats(1e-8, 1.0), st.integers(0, 60))
def test_a_fit_that_stops_says_why(case: Case, tolerance: float, most: int) -> None:
    trace = fit(
        case.points,
        case.k,
        covariance=case.letters,
        start=case.start,
        seed=case.seed,
        max_iterations=most,
        tolerance=tolerance,
    )
    assert [state.iteration for state in trace] == list(range(len(trace)))
    if trace.stop_reason.value == "converged":
        assert trace[-1].progress.remaining is not None
        assert trace[-1].progress.remaining < tolerance
    else:
        assert trace.stop_reason.value == "maximum iterations"
        assert trace[-1].iteration == most


@given(ordinary_cases())
def test_the_number_shown_belongs_to_the_parameters_shown(case: Case) -> None:
    sample = Sample.of(case.points)
    state = case.fit(0)[0]
    for half in islice(half_steps(sample, state), 8):
        expected = log_likelihood(case.points, half.mixture)
        assert half.log_likelihood == pytest.approx(expected, rel=1e-10, abs=1e-10 * half.n)


# ------------------------------------------------------------------ symmetries


@given(ordinary_cases(ways=("labels", "mixture")))
def test_relabelling_permutes(case: Case) -> None:
    order = np.random.default_rng(case.seed).permutation(case.k)
    first = case.fit(0)[0].mixture
    ours = replace(case, start=first).fit(10)
    other = replace(case, start=first.permuted(order)).fit(10)
    assume(_well_conditioned(ours))
    assert_same_mixture(other.mixture, ours.mixture.permuted(order), 1e-8)
    assert other.log_likelihood == pytest.approx(ours.log_likelihood, rel=1e-9, abs=1e-9)


def _moved(start: str | FloatArray | Mixture, offset: float) -> str | FloatArray | Mixture:
    """The same start for shifted data, its means rounded so that the shift is exact."""
    if not isinstance(start, Mixture):
        return start
    return Mixture(start.weights, np.round(start.means * 1024) / 1024 + offset, start.covariances)


@given(ordinary_cases())
def test_a_shift_changes_nothing_but_the_place(case: Case) -> None:
    """Not even bits: 1.6e9 (a time stamp in seconds) is a multiple of every scale these data may have."""
    ours = replace(case, start=_moved(case.start, 0.0)).fit(10)
    other = replace(case, start=_moved(case.start, 1.6e9)).fit(10, case.points + 1.6e9)
    for here, there in zip(ours, other, strict=True):
        assert _same_bits(here.standard, there.standard)
        assert here.log_likelihood == there.log_likelihood


@given(any_cases(), st.integers(-300, 300))
def test_a_power_of_two_changes_nothing_but_the_unit(case: Case, power: int) -> None:
    assume(np.ptp(case.points) > 0)
    factor = 2.0**power
    start = case.start
    if isinstance(start, Mixture):
        start = Mixture(start.weights, start.means * factor, start.covariances * factor * factor)
    ours = case.fit(10)
    other = replace(case, start=start).fit(10, case.points * factor)
    shift = case.points.size * math.log(factor)
    for here, there in zip(ours, other, strict=True):
        assert _same_bits(here.standard, there.standard)
        assert there.log_likelihood == pytest.approx(here.log_likelihood - shift, rel=1e-12, abs=1e-9)


@given(ordinary_cases(ways=("labels", "mixture")))
def test_every_point_twice_changes_only_the_log_likelihood(case: Case) -> None:
    twice = np.concatenate([case.points, case.points])
    start = case.start if isinstance(case.start, Mixture) else np.concatenate([case.start, case.start])
    ours, other = case.fit(10), replace(case, start=start).fit(10, twice)
    assume(_well_conditioned(ours))
    assert_same_mixture(other.mixture, ours.mixture, 1e-8)
    assert other.log_likelihood == pytest.approx(2 * ours.log_likelihood, rel=1e-9, abs=1e-9)


def _rotation(generator: np.random.Generator) -> FloatArray:
    angle = generator.uniform(0, 2 * np.pi)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _axis_scale(generator: np.random.Generator) -> FloatArray:
    return np.diag(10.0 ** generator.uniform(-3, 3, size=2))


def _shear(generator: np.random.Generator) -> FloatArray:
    return np.array([[1.0, generator.uniform(-2, 2)], [0.0, 1.0]])


Transformation = Callable[[np.random.Generator], FloatArray]
INVARIANCE: list[tuple[Transformation, str]] = [
    *(
        (_rotation, letters)
        for letters in ["EII", "VII", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"]
    ),
    *((_axis_scale, letters) for letters in ["EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVV", "VVV"]),
    *((_shear, letters) for letters in ["EEE", "VEE", "EVV", "VVV"]),
]


def _fit_and_transform(case: Case, transformation: Transformation) -> tuple[Trace, Trace, Mixture, float]:
    """The fit, the fit of the transformed data, the transform of the fit and its log-likelihood."""
    matrix = transformation(np.random.default_rng(case.seed))
    ours, other = case.fit(6), case.fit(6, case.points @ matrix.T)
    mixture = ours.mixture
    covariances = matrix @ mixture.covariances @ matrix.T
    symmetric = (covariances + covariances.transpose(0, 2, 1)) / 2
    expected = Mixture(mixture.weights, mixture.means @ matrix.T, symmetric)
    volume = len(case.points) * math.log(abs(np.linalg.det(matrix)))
    return ours, other, expected, ours.log_likelihood - volume


@pytest.mark.parametrize(("transformation", "letters"), INVARIANCE)
@given(data=st.data())
def test_the_invariance_table(transformation: Transformation, letters: str, data: st.DataObject) -> None:
    case = data.draw(ordinary_cases(d=2, letters=letters, ways=("labels",)))
    ours, other, expected, likelihood = _fit_and_transform(case, transformation)
    assume(_well_conditioned(ours))
    assert other.log_likelihood == pytest.approx(likelihood, rel=1e-9, abs=1e-8)
    assert_same_mixture(other.mixture, expected, 1e-7)


@pytest.mark.parametrize(
    ("transformation", "letters"),
    [(_rotation, "VVI"), (_axis_scale, "VII"), (_shear, "VVI"), (_shear, "VII")],
)
def test_the_invariance_table_says_no_more_than_is_true(transformation: Transformation, letters: str) -> None:
    points, labels = clusters(5, 60, 2, 2)
    _, other, _, likelihood = _fit_and_transform(Case(points, 2, letters, labels, 5), transformation)
    assert abs(other.log_likelihood - likelihood) > 1e-3


# ------------------------------------------------------------------ densities


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_a_density_integrates_to_one_on_a_line(seed: int, k: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = generator.uniform(0.3, 2.0, size=k)
    weights = generator.uniform(0.1, 1.0, size=k)
    mixture = Mixture(weights / weights.sum(), generator.uniform(-5, 5, size=k), sizes**2)
    grid = np.linspace(-30, 30, 401)  # half of the smallest σ apart: the trapezoid rule is exact to 1e-16
    assert np.exp(log_density(grid, mixture)).sum() * 60 / 400 == pytest.approx(1.0, abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_a_density_integrates_to_one_in_the_plane(seed: int, k: int) -> None:
    generator = np.random.default_rng(seed)
    factors = np.tril(generator.uniform(-0.5, 0.5, size=(k, 2, 2)))
    factors[:, [0, 1], [0, 1]] = generator.uniform(0.5, 1.0, size=(k, 2))
    weights = generator.uniform(0.1, 1.0, size=k)
    covariances = factors @ factors.transpose(0, 2, 1)
    mixture = Mixture(weights / weights.sum(), generator.uniform(-2, 2, size=(k, 2)), covariances)
    axis = np.linspace(-13, 13, 131)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert np.exp(log_density(grid, mixture)).sum() * 0.2**2 == pytest.approx(1.0, abs=1e-10)


@given(ordinary_cases())
def test_responsibilities_are_the_shares_of_the_density(case: Case) -> None:
    mixture = case.fit(2).mixture
    r = responsibilities(case.points, mixture)
    joint = component_log_densities(case.points, mixture)
    np.testing.assert_allclose(r.sum(axis=1), 1.0, rtol=1e-14)
    shares = np.exp(joint - log_density(case.points, mixture)[:, None])
    np.testing.assert_allclose(r, shares, rtol=1e-10, atol=1e-300)


# ------------------------------------------------------------------ half-steps


def _bound_and_divergence(points: FloatArray, source: Mixture, now: Mixture) -> tuple[float, float]:
    """L(q, θ) and KL(q ‖ p) as the sums they are defined by, with q the responsibilities under ``source``.

    Their logarithms are differences of log densities: log r may be far below the smallest log of a double.
    """
    joint = component_log_densities(points, now)
    log_q = component_log_densities(points, source) - log_density(points, source)[:, None]
    log_r = joint - log_density(points, now)[:, None]
    q = np.exp(log_q)
    return float((q * (joint - log_q)).sum()), float((q * (log_q - log_r)).sum())


@given(ordinary_cases())
def test_every_half_step_splits_the_log_likelihood(case: Case) -> None:
    """log p(X|θ) = L + KL; an E-step takes KL to zero, an M-step raises L; neither lowers it."""
    sample = Sample.of(case.points)
    state = case.fit(0)[0]
    bound = state.bound
    assert bound is not None
    for half in islice(half_steps(sample, state), 8):
        assert half.source is not None
        assert half.bound is not None
        assert half.divergence is not None
        slack = 1e-9 * (1 + abs(half.log_likelihood))
        direct, divergence = _bound_and_divergence(
            case.points, half.units.restore_mixture(half.source), half.mixture
        )
        assert half.bound == pytest.approx(direct, abs=slack)
        assert half.divergence == pytest.approx(divergence, abs=slack)
        assert half.log_likelihood == pytest.approx(half.bound + half.divergence, abs=slack)
        assert half.divergence >= -slack
        if half.stage is Stage.AFTER_E:
            assert half.divergence == 0.0
        assert half.bound >= bound - allowed_fall(sample, half) - 1e-12 * abs(bound)
        bound = half.bound


@given(any_cases())
def test_the_bound_never_falls_and_never_passes_the_log_likelihood(case: Case) -> None:
    """Also where the floor holds and components are empty."""
    sample = Sample.of(case.points)
    state = case.fit(0)[0]
    for before, after in pairwise(islice(half_steps(sample, state), 12)):
        assert before.bound is not None
        assert after.bound is not None
        slack = 2 * (allowed_fall(sample, before) + allowed_fall(sample, after))
        assert after.bound >= before.bound - slack
        assert after.bound <= after.log_likelihood + slack


@given(ordinary_cases())
def test_a_step_from_every_stage_is_the_same_chain(case: Case) -> None:
    sample = Sample.of(case.points)
    ready = case.fit(0)[0]
    start = start_state(sample, ready.standard, ready.family)
    assert start.stage is Stage.START
    assert start.bound is None
    assert start.divergence is None
    assert start.source is None
    with pytest.raises(ValueError, match="E-step first"):
        m_step(sample, start)
    expected = e_step(start)
    assert e_step(expected) is expected
    middle = m_step(sample, expected)
    assert middle.stage is Stage.AFTER_M
    assert middle.source is expected.standard
    with pytest.raises(ValueError, match="E-step first"):
        m_step(sample, middle)
    whole = e_step(middle)
    for state in (step(sample, start), step(case.points, expected), step(sample, middle)):
        assert state.stage is Stage.AFTER_E
        assert state.iteration == 1
        assert _same_bits(state.mixture, whole.mixture)
        assert state.log_likelihood == whole.log_likelihood


# ------------------------------------------------------------------ passes and blocks


@contextmanager
def _block_numbers(size: int) -> Iterator[None]:
    before = joint_module.BLOCK_NUMBERS
    joint_module.BLOCK_NUMBERS = size
    try:
        yield
    finally:
        joint_module.BLOCK_NUMBERS = before


def _big(d: int = 2) -> tuple[Sample, FitState]:
    points = clusters(3, 5000, d, 3)[0]
    sample = Sample.of(points)
    start = fit(sample, 3, covariance=family("full", d), max_iterations=0)[0]
    return sample, start


@pytest.mark.parametrize("d", [1, 2])
def test_the_size_of_the_blocks_does_not_matter(d: int) -> None:
    sample, start = _big(d)
    one = expectation(sample, start.standard)
    with _block_numbers(1):
        assert len(list(blocks(sample.n, 3))) == 5
        many = expectation(sample, start.standard)
    for name in ("log_likelihood", "entropy", "classification", "mean_size"):
        assert getattr(many, name) == pytest.approx(getattr(one, name), rel=1e-13)
    np.testing.assert_allclose(many.moments.counts, one.moments.counts, rtol=1e-13)
    np.testing.assert_allclose(many.moments.means, one.moments.means, atol=1e-13)
    np.testing.assert_allclose(many.moments.scatters, one.moments.scatters, rtol=1e-12, atol=1e-12 * sample.n)


@given(st.integers(0, 200_000), st.integers(1, 100))
def test_blocks_cover_every_point_once(n: int, k: int) -> None:
    ends = [0]
    for block in blocks(n, k):
        assert block.start == ends[-1]
        assert block.stop - block.start > 0
        ends.append(block.stop)
    assert ends[-1] == n


def test_a_pass_can_be_cancelled_before_every_block_and_nowhere_else() -> None:
    sample, start = _big()
    calls = 0

    def stop_at(call: int) -> Callable[[], bool]:
        def should_stop() -> bool:
            nonlocal calls
            calls += 1
            return calls == call

        return should_stop

    with _block_numbers(1):
        undisturbed = m_step(sample, start, stop_at(0))
        assert calls == 5
        for call in range(1, 6):
            calls = 0
            with pytest.raises(Cancelled):
                m_step(sample, start, stop_at(call))
            assert calls == call
        again = m_step(sample, start)
    assert _same_bits(again.mixture, undisturbed.mixture)
    assert again.log_likelihood == undisturbed.log_likelihood


def test_a_fit_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        fit([1.0, 2.0, 4.0], 1, should_stop=lambda: True)
