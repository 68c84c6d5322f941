"""What a person works on: the points, the model they chose, and the states EM has gone through."""

from __future__ import annotations

from dataclasses import dataclass, field

from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.mixture.constraints import FREE, Constraints
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.families import CovarianceFamily, family
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.floor import RELATIVE_FLOOR
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.locks import has_locks

LARGEST_K = 50


@dataclass(frozen=True)
class ModelChoice:
    """What the model panel chooses. ``covariance``, ``algorithm`` and ``start`` are names of registered ones.

    ``constraints``: locks and ties; ``fixed_mean`` (d,) in data units: where all components stay, if
    anywhere; ``noise``: a uniform component; ``floor``: the smallest variance as a fraction of the data's.
    """

    k: int = 2
    covariance: str = "VVV"
    start: str = "kmeans++"
    seed: int = 1
    tolerance: float = 1e-2
    max_iterations: int = 1000
    algorithm: str = "EM"
    constraints: Constraints = FREE
    fixed_mean: tuple[float, ...] | None = None
    noise: bool = False
    floor: float = RELATIVE_FLOOR

    @property
    def rule(self) -> StopRule:
        """When a run ends."""
        return StopRule(self.tolerance, self.max_iterations)

    def family(self, d: int) -> CovarianceFamily:
        """The chosen family as it is in d dimensions."""
        return family(self.covariance, d)

    def plan(self, d: int) -> Plan:
        """What is fitted and how, in d dimensions."""
        fixed = self.fixed_mean is not None
        return plan_for(
            d, self.covariance, self.algorithm, self.constraints, fixed, self.noise, self.floor, self.seed
        )


@dataclass(frozen=True, eq=False)
class Given:
    """Parameters set by hand or carried over to new points; the model thread has not evaluated them yet.

    ``mixture`` and ``source`` in standard units; ``source`` gives the colours on screen. ``assigned``: the
    responsibilities follow these parameters at once, as they did on screen before.
    """

    mixture: Mixture
    source: Mixture | None
    assigned: bool


@dataclass(frozen=True, eq=False)
class Document:
    """Points, model and trace. ``states`` is empty until the model thread has made the start.

    ``table`` is what the points are columns of, so that other columns can be chosen; ``by_hand``: the start
    was edited and has to be kept; ``held`` (standard units): where the locked parameters of a start that is
    still to be made have to be.
    """

    points: PointSet
    model: ModelChoice = field(default_factory=ModelChoice)
    states: tuple[FitState, ...] = ()
    given: Given | None = None
    table: Table | None = None
    by_hand: bool = False
    held: Mixture | None = None

    @property
    def needs_evaluation(self) -> bool:
        """Whether the model thread has to make a state before anything can be stepped."""
        return self.points.n > 0 and (not self.states or self.given is not None)

    @property
    def awaits_drawing(self) -> bool:
        """Whether the sheet is still being drawn: EM has not begun, and the start may follow the points."""
        begun = has_responsibilities(self.latest) or (
            self.given is not None and self.given.source is not None
        )
        return self.points.drawn and not begun and not self.by_hand and not has_locks(self.model.constraints)

    @property
    def has_begun(self) -> bool:
        """Whether the trace is more than a start that the model thread made by itself."""
        return self.by_hand or self.given is not None or len(self.states) > 1

    @property
    def latest(self) -> FitState | None:
        """The last state of the trace."""
        return self.states[-1] if self.states else None

    @property
    def next_iteration(self) -> int:
        """The iteration number of a state set by hand after the present ones."""
        return self.states[-1].iteration + 1 if self.states else 0


def has_responsibilities(state: FitState | None) -> bool:
    """Whether an E-step has been done on the way to this state."""
    return state is not None and (state.stage is not Stage.START or state.source is not None)


def same_plan(one: Plan, other: Plan) -> bool:
    """Whether both fit the same model in the same way; another seed is another start anyway."""
    names = ("family", "algorithm", "constraints", "noise", "floor")
    return all(getattr(one, name) == getattr(other, name) for name in names)
