"""One half-step of EM as a frozen value: parameters, numbers that belong to them, and where EM stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from gmmviewer.mixture.events import Event
from gmmviewer.mixture.expectation import Expectation
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.units import Units


class Stage(Enum):
    """Where a state stands between the two half-steps."""

    START = "start"  # parameters were given or edited; no responsibilities belong to them yet
    AFTER_E = "after E"  # responsibilities were computed from these parameters
    AFTER_M = "after M"  # parameters were re-estimated; the responsibilities are still the old ones


@dataclass(frozen=True, eq=False)
class Progress:
    """How far an iteration moved, in nats and in relative parameters.

    ``gain``: rise of the log-likelihood in the last M-step; ``remaining``: Aitken's estimate of the gain
    still to come; ``parameter_change``: the largest relative change of a parameter. None: not known yet.
    """

    gain: float | None = None
    remaining: float | None = None
    parameter_change: float | None = None


@dataclass(frozen=True, eq=False)
class FitState:
    """EM after a half-step.

    ``iteration`` counts M-steps, so iteration 0 is the start. ``standard`` are the parameters in standard
    units, ``source`` those from which the current responsibilities came (None before the first E-step).
    ``expectation`` is the E-step under ``standard``, whether or not it has been shown yet. ``log_likelihood``
    and ``bound`` (L(q, θ); None before the first E-step) are in nats and data units. ``events`` tell what
    happened when these parameters were made.
    """

    iteration: int
    stage: Stage
    family: CovarianceFamily
    n: int
    units: Units
    standard: Mixture
    source: Mixture | None
    expectation: Expectation
    log_likelihood: float
    bound: float | None
    progress: Progress = Progress()
    events: tuple[Event, ...] = ()

    @cached_property
    def mixture(self) -> Mixture:
        """The parameters in data units."""
        return self.units.restore_mixture(self.standard)

    @property
    def divergence(self) -> float | None:
        """KL(q ‖ p) = log p(X|θ) − L(q, θ); zero after an E-step, None before the first."""
        return None if self.bound is None else self.log_likelihood - self.bound

    @property
    def next_half(self) -> Stage:
        """What the next half-step will lead to."""
        return Stage.AFTER_M if self.stage is Stage.AFTER_E else Stage.AFTER_E
