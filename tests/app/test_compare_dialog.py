"""Comparing models: the table fills up with what the library finds, and a click loads a fit."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from shiboken6 import isValid

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.compare_dialog import N_FOLDS, CompareDialog
from gmmviewer.mixture import parallel
from gmmviewer.mixture.families import families
from gmmviewer.mixture.sweep import sweep
from gmmviewer.session import edits
from gmmviewer.views.analysis.comparison import BEST
from gmmviewer.views.analysis.criteria import FOLDS
from gmmviewer.work import analyses
from gmmviewer.work.analyses import plan_of
from tests.app.conftest import Desk
from tests.app.panels import Endless, click, click_cell, finish, open_panel, to_window
from tests.helpers.waiting import PATIENCE_MS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key = Qt.Key
FEW = frozenset({"VVV", "EEE"})


def opened(desk: Desk, last_k: int = 3) -> CompareDialog:
    """The dialog with a small table to fill."""
    dialog = open_panel(desk, Key.Key_K, CompareDialog)
    type_number(dialog.last_k, last_k)
    dialog.model.choose(FEW & frozenset(f.letters for f in dialog.model.families) or frozenset({"V"}))
    return dialog


def type_number(field: Any, number: int) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(number))
    QTest.keyClick(field, Key.Key_Return)


def cell_index(dialog: CompareDialog, letters: str, k: int) -> QModelIndex:
    row = [f.letters for f in dialog.model.families].index(letters)
    return dialog.model.index(row, k - dialog.first_k.value() + 1)


def compare(desk: Desk, dialog: CompareDialog) -> None:
    click(dialog.work.button)
    finish(desk, dialog.work)


# ---------------------------------------------------------------- the table


def test_the_table_holds_what_the_library_finds(desk: Desk) -> None:
    dialog = opened(desk)
    compare(desk, dialog)
    document = desk.snapshot.document
    letters = dialog.model.chosen
    plans = [plan_of(document.model, 2, name) for name in letters]
    expected = sweep(
        document.points.sample, (1, 2, 3), plans, seed=document.model.seed, rule=document.model.rule
    )
    for cell in expected.cells:
        value = cell.value("bic")
        assert value is not None
        text = cell_index(dialog, cell.family.letters, cell.k).data()
        assert f"{value:.1f}" in text
        assert text.startswith(BEST) is (cell is expected.best("bic"))
    best = expected.best("bic")
    assert best is not None
    assert f"{BEST} {best.family.letters}, K = {best.k}" in dialog.note.whole
    assert dialog.direction.text() == "lower is better"


def test_cells_come_while_the_work_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "sweep", Endless(first=one_cell(desk)))
    dialog = opened(desk)
    click(dialog.work.button)
    desk.wait_for(dialog.work.analyst.part, lambda: not dialog.model.is_empty)
    assert dialog.work.busy
    assert dialog.work.button.text() == "Cancel"
    assert dialog.work.progress.isVisible()
    assert dialog.work.progress.value() > 0
    assert cell_index(dialog, "EEE", 1).data() == "·"
    to_window(desk)
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1, "the window stays usable"
    click(dialog.work.button)
    finish(desk, dialog.work)


def one_cell(desk: Desk) -> Callable[[dict[str, Any]], None]:
    """What gives the first cell of the table to whoever listens."""
    document = desk.snapshot.document
    plan = plan_of(document.model, document.points.d)
    (cell,) = sweep(document.points.sample, (1,), [plan]).cells

    def give(keywords: dict[str, Any]) -> None:
        keywords["deliver"](cell)

    return give


def test_cancelling_keeps_what_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "sweep", Endless(first=one_cell(desk)))
    dialog = opened(desk)
    click(dialog.work.button)
    desk.wait_for(dialog.work.analyst.part, lambda: not dialog.model.is_empty)
    click(dialog.work.button)
    finish(desk, dialog.work)
    assert dialog.note.whole.startswith("Cancelled")
    assert dialog.work.button.text() == "Compare"
    assert not dialog.work.progress.isVisible()
    click_cell(dialog.table, cell_index(dialog, "VVV", 1))
    desk.settle()
    assert desk.snapshot.document.model.k == 1


def test_other_criteria_need_no_new_fits(desk: Desk) -> None:
    dialog = opened(desk, last_k=2)
    compare(desk, dialog)
    cell = dialog.model.cell(cell_index(dialog, "VVV", 2))
    assert cell is not None
    for key in ("icl", "aic", "aicc"):
        dialog.criterion.setFocus()
        dialog.criterion.setCurrentIndex(dialog.criterion.findData(key))
        dialog.criterion.activated.emit(dialog.criterion.currentIndex())
        assert f"{cell.value(key):.1f}" in cell_index(dialog, "VVV", 2).data()


def test_held_out_points_are_asked_when_they_are_chosen(desk: Desk) -> None:
    dialog = opened(desk, last_k=2)
    compare(desk, dialog)
    dialog.criterion.setCurrentIndex(dialog.criterion.findData(FOLDS))
    dialog.criterion.activated.emit(dialog.criterion.currentIndex())
    assert dialog.direction.text() == "higher is better"
    assert "Compare again" in dialog.note.whole
    compare(desk, dialog)
    document = desk.snapshot.document
    cell = dialog.model.cell(cell_index(dialog, "VVV", 2))
    assert cell is not None
    alone = analyses.k_fold(
        document.points.sample,
        2,
        plan_of(document.model, 2, "VVV"),
        N_FOLDS,
        start=cell.mixture,
        seed=document.model.seed,
    )
    assert f"{alone.per_point:.3f}".replace("-", "\u2212") in cell_index(dialog, "VVV", 2).data()


def test_nothing_chosen_and_nothing_drawn_say_what_to_do(desk: Desk) -> None:
    dialog = opened(desk)
    click(dialog.none)
    click(dialog.work.button)
    assert "at least one family" in dialog.note.whole
    click(dialog.every)
    assert len(dialog.model.chosen) == len(families(2))
    desk.window.store.apply(edits.clear_points(), "Clear")
    click(dialog.work.button)
    assert "no points" in dialog.note.whole
    assert not dialog.work.busy


def test_a_family_takes_part_by_a_key(desk: Desk) -> None:
    dialog = opened(desk)
    row = [f.letters for f in dialog.model.families].index("VII")
    dialog.table.setFocus()
    dialog.table.setCurrentIndex(dialog.model.index(row, 0))
    QTest.keyClick(dialog.table, Key.Key_Space)
    assert "VII" in dialog.model.chosen
    QTest.keyClick(dialog.table, Key.Key_Space)
    assert "VII" not in dialog.model.chosen


# ---------------------------------------------------------------- loading a fit


def test_a_click_loads_the_fit_as_one_undo(desk: Desk) -> None:
    dialog = opened(desk)
    compare(desk, dialog)
    before = desk.snapshot.document
    index = cell_index(dialog, "EEE", 3)
    cell = dialog.model.cell(index)
    assert cell is not None
    assert cell.state is not None
    click_cell(dialog.table, index)
    desk.settle()
    model = desk.snapshot.document.model
    assert (model.k, model.covariance) == (3, "EEE")
    assert desk.state.log_likelihood == pytest.approx(cell.state.log_likelihood, abs=1e-8)
    assert desk.state.mixture.means == pytest.approx(cell.state.mixture.means)
    desk.window.store.undo()
    assert desk.snapshot.document is before


def test_enter_loads_the_fit_under_the_cursor_and_arrows_only_move(desk: Desk) -> None:
    dialog = opened(desk)
    compare(desk, dialog)
    dialog.table.setFocus()
    dialog.table.setCurrentIndex(cell_index(dialog, "VVV", 1))
    QTest.keyClick(dialog.table, Key.Key_Right)
    QTest.keyClick(dialog.table, Key.Key_Right)
    assert desk.snapshot.document.model.k == 2
    QTest.keyClick(dialog.table, Key.Key_Return)
    desk.settle()
    assert desk.snapshot.document.model.k == 3
    assert dialog.isVisible(), "Enter does not press a button"
    assert not dialog.work.busy


def test_a_cell_without_a_fit_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = opened(desk, last_k=1)

    def refused(cell: Any) -> Any:
        from dataclasses import replace

        return replace(cell, state=None, message="too few points")

    compare(desk, dialog)
    index = cell_index(dialog, "VVV", 1)
    cell = dialog.model.cell(index)
    dialog.model.take(refused(cell))
    before = desk.snapshot.document
    click_cell(dialog.table, index)
    assert dialog.note.whole == "too few points"
    assert desk.snapshot.document is before


def test_other_points_put_the_table_out_of_date(desk: Desk) -> None:
    dialog = opened(desk, last_k=2)
    compare(desk, dialog)
    desk.window.store.apply(edits.add_points([[3.0, 70.0]]), "Draw")
    desk.settle()
    assert dialog.note.whole.startswith("Out of date")
    assert "other points" in cell_index(dialog, "EEE", 2).data(Qt.ItemDataRole.ToolTipRole)
    before = desk.snapshot.document
    click_cell(dialog.table, cell_index(dialog, "EEE", 2))
    assert desk.snapshot.document is before
    assert "other points" in dialog.note.whole
    compare(desk, dialog)
    click_cell(dialog.table, cell_index(dialog, "EEE", 2))
    desk.settle()
    assert desk.snapshot.document.model.covariance == "EEE"


def test_other_points_end_the_work_on_the_old_ones(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "sweep", Endless())
    dialog = opened(desk)
    click(dialog.work.button)
    desk.window.store.apply(edits.add_points([[3.0, 70.0]]), "Draw")
    finish(desk, dialog.work)
    assert dialog.note.whole.startswith("Out of date")


def test_other_dimensions_have_other_families(desk: Desk) -> None:
    dialog = opened(desk, last_k=2)
    compare(desk, dialog)
    desk.window.store.apply(open_builtin("galaxies", seed=1), "Open")
    desk.settle()
    assert [f.letters for f in dialog.model.families] == [f.letters for f in families(1)]
    assert dialog.model.is_empty
    compare(desk, dialog)
    click_cell(dialog.table, cell_index(dialog, "V", 2))
    desk.settle()
    assert (desk.snapshot.document.model.k, desk.snapshot.document.points.d) == (2, 1)


# ---------------------------------------------------------------- copying, remembering, closing


def test_the_table_can_be_copied(desk: Desk) -> None:
    dialog = opened(desk, last_k=2)
    assert not dialog.copy.isEnabled()
    compare(desk, dialog)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    first = QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()
    click(dialog.copy)
    assert QGuiApplication.clipboard().text() == first == dialog.model.tab_separated()
    cell = dialog.model.cell(cell_index(dialog, "EEE", 2))
    assert cell is not None
    assert repr(cell.value("bic")) in first


def test_choices_are_remembered(desk: Desk) -> None:
    dialog = opened(desk, last_k=4)
    type_number(dialog.first_k, 2)
    dialog.criterion.setCurrentIndex(dialog.criterion.findData("icl"))
    dialog.criterion.activated.emit(dialog.criterion.currentIndex())
    QTest.keyClick(dialog, Key.Key_Escape)
    again = open_panel(desk, Key.Key_K, CompareDialog)
    assert again is not dialog
    assert (again.first_k.value(), again.last_k.value()) == (2, 4)
    assert again.criterion.currentData() == "icl"
    assert set(again.model.chosen) == FEW


def test_a_range_of_k_is_never_upside_down(desk: Desk) -> None:
    dialog = opened(desk, last_k=3)
    type_number(dialog.first_k, 5)
    assert (dialog.first_k.value(), dialog.last_k.value()) == (5, 5)
    type_number(dialog.last_k, 2)
    assert (dialog.first_k.value(), dialog.last_k.value()) == (2, 2)
    assert dialog.model.columnCount() == 2


def test_the_key_twice_is_one_dialog(desk: Desk) -> None:
    assert open_panel(desk, Key.Key_K, CompareDialog) is open_panel(desk, Key.Key_K, CompareDialog)


@pytest.mark.parametrize("close", ["window", "dialog"])
def test_closing_in_the_midst_of_work_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, close: str
) -> None:
    endless = Endless()
    monkeypatch.setattr(analyses, "sweep", endless)
    dialog = opened(desk)
    click(dialog.work.button)
    assert endless.began.wait(PATIENCE_MS / 1000)
    thread = dialog.work.analyst._thread._thread
    if close == "window":
        desk.close()
    else:
        QTest.keyClick(dialog, Key.Key_Escape)
        desk.settle()
    assert not isValid(thread) or thread.isFinished()


def test_closing_in_the_midst_of_work_ends_the_processes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    there = threading.Event()
    start_worker = parallel._start_worker

    def recorded() -> subprocess.Popen[bytes]:
        started.append(start_worker())
        there.set()
        return started[-1]

    monkeypatch.setattr(parallel, "_start_worker", recorded)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    dialog = opened(desk, last_k=9)
    click(dialog.every)
    click(dialog.work.button)
    assert there.wait(PATIENCE_MS / 1000)
    desk.close()
    assert started
    assert all(process.poll() is not None for process in started)
