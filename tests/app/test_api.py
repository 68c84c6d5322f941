"""``gmmviewer.view``: the window on data that are already in Python."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from pytestqt.qtbot import QtBot

import gmmviewer
from gmmviewer.app.window import Window
from tests.app.commands import script
from tests.helpers.waiting import settled, until

PLANE = np.column_stack([np.arange(12.0), np.arange(12.0) ** 2])
LINE = PLANE[:, 0]


class Frame:
    """A data frame of a library nobody has heard of."""

    def __init__(self, **columns: list[Any]) -> None:
        self._columns = columns

    @property
    def columns(self) -> list[str]:
        return list(self._columns)

    def to_numpy(self) -> np.ndarray[Any, Any]:
        return np.array(list(self._columns.values()), dtype=object).T


@pytest.fixture
def notebook(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Window]]:
    """An IPython after ``%gui qt``; windows put into the list are closed."""
    fake = ModuleType("IPython")
    fake.get_ipython = lambda: SimpleNamespace(active_eventloop="qt")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", fake)
    windows: list[Window] = []
    yield windows
    while windows:
        windows.pop().close()


@pytest.mark.parametrize(
    ("data", "d", "columns"),
    [
        (PLANE, 2, ("x", "y")),
        (PLANE.tolist(), 2, ("x", "y")),
        (LINE, 1, ("x",)),
        (LINE[:, None], 1, ("x",)),
        (LINE.tolist(), 1, ("x",)),
        (LINE.astype(np.float32), 1, ("x",)),
        (PLANE.astype(">i4"), 2, ("x", "y")),
        (np.asfortranarray(PLANE), 2, ("x", "y")),
        (Frame(age=list(LINE), height=list(LINE * 2)), 2, ("age", "height")),
        (Frame(who=["me"] * 12, age=list(LINE)), 1, ("age",)),
    ],
)
def test_everything_that_holds_points_can_be_viewed(
    notebook: list[Window], qtbot: QtBot, data: Any, d: int, columns: tuple[str, ...]
) -> None:
    window = gmmviewer.view(data, name="mine")
    notebook.append(window)
    points = window.store.snapshot.document.points
    assert (points.n, points.d, points.columns) == (12, d, columns)
    assert points.name == "mine"
    assert "mine" in window.windowTitle()
    assert window.isVisible()
    settled(qtbot, window.driver, window.store)
    assert window.store.snapshot.state is not None


def test_options_choose_columns_and_model(notebook: list[Window], qtbot: QtBot) -> None:
    frame = Frame(who=["me"] * 12, a=list(LINE), b=list(LINE * 3), c=list(LINE**2))
    window = gmmviewer.view(frame, columns="c,a", k=3, covariance="tied", seed=7)
    notebook.append(window)
    document = window.store.snapshot.document
    assert document.points.columns == ("c", "a")
    assert (document.model.k, document.model.covariance, document.model.seed) == (3, "EEE", 7)


def test_without_data_there_is_old_faithful(notebook: list[Window]) -> None:
    window = gmmviewer.view()
    notebook.append(window)
    assert window.store.snapshot.document.points.name == "Old Faithful"


def test_the_data_are_copied(notebook: list[Window]) -> None:
    data = PLANE.copy()
    window = gmmviewer.view(data)
    notebook.append(window)
    data[:] = 0.0
    assert np.array_equal(window.store.snapshot.document.points.values, PLANE)


def test_a_second_view_after_the_first_was_closed(notebook: list[Window], qtbot: QtBot) -> None:
    first = gmmviewer.view(PLANE)
    with qtbot.waitSignal(first.destroyed, timeout=20_000):
        first.close()
    second = gmmviewer.view(LINE)
    notebook.append(second)
    assert second.isVisible()


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        ("points.csv", "."),
        ({"a": 1}, "."),
        (object(), "."),
        ([], "empty"),
        (np.empty((0, 2)), "empty"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (PLANE + 1j, "real numbers"),
        ([["a", "b"], ["c", "d"]], "real numbers"),
        ([[1, 2], [3]], "no array"),
        ([1.0, np.inf], "not a finite number"),
        ([np.nan, np.nan], "no numeric rows"),
        (Frame(who=["me", "you"]), "at least one column of numbers"),
    ],
)
def test_data_that_cannot_be_shown(notebook: list[Window], data: Any, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        gmmviewer.view(data)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"k": 0}, "between 1 and 50"),
        ({"k": 51}, "between 1 and 50"),
        ({"covariance": "round"}, "full/VVV"),
        ({"covariance": "V"}, "one-dimensional"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**40}, "seed"),
        ({"columns": "age"}, "0 'x', 1 'y'"),
    ],
)
def test_choices_that_make_no_model(notebook: list[Window], options: Any, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        gmmviewer.view(PLANE, **options)


class _Caller(QObject):
    """Calls ``view`` from a slot, as a program with a loop of its own would."""

    done = Signal(object)

    @Slot()
    def call(self) -> None:
        self.done.emit(gmmviewer.view(PLANE))


def test_where_a_loop_runs_it_returns_at_once(qtbot: QtBot) -> None:
    caller = _Caller()
    with qtbot.waitSignal(caller.done, timeout=20_000) as answered:
        QTimer.singleShot(0, caller.call)
    window = answered.args[0]
    assert window.isVisible()
    window.close()


CLOSES_ITSELF = """
import sys
import numpy as np
import gmmviewer
from gmmviewer.app.startup import application
from PySide6.QtCore import QTimer
app = application()
QTimer.singleShot(300, app.closeAllWindows)
gmmviewer.view(np.random.default_rng(1).normal(size=(50, 2)))
print("closed")
QTimer.singleShot(300, app.closeAllWindows)
gmmviewer.view([1.0, 2.0, 3.0])
print("closed again")
"""


def test_from_a_script_it_runs_until_the_window_is_closed() -> None:
    result = script(CLOSES_ITSELF, QT_QPA_PLATFORM="offscreen")
    assert result.err.replace("This plugin does not support propagateSizeHints()\n", "") == ""
    assert (result.code, result.out) == (0, "closed\nclosed again\n")


FAULT = """
import gmmviewer, logging
from gmmviewer.app.startup import application
from PySide6.QtCore import QTimer
app = application()
def fault():
    QTimer.singleShot(200, look)
    raise RuntimeError("a slot went wrong")
def look():
    window = next(w for w in app.topLevelWidgets() if hasattr(w, "store"))
    print(window.store.snapshot.notice.text)
    app.closeAllWindows()
QTimer.singleShot(300, fault)
gmmviewer.view([1.0, 2.0, 3.0])
"""


def test_from_a_script_a_fault_becomes_a_message() -> None:
    result = script(FAULT, QT_QPA_PLATFORM="offscreen")
    assert result.code == 0
    assert "a slot went wrong" in result.out
    assert "kept your work" in result.out


def test_a_window_can_be_stepped_by_its_owner(notebook: list[Window], qtbot: QtBot) -> None:
    window = gmmviewer.view(PLANE, k=2)
    notebook.append(window)
    until(qtbot, window.store.changed, lambda: window.store.snapshot.state is not None)
    window.actions_.trigger("step")
    settled(qtbot, window.driver, window.store)
    assert window.store.snapshot.state is not None
    assert window.store.snapshot.state.iteration == 1
