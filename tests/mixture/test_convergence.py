"""Stopping: Aitken's estimate, the reasons, and what is said on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, Sample, Stage, StopReason, fit
from gmmviewer.mixture.convergence import (
    PARAMETER_TOLERANCE,
    StopRule,
    parameter_change,
    progress_after,
    rounding,
)
from gmmviewer.mixture.em import m_step
from gmmviewer.mixture.events import Empty, Event, Fell, Floored, Plateau
from gmmviewer.mixture.state import FitState, Progress
from tests.mixture.helpers import EPS, clusters, events_of, old_faithful


def _state() -> FitState:
    return fit([1.0, 2.0, 4.0, 8.0], 1, max_iterations=0)[0]


def _progress(previous: float | None, gain: float, slack: float = 0.0) -> Progress:
    """The progress of a step with this gain after one with the previous gain."""
    state = replace(_state(), progress=Progress(gain=previous))
    return progress_after(state, state.standard, gain, slack)


# ------------------------------------------------------------------ Aitken


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 0.99])
def test_the_limit_of_a_geometric_sequence_is_exact(rate: float) -> None:
    """After gains 1, a the rest is a² + a³ + … = a·a/(1−a)."""
    progress = _progress(1.0, rate)
    rest = rate * rate / (1 - rate)
    assert progress.gain == pytest.approx(rate, rel=1e-12)
    assert progress.remaining == pytest.approx(rest, rel=1e-9)


@pytest.mark.parametrize("rate", [0.3, 0.9])
def test_it_is_exact_along_a_whole_curve(rate: float) -> None:
    limit = -50.0
    values = [limit - rate**t for t in range(12)]
    state = _state()
    for t, (before, value) in enumerate(pairwise(values), start=1):
        progress = progress_after(state, state.standard, value - before, 1e-12)
        if t > 1:
            assert progress.remaining == pytest.approx(limit - value, rel=1e-3)
        state = replace(state, progress=progress)


def test_nothing_is_known_after_one_step() -> None:
    assert _state().progress == Progress()
    assert _progress(None, 1.0).remaining is None


def test_growing_gains_promise_no_end() -> None:
    assert _progress(0.5, 0.6).remaining == np.inf
    assert _progress(0.5, 0.5).remaining == np.inf


@pytest.mark.parametrize("gain", [0.0, 1e-13, -1e-13, -1.0])
def test_a_gain_within_rounding_leaves_nothing(gain: float) -> None:
    assert _progress(0.5, gain, slack=2e-13).remaining == 0.0
    assert _progress(None, gain, slack=2e-13).remaining == 0.0


def test_it_sees_what_the_change_of_one_step_does_not() -> None:
    """Stopping at the first gain below 1e-3 loses a hundred times that where EM is slow."""
    points = np.concatenate([np.random.default_rng(1).normal(m, 1.0, size=300) for m in (0.0, 1.7)])
    trace = fit(points, 2, covariance="V", tolerance=1e-4, max_iterations=3000)
    naive = next(
        state for state in trace[2:] if state.progress.gain is not None and state.progress.gain < 1e-3
    )
    ours = fit(points, 2, covariance="V", max_iterations=3000)
    assert ours.stop_reason is StopReason.CONVERGED
    assert trace.log_likelihood - ours.log_likelihood < 1e-2
    assert trace.log_likelihood - naive.log_likelihood > 5e-2


# ------------------------------------------------------------------ how far parameters move


def test_the_change_is_relative_to_each_parameter() -> None:
    old = Mixture([0.5, 0.5], [0.0, 1000.0], [4.0, 1e-8])
    assert parameter_change(old, old) == 0.0
    assert parameter_change(old, Mixture([0.5, 0.5], [0.2, 1000.0], [4.0, 1e-8])) == pytest.approx(0.1)
    assert parameter_change(old, Mixture([0.5, 0.5], [0.0, 1000.0 + 1e-5], [4.0, 1e-8])) == pytest.approx(0.1)
    assert parameter_change(old, Mixture([0.5, 0.5], [0.0, 1000.0], [4.4, 1e-8])) == pytest.approx(0.1)
    assert parameter_change(old, Mixture([0.5, 0.5], [0.0, 1000.0], [4.0, 1.2e-8])) == pytest.approx(0.2)
    assert parameter_change(old, Mixture([0.55, 0.45], [0.0, 1000.0], [4.0, 1e-8])) == pytest.approx(0.1)


@pytest.mark.parametrize("matrix", [np.diag([1e3, 1e-3]), np.array([[1.0, 2.0], [0.0, 0.5]])])
def test_the_change_of_a_mean_has_no_units(matrix: np.ndarray) -> None:
    old, new = fit(old_faithful(), 2, tolerance=0, max_iterations=2)[1:]
    changes = []
    for transform in (np.eye(2), matrix):
        both = [
            Mixture(
                s.mixture.weights,
                s.mixture.means @ transform.T,
                transform @ old.mixture.covariances @ transform.T,
            )
            for s in (old, new)
        ]
        changes.append(parameter_change(*both))
    assert changes[1] == pytest.approx(changes[0], rel=1e-9)


# ------------------------------------------------------------------ rounding


def test_rounding_is_what_the_specification_says() -> None:
    points = clusters(0, 100, 2, 2)[0]
    sample = Sample.of(points)
    state = fit(sample, 1, covariance="spherical", max_iterations=3)[-1]
    mixture = state.standard
    mean_size = float(np.abs(state.expectation.log_likelihood) / 100)
    sigmas = float(np.abs(sample.columns).max() / np.sqrt(mixture.covariances[0, 0, 0]))
    expected = 4 * EPS * 100 * (1 + state.expectation.mean_size + sigmas)
    assert rounding(sample, state.expectation, mixture) == pytest.approx(expected, rel=1e-12)
    assert state.expectation.mean_size >= mean_size


@pytest.mark.parametrize("factor", [1.0, 1e6, 1e12])
def test_rounding_does_not_depend_on_the_units_of_an_axis(factor: float) -> None:
    """Measured by eigenvalues it would hide a fall of 24 nats on data in metres and nanometres."""
    sample = Sample.of(old_faithful() * [factor, 1 / factor])
    state = fit(sample, 2, max_iterations=5)[-1]
    assert rounding(sample, state.expectation, state.standard) < 1e-9


def test_rounding_is_larger_only_for_slanted_needles_held_by_the_floor() -> None:
    line = np.linspace(0, 1, 50)
    slanted = fit(np.stack([line, 2 * line], axis=1), 1)[-1]
    straight = fit(np.stack([line, np.zeros(50)], axis=1), 1)[-1]
    for state, least, most in ((slanted, 1e-6, 1e-3), (straight, 0.0, 1e-8)):
        assert events_of([state]) == {"floored"}
        columns = (
            np.stack([line, 2 * line], axis=1) if state is slanted else np.stack([line, 0 * line], axis=1)
        )
        sample = Sample.of(columns)
        assert least <= rounding(sample, state.expectation, state.standard, [0]) <= most


# ------------------------------------------------------------------ the rule


@pytest.mark.parametrize(
    ("remaining", "change", "reason"),
    [
        (None, None, None),
        (0.009, 0.9e-4, StopReason.CONVERGED),
        (0.011, 0.9e-4, None),
        (0.009, 1.1e-4, None),
        (np.inf, 0.0, None),
        (0.0, 0.0, StopReason.CONVERGED),
    ],
)
def test_converged_needs_both_the_gain_and_the_parameters(
    remaining: float | None, change: float | None, reason: StopReason | None
) -> None:
    state = replace(_state(), progress=Progress(0.1, remaining, change))
    assert StopRule().reason(state) is reason


def test_the_rule_waits_for_the_e_step() -> None:
    state = replace(_state(), stage=Stage.AFTER_M, iteration=10_000, progress=Progress(0.0, 0.0, 0.0))
    assert StopRule().reason(state) is None
    assert StopRule().reason(replace(state, stage=Stage.AFTER_E)) is StopReason.CONVERGED


@pytest.mark.parametrize("most", [0, 1, 7])
def test_the_maximum_is_kept(most: int) -> None:
    trace = fit(old_faithful(), 3, max_iterations=most, tolerance=1e-12)
    assert trace.stop_reason is StopReason.MAX_ITERATIONS
    assert len(trace) == most + 1


@pytest.mark.parametrize("k", [1, 2])
def test_a_tolerance_of_zero_runs_all_iterations(k: int) -> None:
    trace = fit(old_faithful(), k, tolerance=0, max_iterations=60)
    assert trace.stop_reason is StopReason.MAX_ITERATIONS
    assert trace[-1].iteration == 60


def test_one_component_is_done_at_once() -> None:
    trace = fit(old_faithful(), 1)
    assert trace.stop_reason is StopReason.CONVERGED
    assert len(trace) <= 3


@pytest.mark.parametrize("letters", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("k", [2, 3])
def test_converged_is_within_the_tolerance_of_the_end(letters: str, k: int) -> None:
    ours = fit(old_faithful(), k, covariance=letters)
    end = fit(old_faithful(), k, covariance=letters, tolerance=1e-7)
    assert ours.stop_reason is StopReason.CONVERGED
    assert end.log_likelihood - ours.log_likelihood < 1e-2
    change = ours[-1].progress.parameter_change
    assert change is not None
    assert change < PARAMETER_TOLERANCE


def test_reasons_are_told_apart() -> None:
    assert len({reason.value for reason in StopReason}) == len(StopReason) == 5


# ------------------------------------------------------------------ events


def test_a_flat_curve_with_more_to_come_is_a_plateau() -> None:
    points = np.concatenate([np.random.default_rng(3).normal(m, 1.0, size=200) for m in (0.0, 1.0)])
    trace = fit(points, 2, covariance="V", tolerance=0, max_iterations=400)
    plateaus = [(state, event) for state in trace for event in state.events if event.kind == "plateau"]
    assert plateaus
    for state, event in plateaus:
        assert state.progress.gain is not None
        assert 0 < state.progress.gain < 1e-2
        assert event.amount == state.progress.remaining
        assert event.amount > 1e-2
        assert StopRule().reason(state) is None


def test_a_fall_is_reported_with_its_size() -> None:
    """Only broken mathematics can make one: here the state before claims a nat too much."""
    sample = Sample.of(old_faithful())
    honest = fit(sample, 2, tolerance=0, max_iterations=30)[-1]
    claim = replace(honest.expectation, objective=honest.expectation.objective + 1.0)
    boastful = replace(honest, expectation=claim)
    after = m_step(sample, boastful)
    (event,) = after.events
    assert event.kind == "fell"
    assert event.amount == pytest.approx(1.0, abs=1e-9)
    assert after.progress.remaining == 0.0


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Floored(2), ["Component 3", "floor", "fewer components"]),
        (Empty(0), ["Component 1", "no point", "fewer components"]),
        (Fell(amount=0.1234), ["fell by 0.123 nats", "report"]),
        (Plateau(amount=2.345), ["flat", "2.3 nats"]),
        (Floored(), ["A component"]),
    ],
)
def test_events_say_what_happened_and_what_to_do(event: Event, words: list[str]) -> None:
    for word in words:
        assert word in event.message


def test_the_kinds_of_events_differ() -> None:
    assert {kind.kind for kind in (Floored, Empty, Fell, Plateau)} == {"floored", "empty", "fell", "plateau"}
