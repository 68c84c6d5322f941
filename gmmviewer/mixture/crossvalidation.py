"""How well a mixture predicts points it has not seen: held-out and k-fold log-likelihood.

Unlike the information criteria this needs no count of parameters, so it compares anything with anything
(Smyth 2000). Values are per point, in nats and data units.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray, IntArray, frozen
from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.fitting import run
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.parallel import run_jobs, workers_for
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.racing import is_floored
from gmmviewer.mixture.restarts import Progress, ignore
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import Start
from gmmviewer.mixture.stopping import ShouldStop, check, never


@dataclass(frozen=True)
class Fold:
    """One part of the points under the mixture fitted to the others.

    ``log_likelihood`` Σ_i w_i log p(x_i) and ``total`` Σ_i w_i over the part; ``floored``: whether the floor
    held a component of that mixture.
    """

    log_likelihood: float
    total: float
    floored: bool = False

    @property
    def per_point(self) -> float:
        """The mean log-density of a point left out."""
        return self.log_likelihood / self.total


@dataclass(frozen=True)
class CrossValidation:
    """The ``folds``, one for each part of the points left out in turn; a single one is a held-out part."""

    folds: tuple[Fold, ...]

    @property
    def per_point(self) -> float:
        """The mean log-density of all points left out, each by the mixture that has not seen it."""
        return sum(fold.log_likelihood for fold in self.folds) / sum(fold.total for fold in self.folds)

    @property
    def standard_error(self) -> float:
        """Of ``per_point``, from how much the folds differ: s/√folds; NaN for a single fold."""
        if len(self.folds) < 2:
            return math.nan
        return float(np.std([fold.per_point for fold in self.folds], ddof=1) / math.sqrt(len(self.folds)))


@dataclass(frozen=True, eq=False)
class _Common:
    """What all folds share."""

    sample: Sample
    k: int | None
    plan: Plan
    start: Start
    seed: int
    rule: StopRule
    fixed_mean: ArrayLike | None


def held_out(
    sample: Sample,
    k: int | None,
    plan: Plan,
    *,
    fraction: float = 0.25,
    start: Start = "kmeans++",
    seed: int = 0,
    rule: StopRule | None = None,
    fixed_mean: ArrayLike | None = None,
    should_stop: ShouldStop = never,
) -> CrossValidation:
    """Fit all points but a ``fraction``, drawn with the seed, and see how likely these are: one fold.

    Raises ``ValueError`` with advice when nothing is left on one side, ``Cancelled`` when told to stop.
    """
    if not 0.0 < fraction < 1.0:
        raise ValueError("the fraction held out must lie between 0 and 1")
    rows = _counting_rows(sample)
    count = round(fraction * len(rows))
    if not 0 < count < len(rows):
        raise ValueError(f"{fraction:g} of {len(rows)} points leaves nothing on one side")
    left_out = np.zeros(sample.n, dtype=bool)
    left_out[np.random.default_rng(seed).permutation(rows)[:count]] = True
    common = _Common(sample, k, plan, start, seed, rule or StopRule(), fixed_mean)
    return CrossValidation(tuple(_fold(common, left_out, should_stop)))


def k_fold(
    sample: Sample,
    k: int | None,
    plan: Plan,
    folds: int = 5,
    *,
    start: Start = "kmeans++",
    seed: int = 0,
    rule: StopRule | None = None,
    fixed_mean: ArrayLike | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
    should_stop: ShouldStop = never,
) -> CrossValidation:
    """Leave out each of ``folds`` equal parts of the points, shuffled with the seed, in turn.

    ``start`` is a name or a mixture. Two calls with the same seed share their folds, whatever the plan, so
    that models are compared on the same points. Raises ``ValueError`` with advice when there are more
    folds than points, ``Cancelled`` when told to stop.
    """
    rows = _counting_rows(sample)
    if not 2 <= folds <= len(rows):
        raise ValueError(f"{folds} folds of {len(rows)} points: use between 2 and the number of points")
    shuffled = np.random.default_rng(seed).permutation(rows)
    parts = np.full(sample.n, -1)
    parts[shuffled] = np.arange(len(rows)) % folds
    common = _Common(sample, k, plan, start, seed, rule or StopRule(), fixed_mean)
    found: dict[int, Fold] = {}

    def deliver(index: int, fold: Fold) -> None:
        found[index] = fold
        progress(len(found), folds)

    processes = workers_for(folds, sample.n * (k or 1), workers)
    masks = [parts == part for part in range(folds)]
    run_jobs(_fold, common, masks, deliver, workers=processes, should_stop=should_stop)
    return CrossValidation(tuple(found[part] for part in range(folds)))


def log_likelihood_of(sample: Sample, mixture: Mixture, should_stop: ShouldStop = never) -> float:
    """Σ_i w_i log p(x_i) in data units, under a mixture in the standard units of the sample."""
    total = 0.0
    for block in blocks(sample.n, mixture.n_rows):
        check(should_stop)
        logs = log_density(sample.columns[:, block].T, mixture)
        total += float(logs.sum() if sample.weights is None else logs @ sample.weights[block])
    return total - sample.units.log_volume(sample.total)


def rows_of(sample: Sample, chosen: BoolArray) -> Sample:
    """Some of the rows of a sample, (n,), in its units."""
    weights = None if sample.weights is None else frozen(sample.weights[chosen])
    return Sample(frozen(sample.columns[:, chosen]), sample.units, weights)


def _counting_rows(sample: Sample) -> IntArray:
    """The numbers of the rows that count."""
    return np.arange(sample.n) if sample.weights is None else np.flatnonzero(sample.weights)


def _fold(common: _Common, left_out: BoolArray, should_stop: ShouldStop) -> Iterator[Fold]:
    seen, unseen = rows_of(common.sample, ~left_out), rows_of(common.sample, left_out)
    generator = np.random.default_rng(common.seed)
    begin = beginning(seen, common.k, common.plan, common.start, generator, common.fixed_mean, should_stop)
    state = run(seen, begin, common.plan, common.rule, common.seed, should_stop).result
    fitted = state.standard
    if fitted.noise is not None:  # uniform on a box that holds the unseen points too
        fitted = replace(fitted, noise=Noise(fitted.noise.weight, common.sample.log_uniform))
    yield Fold(log_likelihood_of(unseen, fitted, should_stop), unseen.total, is_floored(state))
