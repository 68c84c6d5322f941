"""One half-step of EM as a frozen value: parameters, numbers that belong to them, and where EM stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from gmmviewer.mixture.events import Event
from gmmviewer.mixture.expectation import Expectation
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import SampleSummary
from gmmviewer.mixture.units import Units


class Stage(Enum):
    """Where a state stands between the two half-steps."""

    START = "start"  # parameters were given or edited; no responsibilities belong to them yet
    AFTER_E = "after E"  # responsibilities were computed from these parameters
    AFTER_M = "after M"  # parameters were re-estimated; the responsibilities are still the old ones


@dataclass(frozen=True)
class Progress:
    """How far an iteration moved, in nats and in relative parameters.

    ``gain``: rise of the objective in the last M-step; ``remaining``: Aitken's estimate of the gain still to
    come; ``parameter_change``: the largest relative change of a parameter; ``rate``: by what factor gains
    shrink, where accelerated EM has measured it. None: not known yet.
    """

    gain: float | None = None
    remaining: float | None = None
    parameter_change: float | None = None
    rate: float | None = None


@dataclass(frozen=True, eq=False)
class FitState:
    """EM after a half-step.

    ``iteration`` counts M-steps, so iteration 0 is the start. ``standard`` are the parameters in standard
    units, ``source`` those from which the current responsibilities came (None before the first E-step), at
    iteration ``assigned_at``. ``expectation`` is the E-step under ``standard``, whether or not it has been
    shown yet. ``log_likelihood``, ``objective`` (what the algorithm climbs) and ``bound`` (L(q, θ); None
    before the first E-step) are in nats and data units. ``events`` tell what happened when these parameters
    were made. ``leapt``: accelerated EM went further than an M-step; ``trail``: where it came from.
    """

    iteration: int
    stage: Stage
    plan: Plan
    sample: SampleSummary
    standard: Mixture
    source: Mixture | None
    expectation: Expectation
    log_likelihood: float
    objective: float
    bound: float | None
    assigned_at: int = 0
    progress: Progress = Progress()
    events: tuple[Event, ...] = ()
    leapt: bool = False
    trail: Mixture | None = None

    @property
    def family(self) -> CovarianceFamily:
        """The covariance family of the plan."""
        return self.plan.family

    @property
    def n(self) -> int:
        """The number of points."""
        return self.sample.n

    @property
    def units(self) -> Units:
        """The units in which ``standard`` is."""
        return self.sample.units

    def changed(self, **changes: Any) -> FitState:
        """The same state but for these fields: what ``dataclasses.replace`` does, for a tenth of the time,
        since every iteration makes two states."""
        other = object.__new__(type(self))
        kept = {name: value for name, value in vars(self).items() if name != "mixture"}
        vars(other).update(kept, **changes)
        return other

    @cached_property
    def mixture(self) -> Mixture:
        """The parameters in data units."""
        return self.units.restore_mixture(self.standard)

    @property
    def divergence(self) -> float | None:
        """KL(q ‖ p) = log p(X|θ) − L(q, θ); zero after an E-step of EM, None before the first."""
        return None if self.bound is None else self.log_likelihood - self.bound

    @property
    def next_half(self) -> Stage:
        """What the next half-step will lead to."""
        return Stage.AFTER_M if self.stage is Stage.AFTER_E else Stage.AFTER_E
