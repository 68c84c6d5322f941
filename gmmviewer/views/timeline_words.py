"""What the timeline says in words: where a state stands and why EM stands still."""

from __future__ import annotations

import math

from gmmviewer.mixture.algorithms import EM, Algorithm, algorithm
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.scene.numbers import format_number
from gmmviewer.session.snapshot import Snapshot

SPAN = 1.0  # nats; three decimals: a thousandth of a nat is the finest difference worth reading
EMPTY = "The {objective} will appear here, one mark per half-step."
NO_POINTS = "No points yet: draw some, open a file or choose a data set."


def stage(state: FitState, *, by_hand: bool = False) -> str:
    """ "start", "after E" or "after M", and whether ``by_hand``; with what the algorithm adds.

    A start further on in the trace was set by hand, or begins under another algorithm or floor.
    """
    further_on = state.stage is Stage.START and state.iteration > 0
    said = "set by hand" if further_on else state.stage.value
    if by_hand and not further_on:
        said += ", set by hand"
    if state.leapt and state.stage is Stage.AFTER_M:
        said = "after a leap"
    detail = state.plan.algorithm.detail(state.iteration)
    return f"{said}, {detail}" if detail else said


def objective(chosen: Algorithm) -> str:
    """What the curve of an algorithm shows; the log-likelihood with its formula."""
    title = chosen.objective.capitalize()
    return title if chosen.objective != EM.objective else f"{title} log p(X|θ)"


def short(chosen: Algorithm) -> str:
    """The same where there is little room."""
    return chosen.objective.replace("classification", "class.").capitalize()


def legend(chosen: Algorithm) -> str:
    """The marks of the curve, and what the algorithm guarantees."""
    lines = ["● after E   ○ after M   ◆ start or set by hand (with a hand above)   - - bound L"]
    if chosen.accelerates:
        lines.append("▷ a leap along the path of the last steps")
    if not chosen.climbs:
        lines.append("Coloured line: mean of the later half; ring: the best state (B)")
    return "\n".join([*lines, f"{chosen.title}: {chosen.guarantee}", "Click or drag to travel"])


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
    if reason is StopReason.SADDLE:
        return "On a saddle: components are identical", "warning"
    if reason is StopReason.MAX_ITERATIONS:
        return f"Stopped: {model.max_iterations} iterations", "warning"
    if reason is StopReason.STOPPED:
        return "Paused", ""
    return ("", "") if latest is None else (_on_the_way(latest), "")


def _on_the_way(latest: FitState) -> str:
    """What is still to be waited for."""
    chosen = latest.plan.algorithm
    if not chosen.climbs:
        return "Wanders; B goes to the best"
    return "Not yet converged" if chosen.settled(latest.iteration) else "Still cooling"


def hint(snapshot: Snapshot) -> str:
    """What an empty timeline says."""
    if snapshot.document.states:
        return ""
    if snapshot.failure is not None:
        return snapshot.failure
    if not snapshot.document.points.n:
        return NO_POINTS
    return EMPTY.format(objective=algorithm(snapshot.document.model.algorithm).objective)


def remaining(value: float | None) -> str:
    """The gain still expected, in few digits: it is an estimate."""
    if value is None:
        return format_number(None)
    if math.isinf(value):
        return "still growing"
    return format_number(value, 2)
