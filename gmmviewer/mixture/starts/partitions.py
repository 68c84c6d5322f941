"""Starts that cut the points into groups without looking for any."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts.seeds import axis_spreads, different_rows
from gmmviewer.mixture.starts.shares import distinct, moments_in_groups, repeated_shares, with_volume
from gmmviewer.mixture.stopping import ShouldStop, never

SORTED_UP_TO = 250_000  # points; sorting them takes 40 ms, in which nobody can stop it
ROUND = 1e-9  # eigenvalues closer than this have no main axis


def random_partition(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> Moments:
    """Every point to any of K groups, each as likely; K points see to it that none stays empty."""
    rows = different_rows(sample, k, generator)

    def labels_of(block: slice) -> IntArray:
        labels: IntArray = generator.integers(k, size=block.stop - block.start)
        here = (rows >= block.start) & (rows < block.stop)
        labels[rows[here] - block.start] = np.flatnonzero(here)
        return labels

    moments = moments_in_groups(sample.columns, sample.weights, k, labels_of, should_stop)
    return with_volume(sample, moments)


def quantiles(
    sample: Sample, k: int, _generator: np.random.Generator, should_stop: ShouldStop = never
) -> Moments:
    """K groups of equal mass in the order of x, as nearly as groups can be that keep equal points together.

    In more dimensions in the order along the first principal axis, with every axis in units of its standard
    deviation. Beyond ``SORTED_UP_TO`` points the cuts are made for some of them, spread evenly over the rows.
    Where fewer than K places differ in that order, the shares are equal.
    """
    factors = main_axis(sample) / axis_spreads(sample)

    def places_of(block: slice) -> FloatArray:
        # not a matrix product: the sums must not depend on the size of the block
        return np.asarray((sample.columns[:, block] * factors[:, None]).sum(axis=0))

    some = slice(0, sample.n, -(-sample.n // SORTED_UP_TO))
    masses = None if sample.weights is None else sample.weights[some]
    values, heavy = distinct(places_of(some)[None], masses)
    if values.shape[1] < k:
        return repeated_shares(sample, distinct(sample.columns[:, some], masses)[0].T, k)
    cuts = values[0, even_cuts(heavy, k)]

    def labels_of(block: slice) -> IntArray:
        return np.searchsorted(cuts, places_of(block), side="right")

    moments = moments_in_groups(sample.columns, sample.weights, k, labels_of, should_stop)
    return with_volume(sample, moments)


def main_axis(sample: Sample) -> FloatArray:
    """The first principal axis of the correlations, (d,), its largest part positive.

    Where the correlations have no main axis, the first one that the points spread along.
    """
    spreads = axis_spreads(sample)
    values, vectors = np.linalg.eigh(sample.covariance / spreads[:, None] / spreads)
    if sample.d == 1 or values[-1] - values[-2] <= ROUND:
        return np.asarray(np.eye(sample.d)[int((sample.variances > 0).argmax())])
    axis = vectors[:, -1]
    largest = int((np.abs(axis) >= np.abs(axis).max() - ROUND).argmax())
    return np.asarray(axis * np.sign(axis[largest]))


def even_cuts(masses: FloatArray, k: int) -> IntArray:
    """Where to cut a row of m ≥ K ``masses`` (m,) into K parts of nearly equal mass, none of them empty.

    (K − 1,) strictly increasing numbers: the first mass of the second part, of the third …
    """
    before = np.concatenate([[0.0], np.cumsum(masses)])
    goals = before[-1] * np.arange(1, k) / k
    above = np.searchsorted(before, goals)
    nearer_below = goals - before[above - 1] <= before[above] - goals
    cuts = above - nearer_below
    step = np.arange(k - 1)
    rising = np.maximum(np.maximum.accumulate(cuts - step), 1) + step
    return np.asarray(np.minimum(rising, len(masses) - k + 1 + step))
