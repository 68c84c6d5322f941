"""Numbers in rising order, each with the weight it counts with: what histograms and kernel densities ask.

A weight says how often a number stands there, so weights 2, 1 and the number itself twice and another once
are the same numbers. Weights that are shares (they sum to 1) would make rules believe in a single number;
then Kish's effective size (Σw)² / Σw² counts instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, sealed

QUARTER = 2.117  # interquartile range of a Gaussian / width of the shortest interval with a quarter of it
NARROWEST = 0.02  # of the interquartile range: the smallest spread that the shortest quarter may tell


@dataclass(frozen=True, eq=False)
class Ordered:
    """``values`` (n,) in rising order; ``below`` (n+1,): how many numbers stand before each, and all of them
    at the end, None where that is 0…n; ``share``: the weight of one of these numbers.
    """

    values: FloatArray
    below: FloatArray | None = None
    share: float = 1.0

    @classmethod
    def of(cls, values: ArrayLike, weights: ArrayLike | None = None) -> Ordered:
        """Finite numbers (n,) in any order with their weights (n,); those of weight 0 are not there."""
        array = np.asarray(values, dtype=np.float64).ravel()
        if weights is None:
            return cls(sealed(np.sort(array)))  # 10⁶ numbers: 65 ms, 10⁷: 0.7 s
        counts = np.asarray(weights, dtype=np.float64).ravel()
        if not counts.all():
            array, counts = array[counts > 0], counts[counts > 0]
        order = np.argsort(array)
        below = np.concatenate([[0.0], np.cumsum(counts[order])])
        total = float(below[-1])
        kish = total * total / float(counts @ counts) if total > 0 else 0.0
        share = 1.0 if kish <= total else total / kish
        return cls(sealed(array[order]), sealed(below / share), share)

    @property
    def size(self) -> float:
        """How many numbers there are, N: the sum of the weights where each is a number of times."""
        return float(len(self.values)) if self.below is None else float(self.below[-1])

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return self.size * self.share

    def number(self, i: float) -> float:
        """The i-th number, counted from 0, each as often as it stands there."""
        if self.below is None:
            return float(self.values[int(i)])
        at = int(np.searchsorted(self.below, i, side="right")) - 1
        return float(self.values[min(max(at, 0), len(self.values) - 1)])

    def quantile(self, share: float) -> float:
        """The value that this share of the numbers does not exceed, between two of them in proportion."""
        place = max(self.size - 1.0, 0.0) * share
        low, high = self.number(math.floor(place)), self.number(math.ceil(place))
        return low + (high - low) * (place - math.floor(place))

    def weights_between(self, edges: FloatArray) -> FloatArray:
        """The weight (m,) of the numbers between edges (m+1,), of which the outer ones hold everything.

        A number on an edge belongs to the bin above it.
        """
        inner = np.searchsorted(self.values, edges[1:-1])
        before = inner.astype(np.float64) if self.below is None else self.below[inner]
        return np.asarray(np.diff(before, prepend=0.0, append=self.size) * self.share)

    @cached_property
    def deviation(self) -> float:
        """The standard deviation."""
        centred = self.values - self.number(self.size // 2)
        weights = None if self.below is None else np.diff(self.below)
        mean = float(np.average(centred, weights=weights))
        centred -= mean
        return math.sqrt(float(np.average(np.square(centred, out=centred), weights=weights)))

    @cached_property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third quartile, each one of the numbers."""
        quarter = self.size // 4
        return self.number(quarter), self.number(self.size - 1.0 - quarter)

    @cached_property
    def spread(self) -> float:
        """The spread of the data as an interquartile range; 0 where half of them are tied.

        Between well separated groups the interquartile range measures their distance, and bins or kernels
        made from it hide the groups; the shortest interval that holds a quarter of the data then measures
        their width.
        """
        quartiles = self.quartiles[1] - self.quartiles[0]
        return max(min(quartiles, QUARTER * self._shortest_quarter()), NARROWEST * quartiles)

    def _shortest_quarter(self) -> float:
        quarter = max(1.0, self.size // 4)
        if self.below is None:
            reach = int(quarter)
            widths = self.values[reach:] - self.values[:-reach]
        else:
            starts = self.below[:-1][self.below[:-1] + quarter < self.size]
            ends = np.searchsorted(self.below, starts + quarter, side="right") - 1
            widths = self.values[np.minimum(ends, len(self.values) - 1)] - self.values[: len(starts)]
        return float(widths.min()) if len(widths) else math.inf
