"""The best of several starts for little: all get a few iterations, the most promising go on to the end.

Biernacki, Celeux & Govaert (2003) call it short runs of EM. A finalist is given up when it has met the best
so far or cannot reach it any more. A fit in which the floor holds a component is only the best if there is no
other: its likelihood is as high as the floor is low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gmmviewer.mixture.algorithms import EM, algorithm
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.events import Floored
from gmmviewer.mixture.fitting import Trace, run
from gmmviewer.mixture.matching import match
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, never

HEATS = 3  # iterations of plain EM for every candidate
LEG = 10  # iterations after which a finalist is looked at
LEGS = 3  # in which it must overtake the best
HOPE = 2.0  # times what Aitken's estimate says is to come
MET = 0.05  # summed squared Hellinger distance to the best; in the same valley


def best_trace(
    sample: Sample,
    plan: Plan,
    candidates: Sequence[Mixture],
    rule: StopRule,
    seed: int = 0,
    should_stop: ShouldStop = never,
    *,
    winners: int = 2,
    seeded: int = 0,
) -> Trace:
    """The best trace that begins at one of the ``candidates`` (standard units), after its heat.

    So many ``winners`` of the heats go on, and the first ``seeded`` candidates whatever their heat says.
    Raises ``ValueError`` without candidates, ``Cancelled`` when told to stop.
    """
    if not candidates:
        raise ValueError("there is no start to begin from")
    if len(candidates) == 1:
        return run(sample, candidates[0], plan, rule, seed, should_stop)
    heat = StopRule(0.0, min(HEATS, rule.max_iterations))
    plain = replace(plan, algorithm=EM) if plan.algorithm.accelerates else plan
    heats = [run(sample, mixture, plain, heat, seed, should_stop) for mixture in candidates]
    finalists = sorted(heats, key=_rank)[:winners]
    finalists += [trace for trace in heats[:seeded] if trace not in finalists]
    best: Trace | None = None
    for trace in finalists:
        start = trace.result.standard
        if best is not None:
            promising = _promising(sample, start, plan, rule, best.result, seed, should_stop)
            if promising is None:
                continue
            start = promising
        end = run(sample, start, plan, rule, seed, should_stop)
        if best is None or _rank(end) < _rank(best):
            best = end
    assert best is not None
    return best


def _promising(
    sample: Sample,
    mixture: Mixture,
    plan: Plan,
    rule: StopRule,
    best: FitState,
    seed: int,
    should_stop: ShouldStop,
) -> Mixture | None:
    """How far a finalist has come when it may yet end above the best; None when it will not, or end there."""
    leg = StopRule(rule.tolerance, min(LEG, rule.max_iterations))
    for _ in range(LEGS):
        if float(match(best.standard, mixture).distances.sum()) < MET:
            return None
        state = run(sample, mixture, plan, leg, seed, should_stop).result
        mixture = state.standard
        if is_floored(best) and not is_floored(state):
            return mixture
        if state.objective > best.objective:
            return None if is_floored(state) else mixture
        remaining = state.progress.remaining
        if remaining is not None and state.objective + HOPE * remaining < best.objective:
            return None
    return None


def accelerated(plan: Plan) -> Plan:
    """The plan with accelerated in place of plain EM: its maxima are the same."""
    return replace(plan, algorithm=algorithm("SQUAREM")) if plan.algorithm is EM else plan


def is_floored(state: FitState) -> bool:
    """Whether the floor held a component when these parameters were made."""
    return any(isinstance(event, Floored) for event in state.events)


def _rank(trace: Trace) -> tuple[bool, float]:
    return is_floored(trace.result), -trace.result.objective
