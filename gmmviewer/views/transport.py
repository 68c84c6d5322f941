"""The transport bar: time as a media player shows it, with the next half-step as the prominent button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.choices import SPEEDS, speed
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.fields import ChoiceBox

# Button → (text beside the icon, icon); a button without a text is named by its action's tooltip.
FACES = {
    "first": ("", "skip-back"),
    "step_back": ("", "step-back"),
    "step_e": ("E-step: assign", ""),
    "step_m": ("M-step: update", ""),
    "step": ("Step", "step-forward"),
    "run": ("Run", "play"),
    "last": ("", "skip-forward"),
}
GROUPS = (("first", "step_back"), ("step_e", "step_m"), ("step", "run", "last"))
WIDEST_SPEED = 176
HALVES = {"step_e": Stage.AFTER_E, "step_m": Stage.AFTER_M}


class Transport(QWidget):
    """Buttons for the half-steps, steps and runs, and how fast a run goes."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._store = store
        self.buttons = {name: self._button(name, actions[name]) for name in FACES}
        self.speeds = ChoiceBox()
        self.speeds.setAccessibleName("Speed of a run")
        self.speeds.show_entries(tuple((s.key, s.title, f"A run goes: {s.title}") for s in SPEEDS))
        self.speeds.chosen.connect(self._on_speed)
        self._lay_out()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Bring highlight, run button and speed up to date."""
        ink = ink_of(new.view)
        fresh = old is None or ink_of(old.view) is not ink
        if fresh:
            self._restyle(ink)
        if old is None or fresh or old.activity.running is not new.activity.running:
            text, name = ("Pause", "pause") if new.activity.running else ("Run", "play")
            self.buttons["run"].show_face(text, icon(name, ink.text))
        for name, stage in HALVES.items():
            self.buttons[name].show_role("primary" if new.next_half is stage else "")
        self.speeds.show_key(speed(new.view.speed).key)

    @Slot(str)
    def _on_speed(self, key: str) -> None:
        self._store.apply(edits.choose_view(speed=key))

    def _button(self, name: str, action: QAction) -> ActionButton:
        text, _ = FACES[name]
        button = ActionButton(
            action, text, role="" if text else "icon", widest=("Run", "Pause") if name == "run" else ()
        )
        button.setObjectName(name)
        if not text:
            button.setAccessibleName(action.text().replace("&", ""))
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(3)
        for group in GROUPS:
            for name in group:
                layout.addWidget(self.buttons[name])
            layout.addSpacing(4)
        layout.addStretch(1)
        layout.addWidget(self.speeds, 100)

    def _restyle(self, ink: Ink) -> None:
        self.speeds.setMaximumWidth(round(WIDEST_SPEED * ink.type_scale))
        for name, (text, picture) in FACES.items():
            button = self.buttons[name]
            button.scale_icon(ink)
            button.show_face(text, icon(picture, ink.text) if picture else QIcon())
