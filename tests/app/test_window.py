"""The window under a lecturer's hands: keys, buttons, and what is then on screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTextBrowser

from gmmviewer.app.actions import ACTIONS
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.help_dialog import HelpDialog
from gmmviewer.data.builtin import BUILTIN
from gmmviewer.mixture import log_likelihood
from gmmviewer.mixture.families import families
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.choices import DrawTool, MouseMode
from gmmviewer.views.inspector.model import LARGEST_SEED
from tests.app.conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints, grabbing

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NO_POINTS = "There are no points yet"


def colours(desk: Desk) -> np.ndarray:
    """The pixels (height, width, 3) of the canvas as it is painted."""
    from PySide6.QtGui import QImage

    image = desk.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int16)


def blue(pixels: np.ndarray) -> int:
    """How many pixels are as blue as the points of component 1."""
    return int((pixels[..., 2] - pixels[..., 0] > 100).sum())


def vermillion(pixels: np.ndarray) -> int:
    """How many pixels are as red as the points of component 2."""
    return int((pixels[..., 0] - pixels[..., 2] > 100).sum())


def grey(pixels: np.ndarray) -> int:
    """How many pixels look like points without a colour."""
    middle = (pixels.max(axis=2) < 190) & (pixels.min(axis=2) > 90)
    return int((middle & (pixels.max(axis=2) - pixels.min(axis=2) < 40)).sum())


# ---------------------------------------------------------------- the first window


def test_the_first_window_shows_old_faithful_at_its_start(desk: Desk) -> None:
    document = desk.snapshot.document
    assert (document.points.name, document.points.n, document.model.k) == ("Old Faithful", 272, 2)
    assert desk.state.stage is Stage.START
    assert desk.snapshot.source is None
    assert desk.window.windowTitle() == "Old Faithful – GMM Viewer"
    assert desk.canvas is desk.window.canvas_2d
    assert desk.notice == ""
    assert desk.window.timeline.readout.place.text() == "Iteration 0"


def test_points_are_grey_until_an_e_step_colours_them(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_view(layers=frozenset({"points"})))
    before = colours(desk)
    assert grey(before) > 3000
    assert blue(before) == vermillion(before) == 0
    desk.press(Key.Key_E)
    after = colours(desk)
    assert blue(after) > 1500
    assert vermillion(after) > 3000
    assert grey(after) < grey(before) / 2


# ---------------------------------------------------------------- one step after the other


def test_space_makes_the_first_iteration(desk: Desk) -> None:
    before = desk.state.log_likelihood
    desk.press(Key.Key_Space)
    assert (desk.state.iteration, desk.state.stage) == (1, Stage.AFTER_E)
    assert desk.state.log_likelihood > before
    assert desk.window.timeline.readout.place.text() == "Iteration 1"
    assert desk.window.timeline.readout.stage.text() == "after E"
    desk.press(Key.Key_Space)
    assert (desk.state.iteration, desk.state.stage) == (2, Stage.AFTER_E)


def test_the_number_on_screen_belongs_to_the_parameters_on_screen(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_M)
    assert desk.snapshot.mixture is not None
    expected = log_likelihood(desk.snapshot.document.points.values, desk.snapshot.mixture)
    assert desk.state.log_likelihood == pytest.approx(expected, abs=1e-8)
    shown = desk.window.timeline.readout.log_likelihood.text().replace("\u2212", "-")
    assert float(shown) == pytest.approx(expected, abs=0.006)


def test_half_steps_alternate(desk: Desk) -> None:
    seen = []
    for key in (Key.Key_E, Key.Key_M, Key.Key_E, Key.Key_M, Key.Key_Period, Key.Key_Period):
        desk.press(key)
        seen.append((desk.state.stage, desk.state.iteration))
    e, m = Stage.AFTER_E, Stage.AFTER_M
    assert seen == [(e, 0), (m, 1), (e, 1), (m, 2), (e, 2), (m, 3)]


def test_a_step_after_an_m_step_completes_the_iteration(desk: Desk) -> None:
    desk.press(Key.Key_E, Key.Key_M, Key.Key_Space)
    assert (desk.state.iteration, desk.state.stage) == (1, Stage.AFTER_E)


def test_space_steps_after_a_number_was_typed(desk: Desk) -> None:
    field = desk.window.inspector.model.k
    desk.click(field)
    desk.press((Key.Key_A, CTRL), Key.Key_3, Key.Key_Return)
    assert desk.snapshot.document.model.k == 3
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


def test_space_steps_after_a_box_was_ticked(desk: Desk) -> None:
    box = desk.window.inspector.view.layers["heat"]
    desk.click(box, QPoint(8, box.height() // 2))
    assert box.isChecked()
    desk.press(Key.Key_Space)
    assert box.isChecked()
    assert desk.state.iteration == 1


def test_a_remote_control_steps_too(desk: Desk) -> None:
    desk.press(Key.Key_PageDown, Key.Key_PageDown, Key.Key_PageUp, Key.Key_Right)
    assert desk.state.iteration == 2


def test_a_burst_of_keys_is_not_lost(desk: Desk) -> None:
    desk.press(*[Key.Key_Space] * 7, settle=False)
    desk.settle()
    assert (desk.state.iteration, desk.state.stage) == (7, Stage.AFTER_E)


def test_the_buttons_do_what_the_keys_do(desk: Desk) -> None:
    buttons = desk.window.transport.buttons
    desk.click(buttons["step_e"])
    assert desk.state.stage is Stage.AFTER_E
    desk.click(buttons["step_m"])
    assert desk.state.stage is Stage.AFTER_M
    desk.click(buttons["step"])
    assert (desk.state.iteration, desk.state.stage) == (1, Stage.AFTER_E)
    desk.click(buttons["step_back"])
    assert desk.state.iteration == 0
    desk.click(buttons["last"])
    assert desk.state.iteration == 1
    desk.click(buttons["first"])
    assert desk.state.stage is Stage.START


def test_space_still_steps_after_a_button_was_clicked(desk: Desk) -> None:
    desk.click(desk.window.transport.buttons["step"])
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 2


# ---------------------------------------------------------------- back and forth


def test_travelling_by_keys(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_Space, Key.Key_Space)
    desk.press(Key.Key_Backspace)
    assert (desk.state.iteration, desk.state.stage) == (2, Stage.AFTER_E)
    desk.press(Key.Key_Comma)
    assert (desk.state.iteration, desk.state.stage) == (2, Stage.AFTER_M)
    desk.press(Key.Key_Home)
    assert (desk.state.iteration, desk.state.stage) == (0, Stage.START)
    desk.press(Key.Key_End)
    assert (desk.state.iteration, desk.state.stage) == (3, Stage.AFTER_E)
    assert len(desk.snapshot.document.states) == 8


def test_stepping_forward_again_shows_the_states_there_are(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_Space)
    states = desk.snapshot.document.states
    desk.press(Key.Key_Home, Key.Key_Space)
    assert desk.state.iteration == 1
    assert desk.snapshot.document.states is states


def test_a_click_on_the_curve_travels(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_Space)
    plot = desk.window.timeline.plot
    desk.click(plot, plot.place_of(2).toPoint())
    assert (desk.state.iteration, desk.state.stage) == (1, Stage.AFTER_M)


def test_points_get_their_colours_of_then(desk: Desk) -> None:
    desk.press(Key.Key_Space)
    coloured = colours(desk)
    desk.press(Key.Key_Home)
    assert not np.array_equal(colours(desk), coloured)
    desk.press(Key.Key_End)
    assert np.array_equal(colours(desk), coloured)


# ---------------------------------------------------------------- runs


def test_a_run_ends_at_convergence_and_says_so(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_view(speed="fastest"))
    desk.press(Key.Key_R)
    assert not desk.snapshot.activity.running
    assert desk.window.timeline.readout.standing.text().startswith("Converged")
    assert desk.state.log_likelihood == pytest.approx(-1130.264, abs=0.01)
    desk.press(Key.Key_R)
    assert "EM has stopped" in desk.notice
    assert "N makes a new start" in desk.notice


def test_a_run_that_reaches_its_limit_says_so(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_view(speed="fastest"))
    desk.window.store.apply(edits.choose_model(max_iterations=3))
    desk.press(Key.Key_R)
    assert desk.state.iteration == 3
    assert desk.window.timeline.readout.standing.text() == "Stopped: 3 iterations"
    desk.press(Key.Key_Space)  # stepping by hand goes on
    assert desk.state.iteration == 4


def test_r_pauses_a_run_and_goes_on(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=1_000_000))
    desk.settle()
    desk.press(Key.Key_R, settle=False)
    assert desk.window.transport.buttons["run"].text().strip() == "Pause"
    desk.read()
    assert desk.window.timeline.readout.standing.text() == "Running"
    desk.until(lambda now: len(now.document.states) > 3)
    desk.press(Key.Key_R)
    assert desk.window.transport.buttons["run"].text().strip() == "Run"
    assert desk.window.timeline.readout.standing.text() == "Paused"
    paused_at = len(desk.snapshot.document.states)
    desk.press(Key.Key_R, settle=False)
    desk.until(lambda now: len(now.document.states) > paused_at + 2)
    desk.press(Key.Key_R)


def test_stepping_during_a_run_says_why_not(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=1_000_000))
    desk.settle()
    desk.press(Key.Key_R, settle=False)
    desk.until(lambda now: len(now.document.states) > 2)
    desk.press(Key.Key_Space, settle=False)
    assert "press R to pause" in desk.notice
    assert desk.snapshot.activity.running
    desk.press(Key.Key_R)


# ---------------------------------------------------------------- why not


NOT_ALLOWED_AT_THE_START = (
    (Key.Key_M, "step_m", "E-step (E) comes next"),
    (Key.Key_Backspace, "step_back", "This is the first state."),
    (Key.Key_Comma, "half_back", "This is the first state."),
    (Key.Key_Home, "first", "This is the first state."),
    (Key.Key_End, "last", "Space makes the next"),
    ((Key.Key_Home, SHIFT), "reset", "EM is at its start already."),
    ((Key.Key_Z, CTRL), "undo", "nothing to undo"),
    ((Key.Key_Y, CTRL), "redo", "nothing to redo"),
    ((Key.Key_O, CTRL | SHIFT), "choose_columns", "table with several columns"),
)


def test_what_is_not_allowed_says_why(desk: Desk) -> None:
    there = desk.snapshot.document
    for key, name, reason in NOT_ALLOWED_AT_THE_START:
        action = desk.window.actions_.by_id[name]
        assert not action.isEnabled(), name
        assert reason in action.toolTip(), name
        desk.press(key)
        assert reason in desk.notice, name
        desk.window.store.apply(edits.dismiss())
        assert desk.notice == ""
    assert desk.snapshot.document is there


def test_the_buttons_say_why_not(desk: Desk) -> None:
    assert "E-step (E) comes next" in desk.window.transport.buttons["step_m"].toolTip()
    desk.press(Key.Key_E)
    assert "comes next" not in desk.window.transport.buttons["step_m"].toolTip()
    assert "M-step (M) comes next" in desk.window.transport.buttons["step_e"].toolTip()
    desk.press(Key.Key_E)
    assert "M-step (M) comes next" in desk.notice


def test_the_message_goes_when_something_is_done(desk: Desk) -> None:
    desk.press(Key.Key_M)
    assert desk.notice
    desk.press(Key.Key_E)
    assert desk.notice == ""


def test_the_message_can_be_dismissed(desk: Desk) -> None:
    desk.press(Key.Key_M)
    desk.click(desk.window.notice.close_button)
    assert desk.notice == ""


def test_nothing_can_be_fitted_on_an_empty_sheet(desk: Desk) -> None:
    desk.press((Key.Key_Backspace, CTRL))
    assert desk.snapshot.document.points.n == 0
    assert desk.window.empty_sheet.isVisibleTo(desk.window)
    for key in (Key.Key_Space, Key.Key_E, Key.Key_R, Key.Key_N):
        desk.press(key)
        assert NO_POINTS in desk.notice
        desk.window.store.apply(edits.dismiss())


def test_k_has_limits_and_says_so(desk: Desk) -> None:
    desk.press(Key.Key_Minus)
    assert desk.snapshot.document.model.k == 1
    desk.press(Key.Key_Minus)
    assert "at least one component" in desk.notice.lower()
    desk.window.store.apply(edits.choose_model(k=50))
    desk.settle()
    desk.press(Key.Key_Plus)
    assert "50" in desk.notice


def test_a_layer_that_does_not_exist_here_says_so(desks: Callable[..., Desk]) -> None:
    desk = desks(open_builtin("waiting", 1))
    before = desk.snapshot.view
    for key in (Key.Key_C, Key.Key_D, Key.Key_P, Key.Key_A):
        desk.press(key)
        assert desk.snapshot.view == before
        assert "two dimensions" in desk.notice
        desk.window.store.apply(edits.dismiss())


def test_more_components_than_points_is_explained(desks: Callable[..., Desk]) -> None:
    from gmmviewer.data.points import PointSet

    desk = desks(edits.open_points(PointSet.of([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]]), 3))
    desk.press(Key.Key_Plus)
    assert "fewer components" in desk.notice
    assert desk.window.timeline.readout.standing.text() == "No start possible"
    desk.press(Key.Key_Space)
    assert "fewer components" in desk.notice
    desk.press(Key.Key_Minus)
    assert desk.notice == ""
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


# ---------------------------------------------------------------- the model


def test_n_makes_another_start_under_the_next_seed(desk: Desk) -> None:
    before = desk.state.mixture
    desk.press(Key.Key_Space, Key.Key_N)
    panel = desk.window.inspector.model.rare
    assert (desk.snapshot.document.model.seed, panel.seed.value()) == (2, 2)
    assert desk.state.stage is Stage.START
    assert not np.array_equal(desk.state.mixture.means, before.means)


def test_after_the_last_seed_comes_the_first(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_model(seed=LARGEST_SEED))
    desk.press(Key.Key_N)
    assert desk.snapshot.document.model.seed == 0


def test_reset_goes_back_to_the_same_start(desk: Desk) -> None:
    start = desk.state
    desk.press(Key.Key_Space, Key.Key_Space, (Key.Key_Home, SHIFT))
    assert desk.snapshot.document.states == (start,)


def test_k_by_keys_buttons_and_field(desk: Desk) -> None:
    panel = desk.window.inspector.model
    desk.press(Key.Key_Plus)
    assert (desk.snapshot.document.model.k, panel.k.value(), desk.state.mixture.n_components) == (3, 3, 3)
    desk.press(Key.Key_Minus, Key.Key_Minus)
    assert desk.state.mixture.n_components == 1
    desk.click(panel.buttons["more_components"])
    assert desk.state.mixture.n_components == 2
    panel.k.selectAll()
    QTest.keyClicks(panel.k, "5")
    QTest.keyClick(panel.k, Key.Key_Return)
    desk.settle()
    assert desk.state.mixture.n_components == 5
    assert desk.window.inspector.components is not None


def test_the_covariance_can_be_chosen(desk: Desk) -> None:
    box = desk.window.inspector.model.covariance
    assert [box.itemData(i) for i in range(box.count())] == [family.letters for family in families(2)]
    desk.click(box)
    QTest.keyClick(box.view(), Key.Key_Down)
    QTest.keyClick(box.view(), Key.Key_Return)
    desk.settle()
    assert desk.snapshot.document.model.covariance == "EEE"
    desk.press(Key.Key_Space)
    first, second = desk.state.mixture.covariances
    assert np.allclose(first, second)


# ---------------------------------------------------------------- the mouse


def test_number_keys_choose_what_the_mouse_does(desk: Desk) -> None:
    hints = set()
    for key, mode in zip((Key.Key_4, Key.Key_3, Key.Key_2, Key.Key_1), reversed(MouseMode), strict=True):
        desk.press(key)
        assert desk.snapshot.view.mode is mode
        assert desk.window.rail.buttons[mode].property("role") == "mode-current"
        assert desk.window.actions_.by_id[f"mode_{mode.name.lower()}"].isChecked()
        hints.add(desk.window.status.mouse.text())
    assert len(hints) == 4


def test_a_click_adds_a_point_where_it_was(desk: Desk) -> None:
    desk.press(Key.Key_2)
    at = desk.pixel(3.0, 60.0)
    desk.click(desk.canvas, at)
    points = desk.snapshot.document.points
    assert points.n == 273
    assert points.values[-1] == pytest.approx([3.0, 60.0], abs=0.2)


def test_the_model_goes_on_from_where_it_was(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_Space)
    before = desk.state.mixture
    desk.press(Key.Key_2)
    desk.click(desk.canvas, desk.pixel(3.0, 60.0))
    assert np.allclose(desk.state.mixture.means, before.means, rtol=1e-12)
    assert np.allclose(desk.state.mixture.covariances, before.covariances, rtol=1e-12)
    assert desk.state.stage is Stage.AFTER_E
    desk.press(Key.Key_Space)
    assert desk.state.n == 273
    assert not np.allclose(desk.state.mixture.means, before.means, rtol=1e-6)


def test_a_drag_sprays_and_is_one_undo(desk: Desk) -> None:
    desk.press(Key.Key_2)
    desk.drag(desk.pixel(3.0, 60.0), desk.pixel(3.1, 62.0), desk.pixel(3.3, 64.0), desk.pixel(3.5, 66.0))
    assert desk.snapshot.document.points.n > 280
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document.points.n == 272
    desk.press((Key.Key_Z, CTRL | SHIFT))
    assert desk.snapshot.document.points.n > 280


def test_erasing_takes_what_is_under_the_circle(desk: Desk) -> None:
    desk.press(Key.Key_2, Key.Key_2, Key.Key_Q)
    assert desk.snapshot.view.brush.tool is DrawTool.ERASE
    desk.drag(desk.pixel(2.0, 52.0), desk.pixel(2.1, 56.0))
    points = desk.snapshot.document.points
    assert points.n < 260
    gone = 272 - points.n
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document.points.n == points.n + gone == 272


def test_drawing_continues_during_a_run(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=1_000_000))
    desk.press(Key.Key_2)
    desk.press(Key.Key_R, settle=False)
    desk.until(lambda now: len(now.document.states) > 2)
    QTest.mouseClick(desk.canvas, Qt.MouseButton.LeftButton, pos=desk.pixel(3.0, 60.0))
    assert desk.snapshot.activity.running
    desk.until(lambda now: len(now.document.states) > 2 and now.document.states[-1].n == 273)
    desk.press(Key.Key_R)


def test_from_a_cleared_sheet_to_a_fit(desk: Desk) -> None:
    desk.press((Key.Key_Backspace, CTRL))
    assert desk.snapshot.view.mode is MouseMode.DRAW
    for x, y in ((2, 50), (2.2, 52), (2.1, 49), (4, 80), (4.2, 82), (4.1, 79)):
        desk.click(desk.canvas, desk.pixel(x, y))
    assert desk.snapshot.document.points.n == 6
    assert not desk.window.empty_sheet.isVisibleTo(desk.window)
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


@pytest.mark.parametrize(("d", "keys"), [(2, CTRL), (1, CTRL | Qt.KeyboardModifier.ShiftModifier)])
def test_a_new_sheet_is_drawn_on_from_0_to_10(desk: Desk, d: int, keys: Qt.KeyboardModifier) -> None:
    before = desk.snapshot.document.points
    desk.press((Key.Key_N, keys))
    points, canvas = desk.snapshot.document.points, desk.window.canvas
    assert (points.n, points.d) == (0, d)
    assert desk.snapshot.view.mode is MouseMode.DRAW
    assert canvas.ranges[0] == (0.0, 10.0)
    canvas.set_ranges((3.0, 4.0), canvas.ranges[1])
    desk.press((Key.Key_N, keys))
    assert canvas.ranges[0] == (0.0, 10.0)
    desk.press((Key.Key_Z, CTRL), (Key.Key_Z, CTRL))
    assert desk.snapshot.document.points is before


def test_the_first_point_can_be_drawn_where_it_says_draw_here(desk: Desk) -> None:
    desk.press((Key.Key_Backspace, CTRL))
    card = desk.window.empty_sheet
    for place in (card.rect().center(), QPoint(5, 5)):  # on a text, and beside the texts
        at = card.mapTo(desk.window, place)
        QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
        desk.settle()
        assert desk.snapshot.document.points.n == 1
        QTest.mouseMove(desk.window.windowHandle(), at + QPoint(60, 30))  # the button is up again
        desk.settle()
        assert desk.snapshot.document.points.n == 1
        desk.press((Key.Key_Z, CTRL))


def test_a_mean_can_be_dragged_and_em_goes_on(desk: Desk) -> None:
    desk.press(Key.Key_Space, Key.Key_4)
    mean = desk.state.mixture.means[0]
    desk.drag(desk.pixel(*mean), desk.pixel(2.8, 60.0), desk.pixel(3.0, 70.0))
    assert desk.state.stage is Stage.START
    moved = desk.state.mixture
    assert moved.means[0] == pytest.approx([3.0, 70.0], rel=0.02)
    expected = log_likelihood(desk.snapshot.document.points.values, moved)
    assert desk.state.log_likelihood == pytest.approx(expected, abs=1e-8)
    at = desk.state.log_likelihood
    desk.press(Key.Key_Space)
    assert desk.state.stage is Stage.AFTER_E
    assert desk.state.log_likelihood > at
    desk.press((Key.Key_Z, CTRL), (Key.Key_Z, CTRL))
    assert desk.state.mixture.means[0] == pytest.approx(mean)


def test_a_mean_can_be_dragged_on_a_line(desks: Callable[..., Desk]) -> None:
    desk = desks(open_builtin("waiting", 1))
    mean = float(desk.state.mixture.means[0, 0])
    desk.press(Key.Key_4)
    desk.drag(desk.pixel(mean), desk.pixel(mean + 3), desk.pixel(mean + 6))
    assert desk.state.mixture.means[0, 0] == pytest.approx(mean + 6, abs=0.3)


def test_the_status_bar_tells_what_is_under_the_mouse(desk: Desk) -> None:
    desk.press(Key.Key_Space)
    QTest.mouseMove(desk.canvas, desk.pixel(2.0, 52.0))
    QTest.mouseMove(desk.canvas, desk.pixel(2.0, 54.0))
    said = desk.window.status.where.text()
    assert re.search(r"eruptions \[min\] (2\.0|1\.99)", said)
    assert "p(x)" in said
    assert "r₁" in said


# ---------------------------------------------------------------- undo


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        ((Key.Key_Plus,), "Undo change k"),
        ((Key.Key_N,), "Undo new start"),
        ((Key.Key_Space,), "Undo step"),
        ((Key.Key_Space, (Key.Key_Home, SHIFT)), "Undo reset"),
        (((Key.Key_Backspace, CTRL),), "Undo clear"),
    ],
)
def test_everything_can_be_undone_and_redone(desk: Desk, keys: tuple[object, ...], label: str) -> None:
    desk.press(*keys[:-1])
    before = desk.snapshot.document
    desk.press(keys[-1])
    after = desk.snapshot.document
    assert after is not before
    assert desk.window.actions_.by_id["undo"].text() == label
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document is before
    desk.press((Key.Key_Y, CTRL))
    assert desk.snapshot.document.model == after.model
    assert desk.snapshot.document.points is after.points
    assert len(desk.snapshot.document.states) == len(after.states)


def test_a_whole_run_is_one_undo(desk: Desk) -> None:
    desk.window.store.apply(edits.choose_view(speed="fastest"))
    desk.press(Key.Key_Space)
    before = desk.snapshot.document
    desk.press(Key.Key_R, (Key.Key_Z, CTRL))
    assert desk.snapshot.document is before


# ---------------------------------------------------------------- the view


def test_layers_by_key_box_and_menu(desk: Desk) -> None:
    plain = colours(desk)
    desk.press(Key.Key_D)
    assert "heat" in desk.snapshot.view.layers
    assert desk.window.inspector.view.layers["heat"].isChecked()
    assert desk.window.actions_.by_id["layer_heat"].isChecked()
    assert not np.array_equal(colours(desk), plain)
    desk.window.inspector.view.layers["heat"].click()
    assert np.array_equal(colours(desk), plain)
    desk.press(Key.Key_C)
    assert not np.array_equal(colours(desk), plain)
    desk.window.actions_.by_id["layer_contours"].trigger()
    assert np.array_equal(colours(desk), plain)


def test_every_layer_changes_the_picture(desks: Callable[..., Desk]) -> None:
    from gmmviewer.session.choices import LAYERS

    for key in ("old_faithful", "waiting"):
        desk = desks(open_builtin(key, 1))
        desk.press(Key.Key_Space)
        d = desk.snapshot.document.points.d
        for layer in LAYERS:
            before = colours(desk)
            if d in layer.dimensions and layer.key not in ("truth", "changed", "trails", "echoes"):
                desk.window.actions_.by_id[f"layer_{layer.key}"].trigger()
                desk.settle()
                assert not np.array_equal(colours(desk), before), layer.key
                desk.window.actions_.by_id[f"layer_{layer.key}"].trigger()
                desk.settle()
                assert np.array_equal(colours(desk), before), layer.key
        desk.close()


@pytest.mark.parametrize("layer", ["truth", "changed", "trails", "echoes"])
def test_layers_that_need_more_than_a_step(desks: Callable[..., Desk], layer: str) -> None:
    desk = desks(open_builtin("overlapping", 1))
    desk.press(Key.Key_Space, Key.Key_Space)
    before = colours(desk)
    desk.window.actions_.by_id[f"layer_{layer}"].trigger()
    desk.settle()
    assert not np.array_equal(colours(desk), before)


def test_without_truth_there_is_no_layer_of_it(desk: Desk) -> None:
    desk.press(Key.Key_G)
    assert "truth" not in desk.snapshot.view.layers
    assert "not known" in desk.snapshot.notice.text  # type: ignore[union-attr]


def test_dark_and_light(desk: Desk) -> None:
    light = colours(desk)[2, -2].mean()
    desk.press(Key.Key_T)
    assert desk.snapshot.view.dark
    assert colours(desk)[2, -2].mean() < 60 < 200 < light
    assert desk.window.palette().window().color().lightness() < 60
    desk.press(Key.Key_T)
    assert colours(desk)[2, -2].mean() == light


def test_presenter_mode_is_larger_and_folds_the_controls_away(desk: Desk) -> None:
    size = desk.canvas.width()
    type_ = desk.window.timeline.readout.place.fontMetrics().height()
    desk.press(Key.Key_F5)
    assert not desk.window.inspector.isVisible()
    assert not desk.window.rail.isVisible()
    assert desk.window.timeline.readout.place.fontMetrics().height() > type_
    desk.press(Key.Key_Space)  # and it still steps
    assert desk.state.iteration == 1
    desk.press(Key.Key_F5)
    assert desk.window.inspector.isVisible()
    assert desk.window.rail.isVisible()
    assert desk.canvas.width() == pytest.approx(size, abs=2)


def test_full_screen_and_back(desk: Desk) -> None:
    desk.press(Key.Key_F11)
    assert desk.window.isFullScreen()
    assert desk.window.actions_.by_id["full_screen"].isChecked()
    desk.press(Key.Key_F11)
    assert not desk.window.isFullScreen()


def test_the_inspector_folds_away(desk: Desk) -> None:
    width = desk.canvas.width()
    desk.press(Key.Key_I)
    assert not desk.window.inspector.isVisible()
    desk.press(Key.Key_I)
    assert desk.window.inspector.isVisible()
    assert desk.canvas.width() == width


def test_the_wheel_zooms_and_z_shows_all(desk: Desk) -> None:
    before = desk.canvas.frame()
    desk.canvas.zoom(0.5, np.array([400.0, 300.0]))
    assert desk.canvas.frame() != before
    desk.press(Key.Key_Z)
    assert desk.canvas.frame() == before


def test_every_number_has_room_to_be_read(desk: Desk) -> None:
    panel = desk.window.inspector.model
    panel.more.fold(False)
    desk.window.store.apply(edits.fix_shown_mean())
    desk.settle()
    rare = panel.rare
    fields = (panel.k, rare.seed, rare.tolerance, rare.max_iterations, rare.floor, *rare.place)
    for field in fields:
        line = field if isinstance(field, QLineEdit) else field.lineEdit()
        needed = line.fontMetrics().horizontalAdvance(line.text())
        assert line.width() >= needed, f"{field.accessibleName()}: {line.width()} pixels for {line.text()!r}"


# ---------------------------------------------------------------- built-in data


def test_every_built_in_data_set_opens_and_steps(desk: Desk) -> None:
    actions = {action.data(): action for action in desk.window.builtin_menu.actions() if action.data()}
    assert list(actions) == [chosen.key for chosen in BUILTIN]
    for chosen in BUILTIN:
        actions[chosen.key].trigger()
        desk.settle()
        document = desk.snapshot.document
        assert (document.points.name, document.model.k) == (chosen.title, chosen.k)
        assert desk.canvas is (desk.window.canvas_1d if document.points.d == 1 else desk.window.canvas_2d)
        assert desk.canvas.isVisible()
        assert desk.window.windowTitle().startswith(chosen.title)
        assert desk.window.inspector.model.covariance.currentData() == document.model.covariance
        desk.press(Key.Key_Space)
        assert desk.state.iteration == 1


def test_opening_a_data_set_can_be_undone(desk: Desk) -> None:
    desk.press(Key.Key_Space)
    before = desk.snapshot.document
    desk.window.store.apply(open_builtin("galaxies", 1), "Open data set")
    desk.settle()
    assert desk.canvas is desk.window.canvas_1d
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document is before
    assert desk.canvas is desk.window.canvas_2d
    assert desk.canvas.isVisible()


# ---------------------------------------------------------------- help


def test_help_lists_every_key(desk: Desk) -> None:
    desk.press(Key.Key_F1)
    dialog = desk.window.findChild(HelpDialog)
    assert dialog.isVisible()
    text = dialog.findChild(QTextBrowser).toPlainText()
    for spec in ACTIONS:
        for key in spec.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) in text, spec.id
        if spec.keys:
            assert spec.text.rstrip("…") in text, spec.id
    QTest.keyClick(dialog, Key.Key_Escape)
    desk.activate()
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


def test_help_twice_is_one_sheet(desk: Desk) -> None:
    desk.press(Key.Key_F1)
    desk.window.show_help()
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, HelpDialog) and w.isVisible()]
    assert len(shown) == 1


def test_every_action_is_in_a_menu(desk: Desk) -> None:
    def texts(menu: object) -> set[str]:
        found = set()
        for action in menu.actions():  # type: ignore[attr-defined]
            found.add(action.objectName())
            if action.menu() is not None:
                found |= texts(action.menu())
        return found

    assert {spec.id for spec in ACTIONS} <= texts(desk.window.menuBar())
