"""The mode rail: what the mouse does on the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import ink_of
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.fields import Slider

MODES = (
    (MouseMode.LOOK, "Look", "move"),
    (MouseMode.DRAW, "Draw", "spray-can"),
    (MouseMode.SELECT, "Select", "lasso-select"),
    (MouseMode.EDIT, "Edit", "mouse-pointer-2"),
)
SMALLEST_RADIUS, LARGEST_RADIUS = 5, 150
WIDTH = 64


class ModeRail(QWidget):
    """One button per mouse mode, and the radius of the brush while one is in use."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._store = store
        self.buttons = {
            mode: ActionButton(actions[f"mode_{mode.name.lower()}"], text, "mode", under=True)
            for mode, text, _ in MODES
        }
        self.brush = QWidget()
        self.radius = Slider(SMALLEST_RADIUS, LARGEST_RADIUS)
        self.radius.setAccessibleName("Radius of the brush in pixels")
        self.radius.chosen.connect(self._on_radius)
        self._radius_text = QLabel()
        self._radius_text.setProperty("role", "small")
        self._radius_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show which mode is on."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink or old.view.mode is not new.view.mode:
            self.setFixedWidth(round(WIDTH * ink.type_scale))
            for mode, text, picture in MODES:
                current = mode is new.view.mode
                button = self.buttons[mode]
                button.scale_icon(ink)
                button.show_role("mode-current" if current else "mode")
                button.show_face(text, icon(picture, ink.on_selection if current else ink.text))
            self.brush.setVisible(new.view.mode is MouseMode.DRAW)
        self.radius.show_value(new.view.brush.radius)
        self._radius_text.setText(f"{new.view.brush.radius} px")
        self.radius.setToolTip(f"Radius of the brush: {new.view.brush.radius} pixels")

    @Slot(int)
    def _on_radius(self, radius: int) -> None:
        brush = replace(self._store.snapshot.view.brush, radius=radius)
        self._store.apply(edits.choose_view(brush=brush))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(4)
        for button in self.buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            layout.addWidget(button)
        column = QVBoxLayout(self.brush)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        title = QLabel("Radius")
        title.setProperty("role", "small")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        column.addWidget(self.radius, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._radius_text)
        layout.addWidget(self.brush)
        layout.addStretch(1)
