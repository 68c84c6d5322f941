"""Views on a desk: a store, plain actions, and whoever passes the changes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gmmviewer.app.overrides import guard_overrides
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.ink import ink
from gmmviewer.views.style import font, palette, stylesheet

ACTIONS = {
    "first": "Home",
    "step_back": "Backspace",
    "step_e": "E",
    "step_m": "M",
    "step": "Space",
    "run": "R",
    "last": "End",
    "open": "Ctrl+O",
    "choose_columns": "",
    "fewer_components": "-",
    "more_components": "+",
    "new_start": "N",
    "mode_look": "1",
    "mode_draw": "2",
    "mode_select": "3",
    "mode_edit": "4",
    "delete": "Delete",
    "duplicate_points": "Ctrl+Shift+D",
    "jitter_points": "Ctrl+J",
    "layer_points": "P",
    "equal_aspect": "A",
}

View = TypeVar("View", bound=QWidget)


class Passing(QObject):
    """Passes every change of the store on to a view, as the window does."""

    def __init__(self, store: Store, view: Any) -> None:
        super().__init__(view)
        self._view = view
        store.changed.connect(self.show)
        view.show_snapshot(None, store.snapshot)

    @Slot(object, object)
    def show(self, old: Snapshot, new: Snapshot) -> None:
        """One more change."""
        self._view.show_snapshot(old, new)


class Desk:
    """A store and views that follow it."""

    def __init__(self, qtbot: QtBot, snapshot: Snapshot) -> None:
        self.qtbot = qtbot
        self.store = Store(snapshot)
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.actions = {name: QAction(name, self.owner) for name in ACTIONS}
        for name, action in self.actions.items():
            action.setShortcut(QKeySequence(ACTIONS[name]))

    @property
    def snapshot(self) -> Snapshot:
        """Everything on screen, now."""
        return self.store.snapshot

    def show(self, view: View, width: int = 0, height: int = 0) -> View:
        """Put a view on the desk, which is larger than any view and has no layout: a view keeps its size."""
        view.setParent(self.owner)
        Passing(self.store, view)
        if not width:
            view.adjustSize()
        view.resize(width or view.width(), height or view.height())
        self.owner.resize(1600, 1200)
        with self.qtbot.waitExposed(self.owner):
            self.owner.show()
        view.show()
        return view

    def show_hidden(self, view: View, width: int, height: int) -> View:
        """The same for a view that decides itself when it is to be seen."""
        view.setParent(self.owner)
        view.resize(width, height)
        self.owner.resize(1600, 1200)
        with self.qtbot.waitExposed(self.owner):
            self.owner.show()
        Passing(self.store, view)
        return view


@pytest.fixture
def desk(qtbot: QtBot, dressed: None) -> Callable[[Snapshot], Desk]:
    """Makes a desk for a snapshot."""

    def make(snapshot: Snapshot) -> Desk:
        return Desk(qtbot, snapshot)

    return make


@pytest.fixture(autouse=True)
def _overrides(qapp: QApplication) -> None:
    """An error in an override fails its test instead of ending all of them."""
    guard_overrides()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """The program's own theme, as in the window."""
    before = qapp.font(), qapp.palette()
    light = ink(dark=False)
    qapp.setStyle("Fusion")
    qapp.setPalette(palette(light))
    qapp.setFont(font(light))
    qapp.setStyleSheet(stylesheet(light))
    yield
    qapp.setStyleSheet("")
    qapp.setFont(before[0])
    qapp.setPalette(before[1])


def turn_wheel(widget: QWidget) -> QWheelEvent:
    """One notch of the wheel over the middle of a widget; the event says whether it was taken."""
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event
