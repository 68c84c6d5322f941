"""The hands of a person at the dialogs of long analyses."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from gmmviewer.app.analysis_dialog import AnalysisDialog, WorkBar
from gmmviewer.mixture.stopping import check
from tests.app.conftest import Desk

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
Dialog = TypeVar("Dialog", bound=AnalysisDialog)


def open_panel(desk: Desk, key: Key, kind: type[Dialog]) -> Dialog:
    """Open a dialog by its key."""
    to_window(desk)
    desk.press((key, CTRL))
    return the_panel(kind)


def to_window(desk: Desk) -> None:
    """Go back to the window, as a click on it would; it counts as active while its dialog is."""
    desk.window.activateWindow()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    desk.wait_for(app.focusWindowChanged, lambda: QApplication.activeWindow() is desk.window)


def the_panel(kind: type[Dialog]) -> Dialog:
    """The one dialog of this kind that is open."""
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
    return found


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click with the left button, in the middle if nothing else is said."""
    place = widget.rect().center() if at is None else at
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def click_cell(table: QTableView, index: QModelIndex) -> None:
    """Click into the middle of a cell."""
    table.scrollTo(index)
    click(table.viewport(), table.visualRect(index).center())


def finish(desk: Desk, work: WorkBar) -> None:
    """Wait until the analysis has ended, and the window with it."""
    desk.wait_for(work.analyst.ended, lambda: not work.busy)
    desk.settle()


class Endless:
    """Stands in for a function of the library: works until it is told to stop.

    ``first(keywords)`` may say something before.
    """

    def __init__(self, first: Any = None) -> None:
        self._first = first
        self.began = threading.Event()

    def __call__(self, *_: object, should_stop: Any, **more: Any) -> object:
        if self._first is not None:
            self._first(more)
        self.began.set()
        while True:
            check(should_stop)
