"""Splitting, merging, dropping and adding components by hand: mixtures in, mixtures out.

Whatever an operation does not touch stays bit for bit, in its place: a new component comes last, so that
the colours of the others stay. The noise keeps its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.density import responsibilities_of_columns
from gmmviewer.mixture.divergences import merge_costs
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.stopping import ShouldStop, check, never

HALF_WAY = 0.5  # u of Richardson & Green: how far, in σ, the halves of a split move apart
TINY = 1e-300  # instead of a variance that underflows
NEARLY_NONE = 1e-8  # of all points: a component with less has no distribution to judge
CELLS = 256  # of equal probability: the resolution at which the fit of a component is judged


def split(mixture: Mixture, component: int, *, share: float = 0.5, distance: float = HALF_WAY) -> Mixture:
    """A component replaced by two along its main axis, with the same weight, mean and covariance together.

    The first has the ``share`` of the weight and stays in place, the second comes last. With λ the largest
    eigenvalue and v its axis, μ₁ = μ − u √(λ π₂/π₁) v, μ₂ = μ + u √(λ π₁/π₂) v, and both have Σ − u² λ v vᵀ
    (Richardson & Green 1997, with equal variances; Dellaportas & Papageorgiou 2006 for d > 1).
    ``share`` and ``distance`` u lie between 0 and 1; ``ValueError`` otherwise.
    """
    if not (0.0 < share < 1.0 and 0.0 < distance < 1.0):
        raise ValueError("the share and the distance of a split lie between 0 and 1")
    check_components(mixture, [component])
    weight, mean = mixture.weights[component], mixture.means[component]
    step, narrowed = _halves(mixture.covariances[component], distance)
    first = share * weight
    weights, means, covariances = _arrays(mixture)
    weights[component] = first
    means[component] = mean - step * np.sqrt((1.0 - share) / share)
    covariances[component] = narrowed
    new_mean = mean + step * np.sqrt(share / (1.0 - share))
    return replace(
        mixture,
        weights=np.append(weights, weight - first),
        means=np.vstack([means, new_mean]),
        covariances=np.concatenate([covariances, narrowed[None]]),
    )


def merge(mixture: Mixture, components: Sequence[int] | IntArray) -> Mixture:
    """Two or more components replaced by one with their weight, mean and covariance together.

    It stands where the first of them (by number) stood. Components of weight 0 count alike if all are.
    """
    members = check_components(mixture, components)
    if len(members) < 2:
        raise ValueError("merging takes at least two components")
    weight, mean, covariance = together(mixture, members)
    weights, means, covariances = _arrays(mixture)
    weights[members[0]], means[members[0]], covariances[members[0]] = weight, mean, covariance
    keep = np.setdiff1d(np.arange(mixture.n_components), members[1:])
    return replace(mixture, weights=weights[keep], means=means[keep], covariances=covariances[keep])


def together(mixture: Mixture, components: Sequence[int] | IntArray) -> tuple[float, FloatArray, FloatArray]:
    """Weight, mean (d,) and covariance (d, d) of some components taken as one group."""
    members = np.asarray(components, dtype=np.int64)
    weights = mixture.weights[members]
    total = float(weights.sum())
    shares = weights / total if total > 0 else np.full(len(members), 1.0 / len(members))
    base = mixture.means[members[0]]  # means far from the origin keep their digits
    shifts = mixture.means[members] - base
    centre = shares @ shifts
    away = shifts - centre
    covariance = (
        shares[:, None, None] * (mixture.covariances[members] + away[:, :, None] * away[:, None, :])
    ).sum(axis=0)
    return total, base + centre, (covariance + covariance.T) / 2


def prune(mixture: Mixture, components: int | Sequence[int] | IntArray) -> Mixture:
    """The mixture without some components; the weights of the others grow to the same sum.

    Raises ``ValueError`` when none would be left.
    """
    members = check_components(
        mixture, [components] if isinstance(components, (int, np.integer)) else components
    )
    keep = np.setdiff1d(np.arange(mixture.n_components), members)
    if len(keep) == 0:
        raise ValueError("a mixture needs at least one component; merge or move them instead")
    weights = rescaled(mixture.weights[keep], float(mixture.weights.sum()))
    return replace(mixture, weights=weights, means=mixture.means[keep], covariances=mixture.covariances[keep])


def duplicate(mixture: Mixture, component: int) -> Mixture:
    """Two components in place of one, each with half its weight; the density stays the same."""
    check_components(mixture, [component])
    weights, means, covariances = _arrays(mixture)
    weights[component] /= 2
    return replace(
        mixture,
        weights=np.append(weights, weights[component]),
        means=np.vstack([means, means[component]]),
        covariances=np.concatenate([covariances, covariances[component][None]]),
    )


def add(mixture: Mixture, weight: float, mean: ArrayLike, covariance: ArrayLike) -> Mixture:
    """The mixture with one more component (last); the others make room in proportion to their weights.

    ``mean`` (d,) and ``covariance`` (d, d), plain numbers in one dimension. Raises ``ValueError`` for a
    weight that leaves nothing to the others, and for what makes no Gaussian.
    """
    total, d = float(mixture.weights.sum()), mixture.n_dimensions
    if not 0.0 <= weight < total:
        raise ValueError(f"the weight of a new component must be at least 0 and below {total:.6g}")
    return replace(
        mixture,
        weights=np.append(rescaled(mixture.weights, total - weight), weight),
        means=np.vstack([mixture.means, np.reshape(mean, (1, d))]),
        covariances=np.concatenate([mixture.covariances, np.reshape(covariance, (1, d, d))]),
    )


def largest(mixture: Mixture) -> int:
    """The component with the largest weight; the first of equal ones."""
    return int(mixture.weights.argmax())


def closest_pair(mixture: Mixture) -> tuple[int, int]:
    """The two components that merge at the smallest loss (see ``merge_costs``), lower number first."""
    k = mixture.n_components
    if k < 2:
        raise ValueError("one component alone has nothing to merge with")
    first, second = divmod(int(merge_costs(mixture).argmin()), k)
    return min(first, second), max(first, second)


def misfits(sample: Sample, mixture: Mixture, should_stop: ShouldStop = never) -> FloatArray:
    """How far each component is from the points it is responsible for, (K,), between 0 and 1.

    Along every principal axis of Σ_k, the largest difference between the distribution function of the
    points, each counting r_ik, and that of the component, at the ``CELLS`` quantiles; the worst axis counts.
    Where the mixture is right it tends to 0 however much the components overlap; 0 for an empty component.
    ``mixture`` in standard units. Raises ``Cancelled`` when told to stop.
    """
    from scipy.special import ndtr

    _, axes = np.linalg.eigh(mixture.covariances)
    spreads = np.sqrt(np.einsum("kij,kia,kja->ka", mixture.covariances, axes, axes).clip(TINY))
    directions = axes / spreads[:, None, :]
    k, d = mixture.means.shape
    counts = np.zeros((d, k * CELLS))
    rows = CELLS * np.arange(k)[:, None]
    for block in blocks(sample.n, mixture.n_rows):
        check(should_stop)
        part = sample.columns[:, block]
        r = responsibilities_of_columns(part, mixture)[:k]
        if sample.weights is not None:
            r = r * sample.weights[block]
        residuals = part - mixture.means[:, :, None]
        for axis in range(d):
            z = np.einsum("ki,kib->kb", directions[:, :, axis], residuals)
            cells = rows + np.minimum((CELLS * ndtr(z)).astype(np.int64), CELLS - 1)
            counts[axis] += np.bincount(cells.ravel(), r.ravel(), k * CELLS)
    below = np.cumsum(counts.reshape(d, k, CELLS), axis=-1)
    totals = below[..., -1:]
    shares = np.divide(below, totals, out=np.zeros_like(below), where=totals > 0)
    gaps = np.abs(shares - np.arange(1, CELLS + 1) / CELLS).max(axis=-1).max(axis=0)
    return np.asarray(np.where(totals[0, :, 0] > NEARLY_NONE * sample.total, gaps, 0.0))


def worst_fitting(sample: Sample, mixture: Mixture, should_stop: ShouldStop = never) -> int:
    """The component that promises most from being split: the largest π_k · misfit_k², nats in proportion."""
    return int((mixture.weights * misfits(sample, mixture, should_stop) ** 2).argmax())


def check_components(mixture: Mixture, components: Sequence[int] | IntArray) -> IntArray:
    """The components in rising order, each once; ``ValueError`` for numbers there are not."""
    members = np.unique(np.asarray(components, dtype=np.int64))
    if len(members) == 0 or members[0] < 0 or members[-1] >= mixture.n_components:
        raise ValueError(f"components are numbered 0…{mixture.n_components - 1}")
    return members


def rescaled(weights: FloatArray, total: float) -> FloatArray:
    """Weights in the same proportions with the given sum; equal ones where there is nothing to scale."""
    old = float(weights.sum())
    if old > 0:
        return np.asarray(weights * (total / old))
    return np.full(len(weights), total / max(len(weights), 1))


def _arrays(mixture: Mixture) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Parameters one may write to."""
    return mixture.weights.copy(), mixture.means.copy(), mixture.covariances.copy()


def _halves(covariance: FloatArray, distance: float) -> tuple[FloatArray, FloatArray]:
    """u √λ v and Σ − u² λ v vᵀ; v points along its larger coordinate, so that the halves have an order."""
    values, vectors = np.linalg.eigh(covariance)
    axis = vectors[:, -1] * np.sign(vectors[np.abs(vectors[:, -1]).argmax(), -1])
    step = distance * np.sqrt(values[-1]) * axis
    return step, covariance - step[:, None] * step
