"""What the tests of the mixture core share: data, checks that hold for every fit, reference results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gmmviewer.mixture import FitState, Mixture, Sample, Stage, e_step, m_step
from gmmviewer.mixture.arrays import FloatArray

EPS = float(np.finfo(np.float64).eps)
REFERENCE = Path(__file__).parents[1] / "reference"


@cache
def reference(name: str) -> dict[str, Any]:
    """A file of ``tests/reference`` without its ending."""
    with (REFERENCE / f"{name}.json").open(encoding="utf-8") as file:
        return dict(json.load(file))


@cache
def old_faithful() -> FloatArray:
    """272 eruptions: minutes and waiting time."""
    data = np.array(reference("old_faithful_2d")["data"], dtype=np.float64)
    data.flags.writeable = False
    return data


def clusters(
    seed: int, n: int, d: int, k: int, apart: float = 4.0, grid: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """n points in k round-ish clusters and their labels, every cluster with its share of the points."""
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % k
    centres = generator.normal(scale=apart, size=(k, d))
    shapes = np.eye(d) + 0.4 * generator.uniform(-1, 1, size=(k, d, d))
    points = centres[labels] + np.einsum("nij,nj->ni", shapes[labels], generator.normal(size=(n, d)))
    if grid is not None:
        points = np.round(points / grid) * grid
    return points, labels


def half_steps(sample: Sample, state: FitState) -> Iterator[FitState]:
    """The states that follow, half-step by half-step, without end."""
    while True:
        state = m_step(sample, state) if state.stage is Stage.AFTER_E else e_step(state)
        yield state


def conditioning(sample: Sample, mixture: Mixture) -> float:
    """ρ = max_kj R_j² (Σ_k⁻¹)_jj: how many σ of a component fit into the data, squared; free of units."""
    if sample.n == 0:
        return 0.0
    radii = np.abs(sample.columns).max(axis=1)
    roots = np.linalg.inv(mixture.cholesky)
    return float((radii**2 * (roots**2).sum(axis=1)).max())


def allowed_fall(sample: Sample, state: FitState) -> float:
    """τ: how far rounding alone may take the log-likelihood down at this state, in nats.

    Where the floor holds, the log-likelihood has a slope in Σ, and Σ itself is only stored to eps·ρ.
    """
    rho = conditioning(sample, state.standard)
    floor = np.sqrt(sample.floor.variances)
    relative = np.linalg.eigvalsh(state.standard.covariances / floor[:, None] / floor)
    held = bool((relative[:, 0] < 1 + 1e-5).any()) or any(event.kind == "floored" for event in state.events)
    size = 1 + state.expectation.mean_size + np.sqrt(rho) + abs(state.log_likelihood) / max(state.n, 1)
    return 4 * EPS * sample.n * float(size) + (EPS * sample.n * rho if held else 0.0)


def assert_monotone(sample: Sample, states: Iterable[FitState]) -> None:
    """The log-likelihood never falls by more than rounding explains."""
    before: FitState | None = None
    for state in states:
        if before is not None:
            slack = allowed_fall(sample, state) + allowed_fall(sample, before)
            fall = before.log_likelihood - state.log_likelihood
            assert fall <= slack, f"iteration {state.iteration} fell by {fall:.3g}, allowed is {slack:.3g}"
        before = state


def assert_sound(sample: Sample, states: Iterable[FitState]) -> None:
    """Every state is finite, is a distribution and respects the floor; the curve is monotone."""
    states = list(states)
    root = np.sqrt(sample.floor.variances)
    for state in states:
        mixture = state.mixture
        for array in (mixture.weights, mixture.means, mixture.covariances):
            assert np.isfinite(array).all()
        assert np.isfinite(state.log_likelihood)
        assert (mixture.weights >= 0).all()
        assert abs(mixture.weights.sum() - 1.0) < 1e-12
        relative = np.linalg.eigvalsh(state.standard.covariances / root[:, None] / root)
        trust = (
            1e-5 + 8 * EPS * relative[:, -1]
        )  # a stored thin matrix knows its small eigenvalue to eps·λ_max
        assert (relative[:, 0] >= 1 - trust).all()
        assert all(event.kind != "fell" for event in state.events)
    assert_monotone(sample, states)


def assert_same_mixture(one: Mixture, other: Mixture, tolerance: float) -> None:
    """Weights, means in units of σ, and covariances in units of themselves agree within ``tolerance``."""
    sizes = np.sqrt(np.diagonal(other.covariances, axis1=1, axis2=2))
    np.testing.assert_allclose(one.weights, other.weights, rtol=tolerance, atol=1e-300)
    assert np.abs((one.means - other.means) / sizes).max() <= tolerance
    relative = (one.covariances - other.covariances) / (sizes[:, :, None] * sizes[:, None, :])
    assert np.abs(relative).max() <= tolerance


def events_of(states: Iterable[FitState]) -> set[str]:
    """The kinds of all events in these states."""
    return {event.kind for state in states for event in state.events}
