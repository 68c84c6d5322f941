"""The M-step: parameters that maximise Q(θ) under given responsibilities (Bishop 2006, eqs. 9.17–9.22).

It sees the points only through their moments. Locks and ties restrict it, a prior adds to the moments, and
each part (weights; means; covariances about the new means) is maximised in turn, so that Q never falls.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.events import Empty, Event, Floored, Identical
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample

EMPTY_SHARE = 1e-8  # of all points; a component with less has nothing to be estimated from
EMPTY_COUNT = 1e-3  # points
SAME = 1e-9  # of σ; components closer than this have the same responsibilities for good


def maximise(moments: Moments, old: Mixture, plan: Plan, sample: Sample) -> tuple[Mixture, tuple[Event, ...]]:
    """New parameters from moments, in standard units, and what there is to report."""
    k = old.n_components
    prior = plan.prior(sample, k)
    informed = moments if prior is None else prior.informed(moments)
    alive = informed.counts >= _least_count(sample)
    if not alive.any():
        return old, tuple(Empty(component) for component in range(k))
    ties = plan.ties
    means = ties.new_means(informed, old, alive)
    scatters = informed.scatters if means is informed.means else informed.scatters_about(means)
    counts = informed.counts if prior is None else moments.counts + prior.strength
    about = Moments(counts, means, scatters)
    covariances, held = _new_covariances(about, old, plan, sample, alive)
    shares = moments.counts if prior is None else moments.counts + (prior.concentration - 1.0)
    weights, background = ties.new_weights(shares, moments.noise, old)
    noise = None if old.noise is None else Noise(background, old.noise.log_density)
    new = Mixture(weights, means, covariances, noise)
    events = (*floored_events(held), *(Empty(int(c)) for c in np.flatnonzero(~alive)), *identical_events(new))
    return new, events


def _least_count(sample: Sample) -> float:
    """Below this n_k a component is empty."""
    one_point = min(1.0, sample.total / max(sample.n, 1))
    return max(EMPTY_SHARE * sample.total, EMPTY_COUNT * one_point)


def _new_covariances(
    about: Moments, old: Mixture, plan: Plan, sample: Sample, alive: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Covariances (K, d, d) from moments about the new means, and which ones the floor held (K,)."""
    k = old.n_components
    locked = plan.ties.locked("covariances", k)
    free = alive & ~locked
    held = np.zeros(k, dtype=bool)
    if free.all():
        return plan.family.estimate(about, plan.floor_of(sample), old.covariances)
    covariances = old.covariances.copy()
    if free.any():
        estimated, low = plan.family.estimate(about.only(free), plan.floor_of(sample), old.covariances[free])
        covariances[free], held[free] = estimated, low
        if plan.family.pooled:
            covariances[~locked] = estimated[0]
    return covariances, held


def floored_events(held: BoolArray) -> tuple[Event, ...]:
    """An event for each component (K,) that the floor holds."""
    return tuple(Floored(int(component)) for component in np.flatnonzero(held))


def identical_events(mixture: Mixture) -> tuple[Event, ...]:
    """An event for each component that equals an earlier one: EM stands on a saddle and cannot part them."""
    return tuple(Identical(later, other=earlier) for earlier, later in _identical_pairs(mixture))


def _identical_pairs(mixture: Mixture) -> Iterator[tuple[int, int]]:
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    places = np.sort(mixture.means[:, 0])
    if (places[1:] - places[:-1] > SAME * deviations.max()).all():
        return  # the ordinary case, for a tenth of the time
    gaps = np.abs(mixture.means[:, None] - mixture.means[None])
    near = np.asarray((gaps <= SAME * deviations).all(axis=2))
    near[np.tril_indices(len(near))] = False
    if not near.any():
        return
    seen: set[int] = set()
    for earlier, later in zip(*(axis.tolist() for axis in np.nonzero(near)), strict=True):
        one, other = mixture.covariances[earlier], mixture.covariances[later]
        both_used = mixture.weights[earlier] > 0 and mixture.weights[later] > 0
        if later not in seen and both_used and (np.abs(one - other) <= SAME * np.abs(one).max()).all():
            seen.add(later)
            yield earlier, later
