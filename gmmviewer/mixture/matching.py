"""Which component of one mixture is which of another: fits come out in any order, colours should not.

The distance is Hellinger's between weighted Gaussians, ∫ (√(π_i N_i) − √(π_j N_j))² dx. A component without
a partner counts as matched to nothing, at ∫ π_i N_i dx, so that mixtures of different K match as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.divergences import bhattacharyya
from gmmviewer.mixture.moments import Moments, frozen_moments
from gmmviewer.mixture.parameters import Mixture

UNMATCHED = -1
TIE = 1e-12  # in favour of keeping one's place: more than rounding, less than a real difference
APART = 1e-9  # overlaps below this say nothing about who belongs to whom


@dataclass(frozen=True, eq=False)
class Matching:
    """``partners`` (K,): the component of the other mixture for each of the reference, or ``UNMATCHED``;
    ``distances`` (K,): squared Hellinger distances to them; ``n_other``: K′, the size of the other mixture.
    """

    partners: IntArray
    distances: FloatArray
    n_other: int

    @property
    def order(self) -> IntArray:
        """(K′,): ``other.permuted(order)`` lines up with the reference; what is left over comes last.

        With K′ ≥ K, component k stands where the reference has its partner. With K′ < K the partners stand
        in the order of the reference, without gaps; ``partners`` says where the gaps are.
        """
        matched = self.partners[self.partners != UNMATCHED]
        rest = np.setdiff1d(np.arange(self.n_other), matched)
        return np.concatenate([matched, rest]).astype(np.int64)

    @property
    def places(self) -> IntArray:
        """(K′,): the component of the reference whose colour each component of the other takes.

        Those without a partner take the numbers from K on.
        """
        places = np.full(self.n_other, UNMATCHED, dtype=np.int64)
        matched = self.partners != UNMATCHED
        places[self.partners[matched]] = np.flatnonzero(matched)
        left = places == UNMATCHED
        places[left] = len(self.partners) + np.arange(left.sum())
        return places


def match(reference: Mixture, other: Mixture) -> Matching:
    """The pairs of components with the smallest sum of squared Hellinger distances (Kuhn 1955).

    Both in the same units. Components that overlap with nobody left (40 σ away, or of weight 0) are paired
    by Bhattacharyya distance; among equals a component keeps its place. Raises ``ValueError`` for mixtures
    of different dimensions.
    """
    if reference.n_dimensions != other.n_dimensions:
        raise ValueError(f"cannot match {other.n_dimensions} dimensions to {reference.n_dimensions}")
    far = bhattacharyya(reference, other)
    overlap = np.sqrt(reference.weights[:, None] * other.weights) * np.exp(-far)
    partners = np.full(reference.n_components, UNMATCHED, dtype=np.int64)
    rows, columns = best_assignment(-overlap)
    near = overlap[rows, columns] > APART
    partners[rows[near]] = columns[near]
    _match_the_rest(partners, np.log1p(far))
    distances = reference.weights.copy()
    found = np.flatnonzero(partners != UNMATCHED)
    pairs = found, partners[found]
    distances[found] += other.weights[pairs[1]] - 2.0 * overlap[pairs]
    return Matching(partners, np.maximum(distances, 0.0), other.n_components)


def matching_order(reference: Mixture, other: Mixture) -> IntArray:
    """(K′,): ``other.permuted(order)`` lines up with the reference; what is left over comes last."""
    return match(reference, other).order


def permuted_moments(moments: Moments, order: ArrayLike) -> Moments:
    """The same moments with their components in another order, as ``Mixture.permuted`` does."""
    index = np.asarray(order, dtype=np.int64)
    return frozen_moments(moments.counts[index], moments.means[index], moments.scatters[index], moments.noise)


def relabelled(labels: ArrayLike, order: ArrayLike) -> IntArray:
    """Labels (n,) of components in their old numbers, as labels of ``mixture.permuted(order)``.

    Negative labels (noise, unknown) stay. ``order`` must be a permutation that knows every label.
    """
    index = np.asarray(order, dtype=np.int64)
    old = np.asarray(labels, dtype=np.int64)
    if not np.array_equal(np.sort(index), np.arange(len(index))):
        raise ValueError("an order names each component once")
    if old.max(initial=UNMATCHED) >= len(index):
        raise ValueError(f"label {old.max()} is none of {len(index)} components")
    inverse = np.empty_like(index)
    inverse[index] = np.arange(len(index))
    return np.where(old < 0, old, inverse[np.maximum(old, 0)])


def best_assignment(costs: FloatArray) -> tuple[IntArray, IntArray]:
    """Rows and columns, as many as the shorter side has, with the smallest sum of costs."""
    from scipy.optimize import linear_sum_assignment  # 0.3 s to import, and not needed at start-up

    rows, columns = linear_sum_assignment(costs)
    return np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)


def _match_the_rest(partners: IntArray, costs: FloatArray) -> None:
    """Pairs up in place, as far as it goes, those who have no partner yet."""
    lonely: BoolArray = partners == UNMATCHED
    free = np.setdiff1d(np.arange(costs.shape[1]), partners)
    if not lonely.any() or len(free) == 0:
        return
    numbers = np.flatnonzero(lonely)
    keep = np.equal.outer(numbers, free)
    rows, columns = best_assignment(costs[np.ix_(numbers, free)] - TIE * keep)
    partners[numbers[rows]] = free[columns]
