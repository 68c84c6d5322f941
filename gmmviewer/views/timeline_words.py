"""What the timeline says in words: where a state stands and why EM stands still."""

from __future__ import annotations

import math

from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.scene.numbers import format_number
from gmmviewer.session.snapshot import Snapshot

SPAN = 1.0  # nats; three decimals: a thousandth of a nat is the finest difference worth reading
EMPTY = "The log-likelihood will appear here, one mark per half-step."
NO_POINTS = "No points yet: draw some, open a file or choose a data set."


def stage(state: FitState) -> str:
    """ "start", "after E" or "after M"; a start further on was set by hand."""
    if state.stage is Stage.START and state.iteration > 0:
        return "set by hand"
    return state.stage.value


def standing(snapshot: Snapshot) -> tuple[str, str]:
    """What EM is doing or why it stands still, and its tone: "", "success", "warning" or "error"."""
    if snapshot.activity.running:
        return "Running", ""
    if snapshot.activity.pending:
        return "Working", ""
    latest = snapshot.document.latest
    if latest is not None and not snapshot.at_end:
        return f"Looking back from iteration {latest.iteration}", ""
    model = snapshot.document.model
    reason = snapshot.stop_reason
    if reason is StopReason.REFUSED:
        return "No start possible", "error"
    if reason is StopReason.CONVERGED:
        return f"Converged: < {format_number(model.tolerance)} nats left", "success"
    if reason is StopReason.MAX_ITERATIONS:
        return f"Stopped: {model.max_iterations} iterations", "warning"
    if reason is StopReason.STOPPED:
        return "Paused", ""
    return ("", "") if latest is None else ("Not yet converged", "")


def hint(snapshot: Snapshot) -> str:
    """What an empty timeline says."""
    if snapshot.document.states:
        return ""
    if snapshot.failure is not None:
        return snapshot.failure
    return EMPTY if snapshot.document.points.n else NO_POINTS


def remaining(value: float | None) -> str:
    """The gain still expected, in few digits: it is an estimate."""
    if value is None:
        return format_number(None)
    if math.isinf(value):
        return "still growing"
    return format_number(value, 2)
