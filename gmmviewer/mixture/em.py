"""Expectation–maximisation, one half-step at a time (Bishop 2006, section 9.2.2).

    START ──E──▶ AFTER_E ──M──▶ AFTER_M ──E──▶ AFTER_E ──M──▶ …
                iteration 0     iteration 1    iteration 1

An M-step makes one pass over the points under the new parameters, which gives their log-likelihood and, at
once, everything the following E-step will need; that E-step is then free. Steps never raise on finite data.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from gmmviewer.mixture.assignment import SOFT
from gmmviewer.mixture.bound import lower_bound
from gmmviewer.mixture.convergence import accelerated_progress, progress_after, rounding
from gmmviewer.mixture.events import Event, Fell, Floored, Plateau
from gmmviewer.mixture.expectation import Expectation, expectation
from gmmviewer.mixture.extrapolation import leap
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.maximisation import floored_events, identical_events, maximise
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState, Progress, Stage
from gmmviewer.mixture.stopping import ShouldStop, never

PLATEAU_GAIN = 1e-2  # nats; a gain that no eye sees on the curve


def start_state(
    sample: Sample,
    mixture: Mixture,
    plan: Plan | CovarianceFamily,
    iteration: int = 0,
    source: Mixture | None = None,
    should_stop: ShouldStop = never,
) -> FitState:
    """The state of EM at given parameters (in standard units), before responsibilities belong to them.

    ``plan`` may be just a covariance family; ``source``: where responsibilities that are still around came
    from. Covariances below the floor are raised to it, with an event, and ties are made true.
    """
    chosen = Plan.of(plan)
    start = chosen.admitted(mixture, sample)
    low = chosen.floor_of(sample).clip_full(mixture.covariances)[1]
    found = expectation(sample, start, chosen.assignment(iteration), should_stop)
    log_likelihood, objective = _in_data_units(found, start, chosen, sample)
    return FitState(
        iteration=iteration,
        stage=Stage.START,
        plan=chosen,
        sample=sample.summary,
        standard=start,
        source=source,
        expectation=found,
        log_likelihood=log_likelihood,
        objective=objective,
        bound=None,
        events=(*floored_events(low), *identical_events(start)),
    )


def e_step(state: FitState) -> FitState:
    """Responsibilities from the current parameters: KL becomes as small as the algorithm lets it be.

    In EM the bound L meets the log-likelihood and KL is zero. After an E-step this changes nothing and
    returns the state itself.
    """
    if state.stage is Stage.AFTER_E:
        return state
    bound = state.log_likelihood
    if state.plan.assignment(state.iteration) is not SOFT:
        found = state.expectation
        bound = lower_bound(found.moments, found.entropy, state.standard) - state.sample.log_volume
    return state.changed(stage=Stage.AFTER_E, source=state.standard, bound=bound, assigned_at=state.iteration)


def m_step(sample: Sample, state: FitState, should_stop: ShouldStop = never) -> FitState:
    """Parameters that maximise Q under the current responsibilities: the bound L rises.

    Raises ``ValueError`` when no responsibilities belong to the state yet, ``Cancelled`` when told to stop.
    """
    if state.stage is not Stage.AFTER_E:
        raise ValueError("an M-step needs responsibilities: do an E-step first")
    if sample.n != state.n or not sample.units.same_as(state.units):
        raise ValueError("the state belongs to other points: begin with start_state on these")
    new, events = maximise(state.expectation.moments, state.standard, state.plan, sample)
    if state.plan.algorithm.accelerates and state.trail is not None:
        ahead = leap((state.trail, state.standard, new), state.plan, sample)
        if ahead.mixture is not None:
            found = _evaluated(sample, state, ahead.mixture, should_stop)
            if found.objective >= state.expectation.objective:
                return _moved(sample, state, ahead.mixture, found, (), leapt=True, rate=ahead.rate)
        found = _evaluated(sample, state, new, should_stop)
        return _moved(sample, state, new, found, events, rate=ahead.rate)
    return _moved(sample, state, new, _evaluated(sample, state, new, should_stop), events)


def _evaluated(sample: Sample, state: FitState, mixture: Mixture, should_stop: ShouldStop) -> Expectation:
    return expectation(sample, mixture, state.plan.assignment(state.iteration + 1), should_stop)


def _moved(
    sample: Sample,
    state: FitState,
    new: Mixture,
    found: Expectation,
    events: tuple[Event, ...],
    *,
    leapt: bool = False,
    rate: float | None = None,
) -> FitState:
    """The state after an M-step to ``new``, which ``found`` belongs to."""
    held = [event.component for event in events if isinstance(event, Floored) and event.component is not None]
    if state.plan.family.coupled:
        held = list(range(new.n_components))  # Q is flat in what they share, not in each covariance alone
    slack = rounding(sample, found, new, held, state.plan.prior(sample, new.n_components))
    gain = _gain(sample, state, new, found)
    if state.plan.algorithm.accelerates and gain is not None:
        progress = accelerated_progress(state, new, gain, slack, leapt=leapt, rate=rate)
    else:
        progress = progress_after(state, new, gain, slack)
    log_likelihood, objective = _in_data_units(found, new, state.plan, sample)
    moments, entropy = state.expectation.moments, state.expectation.entropy
    state.standard.release()
    return state.changed(
        iteration=state.iteration + 1,
        stage=Stage.AFTER_M,
        standard=new,
        expectation=found,
        log_likelihood=log_likelihood,
        objective=objective,
        bound=lower_bound(moments, entropy, new) - state.sample.log_volume,
        progress=progress,
        events=(*events, *_curve_events(state, progress, slack)),
        leapt=leapt,
        trail=_trail(state, leapt=leapt, tried=rate is not None),
    )


def _trail(state: FitState, *, leapt: bool, tried: bool) -> Mixture | None:
    """Where a path of plain steps begins that the next leap can be taken from."""
    if not state.plan.algorithm.accelerates or leapt or tried:
        return None
    return state.standard


def _gain(sample: Sample, state: FitState, new: Mixture, found: Expectation) -> float | None:
    """How much the objective rose, in standard units (less rounding); None if it changed its meaning."""
    if not state.plan.algorithm.settled(state.iteration):
        return None
    gain = found.objective - state.expectation.objective
    prior = state.plan.prior(sample, new.n_components)
    if prior is not None:
        gain += prior.log_density(new) - prior.log_density(state.standard)
    return gain


def _in_data_units(found: Expectation, mixture: Mixture, plan: Plan, sample: Sample) -> tuple[float, float]:
    """The log-likelihood and the objective in data units."""
    volume = sample.summary.log_volume
    objective = found.objective - volume
    prior = plan.prior(sample, mixture.n_components)
    if prior is not None:
        objective += prior.log_density(mixture, sample.units.log_volume(1) / sample.d)
    return found.log_likelihood - volume, objective


def step(points: ArrayLike | Sample, state: FitState, should_stop: ShouldStop = never) -> FitState:
    """One iteration: on to the next state after an E-step with one more M-step behind it.

    From a start this is E, M, E; after an E-step it is M, E; after an M-step it is the E that completes it.
    ``points`` are (n, d) in data units, the same as the state was made from.
    """
    if state.stage is Stage.AFTER_M:
        return e_step(state)
    return e_step(m_step(Sample.of(points, state.units), e_step(state), should_stop))


def _curve_events(state: FitState, now: Progress, slack: float) -> tuple[Event, ...]:
    before, gain, remaining = state.progress, now.gain, now.remaining
    if gain is None or not state.plan.algorithm.climbs:
        return ()
    if gain < -slack:
        # a start need not belong to the family: what its first M-step loses is no mistake of EM
        return () if before.gain is None else (Fell(amount=-gain),)
    flat = gain < PLATEAU_GAIN and (before.gain is None or before.gain >= PLATEAU_GAIN)
    if flat and remaining is not None and PLATEAU_GAIN < remaining < float("inf"):
        return (Plateau(amount=remaining),)
    return ()
