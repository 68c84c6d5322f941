"""Expectation–maximisation, one half-step at a time (Bishop 2006, section 9.2.2).

    START ──E──▶ AFTER_E ──M──▶ AFTER_M ──E──▶ AFTER_E ──M──▶ …
                iteration 0     iteration 1    iteration 1

An M-step makes one pass over the points under the new parameters, which gives their log-likelihood and, at
once, everything the following E-step will need; that E-step is then free. Steps never raise on finite data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray
from gmmviewer.mixture.bound import lower_bound
from gmmviewer.mixture.convergence import StopRule, progress_after, rounding
from gmmviewer.mixture.events import Empty, Event, Fell, Floored, Plateau, StopReason
from gmmviewer.mixture.expectation import ShouldStop, expectation, never
from gmmviewer.mixture.families import CovarianceFamily, family
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import Start, starting_mixture
from gmmviewer.mixture.state import FitState, Progress, Stage

PLATEAU_GAIN = 1e-2  # nats; a gain that no eye sees on the curve


def start_state(
    sample: Sample,
    mixture: Mixture,
    covariance: CovarianceFamily,
    iteration: int = 0,
    source: Mixture | None = None,
    should_stop: ShouldStop = never,
) -> FitState:
    """The state of EM at given parameters (in standard units), before responsibilities belong to them.

    ``source``: where responsibilities that are still around came from. Covariances below the floor are
    raised to it, with an event.
    """
    raised, floored = sample.floor.clip_full(mixture.covariances)
    start = Mixture(mixture.weights, mixture.means, raised) if floored.any() else mixture
    found = expectation(sample.columns, start, should_stop)
    return FitState(
        iteration=iteration,
        stage=Stage.START,
        family=covariance,
        n=sample.n,
        units=sample.units,
        standard=start,
        source=source,
        expectation=found,
        log_likelihood=found.log_likelihood - sample.units.log_volume(sample.n),
        bound=None,
        events=_floored(floored),
    )


def e_step(state: FitState) -> FitState:
    """Responsibilities from the current parameters: the bound L meets the log-likelihood, KL becomes zero.

    After an E-step this changes nothing and returns the state itself.
    """
    if state.stage is Stage.AFTER_E:
        return state
    return replace(state, stage=Stage.AFTER_E, source=state.standard, bound=state.log_likelihood)


def m_step(sample: Sample, state: FitState, should_stop: ShouldStop = never) -> FitState:
    """Parameters that maximise Q under the current responsibilities: the bound L rises.

    Raises ``ValueError`` when no responsibilities belong to the state yet, ``Cancelled`` when told to stop.
    """
    if state.stage is not Stage.AFTER_E:
        raise ValueError("an M-step needs responsibilities: do an E-step first")
    if sample.n != state.n or not sample.units.same_as(state.units):
        raise ValueError("the state belongs to other points: begin with start_state on these")
    moments = state.expectation.moments
    new, events = maximise(moments, state, sample)
    found = expectation(sample.columns, new, should_stop)
    volume = sample.units.log_volume(sample.n)
    log_likelihood = found.log_likelihood - volume
    held = [event.component for event in events if isinstance(event, Floored) and event.component is not None]
    slack = rounding(sample, found, new, held)
    progress = progress_after(state, new, log_likelihood, slack)
    return replace(
        state,
        iteration=state.iteration + 1,
        stage=Stage.AFTER_M,
        standard=new,
        expectation=found,
        log_likelihood=log_likelihood,
        bound=lower_bound(moments, state.expectation.entropy, new) - volume,
        progress=progress,
        events=(*events, *_curve_events(state.progress, progress, slack)),
    )


def maximise(moments: Moments, state: FitState, sample: Sample) -> tuple[Mixture, tuple[Event, ...]]:
    """The M-step proper: new parameters from moments, in standard units, and what there is to report."""
    old = state.standard
    alive = moments.counts >= max(1e-8 * sample.n, 1e-3)
    if not alive.any():
        return old, tuple(Empty(k) for k in range(old.n_components))
    means, covariances = old.means.copy(), old.covariances.copy()
    means[alive] = moments.means[alive]
    estimated, held = state.family.estimate(moments.only(alive), sample.floor)
    covariances[alive] = estimated
    if state.family.pooled:
        covariances[:] = estimated[0]
    floored = np.zeros(len(alive), dtype=bool)
    floored[alive] = held
    weights = moments.counts / moments.total
    events = (*_floored(floored), *(Empty(int(k)) for k in np.flatnonzero(~alive)))
    return Mixture(weights, means, covariances), events


def step(points: ArrayLike | Sample, state: FitState, should_stop: ShouldStop = never) -> FitState:
    """One iteration: on to the next state after an E-step with one more M-step behind it.

    From a start this is E, M, E; after an E-step it is M, E; after an M-step it is the E that completes it.
    ``points`` are (n, d) in data units, the same as the state was made from.
    """
    sample = Sample.of(points, state.units)
    if state.stage is Stage.AFTER_M:
        return e_step(state)
    return e_step(m_step(sample, e_step(state), should_stop))


@dataclass(frozen=True, eq=False)
class Trace(Sequence[FitState]):
    """The states of a fit, one per iteration; ``trace[0]`` is the start, ``trace[-1]`` the end."""

    states: tuple[FitState, ...]
    stop_reason: StopReason
    seed: int

    def __len__(self) -> int:
        return len(self.states)

    @overload
    def __getitem__(self, index: int) -> FitState: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FitState, ...]: ...
    def __getitem__(self, index: int | slice) -> FitState | tuple[FitState, ...]:
        return self.states[index]

    @property
    def mixture(self) -> Mixture:
        """The fitted parameters, in data units."""
        return self.states[-1].mixture

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of the fitted parameters, in nats."""
        return self.states[-1].log_likelihood

    @property
    def log_likelihoods(self) -> tuple[float, ...]:
        """The log-likelihood of every iteration; index 0 is the start."""
        return tuple(state.log_likelihood for state in self.states)


def fit(
    points: ArrayLike | Sample,
    k: int | None = None,
    *,
    covariance: str | CovarianceFamily = "full",
    start: Start = "kmeans++",
    seed: int = 0,
    max_iterations: int = 1000,
    tolerance: float = 1e-2,
    should_stop: ShouldStop = never,
) -> Trace:
    """Fit a Gaussian mixture by EM and return the trace of its states.

    ``points`` (n, d) or (n,); ``k`` components (may be left out when ``start`` says how many);
    ``covariance`` a family by name (``full``, ``VVV``, ``tied`` …); ``start`` the name of a start, one
    integer label per point, or a ``Mixture`` in data units; ``tolerance`` the expected remaining gain in
    nats at which to stop, 0 to run all ``max_iterations``. The same seed gives the same bits.
    Raises ``ValueError`` with advice when the points or the choices make no fit possible.
    """
    sample = Sample.of(points)
    chosen = family(covariance, sample.d)
    mixture = starting_mixture(sample, k, chosen, start, np.random.default_rng(seed), should_stop)
    rule = StopRule(tolerance, max_iterations)
    state = e_step(start_state(sample, mixture, chosen, should_stop=should_stop))
    states = [state]
    while (reason := rule.reason(state)) is None:
        state = step(sample, state, should_stop)
        states.append(state)
    return Trace(tuple(states), reason, seed)


def _floored(held: BoolArray) -> tuple[Event, ...]:
    return tuple(Floored(int(k)) for k in np.flatnonzero(held))


def _curve_events(before: Progress, now: Progress, slack: float) -> tuple[Event, ...]:
    gain, remaining = now.gain, now.remaining
    if gain is None:
        return ()
    if gain < -slack:
        # a start need not belong to the family: what its first M-step loses is no mistake of EM
        return () if before.gain is None else (Fell(amount=-gain),)
    flat = gain < PLATEAU_GAIN and (before.gain is None or before.gain >= PLATEAU_GAIN)
    if flat and remaining is not None and PLATEAU_GAIN < remaining < float("inf"):
        return (Plateau(amount=remaining),)
    return ()
