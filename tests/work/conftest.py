"""Desks: a store with the real driver and its thread, closed after every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from pytestqt.qtbot import QtBot

from gmmviewer.session.snapshot import Snapshot
from tests.helpers import build
from tests.helpers.desk import Desk


class MakeDesk(Protocol):
    """The signature of the fixture ``desk_with``."""

    def __call__(self, snapshot: Snapshot, *, done_first: bool = False) -> Desk: ...


@pytest.fixture
def desk_with(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeDesk]:
    """Makes desks from snapshots; at the end nothing unsound may have been shown."""
    made: list[Desk] = []

    def make(snapshot: Snapshot, *, done_first: bool = False) -> Desk:
        made.append(Desk(qtbot, monkeypatch, snapshot, done_first=done_first))
        return made[-1]

    yield make
    for desk in made:
        desk.close()
        assert not desk.seen.faults
        assert desk.gate.most_at_once <= 1, "more than one request in flight"


@pytest.fixture
def desk(desk_with: MakeDesk) -> Desk:
    """A desk on three clusters at K = 2 after its first E-step, with everything done."""
    made = desk_with(build.stepped(halves=1))
    made.settle()
    return made
