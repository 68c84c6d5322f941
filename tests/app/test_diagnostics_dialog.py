"""Diagnostics: plots that follow the window, and bootstraps that are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gmmviewer.app import diagnostics_dialog as module
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.diagnostics_dialog import DiagnosticsDialog
from gmmviewer.mixture.bootstrap import bootstrap_errors
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.ratio_test import likelihood_ratio_test
from gmmviewer.scene.fit_check import fit_check
from gmmviewer.scene.numbers import format_number
from gmmviewer.session import edits
from gmmviewer.views.ink import DARK
from gmmviewer.views.plots.checks import QuantilePicture
from gmmviewer.views.plots.null import NullPicture
from gmmviewer.work import analyses
from gmmviewer.work.analyses import plan_of
from tests.app.conftest import Desk
from tests.app.panels import Endless, click, finish, open_panel, to_window
from tests.helpers.waiting import PATIENCE_MS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key = Qt.Key


def opened(desk: Desk, data: str = "", k: int = 2) -> DiagnosticsDialog:
    """The dialog, with its plots up to date."""
    if data:
        desk.window.store.apply(open_builtin(data, seed=1), "Open")
        desk.window.store.apply(edits.choose_model(k=k), "Change K")
        desk.settle()
    dialog = open_panel(desk, Key.Key_D, DiagnosticsDialog)
    up_to_date(desk, dialog)
    return dialog


def up_to_date(desk: Desk, dialog: DiagnosticsDialog) -> None:
    """Wait until the plots show what the window does."""
    desk.settle()
    desk.wait_for(dialog.checks.answered, lambda: not dialog.checks._thread.busy)


def converge(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_view(speed="fastest"))
    to_window(desk)
    desk.press(Key.Key_R)
    assert desk.snapshot.stop_reason is StopReason.CONVERGED


def turn_to(dialog: DiagnosticsDialog, page: QWidget) -> None:
    """Click on the tab of a page."""
    bar = dialog.tabs.tabBar()
    click(bar, bar.tabRect(dialog.tabs.indexOf(page)).center())
    assert dialog.tabs.currentWidget() is page


def type_number(field: QWidget, number: int) -> None:
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(field, str(number))
    QTest.keyClick(field, Key.Key_Return)


def observed(dialog: DiagnosticsDialog) -> np.ndarray:
    picture = dialog.fit.quantiles.picture
    assert isinstance(picture, QuantilePicture)
    return np.asarray(picture.plot.observed)


# ---------------------------------------------------------------- plots


@pytest.mark.parametrize("data", ["", "galaxies"])
def test_the_plots_show_the_fit_of_the_window_and_follow_it(desk: Desk, data: str) -> None:
    dialog = opened(desk, data)
    distances: set[float] = set()
    for _ in range(3):
        snapshot = desk.snapshot
        assert snapshot.parameters is not None
        expected = fit_check(snapshot.document.points, snapshot.parameters).axes[0]
        distances.add(expected.distribution.distance.distance)
        np.testing.assert_array_equal(observed(dialog), expected.quantiles.observed)
        assert dialog.fit.distribution.picture is not None
        distance = format_number(expected.distribution.distance.distance, 3)
        assert f"KS distance {distance} " in dialog.fit.distribution.picture.caption
        to_window(desk)
        desk.press(Key.Key_Space)
        up_to_date(desk, dialog)
    assert len(distances) == 3


def test_going_back_in_time_and_other_points_are_followed(desk: Desk) -> None:
    dialog = opened(desk, "galaxies")
    first = observed(dialog)
    theoretical = dialog.fit.quantiles.picture.plot.theoretical  # type: ignore[union-attr]
    to_window(desk)
    desk.press(Key.Key_Space)
    up_to_date(desk, dialog)
    assert not np.array_equal(dialog.fit.quantiles.picture.plot.theoretical, theoretical)  # type: ignore[union-attr]
    desk.press(Key.Key_Home)
    up_to_date(desk, dialog)
    np.testing.assert_array_equal(dialog.fit.quantiles.picture.plot.theoretical, theoretical)  # type: ignore[union-attr]
    desk.window.store.apply(edits.add_points([[20.0]]), "Draw")
    up_to_date(desk, dialog)
    assert len(observed(dialog)) == len(first) + 1


def test_without_points_it_says_so(desk: Desk) -> None:
    dialog = opened(desk)
    desk.window.store.apply(edits.clear_points(), "Clear")
    up_to_date(desk, dialog)
    assert dialog.fit.quantiles.picture is None
    assert "nothing to look at" in dialog.fit.quantiles.accessibleDescription()
    desk.window.store.undo()
    up_to_date(desk, dialog)
    assert dialog.fit.quantiles.picture is not None


def test_nothing_is_computed_for_plots_nobody_sees(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = opened(desk)
    turn_to(dialog, dialog.errors)
    calls: list[object] = []

    def counted(*args: object) -> object:
        calls.append(args)
        return fit_check(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "fit_check", counted)
    to_window(desk)
    desk.press(Key.Key_Space)
    up_to_date(desk, dialog)
    assert calls == []
    turn_to(dialog, dialog.fit)
    up_to_date(desk, dialog)
    assert len(calls) == 1


def test_a_fault_of_the_plots_is_told_in_their_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dialog = opened(desk)

    def fails(*_: object) -> object:
        raise KeyError("odd")

    monkeypatch.setattr(module, "fit_check", fails)
    to_window(desk)
    desk.press(Key.Key_Space)
    up_to_date(desk, dialog)
    assert "fault" in dialog.fit.quantiles.accessibleDescription()
    assert "KeyError" in caplog.text


def test_the_theme_of_the_window_is_that_of_the_plots(desk: Desk) -> None:
    dialog = opened(desk)
    to_window(desk)
    desk.press(Key.Key_T)
    image = dialog.fit.quantiles.grab().toImage()
    assert image.pixelColor(3, 3).name() == DARK.ground


def test_the_truth_is_shown_where_it_is_known(desk: Desk) -> None:
    dialog = opened(desk)
    turn_to(dialog, dialog.truth)
    assert "Nobody knows" in dialog.truth.note.text()
    desk.window.store.apply(open_builtin("three_blobs", seed=1), "Open")
    up_to_date(desk, dialog)
    converge(desk)
    up_to_date(desk, dialog)
    snapshot = desk.snapshot
    assert snapshot.parameters is not None
    expected = fit_check(snapshot.document.points, snapshot.parameters).agreement
    assert expected is not None
    assert dialog.truth.rand.exact == repr(expected.adjusted_rand)
    assert dialog.truth.accuracy.exact == repr(expected.accuracy)
    assert dialog.truth.model.rowCount() == len(expected.classes)
    dialog.truth.table.setFocus()
    QTest.keyClick(dialog.truth.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    copied = np.array([[float(number) for number in line[1:]] for line in lines[1:]])
    np.testing.assert_array_equal(copied, expected.counts[:, expected.columns])


# ---------------------------------------------------------------- standard errors


def compute(desk: Desk, dialog: DiagnosticsDialog, replicates: int = 10) -> None:
    turn_to(dialog, dialog.errors)
    type_number(dialog.errors.replicates, replicates)
    click(dialog.errors.work.button)
    finish(desk, dialog.errors.work)


def test_standard_errors_are_those_of_the_library(desk: Desk) -> None:
    dialog = opened(desk)
    converge(desk)
    compute(desk, dialog)
    expected = bootstrap_errors(
        desk.snapshot.document.points.sample,
        desk.state,
        replicates=10,
        seed=desk.snapshot.document.model.seed,
    )
    click(dialog.errors.copy)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()[1:]]
    weights = [float(line[3]) for line in lines if line[1] == "weight"]
    assert weights == expected.weights.tolist()
    estimates = [float(line[2]) for line in lines if line[1] == "weight"]
    assert estimates == desk.state.mixture.weights.tolist()
    QTest.keyClick(dialog.errors.table, Key.Key_Up)


def test_errors_of_another_fit_stand_back(desk: Desk) -> None:
    dialog = opened(desk)
    converge(desk)
    compute(desk, dialog)
    model = dialog.errors.model
    fresh = model.index(0, 2).data(Qt.ItemDataRole.ForegroundRole)
    rows = model.rows
    to_window(desk)
    desk.press(Key.Key_Backspace)
    assert dialog.errors.note.whole.startswith("Out of date")
    assert model.index(0, 2).data(Qt.ItemDataRole.ForegroundRole) != fresh
    desk.press(Key.Key_End)
    assert model.index(0, 2).data(Qt.ItemDataRole.ForegroundRole) == fresh
    assert model.rows == rows
    desk.window.store.apply(edits.add_points([[3.0, 70.0]]), "Draw")
    desk.settle()
    assert {row[3].text for row in model.rows.entries} == {"–"}


@pytest.mark.parametrize("state", ["at once", "converged", "one step back"])
def test_errors_beside_values_that_em_has_left_are_told_apart(desk: Desk, state: str) -> None:
    dialog = opened(desk)
    if state != "at once":
        converge(desk)
    if state == "one step back":
        to_window(desk)
        desk.press(Key.Key_Backspace)
    compute(desk, dialog)
    assert ("Before EM converged" in dialog.errors.note.whole) is (state != "converged")


def test_estimates_follow_before_anything_is_computed(desk: Desk) -> None:
    dialog = opened(desk)
    turn_to(dialog, dialog.errors)
    assert "not converged" in dialog.errors.note.whole
    to_window(desk)
    desk.press(Key.Key_Space)
    shown = [row[2].exact for row in dialog.errors.model.rows.entries if row[1].text == "weight"]
    assert shown == [repr(weight) for weight in desk.state.mixture.weights.tolist()]


def test_the_kind_of_bootstrap_and_the_numbers_are_remembered(desk: Desk) -> None:
    dialog = opened(desk)
    turn_to(dialog, dialog.errors)
    type_number(dialog.errors.replicates, 33)
    type_number(dialog.ratio.replicates, 21)
    dialog.errors.method.setCurrentIndex(dialog.errors.method.findData("parametric"))
    dialog.errors.method.activated.emit(dialog.errors.method.currentIndex())
    QTest.keyClick(dialog, Key.Key_Escape)
    again = opened(desk)
    assert again is not dialog
    assert again.errors.replicates.value() == 33
    assert again.ratio.replicates.value() == 21
    assert again.errors.method.currentData() == "parametric"
    assert again.tabs.currentWidget() is again.errors


def test_computing_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Endless(first=lambda keywords: keywords["progress"](1, 4))
    monkeypatch.setattr(analyses, "bootstrap_errors", endless)
    dialog = opened(desk)
    turn_to(dialog, dialog.errors)
    work = dialog.errors.work
    click(work.button)
    desk.wait_for(work.analyst.progressed, lambda: work.progress.value() == 250)
    click(work.button)
    finish(desk, work)
    assert dialog.errors.note.whole == "Cancelled."


# ---------------------------------------------------------------- K against K + 1


def test_the_ratio_test_is_that_of_the_library(desk: Desk) -> None:
    dialog = opened(desk, "waiting", k=1)
    turn_to(dialog, dialog.ratio)
    type_number(dialog.ratio.replicates, 4)
    click(dialog.ratio.work.button)
    finish(desk, dialog.ratio.work)
    document = desk.snapshot.document
    expected = likelihood_ratio_test(
        document.points.sample,
        1,
        plan_of(document.model, 1),
        replicates=4,
        seed=document.model.seed,
        rule=document.model.rule,
    )
    assert dialog.ratio.ratio.exact == repr(expected.observed)
    assert dialog.ratio.p_value.exact == repr(expected.p_value) == "0.2"
    assert isinstance(dialog.ratio.plot.picture, NullPicture)
    assert "K = 1 against 2" in dialog.ratio.note.whole
    desk.window.store.apply(edits.choose_model(k=3), "Change K")
    assert "another one now" in dialog.ratio.note.whole
    desk.window.store.apply(edits.add_points([[20.0]]), "Draw")
    assert dialog.ratio.plot.picture is None


def test_a_test_that_cannot_be_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> object:
        raise ValueError("raise the floor")

    monkeypatch.setattr(analyses, "likelihood_ratio_test", refuses)
    dialog = opened(desk)
    turn_to(dialog, dialog.ratio)
    click(dialog.ratio.work.button)
    finish(desk, dialog.ratio.work)
    assert dialog.ratio.note.whole == "raise the floor"


# ---------------------------------------------------------------- closing


@pytest.mark.parametrize("page", ["errors", "ratio"])
def test_closing_the_window_in_the_midst_of_work_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    endless = Endless()
    monkeypatch.setattr(analyses, "bootstrap_errors", endless)
    monkeypatch.setattr(analyses, "likelihood_ratio_test", endless)
    dialog = opened(desk)
    turn_to(dialog, getattr(dialog, page))
    work = getattr(dialog, page).work
    click(work.button)
    assert endless.began.wait(PATIENCE_MS / 1000)
    threads = [work.analyst._thread._thread, dialog.checks._thread._thread]
    desk.close()
    assert all(thread.isFinished() for thread in threads)
