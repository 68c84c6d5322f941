"""What the canvases paint, and that they paint only what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, start_state
from gmmviewer.mixture.events import Empty
from gmmviewer.scene.cloud import Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.palette import fill_colour
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, Brush
from gmmviewer.session.snapshot import Activity, Snapshot
from gmmviewer.views.canvas import Canvas1D, Canvas2D, canvas_for
from gmmviewer.views.ink import ink
from tests.views.canvas_states import (
    blobs,
    empty,
    old_faithful,
    painted,
    rendered,
    shown,
    snapshot,
    svg_written,
)

ALL = frozenset(layer.key for layer in LAYERS)


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[CloudRequest]:
    """Every cloud that is rasterised, in order."""
    requests: list[CloudRequest] = []
    paint = CloudPainter.paint

    def counted(self: CloudPainter, request: CloudRequest, *rest: Any) -> Cloud:
        requests.append(request)
        return paint(self, request, *rest)

    monkeypatch.setattr(CloudPainter, "paint", counted)
    return requests


def near(colour: QColor, wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    found = (colour.red(), colour.green(), colour.blue())
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= tolerance


# ---------------------------------------------------------------- only differences


def test_only_what_changed_is_rasterised(qtbot: Any, renders: list[CloudRequest]) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EME"))
    painted(canvas)
    assert len(renders) == 1
    apply = canvas.store.apply
    painted(canvas)
    apply(edits.notify("hello"))
    apply(edits.toggle_layer("means"))
    apply(edits.choose_view(brush=Brush(radius=44)))
    painted(canvas)
    assert len(renders) == 1
    apply(edits.seek(2))  # after M: the responsibilities are still the old ones, those of the first E
    painted(canvas)
    apply(edits.seek(1))
    painted(canvas)
    assert len(renders) == 2
    canvas.set_ranges((0.0, 6.0), (40.0, 100.0))
    painted(canvas)
    assert len(renders) == 3


def test_a_change_nobody_sees_repaints_nothing(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    calls: list[object] = []
    monkeypatch.setattr(Canvas2D, "_take", lambda self, *rest: calls.append(rest))
    old = canvas.store.snapshot
    canvas.show_snapshot(old, replace(old, activity=Activity(running=True)))
    canvas.show_snapshot(old, old)
    assert not calls


def test_points_of_other_dimensions_are_ignored(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    before = canvas.frame()
    canvas.store.apply(edits.open_points(old_faithful(1)))
    assert canvas.frame() == before
    canvas.store.apply(edits.open_points(blobs(50)))
    assert canvas.frame() != before


# ---------------------------------------------------------------- clouds from elsewhere


def test_a_large_cloud_is_asked_for_and_stale_answers_are_dropped(qtbot: Any) -> None:
    old = snapshot(blobs(20_002))
    canvas = canvas_for(2, shown(qtbot, old).store)
    qtbot.addWidget(canvas)
    asked: list[CloudRequest] = []
    canvas.picture_wanted.connect(asked.append)
    canvas.show_snapshot(None, old)
    assert len(asked) == 1
    painter = CloudPainter()
    canvas.set_ranges((-1.0, 1.0), (-1.0, 1.0))  # one question at a time
    assert len(asked) == 1
    stale = replace(asked[0], width=10)
    canvas.show_picture(stale, painter.paint(stale))
    assert canvas._cloud.answered is None
    canvas.show_picture(asked[0], painter.paint(asked[0]))
    assert canvas._cloud.answered is asked[0]
    assert len(asked) == 2  # now the one for the present view
    assert sum(asked[1].x) == pytest.approx(0.0)
    assert asked[1].x[0] < -1.0  # with a margin around
    canvas.show_picture(asked[1], painter.paint(asked[1]))
    canvas.show_picture(asked[0], painter.paint(asked[0]))
    assert canvas._cloud.answered is asked[1]
    assert len(asked) == 2


def test_the_cloud_of_another_data_set_is_not_shown(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(2))
    asked: list[CloudRequest] = []
    canvas.picture_wanted.connect(asked.append)
    canvas.store.apply(edits.open_points(blobs(20_002)))
    canvas.store.apply(edits.open_points(PointSet.of(blobs(20_004).values, ("a", "b"), "others")))
    canvas.show_picture(asked[0], CloudPainter().paint(asked[0]))
    assert canvas._cloud.answered is None
    assert asked[-1].n == 20_004


# ---------------------------------------------------------------- ranges


def test_ranges_belong_to_the_data_set(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    first = canvas.frame()
    canvas.store.apply(edits.add_points([[50.0, 500.0]]), "Draw points")
    canvas.store.undo()
    assert canvas.frame() == first
    canvas.store.apply(edits.clear_points(), "Clear")
    assert canvas.frame() == first
    canvas.store.apply(edits.open_points(blobs(40)), "Open")
    assert canvas.frame() != first


@pytest.mark.parametrize("d", [1, 2])
def test_an_empty_sheet_shows_zero_to_ten(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, empty(d))
    assert canvas.frame().x == (0.0, 10.0)
    painted(canvas)


def test_equal_aspect_makes_units_as_long_along_both_axes(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(blobs(60), equal_aspect=True))
    across, up = np.abs(canvas.per_pixel())
    assert across == pytest.approx(up)


# ---------------------------------------------------------------- colours


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_points_are_neutral_before_and_coloured_after_the_first_e_step(qtbot: Any, theme: str) -> None:
    points = PointSet.of([[0.0, 0.0], [2.0, 0.0], [10.0, 10.0], [8.0, 10.0]])
    layers = frozenset({"points"})
    for steps, wanted in (("", _hex(ink(theme == "dark").neutral)), ("E", fill_colour(0))):
        canvas = shown(qtbot, snapshot(points, steps, theme=theme, layers=layers))
        ground = QColor(ink(theme == "dark").ground)
        image = painted(canvas)
        x, y = canvas.pixels(points.values)[0]
        expected = tuple(round(0.75 * a + 0.25 * b) for a, b in zip(wanted, ground.getRgb()[:3], strict=True))
        assert near(image.pixelColor(int(x), int(y)), expected, 40)
        assert near(image.pixelColor(300, 200), ground.getRgb()[:3], 0)


def _hex(value: str) -> tuple[int, int, int]:
    colour = QColor(value)
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("steps", ["", "E", "EM"])
def test_every_layer_paints_in_every_theme(qtbot: Any, theme: str, d: int, steps: str) -> None:
    of = snapshot(old_faithful(d), steps, theme=theme, layers=ALL, presenter=steps == "E")
    image = painted(shown(qtbot, of))
    assert near(image.pixelColor(0, 0), _hex(ink(of.view.dark, contrast=theme == "contrast").ground), 0)
    bare = painted(shown(qtbot, replace(of, view=replace(of.view, layers=frozenset()))))
    assert image != bare


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: str(layer.key))
def test_each_layer_shows_in_the_picture(qtbot: Any, layer: Any) -> None:
    points = old_faithful(layer.dimensions[0])
    points = replace(points, truth=(points.values[:, -1] > 67).astype(np.int64))
    canvas = shown(qtbot, snapshot(points, "EME"))
    before = rendered(canvas, 600, 400)
    canvas.store.apply(edits.toggle_layer(layer.key))
    assert rendered(canvas, 600, 400) != before


def test_an_empty_component_is_a_ghost(qtbot: Any) -> None:
    of = snapshot(blobs(40))
    state = of.state
    assert state is not None
    haunted = replace(state, events=(Empty(1),))
    document = replace(of.document, states=(*of.document.states[:-1], haunted))
    plain, ghostly = shown(qtbot, of), shown(qtbot, replace(of, document=document))
    assert painted(plain) != painted(ghostly)


def test_collapsed_and_distant_components_paint(qtbot: Any) -> None:
    points = old_faithful()
    mixture = Mixture([0.5, 0.5], [[0.0, 0.0], [1e6, 1e6]], [np.eye(2) * 1e-9, np.diag([1e12, 1e-6])])
    base = snapshot(points, "", layers=ALL)
    state = start_state(points.sample, mixture, base.document.states[0].family)
    painted(shown(qtbot, replace(base, document=replace(base.document, states=(state,)))))


@pytest.mark.parametrize(
    "values",
    [
        [[1.0, 1.0]],
        [[1.6e9, -3e-7], [1.6e9 + 1, 2e-7], [1.6e9 + 2, 0.0]],
        [[1e100, 1e-120], [2e100, 3e-120], [1.5e100, 1e-120]],
        [[5.0, 0.0], [5.0, 1.0], [5.0, 3.0]],
    ],
)
@pytest.mark.parametrize("d", [1, 2])
def test_strange_data_paint(qtbot: Any, values: list[list[float]], d: int) -> None:
    points = PointSet.of(np.array(values)[:, :d])
    canvas = shown(qtbot, replace(empty(d), document=replace(empty(d).document, points=points)))
    painted(canvas)
    pixels = canvas.pixels(points.values)
    assert (pixels >= 0).all()
    assert (pixels <= 600).all()


# ---------------------------------------------------------------- export


@pytest.mark.parametrize("d", [1, 2])
def test_an_image_is_the_picture_on_screen(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d), "EM"))
    assert rendered(canvas, 600, 400) == painted(canvas)
    double = rendered(canvas, 600, 400, 2.0)
    assert (double.width(), double.height()) == (1200, 800)


@pytest.mark.parametrize("d", [1, 2])
def test_svg_holds_text_curves_and_circles(qtbot: Any, tmp_path: Path, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d), "EM", layers=ALL))
    path = tmp_path / "picture.svg"
    assert svg_written(canvas, path, 600, 400)
    root = ElementTree.parse(path).getroot()
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    texts = [element.text for element in root.iter() if element.tag.endswith("}text")]
    assert canvas.store.snapshot.document.points.columns[0] in texts
    assert tags.count("circle") >= (272 if d == 2 else 0)
    assert not svg_written(canvas, tmp_path / "missing" / "picture.svg", 600, 400)


def colourful(image: QImage, top: float, bottom: float) -> int:
    """How many pixels between two heights are neither grey nor ground."""
    colours = (image.pixelColor(x, y) for y in range(int(top), int(bottom)) for x in range(100, 580))
    return sum(colour.saturation() > 60 for colour in colours)


def test_rug_and_posteriors_are_in_the_drawing_and_on_screen(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(1), "EM"))
    path = str(tmp_path / "picture.svg")
    assert svg_written(canvas, path, 600, 400)
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    QSvgRenderer(path).render(painter)
    painter.end()
    frame = canvas.frame()
    rug = (frame.bottom + 5, frame.bottom + 14)
    strip = (frame.bottom + 30, canvas.lowest(frame) - 2)
    for picture in (image, painted(canvas)):
        assert colourful(picture, *rug) > 100
        assert colourful(picture, *strip) > 100


def test_svg_of_many_points_embeds_an_image(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(blobs(6_000)))
    path = tmp_path / "picture.svg"
    assert svg_written(canvas, path, 600, 400)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(path).getroot().iter()}
    assert "image" in tags


# ---------------------------------------------------------------- for everyone


@pytest.mark.parametrize("d", [1, 2])
def test_canvases_say_what_they_show(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d)))
    assert canvas.accessibleName()
    assert "272 points of old faithful" in canvas.accessibleDescription()
    assert "2 components" in canvas.accessibleDescription()


def test_the_dimensions_choose_the_canvas(qtbot: Any) -> None:
    assert isinstance(shown(qtbot, empty(1)), Canvas1D)
    assert isinstance(shown(qtbot, empty(2)), Canvas2D)


def test_snapshots_may_come_without_an_old_one(qtbot: Any) -> None:
    of: Snapshot = snapshot(old_faithful(), "EM")
    canvas = shown(qtbot, of)
    before = painted(canvas)
    canvas.show_snapshot(None, of)
    assert painted(canvas) == before


@pytest.mark.parametrize("d", [1, 2])
def test_after_a_step_nothing_of_the_old_state_is_left(qtbot: Any, d: int) -> None:
    start, fitted = snapshot(old_faithful(d)), snapshot(old_faithful(d), "EMEMEMEME")
    stepped = shown(qtbot, start)
    painted(stepped)
    stepped.show_snapshot(start, fitted)
    assert painted(stepped) == painted(shown(qtbot, fitted))
