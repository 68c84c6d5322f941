"""The remedies of the library as actions: each one edit that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from gmmviewer.mixture.events import Event
from gmmviewer.mixture.remedies import REMEDIES
from gmmviewer.session import edits
from gmmviewer.session.edits_components import offered
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store


class Cures(QObject):
    """One action per remedy; they are for one component at a time."""

    def __init__(self, store: Store, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._component = 0
        self._actions: dict[str, QAction] = {}
        for remedy in REMEDIES:
            action = QAction(remedy.title, self)
            action.setObjectName(remedy.name)
            action.triggered.connect(self._on_triggered)
            self._actions[remedy.name] = action

    def action(self, name: str) -> QAction:
        """The action of one remedy."""
        return self._actions[name]

    def actions(self, event: Event, snapshot: Snapshot) -> list[QAction]:
        """The actions that help against this event, best first; from now on they are for its component."""
        if event.component is None:
            return []
        self._component = event.component
        found = []
        for remedy in offered(event, snapshot):
            action = self._actions[remedy.name]
            action.setToolTip(f"Component {event.component + 1}: {remedy.summary}")
            found.append(action)
        return found

    @Slot()
    def _on_triggered(self) -> None:
        name = self.sender().objectName()
        remedy = next(remedy for remedy in REMEDIES if remedy.name == name)
        label = f"{remedy.title}: component {self._component + 1}"
        self._store.apply(edits.cure(remedy, self._component), label)
