"""k-means: every point to the nearest mean, every mean to the middle of its points (Lloyd 1982)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts.seeds import axis_spreads, kmeans_plus_plus
from gmmviewer.mixture.starts.shares import equal_shares, moments_in_groups, with_volume
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.mixture.tiles import Tiles

MAX_ROUNDS = 100
TILE = 4096  # points; their distances to one mean stay in the cache, and few tiles have many near means


def kmeans(
    sample: Sample, k: int, generator: np.random.Generator, should_stop: ShouldStop = never
) -> Moments:
    """The groups of k-means from ``kmeans_plus_plus``, with every axis in units of its standard deviation.

    Where there are fewer different points than means, the shares are equal.
    """
    seeds = kmeans_plus_plus(sample, k, generator, should_stop)
    if len(np.unique(seeds, axis=0)) < k:
        return equal_shares(sample, seeds)
    return lloyd(sample, seeds, should_stop)


def lloyd(sample: Sample, seeds: FloatArray, should_stop: ShouldStop = never) -> Moments:
    """The groups to which means that begin at ``seeds`` (K, d) settle, or have come after ``MAX_ROUNDS``.

    A mean that loses all its points goes to the point farthest from its own mean. If even then one is left
    without points, the shares are equal.
    """
    search = _Search.of(sample)
    means = seeds
    for _ in range(MAX_ROUNDS):
        moved = _revived(search, *_round(search, means, should_stop), should_stop)
        if np.array_equal(moved, means):
            break
        means = moved
    moments = search.moments(means, should_stop)
    if (moments.counts > 0).all():
        return with_volume(sample, moments)
    return equal_shares(sample, seeds)


@dataclass(frozen=True, eq=False)
class _Search:
    """The points in tiles, with the mass (T,) and the sum of places (T, d) of each, and the unit per axis."""

    tiles: Tiles
    spreads: FloatArray
    masses: FloatArray
    places: FloatArray

    @classmethod
    def of(cls, sample: Sample) -> _Search:
        tiles = sample.tiles(TILE)
        firsts = tiles.edges[:-1]
        if tiles.weights is None:
            masses, heavy = np.diff(tiles.edges).astype(np.float64), tiles.columns
        else:
            masses, heavy = np.add.reduceat(tiles.weights, firsts), tiles.columns * tiles.weights
        return cls(tiles, axis_spreads(sample), masses, np.add.reduceat(heavy, firsts, axis=1).T)

    def part(self, tile: int) -> tuple[FloatArray, FloatArray | None]:
        """The columns and weights of one tile."""
        cut = slice(int(self.tiles.edges[tile]), int(self.tiles.edges[tile + 1]))
        return self.tiles.columns[:, cut], None if self.tiles.weights is None else self.tiles.weights[cut]

    def nearest(self, columns: FloatArray, means: FloatArray) -> tuple[IntArray, FloatArray]:
        """For columns (d, b): the number of the nearest mean, and the squared distance to it."""
        points, goals = columns / self.spreads[:, None], means / self.spreads
        labels, best = np.zeros(points.shape[1], dtype=np.int64), np.full(points.shape[1], np.inf)
        for number, goal in enumerate(goals):
            residuals = points - goal[:, None]
            residuals *= residuals
            squares = residuals.sum(axis=0)
            labels[squares < best] = number
            np.minimum(best, squares, out=best)
        return labels, best

    def candidates(self, means: FloatArray) -> BoolArray:
        """Which means may be nearest to any point of a tile, (T, K): by the distances to its box."""
        apart = np.abs(self.tiles.centres[:, None] - means) / self.spreads
        half = (self.tiles.halves / self.spreads)[:, None]
        closest = (np.maximum(apart - half, 0.0) ** 2).sum(axis=2)
        farthest = ((apart + half) ** 2).sum(axis=2)
        return np.asarray(closest <= farthest.min(axis=1, keepdims=True))

    def moments(self, means: FloatArray, should_stop: ShouldStop) -> Moments:
        """The moments of the points nearest to each mean."""
        columns = self.tiles.columns

        def labels_of(block: slice) -> IntArray:
            return self.nearest(columns[:, block], means)[0]

        return moments_in_groups(columns, self.tiles.weights, len(means), labels_of, should_stop)


def _round(search: _Search, means: FloatArray, should_stop: ShouldStop) -> tuple[FloatArray, FloatArray]:
    """The masses (K,) of the groups, and their means (K, d); an empty group keeps its own.

    Tiles that lie wholly in one group count as one point (Pelleg & Moore 1999).
    """
    k, d = means.shape
    near = search.candidates(means)
    whole = near.sum(axis=1) == 1
    owner = near.argmax(axis=1)[whole]
    masses, places = np.zeros(k), np.zeros((k, d))
    np.add.at(masses, owner, search.masses[whole])
    np.add.at(places, owner, search.places[whole])
    for tile in np.flatnonzero(~whole).tolist():
        check(should_stop)
        columns, weights = search.part(tile)
        few = np.flatnonzero(near[tile])
        labels = few[search.nearest(columns, means[few])[0]]
        masses += np.bincount(labels, weights, k)
        for axis, column in enumerate(columns):
            places[:, axis] += np.bincount(labels, column if weights is None else column * weights, k)
    full = masses > 0
    moved = means.copy()
    moved[full] = places[full] / masses[full, None]
    return masses, moved


def _revived(search: _Search, masses: FloatArray, means: FloatArray, should_stop: ShouldStop) -> FloatArray:
    """The means, those of empty groups on the points farthest from any other mean."""
    full = masses > 0
    for empty in np.flatnonzero(~full):
        farthest, place = 0.0, means[empty]
        for tile in range(len(search.tiles)):
            check(should_stop)
            columns, weights = search.part(tile)
            distances = search.nearest(columns, means[full])[1]
            if weights is not None:
                distances[weights == 0] = 0.0
            row = int(distances.argmax())
            if distances[row] > farthest:
                farthest, place = float(distances[row]), columns[:, row]
        means[empty] = place
        full[empty] = True
    return means
