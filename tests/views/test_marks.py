"""Marks on the canvas: symbols, pies, sizes, rings of selected points and changed labels, the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.density import responsibilities
from gmmviewer.scene.marks import size_factors
from gmmviewer.scene.palette import fill_colour
from gmmviewer.scene.rendering import Painters
from gmmviewer.session.choices import PointStyle, Uncertainty, ViewChoices
from gmmviewer.session.edits_view import choose_view
from gmmviewer.session.snapshot import Picked, Snapshot
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.ink import ink_of
from gmmviewer.views.items import marks, rings
from gmmviewer.views.items.pens import rgb
from gmmviewer.views.items.truth import kerbs, name_places
from tests.views.canvas_states import (
    WIDTH,
    blobs,
    hover,
    old_faithful,
    painted,
    rendered,
    shown,
    snapshot,
    svg_written,
)

HEIGHT = 400
POINTS = frozenset({"points"})
THEMES = ("light", "dark", "contrast", "contrast-dark")


def corners() -> PointSet:
    """Four lone points: one surely of the first component, one of the second, two between them."""
    return PointSet.of([[0.0, 0.0], [10.0, 10.0], [0.0, 10.0], [5.0, 5.0]])


def pixels(canvas: Canvas) -> np.ndarray:
    """The picture as bytes (h, w, 3): red, green, blue."""
    image = rendered(canvas, WIDTH, HEIGHT)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(HEIGHT, WIDTH, 4)
    return rows[..., 2::-1].astype(int)


def place(canvas: Canvas, row: int) -> tuple[int, int]:
    """Row and column of the pixel of a point."""
    assert canvas._shown is not None
    frame = canvas.layout_in(WIDTH, HEIGHT, 1.0)
    x, y = frame.pixels(canvas._shown.points.values[row])
    return int(y), int(x)


def around(canvas: Canvas, row: int, reach: int = 14) -> np.ndarray:
    """The pixels about a point."""
    i, j = place(canvas, row)
    return pixels(canvas)[i - reach : i + reach + 1, j - reach : j + reach + 1]


def near(image: np.ndarray, colour: tuple[int, int, int], tolerance: int = 12) -> np.ndarray:
    """Which pixels have this colour."""
    return np.asarray((np.abs(image - colour) <= tolerance).all(axis=-1))


def picked(of: Snapshot, rows: Any) -> Snapshot:
    """With these rows selected."""
    return replace(of, picked=Picked(of.document.points, np.asarray(rows, dtype=np.int64)))


def svg(canvas: Canvas, tmp_path: Path) -> str:
    """The picture as a drawing."""
    assert svg_written(canvas, tmp_path / "p.svg", WIDTH, HEIGHT)
    return (tmp_path / "p.svg").read_text()


# ------------------------------------------------------------ symbols, pies, sizes


@pytest.mark.parametrize("style", [PointStyle.SYMBOLS, PointStyle.PIES])
def test_marks_stand_for_the_discs_of_the_cloud(qtbot: QtBot, style: PointStyle) -> None:
    canvas = shown(qtbot, snapshot(corners(), "E", layers=POINTS, point_style=style))
    plain = shown(qtbot, snapshot(corners(), "E", layers=POINTS))
    assert canvas._cloud.request(canvas.frame(), canvas._ink) is None
    assert plain._cloud.request(plain.frame(), plain._ink) is not None
    hidden = shown(qtbot, snapshot(corners(), "E", layers=frozenset(), point_style=style))
    assert not np.array_equal(pixels(canvas), pixels(plain))
    assert np.array_equal(pixels(hidden), pixels(shown(qtbot, snapshot(corners(), layers=frozenset()))))


@pytest.mark.parametrize("theme", THEMES)
def test_a_symbol_has_the_shape_and_the_colour_of_its_component(qtbot: QtBot, theme: str) -> None:
    start = snapshot(corners(), "E", layers=POINTS, point_style=PointStyle.SYMBOLS, symbol_size=3.0)
    canvas = shown(qtbot, replace(start, view=replace(start.view, theme=theme)))
    extents = []
    for row in (0, 1):  # surely of the component with this number
        i, j = place(canvas, row)
        middle = pixels(canvas)[i, j]
        assert near(middle, fill_colour(row), 6)
        box = near(around(canvas, row, 26), middle)
        extents.append(box.sum() / np.ptp(np.flatnonzero(box.any(axis=0))) ** 2)
    assert extents[0] == pytest.approx(np.pi / 4, abs=0.12)  # a disc in its square
    assert extents[1] == pytest.approx(1.0, abs=0.12)  # a square


def test_before_the_first_e_step_all_marks_are_neutral_discs(qtbot: QtBot) -> None:
    for style in (PointStyle.SYMBOLS, PointStyle.PIES):
        canvas = shown(qtbot, snapshot(corners(), "", layers=POINTS, point_style=style, symbol_size=3.0))
        for row in range(4):
            i, j = place(canvas, row)
            assert near(pixels(canvas)[i, j], rgb(canvas._ink.neutral), 2)


def test_a_pie_is_cut_by_the_responsibilities_clockwise_from_the_top(qtbot: QtBot) -> None:
    points = PointSet.of([[0.0, 0.0], [10.0, 10.0], [5.3, 5.3], [4.7, 4.7], [0.0, 9.0], [9.0, 0.0]])
    start = snapshot(points, "E", layers=POINTS, point_style=PointStyle.PIES, symbol_size=1.5)
    canvas = shown(qtbot, start)
    r = responsibilities(points.values, start.state.mixture)
    assert 0.2 < r[2, 0] < 0.5 < r[3, 0] < 0.8
    for row in (2, 3):
        disc = around(canvas, row, 20)
        areas = np.array([near(disc, fill_colour(k), 6).sum() for k in (0, 1)])
        assert areas / areas.sum() == pytest.approx(r[row], abs=0.05)
        for turn in np.linspace(0.02, 0.98, 49):
            if abs(turn - r[row, 0]) > 0.04:
                i, j = 20.5 - 7 * np.cos(2 * np.pi * turn), 20.5 + 7 * np.sin(2 * np.pi * turn)
                assert near(disc[int(i), int(j)], fill_colour(int(turn > r[row, 0])), 6)


def test_size_grows_with_doubt(qtbot: QtBot) -> None:
    start = snapshot(corners(), "E", layers=POINTS, symbol_size=2.0, uncertainty=Uncertainty.SIZE)
    canvas = shown(qtbot, start)
    r = responsibilities(start.document.points.values, start.state.mixture).T
    ground = rgb(canvas._ink.ground)
    areas = [(np.abs(around(canvas, row, 25) - ground).sum(axis=-1) > 150).sum() for row in (1, 3)]
    wanted = size_factors(r) ** 2
    assert wanted[3] > 3.9
    assert areas[1] / areas[0] == pytest.approx(wanted[3] / wanted[1], rel=0.1)


def test_too_many_points_for_marks_are_discs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MARKS_LIMIT", 50)
    monkeypatch.setattr(marks, "PIES_LIMIT", 20)
    expected = {
        (PointStyle.SYMBOLS, Uncertainty.NONE, 50): PointStyle.SYMBOLS,
        (PointStyle.SYMBOLS, Uncertainty.NONE, 51): None,
        (PointStyle.PIES, Uncertainty.NONE, 20): PointStyle.PIES,
        (PointStyle.PIES, Uncertainty.NONE, 21): None,
        (PointStyle.PIES, Uncertainty.SIZE, 21): PointStyle.DISCS,
        (PointStyle.DISCS, Uncertainty.SIZE, 50): PointStyle.DISCS,
        (PointStyle.DISCS, Uncertainty.SIZE, 51): None,
        (PointStyle.DISCS, Uncertainty.SHADE, 10): None,
        (PointStyle.DISCS, Uncertainty.NONE, 10): None,
    }
    for (style, uncertainty, n), wanted in expected.items():
        canvas = shown(qtbot, snapshot(blobs(n), "E", point_style=style, uncertainty=uncertainty))
        assert canvas._shown is not None
        assert marks.mark_style(canvas._shown) is wanted
        asked = canvas._cloud.request(canvas.frame(), canvas._ink)
        assert (asked is None) == (wanted is not None)


def test_marks_are_painted_once_and_then_copied(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM", point_style=PointStyle.SYMBOLS))
    done: list[int] = []
    paint = marks._paint_symbols
    monkeypatch.setattr(marks, "_paint_symbols", lambda *given: done.append(1) or paint(*given))
    painted(canvas)
    first = len(done)
    for x in range(100, 400, 50):
        hover(canvas, x, 200)
        painted(canvas)
    canvas.store.apply(lambda s: picked(s, [3, 4]))
    painted(canvas)
    assert first == len(done) == 1
    canvas.zoom(0.9, np.array([300.0, 200.0]))
    painted(canvas)
    canvas.store.apply(choose_view(symbol_size=2.0))
    painted(canvas)
    assert len(done) == 3


@pytest.mark.parametrize("style", [PointStyle.SYMBOLS, PointStyle.PIES])
def test_marks_follow_the_steps(qtbot: QtBot, style: PointStyle) -> None:
    last = snapshot(old_faithful(), "EMEM", layers=POINTS, point_style=style, motion=False)
    canvas = shown(qtbot, last)
    pictures = [painted(canvas)]
    for cursor in (1, 3, 0):
        there = replace(last, cursor=cursor)
        canvas.store.apply(lambda _, there=there: there)
        assert painted(canvas) == painted(shown(qtbot, there))
        pictures.append(painted(canvas))
    assert pictures[0] == pictures[2]  # after an M-step still those of the E-step
    assert pictures[0] != pictures[1] != pictures[3] != pictures[0]


@pytest.mark.parametrize("style", [PointStyle.SYMBOLS, PointStyle.PIES])
def test_marks_of_a_drawing_are_shapes(qtbot: QtBot, tmp_path: Path, style: PointStyle) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM", layers=POINTS, point_style=style))
    text = svg(canvas, tmp_path)
    assert "<image" not in text
    assert text.count("<path") + text.count("<polygon") >= 2 * 272


# ------------------------------------------------------------ selected points


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("style", list(PointStyle))
def test_a_selected_point_has_a_ring_in_the_accent(qtbot: QtBot, theme: str, style: PointStyle) -> None:
    start = snapshot(corners(), "E", layers=POINTS, point_style=style, theme=theme)
    canvas = shown(qtbot, picked(start, [2]))
    accent = rgb(ink_of(ViewChoices(theme=theme)).accent)
    assert near(around(canvas, 2, 16), accent).sum() > 20
    assert not near(around(canvas, 1, 16), accent).any()
    i, j = place(canvas, 2)
    assert not near(pixels(canvas)[i, j], accent)  # its colour can still be seen


def test_very_many_selected_points_are_marked_elsewhere(qtbot: QtBot) -> None:
    points = blobs(30_000)
    canvas = shown(qtbot, snapshot(points, "E", layers=POINTS))
    asked: list[object] = []
    canvas.picture_wanted.connect(asked.append)
    canvas.store.apply(lambda s: picked(s, np.arange(15_000)))
    wanted = [request for request in asked if isinstance(request, rings.MarkedRequest)]
    assert len(wanted) == 1
    accent = rgb(canvas._ink.accent)

    def seen() -> int:
        image = painted(canvas)
        rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(HEIGHT, WIDTH, 4)
        return int(near(rows[..., 2::-1].astype(int), accent).sum())

    assert seen() == 0
    canvas.show_picture(wanted[0], Painters().paint(wanted[0], lambda: False))
    assert seen() > 100
    canvas.store.apply(lambda s: picked(s, []))
    assert seen() == 0


def test_rings_of_a_drawing_are_lines_unless_they_are_too_many(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = shown(qtbot, picked(snapshot(old_faithful(), "E", layers=frozenset()), range(100)))
    assert "<image" not in svg(canvas, tmp_path)
    monkeypatch.setattr(rings, "VECTOR_POINTS", 99)
    assert "<image" in svg(canvas, tmp_path)


# ------------------------------------------------------------ labels that changed


@pytest.mark.parametrize("theme", THEMES)
def test_points_with_another_label_have_a_square(qtbot: QtBot, theme: str) -> None:
    steps = "EME"
    start = snapshot(old_faithful(), steps, layers=POINTS | {"changed"}, theme=theme)
    states = start.document.states
    values = start.document.points.values
    now, before = (responsibilities(values, states[i].mixture).argmax(axis=1) for i in (2, 0))
    rows = np.flatnonzero(now != before)
    assert 0 < len(rows) < 60
    canvas, plain = (
        shown(qtbot, replace(start, view=replace(start.view, layers=layers)))
        for layers in (start.view.layers, POINTS)
    )
    strong = rgb(canvas._ink.mixture)
    with_marks, without = pixels(canvas), pixels(plain)
    for row in rows:
        i, j = place(canvas, row)
        box = slice(max(i - 12, 0), i + 13), slice(max(j - 12, 0), j + 13)
        assert near(with_marks[box], strong, 90).sum() > near(without[box], strong, 90).sum() + 10
    unchanged = np.flatnonzero(now == before)
    far = [
        r
        for r in unchanged
        if min(np.hypot(*np.subtract(place(canvas, r), place(canvas, s))) for s in rows) > 25
    ]
    i, j = place(canvas, far[0])
    assert np.array_equal(with_marks[i - 5 : i + 6, j - 5 : j + 6], without[i - 5 : i + 6, j - 5 : j + 6])


def test_the_number_of_changed_labels_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    layers = POINTS | {"changed"}
    for steps, words in (("", False), ("E", False), ("EM", False), ("EME", True), ("EMEM", True)):
        start = snapshot(old_faithful(), steps, layers=layers)
        text = svg(shown(qtbot, start), tmp_path)
        assert ("of 272 labels changed" in text) == words
    values, states = start.document.points.values, start.document.states
    one, other = (responsibilities(values, states[i].mixture).argmax(axis=1) for i in (0, 2))
    others = replace(start, view=replace(start.view, layers=POINTS | {"trails"}))
    assert "labels changed" not in svg(shown(qtbot, others), tmp_path)
    assert f"{(one != other).sum()} of 272 labels changed" in text  # after the M-step still those of the E


# ------------------------------------------------------------ the truth


def classes(n: int = 200) -> PointSet:
    """Two classes that overlap a little, as found by ``blobs``, and a row of unknown class."""
    points = blobs(n)
    truth = (points.values.sum(axis=1) < 6.0).astype(int)  # not in the order of the components
    truth[:3] = 1 - truth[:3]  # three that no fit gets right
    truth[-1] = -1
    return PointSet.of(points.values, truth=truth)


TRUTH = frozenset({"truth"})


@pytest.mark.parametrize("theme", THEMES)
def test_a_class_has_a_road_in_the_colour_of_its_component(qtbot: QtBot, theme: str) -> None:
    start = snapshot(classes(), "EMEM", layers=TRUTH, theme=theme)
    canvas = shown(qtbot, start)
    image, frame = pixels(canvas), canvas.layout_in(WIDTH, HEIGHT, 1.0)
    ground = np.array(rgb(canvas._ink.ground))
    points = start.document.points
    for k in (0, 1):
        mine = points.values[points.truth == k]
        component = int(np.hypot(*(start.state.mixture.means - mine.mean(axis=0)).T).argmin())
        values, axes = np.linalg.eigh(np.cov(mine.T, bias=True))
        road = []
        for angle in np.linspace(0.0, 2 * np.pi, 60):
            arm = 2.0 * axes @ (np.sqrt(values) * (np.cos(angle), np.sin(angle)))
            x, y = frame.pixels(mine.mean(axis=0) + arm)
            if frame.contains(x, y):
                road.append(image[int(y), int(x)] - ground)
        direction = np.array(fill_colour(component)) - ground
        cosine = np.median(road, axis=0) @ direction
        cosine /= np.linalg.norm(np.median(road, axis=0)) * np.linalg.norm(direction)
        assert cosine > 0.97


def test_classes_have_letters_and_points_of_another_label_their_class(qtbot: QtBot, tmp_path: Path) -> None:
    start = snapshot(classes(), "EMEM", layers=TRUTH | POINTS)
    points, mixture = start.document.points, start.state.mixture
    labels = responsibilities(points.values, start.document.states[-2].mixture).argmax(axis=1)
    means = np.stack([points.values[points.truth == k].mean(axis=0) for k in (0, 1)])
    same = np.hypot(*(mixture.means - means).T).sum() < np.hypot(*(mixture.means[::-1] - means).T).sum()
    wanted = points.truth if same else 1 - np.asarray(points.truth)
    wrong = (labels != wanted) & (points.truth != -1)
    text = svg(shown(qtbot, start), tmp_path)
    found = sum(text.count(f">{name}</text>") for name in "AB")
    assert found == 2 + wrong.sum()
    assert wrong.sum() >= 3
    assert "<image" not in text


def test_without_a_truth_there_is_nothing(qtbot: QtBot) -> None:
    without, hidden = (
        shown(qtbot, snapshot(blobs(100), "EM", layers=layers)) for layers in (TRUTH, frozenset())
    )
    assert np.array_equal(pixels(without), pixels(hidden))
    unknown = PointSet.of(blobs(100).values, truth=np.full(100, -1))
    canvas = shown(qtbot, snapshot(unknown, "EM", layers=TRUTH))
    assert np.array_equal(pixels(canvas), pixels(hidden))


def test_the_truth_comes_from_the_render_thread_and_stays(qtbot: QtBot) -> None:
    canvas = shown(qtbot, snapshot(classes(), "EM", layers=frozenset()))
    asked: list[object] = []
    canvas.picture_wanted.connect(asked.append)
    bare = painted(canvas)
    canvas.store.apply(choose_view(layers=TRUTH))
    assert len(asked) == 1
    canvas.show_picture(asked[0], Painters().paint(asked[0], lambda: False))
    assert painted(canvas) != bare
    canvas.store.apply(choose_view(layers=frozenset()))
    assert painted(canvas) == bare


def test_kerbs_are_half_a_road_off_the_outline() -> None:
    angles = np.linspace(0.0, 2 * np.pi, 200)
    circle = 50.0 * np.column_stack([np.cos(angles), np.sin(angles)]) + (100.0, 80.0)
    for shape in (circle, circle[::-1]):
        outer, inner = kerbs(shape, 7.0)
        assert inner is not None
        assert np.hypot(*(outer - (100, 80)).T) == pytest.approx(53.5, abs=0.01)
        assert np.hypot(*(inner - (100, 80)).T) == pytest.approx(46.5, abs=0.01)
    needle = circle * (1.0, 0.02)
    assert kerbs(needle, 7.0)[1] is None


def test_names_of_classes_keep_clear_of_each_other_and_of_the_edge(qtbot: QtBot) -> None:
    frame = shown(qtbot, snapshot(corners())).frame()
    angles = np.linspace(0.0, 2 * np.pi, 97)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    centres = np.array([[200.0, 150.0], [230.0, 170.0], [-900.0, 0.0], [frame.right, 200.0]])
    rims = centres[:, None] + 60.0 * circle
    places = name_places(rims, 8.0, frame)
    assert sorted(places) == [0, 1, 3]
    for k, at in places.items():
        assert np.abs(np.hypot(*(at - centres[k])) - 60.0) < 1e-6
        assert frame.left + 8 < at[0] < frame.right - 8
        assert all(np.hypot(*(at - other)) > 16 for j, other in places.items() if j != k)
    assert np.hypot(*(places[0] - centres[1])) > 70
