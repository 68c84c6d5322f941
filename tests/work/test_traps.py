"""Traps of the tools underneath that have been fallen into before."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.app.collector import Collector
from gmmviewer.work.thread import WorkThread
from tests.helpers.waiting import until

EMITS = 5_000
ADVICE = "each emit leaks a reference: Python 3.11 dies of it after some hundred; use another PySide6"


class Emitter(QObject):
    """Signals of the kinds the program uses."""

    flag = Signal(bool)
    thing = Signal(object)
    pair = Signal(object, object)
    text = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        for signal, slot in (
            (self.flag, self.on_flag),
            (self.thing, self.on_thing),
            (self.pair, self.on_pair),
            (self.text, self.on_text),
        ):
            signal.connect(slot)

    @Slot(bool)
    def on_flag(self, _flag: bool) -> None:
        self.heard += 1

    @Slot(object)
    def on_thing(self, _thing: object) -> None:
        self.heard += 1

    @Slot(object, object)
    def on_pair(self, _one: object, _other: object) -> None:
        self.heard += 1

    @Slot(str)
    def on_text(self, _text: str) -> None:
        self.heard += 1


@pytest.mark.parametrize("watched", [True, False, None], ids=repr)
def test_signals_do_not_leak_references_to_constants(watched: object) -> None:
    emitter = Emitter()
    before = sys.getrefcount(watched)
    for _ in range(EMITS):
        emitter.flag.emit(True)
        emitter.flag.emit(False)
        emitter.thing.emit(watched)
        emitter.pair.emit(watched, None)
        emitter.text.emit("")
    assert emitter.heard == 5 * EMITS
    assert abs(sys.getrefcount(watched) - before) < EMITS / 10, ADVICE


def test_an_object_sent_by_a_signal_is_let_go_of() -> None:
    emitter, thing = Emitter(), object()
    before = sys.getrefcount(thing)
    for _ in range(100):
        emitter.thing.emit(thing)
        emitter.pair.emit(thing, thing)
    assert sys.getrefcount(thing) == before


# ---------------------------------------------------------------- the garbage collector


class Cycles:
    """Garbage that only the cyclic collector finds."""

    def __init__(self) -> None:
        self.me = self


def litter(count: int, _should_stop: object, _report: object) -> int:
    """Enough garbage for the automatic collector to run many times."""
    for _ in range(count):
        Cycles()
    return count


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """The thread of every collection that begins."""
    threads: list[int] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    gc.enable()  # as in the program; tests with threads have it off anyway
    made = Collector()
    yield made
    made.stop()


@pytest.fixture
def litterer(qtbot: QtBot) -> Iterator[WorkThread]:
    made = WorkThread(litter, "litter")
    yield made
    made.close()


def do_litter(qtbot: QtBot, thread: WorkThread, count: int = 50_000) -> None:
    thread.ask(count)
    until(qtbot, thread.answered, lambda: not thread.busy)


def test_a_worker_thread_would_collect_if_nobody_prevented_it(
    qtbot: QtBot, litterer: WorkThread, collections: list[int]
) -> None:
    gc.enable()
    do_litter(qtbot, litterer)
    assert set(collections) - {threading.get_ident()}, "then the tests below mean nothing"


def test_with_the_collector_no_worker_thread_ever_collects(
    qtbot: QtBot, collector: Collector, litterer: WorkThread, collections: list[int]
) -> None:
    do_litter(qtbot, litterer)
    assert not gc.isenabled()
    assert collections == []


def test_the_collector_collects_in_the_gui_thread_what_the_worker_left(
    qtbot: QtBot, collector: Collector, litterer: WorkThread, collections: list[int]
) -> None:
    do_litter(qtbot, litterer)
    waiting = gc.get_count()[0]
    collector._timer.start(0)
    until(qtbot, collector._timer.timeout, lambda: bool(collections))
    assert set(collections) == {threading.get_ident()}
    assert gc.get_count()[0] < waiting


def test_the_last_collector_gives_the_automatic_one_back(qtbot: QtBot, collector: Collector) -> None:
    other = Collector()
    other.stop()
    assert not other._timer.isActive()
    assert not gc.isenabled()
    collector.stop()
    assert not collector._timer.isActive()
    assert gc.isenabled()


def test_the_collector_does_not_collect_what_is_not_due(qtbot: QtBot, collector: Collector) -> None:
    gc.collect()
    threads: list[str] = []
    gc.callbacks.append(lambda phase, _info: threads.append(phase))
    collector.collect()
    gc.callbacks.pop()
    assert threads == []
