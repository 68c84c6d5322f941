"""Every action of the program as one row of data: menus, tooltips, shortcuts and the help sheet follow."""

from __future__ import annotations

from dataclasses import dataclass

from gmmviewer.app import allowed
from gmmviewer.app.allowed import Rule
from gmmviewer.session.choices import LAYERS, SPEEDS, MouseMode
from gmmviewer.session.snapshot import Snapshot


@dataclass(frozen=True)
class ActionSpec:
    """``id`` names the method that does it; ``keys`` in Qt's portable spelling, the first shown in menus.

    ``menu`` is the menu it stands in ("" for none), ``icon`` a file in resources/icons ("" for none),
    ``help`` one sentence for tooltip and help sheet; ``checkable`` actions show a state.
    """

    id: str
    text: str
    menu: str
    help: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    allowed: Rule = allowed.always
    checkable: bool = False
    group: int = 0


_DATA = (
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
        "Save the picture as PNG or SVG.",
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

_EDIT = (
    ActionSpec("undo", "Undo", "Edit", "Take the last action back.", ("Ctrl+Z",), "undo-2", allowed.can_undo),
    ActionSpec(
        "redo",
        "Redo",
        "Edit",
        "Do the last undone action again.",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo-2",
        allowed.can_redo,
    ),
    ActionSpec(
        "clear_points",
        "Clear all points",
        "Edit",
        "Start with an empty sheet on the same axes.",
        ("Ctrl+Backspace",),
        "trash-2",
        allowed.has_points,
        group=1,
    ),
)

_EM = (
    ActionSpec(
        "step_e",
        "E-step: assign",
        "EM",
        "Compute the responsibilities of the components for every point.",
        ("E",),
        allowed=allowed.can_e_step,
    ),
    ActionSpec(
        "step_m",
        "M-step: update",
        "EM",
        "Re-estimate weights, means and covariances from the responsibilities.",
        ("M",),
        allowed=allowed.can_m_step,
    ),
    ActionSpec(
        "step",
        "Step",
        "EM",
        "One whole iteration: M-step, then E-step.",
        ("Space", "Right", "PgDown"),
        "step-forward",
        allowed.can_step,
    ),
    ActionSpec(
        "step_back",
        "Step back",
        "EM",
        "Back to the end of the iteration before.",
        ("Backspace", "Left", "PgUp"),
        "step-back",
        allowed.can_step_back,
    ),
    ActionSpec(
        "half_step",
        "Next half-step",
        "EM",
        "Whichever of E-step and M-step comes next.",
        (".",),
        allowed=allowed.can_step,
    ),
    ActionSpec(
        "half_back",
        "Half-step back",
        "EM",
        "Show the half-step before this one.",
        (",", "Shift+Backspace"),
        allowed=allowed.can_step_back,
    ),
    ActionSpec(
        "run", "Run", "EM", "Step until EM converges; again: pause.", ("R",), "play", allowed.can_run, True
    ),
    ActionSpec(
        "first",
        "Go to first",
        "EM",
        "Show the start.",
        ("Home",),
        "skip-back",
        allowed.can_step_back,
        group=1,
    ),
    ActionSpec(
        "last",
        "Go to last",
        "EM",
        "Show the latest state.",
        ("End",),
        "skip-forward",
        allowed.can_step_forward,
        group=1,
    ),
    ActionSpec(
        "best",
        "Go to best",
        "EM",
        "Show the best state of an algorithm that does not climb.",
        ("B",),
        allowed=allowed.has_best,
        group=1,
    ),
    ActionSpec(
        "reset",
        "Reset to start",
        "EM",
        "Forget the iterations and begin again from the same start.",
        ("Shift+Home",),
        "rotate-ccw",
        allowed.can_reset,
        group=1,
    ),
    ActionSpec(
        "new_start",
        "New start (new seed)",
        "EM",
        "Begin from another random start.",
        ("N",),
        "dices",
        allowed.has_points,
        group=1,
    ),
    ActionSpec(
        "more_components",
        "One component more",
        "EM",
        "Raise K.",
        ("+", "="),
        allowed=allowed.can_add_component,
        group=2,
    ),
    ActionSpec(
        "fewer_components",
        "One component fewer",
        "EM",
        "Lower K.",
        ("-",),
        allowed=allowed.can_remove_component,
        group=2,
    ),
)

_COMPONENTS = (
    ActionSpec(
        "lock_component",
        "Lock or free",
        "Components",
        "Lock weight, mean and covariance of the components selected in the table, or free them.",
        ("K",),
        "lock",
        allowed.has_selection,
    ),
    ActionSpec(
        "split_component",
        "Split",
        "Components",
        "Make two of the selected component, or of the largest.",
        ("S",),
        allowed=allowed.can_split,
        group=1,
    ),
    ActionSpec(
        "duplicate_component",
        "Duplicate",
        "Components",
        "Put a copy of the selected component, or of the largest, beside it.",
        ("Shift+D",),
        allowed=allowed.can_split,
        group=1,
    ),
    ActionSpec(
        "merge_components",
        "Merge",
        "Components",
        "Make one of the selected components (of a single one and its nearest), or of the closest two.",
        ("J",),
        allowed=allowed.can_merge,
        group=1,
    ),
    ActionSpec(
        "remove_components",
        "Remove",
        "Components",
        "Remove the selected components, or the one with the smallest weight.",
        ("Delete",),
        allowed=allowed.can_remove_selected,
        group=1,
    ),
)

_MODES = tuple(
    ActionSpec(f"mode_{mode.name.lower()}", mode.value, "Mouse", help_, (str(number),), icon, checkable=True)
    for number, (mode, icon, help_) in enumerate(
        (
            (MouseMode.LOOK, "move", "Drag moves the picture, the wheel zooms."),
            (MouseMode.DRAW, "spray-can", "A click adds a point, a drag sprays."),
            (MouseMode.ERASE, "eraser", "A drag erases points."),
            (MouseMode.EDIT, "mouse-pointer-2", "Drag a mean; EM goes on from there."),
        ),
        start=1,
    )
)

_VIEW = (
    ActionSpec("zoom_data", "Show all data", "View", "Zoom to all points.", ("Z",), "maximize"),
    ActionSpec(
        "equal_aspect",
        "Equal axes",
        "View",
        "One unit is as long on both axes.",
        ("A",),
        allowed=allowed.exists_in(2),
        checkable=True,
    ),
    ActionSpec(
        "log_density",
        "Log density",
        "View",
        "Show densities on a logarithmic axis, where tails can be seen.",
        ("L",),
        allowed=allowed.exists_in(1),
        checkable=True,
    ),
    *(
        ActionSpec(
            f"layer_{layer.key}",
            layer.title,
            "Layers",
            f"Show or hide: {layer.title.lower()}.",
            keys,
            allowed=allowed.exists_in(*layer.dimensions),
            checkable=True,
        )
        for layer, keys in zip(LAYERS, (("P",), (), (), ("C",), ("D",), (), (), (), (), ()), strict=True)
    ),
    *(
        ActionSpec(f"speed_{speed.key}", speed.title, "Speed", "How fast a run goes.", checkable=True)
        for speed in SPEEDS
    ),
    ActionSpec(
        "toggle_inspector",
        "Inspector",
        "View",
        "Show or hide the column on the right.",
        ("I",),
        "panel-right",
        checkable=True,
        group=1,
    ),
    ActionSpec(
        "toggle_theme", "Dark", "View", "Dark or light ground.", ("T",), "moon", checkable=True, group=1
    ),
    ActionSpec(
        "presenter",
        "Presenter mode",
        "View",
        "Large type and strokes, controls folded away.",
        ("F5",),
        "presentation",
        checkable=True,
        group=1,
    ),
    ActionSpec(
        "full_screen",
        "Full screen",
        "View",
        "Fill the screen.",
        ("F11",),
        "fullscreen",
        checkable=True,
        group=1,
    ),
)

_HELP = (
    ActionSpec("help", "Keys and mouse", "Help", "The list of keys.", ("F1", "?"), "keyboard"),
    ActionSpec("about", "About GMM Viewer", "Help", "Versions, licence and how to cite."),
)

_ANALYSIS = (
    ActionSpec(
        "compare_models",
        "Compare models…",
        "Analysis",
        "Fit every K with every covariance family and compare them by BIC and others.",
        ("Ctrl+K",),
    ),
    ActionSpec(
        "restarts",
        "Restarts…",
        "Analysis",
        "Fit the chosen model from many starts and list where they end.",
        ("Ctrl+R",),
    ),
    ActionSpec(
        "diagnostics",
        "Diagnostics…",
        "Analysis",
        "See how well the fit describes the points, and how sure its parameters are.",
        ("Ctrl+D",),
    ),
)

ACTIONS: tuple[ActionSpec, ...] = (*_DATA, *_EDIT, *_EM, *_COMPONENTS, *_ANALYSIS, *_MODES, *_VIEW, *_HELP)
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
        "presenter": view.presenter,
    }.get(action_id, False)
