"""Starts that put the means on data points, each component with an equal share of everything else."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts.shares import equal_shares
from gmmviewer.mixture.stopping import ShouldStop, check, never


def points_far_apart(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> Moments:
    """Equal shares about the points of ``kmeans_plus_plus``."""
    return equal_shares(sample, kmeans_plus_plus(sample, k, generator, should_stop))


def points_at_random(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> Moments:
    """Equal shares about the points of ``random_points``."""
    return equal_shares(sample, random_points(sample, k, generator, should_stop))


def kmeans_plus_plus(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> FloatArray:
    """K data points, (K, d): each with probability ∝ weight × squared distance to the nearest one so far.

    Arthur & Vassilvitskii 2007; distances with every axis in units of its own standard deviation, so that
    the choice does not depend on the units of the columns. Without distances left, ∝ weight.
    """
    chosen = [_any_row(sample, generator)]
    nearest = np.full(sample.n, np.inf)
    while len(chosen) < k:
        _nearer(sample, chosen[-1], nearest, should_stop)
        odds = np.cumsum(nearest if sample.weights is None else nearest * sample.weights)
        # no odds left: fewer distinct points than components
        chosen.append(drawn_index(odds, generator) if odds[-1] > 0 else _any_row(sample, generator))
    return sample.columns[:, chosen].T


def random_points(
    sample: Sample, k: int, generator: np.random.Generator, _should_stop: ShouldStop = never
) -> FloatArray:
    """K different rows, (K, d): each as likely as any other, or ∝ weight."""
    return sample.columns[:, different_rows(sample, k, generator)].T


def different_rows(sample: Sample, count: int, generator: np.random.Generator) -> IntArray:
    """The numbers of ``count`` different rows drawn ∝ weight, none of weight 0."""
    odds = None if sample.weights is None else sample.weights / sample.total
    return np.asarray(generator.choice(sample.n, size=count, replace=False, p=odds))


def axis_spreads(sample: Sample) -> FloatArray:
    """The standard deviation of each axis, (d,); 1 where it is 0: the unit in which to compare distances."""
    return np.sqrt(np.where(sample.variances > 0, sample.variances, 1.0))


def _any_row(sample: Sample, generator: np.random.Generator) -> int:
    if sample.weights is None:
        return int(generator.integers(sample.n))
    return drawn_index(np.cumsum(sample.weights), generator)


def drawn_index(cumulative: FloatArray, generator: np.random.Generator) -> int:
    """An index drawn with odds whose cumulative sums are given; never one whose odds are 0."""
    place = generator.random() * cumulative[-1]
    last = np.searchsorted(cumulative, cumulative[-1])  # the product may be rounded up to the total
    return int(min(np.searchsorted(cumulative, place, side="right"), last))


def _nearer(sample: Sample, row: int, nearest: FloatArray, should_stop: ShouldStop) -> None:
    """Lower the squared distances ``nearest`` (n,) to those from one more point, where they are smaller."""
    spreads = axis_spreads(sample)[:, None]
    place = sample.columns[:, row, None] / spreads
    for block in blocks(sample.n, 1):
        check(should_stop)
        residuals = sample.columns[:, block] / spreads - place
        np.minimum(nearest[block], (residuals**2).sum(axis=0), out=nearest[block])
