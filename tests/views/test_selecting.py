"""Selecting and moving points with the mouse, by real events."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from gmmviewer.scene.curves import component_curves
from gmmviewer.scene.ellipses import outlines
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, MouseMode, SelectTool
from gmmviewer.views.modes import modes
from tests.views.canvas_states import drag, empty, hover, old_faithful, send, shown, snapshot, wheel

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def selecting(qtbot: Any, d: int = 2, **view: Any) -> Any:
    return shown(qtbot, snapshot(old_faithful(d), mode=MouseMode.SELECT, **view))


def rows(canvas: Any) -> list[int]:
    return list(canvas.store.snapshot.rows.tolist())


def pixels(canvas: Any) -> np.ndarray:
    return np.asarray(canvas.pixels(canvas.store.snapshot.document.points.values))


def nearest_to(canvas: Any, at: tuple[float, float]) -> int:
    """The row of the point nearest to a pixel."""
    places = pixels(canvas)
    return int(((places - np.array(at)[: places.shape[1]]) ** 2).sum(axis=1).argmin())


def lonely(canvas: Any) -> tuple[int, tuple[float, float]]:
    """A point far from all others and from the means, and its pixel."""
    places = pixels(canvas)
    means = canvas.pixels(canvas.store.snapshot.mixture.means)
    gaps = np.hypot(*(places[:, None] - np.concatenate([places, means])[None]).transpose(2, 0, 1))
    gaps[np.arange(len(places)), np.arange(len(places))] = np.inf
    row = int(gaps.min(axis=1).argmax())
    return row, (float(places[row, 0]), float(places[row, 1]))


def click(canvas: Any, at: tuple[float, float], keys: Qt.KeyboardModifier = PLAIN) -> None:
    drag(canvas, at, modifiers=keys)


# ---------------------------------------------------------------- rectangles and lassos


def test_a_rectangle_selects_what_lies_in_it(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    frame = canvas.frame()
    drag(canvas, (frame.left + 5, frame.bottom - 5), (200, 300), (250, 200))
    x, y = pixels(canvas).T
    inside = (x >= frame.left + 5) & (x <= 250) & (y >= 200) & (y <= frame.bottom - 5)
    assert 0 < inside.sum() < len(inside)
    assert rows(canvas) == np.flatnonzero(inside).tolist()
    assert not canvas.store.history.undo


def test_a_rectangle_on_the_line_is_an_interval(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1)
    drag(canvas, (320, 40), (210, 45))
    x = pixels(canvas)[:, 0]
    assert rows(canvas) == np.flatnonzero((x >= 210) & (x <= 320)).tolist()
    assert 0 < len(rows(canvas)) < len(x)


def triangle(canvas: Any) -> list[tuple[float, float]]:
    frame = canvas.frame()
    left, bottom = frame.left + 4, frame.bottom - 4
    corners = np.array([[left, bottom], [left + 300, bottom - 10], [left + 30, bottom - 260], [left, bottom]])
    share = np.linspace(0, 1, 40)[:, None]
    way = np.concatenate([a + share * (b - a) for a, b in pairwise(corners)])
    return [(float(x), float(y)) for x, y in way]


def test_a_lasso_selects_what_it_goes_around(qtbot: Any) -> None:
    canvas = selecting(qtbot, select_tool=SelectTool.LASSO)
    way = triangle(canvas)
    drag(canvas, *way)
    a, b, c = (np.array(way[i]) for i in (0, 40, 80))
    points = pixels(canvas)

    def side(p: np.ndarray, q: np.ndarray) -> np.ndarray:
        """In pixels from the line through p and q."""
        along = (q - p) / np.hypot(*(q - p))
        return np.asarray((points[:, 0] - p[0]) * along[1] - (points[:, 1] - p[1]) * along[0])

    depth = np.stack([side(a, b), side(b, c), side(c, a)])
    depth *= np.sign(np.median(depth[:, np.hypot(*(points - (a + b + c) / 3).T).argmin()]))
    deepest = depth.min(axis=0)
    found = np.isin(np.arange(len(points)), rows(canvas))
    sure = np.abs(deepest) > 1.0
    np.testing.assert_array_equal(found[sure], (deepest > 0)[sure])
    assert 0 < found.sum() < len(points)


def test_a_lasso_on_the_line_is_an_interval_too(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1, select_tool=SelectTool.LASSO)
    drag(canvas, (250, 40), (210, 90), (300, 60), (280, 40))
    x = pixels(canvas)[:, 0]
    assert rows(canvas) == np.flatnonzero((x >= 210) & (x <= 300)).tolist()


def test_shift_adds_and_control_toggles(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1)
    drag(canvas, (210, 40), (320, 45))
    first = set(rows(canvas))
    drag(canvas, (300, 40), (440, 45), modifiers=SHIFT)
    both = set(rows(canvas))
    assert first < both
    drag(canvas, (350, 40), (500, 45), modifiers=CONTROL)
    x = pixels(canvas)[:, 0]
    enclosed = set(np.flatnonzero((x >= 350) & (x <= 500)).tolist())
    assert set(rows(canvas)) == both ^ enclosed
    drag(canvas, (210, 40), (320, 45))
    assert set(rows(canvas)) == first


@pytest.mark.parametrize("tool", list(SelectTool))
def test_nothing_beyond_the_edge_of_the_picture_is_selected(qtbot: Any, tool: SelectTool) -> None:
    canvas = selecting(qtbot, select_tool=tool)
    wheel(canvas, 300, 150, 5)
    frame = canvas.frame()
    corner = [(frame.left - 60, frame.top - 60), (900, -60), (900, 700), (frame.left - 60, 700)]
    drag(canvas, (frame.right - 3, frame.bottom - 3), *(corner if tool is SelectTool.LASSO else corner[:1]))
    x, y = pixels(canvas).T
    seen = (x >= frame.left) & (x <= frame.right) & (y >= frame.top) & (y <= frame.bottom)
    assert 0 < len(rows(canvas)) <= seen.sum() < len(seen)
    assert seen[rows(canvas)].all()


@pytest.mark.parametrize("tool", list(SelectTool))
def test_escape_lets_go_of_what_was_not_enclosed_yet(qtbot: Any, tool: SelectTool) -> None:
    canvas = selecting(qtbot, select_tool=tool)
    canvas.store.apply(edits.pick([3]))
    before = canvas.store.snapshot
    drag(canvas, (510, 330), (300, 200), (200, 100), release=False)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    send(canvas, QEvent.Type.MouseButtonRelease, 200, 100)
    assert canvas.store.snapshot is before
    assert not canvas._overlay.outline


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("tool", list(SelectTool))
def test_what_is_enclosed_is_outlined(qtbot: Any, tool: SelectTool, d: int) -> None:
    canvas = selecting(qtbot, d, select_tool=tool)
    drag(canvas, (510, 60), (400, 100), (300, 300), (450, 320), release=False)
    send(canvas, QEvent.Type.MouseMove, 460, 200)
    canvas._flush()
    outline = np.array(canvas._overlay.outline)
    assert len(outline) >= 4
    assert outline[:, 0].max() == 510
    assert outline[:, 0].min() == (460 if tool is SelectTool.RECTANGLE else 300)


# ---------------------------------------------------------------- clicks


def test_a_click_selects_the_nearest_point(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    click(canvas, (x + 5, y - 3))
    assert rows(canvas) == [row]
    other = nearest_to(canvas, (150, 330))
    there = tuple(pixels(canvas)[other].tolist())
    click(canvas, there, SHIFT)
    assert rows(canvas) == sorted([row, nearest_to(canvas, there)])
    click(canvas, (x, y), CONTROL)
    assert rows(canvas) == [nearest_to(canvas, there)]
    click(canvas, (x, y))
    assert rows(canvas) == [row]


def test_a_click_on_nothing_lets_go_of_everything(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    canvas.store.apply(edits.both(edits.pick([1, 2]), edits.select([0])))
    nowhere = (canvas.frame().right - 4, canvas.frame().bottom - 4)
    click(canvas, nowhere, SHIFT)
    assert rows(canvas) == [1, 2]
    click(canvas, nowhere)
    assert rows(canvas) == []
    assert canvas.store.snapshot.selection == ()


def test_a_click_on_the_line_selects_by_x(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1)
    x = float(np.sort(pixels(canvas)[:, 0])[0])
    click(canvas, (x - 4, canvas.frame().bottom + 8))
    assert rows(canvas) == [nearest_to(canvas, (x, 0.0))]


def test_the_plot_above_the_line_has_no_points_to_click_or_move(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1)
    canvas.store.apply(edits.pick_all())
    before = canvas.store.snapshot.document
    drag(canvas, (210, 40), (320, 45))
    assert canvas.store.snapshot.document is before
    assert 0 < len(rows(canvas)) < before.points.n
    click(canvas, (300, 40))
    assert rows(canvas) == []


def test_a_click_on_a_mean_selects_its_component(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    first, second = (tuple(place) for place in canvas.pixels(canvas.store.snapshot.mixture.means).tolist())
    canvas.store.apply(edits.pick([1, 2]))
    click(canvas, first)
    assert canvas.store.snapshot.selection == (0,)
    assert rows(canvas) == []
    click(canvas, second, SHIFT)
    assert canvas.store.snapshot.selection == (0, 1)
    click(canvas, first, CONTROL)
    assert canvas.store.snapshot.selection == (1,)
    row, at = lonely(canvas)
    click(canvas, at)
    assert rows(canvas) == [row]
    assert canvas.store.snapshot.selection == ()


def test_a_click_in_an_ellipse_where_no_point_is_selects_its_component(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    mixture = canvas.store.snapshot.mixture
    rim = canvas.pixels(0.97 * outlines(mixture, 2.0)[1] + 0.03 * mixture.means[1])
    frame, points = canvas.frame(), pixels(canvas)
    free = [
        (float(x), float(y))
        for x, y in rim
        if frame.contains(x, y) and np.hypot(*(points - (x, y)).T).min() > 15 and x > 400
    ]
    click(canvas, free[0])
    assert canvas.store.snapshot.selection == (1,)
    canvas.store.apply(edits.both(edits.select(()), edits.toggle_layer("ellipses")))
    click(canvas, free[0])
    assert canvas.store.snapshot.selection == ()


def test_a_click_on_a_curve_selects_its_component(qtbot: Any) -> None:
    canvas = selecting(qtbot, 1)
    mixture, frame = canvas.store.snapshot.mixture, canvas.frame()
    for k in (0, 1):
        x = mixture.means[k, 0] + 0.5 * np.sqrt(mixture.covariances[k, 0, 0])
        height = component_curves(mixture, np.array([x]))[k, 0]
        click(canvas, (float(frame.pixels_x(x)), float(frame.pixels_y(height)) + 3))
        assert canvas.store.snapshot.selection == (k,)
    canvas.store.apply(edits.toggle_layer("components"))
    click(canvas, (float(frame.pixels_x(x)), float(frame.pixels_y(height)) + 3))
    assert canvas.store.snapshot.selection == ()


@pytest.mark.parametrize("d", [1, 2])
def test_hidden_points_cannot_be_clicked(qtbot: Any, d: int) -> None:
    hidden = frozenset(layer.key for layer in LAYERS if layer.shown) - {"points", "rug", "ellipses"}
    canvas = selecting(qtbot, d, layers=hidden)
    at = lonely(canvas)[1] if d == 2 else (float(pixels(canvas)[0, 0]), canvas.frame().bottom + 8)
    click(canvas, at)
    assert rows(canvas) == []


# ---------------------------------------------------------------- moving


@pytest.mark.parametrize("d", [1, 2])
def test_selected_points_move_together_and_are_one_undo(qtbot: Any, d: int) -> None:
    canvas = selecting(qtbot, d)
    taken = [0, 1, 5, 100]
    canvas.store.apply(edits.pick(taken))
    before, places = canvas.store.snapshot.document.points.values, pixels(canvas)
    x, y = float(places[5, 0]), float(places[5, 1]) if d == 2 else canvas.frame().bottom + 8
    drag(canvas, (x, y), (x + 9, y - 5), (x + 30, y - 20))
    after = pixels(canvas)
    np.testing.assert_allclose(after[taken] - places[taken], [[30, -20][:d]] * 4, atol=1e-6)
    others = np.setdiff1d(np.arange(len(after)), taken)
    assert canvas.store.snapshot.document.points.values[others].tobytes() == before[others].tobytes()
    assert rows(canvas) == taken
    assert [entry.label for entry in canvas.store.history.undo] == ["Move points"]
    canvas.store.undo()
    assert canvas.store.snapshot.document.points.values is before
    assert rows(canvas) == taken


def test_shift_moves_along_one_axis_bit_for_bit(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    click(canvas, (x, y))
    before = canvas.store.snapshot.document.points.values[row]
    drag(canvas, (x, y), (x - 4, y + 40), modifiers=SHIFT)
    after = canvas.store.snapshot.document.points.values[row]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_points_moved_back_are_where_they_were_bit_for_bit(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    _, (x, y) = lonely(canvas)
    click(canvas, (x, y))
    before = canvas.store.snapshot.document.points.values
    drag(canvas, (x, y), (x - 40, y + 40), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert not np.array_equal(canvas.store.snapshot.document.points.values, before)
    send(canvas, QEvent.Type.MouseMove, x, y)
    send(canvas, QEvent.Type.MouseButtonRelease, x, y)
    assert canvas.store.snapshot.document.points.values.tobytes() == before.tobytes()


def test_escape_puts_moved_points_back(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    click(canvas, (x, y))
    before = canvas.store.snapshot
    drag(canvas, (x, y), (x - 40, y + 40), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert canvas._overlay.text.startswith("Moved 1 point\neruptions −")
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.store.snapshot.document is before.document
    assert rows(canvas) == [row]
    assert not canvas.store.history.undo


def test_a_click_on_a_selected_point_selects_it_alone(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, at = lonely(canvas)
    canvas.store.apply(edits.pick_all())
    click(canvas, at, SHIFT)
    assert len(rows(canvas)) == canvas.store.snapshot.document.points.n
    click(canvas, at, CONTROL)
    assert row not in rows(canvas)
    click(canvas, at, CONTROL)
    click(canvas, at)
    assert rows(canvas) == [row]
    assert not canvas.store.history.undo


def test_a_run_goes_on_under_moving_points(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    canvas.store.apply(edits.both(edits.pick([row]), edits.run()))
    drag(canvas, (x, y), (x - 40, y + 40))
    assert canvas.store.snapshot.activity.running


def test_points_that_are_gone_are_not_moved(qtbot: Any) -> None:
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    canvas.store.apply(edits.pick([row]))
    drag(canvas, (x, y), (x - 20, y), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    canvas.store.apply(edits.delete_points([row]), "Delete points")
    now = canvas.store.snapshot.document
    send(canvas, QEvent.Type.MouseMove, x - 50, y)
    send(canvas, QEvent.Type.MouseButtonRelease, x - 50, y)
    assert canvas.store.snapshot.document is now


# ---------------------------------------------------------------- what is said and shown


def test_the_cursor_says_what_a_press_would_do(qtbot: Any) -> None:
    shape = Qt.CursorShape
    canvas = selecting(qtbot)
    row, (x, y) = lonely(canvas)
    hover(canvas, canvas.frame().right - 4, canvas.frame().bottom - 4)
    assert canvas.cursor().shape() is shape.CrossCursor
    assert canvas._overlay.circle is None
    hover(canvas, x + 3, y)
    assert canvas.cursor().shape() is shape.PointingHandCursor
    np.testing.assert_allclose(canvas._overlay.circle[:2], (x, y))
    canvas.store.apply(edits.pick([row]))
    hover(canvas, x + 2, y)
    assert canvas.cursor().shape() is shape.OpenHandCursor
    drag(canvas, (x, y), (x + 20, y), release=False)
    canvas._flush()
    assert canvas.cursor().shape() is shape.ClosedHandCursor
    send(canvas, QEvent.Type.MouseButtonRelease, x + 20, y)
    mean = canvas.pixels(canvas.store.snapshot.mixture.means)[1]
    hover(canvas, *mean.tolist())
    assert canvas._overlay.handle[2] == 1


def test_the_hint_counts_what_a_drag_would_move(qtbot: Any) -> None:
    canvas, mode = selecting(qtbot), modes()[MouseMode.SELECT]
    assert mode.hint(canvas.store.snapshot).startswith("Click selects, drag encloses")
    canvas.store.apply(edits.pick([1]))
    assert "move 1 point;" in mode.hint(canvas.store.snapshot)
    canvas.store.apply(edits.pick([1, 2]))
    assert "move 2 points;" in mode.hint(canvas.store.snapshot)


@pytest.mark.parametrize("d", [1, 2])
def test_an_empty_sheet_has_nothing_to_select(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, empty(d, mode=MouseMode.SELECT))
    before = canvas.store.snapshot
    hover(canvas, 300, 150)
    click(canvas, (300, 150))
    drag(canvas, (200, 100), (300, 200))
    assert canvas.store.snapshot is before
