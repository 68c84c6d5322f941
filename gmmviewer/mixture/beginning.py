"""The parameters of iteration 0: a start, made to suit the plan.

Where all components share one mean, K different places make no start. The named starts then choose among
*distances* from that mean, on a logarithmic axis, and so find K scales instead of K places.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.families import family
from gmmviewer.mixture.moments import Moments, moments_of_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import Start, starting_mixture
from gmmviewer.mixture.starts.choosing import FARTHEST
from gmmviewer.mixture.stopping import ShouldStop, never

NEAREST = 1e-3  # of the median distance; a point at the centre itself has no logarithm


def beginning(
    sample: Sample,
    k: int | None,
    plan: Plan,
    start: Start,
    generator: np.random.Generator,
    fixed_mean: ArrayLike | None = None,
    should_stop: ShouldStop = never,
) -> Mixture:
    """The mixture (standard units) to begin with; ``fixed_mean`` (d,) in data units.

    Raises ``ValueError`` with advice for choices that make no start, ``Cancelled`` when told to stop.
    """
    centre = _centre(sample, fixed_mean)
    if isinstance(start, str) and plan.ties.shared_mean and sample.n > 0:
        mixture = _concentric(sample, k, plan, start, generator, centre, should_stop)
    else:
        mixture = starting_mixture(sample, k, plan.family, start, generator, should_stop)
        if fixed_mean is not None:
            mixture = _moved_to(mixture, centre)
    return mixture if isinstance(start, Mixture) else plan.with_noise(mixture, sample)


def _concentric(
    sample: Sample,
    k: int | None,
    plan: Plan,
    start: str,
    generator: np.random.Generator,
    centre: FloatArray,
    should_stop: ShouldStop,
) -> Mixture:
    """K components about one centre, each with the points at its distance."""
    folded = Sample.of(np.log(_distances(sample, centre)), weights=sample.weights)
    places = starting_mixture(folded, k, family("V", 1), start, generator, should_stop)
    labels = _by_nearest(folded.columns[0], places.means[:, 0])
    moments = moments_of_labels(sample.columns, labels, places.n_components, sample.weights)
    means = np.repeat(centre[None], places.n_components, axis=0)
    about = Moments(moments.counts, means, moments.scatters_about(means))
    covariances, _ = plan.family.estimate(about, plan.floor_of(sample))
    return Mixture(moments.counts / moments.total, means, covariances)


def _centre(sample: Sample, fixed_mean: ArrayLike | None) -> FloatArray:
    if fixed_mean is None:
        return sample.mean
    place = np.atleast_1d(np.asarray(fixed_mean, dtype=np.float64))
    if place.shape != (sample.d,):
        raise ValueError(f"the fixed mean has {place.size} coordinates, the points {sample.d}")
    if not np.isfinite(place).all():
        raise ValueError("the fixed mean must be finite numbers")
    centre = sample.units.standardise(place)
    if np.abs(centre).max() > FARTHEST:
        raise ValueError("the fixed mean is too far from the points for its distance to be squared")
    return centre


def _moved_to(mixture: Mixture, centre: FloatArray) -> Mixture:
    means = np.repeat(centre[None], mixture.n_components, axis=0)
    return Mixture(mixture.weights, means, mixture.covariances, mixture.noise)


def _distances(sample: Sample, centre: FloatArray) -> FloatArray:
    """How far each point is from the centre, (n,), every axis in units of its spread, never zero."""
    spread = np.sqrt(np.where(sample.variances > 0, sample.variances, 1.0))
    distances = np.sqrt((((sample.columns - centre[:, None]) / spread[:, None]) ** 2).sum(axis=0))
    return np.asarray(np.maximum(distances, NEAREST * (float(np.median(distances)) or 1.0)))


def _by_nearest(folded: FloatArray, places: FloatArray) -> IntArray:
    """The nearest of the places for each value, (n,), in the order of the places; all of them are used."""
    ordered = np.sort(places)
    labels = np.searchsorted((ordered[1:] + ordered[:-1]) / 2, folded)
    if len(np.unique(labels)) == len(places):
        return np.asarray(labels, dtype=np.int64)
    ranks = np.argsort(np.argsort(folded, kind="stable"), kind="stable").astype(np.int64)
    return np.asarray(ranks * len(places) // len(folded))  # equal distances: as many for each
