"""Does the mixture describe the points? Plots and distances in which a good fit has a known shape.

All of them compare in the units of normal scores, of probabilities or of the data (see ``distribution``), and
count each row as often as its weight says. The parameters were estimated from the same points, which makes
every fit look a little better than it is: bands are too wide, and distances are no tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, IntArray, frozen
from gmmviewer.mixture.distribution import interval_probabilities, quantile_of_scores
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import checked_weights

MOST_QUANTILES = 500  # a plot shows no more, and each costs two inverse beta functions
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class QuantilePlot:
    """Ordered values against the quantiles they should be (Wilk & Gnanadesikan 1968).

    ``theoretical``, ``observed``, ``lower``, ``upper`` (m,): a good fit lies on the diagonal, and each point
    between ``lower`` and ``upper`` with probability ``level`` (pointwise, for known parameters).
    """

    theoretical: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


@dataclass(frozen=True)
class KolmogorovSmirnov:
    """The largest vertical distance between two distribution functions: a distance, not a test.

    Its usual significance table does not hold, because the parameters were estimated from the same points.
    ``distance`` in 0…1; ``row`` the point at which it is reached (None without points), where the points
    have the ``empirical`` share below and the mixture the ``theoretical`` one.
    """

    distance: float
    row: int | None
    empirical: float
    theoretical: float


@dataclass(frozen=True, eq=False)
class PitHistogram:
    """Counts (m,) of probability integral transforms between ``edges`` (m + 1,) in 0…1.

    Of a good fit each bin holds about ``expected``, and lies between ``lower`` and ``upper`` with
    probability ``level`` (pointwise, normal approximation). A hump in the middle: the mixture is too wide.
    """

    edges: FloatArray
    counts: FloatArray
    expected: float
    lower: float
    upper: float
    level: float


@dataclass(frozen=True, eq=False)
class Rootogram:
    """A histogram hung from its expectation (Tukey 1977): ``residuals`` (m,) = √observed − √expected.

    The root makes the scatter of every bin about ½, whatever its height: residuals beyond ±1 deserve a look.
    ``observed`` and ``expected`` (m,) are counts between ``edges`` (m + 1,).
    """

    edges: FloatArray
    observed: FloatArray
    expected: FloatArray

    @property
    def residuals(self) -> FloatArray:
        """√observed − √expected, (m,)."""
        return np.asarray(np.sqrt(self.observed) - np.sqrt(self.expected))


def quantile_plot(
    values: ArrayLike,
    mixture: Mixture,
    weights: ArrayLike | None = None,
    *,
    box: ArrayLike | None = None,
    level: float = LEVEL,
    most: int = MOST_QUANTILES,
) -> QuantilePlot:
    """The Q-Q plot of values (n,) under a mixture in one dimension, both axes in its units.

    At most ``most`` order statistics are kept, evenly spaced in normal scores so that the tails stay.
    """
    plot = score_plot(values, weights, level=level, most=most)
    exact = (plot.theoretical, plot.lower, plot.upper)
    middle, lower, upper = quantile_of_scores(np.stack(exact), mixture, box)
    return QuantilePlot(frozen(middle), plot.observed, frozen(lower), frozen(upper), level)


def score_plot(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    level: float = LEVEL,
    most: int = MOST_QUANTILES,
) -> QuantilePlot:
    """The Q-Q plot of normal scores (n,) of one axis against the standard normal.

    The i-th of n points stands at (i − ½)/n (Hazen 1914), and u_(i) has the distribution Beta(i, n + 1 − i),
    from which the band comes. With row weights, i counts the weights.
    """
    from scipy.special import ndtri

    observed, positions, total = _ordered(scores, weights, most)
    tail = (1.0 - level) / 2.0
    below, above = total * positions + 0.5, total * (1.0 - positions) + 0.5
    lower, upper = _beta_scores(below, above, tail), -_beta_scores(above, below, tail)
    return QuantilePlot(frozen(ndtri(positions)), frozen(observed), frozen(lower), frozen(upper), level)


def kolmogorov_smirnov(transforms: ArrayLike, weights: ArrayLike | None = None) -> KolmogorovSmirnov:
    """sup |F_n − F| from probability integral transforms u_i = F(x_i), (n,), in any order."""
    u = np.asarray(transforms, dtype=np.float64)
    heavy = None if weights is None else checked_weights(weights, len(u))
    if len(u) == 0:
        return KolmogorovSmirnov(0.0, None, 0.0, 0.0)
    order = np.argsort(u, kind="stable")
    counts = np.ones(len(u)) if heavy is None else heavy[order]
    after = np.cumsum(counts)
    before, after = (after - counts) / after[-1], after / after[-1]
    u = u[order]
    gaps = np.maximum(u - before, after - u)
    worst = int(gaps.argmax())
    side = before if u[worst] - before[worst] >= after[worst] - u[worst] else after
    return KolmogorovSmirnov(float(gaps[worst]), int(order[worst]), float(side[worst]), float(u[worst]))


def pit_histogram(
    transforms: ArrayLike, weights: ArrayLike | None = None, *, bins: int = 20, level: float = LEVEL
) -> PitHistogram:
    """A histogram of probability integral transforms u_i in 0…1, (n,), in equal bins."""
    from scipy.special import ndtri

    u = np.asarray(transforms, dtype=np.float64)
    heavy = None if weights is None else checked_weights(weights, len(u))
    cells: IntArray = np.minimum((u * bins).astype(np.int64), bins - 1)
    counts = np.bincount(cells, heavy, minlength=bins).astype(np.float64)
    expected = float(counts.sum()) / bins
    reach = float(ndtri((1.0 + level) / 2.0) * np.sqrt(expected * (1.0 - 1.0 / bins)))
    edges = frozen(np.linspace(0.0, 1.0, bins + 1))
    return PitHistogram(edges, frozen(counts), expected, max(expected - reach, 0.0), expected + reach, level)


def rootogram(
    edges: ArrayLike, counts: ArrayLike, mixture: Mixture, *, box: ArrayLike | None = None
) -> Rootogram:
    """Hanging residuals in one dimension of ``counts`` (m,) between rising ``edges`` (m + 1,).

    Counts may be sums of row weights. Expected is N ∫ p over each bin, N the sum of the counts, although
    the mixture also expects something outside of the edges.
    """
    ends, observed = frozen(edges), frozen(counts)
    if len(ends) != len(observed) + 1:
        raise ValueError(f"{len(observed)} bins have {len(observed) + 1} edges, not {len(ends)}")
    expected = observed.sum() * interval_probabilities(ends, mixture, box)
    return Rootogram(ends, observed, frozen(np.maximum(expected, 0.0)))


def _ordered(values: ArrayLike, weights: ArrayLike | None, most: int) -> tuple[FloatArray, FloatArray, float]:
    """Order statistics, their positions in 0…1 and N: all of them, or ``most`` evenly spaced in scores."""
    from scipy.special import ndtr, ndtri

    given = np.asarray(values, dtype=np.float64).ravel()
    order = np.argsort(given, kind="stable")
    counts = np.ones(len(given)) if weights is None else checked_weights(weights, len(given))
    order = order[counts[order] > 0]
    total = float(counts.sum())
    positions = (np.cumsum(counts[order]) - counts[order] / 2) / (total or 1.0)
    if len(order) > most:
        reach = float(ndtri(positions[0])), float(ndtri(positions[-1]))
        wanted = np.searchsorted(positions, ndtr(np.linspace(*reach, most)))
        kept = np.unique(np.minimum(wanted, len(order) - 1))
        order, positions = order[kept], positions[kept]
    return given[order], positions, total


def _beta_scores(a: FloatArray, b: FloatArray, tail: float) -> FloatArray:
    """Normal scores of the quantiles ``tail`` of Beta(a, b), (m,)."""
    from scipy.special import betaincinv, ndtri

    return np.asarray(ndtri(betaincinv(a, b, tail)))
