"""Drawing and erasing points with the mouse, by real events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from gmmviewer.scene.picking import along_way
from gmmviewer.session import edits
from gmmviewer.session.choices import Brush, DrawTool, MouseMode, SprayShape
from gmmviewer.views.gestures_points import LINE, STEP
from gmmviewer.views.modes import modes
from tests.views.canvas_states import drag, empty, hover, old_faithful, send, shown, snapshot, wheel

SHIFT = Qt.KeyboardModifier.ShiftModifier


def canvas_with(qtbot: Any, d: int = 2, **brush: Any) -> Any:
    return shown(qtbot, empty(d, mode=MouseMode.DRAW, brush=Brush(**brush)))


def values(canvas: Any) -> np.ndarray:
    return np.asarray(canvas.store.snapshot.document.points.values)


def near(canvas: Any, way: list[tuple[float, float]], radius: float) -> np.ndarray:
    """Which points lie within so many pixels of the way."""
    places = np.array([canvas.location(np.array(at, dtype=float)) for at in way])
    return along_way(values(canvas), places, 1.0 / canvas.per_pixel(), radius)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("tool", [DrawTool.SPRAY, DrawTool.LINE])
def test_a_click_adds_one_point_exactly_there(qtbot: Any, d: int, tool: DrawTool) -> None:
    canvas = canvas_with(qtbot, d, tool=tool)
    ranges = canvas.frame()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    place = np.array([canvas.rect().center().x(), canvas.rect().center().y()], dtype=float)
    np.testing.assert_allclose(values(canvas), canvas.location(place)[None], rtol=0, atol=1e-12)
    assert canvas.frame() == ranges
    assert [entry.label for entry in canvas.store.history.undo] == ["Draw points"]


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("shape", list(SprayShape))
def test_a_spray_stays_in_the_circle_and_is_one_undo(qtbot: Any, d: int, shape: SprayShape) -> None:
    canvas = canvas_with(qtbot, d, radius=20, count=7, shape=shape)
    ranges = canvas.frame()
    drag(canvas, (200, 100), (236, 100), (272, 100))
    assert len(values(canvas)) == 1 + 7 * int(72 / STEP)
    assert near(canvas, [(200, 100), (272, 100)], 20 + 1e-6).all()
    assert not near(canvas, [(200, 100), (272, 100)], 10).all()
    assert canvas.frame() == ranges
    canvas.store.undo()
    assert len(values(canvas)) == 0
    assert not canvas.store.history.undo


def test_a_spray_does_not_depend_on_how_often_the_mouse_tells_where_it_is(qtbot: Any) -> None:
    few, many = canvas_with(qtbot), canvas_with(qtbot)
    drag(few, (200, 100), (320, 100))
    drag(many, *((200 + 2 * i, 100) for i in range(61)))
    np.testing.assert_allclose(values(many), values(few), rtol=0, atol=1e-9)


def test_strokes_are_the_same_in_every_session(qtbot: Any) -> None:
    canvases = [canvas_with(qtbot) for _ in range(2)]
    for canvas in canvases:
        drag(canvas, (200, 100), (240, 130))
        drag(canvas, (300, 100), (340, 130))
    np.testing.assert_array_equal(values(canvases[0]), values(canvases[1]))


def test_a_trembling_click_does_not_spray(qtbot: Any) -> None:
    canvas = canvas_with(qtbot)
    drag(canvas, (200, 100), (201, 101))
    assert len(values(canvas)) == 1


def test_the_second_click_of_a_double_click_draws_too(qtbot: Any) -> None:
    canvas = canvas_with(qtbot)
    drag(canvas, (200, 100))
    send(canvas, QEvent.Type.MouseButtonDblClick, 200, 100)
    send(canvas, QEvent.Type.MouseButtonRelease, 200, 100)
    assert len(values(canvas)) == 2


def test_moves_are_batched_until_the_event_loop_runs(qtbot: Any) -> None:
    canvas = canvas_with(qtbot, count=3)
    drag(canvas, (200, 100), (224, 100), (248, 100), release=False)
    assert len(values(canvas)) == 1
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert len(values(canvas)) == 1 + 3 * int(48 / STEP)


# ---------------------------------------------------------------- lines


def test_a_line_has_evenly_spaced_points_along_the_drag(qtbot: Any) -> None:
    canvas = canvas_with(qtbot, tool=DrawTool.LINE, count=6)
    drag(canvas, (200, 100), (250, 100), (250, 145))
    pixels = canvas.pixels(values(canvas))
    expected = [(200 + 10 * i, 100) for i in range(6)] + [(250, 110 + 10 * i) for i in range(4)]
    np.testing.assert_allclose(pixels, expected, atol=1e-6)
    assert LINE / 6 == 10
    canvas.store.undo()
    assert len(values(canvas)) == 0


def test_a_line_on_the_line_goes_along_x_only(qtbot: Any) -> None:
    canvas = canvas_with(qtbot, 1, tool=DrawTool.LINE, count=6)
    drag(canvas, (200, 100), (230, 60), (260, 130))
    np.testing.assert_allclose(canvas.pixels(values(canvas))[:, 0], 200 + 10 * np.arange(7), atol=1e-6)
    drag(canvas, (300, 100), (300, 160))
    assert len(values(canvas)) == 8


def test_shift_makes_a_line_straight_however_it_was_drawn(qtbot: Any) -> None:
    canvas = canvas_with(qtbot, tool=DrawTool.LINE, count=6)
    drag(canvas, (200, 100), (210, 170), (300, 90), (260, 145), modifiers=SHIFT)
    pixels = canvas.pixels(values(canvas))
    assert len(pixels) == 8
    np.testing.assert_allclose(pixels, [(200 + 8 * i, 100 + 6 * i) for i in range(8)], atol=1e-6)


def test_a_line_with_shift_follows_the_hand_back(qtbot: Any) -> None:
    canvas = canvas_with(qtbot, tool=DrawTool.LINE, count=6)
    drag(canvas, (200, 100), (300, 100), modifiers=SHIFT, release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert len(values(canvas)) == 11
    send(canvas, QEvent.Type.MouseMove, 240, 100, modifiers=SHIFT)
    send(canvas, QEvent.Type.MouseButtonRelease, 240, 100, modifiers=SHIFT)
    assert len(values(canvas)) == 5
    canvas.store.undo()
    assert len(values(canvas)) == 0


@pytest.mark.parametrize("tool", [DrawTool.SPRAY, DrawTool.LINE])
@pytest.mark.parametrize("d", [1, 2])
def test_nothing_is_drawn_where_it_cannot_be_seen(qtbot: Any, tool: DrawTool, d: int) -> None:
    canvas = canvas_with(qtbot, d, tool=tool, radius=80, count=20)
    frame = canvas.frame()
    drag(canvas, (frame.right - 30, 100), (frame.right + 50, 100))
    assert (values(canvas)[:, 0] <= frame.x[1]).all()
    assert len(values(canvas)) > 5


# ---------------------------------------------------------------- classes


@pytest.mark.parametrize("tool", [DrawTool.SPRAY, DrawTool.LINE])
def test_drawn_points_have_the_class_of_the_brush(qtbot: Any, tool: DrawTool) -> None:
    canvas = canvas_with(qtbot, tool=tool)
    drag(canvas, (200, 100), (260, 100))
    first = len(values(canvas))
    assert canvas.store.snapshot.document.points.truth is None
    canvas.store.apply(edits.choose_brush(label=2))
    drag(canvas, (200, 200), (260, 200))
    truth = canvas.store.snapshot.document.points.truth
    assert truth.tolist() == [-1] * first + [2] * (len(values(canvas)) - first)
    canvas.store.undo()
    assert canvas.store.snapshot.document.points.truth is None


# ---------------------------------------------------------------- the eraser


@pytest.mark.parametrize("d", [1, 2])
def test_the_eraser_takes_what_it_passes_and_is_one_undo(qtbot: Any, d: int) -> None:
    before = snapshot(old_faithful(d), mode=MouseMode.DRAW, brush=Brush(DrawTool.ERASE, 15))
    canvas = shown(qtbot, before)
    ranges = canvas.frame()
    doomed = near(canvas, [(100, 200), (300, 250)], 15)
    assert doomed.any()
    assert not doomed.all()
    drag(canvas, (100, 200), (300, 250))
    np.testing.assert_array_equal(values(canvas), before.document.points.values[~doomed])
    assert canvas.frame() == ranges
    canvas.store.undo()
    assert canvas.store.snapshot.document.points is before.document.points
    assert canvas.frame() == ranges


def test_what_is_erased_is_not_selected_any_more(qtbot: Any) -> None:
    before = snapshot(old_faithful(), mode=MouseMode.DRAW, brush=Brush(DrawTool.ERASE, 40))
    canvas = shown(qtbot, edits.pick_all()(before))
    drag(canvas, (100, 200), (300, 250))
    assert 0 < len(values(canvas)) < before.document.points.n
    assert canvas.store.snapshot.rows.tolist() == list(range(len(values(canvas))))


# ---------------------------------------------------------------- whatever happens meanwhile


@pytest.mark.parametrize("tool", list(DrawTool))
def test_escape_takes_a_stroke_back(qtbot: Any, tool: DrawTool) -> None:
    before = snapshot(old_faithful(), mode=MouseMode.DRAW, brush=Brush(tool))
    canvas = shown(qtbot, before)
    drag(canvas, (200, 200), (260, 230), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert canvas.store.snapshot.document is not before.document
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.store.snapshot.document is before.document
    assert not canvas.store.history.undo
    assert not canvas.store.history.redo


@pytest.mark.parametrize("tool", list(DrawTool))
def test_a_stroke_stops_where_somebody_else_changes_the_points(qtbot: Any, tool: DrawTool) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), mode=MouseMode.DRAW, brush=Brush(tool)))
    drag(canvas, (200, 200), (230, 230), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    canvas.store.undo()
    now = canvas.store.snapshot.document
    send(canvas, QEvent.Type.MouseMove, 300, 250)
    send(canvas, QEvent.Type.MouseButtonRelease, 300, 250)
    assert canvas.store.snapshot.document is now


@pytest.mark.parametrize("tool", list(DrawTool))
def test_a_run_goes_on_under_a_stroke(qtbot: Any, tool: DrawTool) -> None:
    before = edits.run()(snapshot(old_faithful(), mode=MouseMode.DRAW, brush=Brush(tool)))
    canvas = shown(qtbot, before)
    drag(canvas, (200, 200), (260, 230))
    now = canvas.store.snapshot
    assert now.document.points is not before.document.points
    assert now.activity.running
    np.testing.assert_allclose(now.mixture.means, before.mixture.means, rtol=1e-12)


@pytest.mark.parametrize("tool", list(DrawTool))
def test_the_wheel_changes_no_number_of_the_brush(qtbot: Any, tool: DrawTool) -> None:
    canvas = canvas_with(qtbot, tool=tool)
    before = canvas.store.snapshot
    wheel(canvas, 300, 150, 2)
    assert canvas.store.snapshot is before


def test_no_zoom_during_a_drag(qtbot: Any) -> None:
    canvas = canvas_with(qtbot)
    ranges = canvas.frame()
    drag(canvas, (200, 200), (260, 230), release=False)
    wheel(canvas, 260, 230, 3)
    assert canvas.frame() == ranges
    send(canvas, QEvent.Type.MouseButtonRelease, 260, 230)
    wheel(canvas, 260, 230, 3)
    assert canvas.frame() != ranges


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize(
    ("tool", "shows"), [(DrawTool.SPRAY, "circle"), (DrawTool.LINE, ""), (DrawTool.ERASE, "outline")]
)
def test_each_tool_has_its_look_and_its_words(qtbot: Any, d: int, tool: DrawTool, shows: str) -> None:
    canvas = canvas_with(qtbot, d, tool=tool)
    hover(canvas, 300, 150)
    overlay = canvas._overlay
    assert [name for name in ("circle", "outline") if getattr(overlay, name)] == ([shows] if shows else [])
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    hints = set()
    for brush in (Brush(tool), Brush(tool, label=1)):
        canvas.store.apply(edits.choose_view(brush=brush))
        hints.add(modes()[MouseMode.DRAW].hint(canvas.store.snapshot))
    assert len(hints) == (1 if tool is DrawTool.ERASE else 2)
    assert all("wheel zooms" in hint for hint in hints)
