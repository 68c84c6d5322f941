"""Real windows on an X server, driven by real keys and a real mouse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.window.screen import Program, Screen

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]  # an X server is a matter of Linux


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """An X server for all tests."""
    screen = Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.close()


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program; all windows of a test have the same home."""
    started: list[Program] = []

    def begin(*arguments: object) -> Program:
        started.append(Program(screen, tmp_path, *arguments))
        started[-1].show()
        return started[-1]

    yield begin
    for program in started:
        program.close()
