"""The likelihood-ratio test of K components against K + 1.

Twice the difference of the log-likelihoods has no χ² distribution here, because the smaller model lies at
the edge of the larger one. What it would be without a further component is drawn instead: samples from the
fit with K, each fitted with K and with K + 1 (McLachlan 1987).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.bootstrap import METHODS, Resampling, replicated, resampled
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.racing import accelerated, best_trace, is_floored
from gmmviewer.mixture.restarts import Progress, ignore
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.mixture.surgery import split

TEST_STARTS = ("kmeans++", "kmeans++", "hierarchical")
FINALISTS = 3  # of the starts go on; with fewer the null distribution comes out too small
RUNS = 4  # about so many from scratch make a replicate


@dataclass(frozen=True, eq=False)
class LikelihoodRatio:
    """The test of K against K + 1 components.

    ``observed`` 2Δℓ; ``null`` (B,) what it is for data drawn from the fit with K; ``failed``: replicates that
    came to nothing; ``smaller``, ``larger``: the two fits.
    """

    k: int
    observed: float
    null: FloatArray
    smaller: FitState
    larger: FitState
    failed: int = 0

    @property
    def p_value(self) -> float:
        """(1 + #{null ≥ observed}) / (B + 1) (Davison & Hinkley 1997, eq. 4.11)."""
        return (1 + int((self.null >= self.observed).sum())) / (len(self.null) + 1)


def likelihood_ratio_test(
    sample: Sample,
    k: int,
    plan: Plan,
    *,
    replicates: int = 99,
    seed: int = 0,
    rule: StopRule | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
    should_stop: ShouldStop = never,
) -> LikelihoodRatio:
    """Test K components against K + 1, with B = ``replicates`` drawn under K.

    Every fit, of the sample or of a replicate, is the best of the same few starts. The locks of a plan name
    components, so that they cannot be tested; ties can. Raises ``ValueError`` with advice where a fit
    cannot be, ``Cancelled`` when told to stop.
    """
    ties = plan.constraints
    if ties.weights or ties.means or ties.covariances:
        raise ValueError("a test of K against K + 1 needs all parameters free; take off the locks")
    chosen, stop = accelerated(plan), rule or StopRule()
    smaller = _best_fit(sample, k, chosen, None, seed, stop, should_stop)
    larger = _best_fit(sample, k + 1, chosen, smaller.standard, seed, stop, should_stop)
    observed = 2.0 * (larger.log_likelihood - smaller.log_likelihood)
    common = Resampling(sample, smaller, stop, METHODS[0], seed)
    found = replicated(_ratio, common, replicates, RUNS, workers, progress, should_stop)
    null = [item for item in found if isinstance(item, float)]
    return LikelihoodRatio(k, observed, frozen(null), smaller, larger, len(found) - len(null))


def _ratio(common: Resampling, index: int, should_stop: ShouldStop) -> Iterator[float | None]:
    """2Δℓ of a replicate drawn under K; None where a fit came to nothing."""
    check(should_stop)
    fit, rule = common.state, common.rule
    data = resampled(common, index, stream=1)
    k = fit.standard.n_components
    try:
        smaller = _best_fit(data, k, fit.plan, fit.standard, index, rule, should_stop)
        larger = _best_fit(data, k + 1, fit.plan, smaller.standard, index, rule, should_stop)
    except ValueError:
        yield None
    else:
        yield 2.0 * (larger.log_likelihood - smaller.log_likelihood)


def _best_fit(
    sample: Sample,
    k: int,
    plan: Plan,
    known: Mixture | None,
    seed: int,
    rule: StopRule,
    should_stop: ShouldStop,
) -> FitState:
    """The best sound fit of K components from a few starts, and from what is ``known`` of K or of K − 1.

    Raises ``ValueError`` when every run ends on the floor.
    """
    names = TEST_STARTS if k > 1 else TEST_STARTS[:1]
    generators = (np.random.default_rng(seed + i) for i in range(len(names)))
    starts = [
        beginning(sample, k, plan, name, generator, should_stop=should_stop)
        for name, generator in zip(names, generators, strict=True)
    ]
    starts.extend(_related(known, k))
    found = best_trace(sample, plan, starts, rule, seed, should_stop, winners=FINALISTS).result
    if is_floored(found):
        raise ValueError(f"every fit with K = {k} has collapsed; raise the floor or use MAP-EM")
    return found


def _related(known: Mixture | None, k: int) -> list[Mixture]:
    if known is None:
        return []
    if known.n_components == k:
        return [known]
    return [split(known, component) for component in range(known.n_components)]
