"""Every change a person or the model thread can make, as a pure function from snapshot to snapshot.

Each function here returns an ``Edit``. An edit that changes nothing returns the same object, so that nothing
is emitted, drawn or added to the history. This module is the door; the functions live by what they change.
"""

from gmmviewer.session.adopting import adopt
from gmmviewer.session.edit import Edit, both, nothing
from gmmviewer.session.edits_components import (
    cure,
    duplicate_component,
    merge_components,
    remove_components,
    split_component,
)
from gmmviewer.session.edits_model import (
    choose_model,
    fix_mean,
    fix_shown_mean,
    move_mean,
    reset_to_start,
    tie_means,
    tie_weights,
    toggle_all_locks,
    toggle_lock,
)
from gmmviewer.session.edits_points import add_points, clear_points, erase_points, open_points
from gmmviewer.session.edits_time import (
    append_states,
    evaluated,
    failed,
    interrupted,
    pause,
    run,
    seek,
    seek_best,
    want_halves,
)
from gmmviewer.session.edits_view import choose_mode, choose_view, dismiss, notify, select, toggle_layer

__all__ = [
    "Edit",
    "add_points",
    "adopt",
    "append_states",
    "both",
    "choose_mode",
    "choose_model",
    "choose_view",
    "clear_points",
    "cure",
    "dismiss",
    "duplicate_component",
    "erase_points",
    "evaluated",
    "failed",
    "fix_mean",
    "fix_shown_mean",
    "interrupted",
    "merge_components",
    "move_mean",
    "nothing",
    "notify",
    "open_points",
    "pause",
    "remove_components",
    "reset_to_start",
    "run",
    "seek",
    "seek_best",
    "select",
    "split_component",
    "tie_means",
    "tie_weights",
    "toggle_all_locks",
    "toggle_layer",
    "toggle_lock",
    "want_halves",
]
