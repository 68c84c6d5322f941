"""The model in the hand: every drag by real mouse events, in the plane and on a line."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from gmmviewer.mixture import Mixture, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.density import mahalanobis
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, MouseMode
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.snapshot import Activity
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.gestures_model import TOO_MANY
from gmmviewer.views.handles import Handle, Model
from tests.mixture.family_members import assert_member
from tests.views.canvas_states import drag, hover, old_faithful, send, shown, snapshot

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
RELEASE = QEvent.Type.MouseButtonRelease
PLANE = families(2)
TURNING = [one for one in PLANE if one.decomposition[2] != "I"]
COUPLED = [one for one in PLANE if "E" in one.decomposition[:2]]


def letters_of(one: Any) -> str:
    return str(one.letters)


def plane(qtbot: Any, letters: str = "VVV", **view: Any) -> Canvas:
    """Old Faithful under a member of this family, in EDIT mode."""
    base = snapshot(old_faithful(), "EM", mode=MouseMode.EDIT, **view)
    model = replace(base.document.model, covariance=letters)
    canvas = shown(qtbot, replace(base, document=replace(base.document, model=model)))
    slanted, is_round = np.array([[0.15, 0.8], [0.8, 30.0]]), letters in ("EII", "VII", "scale-isotropic")
    wanted = 16.0 * np.eye(2) if is_round else slanted
    if is_round:
        canvas.set_ranges((-16.0, 24.0), (20.0, 120.0))
    canvas.store.apply(edits.set_covariance(0, wanted))
    canvas.store.apply(edits.set_covariance(1, wanted * 1.44))
    if family(letters, 2).shared_mean:
        canvas.store.apply(edits.move_mean(0, [3.0, 70.0]))
    return canvas


def line(qtbot: Any, **view: Any) -> Canvas:
    """Waiting times in EDIT mode."""
    return shown(qtbot, snapshot(old_faithful(1), "EMEM", mode=MouseMode.EDIT, **view))


def mixture_of(canvas: Canvas) -> Mixture:
    mixture = canvas.store.snapshot.mixture
    assert mixture is not None
    return mixture


def handle(canvas: Canvas, k: int, kind: str, axis: int = 0, side: float = 1.0) -> Handle:
    model = Model.of(canvas)
    assert model is not None
    kinds = [h for h in model.handles_of(k) if h.kind == kind]
    return next((h for h in kinds if (h.axis, h.side) == (axis, side)), kinds[0])


def outward(canvas: Canvas, grip: Handle, pixels: float) -> tuple[float, float]:
    """The place beyond a grip, seen from the mean."""
    x, y = canvas.pixels(mixture_of(canvas).means[grip.component][None])[0].tolist()
    length = math.hypot(grip.x - x, grip.y - y)
    share = (length + pixels) / length
    return x + share * (grip.x - x), y + share * (grip.y - y)


def distance(canvas: Canvas, k: int, pixel: tuple[float, float]) -> float:
    place: FloatArray = canvas.location(np.array(pixel))
    return float(mahalanobis(place[None], mixture_of(canvas))[0, k])


def labels(canvas: Canvas) -> list[str]:
    return [entry.label for entry in canvas.store.history.undo]


# ------------------------------------------------------------------ ellipses


@pytest.mark.parametrize("chosen", PLANE, ids=letters_of)
def test_the_grips_lie_on_the_ellipse_and_the_family_says_which(qtbot: Any, chosen: Any) -> None:
    canvas = plane(qtbot, chosen.letters)
    model = Model.of(canvas)
    for grip in model.handles_of(1):
        if grip.kind == "resize":
            assert distance(canvas, 1, (grip.x, grip.y)) == pytest.approx(2.0, rel=1e-6)
    kinds = [grip.kind for grip in model.handles_of(1)]
    assert kinds.count("resize") == 4
    assert kinds.count("rotate") == (chosen.decomposition[2] != "I")


@pytest.mark.parametrize("pixels", [-12.0, 25.0])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("chosen", PLANE, ids=letters_of)
def test_an_axis_is_dragged_to_the_cursor(
    qtbot: Any, chosen: Any, side: float, axis: int, pixels: float
) -> None:
    canvas = plane(qtbot, chosen.letters)
    before, grip = mixture_of(canvas), handle(canvas, 1, "resize", axis, side)
    to = outward(canvas, grip, pixels)
    drag(canvas, (grip.x, grip.y), (grip.x + 1, grip.y + 5), to)
    after = mixture_of(canvas)
    assert distance(canvas, 1, to) == pytest.approx(2.0, rel=1e-6)
    assert_member(chosen.decomposition, after.covariances, 1e-7)
    np.testing.assert_array_equal(after.means, before.means)
    np.testing.assert_array_equal(after.weights, before.weights)
    tied = "E" in chosen.decomposition[:2]
    assert np.array_equal(after.covariances[0], before.covariances[0]) != tied
    assert labels(canvas) == ["Resize component"]
    canvas.store.undo()
    np.testing.assert_array_equal(mixture_of(canvas).covariances, before.covariances)


@pytest.mark.parametrize("letters", ["VVV", "VEE", "VVI"])
def test_one_axis_alone_or_all_in_proportion_with_shift(qtbot: Any, letters: str) -> None:
    for keys, alone in ((Qt.KeyboardModifier.NoModifier, True), (SHIFT, False)):
        canvas = plane(qtbot, letters)
        grip, other = handle(canvas, 1, "resize", 0), handle(canvas, 1, "resize", 1)
        before = mixture_of(canvas).covariances[1]
        to = outward(canvas, grip, 40.0)
        drag(canvas, (grip.x, grip.y), to, modifiers=keys)
        after = mixture_of(canvas).covariances[1]
        assert distance(canvas, 1, to) == pytest.approx(2.0, rel=1e-6)
        kept = distance(canvas, 1, (other.x, other.y)) == pytest.approx(2.0, rel=1e-6)
        assert kept == alone
        same_form = np.allclose(after / after[0, 0], before / before[0, 0], rtol=1e-9)
        assert same_form != alone


@pytest.mark.parametrize("degrees", [-70.0, 30.0, 110.0])
@pytest.mark.parametrize("chosen", TURNING, ids=letters_of)
def test_the_long_axis_turns_with_the_cursor(qtbot: Any, chosen: Any, degrees: float) -> None:
    canvas = plane(qtbot, chosen.letters, equal_aspect=not chosen.compares_axes)
    before, grip = mixture_of(canvas), handle(canvas, 1, "rotate")
    unit = np.ones(2) if chosen.compares_axes else np.abs(canvas.per_pixel())
    arm = (canvas.location(np.array([grip.x, grip.y])) - before.means[1]) / unit
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    x, y = canvas.pixels((before.means[1] + unit * (turn @ arm))[None])[0].tolist()
    drag(canvas, (grip.x, grip.y), (x, y))
    after = mixture_of(canvas)
    seen = turn @ (before.covariances[1] / unit / unit[:, None]) @ turn.T
    expected = seen * unit * unit[:, None]
    np.testing.assert_allclose(after.covariances[1], expected, rtol=1e-6, atol=1e-8 * expected.max())
    assert_member(chosen.decomposition, after.covariances, 1e-7)
    assert labels(canvas) == ["Turn component"]


def test_shift_turns_in_steps(qtbot: Any) -> None:
    canvas = plane(qtbot, equal_aspect=True)
    grip = handle(canvas, 0, "rotate")
    drag(canvas, (grip.x, grip.y), (grip.x + 23, grip.y + 41), modifiers=SHIFT)
    axes = np.linalg.eigh(mixture_of(canvas).covariances[0])[1]
    angle = math.degrees(math.atan2(axes[1, 1], axes[0, 1]))
    assert angle / 15.0 == pytest.approx(round(angle / 15.0), abs=1e-5)


@pytest.mark.parametrize("chosen", COUPLED, ids=letters_of)
def test_what_is_tied_follows_while_the_mouse_moves(qtbot: Any, chosen: Any) -> None:
    canvas = plane(qtbot, chosen.letters)
    before, grip = mixture_of(canvas), handle(canvas, 1, "resize", 0)
    drag(canvas, (grip.x, grip.y), outward(canvas, grip, 30.0), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert not np.array_equal(mixture_of(canvas).covariances[0], before.covariances[0])
    send(canvas, RELEASE, grip.x, grip.y)


def test_a_tiny_ellipse_can_be_taken(qtbot: Any) -> None:
    canvas = plane(qtbot)
    canvas.store.apply(edits.set_covariance(1, np.diag([1e-6, 1e-4])))
    grip = handle(canvas, 1, "resize", 0)
    x, y = canvas.pixels(mixture_of(canvas).means[1][None])[0].tolist()
    assert math.hypot(grip.x - x, grip.y - y) == pytest.approx(18.0)
    before = mixture_of(canvas).covariances[1]
    drag(canvas, (grip.x, grip.y), outward(canvas, grip, 30.0))
    after = mixture_of(canvas).covariances[1]
    assert np.linalg.det(after) > 100 * np.linalg.det(before)
    grown = handle(canvas, 1, "resize", 0)
    assert math.hypot(grown.x - x, grown.y - y) == pytest.approx(30.0, rel=0.05)


# ------------------------------------------------------------------ means


def test_a_mean_follows_the_mouse_and_is_selected(qtbot: Any) -> None:
    canvas = plane(qtbot)
    centre, before = handle(canvas, 1, "move"), mixture_of(canvas)
    drag(canvas, (centre.x + 3, centre.y - 2), (centre.x + 43, centre.y + 28))
    moved = canvas.pixels(mixture_of(canvas).means)
    np.testing.assert_allclose(moved[1], [centre.x + 40, centre.y + 30], atol=1e-6)
    np.testing.assert_array_equal(mixture_of(canvas).means[0], before.means[0])
    assert canvas.store.snapshot.selection == (1,)
    assert labels(canvas) == ["Move mean"]


def test_back_where_it_began_nothing_has_changed(qtbot: Any) -> None:
    canvas = plane(qtbot)
    document, grip = canvas.store.snapshot.document, handle(canvas, 1, "move")
    drag(canvas, (grip.x, grip.y), (grip.x + 50, grip.y + 20), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert canvas.store.snapshot.document is not document
    send(canvas, QEvent.Type.MouseMove, grip.x, grip.y)
    send(canvas, RELEASE, grip.x, grip.y)
    np.testing.assert_array_equal(
        mixture_of(canvas).means,
        document.given.mixture.means * document.points.units.scale + document.points.units.centre,
    )


def test_a_trembling_click_moves_nothing(qtbot: Any) -> None:
    canvas = plane(qtbot)
    document, grip = canvas.store.snapshot.document, handle(canvas, 1, "move")
    drag(canvas, (grip.x, grip.y), (grip.x + 2, grip.y + 1))
    assert canvas.store.snapshot.document is document
    assert canvas.store.snapshot.selection == (1,)


# ------------------------------------------------------------------ adding and selecting


@pytest.mark.parametrize("chosen", PLANE, ids=letters_of)
def test_a_drag_beside_the_handles_adds_a_component(qtbot: Any, chosen: Any) -> None:
    canvas = plane(qtbot, chosen.letters)
    before, ranges = mixture_of(canvas), canvas.frame()
    drag(canvas, (140, 60), (150, 70), (180, 80))
    after = mixture_of(canvas)
    assert after.n_components == 3
    assert canvas.store.snapshot.document.model.k == 3
    if not chosen.shared_mean:
        np.testing.assert_allclose(canvas.pixels(after.means)[2], [140, 60], atol=1e-6)
    if "E" not in chosen.decomposition and not chosen.shared_mean:
        assert distance(canvas, 2, (180, 80)) == pytest.approx(2.0, rel=1e-6)
    assert_member(chosen.decomposition, after.covariances, 1e-7)
    np.testing.assert_array_equal(after.covariances[:2], before.covariances)
    np.testing.assert_allclose(after.weights, [*before.weights * 2 / 3, 1 / 3])
    assert canvas.store.snapshot.selection == (2,)
    assert canvas.frame() == ranges
    assert labels(canvas) == ["Add component"]
    canvas.store.undo()
    assert mixture_of(canvas).n_components == 2


def test_on_a_line_the_new_spread_is_the_length_of_the_drag(qtbot: Any) -> None:
    canvas = line(qtbot)
    drag(canvas, (300, 60), (330, 90), (345, 100))
    after = mixture_of(canvas)
    assert after.n_components == 3
    x, end = (float(canvas.location(np.array([at, 60.0]))[0]) for at in (300.0, 345.0))
    assert after.means[2, 0] == pytest.approx(x, rel=1e-12)
    assert math.sqrt(after.covariances[2, 0, 0]) == pytest.approx(end - x, rel=1e-9)


def test_a_drag_that_comes_back_adds_nothing(qtbot: Any) -> None:
    canvas = plane(qtbot)
    document = canvas.store.snapshot.document
    drag(canvas, (140, 60), (180, 80), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    assert mixture_of(canvas).n_components == 3
    send(canvas, QEvent.Type.MouseMove, 141, 60)
    send(canvas, RELEASE, 141, 60)
    assert canvas.store.snapshot.document is document


@pytest.mark.parametrize("d", [1, 2])
def test_escape_takes_every_drag_back(qtbot: Any, d: int) -> None:
    canvas = plane(qtbot) if d == 2 else line(qtbot)
    document = canvas.store.snapshot.document
    model = Model.of(canvas)
    for x, y in [(140.0, 60.0), *((h.x, h.y) for h in model.handles_of(1))]:
        drag(canvas, (x, y), (x + 21, y + 17), release=False)
        with qtbot.waitSignal(canvas.store.changed):
            pass
        assert canvas.store.snapshot.document is not document
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        assert canvas.store.snapshot.document is document
        assert canvas.store.snapshot.chosen == ()
        assert not canvas.store.history.undo
        assert not canvas.store.history.redo
        send(canvas, RELEASE, x, y)


def test_clicks_select_and_add_nothing(qtbot: Any) -> None:
    canvas = plane(qtbot)
    document = canvas.store.snapshot.document
    inside = [(h.x + 17, h.y) for h in (handle(canvas, k, "move") for k in range(2))]
    for places, keys, expected in (
        ([inside[0]], Qt.KeyboardModifier.NoModifier, (0,)),
        ([inside[1]], Qt.KeyboardModifier.NoModifier, (1,)),
        ([inside[0]], CONTROL, (0, 1)),
        ([inside[1]], CONTROL, (0,)),
        ([(140, 60)], Qt.KeyboardModifier.NoModifier, ()),
    ):
        drag(canvas, *places, modifiers=keys)
        assert canvas.store.snapshot.selection == expected
    assert canvas.store.snapshot.document is document


def test_of_two_on_the_same_place_the_selected_one_is_taken(qtbot: Any) -> None:
    canvas = plane(qtbot)
    canvas.store.apply(edits.move_mean(1, mixture_of(canvas).means[0]))
    for k in (1, 0):
        canvas.store.apply(edits.select((k,)))
        centre, before = handle(canvas, k, "move"), mixture_of(canvas).means
        drag(canvas, (centre.x, centre.y), (centre.x + 30, centre.y))
        assert mixture_of(canvas).means[k, 0] > before[k, 0]
        assert mixture_of(canvas).means[1 - k].tolist() == before[1 - k].tolist()
        canvas.store.undo()


def test_more_than_can_be_shown_is_refused_with_advice(qtbot: Any) -> None:
    canvas = plane(qtbot)
    for _ in range(LARGEST_K - 2):
        canvas.store.apply(edits.duplicate_component(0))
    document = canvas.store.snapshot.document
    drag(canvas, (140, 60), (180, 80))
    assert canvas.store.snapshot.document is document
    assert canvas.store.snapshot.notice.text == TOO_MANY


def test_a_hand_pauses_a_run(qtbot: Any) -> None:
    canvas = plane(qtbot)
    canvas.store.apply(lambda s: replace(s, activity=Activity(running=True)))
    centre = handle(canvas, 1, "move")
    drag(canvas, (centre.x, centre.y), (centre.x + 30, centre.y))
    assert not canvas.store.snapshot.activity.running


@pytest.mark.parametrize("d", [1, 2])
def test_without_a_model_the_mouse_does_nothing(qtbot: Any, d: int) -> None:
    base = snapshot(old_faithful(d), mode=MouseMode.EDIT)
    waiting = replace(base, document=replace(base.document, states=()), cursor=-1)
    canvas = shown(qtbot, waiting)
    hover(canvas, 300, 150)
    drag(canvas, (300, 150), (340, 170))
    assert canvas.store.snapshot is waiting


# ------------------------------------------------------------------ what is shown


def test_handles_appear_under_the_mouse(qtbot: Any) -> None:
    canvas = plane(qtbot)
    centre = handle(canvas, 1, "move")
    hover(canvas, centre.x + 20, centre.y + 3)
    overlay = canvas._overlay
    assert {grip.component for grip in overlay.grips} == {1}
    assert not any(grip.held for grip in overlay.grips)
    assert len(overlay.grips) == 5
    grip = handle(canvas, 1, "resize", 0)
    hover(canvas, grip.x + 4, grip.y)
    assert [(g.x, g.y) for g in canvas._overlay.grips if g.held] == [(grip.x, grip.y)]
    hover(canvas, 140, 60)
    assert not canvas._overlay.grips


def test_the_numbers_stand_beside_the_cursor(qtbot: Any) -> None:
    canvas = plane(qtbot)
    grip = handle(canvas, 1, "resize", 0)
    drag(canvas, (grip.x, grip.y), outward(canvas, grip, 20.0), release=False)
    with qtbot.waitSignal(canvas.store.changed):
        pass
    deviations = np.sqrt(np.diag(mixture_of(canvas).covariances[1]))
    lines = canvas._overlay.text.split("\n")
    assert lines[0] == f"SD eruptions {deviations[0]:.3f}"
    assert lines[1] == f"SD waiting {deviations[1]:.2f}"
    assert [g.kind for g in canvas._overlay.grips if g.held] == ["resize"]
    send(canvas, RELEASE, grip.x, grip.y)
    assert not canvas._overlay.text


def test_an_ellipse_in_hand_is_seen_though_ellipses_are_hidden(qtbot: Any) -> None:
    layers = frozenset(layer.key for layer in LAYERS if layer.shown) - {"ellipses"}
    canvas = plane(qtbot, layers=layers)
    centre = handle(canvas, 1, "move")
    hover(canvas, centre.x, centre.y)
    outline = canvas._overlay.outline
    assert len(outline) > 50
    for corner in outline[::10]:
        assert distance(canvas, 1, corner) == pytest.approx(2.0, rel=1e-6)


def test_the_cursor_says_what_can_be_done(qtbot: Any) -> None:
    shape = Qt.CursorShape
    canvas = plane(qtbot, "VVI")
    centre = handle(canvas, 1, "move")
    for place, expected in (
        ((centre.x, centre.y), shape.OpenHandCursor),
        ((140.0, 60.0), shape.CrossCursor),
        ((handle(canvas, 1, "resize", 0).x, centre.y), shape.SizeHorCursor),
        ((centre.x, handle(canvas, 1, "resize", 1).y), shape.SizeVerCursor),
    ):
        hover(canvas, *place)
        assert canvas.cursor().shape() is expected
    slanted = plane(qtbot, equal_aspect=False)
    grip = handle(slanted, 1, "resize", 0)
    hover(slanted, grip.x, grip.y)
    assert slanted.cursor().shape() in (shape.SizeBDiagCursor, shape.SizeHorCursor)


# ------------------------------------------------------------------ on a line


def peak_pixel(canvas: Canvas, k: int) -> tuple[float, float]:
    """Where the top of a curve is painted, from its formula."""
    mixture, frame = mixture_of(canvas), canvas.frame()
    deviation = math.sqrt(mixture.covariances[k, 0, 0])
    height = mixture.weights[k] / (deviation * math.sqrt(2 * math.pi))
    return float(frame.pixels_x(mixture.means[k, 0])), float(frame.pixels_y(np.array(height)))


VIEWS = [{}, {"counts": True}, {"log_density": True}, {"counts": True, "log_density": True}]


@pytest.mark.parametrize("view", VIEWS, ids=["density", "counts", "log", "log counts"])
@pytest.mark.parametrize(("dx", "dy"), [(25.0, 40.0), (-40.0, -12.0), (0.0, 60.0)])
def test_a_peak_is_exactly_under_the_cursor(qtbot: Any, view: dict[str, bool], dx: float, dy: float) -> None:
    canvas = line(qtbot, **view)
    x, y = peak_pixel(canvas, 1)
    before = mixture_of(canvas)
    drag(canvas, (x + 2, y + 3), (x + 10, y + 10), (x + dx, y + dy))
    np.testing.assert_allclose(peak_pixel(canvas, 1), [x + dx, y + dy], atol=1e-6)
    after = mixture_of(canvas)
    np.testing.assert_array_equal(after.covariances, before.covariances)
    assert after.means[0] == before.means[0]
    assert after.weights.sum() == pytest.approx(1.0)
    assert labels(canvas) == ["Move peak"]


def test_no_peak_rises_beyond_a_weight_of_one(qtbot: Any) -> None:
    canvas = line(qtbot)
    canvas.store.apply(edits.set_spread(1, 20.0))
    x, y = peak_pixel(canvas, 1)
    drag(canvas, (x, y), (x, 15.0))
    assert mixture_of(canvas).weights.tolist() == [0.0, 1.0]
    x, y = peak_pixel(canvas, 1)
    drag(canvas, (x, y), (x, (y + canvas.frame().bottom) / 2))
    np.testing.assert_allclose(mixture_of(canvas).weights, [0.5, 0.5])


def test_shift_holds_the_weight_or_the_mean(qtbot: Any) -> None:
    canvas = line(qtbot)
    before = mixture_of(canvas)
    x, y = peak_pixel(canvas, 1)
    drag(canvas, (x, y), (x + 30, y + 12), modifiers=SHIFT)
    assert mixture_of(canvas).weights.tolist() == before.weights.tolist()
    assert mixture_of(canvas).means[1] > before.means[1]
    canvas.store.undo()
    drag(canvas, (x, y), (x + 12, y + 30), modifiers=SHIFT)
    assert mixture_of(canvas).means.tolist() == before.means.tolist()
    assert mixture_of(canvas).weights[1] < before.weights[1]


@pytest.mark.parametrize("view", VIEWS, ids=["density", "counts", "log", "log counts"])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_flank_sets_the_spread_exactly(qtbot: Any, view: dict[str, bool], side: float) -> None:
    canvas = line(qtbot, **view)
    grip, before = handle(canvas, 1, "resize", 0, side), mixture_of(canvas)
    mean, deviation = float(before.means[1, 0]), math.sqrt(before.covariances[1, 0, 0])
    end = float(canvas.frame().pixels_x(np.array(mean + side * deviation)))
    assert grip.x == pytest.approx(end)
    to = (grip.x + side * 22.0, grip.y + 9.0)
    drag(canvas, (grip.x, grip.y), to)
    after = mixture_of(canvas)
    place = float(canvas.location(np.array(to))[0])
    assert math.sqrt(after.covariances[1, 0, 0]) == pytest.approx(abs(place - mean), rel=1e-9)
    np.testing.assert_array_equal(after.weights, before.weights)
    np.testing.assert_array_equal(after.means, before.means)
    assert labels(canvas) == ["Change spread"]


@pytest.mark.parametrize("letters", ["V", "E", "scale"])
def test_every_family_of_a_line(qtbot: Any, letters: str) -> None:
    base = snapshot(old_faithful(1), "EM", mode=MouseMode.EDIT)
    model = replace(base.document.model, covariance=letters)
    canvas = shown(qtbot, replace(base, document=replace(base.document, model=model)))
    if letters != "V":
        canvas.store.apply(edits.set_component(0, mean=[70.0], covariance=[[40.0]]))
    grip, before = handle(canvas, 1, "resize"), mixture_of(canvas)
    drag(canvas, (grip.x, grip.y), (grip.x + 25, grip.y))
    after = mixture_of(canvas)
    assert (after.covariances[0] == before.covariances[0]) != (letters == "E")
    x, y = peak_pixel(canvas, 1)
    drag(canvas, (x, y), (x - 20, y + 20))
    assert (mixture_of(canvas).means[0] == after.means[0]) != (letters == "scale")


def test_a_stem_moves_the_mean_alone(qtbot: Any) -> None:
    canvas = line(qtbot)
    before = mixture_of(canvas)
    x, y = peak_pixel(canvas, 0)
    low = (y + canvas.frame().bottom) / 2 + 20
    drag(canvas, (x, low), (x - 30, low - 25))
    after = mixture_of(canvas)
    assert float(canvas.frame().pixels_x(after.means[0, 0])) == pytest.approx(x - 30)
    np.testing.assert_array_equal(after.weights, before.weights)
    assert labels(canvas) == ["Move mean"]


def test_a_peak_above_the_plot_is_held_at_its_edge(qtbot: Any) -> None:
    canvas = line(qtbot)
    canvas.store.apply(edits.set_spread(1, 1.0))
    grip = handle(canvas, 1, "move")
    assert grip.y == canvas.frame().top
    drag(canvas, (grip.x, grip.y), (grip.x + 5, grip.y + 50))
    np.testing.assert_allclose(peak_pixel(canvas, 1), [grip.x + 5, grip.y + 50], atol=1e-6)


def test_clicks_on_curves_select(qtbot: Any) -> None:
    canvas = line(qtbot)
    for k in (0, 1):
        x, _ = peak_pixel(canvas, k)
        drag(canvas, (x + 15, canvas.frame().bottom - 4))
        assert canvas.store.snapshot.selection == (k,)
    drag(canvas, (300, canvas.frame().top + 5))
    assert canvas.store.snapshot.selection == ()
