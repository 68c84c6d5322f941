"""Data and models that break pictures, each as a snapshot with half-steps behind it. No Qt in this module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.session import edits
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.work.requests import AdvanceRequest, next_request, serve

HALVES = 5  # E M E M E: a step with changed labels, trails and echoes behind it


def answered(snapshot: Snapshot) -> Snapshot:
    """What it is when the model thread has done everything that was asked of it."""
    while (request := next_request(snapshot)) is not None:
        answer = serve(request, lambda: False)
        if isinstance(request, AdvanceRequest):
            done = len(answer.states) if request.counted else 0
            snapshot = edits.append_states(request.base, answer.states, halves_done=done)(snapshot)
        elif answer.states:
            snapshot = edits.evaluated(request.document, answer.states[0])(snapshot)
        else:
            snapshot = edits.failed(request.document, str(answer.failure))(snapshot)
    return snapshot


def stepped(points: PointSet, halves: int = HALVES, *changes: Edit, **model: Any) -> Snapshot:
    """These points under this model after so many half-steps."""
    covariance = model.pop("covariance", "VVV" if points.d == 2 else "V")
    snapshot = answered(Snapshot(Document(points, ModelChoice(covariance=covariance, **model))))
    for change in changes:
        snapshot = answered(change(snapshot))
    return answered(edits.want_halves(halves)(snapshot))


def groups(n: int = 90, d: int = 2, k: int = 3, seed: int = 3) -> FloatArray:
    """n numbers (n, d) in k groups."""
    generator = np.random.default_rng(seed)
    return np.asarray(5.0 * generator.normal(size=(k, d))[np.arange(n) % k] + generator.normal(size=(n, d)))


def known(values: ArrayLike, k: int = 3, **more: Any) -> PointSet:
    """Points with classes, some of which nobody knows."""
    places = np.asarray(values, dtype=np.float64)
    truth = np.arange(len(places)) % k
    truth[::7] = -1
    return PointSet.of(places, truth=truth, name="strange", **more)


def given(weights: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> Edit:
    """These parameters (data units), as if somebody had typed them."""
    return edits.adopt(Mixture(weights, means, covariances))


def _outlier(d: int, size: float) -> FloatArray:
    return np.concatenate([groups(d=d), np.full((1, d), size)])


def _line(noise: float) -> FloatArray:
    generator = np.random.default_rng(1)
    along = generator.normal(size=60)
    return np.stack([along, 2 * along + 1 + noise * generator.normal(size=60)], axis=1)


def _counted(d: int) -> PointSet:
    weights = np.arange(90.0) % 4  # a quarter of the rows does not count at all
    return replace(known(groups(d=d), weights=weights), weighted_by="times")


def _plane(weights: ArrayLike, covariances: ArrayLike) -> Snapshot:
    """Three components in the groups with these covariances, one E-step after they were typed."""
    change = given(weights, [[2.0, -2.5], [-2.0, -1.0], [10.0, -13.0]], covariances)
    return stepped(known(groups()), 0, change)


def _on_line(weights: ArrayLike, variances: ArrayLike) -> Snapshot:
    return stepped(known(groups(d=1)), 0, given(weights, [0.0, 5.0, -5.0], variances))


EYE = np.eye(2)
ROUND = [EYE, EYE, EYE]

PLANE: dict[str, Callable[[], Snapshot]] = {
    "no points": lambda: Snapshot(Document(PointSet.of(np.empty((0, 2))))),
    "one point": lambda: stepped(known([[3.0, -1e5]]), k=1),
    "two points": lambda: stepped(known([[1.0, 2.0], [3.0, 5.0]], k=2), k=2),
    "two points, before any E-step": lambda: stepped(known([[1.0, 2.0], [3.0, 5.0]], k=2), 0, k=2),
    "a component for every point": lambda: stepped(known(groups(20)), k=20),
    "all equal": lambda: stepped(known(np.full((100, 2), [0.1, 7e8])), k=2),
    "all at the origin": lambda: stepped(known(np.zeros((100, 2))), k=1),
    "two distinct points": lambda: stepped(known(np.repeat([[1.0, 2.0], [3.0, 1.0]], 50, axis=0)), k=2),
    "a lattice": lambda: stepped(known([[i % 3, i // 3 % 3] for i in range(90)]), k=4),
    "integers": lambda: stepped(known(np.round(3.0 * groups())), k=3),
    "1e9 ± 1": lambda: stepped(known(1e9 + groups() / 10), k=3),
    "far from the origin": lambda: stepped(known(groups() + np.array([1.6e9, -1e12])), k=3),
    "time stamps": lambda: stepped(known(groups() * [1e-6, 1.0] + np.array([1.7e9, 0.0])), k=2),
    "the smallest spread": lambda: stepped(known(groups() * 1e-139), k=3),
    "the largest values": lambda: stepped(known(groups() * 5e148), k=3),
    "one axis tiny beside the other": lambda: stepped(known(groups() * [1e9, 1e-9]), k=3),
    "one axis vanishes beside the other": lambda: stepped(known(groups() * [1e100, 1e-100]), k=3),
    "denormal numbers on one axis": lambda: stepped(known(groups() * [1.0, 0.0] + [0.0, 1e-310]), k=2),
    "collinear": lambda: stepped(known(_line(0.0)), k=3),
    "collinear but for 1e-9": lambda: stepped(known(_line(1e-9)), k=3),
    "a constant column": lambda: stepped(known(groups() * [1.0, 0.0] + [0.0, 0.1]), k=2),
    "an outlier at 1e8": lambda: stepped(known(_outlier(2, 1e8)), k=3),
    "an outlier at 1e30": lambda: stepped(known(_outlier(2, 1e30)), k=2),
    "groups 1e6 σ apart": lambda: stepped(known(np.concatenate([groups(40), 1e6 + groups(40)])), k=2),
    "fifty components": lambda: stepped(known(groups(120, k=50), k=50), 3, k=50),
    "weights of zero": lambda: _plane([0.0, 1.0, 0.0], ROUND),
    "a collapsed component": lambda: _plane([0.3, 0.3, 0.4], [1e-18 * EYE, EYE, EYE]),
    "a needle": lambda: _plane([0.3, 0.3, 0.4], [np.diag([1e12, 1e-6]), EYE, EYE]),
    "a needle across": lambda: _plane([0.3, 0.3, 0.4], [[[1.0, 1.0], [1.0, 1.0 + 1e-12]], EYE, EYE]),
    "a giant": lambda: _plane([0.3, 0.3, 0.4], [1e60 * EYE, EYE, EYE]),
    "identical components": lambda: stepped(
        known(groups()), 3, given([0.5, 0.5], [[1.0, 1.0]] * 2, [EYE, EYE])
    ),
    "a ghost": lambda: stepped(
        known(groups()), 3, given([0.5, 0.5], [[0.0, 0.0], [1e6, 1e6]], [4 * EYE, EYE])
    ),
    "noise": lambda: stepped(known(_outlier(2, 60.0)), k=3, noise=True),
    "weighted rows": lambda: stepped(_counted(2), k=3),
    "hard": lambda: stepped(known(groups()), k=3, algorithm="hard"),
    "drawn": lambda: stepped(known(groups()), k=3, algorithm="stochastic"),
    "annealed": lambda: stepped(known(groups()), k=3, algorithm="annealed"),
    "a scale mixture": lambda: stepped(known(groups()), k=3, covariance="scale-isotropic"),
    "a scale mixture about a data point": lambda: stepped(
        known(groups()), k=3, covariance="scale-scaled", fixed_mean=tuple(groups()[5])
    ),
    "bands of a scale mixture": lambda: stepped(known(groups()), k=3, covariance="scale-free"),
}

LINE: dict[str, Callable[[], Snapshot]] = {
    "no points": lambda: Snapshot(Document(PointSet.of(np.empty((0, 1))), ModelChoice(covariance="V"))),
    "one point": lambda: stepped(known([[3.0]]), k=1),
    "two points": lambda: stepped(known([[1.0], [2.0]], k=2), k=2),
    "two points, before any E-step": lambda: stepped(known([[1.0], [2.0]], k=2), 0, k=2),
    "a component for every point": lambda: stepped(known(groups(20, 1)), k=20),
    "all equal": lambda: stepped(known(np.full((100, 1), 7e8)), k=2),
    "all at the origin": lambda: stepped(known(np.zeros((100, 1))), k=1),
    "two distinct values": lambda: stepped(known(np.repeat([[1.0], [2.0]], 50, axis=0)), k=2),
    "half zeros": lambda: stepped(known(groups(d=1) * (np.arange(90) % 2)[:, None]), k=3),
    "integers": lambda: stepped(known(np.round(groups(d=1))), k=3),
    "1e9 ± 1": lambda: stepped(known(1e9 + groups(d=1) / 10), k=3),
    "1e12 and a thousandth": lambda: stepped(known(1e12 + groups(d=1) / 1e3), k=2),
    "the smallest spread": lambda: stepped(known(groups(d=1) * 1e-139), k=3),
    "the largest values": lambda: stepped(known(groups(d=1) * 5e148), k=3),
    "an outlier at 1e8": lambda: stepped(known(_outlier(1, 1e8)), k=3),
    "an outlier at 1e30": lambda: stepped(known(_outlier(1, 1e30)), k=2),
    "groups 1e6 σ apart": lambda: stepped(known(np.concatenate([groups(40, 1), 1e6 + groups(40, 1)])), k=2),
    "fifty components": lambda: stepped(known(groups(120, 1, k=50), k=50), 3, k=50),
    "weights of zero": lambda: _on_line([0.0, 1.0, 0.0], [1.0, 1.0, 1.0]),
    "a collapsed component": lambda: _on_line([0.3, 0.3, 0.4], [1e-18, 1.0, 1.0]),
    "a giant": lambda: _on_line([0.3, 0.3, 0.4], [1e60, 1.0, 1.0]),
    "identical components": lambda: stepped(known(groups(d=1)), 3, given([0.5, 0.5], [1.0, 1.0], [4.0, 4.0])),
    "a ghost": lambda: stepped(known(groups(d=1)), 3, given([0.5, 0.5], [0.0, 1e6], [25.0, 1.0])),
    "noise": lambda: stepped(known(_outlier(1, 60.0)), k=3, noise=True),
    "weighted rows": lambda: stepped(_counted(1), k=3),
    "hard": lambda: stepped(known(groups(d=1)), k=3, algorithm="hard"),
    "drawn": lambda: stepped(known(groups(d=1)), k=3, algorithm="stochastic"),
    "annealed": lambda: stepped(known(groups(d=1)), k=3, algorithm="annealed"),
    "a scale mixture": lambda: stepped(known(groups(d=1)), k=3, covariance="scale", fixed_mean=(0.0,)),
    "a scale mixture about a data point": lambda: stepped(
        known(groups(d=1)), k=3, covariance="scale", fixed_mean=tuple(groups(d=1)[5])
    ),
}


@cache
def strange(d: int, name: str) -> Snapshot:
    """The snapshot of this name, made once."""
    return (PLANE if d == 2 else LINE)[name]()
