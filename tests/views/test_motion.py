"""Motion: steps glide and fade by a clock that the test turns, and everything else jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QProxyStyle, QStyle
from scipy.stats import multivariate_normal

from gmmviewer.mixture import Mixture, e_step, m_step, start_state
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.cloud import CloudPainter
from gmmviewer.scene.tween import between
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Activity, Snapshot
from gmmviewer.views.canvas import Canvas, Canvas2D
from gmmviewer.views.motion import FADE_MS, GLIDE_MS, Motion, ease_out, is_step, prefers_calm, wants_calm
from tests.views.canvas_states import blobs, hover, old_faithful, rendered, send, shown, snapshot, wheel

A = Mixture([0.5, 0.5], [[0, 0], [4, 4]], [np.eye(2), np.eye(2)])
B = Mixture([0.3, 0.7], [[1, 0], [4, 2]], [2 * np.eye(2), np.eye(2)])
C = Mixture([0.3, 0.7], [[9, 9], [4, 2]], [2 * np.eye(2), np.eye(2)])


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def motion(qapp: Any, clock: Clock) -> Iterator[Motion]:
    owner = QObject()  # a motion dies with its canvas
    yield Motion(owner, clock)
    owner.deleteLater()


def means(mixture: Mixture | None) -> FloatArray:
    assert mixture is not None
    return mixture.means


# ---------------------------------------------------------------- the motion itself


def test_a_glide_goes_from_here_to_there_and_ends(motion: Motion, clock: Clock) -> None:
    motion.glide(A, B)
    assert motion.mixture is A
    motion.advance(clock.now + GLIDE_MS / 2)
    np.testing.assert_array_equal(means(motion.mixture), between(A, B, ease_out(0.5)).means)
    motion.advance(clock.now + GLIDE_MS)
    assert motion.mixture is None
    assert not motion.moves()


def test_it_is_fast_away_and_slow_home() -> None:
    shares = np.array([ease_out(t) for t in np.linspace(0.0, 1.0, 50)])
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert (np.diff(shares) > 0).all()
    assert (np.diff(shares, 2) < 0).all()


def test_a_new_step_starts_from_where_the_picture_is(motion: Motion, clock: Clock) -> None:
    motion.glide(A, B)
    clock.now += 100.0
    motion.advance(clock.now)
    here = motion.mixture
    motion.glide(B, C)
    assert motion.mixture is here
    motion.advance(clock.now + GLIDE_MS - 1.0)  # nothing is queued: it takes no longer
    np.testing.assert_allclose(means(motion.mixture), C.means, atol=0.01)
    motion.advance(clock.now + GLIDE_MS)
    assert not motion.moves()


def test_colours_fade_while_ellipses_glide(motion: Motion, clock: Clock) -> None:
    motion.glide(A, B)
    motion.advance(clock.now + 50.0)
    clock.now += 50.0
    motion.fade()
    assert motion.faded == 0.0
    motion.advance(clock.now + FADE_MS / 4)
    assert motion.faded == pytest.approx(0.25)
    motion.advance(clock.now + FADE_MS)
    assert motion.faded == 1.0
    assert motion.mixture is not None
    motion.advance(clock.now + GLIDE_MS)
    assert not motion.moves()


def test_without_a_way_it_jumps(motion: Motion) -> None:
    motion.glide(A, Mixture([1.0], [[0, 0]], [np.eye(2)]))
    assert motion.mixture is None
    assert not motion.moves()


def test_stopping_is_arriving(motion: Motion, clock: Clock, qtbot: Any) -> None:
    motion.glide(A, B)
    motion.fade()
    motion.advance(clock.now + 10.0)
    with qtbot.waitSignal(motion.moved):
        motion.stop()
    assert (motion.mixture, motion.faded, motion.moves()) == (None, 1.0, False)
    with qtbot.assertNotEmitted(motion.moved):
        motion.stop()
        motion.advance(clock.now + 20.0)


def test_the_timer_turns_it_and_rests(motion: Motion, clock: Clock, qtbot: Any) -> None:
    motion.glide(A, B)
    clock.now += GLIDE_MS
    with qtbot.waitSignal(motion.moved):
        assert motion._timer.isActive()
    assert not motion.moves()
    assert not motion._timer.isActive()


# ---------------------------------------------------------------- what is a step

EDITS: dict[str, Callable[[Snapshot], Snapshot]] = {
    "points": edits.add_points([[3.0, 60.0]]),
    "hand": edits.move_mean(0, np.array([3.0, 60.0])),
    "family": edits.choose_model(covariance="EII"),
    "journey": edits.seek(0),
    "nothing": edits.notify("hello"),
    "view": edits.toggle_layer("means"),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_no_step(name: str) -> None:
    old = snapshot(old_faithful(), "EMEM")
    assert not is_step(old, EDITS[name](old))


def test_steps_and_steps_back() -> None:
    full = snapshot(old_faithful(), "EMEM")
    at = [replace(full, cursor=cursor) for cursor in range(5)]
    assert is_step(at[1], at[2])
    assert is_step(at[2], at[1])
    assert is_step(at[1], at[0])  # back to the start
    assert is_step(at[2], at[4])  # a whole iteration
    assert not is_step(at[0], at[3])
    assert not is_step(None, at[0])
    assert not is_step(at[1], replace(at[2], activity=Activity(running=True)))


def test_a_step_into_another_trace_is_none() -> None:
    old = snapshot(old_faithful(), "EM")
    other = snapshot(old_faithful(), "EME")
    document = replace(other.document, points=old.document.points, model=old.document.model)
    assert not is_step(old, replace(other, document=document))


def test_from_what_a_hand_made_forward_but_not_into_it() -> None:
    old = snapshot(old_faithful(), "EM")
    moved = edits.move_mean(0, np.array([3.0, 60.0]))(old)
    given = moved.document.given
    assert given is not None
    sample, state = old.document.points.sample, old.document.states[-1]
    by_hand = edits.evaluated(moved.document, _start(sample, given.mixture, state))(moved)
    assert not is_step(old, by_hand)
    assert not is_step(moved, by_hand)
    states = (*by_hand.document.states, e_step(by_hand.document.states[-1]))
    then = replace(by_hand, document=replace(by_hand.document, states=states), cursor=len(states) - 1)
    assert is_step(by_hand, then)


def _start(sample: Any, mixture: Mixture, state: Any) -> Any:
    return start_state(sample, mixture, state.plan, 2, state.source)


# ---------------------------------------------------------------- on the canvas


@pytest.fixture
def canvas(qtbot: Any, clock: Clock) -> Canvas:
    """A visible canvas after the first E-step, whose clock stands still."""
    return on_screen(qtbot, clock, snapshot(old_faithful(), "EMEM"), 1)


def on_screen(qtbot: Any, clock: Clock, of: Snapshot, cursor: int) -> Canvas:
    made = shown(qtbot, replace(of, cursor=cursor))
    made._motion.clock = clock
    with qtbot.waitExposed(made):
        made.show()
    picture(made)
    return made


def picture(canvas: Canvas) -> bytes:
    image = QImage(canvas.size(), QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    canvas.render(painter, QPoint())
    painter.end()
    return bytes(image.constBits())


def most_different(one: bytes, other: bytes) -> int:
    """The largest difference of two pictures in any pixel and colour."""
    first, second = (np.frombuffer(data, dtype=np.uint8).astype(int) for data in (one, other))
    return int(np.abs(first - second).max())


def step(canvas: Canvas) -> None:
    canvas.store.apply(edits.seek(canvas.store.snapshot.cursor + 1))


def painted_means(canvas: Canvas) -> FloatArray:
    assert isinstance(canvas, Canvas2D)
    assert canvas._painted_model is not None
    return means(canvas._painted_model.mixture)


def test_an_m_step_glides(canvas: Canvas, clock: Clock) -> None:
    start = means(canvas.store.snapshot.mixture)
    before = picture(canvas)
    step(canvas)
    end = means(canvas.store.snapshot.mixture)
    np.testing.assert_array_equal(painted_means(canvas), start)
    assert most_different(picture(canvas), before) <= 2  # a layer is rounded once more
    canvas._motion.advance(clock.now + 80.0)
    np.testing.assert_allclose(painted_means(canvas), start + ease_out(80.0 / GLIDE_MS) * (end - start))
    under_way = picture(canvas)
    canvas._motion.advance(clock.now + GLIDE_MS)
    np.testing.assert_array_equal(painted_means(canvas), end)
    assert most_different(under_way, before) > 20
    assert most_different(under_way, picture(canvas)) > 20


def test_numbers_are_those_of_the_state_all_the_way(canvas: Canvas, clock: Clock, qtbot: Any) -> None:
    step(canvas)
    canvas._motion.advance(clock.now + 40.0)
    with qtbot.waitSignal(canvas.hovered) as told:
        hover(canvas, 300.0, 200.0)
    at, mixture = told.args[0], canvas.store.snapshot.mixture
    assert canvas._motion.moves()
    assert at.density == pytest.approx(
        _density(mixture, canvas.location(np.array([300.0, 200.0]))), rel=1e-12
    )


def _density(mixture: Mixture | None, place: FloatArray) -> float:
    assert mixture is not None
    rows = zip(mixture.weights, mixture.means, mixture.covariances, strict=True)
    return float(sum(w * multivariate_normal(m, c).pdf(place) for w, m, c in rows))


def test_a_step_back_glides_back(canvas: Canvas, clock: Clock) -> None:
    step(canvas)
    canvas._motion.stop()
    here = means(canvas.store.snapshot.mixture)
    canvas.store.apply(edits.seek(1))
    np.testing.assert_array_equal(painted_means(canvas), here)
    canvas._motion.advance(clock.now + GLIDE_MS)
    np.testing.assert_array_equal(painted_means(canvas), means(canvas.store.snapshot.mixture))


def test_an_e_step_fades_the_colours(canvas: Canvas, clock: Clock) -> None:
    step(canvas)
    canvas._motion.stop()
    old = picture(canvas)
    step(canvas)
    first = picture(canvas)  # the new cloud is made, and not yet to be seen
    assert first == old
    assert canvas._motion.faded == 0.0
    canvas._motion.advance(clock.now + FADE_MS / 2)
    half = picture(canvas)
    canvas._motion.advance(clock.now + FADE_MS)
    assert len({old, half, picture(canvas)}) == 3
    assert not canvas._motion.moves()


def test_the_line_glides_as_well(qtbot: Any, clock: Clock) -> None:
    canvas = on_screen(qtbot, clock, snapshot(old_faithful(1), "EMEM"), 1)
    before = picture(canvas)
    step(canvas)
    assert most_different(picture(canvas), before) <= 2
    canvas._motion.advance(clock.now + 60.0)
    under_way = picture(canvas)
    canvas._motion.advance(clock.now + GLIDE_MS)
    assert most_different(under_way, before) > 20
    assert most_different(under_way, picture(canvas)) > 20


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9])
def test_equal_colours_do_not_flicker(canvas: Canvas, share: float) -> None:
    assert isinstance(canvas, Canvas2D)
    before, request = picture(canvas), canvas._cloud.answered
    assert request is not None
    canvas._cloud.accept(CloudPainter().paint(request))
    canvas._cloud.fade(share)
    assert most_different(picture(canvas), before) <= 1


def test_colours_that_come_late_fade_when_they_come(qtbot: Any, clock: Clock) -> None:
    canvas = on_screen(qtbot, clock, snapshot(blobs(40_000), "EMEM"), 2)
    assert isinstance(canvas, Canvas2D)
    _answer_one(canvas)
    picture(canvas)
    assert not canvas._motion.moves()
    step(canvas)
    assert not canvas._motion.moves()
    _answer_one(canvas)
    assert canvas._motion.moves()
    assert canvas._motion.faded == 0.0


def test_colours_of_an_older_step_do_not_use_up_the_fade(qtbot: Any, clock: Clock) -> None:
    canvas = on_screen(qtbot, clock, snapshot(blobs(40_000), "EMEM"), 0)
    assert isinstance(canvas, Canvas2D)
    _answer_one(canvas)
    step(canvas)
    step(canvas)
    step(canvas)  # two E-steps; the first one is still being painted
    _answer_one(canvas)
    assert canvas._motion.faded == 1.0
    _answer_one(canvas)
    assert canvas._motion.faded == 0.0


def _answer_one(canvas: Canvas2D) -> None:
    request = canvas._cloud._asked
    assert request is not None
    canvas.show_picture(request, CloudPainter().paint(request))


INTERRUPTIONS: dict[str, Callable[[Canvas], object]] = {
    "zoom": lambda canvas: canvas.zoom(1.2, np.array([300.0, 200.0])),
    "wheel": lambda canvas: wheel(canvas, 300.0, 200.0, 1),
    "pan": lambda canvas: canvas.pan(np.array([5.0, 5.0])),
    "press": lambda canvas: send(canvas, QEvent.Type.MouseButtonPress, 300.0, 200.0),
    "size": lambda canvas: canvas.resize(620, 420),
    "hidden": lambda canvas: canvas.hide(),
    "hand": lambda canvas: canvas.store.apply(edits.move_mean(0, np.array([3.0, 60.0])), "Move mean"),
    "points": lambda canvas: canvas.store.apply(edits.add_points([[3.0, 60.0]]), "Draw points"),
    "journey": lambda canvas: canvas.store.apply(edits.seek(0)),
    "components": lambda canvas: canvas.store.apply(edits.choose_model(k=3)),
    "data": lambda canvas: canvas.store.apply(edits.open_points(blobs(30))),
    "off": lambda canvas: canvas.store.apply(edits.choose_view(motion=False)),
    "image": lambda canvas: rendered(canvas, 300, 200),
}


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_it_can_be_interrupted(canvas: Canvas, clock: Clock, name: str) -> None:
    canvas.store.apply(edits.seek(3))
    canvas._motion.stop()
    step(canvas)
    canvas._motion.advance(clock.now + 40.0)
    assert canvas._motion.mixture is not None
    INTERRUPTIONS[name](canvas)
    assert canvas._motion.mixture is None
    if canvas.store.snapshot.mixture is not None:
        np.testing.assert_array_equal(painted_means(canvas), means(canvas.store.snapshot.mixture))


def test_what_changes_no_model_lets_it_go_on(canvas: Canvas) -> None:
    step(canvas)
    canvas.store.apply(edits.notify("hello"))
    canvas.store.apply(edits.toggle_layer("axes"))
    step(canvas)  # an E-step
    assert canvas._motion.mixture is not None


def test_a_run_does_not_glide(canvas: Canvas) -> None:
    canvas.store.apply(edits.seek(4))
    canvas._motion.stop()
    canvas.store.apply(edits.run())
    latest = canvas.store.snapshot.document.latest
    assert latest is not None
    points = canvas.store.snapshot.document.points
    assigned = e_step(latest)
    canvas.store.apply(edits.append_states(latest, (assigned, m_step(points.sample, assigned))))
    assert canvas.store.snapshot.cursor == 6
    assert not canvas._motion.moves()


def test_motion_can_be_switched_off(canvas: Canvas) -> None:
    canvas.store.apply(edits.choose_view(motion=False))
    step(canvas)
    step(canvas)
    assert not canvas._motion.moves()


def test_nothing_moves_where_nobody_sees_it(qtbot: Any) -> None:
    canvas = shown(qtbot, replace(snapshot(old_faithful(), "EM"), cursor=1))
    step(canvas)
    assert not canvas._motion.moves()


# ---------------------------------------------------------------- what the system wants


class CalmStyle(QProxyStyle):
    """The style of a system that wants no animations."""

    def styleHint(self, hint: QStyle.StyleHint, *rest: Any) -> int:
        return 0 if hint is QStyle.StyleHint.SH_Widget_Animation_Duration else super().styleHint(hint, *rest)


def test_a_system_without_animations_has_none_here(canvas: Canvas) -> None:
    assert not wants_calm(canvas)
    style = CalmStyle()
    canvas.setStyle(style)
    assert wants_calm(canvas)
    step(canvas)
    assert not canvas._motion.moves()


@pytest.mark.parametrize(("preference", "calm"), [(None, False), (0, False), (1, True)])
def test_accessibility_hints_are_heard_where_there_are_any(
    qapp: Any, preference: int | None, calm: bool
) -> None:
    hints = QObject()
    if preference is not None:
        hints.setProperty("motionPreference", preference)
    assert prefers_calm(hints) is calm
