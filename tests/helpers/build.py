"""Builders of points, states and snapshots, all computed with the real core. No Qt in this module."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.em import e_step, m_step, start_state
from gmmviewer.mixture.starts import starting_mixture
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Snapshot


@cache
def points(n: int = 60, d: int = 2, k: int = 3, seed: int = 1, apart: float = 6.0) -> PointSet:
    """n points in k round clusters, about ``apart`` standard deviations from each other."""
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % k
    centres = generator.normal(scale=apart, size=(k, d))
    return PointSet.of(centres[labels] + generator.normal(size=(n, d)), name=f"{k} clusters", truth=labels)


def no_points(d: int = 2) -> PointSet:
    """An empty sheet."""
    return PointSet.of(np.empty((0, d)), name="empty")


def start(data: PointSet, k: int = 2, family: str = "VVV", seed: int = 1) -> FitState:
    """The start of EM, as the model thread makes it."""
    covariance = ModelChoice(k, family).family(data.d)
    mixture = starting_mixture(data.sample, k, covariance, "kmeans++", np.random.default_rng(seed))
    return start_state(data.sample, mixture, covariance)


def half(data: PointSet, state: FitState) -> FitState:
    """The next half-step."""
    return m_step(data.sample, state) if state.stage is Stage.AFTER_E else e_step(state)


def trace(
    data: PointSet, k: int = 2, family: str = "VVV", halves: int = 0, seed: int = 1
) -> tuple[FitState, ...]:
    """The start and the half-steps after it."""
    states = [start(data, k, family, seed)]
    for _ in range(halves):
        states.append(half(data, states[-1]))
    return tuple(states)


def snapshot(data: PointSet | None = None, **model: Any) -> Snapshot:
    """A snapshot that waits for its start; keywords are those of ModelChoice."""
    return Snapshot(Document(points() if data is None else data, ModelChoice(**model)))


def stepped(data: PointSet | None = None, halves: int = 0, **model: Any) -> Snapshot:
    """A snapshot with a start and some half-steps behind it, the last one shown."""
    sheet = points() if data is None else data
    choice = ModelChoice(**model)
    states = trace(sheet, choice.k, choice.covariance, halves, choice.seed)
    return Snapshot(Document(sheet, choice, states), cursor=halves)


def fitted(data: PointSet | None = None, k: int = 2, family: str = "VVV", iterations: int = 3) -> Snapshot:
    """A snapshot after so many iterations, each an M-step and the E-step that completes it."""
    return stepped(data, halves=1 + 2 * iterations, k=k, covariance=family)
