"""The mode rail: what the mouse does on the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gmmviewer.session.choices import MouseMode
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import ink_of
from gmmviewer.views.rail_tools import DrawTools, SelectTools
from gmmviewer.views.widgets.buttons import ActionButton

MODES = (
    (MouseMode.LOOK, "Look", "move"),
    (MouseMode.DRAW, "Draw", "spray-can"),
    (MouseMode.SELECT, "Select", "lasso-select"),
    (MouseMode.EDIT, "Edit", "mouse-pointer-2"),
)
WIDTH = 64
TOOLS_FIRST = 1000  # of the height left over: their sliders are short where the window is low


class ModeRail(QWidget):
    """One button per mouse mode, and under them the tools of the mode that is on."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.buttons = {
            mode: ActionButton(actions[f"mode_{mode.name.lower()}"], text, "mode", under=True)
            for mode, text, _ in MODES
        }
        self.draw = DrawTools(store)
        self.select = SelectTools(store, actions)
        self._tools: dict[MouseMode, DrawTools | SelectTools] = {
            MouseMode.DRAW: self.draw,
            MouseMode.SELECT: self.select,
        }
        self._lay_out()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show which mode is on, and its tools."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink or old.view.mode is not new.view.mode:
            self.setFixedWidth(round(WIDTH * ink.type_scale))
            for mode, text, picture in MODES:
                current = mode is new.view.mode
                button = self.buttons[mode]
                button.scale_icon(ink)
                button.show_role("mode-current" if current else "mode")
                button.show_face(text, icon(picture, ink.on_selection if current else ink.text))
            for mode, tools in self._tools.items():
                tools.setVisible(mode is new.view.mode)
        if new.view.mode in self._tools:
            self._tools[new.view.mode].show_snapshot(new, ink)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(4)
        for button in self.buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            layout.addWidget(button)
        for tools in self._tools.values():
            layout.addWidget(tools, TOOLS_FIRST)
        layout.addStretch(1)
