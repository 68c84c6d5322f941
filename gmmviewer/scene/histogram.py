"""Histograms on the density scale that survive ties, outliers and ten million values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.scene.bins import BinRule, bin_edges, tail_edges
from gmmviewer.scene.ordered import Ordered

SAME_WIDTH = 1e-6  # relative; edges of equal bins are rounded numbers


@dataclass(frozen=True, eq=False)
class Histogram:
    """``counts`` (m,) of values, or sums of their weights, between ``edges`` (m+1,); ``heights`` (m,) =
    counts / (total · width).

    The bars have the area 1 together, as a density has.
    """

    edges: FloatArray
    heights: FloatArray
    counts: FloatArray

    @cached_property
    def width(self) -> float:
        """The width that most bins have."""
        return float(np.median(np.diff(self.edges)))

    @property
    def even(self) -> bool:
        """Whether all bins have the same width."""
        return bool(np.ptp(np.diff(self.edges)) <= SAME_WIDTH * self.width)

    @property
    def count_scale(self) -> float:
        """What a density is multiplied with to be a count per bin: total · width.

        With equal bins the heights become the counts themselves. Bins of other widths keep their areas: the
        heights are then counts per ``width``, so that an outlier's wide bin stays as low as it should be.
        """
        return float(self.counts.sum()) * self.width


def histogram(
    values: ArrayLike,
    bins: int | Literal["auto"] = "auto",
    *,
    tails: bool = False,
    weights: ArrayLike | None = None,
) -> Histogram:
    """A histogram of finite numbers (n,), which count ``weights`` (n,) times each, with so many equal bins.

    ``auto`` takes 5 to 120 bins of the width 2·spread·n^(−1/3) (Freedman & Diaconis 1981). Rounded data
    get whole multiples of their step, so that no bin collects more of the steps than its neighbours. A few
    values far outside share one wide and low bin at the end instead of squeezing all others into one; with
    ``tails``, on a logarithmic axis, ever wider bins lead out to them.
    """
    rule = BinRule.AUTO if bins == "auto" else BinRule.BY_HAND
    return ordered_histogram(Ordered.of(values, weights), rule, 0 if bins == "auto" else bins, tails=tails)


def ordered_histogram(
    ordered: Ordered, rule: BinRule = BinRule.AUTO, bins: int = 20, *, tails: bool = False
) -> Histogram:
    """The same of numbers in order, by any rule; ``bins`` is how many there are BY_HAND."""
    if len(ordered.values) == 0:
        return Histogram(frozen([0.0, 1.0]), frozen([0.0]), frozen([0.0]))
    edges = bin_edges(ordered, rule, bins)
    if tails:
        edges = tail_edges(edges)
    counts = ordered.weights_between(edges)
    return Histogram(frozen(edges), frozen(counts / ordered.total / np.diff(edges)), frozen(counts))
