"""Shares of the data: what a start hands to the first M-step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.moments import Moments, frozen_moments, moments_of_labels
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.stopping import ShouldStop, check
from gmmviewer.mixture.sums import PartSums, Sums


def equal_shares(sample: Sample, means: FloatArray) -> Moments:
    """Moments as if each of K components held N/K points about its mean, with a K-th of the data's volume.

    ``means`` (K, d) in standard units. Far enough from the answer that the first iterations have something
    to show.
    """
    k = len(means)
    share = sample.total / k
    return frozen_moments(np.full(k, share), means, np.repeat(share * _smaller(sample, k)[None], k, axis=0))


def repeated_shares(sample: Sample, places: FloatArray, k: int) -> Moments:
    """Equal shares about K of the different ``places`` (m, d), spread evenly over their order.

    Where there are fewer than K, each is taken about K/m times.
    """
    return equal_shares(sample, places[np.arange(k) * len(places) // k])


def distinct(columns: FloatArray, weights: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """The different points among columns (d, n), in order, (d, m), and how much of each there is, (m,).

    Points of weight 0 are not there.
    """
    if weights is not None:
        columns, weights = columns[:, weights > 0], weights[weights > 0]
    order = np.lexsort(columns[::-1])
    arranged = columns[:, order]
    fresh = np.ones(arranged.shape[1], dtype=bool)
    fresh[1:] = (arranged[:, 1:] != arranged[:, :-1]).any(axis=0)
    masses = np.bincount(np.cumsum(fresh) - 1, None if weights is None else weights[order])
    return arranged[:, fresh], masses.astype(np.float64)


def moments_in_groups(
    columns: FloatArray,
    weights: FloatArray | None,
    k: int,
    labels_of: Callable[[slice], IntArray],
    should_stop: ShouldStop,
) -> Moments:
    """Moments of K groups: ``labels_of(block)`` says once, block by block, where the points belong.

    ``columns`` (d, n), ``weights`` (n,) or None. A group that nobody belongs to has the count 0.
    """
    sums = Sums()
    for block in blocks(columns.shape[1], 1):
        check(should_stop)
        heavy = None if weights is None else weights[block]
        part = moments_of_labels(columns[:, block], labels_of(block), k, heavy)
        about_means = np.zeros((1, *part.means.shape))
        sums.parts.append(PartSums(part.counts[None], about_means, part.scatters[None], part.means[None]))
    return sums.moments(np.zeros((k, len(columns))))


def with_volume(sample: Sample, moments: Moments) -> Moments:
    """The same moments; groups without volume are widened by a K-th of the volume of the data.

    A single point, equal points or points on a line are infinitely likely under a covariance of their own,
    and EM would never leave them. Groups with a volume stay what they are.
    """
    _, flat = sample.floor.clip_full(moments.scatters / moments.counts[:, None, None])
    if not flat.any():
        return moments
    scatters = moments.scatters.copy()
    scatters[flat] += moments.counts[flat, None, None] * _smaller(sample, len(moments.counts))
    return frozen_moments(moments.counts, moments.means, scatters)


def _smaller(sample: Sample, k: int) -> FloatArray:
    """The covariance of all points, (d, d), shrunk to a K-th of its volume."""
    return np.asarray(sample.covariance / k ** (2.0 / sample.d))
