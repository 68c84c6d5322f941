"""What the mouse does in each mode, by real events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from gmmviewer.scene.inspect import Readout
from gmmviewer.session.choices import Brush, DrawTool, MouseMode
from gmmviewer.views.gestures_points import near_segment
from tests.views.canvas_states import drag, empty, hover, old_faithful, send, shown, snapshot, wheel

SHIFT = Qt.KeyboardModifier.ShiftModifier


def at_mean(canvas: Any, k: int) -> tuple[float, float]:
    mixture = canvas.store.snapshot.mixture
    pixel = canvas.pixels(mixture.means[k : k + 1])[0]
    return float(pixel[0]), float(pixel[1] if len(pixel) == 2 else 150.0)


@pytest.mark.parametrize("d", [1, 2])
def test_a_click_adds_one_point_exactly_there(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, empty(d, mode=MouseMode.DRAW))
    ranges = canvas.frame()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    place = np.array([canvas.rect().center().x(), canvas.rect().center().y()], dtype=float)
    values = canvas.store.snapshot.document.points.values
    np.testing.assert_allclose(values, canvas.location(place)[None], rtol=0, atol=1e-12)
    assert canvas.frame() == ranges
    assert [entry.label for entry in canvas.store.history.undo] == ["Draw points"]


@pytest.mark.parametrize("d", [1, 2])
def test_a_stroke_sprays_inside_the_circle_and_is_one_undo(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, empty(d, mode=MouseMode.DRAW, brush=Brush(radius=20, count=7)))
    ranges = canvas.frame()
    drag(canvas, (200, 100), (230, 110), (260, 120))
    points = canvas.store.snapshot.document.points
    assert points.n == 1 + 7 + 7
    pixels = canvas.pixels(points.values)
    way = near_segment(pixels, np.array([200.0, 100.0]), np.array([260.0, 120.0]), 20.0 + 1e-6)
    assert way.all()
    assert canvas.frame() == ranges
    canvas.store.undo()
    assert canvas.store.snapshot.document.points.n == 0
    assert not canvas.store.history.undo


def test_strokes_are_the_same_in_every_session(qtbot: Any) -> None:
    canvases = [shown(qtbot, empty(2, mode=MouseMode.DRAW)) for _ in range(2)]
    for canvas in canvases:
        drag(canvas, (200, 100), (240, 130))
        drag(canvas, (300, 100), (340, 130))
    first, second = (canvas.store.snapshot.document.points.values for canvas in canvases)
    np.testing.assert_array_equal(first, second)


def test_a_trembling_click_does_not_spray(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(2, mode=MouseMode.DRAW))
    drag(canvas, (200, 100), (201, 101))
    assert canvas.store.snapshot.document.points.n == 1


def test_the_second_click_of_a_double_click_draws_too(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(2, mode=MouseMode.DRAW))
    drag(canvas, (200, 100))
    send(canvas, QEvent.Type.MouseButtonDblClick, 200, 100)
    send(canvas, QEvent.Type.MouseButtonRelease, 200, 100)
    assert canvas.store.snapshot.document.points.n == 2


def test_moves_are_batched_until_the_event_loop_runs(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(2, mode=MouseMode.DRAW, brush=Brush(count=3)))
    drag(canvas, (200, 100), (240, 130), (280, 150), release=False)
    assert canvas.store.snapshot.document.points.n == 1
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert canvas.store.snapshot.document.points.n == 7


@pytest.mark.parametrize("d", [1, 2])
def test_the_eraser_takes_what_it_passes_and_is_one_undo(qtbot: Any, d: int) -> None:
    before = snapshot(old_faithful(d), mode=MouseMode.DRAW, brush=Brush(DrawTool.ERASE, 15))
    canvas = shown(qtbot, before)
    ranges = canvas.frame()
    pixels = canvas.pixels(before.document.points.values)
    start, end = np.array([100.0, 200.0]), np.array([300.0, 250.0])
    doomed = near_segment(pixels, start, end, 15.0)
    assert doomed.any()
    drag(canvas, (100, 200), (300, 250))
    np.testing.assert_array_equal(
        canvas.store.snapshot.document.points.values, before.document.points.values[~doomed]
    )
    assert canvas.frame() == ranges
    canvas.store.undo()
    assert canvas.store.snapshot.document.points is before.document.points
    assert canvas.frame() == ranges


def test_a_mean_follows_the_mouse(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), mode=MouseMode.EDIT))
    before = canvas.store.snapshot.mixture
    x, y = at_mean(canvas, 1)
    drag(canvas, (x + 3, y - 2), (x + 23, y + 20), (x + 43, y + 28))
    moved = canvas.pixels(canvas.store.snapshot.mixture.means)
    np.testing.assert_allclose(moved[1], [x + 40, y + 30], atol=1e-6)
    np.testing.assert_allclose(canvas.store.snapshot.mixture.means[0], before.means[0], rtol=1e-12)
    assert [entry.label for entry in canvas.store.history.undo] == ["Move mean"]


def test_a_mean_on_the_line_moves_along_x(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(1), mode=MouseMode.EDIT))
    x, y = at_mean(canvas, 0)
    drag(canvas, (x, y), (x - 30, y + 80))
    moved = canvas.pixels(canvas.store.snapshot.mixture.means)
    np.testing.assert_allclose(moved[0], [x - 30], atol=1e-6)


def test_shift_holds_one_coordinate_bit_for_bit(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), mode=MouseMode.EDIT))
    before = canvas.store.snapshot.parameters.means[1]
    x, y = at_mean(canvas, 1)
    drag(canvas, (x, y), (x + 30, y + 11), modifiers=SHIFT)
    after = canvas.store.snapshot.parameters.means[1]
    assert after[1] == before[1]
    assert after[0] > before[0]


def test_escape_takes_a_drag_back(qtbot: Any) -> None:
    before = snapshot(old_faithful(), mode=MouseMode.EDIT)
    canvas = shown(qtbot, before)
    x, y = at_mean(canvas, 1)
    drag(canvas, (x, y), (x + 30, y), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert canvas.store.snapshot.document is not before.document
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.store.snapshot.document is before.document
    assert not canvas.store.history.undo
    assert not canvas.store.history.redo
    drag(canvas, (x + 200, y), (x + 230, y))
    assert canvas.store.snapshot.document is before.document


def test_escape_takes_a_stroke_back_and_is_free_otherwise(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(2, mode=MouseMode.DRAW))
    override = QEvent.Type.ShortcutOverride
    key = QKeyEvent(override, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    key.ignore()
    canvas.event(key)
    assert not key.isAccepted()
    drag(canvas, (200, 100), (240, 130), release=False)
    canvas.event(key)
    assert key.isAccepted()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.store.snapshot.document.points.n == 0


def test_a_press_off_the_means_edits_nothing(qtbot: Any) -> None:
    before = snapshot(old_faithful(), mode=MouseMode.EDIT)
    canvas = shown(qtbot, before)
    x, y = at_mean(canvas, 1)
    drag(canvas, (x + 13, y), (x + 60, y))
    assert canvas.store.snapshot is before


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("mode", tuple(MouseMode))
def test_the_wheel_zooms_about_the_mouse_in_every_mode(qtbot: Any, mode: MouseMode, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d), mode=mode))
    place = np.array([300.0, 120.0])
    before, span = canvas.location(place), canvas.span()
    wheel(canvas, 300, 120, 2)
    np.testing.assert_allclose(canvas.location(place), before, rtol=1e-12)
    np.testing.assert_allclose(canvas.span(), span / 1.2**2, rtol=1e-12)
    wheel(canvas, 300, 120, -2)
    np.testing.assert_allclose(canvas.span(), span, rtol=1e-12)


def test_the_wheel_over_an_axis_zooms_that_axis(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    before = canvas.frame()
    wheel(canvas, before.left - 20, 120, 1)
    assert canvas.frame().x == before.x
    assert canvas.frame().y != before.y


def test_no_zoom_leaves_what_can_be_drawn(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    for notches in (400, -4000):
        for _ in range(30):
            wheel(canvas, 300, 120, notches)
        low, high = canvas.frame().x
        assert np.isfinite([low, high]).all()
        assert high > low


@pytest.mark.parametrize(
    ("mode", "button"),
    [
        (MouseMode.LOOK, Qt.MouseButton.LeftButton),
        (MouseMode.DRAW, Qt.MouseButton.RightButton),
        (MouseMode.EDIT, Qt.MouseButton.MiddleButton),
    ],
)
def test_a_drag_pans(qtbot: Any, mode: MouseMode, button: Qt.MouseButton) -> None:
    before = snapshot(old_faithful(), mode=mode)
    canvas = shown(qtbot, before)
    grabbed = canvas.location(np.array([200.0, 150.0]))
    drag(canvas, (200, 150), (250, 170), (260, 120), button=button)
    np.testing.assert_allclose(canvas.location(np.array([260.0, 120.0])), grabbed, rtol=1e-9)
    assert canvas.store.snapshot is before
    canvas.zoom_to_data()
    np.testing.assert_allclose(canvas.location(np.array([200.0, 150.0])), grabbed, rtol=1e-9)


def test_a_double_click_shows_all_data_again(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    before = canvas.frame()
    wheel(canvas, 300, 120, 3)
    assert canvas.frame() != before
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert canvas.frame() == before


def test_hover_says_what_is_under_the_mouse(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    heard: list[object] = []
    canvas.hovered.connect(heard.append)
    hover(canvas, 300, 150)
    found = heard[-1]
    assert isinstance(found, Readout)
    np.testing.assert_allclose(found.location, canvas.location(np.array([300.0, 150.0])))
    hover(canvas, 3, 3)
    assert heard[-1] is None
    hover(canvas, 2, 2)
    assert len(heard) == 2


def test_hover_without_a_model_is_a_location(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(1))
    heard: list[Any] = []
    canvas.hovered.connect(heard.append)
    hover(canvas, 300, 150)
    np.testing.assert_allclose(heard, [canvas.location(np.array([300.0, 150.0]))])


def test_the_cursor_shows_what_the_mouse_does(qtbot: Any) -> None:
    shape = Qt.CursorShape
    canvas = shown(qtbot, snapshot(old_faithful(), mode=MouseMode.EDIT))
    x, y = at_mean(canvas, 0)
    hover(canvas, x + 60, y)
    assert canvas.cursor().shape() is shape.ArrowCursor
    hover(canvas, x + 8, y)
    assert canvas.cursor().shape() is shape.OpenHandCursor
    drag(canvas, (x, y), release=False)
    assert canvas.cursor().shape() is shape.ClosedHandCursor
    for mode, expected in ((MouseMode.DRAW, shape.CrossCursor), (MouseMode.LOOK, shape.OpenHandCursor)):
        other = shown(qtbot, snapshot(old_faithful(), mode=mode))
        hover(other, 300, 150)
        assert other.cursor().shape() is expected
