"""The table of components shows the parameters on screen, exactly where asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gmmviewer.mixture.events import Floored
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.ellipses import shapes
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.inspector.component_rows import COLUMNS, counts
from gmmviewer.views.inspector.component_typing import read_number
from gmmviewer.views.inspector.components import ComponentsSection
from tests.helpers import build
from tests.session.test_locks import after
from tests.views.conftest import turn_wheel

DISPLAY, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole


def section(desk, snapshot):
    table = desk(snapshot)
    return table, table.show(ComponentsSection(table.store, table.actions), 312, 300)


def cell(view, row, column, role=DISPLAY):
    return view.model.data(view.model.index(row, column), role)


def numbers(text):
    return [float(part.replace("\u2212", "-")) for part in text.split("\n")]


def assert_shows(view, snapshot):
    mixture = snapshot.mixture
    forms = shapes(mixture)
    assert view.model.rowCount() == mixture.n_components
    for k in range(mixture.n_components):
        assert cell(view, k, 0) == str(k + 1)
        assert numbers(cell(view, k, 1)) == pytest.approx([mixture.weights[k]], abs=6e-4)
        assert numbers(cell(view, k, 2)) == pytest.approx(mixture.means[k].tolist(), abs=6e-3)
        assert numbers(cell(view, k, 3)) == pytest.approx(list(forms[k].standard_deviations), abs=6e-3)
        assert numbers(cell(view, k, 4)) == pytest.approx([forms[k].correlation], abs=6e-3)  # two decimals
        exact = cell(view, k, 2, TIP).splitlines()
        columns = snapshot.document.points.columns
        pairs = zip(columns, mixture.means[k].tolist(), strict=True)
        assert exact == [f"mean {name}: {value!r}" for name, value in pairs]


def test_numbers_are_those_of_the_state_and_follow_it(desk):
    table, view = section(desk, build.stepped(halves=6, k=3))
    for index in range(7):
        table.store.apply(edits.seek(index))
        assert_shows(view, table.snapshot)


def test_counts_are_those_of_the_responsibilities_on_screen(desk):
    table, view = section(desk, build.stepped(halves=5, k=3))
    states = table.snapshot.document.states
    for index, owner in ((1, 1), (2, 1), (3, 3), (4, 3), (5, 5)):
        table.store.apply(edits.seek(index))
        expected = states[owner].expectation.moments.counts
        assert counts(table.snapshot) is expected
        assert float(cell(view, 0, 5, TIP).removeprefix("n_k: ")) == expected[0]
    table.store.apply(edits.seek(0))
    assert cell(view, 0, 5) == "–"


def test_after_an_m_step_the_counts_are_n_times_the_weights():
    snapshot = build.stepped(halves=6, k=3)
    assert snapshot.state.stage is Stage.AFTER_M
    expected = snapshot.state.n * snapshot.mixture.weights
    np.testing.assert_allclose(counts(snapshot), expected, rtol=1e-12)


def test_a_hand_in_motion_shows_its_numbers_and_keeps_the_counts(desk):
    table, view = section(desk, build.stepped(halves=5))
    before = cell(view, 0, 5)
    table.store.apply(edits.move_mean(0, [1.5, -2.5]), "Move mean")
    assert numbers(cell(view, 0, 2)) == [1.5, -2.5]
    assert cell(view, 0, 5) == before


def test_one_dimension_has_no_correlation_and_flat_rows(desk):
    _, view = section(desk, build.stepped(build.points(d=1), halves=3, covariance="V"))
    assert view.table.isColumnHidden(4)
    assert cell(view, 0, 4) == "–"
    assert "\n" not in cell(view, 0, 2)


def test_nothing_moves_while_numbers_change(desk):
    table, view = section(desk, build.stepped(halves=6, k=3))
    header = view.table.horizontalHeader()

    def places():
        columns = [header.sectionSize(i) for i in range(header.count())]
        return columns, view.table.rowHeight(0), view.table.height()

    before = places()
    for index in range(7):
        table.store.apply(edits.seek(index))
        assert places() == before


def test_all_rows_and_columns_are_visible(desk):
    _, view = section(desk, build.stepped(build.points(n=90), halves=2, k=9))
    port, header = view.table.viewport(), view.table.horizontalHeader()
    assert sum(header.sectionSize(i) for i in range(header.count())) <= port.width()
    assert 9 * view.table.rowHeight(0) <= port.height()
    assert not view.table.verticalScrollBar().isVisible()


def test_negative_means_have_room(desk):
    _, view = section(desk, build.stepped(halves=2, k=3))
    metrics = view.table.fontMetrics()
    for column, text in {2: "\u22120.638", 3: "00.000", 4: "\u22120.00"}.items():
        assert view.table.columnWidth(column) > metrics.horizontalAdvance(text) + 4, text


def test_copies_everything_with_every_digit(desk, qtbot):
    table, view = section(desk, build.stepped(halves=5))
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    header, *rows = QGuiApplication.clipboard().text().rstrip("\n").split("\n")
    assert header.split("\t") == [
        "component", "weight", "mean x", "mean y", "SD x", "SD y", "correlation", "n_k",
    ]  # fmt: skip
    mixture = table.snapshot.mixture
    assert len(rows) == 2
    for k, row in enumerate(rows):
        component, weight, x, y, *_ = row.split("\t")
        assert component == str(k + 1)
        assert float(weight) == mixture.weights[k]
        assert [float(x), float(y)] == mixture.means[k].tolist()


@pytest.mark.parametrize("dark", [False, True])
def test_a_component_keeps_its_colour_when_its_row_is_selected(desk, dark):
    table, view = section(desk, build.stepped(halves=2, k=3))
    table.store.apply(edits.choose_view(theme="dark" if dark else "light"))
    sign = view.table.visualRect(view.model.index(1, 0))
    reach = min(sign.height(), 24)
    pictures = []
    for chosen in ((), (1,)):
        table.store.apply(edits.select(chosen))
        image = view.table.viewport().grab(sign.adjusted(0, 0, reach - sign.width(), 0)).toImage()
        pictures.append([image.pixelColor(x, y).name() for x in range(reach) for y in range(image.height())])
    vermillion = "#d55e00"
    assert pictures[0].count(vermillion) > 20
    assert pictures[1].count(vermillion) == pictures[0].count(vermillion)


def test_copies_only_the_selected_rows(desk, qtbot):
    _, view = section(desk, build.stepped(halves=5, k=3))
    view.table.selectRow(1)
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().rstrip("\n").split("\n")
    assert [line.split("\t")[0] for line in lines] == ["component", "2"]


def test_a_floored_component_wears_a_badge_and_keeps_its_symbol(desk):
    fit = build.stepped(halves=5)
    states = list(fit.document.states)
    states[5] = replace(states[5], events=(Floored(1),))
    table, view = section(desk, Snapshot(replace(fit.document, states=tuple(states)), cursor=5))
    marked = [cell(view, k, 0, Qt.ItemDataRole.DecorationRole).toImage() for k in range(2)]
    assert cell(view, 1, 0, TIP) == Floored(1).message
    assert cell(view, 0, 0, TIP) == "Component 1"
    table.store.apply(edits.seek(1))
    clean = [cell(view, k, 0, Qt.ItemDataRole.DecorationRole).toImage() for k in range(2)]
    assert marked[0] == clean[0]
    assert marked[1] != clean[1]
    corner = marked[1].copy(0, 0, 5, marked[1].height())
    assert corner == clean[1].copy(0, 0, 5, clean[1].height())


def test_a_sheet_without_a_model_has_no_rows(desk):
    table, view = section(desk, build.snapshot(build.no_points()))
    assert view.model.rowCount() == 0
    assert view.model.tab_separated([]) == ""
    document = table.snapshot.document
    assert document.points.n == 0


def test_headers_say_what_they_are(desk):
    _, view = section(desk, build.stepped(halves=1))
    titles = [view.model.headerData(i + 1, Qt.Orientation.Horizontal, DISPLAY) for i in range(len(COLUMNS))]
    assert titles == [column.title for column in COLUMNS]
    assert all(view.model.headerData(i + 1, Qt.Orientation.Horizontal, TIP) for i in range(len(COLUMNS)))


# ------------------------------------------------------------------ typing

WEIGHT, MEAN, SD, RHO, COUNT = range(1, 6)
ENTER, ESCAPE, F2 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F2


def double_click(view, row, column, number=0):
    """On the first or the second number of a cell, beside its padlock."""
    cell = view.table.visualRect(view.model.index(row, column))
    height = cell.height() // 4 if view.model.rows.mixture.n_dimensions == 2 else cell.height() // 2
    at = cell.topRight()
    at.setX(at.x() - 6)
    at.setY(at.y() + (1 + 2 * number) * height)
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def field() -> QLineEdit:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit), focused
    return focused


def type_in(view, row, column, text, number=0):
    double_click(view, row, column, number)
    QTest.keyClicks(field(), text)
    QTest.keyClick(field(), ENTER)


def open_section(desk, qtbot, snapshot):
    table, view = section(desk, snapshot)
    table.owner.activateWindow()
    qtbot.waitUntil(table.owner.isActiveWindow)
    return table, view


@pytest.mark.parametrize("written", ["0.3125", "0,3125", " 5/16 ", "31.25 %", "3.125e-1"])
def test_a_typed_weight_is_the_weight(desk, qtbot, written):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    before = table.snapshot.mixture
    type_in(view, 1, WEIGHT, written)
    weights = table.snapshot.mixture.weights
    assert weights[1] == 0.3125
    others = before.weights[[0, 2]]
    np.testing.assert_allclose(weights[[0, 2]], others * 0.6875 / others.sum())
    assert [entry.label for entry in table.store.history.undo] == ["Set weight 2"]
    assert not isinstance(QApplication.focusWidget(), QLineEdit)
    table.store.undo()
    assert table.snapshot.mixture.weights.tolist() == before.weights.tolist()


@pytest.mark.parametrize("number", [0, 1])
def test_the_number_that_is_clicked_is_replaced_and_the_other_stays(desk, qtbot, number):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    before = table.snapshot.mixture
    type_in(view, 2, MEAN, "-1,75", number)
    mean = table.snapshot.mixture.means[2]
    assert mean[number] == -1.75
    assert mean[1 - number] == pytest.approx(before.means[2, 1 - number], rel=1e-15)
    np.testing.assert_array_equal(table.snapshot.mixture.means[:2], before.means[:2])


@pytest.mark.parametrize("number", [0, 1])
def test_a_typed_deviation_keeps_the_other_and_the_correlation(desk, qtbot, number):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    before = shapes(table.snapshot.mixture)[0]
    type_in(view, 0, SD, "0.1", number)
    now = shapes(table.snapshot.mixture)[0]
    assert now.standard_deviations[number] == 0.1
    other = 1 - number
    assert now.standard_deviations[other] == pytest.approx(before.standard_deviations[other], rel=1e-14)
    assert now.correlation == pytest.approx(before.correlation, rel=1e-12)
    assert cell(view, 0, SD, TIP).split("\n")[number].endswith("0.1")


def test_a_typed_correlation_keeps_the_deviations(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    before = shapes(table.snapshot.mixture)[1]
    type_in(view, 1, RHO, "-0.25")
    now = shapes(table.snapshot.mixture)[1]
    assert now.correlation == pytest.approx(-0.25, rel=1e-14)
    np.testing.assert_allclose(now.standard_deviations, before.standard_deviations, rtol=1e-14)


def test_both_numbers_of_a_cell_are_one_change(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    double_click(view, 0, MEAN)
    QTest.keyClicks(field(), "1.5")
    QTest.keyClick(field(), Qt.Key.Key_Down)
    field().selectAll()
    QTest.keyClicks(field(), "2.5")
    QTest.keyClick(field(), ENTER)
    assert table.snapshot.mixture.means[0].tolist() == [1.5, 2.5]
    assert len(table.store.history.undo) == 1


def test_what_is_typed_begins_from_every_digit(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    before = table.snapshot
    double_click(view, 1, MEAN, 1)
    assert field().text() == repr(float(before.mixture.means[1, 1]))
    assert field().selectedText() == field().text()
    assert field().accessibleName() == "mean y"
    QTest.keyClick(field(), ENTER)
    assert table.snapshot.document is before.document  # nothing was typed, so nothing changes


@pytest.mark.parametrize("key", [F2, ENTER])
def test_keys_begin_to_type(desk, qtbot, key):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    view.table.setFocus(Qt.FocusReason.TabFocusReason)
    view.table.setCurrentIndex(view.model.index(1, RHO))
    QTest.keyClick(view.table, key)
    QTest.keyClicks(field(), "0.5")
    QTest.keyClick(field(), ENTER)
    assert shapes(table.snapshot.mixture)[1].correlation == pytest.approx(0.5)


def test_escape_takes_the_typing_back(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    before = table.snapshot.document
    double_click(view, 1, WEIGHT)
    QTest.keyClicks(field(), "0.9")
    QTest.keyClick(field(), ESCAPE)
    assert table.snapshot.document is before
    assert not isinstance(QApplication.focusWidget(), QLineEdit)


def test_a_click_elsewhere_keeps_what_was_typed(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    double_click(view, 1, WEIGHT)
    QTest.keyClicks(field(), "0.9")
    view.table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert table.snapshot.mixture.weights[1] == 0.9


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        (WEIGHT, "1.5", "between 0 and 1"),
        (WEIGHT, "-0.1", "between 0 and 1"),
        (WEIGHT, "some", "not a number"),
        (WEIGHT, "1:2", "3 numbers"),
        (WEIGHT, "0:0:0", "3 numbers"),
        (MEAN, "", "not a number"),
        (MEAN, "1e200", "1e150"),
        (MEAN, "nan", "not a number"),
        (MEAN, "1/0", "not a number"),
        (SD, "0", "above 0"),
        (SD, "-2", "above 0"),
        (SD, "inf", "not a number"),
        (RHO, "1", "between −1 and 1"),
        (RHO, "-1.2", "between −1 and 1"),
    ],
)
def test_a_mistake_gets_advice_and_can_be_corrected(desk, qtbot, column, text, said):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    before = table.snapshot.document
    double_click(view, 1, column)
    QTest.keyClick(field(), Qt.Key.Key_Backspace)
    QTest.keyClicks(field(), text)
    QTest.keyClick(field(), ENTER)
    assert said in table.snapshot.notice.text
    assert table.snapshot.document is before
    field().selectAll()  # still there
    QTest.keyClicks(field(), "0.5")
    QTest.keyClick(field(), ENTER)
    assert table.snapshot.document is not before
    assert not isinstance(QApplication.focusWidget(), QLineEdit)


def test_a_mistake_that_is_left_is_dropped(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    before = table.snapshot.document
    double_click(view, 1, WEIGHT)
    QTest.keyClicks(field(), "7")
    view.table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert table.snapshot.document is before
    assert "between 0 and 1" in table.snapshot.notice.text
    assert not view.table.viewport().findChildren(
        QLineEdit, options=Qt.FindChildOption.FindDirectChildrenOnly
    )


def test_all_weights_in_proportion(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, k=3))
    type_in(view, 2, WEIGHT, "2:1:1")
    assert table.snapshot.mixture.weights.tolist() == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (edits.tie_weights(True), WEIGHT, "All weights are equal"),
        (edits.choose_model(covariance="VVI"), RHO, "correlation is 0"),
        (edits.toggle_lock("weights", frozenset({0, 1, 2})), WEIGHT, "No other weight"),
        (edits.nothing, COUNT, "follows from"),
    ],
)
def test_what_cannot_be_typed_says_why(desk, qtbot, change, column, said):
    table, view = open_section(desk, qtbot, after(build.stepped(halves=5, k=3), change))
    before = table.snapshot.document
    double_click(view, 1, column)
    assert said in table.snapshot.notice.text
    assert not isinstance(QApplication.focusWidget(), QLineEdit)
    assert table.snapshot.document is before


def test_locked_weights_leave_so_much(desk, qtbot):
    locked = after(build.stepped(halves=5, k=3), edits.set_weight(0, 0.75))
    table, view = open_section(desk, qtbot, edits.toggle_lock("weights", frozenset({0}))(locked))
    double_click(view, 1, WEIGHT)
    QTest.keyClicks(field(), "0.5")
    QTest.keyClick(field(), ENTER)
    assert table.snapshot.notice.text == "At most 0.25: the other weights are locked."


def test_circles_have_one_deviation(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5, covariance="VII"))
    type_in(view, 0, SD, "2.5", 1)
    assert table.snapshot.mixture.covariances[0].tolist() == [[6.25, 0.0], [0.0, 6.25]]
    double_click(view, 0, SD)
    QTest.keyClicks(field(), "1")
    QTest.keyClick(field(), Qt.Key.Key_Down)
    field().selectAll()
    QTest.keyClicks(field(), "2")
    QTest.keyClick(field(), ENTER)
    assert "Circles" in table.snapshot.notice.text


def test_typing_on_a_line(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(build.points(d=1), halves=3, covariance="V"))
    type_in(view, 1, SD, "0.7")
    assert np.sqrt(table.snapshot.mixture.covariances[1, 0, 0]) == 0.7
    type_in(view, 1, MEAN, "-3")
    assert table.snapshot.mixture.means[1, 0] == -3.0


def test_the_wheel_never_edits(desk, qtbot):
    _, view = open_section(desk, qtbot, build.stepped(halves=5))
    double_click(view, 1, WEIGHT)
    text = field().text()
    turn_wheel(field())
    assert field().text() == text


def test_em_may_go_on_under_the_typing(desk, qtbot):
    table, view = open_section(desk, qtbot, build.stepped(halves=5))
    double_click(view, 1, WEIGHT)
    QTest.keyClicks(field(), "0.2")
    table.store.apply(edits.seek(2))
    assert field().text() == "0.2"
    QTest.keyClick(field(), ENTER)
    assert table.snapshot.mixture.weights[1] == 0.2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("12,5", 12.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("\u22123e4", -3e4),
        ("1/3", 1 / 3),
        ("12,5 %", 0.125),
        ("", None),
        ("1/0", None),
        ("1/2/3", None),
        ("1:2", None),
        ("inf", None),
        ("two", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert read_number(text) == value
