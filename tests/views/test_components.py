"""The table of components shows the parameters on screen, exactly where asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gmmviewer.mixture.events import Floored
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.ellipses import shapes
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.inspector.component_rows import COLUMNS, counts
from gmmviewer.views.inspector.components import ComponentsSection
from tests.helpers import build

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
