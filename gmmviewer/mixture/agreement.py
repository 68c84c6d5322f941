"""How well labels agree with a known truth: confusion, accuracy, adjusted Rand index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.matching import UNMATCHED, best_assignment
from gmmviewer.mixture.sample import checked_weights

UNKNOWN = -1  # the truth of a row that nobody knows
LARGEST_EXACT = 2**53  # whole numbers up to here are exact as floats


@dataclass(frozen=True, eq=False)
class Agreement:
    """Labels against truth.

    ``counts`` (T, L): how many rows (or how much row weight) of each true class have each label;
    ``classes`` (T,) and ``labels`` (L,): what the rows and columns stand for; ``partners`` (T,): the column
    that stands for each class in the best matching of labels, or −1 where there are fewer labels;
    ``accuracy``: the share of rows whose label is the partner of their class, None without known rows;
    ``adjusted_rand``: 1 for equal partitions, 0 on average for random ones, None without known rows.
    """

    counts: NDArray[np.int64] | FloatArray
    classes: IntArray
    labels: IntArray
    partners: IntArray
    accuracy: float | None
    adjusted_rand: float | None

    @property
    def total(self) -> float:
        """The number of rows whose truth is known, each as often as it counts."""
        return float(self.counts.sum())

    @property
    def columns(self) -> IntArray:
        """(L,): an order of the columns that puts the partners on the diagonal, the rest behind them."""
        matched = self.partners[self.partners != UNMATCHED]
        rest = np.setdiff1d(np.arange(len(self.labels)), matched)
        return np.concatenate([matched, rest]).astype(np.int64)


def agreement(labels: ArrayLike, truth: ArrayLike, weights: ArrayLike | None = None, k: int = 0) -> Agreement:
    """Compare labels (n,) with the truth (n,), both whole numbers; rows whose truth is −1 do not count.

    A label of −1 (noise) is a label like any other. ``weights`` (n,) say how often each row counts. ``k``:
    labels 0…k−1 get a column even where no row has them. Raises ``ValueError`` for lengths that differ.
    """
    said, true = np.asarray(labels, dtype=np.int64), np.asarray(truth, dtype=np.int64)
    if said.ndim != 1 or said.shape != true.shape:
        raise ValueError(f"{said.size} labels for {true.size} rows of truth; give one label per row")
    heavy = None if weights is None else checked_weights(weights, len(said))
    known = true != UNKNOWN
    counts, classes, names = _table(said[known], true[known], None if heavy is None else heavy[known], k)
    rows, columns = best_assignment(-counts.astype(np.float64))
    partners = np.full(len(classes), UNMATCHED, dtype=np.int64)
    partners[rows] = columns
    total = counts.sum()
    accuracy = float(counts[rows, columns].sum() / total) if total > 0 else None
    rand = adjusted_rand_index(counts) if total > 0 else None
    return Agreement(counts, classes, names, partners, accuracy, rand)


def adjusted_rand_index(counts: ArrayLike) -> float:
    """The adjusted Rand index of a table of counts (T, L) (Hubert & Arabie 1985, eq. 5).

    Whole numbers are computed exactly, as pairs of rows n(n − 1)/2. Counts that are not whole come from row
    weights of arbitrary scale: pairs are then drawn with replacement, n²/2, which no scale changes.
    Equal trivial partitions (all rows together, or all apart) agree: 1.
    """
    table = np.asarray(counts)
    whole = bool((table == np.floor(table)).all() and table.sum() <= LARGEST_EXACT)
    exact = table.astype(np.int64) if whole else table / (table.max() or 1.0)
    together = _pairs(exact[exact > 0], whole)
    one, other = _pairs(exact.sum(axis=1), whole), _pairs(exact.sum(axis=0), whole)
    every = _pairs(exact.sum(keepdims=True).ravel(), whole)
    room = (one + other) * every - 2 * one * other
    if room <= 0:
        return 1.0
    return float(2 * (together * every - one * other) / room)


def _pairs(counts: NDArray[np.generic], whole: bool) -> Any:
    """Twice the number of pairs of rows within each count, summed: an ``int`` of any size, or a ``float``."""
    return sum(count * (count - 1 if whole else count) for count in counts.tolist())


def _table(
    labels: IntArray, truth: IntArray, weights: FloatArray | None, k: int
) -> tuple[NDArray[np.int64] | FloatArray, IntArray, IntArray]:
    """Counts (T, L), and the classes and labels its rows and columns stand for, in rising order."""
    classes, rows = np.unique(truth, return_inverse=True)
    seen, columns = np.unique(labels, return_inverse=True)
    names = np.union1d(seen, np.arange(k)).astype(np.int64)
    columns = np.searchsorted(names, seen)[columns]
    shape = len(classes), len(names)
    cells = np.bincount(rows * len(names) + columns, weights, minlength=shape[0] * shape[1])
    return cells.reshape(shape), classes, names
