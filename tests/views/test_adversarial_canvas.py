"""Pictures of data and models that break programs, and hands that are disturbed in the midst of a drag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.overrides import guard_overrides
from gmmviewer.scene.ellipses import EllipseLevel
from gmmviewer.session import edits
from gmmviewer.session.choices import (
    LAYERS,
    THEMES,
    BinRule,
    Brush,
    DrawTool,
    MouseMode,
    PointStyle,
    SelectTool,
    Uncertainty,
    ViewChoices,
)
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views import paper
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.handles import Model
from gmmviewer.views.items.means import MeansItem
from tests.app.conftest import Desk
from tests.helpers import strange
from tests.helpers.invariants import assert_sound
from tests.helpers.renderer import Renderer
from tests.helpers.strange import LINE, PLANE, answered, groups, known, stepped
from tests.views.canvas_states import blobs, drag, hover, old_faithful, painted, rendered, send, shown, wheel

PRESS, MOVE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
RELEASE, DOUBLE = QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
ALL = frozenset(layer.key for layer in LAYERS)
CASES = [(2, name) for name in PLANE] + [(1, name) for name in LINE]

# Every value of every choice at least once, every theme, and each target in two of them.
LOOKS: tuple[dict[str, Any], ...] = (
    {"theme": "light"},
    {
        "theme": "dark",
        "point_style": PointStyle.PIES,
        "uncertainty": Uncertainty.SIZE,
        "log_density": True,
        "symbol_size": 0.5,
        "bin_rule": BinRule.BY_HAND,
        "bins": 1,
    },
    {
        "theme": "contrast",
        "point_style": PointStyle.SYMBOLS,
        "uncertainty": Uncertainty.SHADE,
        "counts": True,
        "jitter": True,
        "bin_rule": BinRule.BY_HAND,
        "bins": 1000,
    },
    {
        "theme": "contrast-dark",
        "presenter": True,
        "equal_aspect": True,
        "level": EllipseLevel("content", 0.999),
        "symbol_size": 3.0,
        "contents": (0.01, 0.9999),
        "counts": True,
        "log_density": True,
    },
)
SEEN = {
    2: ("points", "ellipses", "means", "field"),
    1: ("histogram", "rug", "means", "mixture", "posteriors"),
}


def canvas_of(qtbot: Any, snapshot: Snapshot, **view: Any) -> tuple[Canvas, Renderer]:
    canvas = shown(qtbot, edits.choose_view(**view)(snapshot))
    renderer = Renderer(canvas)
    canvas.show_snapshot(None, canvas.store.snapshot)
    return canvas, renderer


def look(canvas: Canvas, **choices: Any) -> None:
    """These view choices and otherwise those of a new user."""
    usual = ViewChoices()
    everything = {field.name: getattr(usual, field.name) for field in fields(usual)}
    canvas.store.apply(edits.choose_view(**{**everything, **choices}))


def pixels(image: QImage) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].copy()


# ---------------------------------------------------------------- pictures


def test_the_looks_show_every_theme() -> None:
    assert {choices["theme"] for choices in LOOKS} == set(THEMES)


@pytest.mark.parametrize(("d", "name"), CASES)
def test_everything_paints_on_screen_as_image_and_as_drawing(
    qtbot: Any, tmp_path: Path, d: int, name: str
) -> None:
    """Warnings of numpy and messages of Qt fail it as well."""
    canvas, renderer = canvas_of(qtbot, strange.strange(d, name), layers=ALL)
    for number, choices in enumerate(LOOKS):
        look(canvas, layers=ALL, **choices)
        if number % 2 == 0:
            renderer.answer()
            painted(canvas)
            assert paper.svg(canvas, tmp_path / "picture.svg", paper.Paper(360, 240))
            root = ElementTree.parse(tmp_path / "picture.svg").getroot()
            assert any(element.tag.endswith("}text") for element in root.iter())
        else:
            assert not rendered(canvas, 300, 220, 1.5).isNull()
    renderer.answer()
    painted(canvas)
    assert not renderer.waiting
    assert_sound(canvas.store.snapshot)


@pytest.mark.parametrize(("d", "name"), [(d, name) for d, name in CASES if name != "no points"])
def test_what_there_is_can_be_seen(qtbot: Any, d: int, name: str) -> None:
    canvas, _ = canvas_of(qtbot, strange.strange(d, name))
    look(canvas, layers=frozenset(), equal_aspect=name == "one axis vanishes beside the other")
    bare = {}
    for layer in SEEN[d]:
        for layers in (frozenset({layer}), frozenset()):
            canvas.store.apply(edits.choose_view(layers=layers))
            canvas.zoom_to_data()
            bare[bool(layers)] = pixels(rendered(canvas, 400, 260))
        assert (bare[True] != bare[False]).any(), f"nothing of the {layer} is to be seen"


@pytest.mark.parametrize(("d", "name"), CASES[::3])
def test_no_zoom_is_too_far(qtbot: Any, d: int, name: str) -> None:
    canvas, renderer = canvas_of(qtbot, strange.strange(d, name), layers=ALL)
    middle = np.array([300.0, 150.0])
    for factor in (1e-2, 1e-4, 1e-9, 1e12, 1e9, 1e100):
        canvas.zoom(factor, middle)
        canvas.pan(np.array([37.0, 11.0]))
        hover(canvas, 300.0, 150.0)
        renderer.answer()
        painted(canvas)
        low, high = np.array(canvas.ranges).T
        assert np.isfinite([low, high]).all()
        assert (low < high).all()


def test_densities_of_the_widest_data_fill_the_plot(qtbot: Any) -> None:
    """They are below 1e-150, and an axis once ended at 1e-140 at the lowest."""
    canvas, _ = canvas_of(qtbot, strange.strange(1, "the largest values"))
    top = canvas.ranges[1][1]
    assert 0.0 < top < 1e-148
    frame = canvas.frame()
    wheel(canvas, frame.left / 2, frame.top + 50, 1)
    assert canvas.ranges[1][1] == pytest.approx(top / 1.2)


# ---------------------------------------------------------------- a hand that is disturbed


def _look(_: Canvas) -> tuple[float, float]:
    return 300.0, 150.0


def _corner(canvas: Canvas) -> tuple[float, float]:
    return canvas.frame().left + 20.0, canvas.frame().top + 15.0


def _picked_point(canvas: Canvas) -> tuple[float, float]:
    canvas.store.apply(edits.pick(range(50)))
    place = canvas.pixels(canvas.store.snapshot.document.points.values[7:8])[0]
    return float(place[0]), float(place[1]) if len(place) == 2 else canvas.frame().bottom + 8.0


def _handle(kind: str) -> Callable[[Canvas], tuple[float, float]]:
    def find(canvas: Canvas) -> tuple[float, float]:
        model = Model.of(canvas)
        assert model is not None
        handle = next(handle for handle in model.handles if handle.kind == kind)
        return handle.x, handle.y

    return find


HANDS: dict[str, tuple[dict[str, Any], Callable[[Canvas], tuple[float, float]]]] = {
    "pan": ({"mode": MouseMode.LOOK}, _look),
    "spray": ({"mode": MouseMode.DRAW}, _look),
    "line": ({"mode": MouseMode.DRAW, "brush": Brush(DrawTool.LINE)}, _look),
    "erase": ({"mode": MouseMode.DRAW, "brush": Brush(DrawTool.ERASE)}, _look),
    "rectangle": ({"mode": MouseMode.SELECT}, _corner),
    "lasso": ({"mode": MouseMode.SELECT, "select_tool": SelectTool.LASSO}, _corner),
    "points": ({"mode": MouseMode.SELECT}, _picked_point),
    "mean": ({"mode": MouseMode.EDIT}, _handle("move")),
    "axis": ({"mode": MouseMode.EDIT}, _handle("resize")),
    "angle": ({"mode": MouseMode.EDIT}, _handle("rotate")),
    "add": ({"mode": MouseMode.EDIT}, _corner),
}
OTHER = {1: known(groups(d=1)), 2: blobs(40)}
EDITS: dict[str, Callable[[int], Edit]] = {
    "open": lambda d: edits.open_points(OTHER[d], k=3),
    "open other dimensions": lambda d: edits.open_points(old_faithful(3 - d), k=3),
    "clear": lambda _: edits.clear_points(),
    "more components": lambda _: edits.choose_model(k=5),
    "fewer components": lambda _: edits.choose_model(k=1),
    "another family": lambda d: edits.choose_model(covariance="VII" if d == 2 else "E"),
    "delete": lambda _: edits.delete_points(range(100)),
    "remove a component": lambda _: edits.remove_components([0]),
}
DISTURBED = [(d, hand, what) for d in (2, 1) for hand in HANDS for what in EDITS if (d, hand) != (1, "angle")]


class Drag:
    """A drag over old faithful in steps; the model thread answers when it is told to."""

    def __init__(self, qtbot: Any, d: int, hand: str) -> None:
        view, start = HANDS[hand]
        first = edits.choose_view(**view)(stepped(old_faithful(d), 3, k=2, max_iterations=5))
        self.canvas, self.renderer = canvas_of(qtbot, first)
        self.store = self.canvas.store
        self.first = first.document
        self.x, self.y = start(self.canvas)
        send(self.canvas, PRESS, self.x, self.y)
        self.steps = 0
        self.go_on()

    def go_on(self) -> None:
        """Move on, as two turns of the event loop."""
        for _ in range(3):
            self.steps += 1
            send(self.canvas, MOVE, self.x + 8.0 * self.steps, self.y + 5.0 * self.steps)
            self.canvas._flush()
        self.answer()

    def answer(self) -> None:
        now = answered(self.store.snapshot)
        self.store.apply(lambda _: now)
        self.renderer.answer()

    def end(self) -> None:
        send(self.canvas, RELEASE, self.x + 8.0 * self.steps, self.y + 5.0 * self.steps)
        self.answer()
        assert_sound(self.store.snapshot)
        painted(self.canvas)
        assert self.canvas._hand.gesture is None

    def undo_all(self) -> None:
        while self.store.history.undo:
            self.store.undo()
        assert self.store.snapshot.document is self.first


@pytest.mark.parametrize(("d", "hand", "what"), DISTURBED)
def test_what_somebody_does_in_the_midst_of_a_drag_stays(qtbot: Any, d: int, hand: str, what: str) -> None:
    """A data set that has been read, K by a key: the rest of the drag must not take it back."""
    dragging = Drag(qtbot, d, hand)
    dragging.store.apply(EDITS[what](d), what)
    dragging.answer()
    then = dragging.store.snapshot.document
    dragging.go_on()
    dragging.end()
    now = dragging.store.snapshot.document
    assert now.model == then.model
    assert now.points.name is then.points.name
    if hand not in ("spray", "line", "erase", "points"):
        assert now.points is then.points
    dragging.undo_all()


@pytest.mark.parametrize(("d", "hand"), [(d, hand) for d, hand, what in DISTURBED if what == "open"])
def test_what_is_undone_in_the_midst_of_a_drag_stays_undone(qtbot: Any, d: int, hand: str) -> None:
    dragging = Drag(qtbot, d, hand)
    dragging.store.undo()
    assert dragging.store.snapshot.document is dragging.first
    dragging.go_on()
    dragging.end()
    assert dragging.store.snapshot.document is dragging.first
    assert not dragging.store.history.undo


@pytest.mark.parametrize(("d", "hand"), [(d, hand) for d, hand, what in DISTURBED if what == "open"])
def test_modes_views_and_runs_do_not_break_a_drag(qtbot: Any, d: int, hand: str) -> None:
    """Keys go on working: modes, a run, a step, the way back, another size of the window."""
    dragging = Drag(qtbot, d, hand)
    for edit in (
        edits.choose_mode(MouseMode.DRAW),
        edits.choose_view(theme="dark", presenter=True, log_density=True),
        edits.want_halves(3),
        edits.seek(0),
        edits.run(),
    ):
        dragging.store.apply(edit)
        dragging.go_on()
        assert_sound(dragging.store.snapshot)
    dragging.canvas.resize(400, 300)
    dragging.go_on()
    dragging.end()
    assert dragging.store.snapshot.view.mode is MouseMode.DRAW


@pytest.mark.parametrize(("d", "hand"), [(d, hand) for d, hand, what in DISTURBED if what == "open"])
def test_other_buttons_and_the_wheel_do_not_disturb_a_drag(qtbot: Any, d: int, hand: str) -> None:
    dragging = Drag(qtbot, d, hand)
    canvas, ranges = dragging.canvas, dragging.canvas.ranges
    gesture = canvas._hand.gesture
    for button in (RIGHT, Qt.MouseButton.MiddleButton):
        send(canvas, PRESS, 200, 100, button)
        send(canvas, RELEASE, 200, 100, button)
    wheel(canvas, 300, 150, 3)
    assert canvas._hand.gesture is gesture
    assert canvas.ranges == ranges
    before = dragging.store.snapshot.document
    for place in ((-500.0, -500.0), (5000.0, 3000.0)):  # out of the window with the button down
        send(canvas, MOVE, *place)
        canvas._flush()
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    dragging.go_on()
    dragging.end()
    assert len(dragging.store.history.undo) == (before is not dragging.first)
    dragging.undo_all()


@pytest.mark.parametrize("mode", list(MouseMode))
@pytest.mark.parametrize("d", [1, 2])
def test_double_clicks_are_clicks(qtbot: Any, mode: MouseMode, d: int) -> None:
    canvas, _ = canvas_of(qtbot, stepped(old_faithful(d), 3, k=2), mode=mode)
    canvas.zoom(0.5, np.array([300.0, 150.0]))
    send(canvas, PRESS, 300, 150)
    send(canvas, RELEASE, 300, 150)
    send(canvas, DOUBLE, 300, 150)
    send(canvas, RELEASE, 300, 150)
    assert canvas._hand.gesture is None
    assert len(canvas.store.history.undo) == (2 if mode is MouseMode.DRAW else 0)


def test_a_stroke_over_a_run_is_one_undo(qtbot: Any) -> None:
    """It once was as many as the run showed states, and Esc took back the last part of it at most."""
    desk = Desk(qtbot, open_builtin("old_faithful", seed=1))
    store, canvas = desk.window.store, desk.canvas
    endless = edits.choose_model(tolerance=0.0, max_iterations=1_000_000)
    store.apply(edits.both(endless, edits.choose_view(mode=MouseMode.DRAW, speed="fastest")))
    for ends in (False, True):
        desk.press(Qt.Key.Key_R, settle=False)
        desk.until(lambda now: now.activity.running and len(now.document.states) > 2)
        before, place = len(store.history.undo), desk.pixel(3.0, 60.0)
        QTest.mousePress(canvas, LEFT, pos=place)
        for step in range(1, 5):
            QTest.mouseMove(canvas, place + QPoint(15 * step, 5 * step))
            canvas._flush()
            desk.until(lambda now: len(now.document.states) > 2)
        labels = [entry.label for entry in store.history.undo[before:]]
        assert labels == ["Draw points", "Run"]
        assert desk.snapshot.document.points.n > 280
        if not ends:
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
            assert desk.snapshot.document.points.n == 272
            assert len(store.history.undo) == before
        QTest.mouseRelease(canvas, LEFT, pos=place)
    store.undo()
    store.undo()
    assert desk.snapshot.document.points.n == 272
    desk.close()


def test_a_fault_while_painting_is_survived(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A painter left on a picture would take the program along when the picture goes."""
    canvas, _ = canvas_of(qtbot, strange.strange(2, "a lattice"))
    sound = painted(canvas)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(MeansItem, "paint", broken)
        for picture in (canvas.grab, lambda: rendered(canvas, 300, 200)):
            look(canvas, theme="dark")
            with pytest.raises(ZeroDivisionError):
                picture()
    look(canvas)
    assert painted(canvas) == sound


class Nobody:
    """Takes care of no widget."""

    def addWidget(self, _widget: object) -> None:
        """It dies in the test."""


@pytest.mark.parametrize("hand", ["mean", "spray", "rectangle", "pan"])
def test_a_canvas_that_is_gone_hears_nothing(qtbot: Any, hand: str) -> None:
    """Closed in the midst of a drag: a move that was noted is not done any more."""
    dragging = Drag(Nobody(), 2, hand)
    store, before = dragging.store, dragging.store.snapshot
    send(dragging.canvas, MOVE, dragging.x + 90.0, dragging.y + 60.0)
    dragging.canvas.close()
    dragging.canvas.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(dragging.canvas)
    assert store.snapshot is before
    store.apply(edits.choose_model(k=4), "K")


@pytest.mark.parametrize("mode", list(MouseMode))
def test_a_window_may_close_in_the_midst_of_a_drag(qtbot: Any, mode: MouseMode) -> None:
    """Its threads end, and nothing is left behind."""
    desk = Desk(qtbot, open_builtin("old_faithful", seed=1))
    desk.window.store.apply(edits.choose_mode(mode))
    desk.press(Qt.Key.Key_Space)
    place = desk.pixel(*desk.snapshot.mixture.means[0])
    QTest.mousePress(desk.canvas, LEFT, pos=place)
    QTest.mouseMove(desk.canvas, place + QPoint(30, 20))
    desk.canvas._flush()
    desk.press(Qt.Key.Key_R, settle=False)
    QTest.mouseMove(desk.canvas, place + QPoint(60, 40))
    desk.close()


def test_the_canvas_of_other_dimensions_takes_no_mouse(qtbot: Any) -> None:
    """Where a data set took its place in the midst of a drag, it still gets the moves of the mouse."""
    canvas, _ = canvas_of(qtbot, stepped(old_faithful(), 3, k=2), mode=MouseMode.SELECT)
    drag(canvas, (200, 100), (250, 150), release=False)
    canvas.store.apply(edits.open_points(old_faithful(1), k=2), "Open")
    before = answered(canvas.store.snapshot)
    canvas.store.apply(lambda _: before)
    for mode in MouseMode:
        canvas.store.apply(edits.choose_mode(mode))
        send(canvas, MOVE, 260, 160)
        send(canvas, RELEASE, 260, 160)
        send(canvas, DOUBLE, 260, 160)
        drag(canvas, (200, 100), (250, 150))
    assert canvas.store.snapshot.document is before.document


@pytest.fixture(autouse=True)
def _overrides(qapp: QApplication) -> None:
    """An error fails a test instead of killing all of them."""
    guard_overrides()
