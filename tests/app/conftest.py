"""A real window on a screen in memory, driven with keys and the mouse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.startup import FIRST_DATA, open_window
from gmmviewer.app.window import Window
from gmmviewer.mixture.state import FitState
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.canvas import Canvas
from tests.app.commands import code_of
from tests.helpers.waiting import settled, until

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """One window and the hands of the person before it.

    Tests hold the desk and not the window, so that nothing keeps a closed window alive.
    """

    def __init__(self, qtbot: QtBot, first: Edit) -> None:
        self._qtbot = qtbot
        self._window: Window | None = open_window(first)
        self.settle()

    @property
    def window(self) -> Window:
        """The window; it must still be open."""
        assert self._window is not None
        return self._window

    @property
    def snapshot(self) -> Snapshot:
        """Everything on screen, now."""
        return self.window.store.snapshot

    @property
    def state(self) -> FitState:
        """The state shown."""
        assert self.snapshot.state is not None
        return self.snapshot.state

    @property
    def canvas(self) -> Canvas:
        """The canvas on screen."""
        return self.window.canvas

    @property
    def notice(self) -> str:
        """The message on screen, "" for none; it is really there."""
        strip = self.window.notice
        return strip.text.text() if strip.isVisibleTo(self.window) else ""

    def press(self, *keys: Any, settle: bool = True) -> None:
        """Press keys where the focus is; each a ``Qt.Key`` or a pair of it and a modifier.

        ``settle``: wait after each key until everything is done that it asked for.
        """
        for key in keys:
            code, modifier = key if isinstance(key, tuple) else (key, Qt.KeyboardModifier.NoModifier)
            QTest.keyClick(self.window.windowHandle(), code, modifier)
            if settle:
                self.settle()

    def click(self, target: QWidget, at: QPoint | None = None) -> None:
        """Click with the left button, in the middle if nothing else is said, and wait for what follows."""
        self._qtbot.mouseClick(target, LEFT, pos=target.rect().center() if at is None else at)
        self.settle()

    def drag(self, *places: QPoint) -> None:
        """Drag over the canvas with the left button."""
        QTest.mousePress(self.canvas, LEFT, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(self.canvas, place)
        QTest.mouseRelease(self.canvas, LEFT, pos=places[-1])
        self.settle()

    def pixel(self, *point: float) -> QPoint:
        """Where a point of the data, (x, y) or (x,), is on the canvas."""
        place = self.canvas.pixels(np.array([point]))[0]
        y = place[1] if len(place) == 2 else self.canvas.frame().bottom - 20
        return QPoint(round(float(place[0])), round(float(y)))

    def activate(self) -> None:
        """Bring the window to the front, as a click on it would."""
        with self._qtbot.waitActive(self.window, timeout=20_000):
            self.window.activateWindow()

    def settle(self) -> None:
        """Wait until nothing is in flight, nothing more is wanted, and all of it is on screen."""
        settled(self._qtbot, self.window.driver, self.window.store)
        self.read()
        renderer = self.window.renderer
        until(self._qtbot, renderer.answered, lambda: not renderer._thread.busy)

    def read(self) -> None:
        """Wait until numbers and curve, which follow the picture, are up to date."""
        later = self.window._tell_later
        until(self._qtbot, later.timeout, lambda: not later.isActive())

    def until(self, condition: Callable[[Snapshot], bool]) -> None:
        """Wait until the snapshot is like that."""
        until(self._qtbot, self.window.store.changed, lambda: condition(self.snapshot))

    def wait_for(self, signal: SignalInstance, condition: Callable[[], bool]) -> None:
        """Wait until something is so, which this signal announces."""
        until(self._qtbot, signal, condition)

    def open(self, path: Path) -> None:
        """Open a file and wait until it has been read or refused."""
        loader = self.window.files._loader
        with self._qtbot.waitSignal(loader.loaded, timeout=20_000):
            self.window.files.open_file(path)
        self.settle()

    def close(self) -> None:
        """Close the window, if the test has not done so, and let go of it."""
        if self._window is not None:
            window, self._window = self._window, None
            window.close()


@pytest.fixture
def desks(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    """Makes desks, and clears them away."""
    made: list[Desk] = []

    def make(first: Edit | None = None) -> Desk:
        opened = open_builtin(FIRST_DATA, seed=1) if first is None else first
        still = edits.choose_view(motion=False)  # tests look at the end of a movement, not at its first frame
        made.append(Desk(qtbot, edits.both(opened, still)))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    """The window as it is when the program is started for the first time."""
    return desks()


@pytest.fixture
def save_as(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answers the next file dialogs for saving: the path typed ("" to cancel) and the kind chosen."""

    def answer(path: Path | str, kind: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))

    return answer


@pytest.fixture
def open_from(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answers the next file dialogs for opening."""

    def answer(path: Path | str) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    return answer


@pytest.fixture
def json_of(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs a command that works out and returns what its ``--json -`` says."""

    def run(command: str, *arguments: str | Path) -> Any:
        capsys.readouterr()  # what was said before
        assert code_of(command, *arguments, "--json", "-") == 0
        said = capsys.readouterr()
        assert said.err == ""
        return json.loads(said.out)

    return run


@pytest.fixture
def refusal_of(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that meets a mistake and returns the one line that tells it."""

    def run(command: str, *arguments: str | Path) -> str:
        assert code_of(command, *arguments) == 2
        said = capfd.readouterr()
        assert said.out == ""
        assert said.err.startswith(f"gmmviewer {command}: ")
        assert said.err.count("\n") == 1
        assert said.err.endswith("\n")
        return said.err.removeprefix(f"gmmviewer {command}: ").strip()

    return run
