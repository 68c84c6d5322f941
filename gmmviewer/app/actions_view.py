"""Actions on the picture and the window: mouse modes, layers, speeds, themes, help."""

from __future__ import annotations

from gmmviewer.app import allowed
from gmmviewer.app.action_spec import ActionSpec
from gmmviewer.session.choices import LAYERS, SPEEDS, MouseMode

MODES = tuple(
    ActionSpec(f"mode_{mode.name.lower()}", mode.value, "Mouse", help_, (str(number),), icon, checkable=True)
    for number, (mode, icon, help_) in enumerate(
        (
            (MouseMode.LOOK, "move", "Drag moves the picture, the wheel zooms."),
            (MouseMode.DRAW, "spray-can", "A click adds a point, a drag sprays."),
            (MouseMode.SELECT, "lasso-select", "A click selects, a drag encloses."),
            (MouseMode.EDIT, "mouse-pointer-2", "Drag means, axes, peaks; EM goes on from there."),
        ),
        start=1,
    )
)

LAYER_KEYS = {
    "points": ("P",),
    "ellipses": ("O",),
    "trails": ("W",),
    "contours": ("C",),
    "heat": ("D",),
    "field": ("F",),
    "decision": ("H",),
    "truth": ("G",),
}

TOOLS = (
    ActionSpec(
        "next_tool",
        "Next tool",
        "Mouse",
        "The next tool of this mouse mode: spray, line, eraser; rectangle, lasso.",
        ("Q",),
        allowed=allowed.has_tools,
        group=1,
    ),
    ActionSpec(
        "smaller_brush", "Smaller brush", "Mouse", "A smaller circle for spray and eraser.", ("[",), group=1
    ),
    ActionSpec(
        "larger_brush", "Larger brush", "Mouse", "A larger circle for spray and eraser.", ("]",), group=1
    ),
)

VIEW = (
    ActionSpec("zoom_data", "Show all data", "View", "Zoom to all points.", ("Z",), "maximize"),
    ActionSpec(
        "zoom_central",
        "Show central 99 %",
        "View",
        "Zoom to where 99 % of the points are on each axis.",
        ("9",),
        "scan-search",
        allowed.has_points,
    ),
    ActionSpec(
        "zoom_selection",
        "Show selection",
        "View",
        "Zoom to the selected points, else to the selected components.",
        ("Shift+Z",),
        "focus",
        allowed.has_something_selected,
    ),
    ActionSpec(
        "zoom_component",
        "Show next component",
        "View",
        "Select the next component and zoom to it.",
        ("X",),
        "target",
        allowed.has_model,
    ),
    ActionSpec(
        "axis_ranges",
        "Axis ranges…",
        "View",
        "Type where each axis begins and ends.",
        ("Ctrl+L",),
        "ruler",
    ),
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
            layer.help,
            keys,
            allowed=allowed.has_truth if layer.key == "truth" else allowed.exists_in(*layer.dimensions),
            checkable=True,
        )
        for layer, keys in ((layer, LAYER_KEYS.get(layer.key, ())) for layer in LAYERS)
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
        "toggle_contrast",
        "High contrast",
        "View",
        "Black and white around the colours of the components.",
        ("Shift+T",),
        "contrast",
        checkable=True,
        group=1,
    ),
    ActionSpec(
        "motion",
        "Motion",
        "View",
        "E-steps fade colours and M-steps glide ellipses; off: they jump.",
        ("V",),
        "waypoints",
        checkable=True,
        group=1,
    ),
    ActionSpec(
        "presenter",
        "Presenter mode",
        "View",
        "Large type and strokes on the whole screen, controls folded away.",
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

HELP = (
    ActionSpec("help", "Keys and mouse", "Help", "The list of keys.", ("F1", "?"), "keyboard"),
    ActionSpec("about", "About GMM Viewer", "Help", "Versions, licence and how to cite."),
)
