"""What is to be seen on the line: counts, bins, kernel density, band, boundaries, points, truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from gmmviewer.data.generators import one_dimensional, scale_mixture
from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, e_step, family, start_state
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import never
from gmmviewer.scene.curves import posteriors
from gmmviewer.scene.line import QUICK_POINTS, LineRequest
from gmmviewer.scene.palette import stroke_colour
from gmmviewer.scene.rendering import Painters
from gmmviewer.scene.scatter import heights
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, BinRule
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Picked, Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas1D
from gmmviewer.views.ink import ink
from gmmviewer.views.items.density_axis import axis_title, count_scale, counted
from gmmviewer.views.items.posteriors import PosteriorShapes
from tests.views.canvas_states import empty, old_faithful, painted, rendered, shown, snapshot, svg_written

ALL = frozenset(layer.key for layer in LAYERS)
DEFAULT = frozenset(layer.key for layer in LAYERS if layer.shown)
THEMES = ("light", "dark", "contrast", "contrast-dark")


def line(qtbot: Any, points: PointSet | None = None, steps: str = "EME", **view: Any) -> Canvas1D:
    """A canvas of Old Faithful's waiting times."""
    canvas = shown(qtbot, snapshot(points or old_faithful(1), steps, **view))
    assert isinstance(canvas, Canvas1D)
    return canvas


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) red, green, blue."""
    picture = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.array(picture.constBits(), dtype=np.uint8).reshape(picture.height(), picture.width(), 4)
    return data[..., 2::-1].astype(int)


def texts(canvas: Canvas1D, tmp_path: Path) -> list[str]:
    """All that is written in the picture."""
    path = tmp_path / "picture.svg"
    assert svg_written(canvas, path, canvas.width(), canvas.height())
    found = ElementTree.parse(path).getroot().iter()
    return [element.text or "" for element in found if element.tag.endswith("}text")]


# ---------------------------------------------------------------- counts and bins


def test_counts_are_the_same_picture_with_other_numbers(qtbot: Any) -> None:
    canvas = line(qtbot)
    before, densities = canvas.frame(), pixels(painted(canvas))
    canvas.store.apply(edits.choose_view(counts=True))
    assert canvas.frame() == before
    counts = pixels(painted(canvas))
    left = int(before.left) + 1
    bars = np.s_[int(before.top) + 30 : int(before.bottom) - 2, left:]
    differing = np.abs(densities[bars] - counts[bars]).max(axis=2) > 40
    assert differing.mean() < 0.01, "only the grid has moved"
    assert not np.array_equal(densities[:, :left], counts[:, :left]), "the axis has other numbers"


@pytest.mark.parametrize("log", [False, True])
def test_bars_reach_their_counts_and_curves_agree(qtbot: Any, log: bool) -> None:
    canvas = line(qtbot, counts=True, log_density=log, bin_rule=BinRule.BY_HAND, bins=15)
    data, frame = canvas._data.line, canvas.frame()
    assert data is not None
    axis = counted(frame, count_scale(data, canvas._shown))
    tops = frame.pixels_y(data.histogram.heights)
    filled = data.histogram.counts > 0
    reached = np.array([axis.data_y(top) for top in tops.tolist()])
    np.testing.assert_allclose(reached[filled], data.histogram.counts[filled])
    assert data.histogram.counts.sum() == 272
    per_density = axis.y[1] / frame.y[1]
    assert per_density == pytest.approx(272 * data.histogram.width), (
        "a density p is N·width·p expected points"
    )


def test_the_axis_says_what_it_counts(qtbot: Any) -> None:
    canvas = line(qtbot, counts=True)
    known = canvas._data.line
    assert axis_title(known, canvas._shown, False) == "count"
    assert axis_title(known, canvas._shown, True) == "count (log scale)"
    outlier = PointSet.of(np.append(np.random.default_rng(0).normal(size=400), 1e4))
    uneven = line(qtbot, outlier, counts=True)
    assert axis_title(uneven._data.line, uneven._shown, False).startswith("count per 0.")
    weighed = PointSet.of(np.arange(50.0), weights=np.full(50, 2.0), weighted_by="times")
    heavy = line(qtbot, weighed, counts=True)
    assert axis_title(heavy._data.line, heavy._shown, False) == "weighted count"
    assert heavy._data.line is not None
    assert heavy._data.line.histogram.counts.sum() == 100.0


def test_an_empty_sheet_has_an_axis_of_counts_too(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(1, counts=True, layers=ALL))
    painted(canvas)
    canvas.store.apply(edits.add_points([[3.0]]))
    painted(canvas)


def test_densities_have_the_same_room_over_any_range_of_an_empty_sheet(qtbot: Any) -> None:
    canvas = shown(qtbot, empty(1))
    for x in ((0.0, 10.0), (100.0, 900.0), (0.0, 1e-3)):
        canvas.set_ranges(x, canvas.ranges[1])
        low, high = canvas.ranges[1]
        assert low == 0.0
        assert high * (x[1] - x[0]) == pytest.approx(5.0)  # points spread evenly have 1 / width
    canvas.set_ranges((0.0, 10.0), (0.0, 7.0))  # typed
    assert canvas.ranges == ((0.0, 10.0), (0.0, 7.0))
    canvas.store.apply(edits.add_points([[3.0], [4.0]]))
    at = canvas.ranges[1]
    canvas.set_ranges((0.0, 20.0), at)
    assert canvas.ranges[1] == at


@pytest.mark.parametrize("rule", BinRule)
def test_rules_choose_the_bins(qtbot: Any, rule: BinRule) -> None:
    canvas = line(qtbot)
    canvas.store.apply(edits.choose_view(bin_rule=rule, bins=33))
    data = canvas._data.line
    assert data is not None
    assert data.request.rule is rule
    assert (len(data.histogram.counts) == 33) is (rule is BinRule.BY_HAND)
    assert (data.histogram.heights * np.diff(data.histogram.edges)).sum() == pytest.approx(1.0)
    assert canvas.frame().y[1] == pytest.approx(1.3 * data.histogram.heights.max())


def test_a_range_that_a_hand_chose_stays_when_bins_change(qtbot: Any) -> None:
    canvas = line(qtbot)
    canvas.zoom(0.5, np.array([1.0, 50.0]))
    mine = canvas.frame().y
    canvas.store.apply(edits.choose_view(bin_rule=BinRule.BY_HAND, bins=100))
    assert canvas.frame().y == mine


# ---------------------------------------------------------------- many points


def many(qtbot: Any, **view: Any) -> tuple[Canvas1D, list[LineRequest]]:
    """A canvas of more points than are counted in the GUI thread, and what it asks for."""
    values = np.random.default_rng(0).normal(0.0, 40.0, QUICK_POINTS + 1)
    store = Store(Snapshot(Document(PointSet.of(values)), view=replace(empty(1).view, **view)))
    canvas, asked = Canvas1D(store), []
    qtbot.addWidget(canvas)
    canvas.picture_wanted.connect(asked.append)
    canvas.resize(600, 400)
    store.changed.connect(canvas.show_snapshot)
    canvas.show_snapshot(None, store.snapshot)
    return canvas, asked


@pytest.mark.parametrize("log", [False, True])
def test_bars_of_many_points_come_from_elsewhere(qtbot: Any, log: bool) -> None:
    canvas, asked = many(qtbot, log_density=log)
    painted(canvas)
    assert canvas._data.line is None, "nothing is sorted in the GUI thread"
    assert len(asked) == 1
    answer = Painters().paint(asked[0], never)
    canvas.show_picture(asked[0], answer)
    assert canvas._data.line is answer
    top = float(answer.histogram.heights.max())
    assert canvas.frame().y[1] > top
    assert canvas.frame().y[1] < 3 * top
    assert len(asked) == 1
    canvas.show_picture(asked[0], None)
    assert canvas._data.line is answer, "an answer that nobody waits for changes nothing"


def test_old_bars_stay_until_the_new_ones_are_counted(qtbot: Any) -> None:
    canvas, asked = many(qtbot)
    canvas.show_picture(asked[0], Painters().paint(asked[0], never))
    first, before = canvas._data.line, canvas.frame()
    canvas.store.apply(edits.choose_view(bin_rule=BinRule.STURGES))
    canvas.store.apply(edits.choose_view(bin_rule=BinRule.RICE))
    assert canvas._data.line is first
    assert [request.rule for request in asked[1:]] == [BinRule.STURGES], "one question at a time"
    canvas.show_picture(asked[1], Painters().paint(asked[1], never))
    assert asked[2].rule is BinRule.RICE
    canvas.show_picture(asked[2], Painters().paint(asked[2], never))
    assert canvas._data.line is not None
    assert canvas._data.line.request.rule is BinRule.RICE
    assert canvas.frame().y != before.y
    canvas.store.apply(edits.add_points([[0.0]]))
    assert canvas._data.line.request is asked[2]
    assert asked[3].points is canvas.store.snapshot.document.points
    painted(canvas)


def test_a_file_does_not_wait(qtbot: Any) -> None:
    canvas, _ = many(qtbot)
    image = rendered(canvas, 600, 400)
    assert canvas._data.line is not None
    assert canvas.frame().y[1] == pytest.approx(1.3 * canvas._data.line.histogram.heights.max())
    row = pixels(image)[int(canvas.frame().bottom) - 4]
    bar = np.array(QColor(ink(dark=False).bar).getRgb()[:3])
    assert (np.abs(row - bar).max(axis=1) < 8).sum() > 100


# ---------------------------------------------------------------- kernel density


def test_the_kernel_density_is_a_line_with_its_name(qtbot: Any, tmp_path: Path) -> None:
    canvas = line(qtbot, layers=frozenset({"kde"}))
    assert "kernel density" in texts(canvas, tmp_path)
    frame, data = canvas.frame(), canvas._data.line
    assert data is not None
    assert data.kde is not None
    picture = pixels(painted(canvas))
    x = np.linspace(55.0, 75.0, 200)
    ink_at = np.array(QColor(ink(dark=False).faint).getRgb()[:3])
    found = 0
    for across, down in zip(frame.pixels_x(x), frame.pixels_y(data.kde.at(x)), strict=True):
        near = picture[int(down) - 1 : int(down) + 2, int(across)]
        found += int(np.abs(near - ink_at).max(axis=1).min() < 60)
    assert 0.4 * len(x) < found < 0.9 * len(x), "dashed, along the curve"
    canvas.store.apply(edits.choose_view(layers=frozenset()))
    assert "kernel density" not in texts(canvas, tmp_path)


def test_points_at_one_place_have_no_kernel_density(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, empty(1, layers=frozenset({"kde", "histogram"})))
    assert isinstance(canvas, Canvas1D)
    canvas.store.apply(edits.open_points(PointSet.of(np.full(7, 3.0))))
    assert canvas._data.line is not None
    assert canvas._data.line.request.kde
    assert "kernel density" not in texts(canvas, tmp_path)


# ---------------------------------------------------------------- posteriors


def test_the_band_fills_the_strip_in_the_order_of_the_components(qtbot: Any) -> None:
    canvas = line(qtbot, layers=frozenset({"band"}), theme="dark")
    strip = canvas._strip_frame(canvas.frame())
    assert strip is not None
    shapes = canvas._shares
    shapes.prepare(strip)
    picture = pixels(painted(canvas))
    assert canvas._shown is not None
    assert canvas._shown.source is not None
    source = canvas._shown.points.units.restore_mixture(canvas._shown.source)
    for x in (50.0, 62.0, 67.0, 70.0, 90.0):
        shares = posteriors(source, np.array([x]))[:, 0]
        across = int(strip.pixels_x(np.array(x)))
        column = picture[int(strip.top) + 2 : int(strip.bottom) - 2, across]
        blue = column[:, 2] > column[:, 0] + 20
        orange = column[:, 0] > column[:, 2] + 20
        assert (blue | orange).mean() > 0.9
        assert blue.mean() == pytest.approx(shares[0], abs=0.06)
        assert np.flatnonzero(blue).min(initial=10**6) > np.flatnonzero(orange).max(initial=-1), "1 is below"


def test_areas_of_the_band_add_up(qtbot: Any) -> None:
    canvas = line(qtbot, layers=frozenset({"band", "posteriors"}))
    strip = canvas._strip_frame(canvas.frame())
    assert strip is not None
    canvas._shares.prepare(strip)
    for x in np.linspace(strip.left + 3, strip.right - 3, 40).tolist():
        for y in np.linspace(strip.top + 1, strip.bottom - 1, 9).tolist():
            inside = sum(area.contains(QPointF(x, y)) for area in canvas._shares.areas)
            assert inside == 1


def test_curves_carry_their_numbers(qtbot: Any, tmp_path: Path) -> None:
    canvas = line(qtbot, layers=frozenset({"posteriors"}))
    assert {"1", "2"} <= set(texts(canvas, tmp_path))
    canvas.store.apply(edits.choose_view(layers=frozenset({"band"})))
    assert {"1", "2"} <= set(texts(canvas, tmp_path))
    canvas.store.apply(edits.choose_view(layers=frozenset({"band", "posteriors"})))
    written = texts(canvas, tmp_path)
    assert written.count("2") == 1, "one number each, also where both share the strip"


def test_lines_of_components_differ_without_their_colours(qtbot: Any) -> None:
    canvas = line(qtbot)
    canvas._shapes.prepare(canvas.frame())
    first, second = (canvas._shapes.emphasis.pen(k, canvas._ink, 1.5) for k in (0, 1))
    assert first.dashPattern() == []
    assert second.dashPattern() != []


def test_a_selected_component_stands_out(qtbot: Any) -> None:
    canvas = line(qtbot)
    before = pixels(painted(canvas))
    canvas.store.apply(edits.select((1,)))
    louder, calm = (canvas._shapes.emphasis.pen(k, canvas._ink, 1.5) for k in (1, 0))
    assert louder.widthF() > 1.5 * calm.widthF()
    assert calm.color().alphaF() < 0.5 < louder.color().alphaF()
    assert not np.array_equal(pixels(painted(canvas)), before)


# ---------------------------------------------------------------- boundaries


def test_boundaries_have_values(qtbot: Any, tmp_path: Path) -> None:
    canvas = line(qtbot, steps="EMEMEMEMEMEMEMEMEMEMEME", layers=frozenset({"boundaries"}))
    assert canvas._shown is not None
    assert canvas._shown.source is not None
    source = canvas._shown.points.units.restore_mixture(canvas._shown.source)
    (place,) = canvas._shares.boundaries(canvas.frame().x)
    shares = posteriors(source, np.array([place]))[:, 0]
    assert abs(shares[0] - shares[1]) < 1e-9
    assert f"{place:.2f}" in texts(canvas, tmp_path)
    assert "posterior" not in texts(canvas, tmp_path), "boundaries need no strip"
    column = pixels(painted(canvas))[:, int(canvas.frame().pixels_x(np.array(place)).round())]
    ground = np.array([255, 255, 255])
    inside = column[int(canvas.frame().top) + 25 : int(canvas.frame().bottom)]
    marked = (np.abs(inside - ground).max(axis=1) > 60).mean()
    assert 0.3 < marked < 0.8, "a dashed line"


def test_values_do_not_overlap_and_stay_inside(qtbot: Any) -> None:
    generator = np.random.default_rng(3)
    points = PointSet.of(generator.uniform(0, 100, 300))
    canvas = line(qtbot, points, layers=frozenset({"boundaries", "means"}))
    mixture = Mixture(np.full(30, 1 / 30), np.linspace(1, 99, 30), np.full(30, 3.0))
    canvas._shapes.show(replace(canvas._shown, mixture=mixture))  # type: ignore[type-var]
    shares = PosteriorShapes()
    assert canvas._shown is not None
    shares.show(replace(canvas._shown, source=points.units.standardise_mixture(mixture)))
    canvas._shares.__dict__.update(shares.__dict__)
    canvas.resize(500, 300)
    painted(canvas)
    boxes = canvas._labels[30:]
    assert 3 < len(boxes) < 29, "those that find no room wait"
    frame = canvas.frame()
    for i, box in enumerate(boxes):
        assert frame.left <= box.left()
        assert box.right() <= frame.right
        assert not any(box.intersects(other) for other in boxes[:i])


def test_before_the_first_e_step_there_is_no_boundary(qtbot: Any, tmp_path: Path) -> None:
    canvas = line(qtbot, steps="", layers=ALL)
    assert len(canvas._shares.boundaries(canvas.frame().x)) == 0
    assert "1" in texts(canvas, tmp_path), "the badge of the mean"


# ---------------------------------------------------------------- rug and scattered points


def test_scattered_points_stand_where_they_always_stand(qtbot: Any) -> None:
    canvas = line(qtbot, jitter=True)
    frame = canvas._rug_frame(canvas.frame())
    assert frame.height > 30
    first = pixels(painted(canvas))
    rug = canvas._rug
    radius = rug._radius(canvas._ink, canvas._shown)  # type: ignore[arg-type]
    x, y = rug._places(frame, rug._values, heights(np.arange(272)), radius)
    assert ((y >= frame.top + radius) & (y <= frame.bottom - radius)).all()
    ground = first[int(frame.top) - 2, int(frame.left) + 3]
    hit = [np.abs(first[int(b), int(a)] - ground).max() > 40 for a, b in zip(x, y, strict=True)]
    assert np.mean(hit) > 0.98
    assert np.array_equal(pixels(painted(canvas)), first)
    other = line(qtbot, jitter=True)
    assert np.array_equal(pixels(painted(other)), first), "and in the next session"


@pytest.mark.parametrize("jitter", [False, True])
def test_selected_points_are_marked(qtbot: Any, jitter: bool, tmp_path: Path) -> None:
    canvas = line(qtbot, jitter=jitter)
    before = pixels(painted(canvas))
    points = canvas.store.snapshot.document.points
    chosen = Picked(points, np.array([3, 200]))
    store = canvas.store
    canvas.show_snapshot(store.snapshot, replace(store.snapshot, picked=chosen))
    after = pixels(painted(canvas))
    frame = canvas._rug_frame(canvas.frame())
    accent = np.array(QColor(ink(dark=False).accent).getRgb()[:3])
    rows = np.s_[int(frame.top) : int(frame.bottom) + 1]
    marked = (np.abs(after[rows] - accent).max(axis=2) < 40) & (after[rows] != before[rows]).any(axis=2)
    columns = np.flatnonzero(marked.any(axis=0))
    places = frame.pixels_x(points.values[chosen.rows, 0])
    assert all(np.abs(columns - place).min() < 8 for place in places)
    path = tmp_path / "selected.svg"
    assert svg_written(canvas, path, 600, 400)
    assert ink(dark=False).accent in path.read_text()


def test_a_million_selected_points_are_marked_quickly(qtbot: Any) -> None:
    canvas, asked = many(qtbot)
    canvas.show_picture(asked[0], Painters().paint(asked[0], never))
    snap = canvas.store.snapshot
    everything = Picked(snap.document.points, np.arange(QUICK_POINTS + 1))
    canvas.show_snapshot(snap, replace(snap, picked=everything))
    for jitter in (False, True):
        canvas.store.apply(edits.choose_view(jitter=jitter))
        painted(canvas)


# ---------------------------------------------------------------- truth


def test_the_truth_has_the_colours_of_the_components_it_became(qtbot: Any, tmp_path: Path) -> None:
    points = one_dimensional(1)
    swapped = replace(points, truth=1 - points.truth)  # type: ignore[operator]
    for data, first in ((points, 0), (swapped, 1)):
        canvas = line(qtbot, data, "EMEMEMEMEM", layers=frozenset({"truth", "histogram"}))
        known = canvas._data.line
        assert known is not None
        assert known.classes is not None
        item = canvas._plot[2]
        places = item._colours.places(known.classes)  # type: ignore[attr-defined]
        assert places == [first, 1 - first]
        assert {"A", "B"} <= set(texts(canvas, tmp_path))
        picture = pixels(painted(canvas)).reshape(-1, 3)
        for k in (0, 1):
            assert (np.abs(picture - np.array(stroke_colour(k, dark=False))).max(axis=1) < 40).sum() > 50


def test_without_truth_there_is_none_to_show(qtbot: Any) -> None:
    with_layer, without = line(qtbot, layers=frozenset({"truth"})), line(qtbot, layers=frozenset())
    assert np.array_equal(pixels(painted(with_layer)), pixels(painted(without)))


# ---------------------------------------------------------------- everything at once


def fitted(points: PointSet, k: int) -> Snapshot:
    """K components at quantiles, after one E-step."""
    sample = points.sample
    places = np.quantile(sample.columns[0], (np.arange(k) + 0.5) / k)[:, None]
    start = Mixture(np.full(k, 1 / k), places, np.repeat(sample.covariance[None] / (k * k), k, axis=0))
    state = start_state(sample, start, family("V", 1))
    states = (state, e_step(state))
    return Snapshot(Document(points, ModelChoice(k=k), states), cursor=1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("k", [1, 2, 7, 50])
@pytest.mark.parametrize("log", [False, True])
def test_everything_can_be_painted(qtbot: Any, tmp_path: Path, theme: str, k: int, log: bool) -> None:
    base = fitted(scale_mixture(2), k)
    for jitter in (False, True):
        view = replace(
            base.view, layers=ALL, theme=theme, log_density=log, counts=jitter, jitter=jitter, presenter=log
        )
        canvas = shown(qtbot, replace(base, view=view, chosen=(0,)))
        image = pixels(painted(canvas))
        assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50
        assert svg_written(canvas, tmp_path / "all.svg", 600, 400)
        tags = {e.tag.rpartition("}")[2] for e in ElementTree.parse(tmp_path / "all.svg").getroot().iter()}
        assert "image" not in tags or not jitter, "few points are drawn, not embedded"


def test_noise_has_curves_and_a_place_in_the_band(qtbot: Any) -> None:
    canvas = line(qtbot, layers=ALL)
    assert canvas._shown is not None
    assert canvas._shown.standard is not None
    plain = canvas._shown.standard
    noisy = Mixture(0.9 * plain.weights, plain.means, plain.covariances, Noise(0.1, -1.5))
    units = canvas._shown.points.units
    now = replace(canvas._shown, standard=noisy, source=noisy, mixture=units.restore_mixture(noisy))
    canvas._take(None, now)
    canvas._show_model(now)
    painted(canvas)
    assert len(canvas._shapes.lines) == 3
    assert len(canvas._shares.areas) == 3


def test_a_mouse_that_passes_paints_nothing_anew(qtbot: Any) -> None:
    canvas = line(qtbot, layers=ALL)
    painted(canvas)
    made = canvas._picture._picture.cacheKey()
    painted(canvas)
    assert canvas._picture._picture.cacheKey() == made
    canvas.store.apply(edits.select((0,)))
    painted(canvas)
    assert canvas._picture._picture.cacheKey() != made
