"""The data table beside the window: one selection for both, orders made elsewhere, rows to copy."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gmmviewer.app.data_dialog import DataDialog
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.density import log_density, responsibilities
from gmmviewer.mixture.stopping import check
from gmmviewer.scene.row_columns import Kind
from gmmviewer.session import edits
from gmmviewer.work import sorting
from tests.app.conftest import Desk
from tests.app.panels import click, open_panel, to_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key, Keys = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def dialog(desk: Desk) -> DataDialog:
    """On Old Faithful after one iteration."""
    desk.press(Key.Key_Space)
    return open_panel(desk, Key.Key_T, DataDialog)


def sort_by(desk: Desk, dialog: DataDialog, kind: Kind) -> None:
    """Click on a heading and wait for the order."""
    header, columns = dialog.table.horizontalHeader(), dialog.model.columns
    section = next(i for i, column in enumerate(columns) if column.kind is kind)
    place = QPoint(header.sectionViewportPosition(section) + 15, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Keys.NoModifier, place)
    settle(desk, dialog)


def settle(desk: Desk, dialog: DataDialog) -> None:
    """Wait until nothing is being sorted."""
    desk.wait_for(dialog.sorter.answered, lambda: dialog._asked is None)


def rows(dialog: DataDialog) -> list[int]:
    """The rows from top to bottom, counted from 0."""
    return [int(dialog.model.text(line, 0)) - 1 for line in range(dialog.model.rowCount())]


def click_line(dialog: DataDialog, line: int, keys: Qt.KeyboardModifier = Keys.NoModifier) -> None:
    """Click on a line of the table."""
    place = QPoint(40, dialog.table.rowViewportPosition(line) + 5)
    QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def densities(desk: Desk) -> np.ndarray:
    """log p(x) of every point under the parameters shown."""
    mixture = desk.snapshot.mixture
    assert mixture is not None
    return log_density(desk.snapshot.document.points.values, mixture)


def test_it_sorts_by_any_heading_and_back(desk: Desk, dialog: DataDialog) -> None:
    expected = np.argsort(densities(desk), kind="stable").tolist()
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    assert rows(dialog) == expected
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    np.testing.assert_array_equal(densities(desk)[rows(dialog)], np.sort(densities(desk))[::-1])
    sort_by(desk, dialog, Kind.ROW)
    assert rows(dialog) == list(range(272))
    sort_by(desk, dialog, Kind.ROW)
    assert rows(dialog) == list(range(271, -1, -1))


def test_the_most_uncertain_points_come_first(desk: Desk, dialog: DataDialog) -> None:
    sort_by(desk, dialog, Kind.UNCERTAINTY)
    sort_by(desk, dialog, Kind.UNCERTAINTY)
    mixture = desk.snapshot.mixture
    assert mixture is not None
    certain = responsibilities(desk.snapshot.document.points.values, mixture).max(axis=1)
    assert (np.diff(certain[rows(dialog)]) >= -1e-12).all()


def test_a_step_changes_the_values_and_not_the_order(desk: Desk, dialog: DataDialog) -> None:
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    before = rows(dialog)
    assert not dialog.again.isEnabled()
    to_window(desk)
    desk.press(Key.Key_Space)
    assert rows(dialog) == before
    assert "have changed since these rows were sorted by log p(x)" in dialog.note.whole
    section = next(i for i, c in enumerate(dialog.model.columns) if c.kind is Kind.LOG_DENSITY)
    said = float(dialog.model.text(0, section).replace("−", "-"))
    assert said == pytest.approx(densities(desk)[before[0]], abs=1e-3)
    click(dialog.again)
    settle(desk, dialog)
    assert rows(dialog) == np.argsort(densities(desk), kind="stable").tolist()
    assert not dialog.again.isEnabled()


def test_lines_and_points_are_selected_together(desk: Desk, dialog: DataDialog) -> None:
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    order = rows(dialog)
    click_line(dialog, 1)
    click_line(dialog, 3, Keys.ShiftModifier)
    assert desk.snapshot.rows.tolist() == sorted(order[1:4])
    click_line(dialog, 2, Keys.ControlModifier)
    assert desk.snapshot.rows.tolist() == sorted([order[1], order[3]])
    desk.window.store.apply(edits.pick([order[150], order[99]]))
    marked = [line for line in range(272) if dialog.model.is_picked(line)]
    assert marked == [99, 150]
    top = dialog.table.rowViewportPosition(99)
    assert 0 <= top < dialog.table.viewport().height()
    assert "2 selected" in dialog.counts.whole


def test_only_the_selected_rows_are_shown(desk: Desk, dialog: DataDialog) -> None:
    desk.window.store.apply(edits.pick([5, 100, 30]))
    click(dialog.only_selected, QPoint(8, dialog.only_selected.height() // 2))
    assert rows(dialog) == [5, 30, 100]
    click_line(dialog, 1)  # in here a click selects, but the lines stay
    assert desk.snapshot.rows.tolist() == [30]
    assert rows(dialog) == [5, 30, 100]
    desk.window.store.apply(edits.pick([7, 8]))  # elsewhere it means other lines
    assert rows(dialog) == [7, 8]
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    assert rows(dialog) == sorted([7, 8], key=lambda row: float(densities(desk)[row]))
    click(dialog.only_selected, QPoint(8, dialog.only_selected.height() // 2))
    settle(desk, dialog)
    assert len(rows(dialog)) == 272


def test_other_points_are_shown_at_once_and_sorted_again(desk: Desk, dialog: DataDialog) -> None:
    sort_by(desk, dialog, Kind.VALUE)
    desk.window.store.apply(edits.add_points([[0.5, 40.0]]), "Draw")
    settle(desk, dialog)
    assert dialog.model.rowCount() == 273
    assert rows(dialog)[0] == 272
    desk.window.store.apply(edits.clear_points(), "Clear")
    settle(desk, dialog)
    assert rows(dialog) == []
    assert dialog.note.whole == "There are no points yet."


def test_other_components_bring_other_columns(desk: Desk, dialog: DataDialog) -> None:
    sort_by(desk, dialog, Kind.SHARE)
    to_window(desk)
    desk.press(Key.Key_Plus)
    titles = [column.title for column in dialog.model.columns]
    assert "r₃" in titles
    desk.window.store.apply(edits.open_points(PointSet.of([1.0, 2.0, 4.0], ("time",))), "Open")
    desk.settle()
    assert dialog.model.columns[1].title == "time"


@pytest.mark.parametrize("number", [1, 250])
def test_a_row_is_gone_to_by_its_number(desk: Desk, dialog: DataDialog, number: int) -> None:
    sort_by(desk, dialog, Kind.LOG_DENSITY)
    QTest.keyClick(dialog, Key.Key_G, Keys.ControlModifier)
    assert dialog.go_to.hasFocus()
    QTest.keyClicks(dialog.go_to, str(number))
    QTest.keyClick(dialog.go_to, Key.Key_Return)
    assert desk.snapshot.rows.tolist() == [number - 1]
    line = rows(dialog).index(number - 1)
    assert 0 <= dialog.table.rowViewportPosition(line) < dialog.table.viewport().height()


def test_a_row_that_is_not_there_gets_advice(desk: Desk, dialog: DataDialog) -> None:
    dialog.go_to.setFocus()
    dialog.go_to.selectAll()
    QTest.keyClicks(dialog.go_to, "5000")
    QTest.keyClick(dialog.go_to, Key.Key_Return)
    assert dialog.note.whole == "There are 272 rows; type a number from 1 to 272."
    assert desk.snapshot.rows.tolist() == []


def test_leaving_the_field_goes_nowhere(desk: Desk, dialog: DataDialog) -> None:
    dialog.go_to.setFocus()
    dialog.table.setFocus()
    assert desk.snapshot.rows.tolist() == []


def test_selected_rows_are_copied_with_titles(desk: Desk, dialog: DataDialog) -> None:
    click_line(dialog, 2)
    click_line(dialog, 4, Keys.ShiftModifier)
    QTest.keyClick(dialog.table, Key.Key_C, Keys.ControlModifier)
    desk.wait_for(dialog.sorter.answered, lambda: "clipboard" in dialog.note.whole)
    copied = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    points = desk.snapshot.document.points
    assert [int(row["row"]) for row in copied] == [3, 4, 5]
    for row, values in zip(copied, points.values[2:5], strict=True):
        assert [float(row[name]) for name in points.columns] == values.tolist()
    np.testing.assert_allclose([float(row["log p(x)"]) for row in copied], densities(desk)[2:5], rtol=1e-12)


def test_there_is_nothing_to_copy_before_something_is_selected(dialog: DataDialog) -> None:
    assert not dialog.copy.isEnabled()
    QTest.keyClick(dialog.table, Key.Key_C, Keys.ControlModifier)
    assert "Select rows first" in dialog.note.whole


def test_the_previous_order_stays_while_another_is_made_and_closing_gives_it_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.press(Key.Key_Space)
    dialog = open_panel(desk, Key.Key_T, DataDialog)
    sort_by(desk, dialog, Kind.VALUE)
    before = rows(dialog)

    def endless(*_: object) -> object:
        while True:
            check(_[-1])  # type: ignore[arg-type]

    monkeypatch.setattr(sorting, "rows_in_order", endless)
    header = dialog.table.horizontalHeader()
    section = next(i for i, c in enumerate(dialog.model.columns) if c.kind is Kind.DENSITY)
    place = QPoint(header.sectionViewportPosition(section) + 15, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Keys.NoModifier, place)
    assert dialog.note.whole == "Sorting…"
    assert rows(dialog) == before
    QTest.keyClick(dialog, Key.Key_Escape)  # and nothing is left behind: see tests/conftest.py


def test_values_follow_a_run(desk: Desk, dialog: DataDialog) -> None:
    to_window(desk)
    desk.press(Key.Key_R)
    desk.settle()
    desk.wait_for(dialog._later.timeout, lambda: not dialog._later.isActive())
    sheet = dialog.model.sheet
    assert sheet is not None
    assert sheet.standard is desk.snapshot.parameters


def test_a_million_rows_open_sort_and_close(desks: Callable[..., Desk]) -> None:
    values = np.random.default_rng(1).normal(size=1_000_000)
    desk = desks(edits.open_points(PointSet.of(values), 2, "V"))
    dialog = open_panel(desk, Key.Key_T, DataDialog)
    sort_by(desk, dialog, Kind.VALUE)
    assert dialog.model.text(0, 0) == str(int(values.argmin()) + 1)
    assert dialog.model.text(999_999, 0) == str(int(values.argmax()) + 1)
