"""Squared extrapolation (SQUAREM: Varadhan & Roland 2008): from three points of EM's path to one far ahead.

With r = θ₁ − θ₀ and v = (θ₂ − θ₁) − r, θ = θ₀ − 2αr + α²v and α = −|r| / |v|; α = −1 is θ₂ itself. Done in
coordinates without walls: log π, μ in σ, and a chart of the covariances in which the family is flat.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample

LONGEST = 256.0  # largest −α
TINY_WEIGHT = 1e-300


@dataclass(frozen=True, eq=False)
class Leap:
    """``mixture``: where the extrapolation leads, None where it leads nowhere; ``rate``: the factor by which
    the gain of an iteration shrinks, None where the path says nothing."""

    mixture: Mixture | None
    rate: float | None


def leap(path: tuple[Mixture, Mixture, Mixture], plan: Plan, sample: Sample) -> Leap:
    """Extrapolate three successive mixtures of EM (standard units)."""
    deviations = np.sqrt(np.diagonal(path[1].covariances, axis1=1, axis2=2))
    logs = np.stack([_log_weights(mixture) for mixture in path])
    means = np.stack([mixture.means for mixture in path])
    charts = _charts(path, plan)
    parts = (logs, means, charts)
    lengths = (logs, means / deviations, charts)  # compared with each other: means in σ
    first = _length(part[1] - part[0] for part in lengths)
    second = _length(part[2] - part[1] for part in lengths)
    bend = _length(part[2] - 2.0 * part[1] + part[0] for part in lengths)
    if not 0.0 < first < np.inf or bend == 0.0:
        return Leap(None, None)
    rate = min(second / first, 1.0) ** 2
    alpha = -min(first / bend, LONGEST)
    if alpha >= -1.0:
        return Leap(None, rate)
    far = [p[0] - 2.0 * alpha * (p[1] - p[0]) + alpha**2 * (p[2] - 2.0 * p[1] + p[0]) for p in parts]
    return Leap(_mixture(far[0], far[1], far[2], path[2], plan, sample), rate)


def _charts(path: tuple[Mixture, Mixture, Mixture], plan: Plan) -> FloatArray:
    """Coordinates of the covariances that are not locked: the others need not belong to the family."""
    free = ~plan.ties.locked("covariances", path[0].n_components)
    if not free.any():
        return np.zeros((len(path), 0))
    return plan.family.chart(np.stack([mixture.covariances[free] for mixture in path]))


def _log_weights(mixture: Mixture) -> FloatArray:
    background = 0.0 if mixture.noise is None else mixture.noise.weight
    return np.asarray(np.log(np.maximum(np.append(mixture.weights, background), TINY_WEIGHT)))


def _length(differences: Iterable[FloatArray]) -> float:
    return math.sqrt(sum(float((difference**2).sum()) for difference in differences))


def _mixture(
    logs: FloatArray, means: FloatArray, charts: FloatArray, near: Mixture, plan: Plan, sample: Sample
) -> Mixture | None:
    """The mixture at these coordinates, locked parameters as in ``near``; None if it is none or too thin.

    Locked means need no care: what has not moved is not moved by extrapolation, bit for bit.
    """
    ties, k = plan.ties, near.n_components
    covariances = near.covariances.copy()
    with np.errstate(all="ignore"):
        if charts.size:
            covariances[~ties.locked("covariances", k)] = plan.family.unchart(charts)
        shares = np.exp(logs - logs.max())
    if not (np.isfinite(covariances).all() and np.isfinite(means).all() and np.isfinite(shares).all()):
        return None
    if plan.floor_of(sample).clip_full(covariances)[1].any():
        return None
    background = 0.0 if near.noise is None else float(shares[k])
    weights, background = ties.new_weights(shares[:k], background, near)
    noise = None if near.noise is None else Noise(background, near.noise.log_density)
    try:
        return Mixture(weights, means, covariances, noise)
    except ValueError:  # not positive definite: the leap went over an edge
        return None
