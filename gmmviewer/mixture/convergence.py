"""When to stop: Aitken's estimate of the gain still to come, and how much the parameters still move.

The change of one iteration says little: EM converges linearly, and where it is slow many small gains add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.events import Identical, StopReason
from gmmviewer.mixture.expectation import Expectation
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.prior import ConjugatePrior
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState, Progress, Stage

PARAMETER_TOLERANCE = 1e-4
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class StopRule:
    """``tolerance``: the expected remaining gain in nats at which a fit has converged; 0 never converges.

    A sample pasted m times has m times the gain to come and the same maximum: it is judged as if it stood
    there once.
    """

    tolerance: float = 1e-2
    max_iterations: int = 1000

    def reason(self, state: FitState) -> StopReason | None:
        """Why to stop at this state, or None to go on; judged after an E-step."""
        if state.stage is Stage.AFTER_M:
            return None
        if self._converged(state.progress, state.sample.multiplicity):
            stuck = any(isinstance(event, Identical) for event in state.events)
            return StopReason.SADDLE if stuck else StopReason.CONVERGED
        if state.iteration >= self.max_iterations:
            return StopReason.MAX_ITERATIONS
        return None

    def _converged(self, progress: Progress, multiplicity: int) -> bool:
        remaining, change = progress.remaining, progress.parameter_change
        if remaining is None or change is None:
            return False
        return remaining / multiplicity < self.tolerance and change < PARAMETER_TOLERANCE


def rounding(
    sample: Sample,
    expectation: Expectation,
    mixture: Mixture,
    held: Iterable[int] = (),
    prior: ConjugatePrior | None = None,
) -> float:
    """τ: how far a computed log-likelihood may fall by rounding alone, in nats.

    It grows with √ρ, the number of σ of the thinnest component that fit into the data, axis by axis. Where
    the floor holds a component (``held``), the log-likelihood has a slope in Σ_k, and what is stored of a
    slanted needle is Σ_k up to eps / (1 − correlation²): 2e-5 nats for 200 collinear points.
    """
    precisions = (mixture.whitening**2).sum(axis=1)  # (Σ_k⁻¹)_jj, (K, d)
    sigmas = float((sample.radii * np.sqrt(precisions)).max())
    plain = sample.total * (1 + expectation.mean_size + sigmas)
    slant = (precisions * np.diagonal(mixture.covariances, axis1=1, axis2=2)).max(axis=1)
    pulls = expectation.moments.counts
    if prior is not None:
        pulls = pulls + prior.strength + prior.traces(mixture)  # the prior has a slope there as well
    sloped = sum(pulls[k] * slant[k] for k in held)
    return float(4 * EPS * (plain + sloped))


def progress_after(before: FitState, after: Mixture, gain: float | None, slack: float) -> Progress:
    """The progress of one M-step from ``before`` to ``after``.

    ``gain`` of the objective in nats, None where it has just changed its meaning; ``slack`` its rounding.
    """
    change = parameter_change(before.standard, after)
    if gain is None or not before.plan.algorithm.climbs:
        return Progress(gain, None, change)
    return Progress(gain, _aitken(before.progress.gain, gain, slack), change)


def accelerated_progress(
    before: FitState, after: Mixture, gain: float, slack: float, *, leapt: bool, rate: float | None
) -> Progress:
    """The same for accelerated EM: gains of leaps and of steps cannot be compared, but a path measures its
    ``rate`` itself. After a leap too little is known to stop."""
    change = parameter_change(before.standard, after)
    known = rate if rate is not None else before.progress.rate
    remaining = None
    if not leapt and gain <= slack:
        remaining = 0.0
    elif not leapt and known is not None:
        remaining = gain * known / (1.0 - known) if known < 1.0 else math.inf
    return Progress(gain, remaining, change, known)


def _aitken(previous: float | None, gain: float, slack: float) -> float | None:
    """gain·a/(1−a) with a = gain/previous (Böhning et al. 1994); infinite while gains still grow."""
    if gain <= slack:
        return 0.0
    if previous is None:
        return None
    if previous <= gain:
        return math.inf
    rate = gain / previous
    return gain * rate / (1.0 - rate)


def parameter_change(old: Mixture, new: Mixture) -> float:
    """The largest relative change: of a weight, of a mean in units of its σ, of a covariance."""
    inverse_roots = old.whitening
    means = (inverse_roots @ (new.means - old.means)[:, :, None])[:, :, 0]
    moved = float(np.sqrt((means**2).sum(axis=1)).max())
    relative = inverse_roots @ (new.covariances - old.covariances) @ inverse_roots.transpose(0, 2, 1)
    stretched = float(np.abs(relative).max())
    weights = np.abs(new.weights - old.weights) / np.maximum(old.weights, 1e-3)
    return max(moved, stretched, float(weights.max()))
