"""The actions as Qt objects: one place that dispatches, enforces ``allowed`` and says why not."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gmmviewer.app.action_spec import ActionSpec
from gmmviewer.app.actions import ACTIONS, is_checked
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon

OF_THE_WINDOW = ("toggle_inspector", "full_screen")  # their check marks are not in the snapshot


class Does(Protocol):
    """What carries actions out."""

    def perform(self, action_id: str, *, held: bool) -> None:
        """Do it; ``held``: the key repeats because it is held down."""


class ActionSet(QObject):
    """One ``QAction`` per row of ``ACTIONS``; ``by_id`` finds them.

    A disabled action swallows no key: the key reaches the window, which calls ``explain`` so that the person
    learns why nothing happened.
    """

    def __init__(self, store: Store, does: Does, window: QWidget) -> None:
        super().__init__(window)
        self._store = store
        self._does = does
        self._held = False
        self._colour = ""
        self._why_not: dict[str, str | None] = {}
        self.by_id: dict[str, QAction] = {spec.id: self._make(spec, window) for spec in ACTIONS}
        self._specs = {spec.id: spec for spec in ACTIONS}
        window.installEventFilter(self)
        self.refresh(store.snapshot)

    def refresh(self, snapshot: Snapshot) -> None:
        """Bring enabled states, check marks and tooltips up to date; only what changed is touched."""
        history = self._store.history
        for spec in ACTIONS:
            action = self.by_id[spec.id]
            why_not = spec.allowed(snapshot, history)
            if self._why_not.get(spec.id, "") != why_not:
                self._why_not[spec.id] = why_not
                action.setEnabled(why_not is None)
                action.setToolTip(tooltip(spec, why_not))
            if spec.checkable and spec.id not in OF_THE_WINDOW:
                action.setChecked(is_checked(spec.id, snapshot))
        if self._name("run", "Pause" if snapshot.activity.running else "Run"):
            self._dress_run()
        for name, entries in (("undo", history.undo), ("redo", history.redo)):
            verb = name.capitalize()
            self._name(name, f"{verb} {entries[-1].label.lower()}" if entries else verb)

    def _dress_run(self) -> None:
        if self._colour:
            picture = "pause" if self._store.snapshot.activity.running else "play"
            self.by_id["run"].setIcon(icon(picture, self._colour))

    def _name(self, action_id: str, text: str) -> bool:
        """Whether the action was called something else before."""
        action = self.by_id[action_id]
        changed = action.text() != text
        if changed:
            action.setText(text)
        return changed

    def set_colour(self, colour: str) -> None:
        """Draw the icons in the colour of the theme."""
        self._colour = colour
        for spec in ACTIONS:
            if spec.icon:
                self.by_id[spec.id].setIcon(icon(spec.icon, colour))
        self._dress_run()

    def trigger(self, action_id: str, *, held: bool = False) -> None:
        """Do this action if it is allowed now, else say why not."""
        spec = self._specs[action_id]
        why_not = spec.allowed(self._store.snapshot, self._store.history)
        if why_not is not None:
            self._store.apply(edits.notify(why_not))
            return
        self._forget_message()
        self._does.perform(action_id, held=held)
        if spec.checkable and spec.id not in OF_THE_WINDOW:  # Qt toggled it; the snapshot has the last word
            self.by_id[action_id].setChecked(is_checked(action_id, self._store.snapshot))

    def _forget_message(self) -> None:
        """What was said before is settled or out of date now; errors stay until they are dismissed."""
        notice = self._store.snapshot.notice
        if notice is not None and notice.severity != "error":
            self._store.apply(edits.dismiss())

    def explain(self, event: QKeyEvent) -> bool:
        """If this key belongs to an action that is not allowed now, say why; whether it did."""
        pressed = QKeySequence(event.keyCombination())
        for spec in ACTIONS:
            if any(QKeySequence(key) == pressed for key in spec.keys) and not self.by_id[spec.id].isEnabled():
                if not event.isAutoRepeat():
                    self.trigger(spec.id)
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note whether the key of the coming shortcut is being held down."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._held = event.isAutoRepeat()
        return super().eventFilter(watched, event)

    def _make(self, spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setObjectName(spec.id)
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(spec.help)
        action.triggered.connect(self._on_triggered)
        window.addAction(action)
        return action

    @Slot()
    def _on_triggered(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            held, self._held = self._held, False
            self.trigger(sender.objectName(), held=held)


def tooltip(spec: ActionSpec, why_not: str | None) -> str:
    """Name, key, what it does, and why it is not possible now."""
    key = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if spec.keys else ""
    title = f"<b>{spec.text.rstrip('…')}</b>" + (f"&nbsp;&nbsp;<code>{key}</code>" if key else "")
    lines = [title, spec.help] + ([f"<i>{why_not}</i>"] if why_not else [])
    return "<br>".join(lines)
