"""Restarts: where many starts end, as the library says, and a click loads one of the ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.restarts_dialog import RestartsDialog
from gmmviewer.mixture.restarts import Restarts, restarts
from gmmviewer.session import edits
from gmmviewer.work import analyses
from gmmviewer.work.analyses import plan_of
from tests.app.conftest import Desk
from tests.app.panels import Endless, click, click_cell, finish, open_panel
from tests.helpers.waiting import PATIENCE_MS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key = Qt.Key
COUNT = 8


@pytest.fixture
def dialog(desk: Desk) -> RestartsDialog:
    """On galaxies with K = 4, which has several optima."""
    desk.window.store.apply(open_builtin("galaxies", seed=1), "Open")
    desk.window.store.apply(edits.choose_model(k=4), "Change K")
    desk.settle()
    made = open_panel(desk, Key.Key_R, RestartsDialog)
    made.count.setFocus()
    made.count.selectAll()
    QTest.keyClicks(made.count, str(COUNT))
    QTest.keyClick(made.count, Key.Key_Return)
    return made


def start(desk: Desk, dialog: RestartsDialog) -> None:
    click(dialog.work.button)
    finish(desk, dialog.work)


def found(desk: Desk) -> Restarts:
    document = desk.snapshot.document
    model = document.model
    return restarts(
        document.points.sample,
        model.k,
        plan_of(model, document.points.d),
        COUNT,
        starts=(model.start,),
        seed=model.seed,
        rule=model.rule,
    )


def test_the_list_is_what_the_library_finds(desk: Desk, dialog: RestartsDialog) -> None:
    expected = found(desk)
    assert len(expected.optima) > 1
    start(desk, dialog)
    rows = dialog.model.rows.entries
    assert [row[1].exact for row in rows] == [repr(o.log_likelihood) for o in expected.optima]
    assert [row[3].text for row in rows] == [f"{o.reached} of {COUNT}" for o in expected.optima]
    assert [row[0].text == "★" for row in rows] == [o is expected.best for o in expected.optima]
    assert f"{len(rows)} different optima" in dialog.note.whole
    assert "K = 4" in dialog.plan.whole


@pytest.mark.parametrize("how", ["click", "Enter"])
def test_an_optimum_is_loaded_as_one_undo(desk: Desk, dialog: RestartsDialog, how: str) -> None:
    expected = found(desk)
    start(desk, dialog)
    before = desk.snapshot.document
    index = dialog.model.index(1, 2)
    if how == "click":
        click_cell(dialog.table, index)
    else:
        dialog.table.setFocus()
        dialog.table.setCurrentIndex(dialog.model.index(0, 0))
        QTest.keyClick(dialog.table, Key.Key_Down)
        assert desk.snapshot.document is before, "arrows only move"
        QTest.keyClick(dialog.table, Key.Key_Return)
    desk.settle()
    optimum = expected.optima[1]
    assert desk.state.log_likelihood == pytest.approx(optimum.log_likelihood, abs=1e-8)
    assert desk.state.mixture.means == pytest.approx(optimum.mixture.means)
    assert desk.snapshot.document.model.seed == optimum.attempts[0].seed
    assert [entry.label for entry in desk.window.store.history.undo][-1] == "Load fit"
    desk.window.store.undo()
    assert desk.snapshot.document is before


def test_the_model_chosen_meanwhile_does_not_mix_with_the_fit(desk: Desk, dialog: RestartsDialog) -> None:
    start(desk, dialog)
    desk.window.store.apply(edits.choose_model(k=2, covariance="E"), "Change")
    desk.settle()
    assert "K = 2" in dialog.plan.whole
    click_cell(dialog.table, dialog.model.index(0, 1))
    desk.settle()
    model = desk.snapshot.document.model
    assert (model.k, model.covariance) == (4, "V")


def test_cancelling_ends_it(desk: Desk, dialog: RestartsDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Endless(first=lambda keywords: keywords["progress"](3, COUNT))
    monkeypatch.setattr(analyses, "restarts", endless)
    click(dialog.work.button)
    desk.wait_for(dialog.work.analyst.progressed, lambda: dialog.work.progress.value() > 0)
    assert dialog.work.progress.value() == pytest.approx(1000 * 3 / COUNT, abs=1)
    click(dialog.work.button)
    finish(desk, dialog.work)
    assert dialog.note.whole == "Cancelled."
    assert dialog.model.rowCount() == 0


def test_other_points_put_the_list_out_of_date(desk: Desk, dialog: RestartsDialog) -> None:
    start(desk, dialog)
    desk.window.store.apply(edits.add_points([[20.0]]), "Draw")
    desk.settle()
    assert dialog.note.whole.startswith("Out of date")
    before = desk.snapshot.document
    click_cell(dialog.table, dialog.model.index(0, 1))
    assert desk.snapshot.document is before
    assert "other points" in dialog.note.whole


def test_starts_that_cannot_be_say_why(
    desk: Desk, dialog: RestartsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> Restarts:
        raise ValueError("use fewer components")

    monkeypatch.setattr(analyses, "restarts", refuses)
    start(desk, dialog)
    assert dialog.note.whole == "use fewer components"
    desk.window.store.apply(edits.clear_points(), "Clear")
    click(dialog.work.button)
    assert "no points" in dialog.note.whole


def test_the_list_is_copied_in_full_precision(desk: Desk, dialog: RestartsDialog) -> None:
    start(desk, dialog)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + dialog.model.rowCount()
    assert [float(line.split("\t")[1]) for line in lines[1:]] == [
        optimum.log_likelihood for optimum in found(desk).optima
    ]


def test_the_number_of_starts_is_remembered(desk: Desk, dialog: RestartsDialog) -> None:
    QTest.keyClick(dialog, Key.Key_Escape)
    again = open_panel(desk, Key.Key_R, RestartsDialog)
    assert again is not dialog
    assert again.count.value() == COUNT


def test_closing_the_window_in_the_midst_of_work_leaves_nothing_behind(
    desk: Desk, dialog: RestartsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Endless()
    monkeypatch.setattr(analyses, "restarts", endless)
    click(dialog.work.button)
    assert endless.began.wait(PATIENCE_MS / 1000)
    thread = dialog.work.analyst._thread._thread
    desk.close()
    assert thread.isFinished()
