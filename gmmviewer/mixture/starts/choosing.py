"""A start by name, by labels or by parameters. Each named one is a function listed in ``STARTS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import IntArray
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.moments import Moments, moments_of_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts.hierarchical import hierarchical
from gmmviewer.mixture.starts.kmeans import kmeans
from gmmviewer.mixture.starts.partitions import quantiles, random_partition
from gmmviewer.mixture.starts.seeds import points_at_random, points_far_apart
from gmmviewer.mixture.stopping import ShouldStop, never

Start: TypeAlias = "str | Mixture | ArrayLike"
FARTHEST = 1e100  # standard units; beyond this a squared distance in σ may overflow


@dataclass(frozen=True)
class NamedStart:
    """A way to share out the points: ``choose(…)`` gives the moments of K components, none of them empty.

    What it chooses depends on the points, K and the generator alone, and a row of weight w counts like w
    rows. ``title`` and ``summary`` are for the chooser.
    """

    name: str
    title: str
    summary: str
    choose: Callable[[Sample, int, np.random.Generator, ShouldStop], Moments]


STARTS: tuple[NamedStart, ...] = (
    NamedStart("kmeans++", "k-means++", "data points far from each other", points_far_apart),
    NamedStart(
        "kmeans", "k-means", "the points nearest to the same mean, when the means have settled", kmeans
    ),
    NamedStart("random", "Random points", "any data points, each as likely as any other", points_at_random),
    NamedStart(
        "partition", "Random partition", "any point to any component: all begin alike", random_partition
    ),
    NamedStart(
        "quantiles", "Quantiles", "equal counts along x; in 2-D along the first principal axis", quantiles
    ),
    NamedStart("hierarchical", "Hierarchical", "the most alike groups merged until K are left", hierarchical),
)


def named_start(name: str) -> NamedStart:
    """The start with this name; ``ValueError`` lists the names there are."""
    for candidate in STARTS:
        if candidate.name == name:
            return candidate
    raise ValueError(f"unknown start '{name}'; use one of {', '.join(s.name for s in STARTS)}")


def starting_moments(
    sample: Sample,
    k: int | None,
    start: str,
    generator: np.random.Generator,
    should_stop: ShouldStop = never,
) -> Moments:
    """How a named start shares out the points, in standard units: Σ_k n_k = N, every n_k > 0.

    Raises ``ValueError`` with advice, or ``Cancelled``.
    """
    _check_points(sample)
    return named_start(start).choose(sample, _checked_k(k, sample), generator, should_stop)


def starting_mixture(
    sample: Sample,
    k: int | None,
    covariance: CovarianceFamily,
    start: Start,
    generator: np.random.Generator,
    should_stop: ShouldStop = never,
) -> Mixture:
    """The parameters of iteration 0, in standard units. ``ValueError`` with advice, or ``Cancelled``."""
    _check_points(sample)
    if isinstance(start, Mixture):
        return _given_mixture(sample, k, start)
    if isinstance(start, str):
        return _estimated(sample, covariance, starting_moments(sample, k, start, generator, should_stop))
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
    return _estimated(
        sample, covariance, moments_of_labels(sample.columns, index, n_components, sample.weights)
    )


def _estimated(sample: Sample, covariance: CovarianceFamily, moments: Moments) -> Mixture:
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


def _check_points(sample: Sample) -> None:
    if sample.n == 0:
        raise ValueError("there are no points to fit; draw some or open a file")


def _checked_k(k: int | None, sample: Sample) -> int:
    n = sample.n if sample.weights is None else int((sample.weights > 0).sum())
    if k is None:
        raise ValueError("say how many components: k = 1, 2, …")
    if k < 1:
        raise ValueError(f"K = {k} makes no mixture; use at least one component")
    if k > n:
        raise ValueError(f"K = {k} components need at least {k} points, there are {n}; use fewer components")
    return k
