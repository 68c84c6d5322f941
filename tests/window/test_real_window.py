"""What a person sees and does: a real window, real keys, real mouse, real pixels."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest

from tests.window.screen import ROOT, Picture, Program

Start = Callable[..., Program]
SHEET = slice(40, 500), slice(150, 900)  # rows and columns of the screen that lie inside the plot
EMPTY = 300, 100  # a place in the plot, above the short eruptions, where there is nothing
QUIT_SECONDS = 2.0


def sheet(program: Program) -> Picture:
    """The pixels inside the plot."""
    return program.picture()[SHEET]


def blue(picture: Picture) -> int:
    """How many pixels are as blue as points of component 1."""
    return int((picture[..., 2] - picture[..., 0] > 100).sum())


def vermillion(picture: Picture) -> int:
    """How many pixels are as red as points of component 2."""
    return int((picture[..., 0] - picture[..., 2] > 100).sum())


def around(program: Program, place: tuple[int, int], reach: int = 4) -> Picture:
    """The pixels near a place of the screen."""
    x, y = place
    return program.picture()[y - reach : y + reach + 1, x - reach : x + reach + 1]


def dark(picture: Picture) -> int:
    """How many pixels are darker than the ground, an ellipse or the grid."""
    return int((picture.max(axis=2) < 200).sum())


def painted(picture: Picture) -> bool:
    """Whether there are points on a white ground, where before there was the black of the screen."""
    return bool(dark(picture) > 3000 and (picture.min(axis=2) == 255).mean() > 0.3)


@pytest.fixture
def program(start: Start) -> Program:
    """The program as it is when nothing is said on the command line, with its first picture drawn."""
    program = start()
    program.until("the points", lambda: painted(sheet(program)))
    return program


def quit_it(program: Program) -> float:
    """Press Ctrl+Q; it has to end well and in silence. Comes back with the seconds it took."""
    began = time.monotonic()
    program.key("ctrl+q")
    assert program.end() == 0
    assert program.said() == ""
    return time.monotonic() - began


def test_space_colours_the_points(program: Program) -> None:
    before = sheet(program)
    assert program.name() == "Old Faithful – GMM Viewer"
    program.key("space")
    program.until("blue points", lambda: blue(sheet(program)) > blue(before) + 1500)
    program.until("vermillion points", lambda: vermillion(sheet(program)) > vermillion(before) + 3000)
    program.key("Home")
    program.until("the first picture again", lambda: np.array_equal(sheet(program), before))
    quit_it(program)


def test_the_mouse_draws_and_erases(program: Program) -> None:
    assert dark(around(program, EMPTY)) == 0
    program.key("2")
    program.click(*EMPTY)
    program.until("the point", lambda: dark(around(program, EMPTY)) > 20)
    x, y = EMPTY
    program.drag((x + 150, y), (x + 180, y), (x + 210, y))
    program.until("a spray", lambda: dark(around(program, (x + 180, y), 40)) > 100)
    program.key("ctrl+z")
    program.until("the spray to vanish", lambda: dark(around(program, (x + 180, y), 40)) == 0)
    assert dark(around(program, EMPTY)) > 20
    for _ in ("line", "eraser"):
        program.key("q")
    program.click(*EMPTY)
    program.until("the point to vanish", lambda: dark(around(program, EMPTY)) == 0)
    program.key("ctrl+BackSpace")
    program.until("an empty sheet", lambda: dark(program.picture()[400:480, 150:900]) == 0)
    program.click(*EMPTY)
    program.until("the first point", lambda: dark(around(program, EMPTY)) > 20)
    quit_it(program)


def test_a_run_moves_and_r_stops_it(program: Program) -> None:
    program.key("r")
    program.until("colours", lambda: blue(sheet(program)) > 1500)
    there = sheet(program)
    program.until("another picture", lambda: not np.array_equal(sheet(program), there))
    quit_it(program)


@pytest.mark.parametrize("keys", [("space",) * 5, ("n", "plus", "plus", "r")])
def test_it_ends_well_in_the_middle_of_work(program: Program, keys: tuple[str, ...]) -> None:
    program.key(*keys)
    quit_it(program)


def test_started_and_ended_again_and_again(start: Start) -> None:
    seconds = [quit_it(start()) for _ in range(5)]
    assert median(seconds) <= QUIT_SECONDS  # one of them may have waited for other programs


def test_ctrl_c_in_the_terminal_closes_the_window(program: Program) -> None:
    program.process.send_signal(signal.SIGINT)
    assert program.end() == 0
    assert program.said() == ""


def test_the_window_keeps_its_size_and_look(start: Start) -> None:
    first = start()
    first.until("the points", lambda: painted(sheet(first)))
    first.resize(1200, 760)
    first.until("the new size", lambda: first.size() == (1200, 760))
    first.key("t")
    first.until("a dark sheet", lambda: np.median(sheet(first)) < 60)
    quit_it(first)
    second = start()
    second.until("a dark sheet", lambda: np.median(sheet(second)) < 60)
    assert second.size() == (1200, 760)
    quit_it(second)


def test_a_file_and_its_model_from_the_command_line(start: Start) -> None:
    program = start(ROOT / "resources" / "data" / "galaxies.csv", "--k", "3")
    program.until("the file", lambda: program.name() == "galaxies.csv – GMM Viewer")
    program.key("space")
    program.until("coloured curves", lambda: blue(sheet(program)) > 300 and vermillion(sheet(program)) > 300)
    quit_it(program)
