"""A whole fit in one call: start, iterate, stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.algorithms import Algorithm, algorithm
from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.constraints import FREE, Constraints
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.em import e_step, start_state, step
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.families import CovarianceFamily, family
from gmmviewer.mixture.floor import RELATIVE_FLOOR
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import Start
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, never


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
    def result(self) -> FitState:
        """The fitted state: the last one, or the best where the algorithm does not climb."""
        if self.states[-1].plan.algorithm.climbs:
            return self.states[-1]
        return max(self.states, key=_objective)

    @property
    def mixture(self) -> Mixture:
        """The fitted parameters, in data units."""
        return self.result.mixture

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of the fitted parameters, in nats."""
        return self.result.log_likelihood

    @property
    def log_likelihoods(self) -> tuple[float, ...]:
        """The log-likelihood of every iteration; index 0 is the start."""
        return tuple(state.log_likelihood for state in self.states)

    @property
    def objectives(self) -> tuple[float, ...]:
        """What the algorithm climbs, for every iteration; for EM the log-likelihood."""
        return tuple(state.objective for state in self.states)


def _objective(state: FitState) -> float:
    return state.objective


def fit(
    points: ArrayLike | Sample,
    k: int | None = None,
    *,
    covariance: str | CovarianceFamily = "full",
    algorithm: str | Algorithm = "EM",
    start: Start = "kmeans++",
    constraints: Constraints = FREE,
    fixed_mean: ArrayLike | None = None,
    noise: bool = False,
    weights: ArrayLike | None = None,
    floor: float = RELATIVE_FLOOR,
    seed: int = 0,
    max_iterations: int = 1000,
    tolerance: float = 1e-2,
    should_stop: ShouldStop = never,
) -> Trace:
    """Fit a Gaussian mixture and return the trace of its states.

    ``points`` (n, d) or (n,), each counted as often as ``weights`` (n,) say; ``k`` components (may be left
    out when ``start`` says how many); ``covariance`` a family by name (``full``, ``VVV``, ``tied``,
    ``scale`` …); ``algorithm`` ``EM``, ``hard``, ``stochastic``, ``annealed``, ``MAP`` or ``SQUAREM``;
    ``start`` the name of a start, one integer label per point, or a ``Mixture`` in data units;
    ``fixed_mean`` (d,) in data units, where all components stay; ``noise`` adds a uniform component;
    ``floor`` the smallest variance as a fraction of the data's; ``tolerance`` the expected remaining gain
    in nats at which to stop, 0 to run all ``max_iterations``. The same seed gives the same bits.
    Raises ``ValueError`` with advice when the points or the choices make no fit possible.
    """
    sample = Sample.of(points, weights=weights)
    plan = plan_for(sample.d, covariance, algorithm, constraints, fixed_mean is not None, noise, floor, seed)
    generator = np.random.default_rng(seed)
    mixture = beginning(sample, k, plan, start, generator, fixed_mean, should_stop)
    return run(sample, mixture, plan, StopRule(tolerance, max_iterations), seed, should_stop)


def plan_for(
    d: int,
    covariance: str | CovarianceFamily = "full",
    algorithm_name: str | Algorithm = "EM",
    constraints: Constraints = FREE,
    mean_is_fixed: bool = False,
    noise: bool = False,
    floor: float = RELATIVE_FLOOR,
    seed: int = 0,
) -> Plan:
    """The plan with these choices for data in d dimensions. Raises ``ValueError`` for names unknown there."""
    ties = replace(constraints, shared_mean=True, means=frozenset({0})) if mean_is_fixed else constraints
    return Plan(family(covariance, d), algorithm(algorithm_name), ties, noise, floor, seed)


def run(
    sample: Sample,
    mixture: Mixture,
    plan: Plan,
    rule: StopRule,
    seed: int = 0,
    should_stop: ShouldStop = never,
) -> Trace:
    """Iterate from a mixture (standard units) until the rule says stop."""
    state = e_step(start_state(sample, mixture, plan, should_stop=should_stop))
    states = [state]
    while (reason := rule.reason(state)) is None:
        state = step(sample, state, should_stop)
        states.append(state)
    return Trace(tuple(states), reason, seed)
