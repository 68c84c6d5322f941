"""What the mouse does in each mode, by real events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from gmmviewer.scene.inspect import Readout
from gmmviewer.session.choices import MouseMode
from gmmviewer.views.modes.look import RING
from tests.views.canvas_states import drag, empty, hover, old_faithful, send, shown, snapshot, wheel

SHIFT = Qt.KeyboardModifier.ShiftModifier


def at_mean(canvas: Any, k: int) -> tuple[float, float]:
    mixture = canvas.store.snapshot.mixture
    pixel = canvas.pixels(mixture.means[k : k + 1])[0]
    return float(pixel[0]), float(pixel[1] if len(pixel) == 2 else 150.0)


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


@pytest.mark.parametrize("d", [1, 2])
def test_what_is_under_a_resting_mouse_follows_the_ranges(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d)))
    heard: list[object] = []
    canvas.hovered.connect(heard.append)
    hover(canvas, 300, 150)
    canvas.set_ranges(*(((low + high) / 2, high) for low, high in canvas.ranges))
    told = heard[-1]
    assert isinstance(told, Readout)
    np.testing.assert_allclose(told.location, canvas.location(np.array([300.0, 150.0])))


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
    assert canvas.cursor().shape() is not shape.OpenHandCursor
    hover(canvas, x + 8, y)
    assert canvas.cursor().shape() is shape.OpenHandCursor
    drag(canvas, (x, y), release=False)
    assert canvas.cursor().shape() is shape.ClosedHandCursor
    cross = shape.CrossCursor
    for mode, expected in (
        (MouseMode.DRAW, cross),
        (MouseMode.LOOK, shape.OpenHandCursor),
        (MouseMode.SELECT, cross),
    ):
        other = shown(qtbot, snapshot(old_faithful(), mode=mode))
        hover(other, 520, 320)
        assert other.cursor().shape() is expected


def test_a_ring_is_around_the_point_that_is_read_out(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    values = canvas.store.snapshot.document.points.values
    row = int(values[:, 1].argmax())  # nobody near it
    x, y = canvas.pixels(values[row : row + 1])[0].tolist()
    with qtbot.waitSignal(canvas.hovered) as told:
        hover(canvas, x + 3, y - 2)
    assert told.args[0].row == row
    assert canvas._overlay.circle == pytest.approx((x, y, RING))
    hover(canvas, x + 30, y - 2)
    assert canvas._overlay.circle is None


def test_a_double_click_on_an_axis_asks_for_its_ranges(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    before = canvas.frame()
    for x, y in ((before.left - 20, 100.0), (300.0, before.bottom + 15)):
        with qtbot.waitSignal(canvas.axis_double_clicked):
            send(canvas, QEvent.Type.MouseButtonDblClick, x, y)
    with qtbot.assertNotEmitted(canvas.axis_double_clicked):
        send(canvas, QEvent.Type.MouseButtonDblClick, 300.0, 100.0)
    assert canvas.frame() == before
