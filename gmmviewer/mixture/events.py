"""What a half-step has to report: values with advice, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """Something worth saying about a step. ``component`` counts from 0; ``amount`` is in nats."""

    kind: ClassVar[str] = ""
    component: int | None = None
    amount: float | None = None

    @property
    def message(self) -> str:
        """One sentence: what happened and what to do."""
        raise AssertionError("an event without a message")

    @property
    def name(self) -> str:
        """The component as people count it."""
        return f"Component {self.component + 1}" if self.component is not None else "A component"


class Floored(Event):
    """A covariance met the floor."""

    kind = "floored"

    @property
    def message(self) -> str:
        return (
            f"{self.name} has collapsed onto so few points that its spread is held at the floor. "
            "Use fewer components, another start, a higher floor or MAP-EM."
        )


class Empty(Event):
    """A component is responsible for no point."""

    kind = "empty"

    @property
    def message(self) -> str:
        return (
            f"{self.name} is responsible for no point and stays where it is. "
            "Drag its mean or use fewer components."
        )


@dataclass(frozen=True)
class Identical(Event):
    """A component equals another one, so that EM cannot tell them apart: a saddle of the log-likelihood."""

    kind = "identical"
    other: int = 0

    @property
    def message(self) -> str:
        return (
            f"Components {self.other + 1} and {self.name.removeprefix('Component ')} are identical. "
            "EM stands on a saddle and will never part them: separate them, drag one, or use another start."
        )


class Fell(Event):
    """The log-likelihood fell by more than rounding can explain."""

    kind = "fell"

    @property
    def message(self) -> str:
        return f"The log-likelihood fell by {self.amount:.3g} nats. EM must not do this: please report it."


class Plateau(Event):
    """The curve looks flat, yet there is more to gain."""

    kind = "plateau"

    @property
    def message(self) -> str:
        return f"The curve looks flat, but about {self.amount:.2g} nats are still to come."


class StopReason(Enum):
    """Why a run ended; the value is what the JSON output says."""

    CONVERGED = "converged"
    SADDLE = "stopped on a saddle: components are identical"
    MAX_ITERATIONS = "maximum iterations"
    STOPPED = "stopped by the user"
    REFUSED = "refused"
