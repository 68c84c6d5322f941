"""What lies under the points, as it is painted: in time, in its place, in every theme and in drawings."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from gmmviewer.mixture import Mixture, e_step, family, log_density, start_state
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.field import content_levels
from gmmviewer.scene.fields import FieldsPainter, FieldsRequest
from gmmviewer.scene.palette import fill_colour
from gmmviewer.session import edits
from gmmviewer.session.choices import THEMES, ViewChoices
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Snapshot
from tests.views.canvas_states import (
    HEIGHT,
    WIDTH,
    blobs,
    old_faithful,
    painted,
    rendered,
    shown,
    snapshot,
    svg_written,
)

FIELDS = ("heat", "contours", "regions", "field", "decision")
SVG = "{http://www.w3.org/2000/svg}"


class Renderer:
    """Answers what a canvas asks for when told to, as the render thread does."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self.waiting: list[Any] = []
        self.painter = FieldsPainter()
        canvas.picture_wanted.connect(self.waiting.append)

    def answer(self) -> int:
        """Answer all questions, those that follow from answers included; how many there were."""
        count = 0
        while self.waiting:
            request = self.waiting.pop(0)
            self.canvas.show_picture(request, self.painter.paint(request))
            count += 1
        return count


def canvas_of(qtbot: Any, of: Snapshot) -> tuple[Any, Renderer]:
    """A canvas, and who answers it; the first questions are answered."""
    canvas = shown(qtbot, replace(of, view=replace(of.view, layers=frozenset())))
    renderer = Renderer(canvas)
    canvas.store.apply(edits.choose_view(layers=of.view.layers))
    renderer.answer()
    return canvas, renderer


def pixels(image: QImage) -> FloatArray:
    """RGB (h, w, 3)."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(converted.constBits(), dtype=np.uint8).reshape(HEIGHT, converted.bytesPerLine())
    return rows[:, : 3 * WIDTH].reshape(HEIGHT, WIDTH, 3).astype(float)


def fitted(*layers: str, **view: Any) -> Snapshot:
    return snapshot(old_faithful(), "EMEME", layers=frozenset(layers), **view)


def inside(canvas: Any, x: float, y: float) -> tuple[int, int]:
    """Row and column of the pixel at a place in data units."""
    frame = canvas.frame()
    across, down = frame.pixels(np.array([x, y])).tolist()
    return int(down), int(across)


# ---------------------------------------------------------------- each layer


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("layer", FIELDS)
def test_every_layer_is_seen_in_every_theme(qtbot: Any, layer: str, theme: str) -> None:
    bare = pixels(painted(shown(qtbot, fitted(theme=theme))))
    canvas, _ = canvas_of(qtbot, fitted(layer, theme=theme))
    image = pixels(painted(canvas))
    changed = np.abs(image - bare).max(axis=2) > 8
    assert changed.mean() > 0.005
    frame = canvas.frame()
    outside = np.ones((HEIGHT, WIDTH), dtype=bool)
    outside[int(frame.top) : int(frame.bottom) + 1, int(frame.left) : int(frame.right) + 1] = False
    assert not changed[outside].any()  # not over the axes


def test_the_decisions_wear_the_colours_of_the_components(qtbot: Any) -> None:
    canvas, _ = canvas_of(qtbot, fitted("decision"))
    image = pixels(painted(canvas))
    means = canvas.store.snapshot.mixture.means
    for k, (x, y) in enumerate(means.tolist()):
        row, column = inside(canvas, x + 0.3, y)
        faint = 255.0 - image[row, column]
        wanted = 255.0 - np.array(fill_colour(k))
        np.testing.assert_allclose(faint / faint.max(), wanted / wanted.max(), atol=0.08)
        assert faint.max() < 0.25 * 255  # quiet


def test_the_boundary_is_painted_where_it_is(qtbot: Any) -> None:
    canvas, _ = canvas_of(qtbot, fitted("decision"))
    image = pixels(painted(canvas))
    (boundary,) = canvas._fields._fields.boundaries
    frame = canvas.frame()
    places = frame.pixels(boundary.line)
    dark = [
        image[int(y), int(x)].max() < 140
        for x, y in places.tolist()
        if frame.left + 2 < x < frame.right - 2 and frame.top + 2 < y < frame.bottom - 2
    ]
    assert len(dark) > 5
    assert np.mean(dark) > 0.9


def test_regions_are_darker_the_denser(qtbot: Any) -> None:
    canvas, _ = canvas_of(qtbot, fitted("regions"))
    image = pixels(painted(canvas)).sum(axis=2)
    mixture, contents = canvas.store.snapshot.mixture, canvas.store.snapshot.view.contents
    levels = content_levels(mixture, contents)
    places = mixture.means[1] + np.linspace(0, 24, 400)[:, None] * [0.0, 1.0]
    density = np.exp(log_density(places, mixture))
    clear = np.abs(density[:, None] / levels - 1).min(axis=1) > 0.08
    depth = (density[:, None] > levels).sum(axis=1)
    found = [
        {image[inside(canvas, *place)] for place in places[clear & (depth == held)].tolist()}
        for held in range(len(contents) + 1)
    ]
    assert all(found)
    for outer, inner in pairwise(found):
        assert min(outer) > max(inner)


def test_numbers_stand_in_regions_without_a_badge(qtbot: Any) -> None:
    for layers, more in ((("decision",), True), (("decision", "means"), False)):
        canvas, _ = canvas_of(qtbot, fitted(*layers))
        frame, seats = canvas.frame(), canvas._fields._fields.seats
        assert [seat.at_home for seat in seats] == [True, True]
        image = pixels(painted(canvas))
        for seat in seats:
            x, y = frame.pixels(np.array([seat.x, seat.y])).tolist()
            near = image[int(y) - 7 : int(y) + 8, int(x) - 7 : int(x) + 8].reshape(-1, 3)
            assert (np.ptp(near, axis=0).max() > 60) == more


# ---------------------------------------------------------------- in time


def test_a_field_is_asked_for_once_and_answers_to_others_are_dropped(qtbot: Any) -> None:
    canvas = shown(qtbot, fitted())
    renderer = Renderer(canvas)
    canvas.store.apply(edits.choose_view(layers=frozenset({"decision"})))
    assert len(renderer.waiting) == 1
    canvas.set_ranges((0.0, 6.0), (40.0, 100.0))
    assert len(renderer.waiting) == 1
    assert renderer.answer() == 2  # the second for the present view
    assert renderer.answer() == 0
    before = canvas._fields.answered
    canvas.store.apply(edits.notify("hello"))
    assert renderer.answer() == 0
    stray = replace(before, colour_map="amber")
    canvas.show_picture(stray, FieldsPainter().paint(stray))
    assert canvas._fields.answered is before


def test_a_half_step_asks_only_for_what_it_changes(qtbot: Any) -> None:
    canvas, renderer = canvas_of(qtbot, snapshot(old_faithful(), "EMEM", layers=frozenset({"decision"})))
    canvas.store.apply(edits.seek(3))  # the E before the last M: another mixture, the same responsibilities
    assert renderer.answer() == 0
    canvas.store.apply(edits.seek(2))
    canvas.store.apply(edits.seek(1))
    assert renderer.answer() > 0


@pytest.mark.parametrize("layer", FIELDS)
def test_fields_move_with_the_view_until_the_answer_comes(qtbot: Any, layer: str) -> None:
    canvas, renderer = canvas_of(qtbot, fitted(layer))
    before = pixels(painted(canvas))
    frame = canvas.frame()
    canvas.pan(np.array([6.0, -4.0]))
    moved = pixels(painted(canvas))
    if layer != "heat":  # which is quick
        assert renderer.waiting
    top, left = int(frame.top) + 60, int(frame.left) + 60
    old = before[top:-90, left:-60]
    new = moved[top - 4 : -94, left + 6 : -54]
    off = np.abs(old - new).max(axis=2)
    assert (off > 40).mean() < 0.03  # captions find new places, and the grid stays
    renderer.answer()
    assert canvas._fields.answered.x != (frame.x[0], frame.x[1])


@pytest.mark.parametrize("left", FIELDS)
def test_hidden_layers_are_gone_at_once(qtbot: Any, left: str) -> None:
    canvas, renderer = canvas_of(qtbot, fitted(*(set(FIELDS) - {"field"}), left))
    canvas.store.apply(edits.choose_view(layers=frozenset({left})))
    late = pixels(painted(canvas))
    renderer.answer()
    np.testing.assert_array_equal(pixels(painted(canvas)), late)


def test_the_fields_of_another_data_set_are_not_shown(qtbot: Any) -> None:
    canvas, _ = canvas_of(qtbot, fitted("decision"))
    assert canvas._fields.answered is not None
    canvas.store.apply(edits.open_points(blobs(100)), "Open")
    assert canvas._fields.answered is None


def test_painting_again_makes_nothing_new(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas, _ = canvas_of(qtbot, fitted(*FIELDS))
    painted(canvas)
    drawn: list[object] = []
    draw = type(canvas._fields).draw
    monkeypatch.setattr(
        type(canvas._fields), "draw", lambda self, *rest: (drawn.append(rest), draw(self, *rest))
    )
    painted(canvas)
    assert not drawn
    canvas.pan(np.array([3.0, 0.0]))
    painted(canvas)
    assert len(drawn) == 1


# ---------------------------------------------------------------- drawings


def test_a_drawing_has_lines_and_words_and_fields_as_images(qtbot: Any, tmp_path: Path) -> None:
    canvas, _ = canvas_of(qtbot, fitted(*FIELDS))
    path = tmp_path / "fields.svg"
    assert svg_written(canvas, path, WIDTH, HEIGHT)
    root = ElementTree.parse(path).getroot()
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"95 %", "75 %"} <= set(words)
    images = list(root.iter(f"{SVG}image"))
    assert len(images) == 2  # density and tint
    lines = [*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}path")]
    assert len(lines) > 12
    assert QSvgRenderer(str(path)).isValid()


def test_an_exported_image_does_not_wait_for_anyone(qtbot: Any) -> None:
    canvas = shown(qtbot, fitted("decision", "contours"))
    blank = shown(qtbot, fitted())
    assert canvas._fields.answered is None
    a, b = (pixels(rendered(c, WIDTH, HEIGHT)) for c in (canvas, blank))
    assert (np.abs(a - b).max(axis=2) > 8).mean() > 0.3
    assert canvas._fields.answered is None  # what is on screen is its own affair


def test_an_export_has_cells_for_all_its_pixels(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[FieldsRequest] = []
    paint = FieldsPainter.paint

    def noted(self: FieldsPainter, request: FieldsRequest, *rest: Any) -> Any:
        requests.append(request)
        return paint(self, request, *rest)

    canvas = shown(qtbot, fitted("field"))
    monkeypatch.setattr(FieldsPainter, "paint", noted)
    rendered(canvas, WIDTH, HEIGHT, 3.0)
    assert [request.detail for request in requests] == [3.0]


# ---------------------------------------------------------------- captions


def test_contours_say_what_they_hold_and_keep_apart(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[float, float, str]] = []
    monkeypatch.setattr(
        "gmmviewer.views.items.fields.paint_caption",
        lambda painter, x, y, text, size, ink: said.append((x, y, text)),
    )
    points = old_faithful()
    state = start_state(
        points.sample,
        points.units.standardise_mixture(Mixture([1.0], [[3.4, 70.0]], [[[0.3, 0], [0, 60.0]]])),
        family("VVV", 2),
    )
    document = Document(points, ModelChoice(k=1), (state, e_step(state)))
    view = ViewChoices(layers=frozenset({"contours"}), contents=(0.25, 0.5, 0.75, 0.95))
    canvas, _ = canvas_of(qtbot, Snapshot(document, cursor=1, view=view))
    painted(canvas)
    assert {text for _, _, text in said} >= {"50 %", "75 %", "95 %"}
    frame = canvas.frame()
    for x, y, text in said:
        content = float(text.split()[0]) / 100
        away = np.array([frame.data_x(x) - 3.4, frame.data_y(y) - 70.0]) / np.sqrt([0.3, 60.0])
        assert np.hypot(*away) == pytest.approx(np.sqrt(-2 * np.log(1 - content)), abs=0.05)
    places = np.array([(x, y) for x, y, _ in said])
    gaps = np.abs(places[:, None] - places[None]) + 1e3 * np.eye(len(places))[:, :, None]
    assert ((gaps[:, :, 0] > 20) | (gaps[:, :, 1] > 8)).all()
