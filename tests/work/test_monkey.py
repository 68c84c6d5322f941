"""A monkey at the keys of a real driver: whatever it does and whenever, nothing unsound is shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gmmviewer.session import edits
from gmmviewer.session.choices import SPEEDS
from gmmviewer.work.requests import next_request
from tests.helpers import build
from tests.helpers.desk import Desk
from tests.helpers.waiting import until
from tests.work.conftest import MakeDesk

ACTIONS = 250


class Monkey:
    """Does something, and sometimes waits for what comes of it."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.chance = np.random.default_rng(seed)
        self.gesture = object()
        self.log: list[str] = []
        self.tricks: tuple[Callable[[], None], ...] = (
            self.step,
            self.step,
            self.seek,
            self.run,
            self.pause,
            self.drag,
            self.draw,
            self.erase,
            self.choose,
            self.pace,
            self.reset,
            self.undo,
            self.redo,
            self.give_up,
        )

    def act(self) -> None:
        trick = self.tricks[self.chance.integers(len(self.tricks))]
        self.log.append(trick.__name__)
        trick()
        patience = self.chance.random()
        if patience < 0.3:
            self.desk.until_answered()
        elif patience < 0.4 and not self.desk.snapshot.activity.running:
            self.desk.settle()

    def step(self) -> None:
        self.desk.do(edits.want_halves(int(self.chance.integers(1, 7))))

    def seek(self) -> None:
        self.desk.do(edits.seek(int(self.chance.integers(0, 20))))

    def run(self) -> None:
        self.desk.do(edits.run())

    def pause(self) -> None:
        self.desk.do(edits.pause(by_user=True))

    def drag(self) -> None:
        if self.chance.random() < 0.5:
            self.gesture = object()
        component = int(self.chance.integers(self.desk.snapshot.document.model.k))
        self.desk.do(
            edits.move_mean(component, self.chance.normal(size=2)), label="Move", gesture=self.gesture
        )

    def draw(self) -> None:
        self.desk.do(edits.add_points(self.chance.normal(size=(3, 2)) * 5), label="Draw")

    def erase(self) -> None:
        share = 1.0 if self.chance.random() < 0.1 else 0.2
        n = self.desk.snapshot.document.points.n
        self.desk.do(edits.erase_points(self.chance.random(n) < share), label="Erase")

    def choose(self) -> None:
        k = int(self.chance.integers(1, 6))
        self.desk.do(edits.choose_model(k=k, max_iterations=int(self.chance.integers(0, 30))), label="Choose")

    def pace(self) -> None:
        self.desk.do(edits.choose_view(speed=SPEEDS[self.chance.integers(len(SPEEDS))].key))

    def reset(self) -> None:
        self.desk.do(edits.reset_to_start(), label="Reset")

    def undo(self) -> None:
        self.desk.store.undo()

    def redo(self) -> None:
        self.desk.store.redo()

    def give_up(self) -> None:
        self.desk.driver.cancel()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_monkey_does_what_is_shown_is_sound(desk_with: MakeDesk, seed: int) -> None:
    desk = desk_with(build.snapshot(build.points(n=30)), done_first=seed % 2 == 0)
    monkey = Monkey(desk, seed)
    for _ in range(ACTIONS):
        monkey.act()
        assert not desk.seen.faults, monkey.log
    desk.do(edits.pause(), edits.choose_model(seed=12345), edits.add_points(build.points().values))
    desk.settle()
    assert next_request(desk.snapshot) is None
    assert desk.snapshot.state is not None
    assert desk.snapshot.failure is None
    before = len(desk.states)
    desk.do(edits.want_halves(2))
    desk.settle()
    assert len(desk.states) == before + 2
    assert desk.gate.most_at_once == 1


def test_a_run_can_be_undone_and_redone_at_any_moment(desk_with: MakeDesk) -> None:
    desk = desk_with(edits.choose_view(speed="fastest")(build.stepped(halves=1)))
    start = desk.snapshot.document
    for _ in range(15):
        desk.do(edits.run())
        until(desk.qtbot, desk.store.changed, lambda: len(desk.states) > 2)
        desk.store.undo()
        assert desk.snapshot.document is start
        desk.store.redo()
        assert len(desk.states) > 2
        desk.store.undo()
        desk.settle()
        assert desk.snapshot.document is start
