"""The part of a snapshot that a canvas draws, so that everything else may change without a repaint."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.mixture.assignment import Assignment
from gmmviewer.mixture.events import Empty
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState
from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.snapshot import Snapshot

HISTORICAL = frozenset({"trails", "echoes", "changed"})  # layers that show more than the present state


@dataclass(frozen=True, eq=False)
class Shown:
    """``standard`` and ``source`` in standard units, ``mixture`` the former in data units.

    ``assignment``: what the algorithm makes of the responsibilities under ``source``. ``ghosts``:
    components that are responsible for no point. ``selection``: the selected components; ``rows`` the
    selected points. ``past``: the states up to the one shown, where a layer needs them, else none.
    """

    points: PointSet
    standard: Mixture | None
    mixture: Mixture | None
    source: Mixture | None
    assignment: Assignment
    ghosts: frozenset[int]
    view: ViewChoices
    selection: tuple[int, ...]
    rows: IntArray
    past: tuple[FitState, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, before: Shown | None) -> Shown:
        """What to draw now: ``before`` itself where nothing visible changed, its parts where they stayed."""
        now = cls._of(snapshot)
        if before is None:
            return now
        if now.standard is before.standard and now.points.units is before.points.units:
            now = replace(now, mixture=before.mixture)
        return before if now._looks_like(before) else now

    @classmethod
    def _of(cls, snapshot: Snapshot) -> Shown:
        state, view, document = snapshot.state, snapshot.view, snapshot.document
        events = state.events if state is not None and document.given is None else ()
        return cls(
            points=document.points,
            standard=snapshot.parameters,
            mixture=snapshot.mixture,
            source=snapshot.source,
            assignment=snapshot.assignment,
            ghosts=frozenset(e.component for e in events if isinstance(e, Empty) and e.component is not None),
            view=view,
            selection=snapshot.selection,
            rows=snapshot.rows,
            past=document.states[: snapshot.cursor + 1] if HISTORICAL & view.layers else (),
        )

    def _looks_like(self, other: Shown) -> bool:
        """Whether nothing visible differs; what was made anew without a change does not count."""
        same = all(getattr(self, name) is getattr(other, name) for name in ("points", "standard", "source"))
        equal = ("assignment", "ghosts", "view", "selection")
        return (
            same
            and all(getattr(self, name) == getattr(other, name) for name in equal)
            and np.array_equal(self.rows, other.rows)
            and self.past[-1:] == other.past[-1:]
            and len(self.past) == len(other.past)
        )

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
