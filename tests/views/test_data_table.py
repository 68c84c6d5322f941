"""The table of points, with real keys and clicks: what it shows, and what selecting in it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.scene.row_columns import Kind, RowSheet, rows_in_order
from gmmviewer.views.data_table import DataTable
from gmmviewer.views.data_table_model import BLOCK, KEPT, DataTableModel
from gmmviewer.views.ink import ink
from tests.views.canvas_states import blobs, old_faithful, snapshot

Key, Keys = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton


class Table:
    """A table on screen, and everything it has said."""

    def __init__(self, qtbot: Any, points: PointSet) -> None:
        self.model = DataTableModel()
        self.view = DataTable(self.model)
        self.model.setParent(self.view)
        qtbot.addWidget(self.view)
        self.view.resize(760, 400)
        self.view.restyle(ink(dark=False))
        self.sheet = RowSheet(points, snapshot(points).parameters)
        self.model.show_sheet(self.sheet)
        self.picked: list[list[int]] = []
        self.toggled: list[list[int]] = []
        self.sorted: list[int] = []
        self.view.picked.connect(self._on_picked)
        self.view.toggled.connect(self._on_toggled)
        self.view.sort_wanted.connect(self.sorted.append)
        with qtbot.waitExposed(self.view):
            self.view.show()

    def _on_picked(self, rows: IntArray) -> None:
        self.picked.append(rows.tolist())

    def _on_toggled(self, rows: IntArray) -> None:
        self.toggled.append(rows.tolist())

    def at(self, line: int) -> QPoint:
        """The middle of a line."""
        return QPoint(60, self.view.rowViewportPosition(line) + self.view.rowHeight(line) // 2)

    def click(self, line: int, keys: Qt.KeyboardModifier = Keys.NoModifier) -> None:
        """Click on a line."""
        QTest.mouseClick(self.view.viewport(), LEFT, keys, self.at(line))

    def drag(self, first: int, *lines: int) -> None:
        """Press on a line and move over others."""
        QTest.mousePress(self.view.viewport(), LEFT, Keys.NoModifier, self.at(first))
        for line in lines:
            place = QPointF(self.at(line))
            everywhere = QPointF(self.view.viewport().mapToGlobal(self.at(line)))
            event = QMouseEvent(
                QEvent.Type.MouseMove, place, everywhere, Qt.MouseButton.NoButton, LEFT, Keys.NoModifier
            )
            QApplication.sendEvent(self.view.viewport(), event)
        QTest.mouseRelease(self.view.viewport(), LEFT, Keys.NoModifier, self.at(lines[-1]))

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Keys.NoModifier) -> None:
        """Press a key."""
        QTest.keyClick(self.view, key, keys)

    def section(self, kind: Kind) -> int:
        """The place of a column."""
        return next(i for i, column in enumerate(self.model.columns) if column.kind is kind)

    def grab(self) -> QImage:
        """The cells on screen."""
        return self.view.viewport().grab().toImage()


@pytest.fixture
def table(qtbot: Any, dressed: None) -> Callable[..., Table]:
    """Makes tables."""

    def make(points: PointSet | None = None) -> Table:
        return Table(qtbot, old_faithful() if points is None else points)

    return make


# ---------------------------------------------------------------- what it shows


def test_lines_are_points_and_cells_say_what_the_sheet_says(table: Callable[..., Table]) -> None:
    shown = table()
    model = shown.model
    assert model.rowCount() == 272
    block = shown.sheet.block(np.arange(272))
    for line in (0, 1, BLOCK - 1, BLOCK, 271):
        assert model.text(line, 0) == str(line + 1)
        for kind in (Kind.UNCERTAINTY, Kind.LOG_DENSITY):
            column = model.columns[shown.section(kind)]
            said = float(model.text(line, shown.section(kind)).replace("−", "-"))
            assert said == pytest.approx(block.column(column)[line], abs=1e-3)
        label = block.column(model.columns[shown.section(Kind.LABEL)])[line]
        assert model.text(line, shown.section(Kind.LABEL)) == str(int(label) + 1)
        assert model.label(line) == label


def test_the_whole_number_is_in_the_tooltip(table: Callable[..., Table]) -> None:
    shown = table()
    index = shown.model.index(5, shown.section(Kind.VALUE))
    exact = str(index.data(Qt.ItemDataRole.ToolTipRole)).rpartition(" = ")[2]
    assert float(exact) == shown.sheet.points.values[5, 0]


def test_lines_follow_an_order_and_rows_are_found_in_it(table: Callable[..., Table]) -> None:
    shown = table()
    column = shown.model.columns[shown.section(Kind.DENSITY)]
    order = rows_in_order(shown.sheet, column, descending=True)
    shown.model.show_order(order)
    assert [int(shown.model.text(line, 0)) - 1 for line in range(272)] == order.tolist()
    assert shown.model.line_of(int(order[17])) == 17
    assert shown.model.rows_at(9, 5).tolist() == sorted(order[5:10].tolist())
    for first, last in ((0, 0), (0, 1), (3, 271), (271, 100), (0, 271)):  # few and many at a time
        rows, few = shown.model.rows_at(first, last), order[min(first, last) : max(first, last) + 1]
        np.testing.assert_array_equal(rows, np.sort(few))
        assert rows.dtype == np.int64
    wanted = np.sort(order[[40, 8, 100]])
    assert shown.model.first_line_of(wanted) == 8
    shown.model.show_order(wanted)
    assert shown.model.rowCount() == 3
    assert shown.model.line_of(int(order[0])) is None
    assert shown.model.first_line_of(order[:1]) is None


def test_other_parameters_change_the_cells_and_keep_order_and_place(table: Callable[..., Table]) -> None:
    shown = table()
    order = np.arange(272)[::-1]
    shown.model.show_order(order)
    shown.view.verticalScrollBar().setValue(30)
    before = shown.model.text(33, shown.section(Kind.DENSITY))
    moved = snapshot(old_faithful(), "EM").parameters
    shown.model.show_sheet(RowSheet(shown.sheet.points, moved))
    assert shown.model.text(33, shown.section(Kind.DENSITY)) != before
    assert shown.model.text(0, 0) == "272"
    assert shown.view.verticalScrollBar().value() == 30


def test_selected_points_are_marked_wherever_they_stand(table: Callable[..., Table]) -> None:
    shown = table()
    plain = shown.grab()
    shown.model.show_picked(np.array([2, 70, 271]))
    assert [line for line in range(272) if shown.model.is_picked(line)] == [2, 70, 271]
    marked = shown.grab()
    ratio = marked.devicePixelRatio()
    place = round((shown.view.viewport().width() - 3) * ratio)
    colours = [marked.pixelColor(place, round(shown.at(line).y() * ratio)).name() for line in (1, 2, 3)]
    chosen = ink(dark=False)
    assert colours == [chosen.raised, chosen.selection, chosen.raised]
    assert marked != plain
    shown.model.show_order(np.arange(272)[::-1])
    assert [line for line in range(272) if shown.model.is_picked(line)] == [0, 201, 269]


def test_it_paints_in_dark_and_with_no_points_at_all(table: Callable[..., Table]) -> None:
    shown = table()
    light = shown.grab()
    shown.view.restyle(ink(dark=True))
    assert shown.grab() != light
    shown.model.show_sheet(RowSheet(PointSet.of(np.empty((0, 2))), None))
    shown.grab()
    for key in (Key.Key_Down, Key.Key_End):
        shown.key(key)
    assert shown.picked == []


def test_of_a_million_points_only_those_on_screen_are_looked_at(table: Callable[..., Table]) -> None:
    shown = table(blobs(1_000_000))
    for line in (0, 999_990, 500_000, 123_456):
        shown.view.verticalScrollBar().setValue(line)
        shown.grab()
        assert len(shown.model._pages) <= KEPT
        assert all(len(page.block.rows) <= BLOCK for page in shown.model._pages.values())
    assert shown.model.text(123_456, 0) == "123457"


# ---------------------------------------------------------------- hands


def test_a_click_selects_and_shift_and_control_extend(table: Callable[..., Table]) -> None:
    shown = table()
    shown.click(3)
    shown.click(6, Keys.ShiftModifier)
    shown.click(1, Keys.ShiftModifier)
    shown.click(9, Keys.ControlModifier)
    assert shown.picked == [[3], [3, 4, 5, 6], [1, 2, 3]]
    assert shown.toggled == [[9]]


def test_a_drag_selects_every_line_it_passes(table: Callable[..., Table]) -> None:
    shown = table()
    shown.drag(4, 5, 7, 2)
    assert shown.picked == [[4], [4, 5], [4, 5, 6, 7], [2, 3, 4]]


def test_a_drag_beyond_the_edge_scrolls(table: Callable[..., Table]) -> None:
    shown = table()
    below = shown.view.rowAt(shown.view.viewport().height() - 1) + 2
    shown.drag(4, below)
    assert shown.view.verticalScrollBar().value() > 0
    assert shown.picked[-1][0] == 4
    assert len(shown.picked[-1]) > 8


def test_selected_lines_of_another_order_are_rows_of_the_points(table: Callable[..., Table]) -> None:
    shown = table()
    shown.model.show_order(np.arange(272)[::-1])
    shown.click(0)
    shown.click(2, Keys.ShiftModifier)
    assert shown.picked == [[271], [269, 270, 271]]


def test_keys_move_and_select(table: Callable[..., Table]) -> None:
    shown = table()
    shown.click(3)
    shown.key(Key.Key_Down)
    shown.key(Key.Key_Down, Keys.ShiftModifier)
    shown.key(Key.Key_Up)
    shown.key(Key.Key_End)
    shown.key(Key.Key_Home)
    shown.key(Key.Key_Up)
    assert shown.picked == [[3], [4], [4, 5], [4], [271], [0], [0]]
    shown.key(Key.Key_A, Keys.ControlModifier)
    assert shown.picked[-1] == list(range(272))


def test_copying_is_asked_for(table: Callable[..., Table], qtbot: Any) -> None:
    shown = table()
    with qtbot.waitSignal(shown.view.copy_wanted):
        shown.key(Key.Key_C, Keys.ControlModifier)


def test_a_click_on_a_heading_asks_for_its_order(table: Callable[..., Table]) -> None:
    shown = table()
    header, section = shown.view.horizontalHeader(), shown.section(Kind.LABEL)
    place = QPoint(header.sectionViewportPosition(section) + 15, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, Keys.NoModifier, place)
    assert shown.sorted == [section]
    width = header.sectionSize(section)
    shown.model.show_sorting(section, descending=True)
    assert shown.model.headerData(section, Qt.Orientation.Horizontal) == "label ↓"
    assert header.sectionSize(section) == width  # nothing moves


def test_going_to_a_line_brings_it_into_view(table: Callable[..., Table]) -> None:
    shown = table()
    shown.view.show_line(200)
    height = shown.view.viewport().height()
    assert 0 <= shown.view.rowViewportPosition(200) < height
    assert shown.view.verticalScrollBar().value() < 200  # in the middle, with its neighbours
    before = shown.view.verticalScrollBar().value()
    shown.view.show_line(201)
    assert shown.view.verticalScrollBar().value() == before
