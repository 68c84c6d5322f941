"""Every change a person or the model thread can make, as a pure function from snapshot to snapshot.

Each function here returns an ``Edit``. An edit that changes nothing returns the same object, so that nothing
is emitted, drawn or added to the history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import BoolArray
from gmmviewer.mixture.families import families, family
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.document import Document, Given, ModelChoice, has_responsibilities
from gmmviewer.session.snapshot import Activity, Failure, Notice, Snapshot

Edit: TypeAlias = Callable[[Snapshot], Snapshot]

# Changing one of these makes another start; the others only say when to stop.
_MAKES_A_START = {"k", "covariance", "start", "seed"}


def open_points(
    points: PointSet, k: int | None = None, covariance: str | None = None, table: Table | None = None
) -> Edit:
    """Show other points (columns of ``table``, if any), at the start of a model that suits them."""

    def edit(snapshot: Snapshot) -> Snapshot:
        model = snapshot.document.model
        model = replace(model, k=k or model.k, covariance=_suited(covariance or model.covariance, points.d))
        return _with_document(snapshot, Document(points, model, table=table))

    return edit


def choose_model(**changes: Any) -> Edit:
    """Choose K, family, start, seed, tolerance or maximum iterations, by the field names of ModelChoice."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        model = replace(document.model, **changes)
        if model == document.model:
            return snapshot
        if _MAKES_A_START.isdisjoint(_changed(document.model, model)):
            return replace(snapshot, document=replace(document, model=model), activity=Activity())
        fresh = replace(document, model=model, states=(), given=None, by_hand=False)
        return _with_document(snapshot, fresh)

    return edit


def reset_to_start() -> Edit:
    """Forget every iteration but the first; the start itself stays as it was."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if not document.states or (len(document.states) == 1 and document.given is None):
            return snapshot
        return _with_document(snapshot, replace(document, states=document.states[:1], given=None), cursor=0)

    return edit


def add_points(values: ArrayLike) -> Edit:
    """Add (m, d) points; the model goes on from where it is."""
    added = np.asarray(values, dtype=np.float64)

    def edit(snapshot: Snapshot) -> Snapshot:
        if len(added) == 0:
            return snapshot
        return _with_points(snapshot, snapshot.document.points.with_points(added))

    return edit


def erase_points(erased: BoolArray) -> Edit:
    """Take away the points marked in ``erased`` (n,); the model goes on from where it is."""
    return lambda snapshot: _with_points(snapshot, snapshot.document.points.without(erased))


def clear_points() -> Edit:
    """Take away all points and the model with them: an empty sheet with the same axes."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if document.points.n == 0:
            return snapshot
        empty = document.points.cleared()
        cleared = replace(document, points=empty, states=(), given=None, table=None, by_hand=False)
        return _with_document(snapshot, cleared)

    return edit


def move_mean(component: int, mean: ArrayLike) -> Edit:
    """Put the mean of one component (in data units) elsewhere; EM goes on from there.

    States after the one shown are dropped. A start that is moved is still the start; anywhere else the hand
    leaves a state of its own on the curve.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, document = snapshot.parameters, snapshot.document
        if standard is None:
            return snapshot
        moved = standard.with_mean(component, document.points.units.standardise(mean))
        if np.array_equal(moved.means, standard.means):
            return snapshot
        kept = document.states[: snapshot.cursor + 1]
        if kept and kept[-1].stage is Stage.START:
            kept = kept[:-1]  # where the hand was a moment ago
        given = Given(moved, snapshot.source, assigned=False)
        changed = replace(document, states=kept, given=given, by_hand=document.by_hand or not kept)
        return _with_document(snapshot, changed, cursor=len(kept) - 1)

    return edit


def evaluated(document: Document, state: FitState) -> Edit:
    """The model thread made the state ``document`` was waiting for; dropped if no longer shown."""

    def edit(snapshot: Snapshot) -> Snapshot:
        if snapshot.document is not document:
            return snapshot
        states = (*document.states, state)
        ready = replace(document, states=states, given=None)
        cursor = len(states) - 1 if snapshot.at_end else snapshot.cursor
        return replace(snapshot, document=ready, cursor=cursor)

    return edit


def append_states(base: FitState, states: tuple[FitState, ...], *, halves_done: int = 0) -> Edit:
    """States that follow ``base``; dropped if ``base`` is no longer the latest one."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if document.latest is not base or document.given is not None or not states:
            return snapshot
        longer = replace(document, states=document.states + states)
        activity = replace(snapshot.activity, pending=max(0, snapshot.activity.pending - halves_done))
        cursor = len(longer.states) - 1 if snapshot.at_end else snapshot.cursor
        return replace(snapshot, document=longer, cursor=cursor, activity=activity)

    return edit


def failed(document: Document, message: str) -> Edit:
    """The model thread could not do its work on this document: everything stays, the reason is shown."""

    def edit(snapshot: Snapshot) -> Snapshot:
        if snapshot.document is not document:
            return snapshot
        activity = Activity(failure=Failure(document, message))
        return replace(snapshot, activity=activity, notice=Notice(message, "warning"))

    return edit


def interrupted(message: str) -> Edit:
    """A fault broke off what was going on: everything stays, and can be tried again."""
    return lambda snapshot: replace(snapshot, activity=Activity(), notice=Notice(message, "error"))


def want_halves(count: int, *, merge: bool = False) -> Edit:
    """Ask for half-steps. Where the trace already has them, only the cursor moves.

    ``merge``: the key is being held down; what was asked for and is not done yet is enough.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        if merge and snapshot.activity.pending:
            return snapshot
        known = 0 if snapshot.document.given else len(snapshot.document.states) - 1 - snapshot.cursor
        forward = min(max(known, 0), count)
        moved = seek(snapshot.cursor + forward)(snapshot) if forward else snapshot
        rest = count - forward
        if not rest:
            return moved
        activity = replace(moved.activity, pending=moved.activity.pending + rest, stopped=False)
        return replace(moved, cursor=len(moved.document.states) - 1, activity=activity)

    return edit


def seek(index: int) -> Edit:
    """Show another state of the trace."""

    def edit(snapshot: Snapshot) -> Snapshot:
        target = min(max(index, 0), len(snapshot.document.states) - 1)
        if target < 0 or target == snapshot.cursor:
            return snapshot
        return replace(snapshot, cursor=target, activity=replace(snapshot.activity, running=False, pending=0))

    return edit


def run() -> Edit:
    """Let EM run, from the end of the trace."""

    def edit(snapshot: Snapshot) -> Snapshot:
        if snapshot.activity.running:
            return snapshot
        end = replace(snapshot, cursor=len(snapshot.document.states) - 1)
        return replace(end, activity=Activity(running=True), notice=None)

    return edit


def pause(*, by_user: bool = False) -> Edit:
    """Stop a run, and forget half-steps that were asked for."""

    def edit(snapshot: Snapshot) -> Snapshot:
        activity = snapshot.activity
        if not activity.running and not activity.pending:
            return snapshot
        return replace(snapshot, activity=replace(activity, running=False, pending=0, stopped=by_user))

    return edit


def choose_view(**changes: Any) -> Edit:
    """Change view choices, by the field names of ViewChoices."""

    def edit(snapshot: Snapshot) -> Snapshot:
        view = replace(snapshot.view, **changes)
        return snapshot if view == snapshot.view else replace(snapshot, view=view)

    return edit


def choose_mode(mode: MouseMode) -> Edit:
    """Choose what the mouse does."""
    return choose_view(mode=mode)


def toggle_layer(key: str) -> Edit:
    """Show a layer that is hidden, hide one that is shown."""

    def edit(snapshot: Snapshot) -> Snapshot:
        return choose_view(layers=snapshot.view.layers ^ {key})(snapshot)

    return edit


def nothing(snapshot: Snapshot) -> Snapshot:
    """Leave everything as it is."""
    return snapshot


def both(first: Edit, second: Edit) -> Edit:
    """One edit after the other, as one change."""
    return lambda snapshot: second(first(snapshot))


def notify(text: str, severity: str = "info") -> Edit:
    """Show one message."""
    return lambda snapshot: replace(snapshot, notice=Notice(text, severity))


def dismiss() -> Edit:
    """Take the message away."""
    return lambda snapshot: snapshot if snapshot.notice is None else replace(snapshot, notice=None)


def _with_document(snapshot: Snapshot, document: Document, cursor: int | None = None) -> Snapshot:
    """Another document by hand: what was running or asked for belongs to the old one and stops."""
    where = len(document.states) - 1 if cursor is None else cursor
    return replace(snapshot, document=document, cursor=where, activity=Activity(), notice=None)


def _with_points(snapshot: Snapshot, points: PointSet) -> Snapshot:
    """Other points under the model as it stands; a run goes on."""
    document = snapshot.document
    if points is document.points:
        return snapshot
    standard = None if document.awaits_drawing else snapshot.parameters
    given = None
    if standard is not None:
        if points.units is not document.points.units:
            standard = points.units.standardise_mixture(document.points.units.restore_mixture(standard))
        assigned = has_responsibilities(snapshot.state) or snapshot.source is not None
        given = Given(standard, standard if assigned else None, assigned)
    changed = _with_document(snapshot, replace(document, points=points, states=(), given=given))
    return replace(changed, activity=Activity(running=snapshot.activity.running and points.n > 0))


def _suited(covariance: str, d: int) -> str:
    """The letters of the chosen family in d dimensions, or of the most general one there."""
    try:
        return family(covariance, d).letters
    except ValueError:
        return families(d)[0].letters


def _changed(old: ModelChoice, new: ModelChoice) -> set[str]:
    return {name for name in vars(old) if getattr(old, name) != getattr(new, name)}
