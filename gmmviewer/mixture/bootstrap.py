"""The bootstrap: how far the parameters would move with other data.

Standard errors come from fits to samples drawn anew, from the points (non-parametric) or from the fitted
mixture (parametric), with components aligned to the fit (Efron & Tibshirani 1993; McLachlan & Peel 2000,
section 2.16).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.fitting import run
from gmmviewer.mixture.matching import matching_order
from gmmviewer.mixture.parallel import run_jobs, workers_for
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.racing import accelerated, is_floored
from gmmviewer.mixture.restarts import Progress, ignore
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, check, never

METHODS = ("parametric", "non-parametric")
CLOSE = StopRule(1e-4, 1000)  # a fit that stops early stays near the fit it began from
A_REPLICATE = 0.3  # of a run from scratch: it begins near its end


@dataclass(frozen=True, eq=False)
class BootstrapErrors:
    """The ``mixture`` (data units) and its ``replicates``, components in the same order.

    ``floored``: replicates in which the floor held a component; ``failed``: those that came to nothing.
    Neither is among the replicates.
    """

    mixture: Mixture
    replicates: tuple[Mixture, ...]
    method: str
    floored: int = 0
    failed: int = 0

    @property
    def weights(self) -> FloatArray:
        """Standard errors of the weights, (K,); NaN with fewer than two replicates."""
        return _spread(self._weights)

    @property
    def means(self) -> FloatArray:
        """Standard errors of the means, (K, d)."""
        return _spread(self._means)

    @property
    def covariances(self) -> FloatArray:
        """Standard errors of the covariances, element by element, (K, d, d)."""
        return _spread(self._covariances)

    @property
    def noise(self) -> float | None:
        """The standard error of the weight of the noise; None without noise."""
        if self.mixture.noise is None:
            return None
        return float(_spread(np.array([m.noise.weight for m in self.replicates if m.noise is not None])))

    def interval(self, content: float = 0.95) -> tuple[Percentiles, Percentiles]:
        """The percentiles that leave (1 − content) / 2 of the replicates on either side."""
        tail = (1.0 - content) / 2.0
        return self.percentiles(tail), self.percentiles(1.0 - tail)

    def percentiles(self, share: float) -> Percentiles:
        """Below this value lies a ``share`` of the replicates, for each parameter by itself."""
        parts = (_quantile(part, share) for part in (self._weights, self._means, self._covariances))
        return Percentiles(*parts)

    @cached_property
    def _weights(self) -> FloatArray:
        return self._stacked(self.mixture.weights, [m.weights for m in self.replicates])

    @cached_property
    def _means(self) -> FloatArray:
        return self._stacked(self.mixture.means, [m.means for m in self.replicates])

    @cached_property
    def _covariances(self) -> FloatArray:
        return self._stacked(self.mixture.covariances, [m.covariances for m in self.replicates])

    @staticmethod
    def _stacked(like: FloatArray, arrays: Sequence[FloatArray]) -> FloatArray:
        return np.stack(arrays) if arrays else np.empty((0, *like.shape))


@dataclass(frozen=True, eq=False)
class Percentiles:
    """A percentile of each parameter, in data units: ``weights`` (K,), ``means`` (K, d), ``covariances``."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray


@dataclass(frozen=True, eq=False)
class Resampling:
    """What all replicates share: ``state`` is the fit to the ``sample``, ``rule`` ends refits."""

    sample: Sample
    state: FitState
    rule: StopRule
    method: str
    seed: int


def bootstrap_errors(
    sample: Sample,
    state: FitState,
    *,
    replicates: int = 200,
    method: str = "non-parametric",
    seed: int = 0,
    rule: StopRule = CLOSE,
    workers: int | None = None,
    progress: Progress = ignore,
    should_stop: ShouldStop = never,
) -> BootstrapErrors:
    """Standard errors of all parameters of a fit (``state``) to the sample, by refitting from where it ended.

    Replicate i draws from the random stream i of the seed, so that the result does not depend on ``workers``
    (see ``run_jobs``). Raises ``Cancelled`` when told to stop.
    """
    if method not in METHODS:
        raise ValueError(f"unknown bootstrap '{method}'; use one of {', '.join(METHODS)}")
    common = Resampling(sample, state, rule, method, seed)
    found = replicated(_refitted, common, replicates, A_REPLICATE, workers, progress, should_stop)
    return BootstrapErrors(
        state.mixture,
        tuple(item for item in found if isinstance(item, Mixture)),
        method,
        floored=sum(item == "floored" for item in found if isinstance(item, str)),
        failed=sum(item == "failed" for item in found if isinstance(item, str)),
    )


def draw(
    mixture: Mixture,
    n: int,
    generator: np.random.Generator,
    box: tuple[FloatArray, FloatArray] | None = None,
) -> FloatArray:
    """n points (n, d) from a mixture, in its units; those of the noise uniform in ``box`` (low, high).

    Raises ``ValueError`` for noise without a box.
    """
    weights = np.append(mixture.weights, 0.0 if mixture.noise is None else mixture.noise.weight)
    if weights[-1] > 0.0 and box is None:
        raise ValueError("points of the noise need a box to lie in")
    k, d = mixture.means.shape
    component = generator.choice(k + 1, size=n, p=weights / weights.sum())
    standard = generator.standard_normal((n, d))
    places = generator.random((n, d)) if weights[-1] > 0.0 else standard
    here = np.minimum(component, k - 1)
    points = mixture.means[here] + np.einsum("nij,nj->ni", mixture.cholesky[here], standard)
    if box is not None:
        low, high = box
        points = np.where((component == k)[:, None], low + places * (high - low), points)
    return np.asarray(points)


def replicated(
    work: Callable[[Resampling, int, ShouldStop], Iterator[object]],
    common: Resampling,
    count: int,
    runs: float,
    workers: int | None,
    progress: Progress,
    should_stop: ShouldStop,
) -> list[object]:
    """What ``work`` makes of each of ``count`` replicates, in order; each costs as much as ``runs`` fits."""
    found: dict[int, object] = {}

    def deliver(index: int, item: object) -> None:
        found[index] = item
        progress(len(found), count)

    numbers = common.sample.n * common.state.standard.n_components
    processes = workers_for(math.ceil(runs * count), numbers, workers)
    run_jobs(work, common, range(count), deliver, workers=processes, should_stop=should_stop)
    return [found[index] for index in range(count)]


def resampled(common: Resampling, index: int, stream: int) -> Sample:
    """The data of a replicate, in the units of the sample: as many points as it counts."""
    generator = np.random.default_rng([common.seed, stream, index])
    sample = common.sample
    n = max(round(sample.total), 1)
    if common.method == METHODS[0]:
        points = draw(common.state.standard, n, generator, sample.box)
        return Sample(frozen(points.T), sample.units)
    odds = None if sample.weights is None else sample.weights / sample.total
    counts = np.bincount(generator.choice(sample.n, size=n, p=odds), minlength=sample.n)
    drawn = counts > 0
    return Sample(frozen(sample.columns[:, drawn]), sample.units, frozen(counts[drawn]))


def _refitted(common: Resampling, index: int, should_stop: ShouldStop) -> Iterator[Mixture | str]:
    """The fit to a replicate, aligned to the original and in data units, or what became of it."""
    check(should_stop)
    state = common.state
    data = resampled(common, index, stream=0)
    plan = replace(accelerated(state.plan), seed=index)
    try:
        again = run(data, state.standard, plan, common.rule, index, should_stop).result
    except ValueError:
        yield "failed"
        return
    if is_floored(again):
        yield "floored"
        return
    aligned = again.standard.permuted(matching_order(state.standard, again.standard))
    yield state.units.restore_mixture(aligned)


def _spread(values: FloatArray) -> FloatArray:
    """The standard deviation over the first axis; NaN for fewer than two."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(np.std(values - values[0], axis=0, ddof=1))  # exactly 0 for what never changes


def _quantile(values: FloatArray, share: float) -> FloatArray:
    if len(values) == 0:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(np.quantile(values, share, axis=0))
