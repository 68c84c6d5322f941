"""When an action is allowed: each rule answers None, or why not and what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gmmviewer.mixture.state import Stage
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.edits_time import is_wandering
from gmmviewer.session.history import History
from gmmviewer.session.snapshot import Snapshot

Rule: TypeAlias = Callable[[Snapshot, History], str | None]


def always(_snapshot: Snapshot, _history: History) -> str | None:
    """Nothing speaks against it."""
    return None


def has_points(snapshot: Snapshot, _history: History) -> str | None:
    """There is something to work on."""
    if snapshot.document.points.n == 0:
        return "There are no points yet: draw some (2), open a file or choose a data set."
    return None


def has_model(snapshot: Snapshot, history: History) -> str | None:
    """There are points, and a start could be made from them."""
    if snapshot.failure is not None:
        return snapshot.failure
    return has_points(snapshot, history)


def can_step(snapshot: Snapshot, history: History) -> str | None:
    """EM stands still and can go on."""
    if snapshot.activity.running:
        return "EM is running: press R to pause, then step."
    return has_model(snapshot, history)


def can_e_step(snapshot: Snapshot, history: History) -> str | None:
    """Responsibilities are out of date."""
    why_not = can_step(snapshot, history)
    if why_not is None and snapshot.next_half is not Stage.AFTER_E:
        return "The responsibilities already belong to these parameters: the M-step (M) comes next."
    return why_not


def can_m_step(snapshot: Snapshot, history: History) -> str | None:
    """Responsibilities are up to date."""
    why_not = can_step(snapshot, history)
    if why_not is None and snapshot.next_half is not Stage.AFTER_M:
        return "The parameters need new responsibilities first: the E-step (E) comes next."
    return why_not


def can_run(snapshot: Snapshot, history: History) -> str | None:
    """There is something left to do, or a run to pause."""
    if snapshot.activity.running:
        return None
    why_not = has_model(snapshot, history)
    latest = snapshot.document.latest
    if why_not is None and latest is not None and snapshot.document.given is None:
        reason = snapshot.document.model.rule.reason(latest)
        if reason is not None:
            return f"EM has stopped ({reason.value}). Space still steps; N makes a new start."
    return why_not


def can_step_back(snapshot: Snapshot, _history: History) -> str | None:
    """There is an earlier state."""
    return None if snapshot.cursor > 0 else "This is the first state."


def can_step_forward(snapshot: Snapshot, _history: History) -> str | None:
    """There is a later state."""
    return "This is the last state so far: Space makes the next." if snapshot.at_end else None


def can_reset(snapshot: Snapshot, _history: History) -> str | None:
    """EM has left its start."""
    document = snapshot.document
    if len(document.states) <= 1 and not snapshot.activity.running:
        return "EM is at its start already."
    return None


def can_undo(_snapshot: Snapshot, history: History) -> str | None:
    """Something was done."""
    return None if history.undo else "There is nothing to undo."


def can_redo(_snapshot: Snapshot, history: History) -> str | None:
    """Something was undone."""
    return None if history.redo else "There is nothing to redo."


def can_add_component(snapshot: Snapshot, _history: History) -> str | None:
    """There is room for one component more."""
    return (
        None
        if snapshot.document.model.k < LARGEST_K
        else f"{LARGEST_K} components are the most there can be."
    )


def can_remove_component(snapshot: Snapshot, _history: History) -> str | None:
    """There is more than one component."""
    return None if snapshot.document.model.k > 1 else "A mixture has at least one component."


def has_best(snapshot: Snapshot, _history: History) -> str | None:
    """The algorithm wanders, and some state is the best so far."""
    latest = snapshot.document.latest
    if latest is None or latest.plan.algorithm.climbs:
        return "This algorithm climbs: its last state is its best (End)."
    return None if is_wandering(snapshot.document.states) else "There is no iteration yet."


def has_selection(snapshot: Snapshot, history: History) -> str | None:
    """Components are selected in the table."""
    why_not = has_model(snapshot, history)
    if why_not is None and not snapshot.selection:
        return "Select components first: in the table, or with a click on one (3)."
    return why_not


def can_split(snapshot: Snapshot, history: History) -> str | None:
    """There is a component to split, and room for one more."""
    return has_model(snapshot, history) or can_add_component(snapshot, history)


def can_merge(snapshot: Snapshot, history: History) -> str | None:
    """There are two components."""
    return has_model(snapshot, history) or can_remove_component(snapshot, history)


def can_remove_selected(snapshot: Snapshot, history: History) -> str | None:
    """Some component stays."""
    why_not = can_merge(snapshot, history)
    if why_not is None and len(snapshot.selection) >= snapshot.document.model.k:
        return "A mixture has at least one component: select fewer."
    return why_not


def exists_in(*dimensions: int) -> Rule:
    """It has a meaning in these dimensions."""

    def rule(snapshot: Snapshot, _history: History) -> str | None:
        if snapshot.document.points.d in dimensions:
            return None
        return f"This exists in {'two dimensions' if 2 in dimensions else 'one dimension'} only."

    return rule


def has_truth(snapshot: Snapshot, _history: History) -> str | None:
    """Some points are known to come from somewhere."""
    if not snapshot.document.points.has_truth:
        return "The truth is not known here: built-in generated data and points drawn with a class have one."
    return None


def has_something_selected(snapshot: Snapshot, history: History) -> str | None:
    """Points or components are selected."""
    why_not = has_points(snapshot, history)
    if why_not is None and not len(snapshot.rows) and not snapshot.selection:
        return "Nothing is selected: select points (3), or components in the table."
    return why_not


def has_rows(snapshot: Snapshot, history: History) -> str | None:
    """Points are selected."""
    why_not = has_points(snapshot, history)
    if why_not is None and not len(snapshot.rows):
        return "Select points first: press 3, then click or drag around them."
    return why_not


def can_delete(snapshot: Snapshot, history: History) -> str | None:
    """Points are selected, or components of which not all."""
    if len(snapshot.rows):
        return None
    return can_remove_selected(snapshot, history) if snapshot.selection else has_rows(snapshot, history)


def can_set_weights(snapshot: Snapshot, history: History) -> str | None:
    """Weights have values of their own."""
    why_not = has_model(snapshot, history)
    if why_not is None and snapshot.document.model.constraints.equal_weights:
        return "The weights are tied already: untick Equal weights in the model section first."
    return why_not or can_remove_component(snapshot, history)


def has_tools(snapshot: Snapshot, _history: History) -> str | None:
    """The mouse mode has more than one tool."""
    if snapshot.view.mode in (MouseMode.DRAW, MouseMode.SELECT):
        return None
    return "Draw (2) and Select (3) have several tools; the other modes have none."


def has_columns_to_choose(snapshot: Snapshot, _history: History) -> str | None:
    """The points come from a table with a choice of columns."""
    table = snapshot.document.table
    if table is None or sum(table.numeric) < 2:
        return "These points do not come from a table with several columns."
    return None
