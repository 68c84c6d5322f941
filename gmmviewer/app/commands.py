"""What each action does: the parts know a method per action id; files and the window do the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gmmviewer.app.commands_model import ModelCommands
from gmmviewer.app.commands_part import Part
from gmmviewer.app.commands_points import PointCommands
from gmmviewer.app.commands_time import TimeCommands
from gmmviewer.app.commands_view import ViewCommands
from gmmviewer.data.builtin import builtin
from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.edits import Edit
from gmmviewer.store import Store

if TYPE_CHECKING:
    from gmmviewer.app.files import Files
    from gmmviewer.app.window import Window


PARTS: tuple[type[Part], ...] = (TimeCommands, ModelCommands, PointCommands, ViewCommands)


class Commands:
    """Carries actions out on the store; files and the window itself do the rest."""

    def __init__(self, store: Store, files: Files, window: Window) -> None:
        self._store = store
        self._parts = tuple(part(store, window) for part in PARTS)
        panels = window.panels
        self._methods: dict[str, Callable[[], None]] = {
            "open": files.open_dialog,
            "choose_columns": files.choose_columns,
            "paste": files.paste,
            "export_picture": panels.show_export,
            "copy_picture": files.copy_picture,
            "export_parameters": files.export_parameters,
            "quit": window.close_later,
            "undo": store.undo,
            "redo": store.redo,
            "zoom_data": window.zoom_to_data,
            "toggle_inspector": window.toggle_inspector,
            "full_screen": window.toggle_full_screen,
            "axis_ranges": panels.show_ranges,
            "data_table": panels.show_data_table,
            "compare_models": panels.show_comparison,
            "restarts": panels.show_restarts,
            "diagnostics": panels.show_diagnostics,
            "help": window.show_help,
            "about": window.show_about,
        }

    def perform(self, action_id: str, *, held: bool) -> None:
        """Do the action with this id."""
        kind, _, name = action_id.partition("_")
        if action_id in self._methods:
            self._methods[action_id]()
        elif kind == "mode":
            mode = MouseMode[name.upper()]
            again = mode is self._store.snapshot.view.mode
            self._store.apply(edits.next_tool() if again else edits.choose_mode(mode))
        elif kind == "layer":
            self._store.apply(edits.toggle_layer(name))
        elif kind == "speed":
            self._store.apply(edits.choose_view(speed=name))
        else:
            part = next(part for part in self._parts if hasattr(part, action_id))
            part.held = held
            getattr(part, action_id)()


def open_builtin(key: str, seed: int) -> Edit:
    """Show a built-in data set with a model that suits it."""
    chosen = builtin(key)
    table = None if chosen.table is None else chosen.table(seed)
    return edits.open_points(chosen.make(seed), chosen.k, chosen.covariance, table)
