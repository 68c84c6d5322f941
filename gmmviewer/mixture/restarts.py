"""Many starts, and the different optima they lead to.

EM finds a local maximum, which one depends on the start. Runs that end at the same parameters, up to the
numbering of components, are one optimum; how often it was reached says how far its valley extends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.fitting import Trace, run
from gmmviewer.mixture.matching import match
from gmmviewer.mixture.parallel import run_jobs, workers_for
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.racing import is_floored
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, never

Progress: TypeAlias = Callable[[int, int], None]

SAME_OBJECTIVE = 1e-3  # nats, and what the stop rule leaves open, twice
SAME_MIXTURE = 1e-3  # summed squared Hellinger distance; 0.06 σ in every mean


def ignore(_done: int, _of: int) -> None:
    """The ``progress`` of those who do not want to know."""


@dataclass(frozen=True)
class Attempt:
    """One run: the name of the ``start`` and the ``seed`` of it."""

    start: str
    seed: int


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the ``attempts`` ended: the highest of their states, and why that run stopped."""

    state: FitState
    stop_reason: StopReason
    attempts: tuple[Attempt, ...]

    @property
    def mixture(self) -> Mixture:
        """The parameters, in data units."""
        return self.state.mixture

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood in nats."""
        return self.state.log_likelihood

    @property
    def objective(self) -> float:
        """What the algorithm climbs, in nats."""
        return self.state.objective

    @property
    def reached(self) -> int:
        """How many runs ended here."""
        return len(self.attempts)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of these runs."""
        return tuple(attempt.seed for attempt in self.attempts)

    @property
    def floored(self) -> bool:
        """Whether the floor holds a component: the likelihood is as high as the floor is low, and says
        nothing about the data."""
        return is_floored(self.state)


@dataclass(frozen=True, eq=False)
class Restarts:
    """The distinct ``optima``, the highest first; ``failures``: what runs that came to nothing had to say."""

    optima: tuple[Optimum, ...]
    failures: tuple[tuple[Attempt, str], ...] = ()

    @property
    def best(self) -> Optimum | None:
        """The highest optimum in which no component is floored, if there is one; else the highest."""
        sound = [optimum for optimum in self.optima if not optimum.floored]
        return next(iter(sound or self.optima), None)


@dataclass(frozen=True, eq=False)
class _Common:
    """What all runs share."""

    sample: Sample
    k: int | None
    plan: Plan
    rule: StopRule
    fixed_mean: ArrayLike | None


def restarts(
    sample: Sample,
    k: int | None,
    plan: Plan,
    count: int = 20,
    *,
    starts: Sequence[str] = ("kmeans++",),
    seed: int = 0,
    rule: StopRule | None = None,
    fixed_mean: ArrayLike | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
    should_stop: ShouldStop = never,
) -> Restarts:
    """Fit ``count`` times from each of the named ``starts``, with the seeds ``seed``, ``seed`` + 1, …

    ``progress(done, of)`` counts runs. The result does not depend on ``workers`` (see ``run_jobs``). Raises
    ``ValueError`` when no run can begin, ``Cancelled`` when told to stop.
    """
    attempts = [Attempt(start, seed + i) for start in starts for i in range(count)]
    common = _Common(sample, k, plan, rule or StopRule(), fixed_mean)
    found: dict[int, tuple[FitState, StopReason] | str] = {}

    def deliver(index: int, item: tuple[FitState, StopReason] | str) -> None:
        found[index] = item
        progress(len(found), len(attempts))

    processes = workers_for(len(attempts), sample.n * (k or 1), workers)
    run_jobs(_attempted, common, attempts, deliver, workers=processes, should_stop=should_stop)
    failures = tuple((attempts[i], text) for i, text in sorted(found.items()) if isinstance(text, str))
    if len(failures) == len(attempts):
        raise ValueError(failures[0][1] if failures else "ask for at least one start")
    ends = [(attempts[i], *item) for i, item in sorted(found.items()) if not isinstance(item, str)]
    return Restarts(distinct_optima(ends, common.rule.tolerance), failures)


def attempt_trace(
    sample: Sample,
    k: int | None,
    plan: Plan,
    attempt: Attempt,
    rule: StopRule | None = None,
    fixed_mean: ArrayLike | None = None,
    should_stop: ShouldStop = never,
) -> Trace:
    """The whole trace of one attempt; the same bits as in ``restarts``."""
    generator = np.random.default_rng(attempt.seed)
    mixture = beginning(sample, k, plan, attempt.start, generator, fixed_mean, should_stop)
    return run(sample, mixture, _seeded(plan, attempt), rule or StopRule(), attempt.seed, should_stop)


def distinct_optima(
    ends: Sequence[tuple[Attempt, FitState, StopReason]], tolerance: float
) -> tuple[Optimum, ...]:
    """Ends of runs as optima, the highest first: an end belongs to the highest optimum that it equals.

    ``tolerance`` of the stop rule in nats: how far two runs to the same maximum may stop from it.
    """
    optima: list[Optimum] = []
    slack = max(SAME_OBJECTIVE, 2.0 * tolerance)
    for attempt, state, reason in sorted(ends, key=lambda end: -end[1].objective):
        for place, optimum in enumerate(optima):
            if same_optimum(optimum.state, state, slack):
                optima[place] = replace(optimum, attempts=(*optimum.attempts, attempt))
                break
        else:
            optima.append(Optimum(state, reason, (attempt,)))
    return tuple(optima)


def same_optimum(one: FitState, other: FitState, slack: float = SAME_OBJECTIVE) -> bool:
    """Whether two fits of the same sample are one maximum, up to the numbering of components."""
    near = abs(one.objective - other.objective) <= slack * one.sample.multiplicity
    if not near or one.standard.n_components != other.standard.n_components:
        return False
    return float(match(one.standard, other.standard).distances.sum()) <= SAME_MIXTURE


def _seeded(plan: Plan, attempt: Attempt) -> Plan:
    """Draws of stochastic EM are others in every attempt."""
    return replace(plan, seed=attempt.seed)


def _attempted(
    common: _Common, attempt: Attempt, should_stop: ShouldStop
) -> Iterator[tuple[FitState, StopReason] | str]:
    """The end of a run, or what is wrong with it."""
    try:
        trace = attempt_trace(
            common.sample, common.k, common.plan, attempt, common.rule, common.fixed_mean, should_stop
        )
    except ValueError as mistake:
        yield str(mistake)
    else:
        yield trace.result, trace.stop_reason
