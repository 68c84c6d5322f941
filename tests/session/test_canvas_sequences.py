"""Random sequences of hands, edits, answers and journeys through the trace, before both canvases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gmmviewer.app.overrides import guard_overrides
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.families import families
from gmmviewer.session import edits
from gmmviewer.session.choices import (
    LAYERS,
    THEMES,
    Brush,
    DrawTool,
    MouseMode,
    PointStyle,
    SelectTool,
    Uncertainty,
)
from gmmviewer.session.document import Document
from gmmviewer.session.edits import Edit
from gmmviewer.session.history import History, Run
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas, canvas_for
from tests.helpers.invariants import assert_sound
from tests.helpers.renderer import Renderer
from tests.helpers.strange import answered, groups, known, stepped
from tests.views.canvas_states import HEIGHT, WIDTH, painted, send, wheel

ACTIONS = 40
EVERY = 10  # actions between comparisons with canvases that have seen nothing else
# A badge stays where it was while there is room: where it is depends on what was seen before.
COMPARED = sorted({layer.key for layer in LAYERS} - {"means"})
FAMILIES = [(family.letters, d) for d in (1, 2) for family in families(d)]
PRESS, MOVE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
RELEASE = QEvent.Type.MouseButtonRelease


class Scene:
    """A store, the canvases that follow it, and somebody who does anything."""

    def __init__(self, covariance: str, d: int, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        first = stepped(known(groups(40, d)), 3, k=3, covariance=covariance)
        self.store = Store(edits.choose_view(layers=frozenset(COMPARED), motion=False)(first))
        self.canvases = {dimensions: canvas_before(self.store, dimensions) for dimensions in (1, 2)}
        for canvas, _ in self.canvases.values():
            self.store.changed.connect(canvas.show_snapshot)
        self.undos: list[tuple[Document, int]] = []
        self.redos: list[tuple[Document, int]] = []
        self.log: list[str] = []
        self.before = self.now
        often = (self.step, self.drag, self.drag, self.drag, self.undo, self.seek, self.view)
        seldom = (
            self.redo,
            self.parameters,
            self.operate,
            self.points,
            self.pick,
            self.zoom,
            self.choose,
            self.open,
            self.clear,
            self.answer_one,
        )
        self.tricks: tuple[Callable[[], None], ...] = (*often, *often, *seldom)

    # ------------------------------------------------------------ what there is

    @property
    def now(self) -> Snapshot:
        return self.store.snapshot

    @property
    def canvas(self) -> Canvas:
        return self.canvases[self.now.document.points.d][0]

    def any_of(self, things: Any) -> Any:
        return things[int(self.chance.integers(len(things)))]

    def place(self) -> Any:
        d = self.now.document.points.d
        return 8.0 * self.chance.normal(size=d)

    def component(self) -> int:
        return int(self.chance.integers(self.now.document.model.k + 1))  # one of them is not there

    def rows(self) -> Any:
        return self.chance.integers(0, 50, size=int(self.chance.integers(1, 12)))

    # ------------------------------------------------------------ doing

    def act(self) -> None:
        trick = self.any_of(self.tricks)
        self.log.append(trick.__name__)
        self.before, depth = self.now, len(self.store.history.undo)
        trick()
        if trick not in (self.undo, self.redo):
            after = len(self.store.history.undo)
            assert after <= depth + 1, "one action, more than one undo"
            if after > depth:
                self.undos.append((self.before.document, self.before.cursor))
                self.redos.clear()
        if self.chance.random() < 0.7:
            self.answer()

    def do(self, edit: Edit, label: str | None = None) -> None:
        self.store.apply(edit, label)

    def answer(self) -> None:
        done = answered(self.now)
        if done is not self.now:
            self.do(lambda _: done)

    def step(self) -> None:
        self.do(edits.want_halves(int(self.chance.integers(1, 4))))

    def seek(self) -> None:
        self.do(edits.seek(int(self.chance.integers(0, 8))))

    def undo(self) -> None:
        before = self.now
        self.store.undo()
        self._went(self.undos, self.redos, before)

    def redo(self) -> None:
        before = self.now
        self.store.redo()
        self._went(self.redos, self.undos, before)

    def _went(self, there: list[Any], back: list[Any], before: Snapshot) -> None:
        if not there:
            assert self.now is before
            return
        document, cursor = there.pop()
        assert self.now.document is document, "another document than before the action"
        assert self.now.cursor == cursor
        back.append((before.document, before.cursor))

    def drag(self) -> None:
        """By the mouse, in any mode, sometimes taken back by Esc, sometimes with answers in between."""
        self.answer()  # what comes before the first edit of a drag is none of its
        self.before = self.now
        tool, enclose = self.any_of(list(DrawTool)), self.any_of(list(SelectTool))
        brush = Brush(tool, label=self.any_of([None, 0, 2]))
        self.do(edits.choose_view(mode=self.any_of(list(MouseMode)), brush=brush, select_tool=enclose))
        canvas, frame = self.canvas, self.canvas.frame()
        ways = self.chance.uniform(0.0, 1.0, size=(5, 2)) * [frame.width, frame.height]
        ways += [frame.left, frame.top]
        before, depth = self.now.document, len(self.store.history.undo)
        mixture = self.now.mixture
        if mixture is not None and self.chance.random() < 0.7:
            grip = canvas.pixels(mixture.means[:1])[0]
            ways[0] = np.append(grip, frame.bottom - 20.0)[:2]
        send(canvas, PRESS, *ways[0].tolist())
        for x, y in ways[1:].tolist():
            send(canvas, MOVE, x, y)
            if self.chance.random() < 0.7:
                canvas._flush()
            if self.chance.random() < 0.3:
                self.answer()
        if self.chance.random() < 0.25 and canvas._hand.gesture is not None:
            canvas._hand.cancel()
            assert len(self.store.history.undo) == depth
            if self.store.history.redo == () and self.redos:
                self.redos.clear()
            assert answered(self.now).document.points is before.points
        send(canvas, RELEASE, *ways[-1].tolist())

    def parameters(self) -> None:
        k, d = self.component(), self.now.document.points.d
        edit = self.any_of(
            [
                edits.set_weight(k, float(self.chance.random())),
                edits.set_component(k, mean=self.place()),
                edits.set_covariance(k, np.diag(self.chance.uniform(0.01, 9.0, size=d))),
                edits.equalise_weights(),
                edits.toggle_lock("means", frozenset({0})),
                edits.tie_weights(bool(self.chance.random() < 0.5)),
            ]
        )
        self.do(edit, "Edit")

    def operate(self) -> None:
        k = self.component()
        edit = self.any_of(
            [
                edits.split_component(k),
                edits.duplicate_component(k),
                edits.remove_components([k]),
                edits.merge_components(sorted({0, k})),
                edits.add_component(self.place(), np.eye(self.now.document.points.d)),
            ]
        )
        if k < self.now.document.model.k < 6 and self.now.parameters is not None:
            self.do(edit, "Operate")

    def points(self) -> None:
        rows, d = self.rows(), self.now.document.points.d
        edit = self.any_of(
            [
                edits.add_points([self.place()], 1),
                edits.delete_points(rows),
                edits.move_points(rows, self.place()),
                edits.jitter_points(rows, np.ones(d), 3),
                edits.duplicate_points(rows, np.ones(d)),
                edits.label_points(rows, self.any_of([None, 0, 1])),
            ]
        )
        self.do(edit, "Points")

    def pick(self) -> None:
        edit = self.any_of([edits.pick(self.rows()), edits.toggle_picks(self.rows()), edits.invert_picks()])
        self.do(edits.both(edit, edits.select([self.component()])))

    def view(self) -> None:
        change = self.any_of(
            [
                edits.choose_view(theme=self.any_of(THEMES)),
                edits.choose_view(point_style=self.any_of(list(PointStyle))),
                edits.choose_view(uncertainty=self.any_of(list(Uncertainty))),
                edits.choose_view(log_density=bool(self.chance.random() < 0.5), counts=True),
                edits.choose_view(equal_aspect=bool(self.chance.random() < 0.5)),
                edits.choose_view(jitter=bool(self.chance.random() < 0.5)),
                edits.toggle_layer(self.any_of(COMPARED)),
            ]
        )
        self.do(change)

    def zoom(self) -> None:
        wheel(
            self.canvas, *self.chance.uniform(0.0, 280.0, size=2).tolist(), int(self.chance.integers(-5, 6))
        )

    def choose(self) -> None:
        self.do(
            self.any_of(
                [
                    edits.choose_model(k=int(self.chance.integers(1, 6))),
                    edits.choose_model(algorithm=self.any_of(["EM", "hard", "stochastic", "annealed"])),
                    edits.choose_model(noise=bool(self.chance.random() < 0.5)),
                    edits.reset_to_start(),
                ]
            ),
            "Choose",
        )

    def open(self) -> None:
        d = self.any_of([1, 2])
        self.do(edits.open_points(known(groups(30, d, seed=int(self.chance.integers(5)))), k=2), "Open")

    def clear(self) -> None:
        if self.chance.random() < 0.3:
            self.do(edits.clear_points(), "Clear")

    def answer_one(self) -> None:
        """One picture comes, late perhaps."""
        for _, renderer in self.canvases.values():
            if renderer.waiting:
                renderer.answer_one()

    # ------------------------------------------------------------ always

    def check(self) -> None:
        assert_sound(self.now)
        assert len(self.store.history.undo) == len(self.undos)
        shown = self.canvas._shown
        assert shown is not None
        assert shown.points is self.now.document.points
        assert shown.standard is self.now.parameters
        assert shown.source is self.now.source
        assert shown.view == self.now.view
        assert shown.selection == self.now.selection
        assert shown.rows.tolist() == self.now.rows.tolist()
        assert (shown.mixture is None) == (self.now.mixture is None)
        if shown.mixture is not None and self.now.mixture is not None:
            assert np.array_equal(shown.mixture.means, self.now.mixture.means)
            assert np.array_equal(shown.mixture.covariances, self.now.mixture.covariances)

    def compare(self) -> None:
        """What is on screen is what a canvas would show that has seen nothing else."""
        canvas, renderer = self.canvases[self.now.document.points.d]
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
        painted(canvas)
        renderer.answer()
        fresh, other = canvas_before(self.store, canvas.dimensions)
        fresh.set_ranges(*canvas.ranges)
        painted(fresh)
        other.answer()
        seen, wanted = painted(canvas), painted(fresh)
        assert (seen == wanted) is True, "something of the past is still on screen"
        fresh.deleteLater()

    def close(self) -> None:
        """Whatever comes afterwards, nobody listens."""
        for canvas, _ in self.canvases.values():
            canvas.close()
            canvas.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.canvases.clear()
        self.do(edits.choose_model(seed=99), "Choose")
        self.answer()


def test_what_a_run_adds_in_the_midst_of_a_gesture_is_undone_with_it() -> None:
    hand, run, base = object(), Run(), stepped(known(groups(40)), 3, k=2)
    history = History()
    parts = (("Run", run), ("Draw", hand), ("Run", run), ("Run", Run()), ("Draw", hand), ("Run", run))
    for label, gesture in parts:
        history = history.record(base, label, gesture)
    assert [entry.label for entry in history.undo] == ["Run", "Draw", "Run"]
    taken_back = history.up_to(hand)
    assert taken_back is not None
    assert [entry.label for entry in taken_back.undo] == ["Run", "Draw"]
    history = history.record(base, "Change K")
    assert history.up_to(hand) is None
    history = history.record(base, "Draw", hand)
    assert [entry.label for entry in history.undo] == ["Run", "Draw", "Run", "Change K", "Draw"]


@pytest.mark.parametrize("d", [1, 2])
def test_pictures_that_had_not_come_are_asked_for_again_when_points_come_back(
    qapp: QApplication, d: int
) -> None:
    """Other dimensions took their place meanwhile; undo brings back the same objects, so nothing is new."""
    scene = Scene("VVV" if d == 2 else "V", d, seed=1)
    _, renderer = scene.canvases[d]
    many = PointSet.of(groups(60_000, d))  # too many for the GUI thread in either
    scene.do(edits.open_points(many, k=2), "Open")
    scene.answer()
    scene.do(edits.open_points(known(groups(30, 3 - d)), k=2), "Open")
    renderer.answer()  # to nobody
    scene.store.undo()
    scene.undos = [(scene.now.document, 0)]
    assert renderer.waiting
    scene.compare()
    scene.close()


def canvas_before(store: Store, d: int) -> tuple[Canvas, Renderer]:
    canvas = canvas_for(d, store)
    canvas.resize(WIDTH, HEIGHT)  # which ``painted`` paints
    renderer = Renderer(canvas)
    canvas.show_snapshot(None, store.snapshot)
    return canvas, renderer


@pytest.mark.parametrize(("covariance", "d"), FAMILIES)
def test_whatever_is_done_the_canvas_shows_the_snapshot(qapp: QApplication, covariance: str, d: int) -> None:
    guard_overrides()
    scene = Scene(covariance, d, seed=len(covariance) + 10 * FAMILIES.index((covariance, d)))
    try:
        for count in range(ACTIONS):
            scene.act()
            scene.check()
            if count % EVERY == EVERY - 1:
                scene.compare()
    except BaseException as fault:
        fault.add_note(f"after {scene.log}")
        raise
    scene.close()
