"""Where EM begins. Each start is a function of the sample, K and a random generator, listed in ``STARTS``.

Named starts put the means on data points and give every component the same weight and a K-th of the
data's volume: far enough from the answer that the first iterations have something to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.expectation import Cancelled, ShouldStop, never
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.moments import Moments, frozen_moments, moments_of_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample

Start: TypeAlias = "str | Mixture | ArrayLike"
FARTHEST = 1e100  # standard units; beyond this a squared distance in σ may overflow


@dataclass(frozen=True)
class NamedStart:
    """A way to choose K starting means: ``choose(…)`` gives (K, d) in standard units."""

    name: str
    title: str
    summary: str
    choose: Callable[[Sample, int, np.random.Generator, ShouldStop], FloatArray]


def kmeans_plus_plus(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> FloatArray:
    """Data points chosen far apart: each with probability ∝ squared distance to the nearest one so far.

    Arthur & Vassilvitskii 2007; distances with every axis in units of its own standard deviation, so that
    the choice does not depend on the units of the columns.
    """
    spread = np.sqrt(np.where(sample.variances > 0, sample.variances, 1.0))
    scaled = sample.columns / spread[:, None]
    chosen = [int(generator.integers(sample.n))]
    nearest = _squared_distances(scaled, chosen[0])
    while len(chosen) < k:
        if should_stop():
            raise Cancelled
        cumulative = np.cumsum(nearest)
        if cumulative[-1] > 0:
            pick = int(np.searchsorted(cumulative, generator.random() * cumulative[-1], side="right"))
            chosen.append(min(pick, sample.n - 1))
        else:  # fewer distinct points than components
            chosen.append(int(generator.integers(sample.n)))
        np.minimum(nearest, _squared_distances(scaled, chosen[-1]), out=nearest)
    return sample.columns[:, chosen].T


def random_points(
    sample: Sample, k: int, generator: np.random.Generator, _should_stop: ShouldStop = never
) -> FloatArray:
    """K different data points, each as likely as any other."""
    return sample.columns[:, generator.choice(sample.n, size=k, replace=False)].T


STARTS: tuple[NamedStart, ...] = (
    NamedStart("kmeans++", "k-means++", "data points far from each other", kmeans_plus_plus),
    NamedStart("random", "Random points", "any data points, each as likely as any other", random_points),
)


def named_start(name: str) -> NamedStart:
    """The start with this name; ``ValueError`` lists the names there are."""
    for candidate in STARTS:
        if candidate.name == name:
            return candidate
    raise ValueError(f"unknown start '{name}'; use one of {', '.join(s.name for s in STARTS)}")


def starting_mixture(
    sample: Sample,
    k: int | None,
    covariance: CovarianceFamily,
    start: Start,
    generator: np.random.Generator,
    should_stop: ShouldStop = never,
) -> Mixture:
    """The parameters of iteration 0, in standard units. ``ValueError`` with advice, or ``Cancelled``."""
    if sample.n == 0:
        raise ValueError("there are no points to fit; draw some or open a file")
    if isinstance(start, Mixture):
        return _given_mixture(sample, k, start)
    if isinstance(start, str):
        means = named_start(start).choose(sample, _checked_k(k, sample.n), generator, should_stop)
        return _from_points(sample, means, covariance)
    return from_labels(sample, k, covariance, np.asarray(start))


def from_labels(sample: Sample, k: int | None, covariance: CovarianceFamily, labels: ArrayLike) -> Mixture:
    """An M-step on one-hot responsibilities: one integer label per point."""
    given = np.asarray(labels)
    if given.shape != (sample.n,):
        raise ValueError(f"{given.size} labels for {sample.n} points; give one integer per point")
    if given.dtype.kind not in "iubf" or not (np.isfinite(given) & (given == np.round(given))).all():
        raise ValueError("labels must be whole numbers")
    index = _zero_based(given, k)
    n_components = int(index.max()) + 1 if k is None else k
    moments = moments_of_labels(sample.columns, index, n_components, sample.weights)
    covariances, _ = covariance.estimate(moments, sample.floor)
    return Mixture(moments.counts / moments.total, moments.means, covariances)


def _zero_based(labels: NDArray[np.generic], k: int | None) -> IntArray:
    """Labels as 0…K−1, every one of them used."""
    names, index = np.unique(labels, return_inverse=True)
    if k is not None and len(names) != k:
        raise ValueError(f"the labels name {len(names)} groups, not K = {k}; every component needs a point")
    return np.asarray(index, dtype=np.int64)


def _given_mixture(sample: Sample, k: int | None, mixture: Mixture) -> Mixture:
    if mixture.n_dimensions != sample.d:
        raise ValueError(f"the starting mixture has {mixture.n_dimensions} dimensions, the points {sample.d}")
    if k is not None and mixture.n_components != k:
        raise ValueError(f"the starting mixture has {mixture.n_components} components, not K = {k}")
    if np.abs(mixture.means - sample.units.centre).max() > FARTHEST * sample.units.scale:
        raise ValueError("a starting mean is too far from the points for its distance to be squared")
    return sample.units.standardise_mixture(mixture)


def _checked_k(k: int | None, n: int) -> int:
    if k is None:
        raise ValueError("say how many components: k = 1, 2, …")
    if k < 1:
        raise ValueError(f"K = {k} makes no mixture; use at least one component")
    if k > n:
        raise ValueError(f"K = {k} components need at least {k} points, there are {n}; use fewer components")
    return k


def _from_points(sample: Sample, means: FloatArray, covariance: CovarianceFamily) -> Mixture:
    k = len(means)
    covariances, _ = covariance.estimate(_equal_shares(sample, means), sample.floor)
    return Mixture(np.full(k, 1.0 / k), means, covariances)


def _equal_shares(sample: Sample, means: FloatArray) -> Moments:
    """Moments as if every component held n/K points with a K-th of the volume of all data."""
    k = len(means)
    share = sample.n / k
    scatter = share * sample.covariance / k ** (2.0 / sample.d)
    return frozen_moments(np.full(k, share), means, np.repeat(scatter[None], k, axis=0))


def _squared_distances(columns: FloatArray, index: int) -> FloatArray:
    return np.asarray(((columns - columns[:, index, None]) ** 2).sum(axis=0))
