"""Padlocks: which parameters of which components stay where they are, through everything but the hand.

``Constraints`` knows which components are locked. What a locked parameter *is* comes from the parameters on
screen: a new start takes it over from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.constraints import NOBODY, Components, Constraints
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import FIRST_NOISE

KINDS = ("weights", "means", "covariances")
LEAST_LEFT = 1e-3  # of the whole: what locked weights leave must be worth sharing


def locked(constraints: Constraints) -> dict[str, Components]:
    """Which components are locked, by the kind of parameter."""
    return {kind: getattr(constraints, kind) for kind in KINDS}


def has_locks(constraints: Constraints) -> bool:
    """Whether any parameter is locked."""
    return any(getattr(constraints, kind) for kind in KINDS)


def toggled(constraints: Constraints, kind: str, components: Components) -> Constraints:
    """One kind of parameter of some components locked, or free if all of these were locked."""
    before = locked(constraints)
    if components <= before[kind]:
        return _with(constraints, {**before, kind: before[kind] - components})
    return _with(constraints, {**before, kind: before[kind] | components})


def with_all(constraints: Constraints, components: Components, *, shut: bool) -> Constraints:
    """Everything of some components locked, or free."""
    before = locked(constraints)
    return _with(constraints, {k: v | components if shut else v - components for k, v in before.items()})


def all_locked(constraints: Constraints, components: Components) -> bool:
    """Whether every parameter of these components is locked."""
    return all(components <= getattr(constraints, kind) for kind in KINDS)


def unlocked(constraints: Constraints) -> Constraints:
    """The same ties without any lock."""
    return _with(constraints, dict.fromkeys(KINDS, NOBODY))


def within(constraints: Constraints, k: int) -> Constraints:
    """Without the locks of components that are gone when there are K."""
    present = frozenset(range(k))
    return _with(constraints, {kind: who & present for kind, who in locked(constraints).items()})


def without(constraints: Constraints, gone: Components, freed: Components = NOBODY) -> Constraints:
    """When components ``gone`` leave, those after them move up with their locks; ``freed`` lose theirs."""

    def moved(components: Components) -> Components:
        return frozenset(k - sum(other < k for other in gone) for k in components - gone - freed)

    return _with(constraints, {kind: moved(who) for kind, who in locked(constraints).items()})


def fitting(constraints: Constraints, k: int, noise: bool, held: Mixture | None) -> Constraints:
    """The locks that a new start with K components can keep, whose locked values are those of ``held``.

    Weights stay locked only while they leave something to the components that are free and to the noise.
    """
    kept = unlocked(constraints) if held is None else within(constraints, min(k, held.n_components))
    if held is None or not kept.weights:
        return kept
    taken = float(held.weights[sorted(kept.weights)].sum()) + (FIRST_NOISE if noise else 0.0)
    room = len(kept.weights) < k and taken <= 1.0 - LEAST_LEFT
    return kept if room else replace(kept, weights=NOBODY)


def with_held(
    start: Mixture, held: Mixture | None, constraints: Constraints, *, renumber: bool = True
) -> Mixture:
    """The start, with everything locked as it is in ``held`` (both in standard units).

    ``renumber``: a locked component takes the place of the one nearest to it, which takes over its number,
    so that the places that a new start has found are not lost.
    """
    if held is None or not has_locks(constraints):
        return start
    if renumber:
        start = _numbered_like(start, held, constraints)
    weights, means, covariances = start.weights.copy(), start.means.copy(), start.covariances.copy()
    for who, new, old in (
        (sorted(constraints.means), means, held.means),
        (sorted(constraints.covariances), covariances, held.covariances),
    ):
        new[who] = old[who]
    background = 0.0 if start.noise is None else start.noise.weight
    weights = _with_locked_weights(weights, held.weights, sorted(constraints.weights), 1.0 - background)
    return Mixture(weights, means, covariances, start.noise)


def _with_locked_weights(weights: FloatArray, held: FloatArray, shut: list[int], whole: float) -> FloatArray:
    if not shut:
        return weights
    free = np.setdiff1d(np.arange(len(weights)), shut)
    left = whole - float(held[shut].sum())
    total = float(weights[free].sum())
    weights[shut] = held[shut]
    weights[free] = weights[free] * (left / total) if total > 0 else left / max(len(free), 1)
    return weights


def _numbered_like(start: Mixture, held: Mixture, constraints: Constraints) -> Mixture:
    """The start with other numbers: each component with a locked mean stands where the nearest stood."""
    order = np.arange(start.n_components)
    for k in sorted(constraints.means):
        candidates = [i for i in range(len(order)) if i >= k or i not in constraints.means]
        gaps = ((start.means[order[candidates]] - held.means[k]) ** 2).sum(axis=1)
        nearest = candidates[int(gaps.argmin())]
        order[[k, nearest]] = order[[nearest, k]]
    return start.permuted(order)


def _with(constraints: Constraints, who: Mapping[str, Components]) -> Constraints:
    """The same ties with these locks."""
    weights, means, covariances = (who[kind] for kind in KINDS)
    return replace(constraints, weights=weights, means=means, covariances=covariances)
