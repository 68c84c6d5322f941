"""Every action of the program as one row of data: menus, tooltips, shortcuts and the help sheet follow."""

from __future__ import annotations

from gmmviewer.app import allowed
from gmmviewer.app.action_spec import ActionSpec
from gmmviewer.app.actions_edit import EDIT
from gmmviewer.app.actions_model import ANALYSIS, COMPONENTS, EM
from gmmviewer.app.actions_view import HELP, MODES, TOOLS, VIEW
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.snapshot import Snapshot

_DATA = (
    ActionSpec(
        "new_plane",
        "New sheet in 2-D",
        "File",
        "Draw points by hand in the plane, on axes from 0 to 10.",
        ("Ctrl+N",),
        "pen-line",
    ),
    ActionSpec(
        "new_line",
        "New sheet in 1-D",
        "File",
        "Draw points by hand along one axis from 0 to 10.",
        ("Ctrl+Shift+N",),
    ),
    ActionSpec(
        "open",
        "Open…",
        "File",
        "Open a CSV, TSV, text, NPY, NPZ or picture file.",
        ("Ctrl+O",),
        "folder-open",
    ),
    ActionSpec(
        "choose_columns",
        "Choose columns…",
        "File",
        "Choose which one or two columns of the file, or sub-bands of the picture, to show.",
        ("Ctrl+Shift+O",),
        "table-2",
        allowed.has_columns_to_choose,
    ),
    ActionSpec(
        "paste",
        "Paste data",
        "File",
        "Open numbers copied from a spreadsheet or a text.",
        ("Ctrl+V",),
        "clipboard-paste",
    ),
    ActionSpec(
        "export_picture",
        "Export picture…",
        "File",
        "Save the picture as PNG, SVG or PDF, in any size.",
        ("Ctrl+E",),
        "image-down",
        group=1,
    ),
    ActionSpec(
        "copy_picture",
        "Copy picture",
        "File",
        "Put the picture on the clipboard.",
        ("Ctrl+Shift+C",),
        "copy",
        group=1,
    ),
    ActionSpec(
        "export_parameters",
        "Export parameters…",
        "File",
        "Save weights, means, covariances and the log-likelihood history as JSON.",
        ("Ctrl+Shift+E",),
        "file-json",
        allowed.has_model,
        group=1,
    ),
    ActionSpec("quit", "Quit", "File", "Close this window.", ("Ctrl+Q",), group=2),
)

ACTIONS: tuple[ActionSpec, ...] = (*_DATA, *EDIT, *EM, *COMPONENTS, *ANALYSIS, *MODES, *TOOLS, *VIEW, *HELP)
MENUS: tuple[str, ...] = ("File", "Edit", "EM", "Analysis", "Mouse", "View", "Help")


def is_checked(action_id: str, snapshot: Snapshot) -> bool:
    """Whether a checkable action that mirrors the snapshot shows its check mark."""
    kind, _, name = action_id.partition("_")
    view = snapshot.view
    if kind == "mode":
        return view.mode is MouseMode[name.upper()]
    if kind == "layer":
        return name in view.layers
    if kind == "speed":
        return view.speed == name
    return {
        "run": snapshot.activity.running,
        "equal_aspect": view.equal_aspect,
        "log_density": view.log_density,
        "toggle_theme": view.dark,
        "toggle_contrast": view.high_contrast,
        "motion": view.motion,
        "presenter": view.presenter,
    }.get(action_id, False)
