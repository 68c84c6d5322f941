"""The frozen value that describes everything on screen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.document import Document

NO_ROWS: IntArray = np.empty(0, dtype=np.int64)
NO_ROWS.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Failure:
    """Why the model thread could not do what a document asks for; it is not asked again for the same one."""

    document: Document
    message: str


@dataclass(frozen=True, eq=False)
class Activity:
    """What is going on: a run, half-steps that were asked for and are not done, and what went wrong."""

    running: bool = False
    pending: int = 0
    stopped: bool = False
    failure: Failure | None = None


@dataclass(frozen=True)
class Notice:
    """One message for the person, with advice. ``severity``: "info", "warning" or "error"."""

    text: str
    severity: str = "info"


@dataclass(frozen=True, eq=False)
class Picked:
    """Selected points: ``rows`` (m,) of ``points``, rising. They mean nothing to any other point set."""

    points: PointSet
    rows: IntArray


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Document, the iteration shown, view choices and activity. Views compare old and new with ``is``.

    ``chosen``: the components selected in the table, of which some may be gone (see ``selection``);
    ``picked``: the points selected last, of a point set that may be gone (see ``rows``).
    """

    document: Document
    cursor: int = -1
    view: ViewChoices = field(default_factory=ViewChoices)
    activity: Activity = field(default_factory=Activity)
    notice: Notice | None = None
    chosen: tuple[int, ...] = ()
    picked: Picked | None = None

    @property
    def rows(self) -> IntArray:
        """The selected points, as rising rows of the point set shown."""
        current = self.picked is not None and self.picked.points is self.document.points
        return self.picked.rows if self.picked is not None and current else NO_ROWS

    @property
    def selection(self) -> tuple[int, ...]:
        """The selected components there are, in rising order."""
        k = 0 if self.parameters is None else self.parameters.n_components
        return tuple(component for component in self.chosen if component < k)

    @property
    def state(self) -> FitState | None:
        """The state shown, or None before the model thread has made the start."""
        states = self.document.states
        return states[self.cursor] if 0 <= self.cursor < len(states) else None

    @property
    def at_end(self) -> bool:
        """Whether the last state is the one shown."""
        return self.cursor == len(self.document.states) - 1

    @property
    def parameters(self) -> Mixture | None:
        """The parameters shown, in standard units: those of a hand in motion, else of the state."""
        given = self.document.given
        if given is not None:
            return given.mixture
        return None if self.state is None else self.state.standard

    @property
    def mixture(self) -> Mixture | None:
        """The parameters shown, in data units."""
        if self.document.given is None and self.state is not None:
            return self.state.mixture
        standard = self.parameters
        return None if standard is None else self.document.points.units.restore_mixture(standard)

    @property
    def source(self) -> Mixture | None:
        """Parameters (standard units) whose responsibilities colour the points; None before any E."""
        given = self.document.given
        if given is not None:
            return given.source
        return None if self.state is None else self.state.source

    @property
    def assignment(self) -> Assignment:
        """How the responsibilities under ``source`` became what colours the points."""
        if self.document.given is not None or self.state is None:
            return SOFT
        return self.state.plan.assignment(self.state.assigned_at)

    @property
    def next_half(self) -> Stage:
        """What the next half-step will be once everything asked for is done."""
        given = self.document.given
        if given is not None:
            stage = Stage.AFTER_M if given.assigned else Stage.AFTER_E
        else:
            stage = Stage.AFTER_E if self.state is None else self.state.next_half
        flipped = Stage.AFTER_E if stage is Stage.AFTER_M else Stage.AFTER_M
        return flipped if self.activity.pending % 2 else stage

    @property
    def failure(self) -> str | None:
        """Why the model thread cannot make a start from what is chosen now."""
        failure = self.activity.failure
        return failure.message if failure is not None and failure.document is self.document else None

    @property
    def stop_reason(self) -> StopReason | None:
        """Why EM stands still at the end of the trace, if it does."""
        latest = self.document.latest
        if self.failure is not None:
            return StopReason.REFUSED
        if latest is None or self.activity.running:
            return None
        reason = self.document.model.rule.reason(latest)
        return reason or (StopReason.STOPPED if self.activity.stopped else None)
