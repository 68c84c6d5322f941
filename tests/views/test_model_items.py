"""The model on the plane: what stands out, axes, trails and echoes, in pixels."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, family, start_state
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.palette import stroke_colour
from gmmviewer.scene.trails import SPACING
from gmmviewer.session import edits
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.items.ellipses import CALM, CHOSEN, PLAIN, EllipsesItem, emphasis
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.principal import PrincipalAxesItem
from gmmviewer.views.items.trails import EchoesItem, TrailsItem
from gmmviewer.views.shown import Shown
from tests.views.canvas_states import old_faithful, painted, shown, snapshot, svg_written

pytestmark = pytest.mark.usefixtures("qapp")  # layers are pixmaps
FRAME = Frame((0.0, 6.0), (0.0, 4.0), 0.0, 0.0, 600.0, 400.0)  # 100 pixels a unit
LIGHT = ink(dark=False)
GREEN: FloatArray = np.array(stroke_colour(2, False))


def at(*covariances: FloatArray, means: Any = None, **view: Any) -> Snapshot:
    """Components with these covariances, as they are given, on a sheet of points in the same units."""
    corners = PointSet.of([[0.0, 0.0], [6.0, 4.0], [0.0, 4.0]], ("x", "y"), "corners")
    k = len(covariances)
    places = means if means is not None else [[2.0 + 2.0 * i, 2.0] for i in range(k)]
    mixture = corners.units.standardise_mixture(Mixture(np.full(k, 1 / k), places, covariances))
    state = start_state(corners.sample, mixture, family("VVV", 2))
    return edits.choose_view(**view)(Snapshot(Document(corners, ModelChoice(k=k), (state,)), cursor=0))


def drawn(item: Item, now: Snapshot, *, frame: Frame = FRAME, using: Ink = LIGHT) -> FloatArray:
    """What an item alone paints on its ground: (h, w, 3) in device pixels."""
    side = frame.device_size
    image = QImage(*side, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(frame.ratio)
    image.fill(Qt.GlobalColor.white if not using.dark else Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    item.show(Shown.of(now, None))
    item.paint(painter, frame, using, Target.SCREEN)
    painter.end()
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(side[1], -1, 4)
    return rows[:, : side[0], 2::-1].astype(float)


def inked(pixels: FloatArray) -> FloatArray:
    """Where anything at all was painted, as (x, y) of the pixels."""
    y, x = np.nonzero(np.abs(pixels - 255.0).max(axis=2) > 60)
    return np.column_stack([x, y])


# ---------------------------------------------------------------- what stands out


def test_what_is_selected_stands_out() -> None:
    assert [emphasis(k, (1,), 3) for k in range(3)] == [CALM, CHOSEN, CALM]
    assert emphasis(0, (), 3) == PLAIN
    assert emphasis(0, (0, 1, 2), 3) == PLAIN
    assert emphasis(0, (0,), 1) == PLAIN


def test_a_selected_ellipse_is_louder_and_the_others_calmer() -> None:
    now = at(0.25 * np.eye(2), 0.25 * np.eye(2))
    plain, chosen = drawn(EllipsesItem(), now), drawn(EllipsesItem(), replace(now, chosen=(1,)))
    inside, outside = (slice(195, 205), slice(405, 415)), (slice(195, 205), slice(205, 215))
    assert chosen[inside].mean() < plain[inside].mean() - 5
    assert chosen[outside].mean() > plain[outside].mean() + 5
    widths = [(np.abs(picture[200, 490:510] - 255).max(axis=1) > 100).sum() for picture in (plain, chosen)]
    assert widths[1] > widths[0]


# ---------------------------------------------------------------- axes


def test_axes_end_where_the_ellipse_does() -> None:
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    now = at(turn @ np.diag([0.64, 0.09]) @ turn.T, means=[[3.0, 2.0]])
    places = inked(drawn(PrincipalAxesItem(), now)) + 0.5 - [300.0, 200.0]
    along, across = (places * [1, -1]) @ turn[:, 0], (places * [1, -1]) @ turn[:, 1]
    assert (along.max(), -along.min()) == pytest.approx((160.0, 160.0), abs=2.0)
    assert (across.max(), -across.min()) == pytest.approx((60.0, 60.0), abs=2.0)
    bar = across[np.abs(along - 160.0) < 1.5]
    assert bar.max() - bar.min() == pytest.approx(8.0, abs=2.0)
    assert (np.minimum(np.abs(along), np.abs(across)) < 7.0).all()


def test_axes_of_a_round_component_lie_along_the_data() -> None:
    places = inked(drawn(PrincipalAxesItem(), at(0.25 * np.eye(2), means=[[3.0, 2.0]]))) - [300, 200]
    assert np.abs(places).max() == pytest.approx(100, abs=2)
    assert (np.abs(places).min(axis=1) <= 6).all()


def test_a_flat_component_has_one_axis_and_a_tiny_one_none() -> None:
    flat = drawn(PrincipalAxesItem(), at(np.diag([0.25, 1e-8]), means=[[3.0, 2.0]]))
    x, y = inked(flat).T
    assert x.max() - x.min() == pytest.approx(200, abs=3)
    assert np.abs(y - 200).max() <= 6
    assert not len(inked(drawn(PrincipalAxesItem(), at(1e-6 * np.eye(2)))))


# ---------------------------------------------------------------- trails and echoes


def run(steps: str = "EM" * 12, **view: Any) -> Snapshot:
    return snapshot(old_faithful(), steps, layers=frozenset({"trails", "echoes"}), **view)


def frame_of(now: Snapshot) -> Frame:
    low, high = now.document.points.bounds
    return replace(FRAME, x=(float(low[0]), float(high[0])), y=(float(low[1]), float(high[1])))


def way(now: Snapshot, component: int) -> FloatArray:
    """The means of all states in pixels."""
    return frame_of(now).pixels(np.array([s.mixture.means[component] for s in now.document.states]))


def test_a_trail_passes_every_mean_there_was() -> None:
    now = run()
    places = inked(drawn(TrailsItem(), now, frame=frame_of(now))) + 0.5
    for component in range(2):
        means = way(now, component)
        gaps = np.hypot(*np.moveaxis(means[:, None] - places, 2, 0)).min(axis=1)
        assert gaps[2:].max() < 2.5
        assert gaps[:2].max() < 6.0  # the ring around the start is hollow
    ends = np.concatenate([way(now, 0), way(now, 1)])
    assert (places >= ends.min(axis=0) - 8.0).all()
    assert (places <= ends.max(axis=0) + 8.0).all()


def test_a_trail_leads_to_where_the_ellipse_is_on_its_way() -> None:
    now = run("EM")
    item, frame = TrailsItem(), frame_of(now)
    moment = Shown.of(now, None)
    assert moment.mixture is not None
    aside = moment.mixture.with_mean(0, moment.mixture.means[0] + [0.5, 0.0])
    item.show(replace(moment, mixture=aside))
    ways = item._ways(frame, frame.pixels(aside.means))
    np.testing.assert_array_equal(ways[0][-1], frame.pixels(aside.means)[0])
    np.testing.assert_allclose(ways[0][0], way(now, 0)[0])
    assert len(ways[0]) == 2


def test_without_a_way_there_is_no_trail() -> None:
    assert not len(inked(drawn(TrailsItem(), run(""))))
    moved = edits.move_mean(0, np.array([3.0, 60.0]))(run())
    assert not len(inked(drawn(TrailsItem(), moved, frame=frame_of(moved))))
    assert not len(inked(drawn(EchoesItem(), moved, frame=frame_of(moved))))


def going_on(now: Snapshot, moves: FloatArray) -> Snapshot:
    """The same states, and then iterations (T, 2) in which all means stand that far from where they were."""
    states, last = list(now.document.states), now.document.states[-1]
    for i, move in enumerate(moves):
        moved = Mixture(last.standard.weights, last.standard.means + move, last.standard.covariances)
        states.append(last.changed(standard=moved, iteration=last.iteration + 1 + i))
    return replace(now, document=replace(now.document, states=tuple(states)), cursor=len(states) - 1)


def spiral(count: int, outwards: float) -> FloatArray:
    """Places that come closer and closer to each other, as those of EM do."""
    angle = np.sqrt(np.linspace(0.0, 100.0, count))
    return np.asarray(outwards * angle[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


def test_thousands_of_iterations_are_few_vertices() -> None:
    jumps = np.random.default_rng(0).normal(size=(3000, 2))
    long = going_on(run("EM" * 3), jumps)
    item, frame = TrailsItem(), frame_of(long)
    pixels = drawn(item, long, frame=frame)
    assert long.mixture is not None
    ways = item._ways(frame, frame.pixels(long.mixture.means))
    assert sum(map(len, ways)) <= 4000
    assert len(inked(pixels)) > 1000


def test_a_long_trail_leaves_out_nothing_that_can_be_seen() -> None:
    long = going_on(run("EM"), spiral(700, 0.01))
    item, frame = TrailsItem(), frame_of(long)
    drawn(item, long, frame=frame)
    assert long.mixture is not None
    for component, line in enumerate(item._ways(frame, frame.pixels(long.mixture.means))):
        assert distances(way(long, component), line).max() <= SPACING


def distances(points: FloatArray, line: FloatArray) -> FloatArray:
    """How far each point (n, 2) is from a line (m, 2)."""
    start, along = line[:-1], np.diff(line, axis=0)
    gaps = points[:, None] - start
    share = np.clip((gaps * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-300), 0.0, 1.0)
    return np.asarray(np.hypot(*np.moveaxis(gaps - share[..., None] * along, 2, 0)).min(axis=1))


def test_a_trail_that_was_watched_is_the_same_as_one_seen_late() -> None:
    long = going_on(run("EM" * 3), spiral(600, 0.01))
    frame, watching = frame_of(long), TrailsItem()
    for cursor in (250, 500, 100, long.cursor):
        watched = drawn(watching, replace(long, cursor=cursor), frame=frame)
    np.testing.assert_array_equal(watched, drawn(TrailsItem(), long, frame=frame))
    other = going_on(run("EM" * 3), spiral(600, -0.02))
    np.testing.assert_array_equal(
        drawn(watching, other, frame=frame), drawn(TrailsItem(), other, frame=frame)
    )


def test_echoes_are_where_the_ellipses_were() -> None:
    now = run()
    frame = frame_of(now)
    echoes = drawn(EchoesItem(), now, frame=frame)
    strengths = []
    for index in (0, 1, 2, 4, 8):
        then = replace(now, cursor=2 * index)
        lone = drawn(EllipsesItem(), then, frame=frame)
        line = np.abs(lone - 255.0).max(axis=2) > 200  # the middle of the strokes
        assert line.sum() > 200
        seen = np.abs(echoes - 255.0).max(axis=2)[line]
        assert (seen > 20).mean() > 0.8
        strengths.append(float(seen.max()))
    assert strengths[0] < strengths[-1]


def test_echoes_of_many_components_are_fewer() -> None:
    k = 50
    now = at(*(0.01 * np.eye(2),) * k, means=np.random.default_rng(1).uniform(1, 3, size=(k, 2)))
    first = now.document.states[0]
    states = [first, *(first.changed(iteration=i, stage=Stage.AFTER_M) for i in range(1, 200))]
    view = replace(now.view, layers=now.view.layers | {"echoes"})
    long = replace(now, document=replace(now.document, states=tuple(states)), cursor=199, view=view)
    item = EchoesItem()
    drawn(item, long)
    assert list(item._shapes) == [0, 128]


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("item", [EllipsesItem, PrincipalAxesItem, TrailsItem, EchoesItem])
@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
def test_pictures_are_the_same_at_any_device_pixel_ratio(item: type[Item], ratio: float) -> None:
    now = run()
    coarse = drawn(item(), now, frame=frame_of(now))
    fine = drawn(item(), now, frame=replace(frame_of(now), ratio=ratio))
    height, width, _ = fine.shape
    assert (width, height) == (round(600 * ratio), round(400 * ratio))
    shares = [
        np.array(
            [
                [(np.abs(p - 255).max(axis=2) > 60).mean() for p in np.array_split(row, 6, axis=1)]
                for row in np.array_split(picture, 4, axis=0)
            ]
        )
        for picture in (coarse, fine)
    ]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.02)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast", "contrast-dark"])
def test_every_layer_of_the_model_shows_on_every_ground(qtbot: Any, theme: str) -> None:
    base = run(theme=theme)
    for key in ("ellipses", "means", "axes", "trails", "echoes"):
        bare = replace(base, view=replace(base.view, layers=frozenset()))
        with_it = replace(base, view=replace(base.view, layers=frozenset({key})))
        assert painted(shown(qtbot, bare)) != painted(shown(qtbot, with_it)), key


def test_a_drawing_has_them_as_lines(qtbot: Any, tmp_path: Path) -> None:
    now = run()
    shapes = []
    for layers in (frozenset[str](), frozenset({"axes", "trails", "echoes"})):
        canvas = shown(qtbot, replace(now, view=replace(now.view, layers=layers)))
        file = tmp_path / f"{len(layers)}.svg"
        assert svg_written(canvas, file, 600, 400)
        text = file.read_text(encoding="utf-8")
        assert "<image" not in text
        shapes.append(len(re.findall(r"<(path|polyline|line|ellipse|circle)\b", text)))
    assert shapes[1] > shapes[0] + 30
