"""The part of a snapshot that a canvas draws, so that everything else may change without a repaint."""

from __future__ import annotations

from dataclasses import dataclass

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.assignment import Assignment
from gmmviewer.mixture.events import Empty
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Shown:
    """``standard`` and ``source`` in standard units, ``mixture`` the former in data units.

    ``assignment``: what the algorithm makes of the responsibilities under ``source``. ``ghosts``:
    components that are responsible for no point.
    """

    points: PointSet
    standard: Mixture | None
    mixture: Mixture | None
    source: Mixture | None
    assignment: Assignment
    ghosts: frozenset[int]
    view: ViewChoices

    @classmethod
    def of(cls, snapshot: Snapshot, before: Shown | None) -> Shown:
        """What to draw now: ``before`` itself where nothing visible changed, its parts where they stayed."""
        points, standard, source = snapshot.document.points, snapshot.parameters, snapshot.source
        state, view, assignment = snapshot.state, snapshot.view, snapshot.assignment
        events = state.events if state is not None and snapshot.document.given is None else ()
        ghosts = frozenset(e.component for e in events if isinstance(e, Empty) and e.component is not None)
        if before is None:
            return cls(points, standard, snapshot.mixture, source, assignment, ghosts, view)
        same_model = standard is before.standard and points.units is before.points.units
        if (
            same_model
            and points is before.points
            and source is before.source
            and assignment == before.assignment
            and ghosts == before.ghosts
            and view == before.view
        ):
            return before
        mixture = before.mixture if same_model else snapshot.mixture
        return cls(points, standard, mixture, source, assignment, ghosts, view)

    def same_sheet(self, other: Shown | None) -> bool:
        """Whether the points of both are the same data set, edited by hand at most.

        Hand edits keep the very objects that name a data set; any other data set brings its own. A sheet
        that was cleared keeps its axes.
        """
        if other is None:
            return False
        mine, its = self.points, other.points
        if mine.columns is not its.columns:
            return False
        return (mine.drawn and mine.n == 0) or (mine.name is its.name and mine.notes is its.notes)
