"""Edits in time: steps, runs, travel along the trace, and what the model thread answers."""

from __future__ import annotations

from dataclasses import replace

from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.document import Document
from gmmviewer.session.edit import Edit
from gmmviewer.session.snapshot import Activity, Failure, Notice, Snapshot


def evaluated(document: Document, state: FitState) -> Edit:
    """The model thread made the state ``document`` was waiting for; dropped if no longer shown."""

    def edit(snapshot: Snapshot) -> Snapshot:
        if snapshot.document is not document:
            return snapshot
        states = (*document.states, state)
        ready = replace(document, states=states, given=None, held=None)
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


def seek_best() -> Edit:
    """Show the state with the highest objective."""

    def edit(snapshot: Snapshot) -> Snapshot:
        best = best_index(snapshot.document.states)
        return snapshot if best is None else seek(best)(snapshot)

    return edit


def is_wandering(states: tuple[FitState, ...]) -> bool:
    """Whether the algorithm at work does not climb and has come to some state after an E-step."""
    if not states or states[-1].plan.algorithm.climbs:
        return False
    algorithm = states[-1].plan.algorithm
    return any(s.stage is Stage.AFTER_E and s.plan.algorithm is algorithm for s in reversed(states))


def best_index(states: tuple[FitState, ...]) -> int | None:
    """The first state after an E-step with the highest objective of the algorithm that is at work now.

    None before there is one, and for an algorithm that climbs: its last state is its best.
    """
    if not is_wandering(states):
        return None
    algorithm = states[-1].plan.algorithm
    wanted = [
        index
        for index, state in enumerate(states)
        if state.stage is Stage.AFTER_E and state.plan.algorithm is algorithm
    ]
    return max(wanted, key=lambda index: states[index].objective)


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
