"""Hands on points and model in a real window: real mouse, real pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.window.screen import ROOT, Picture, Program
from tests.window.test_real_window import EMPTY, dark, painted, quit_it, sheet

Start = Callable[..., Program]
GALAXIES = ROOT / "resources" / "data" / "galaxies.csv"
SHORT = slice(280, 500), slice(160, 420)  # where the short eruptions are on the screen


@pytest.fixture
def still(start: Start) -> Program:
    """The program with motion off, so that a picture that differs is another picture."""
    program = start()
    program.until("the points", lambda: painted(sheet(program)))
    program.key("v")
    return program


def green(picture: Picture) -> int:
    """How many pixels have the colour of component 3."""
    red, middle, blue = (picture[..., channel].astype(int) for channel in range(3))
    return int(((middle - red > 90) & (middle - blue > 20)).sum())


def test_a_drag_beside_the_handles_adds_a_component(still: Program) -> None:
    before = sheet(still)
    assert green(before) == 0
    still.key("4")
    still.drag(EMPTY, (EMPTY[0] + 40, EMPTY[1] + 20), (EMPTY[0] + 60, EMPTY[1] + 30))
    still.until("a third component", lambda: green(sheet(still)) > 100)
    still.key("ctrl+z")
    still.until("it to go", lambda: green(sheet(still)) == 0)
    quit_it(still)


def test_what_a_rectangle_encloses_is_deleted_and_comes_back(still: Program) -> None:
    here = dark(still.picture()[SHORT])
    assert here > 500
    still.key("3")
    rows, columns = SHORT
    corner, opposite = (columns.start + 5, rows.start), (columns.stop, rows.stop + 30)
    still.drag(corner, (300, 400), opposite)
    still.until("rings", lambda: dark(still.picture()[SHORT]) > 1.2 * here)
    still.key("Delete")
    still.until("an empty corner", lambda: dark(still.picture()[SHORT]) < here / 3)
    still.key("ctrl+z")
    still.until("the points", lambda: dark(still.picture()[SHORT]) > 1.2 * here)  # selected, as they were
    quit_it(still)


def test_a_move_is_one_undo_and_escape_takes_a_drag_back(still: Program) -> None:
    before = sheet(still)
    still.key("1")
    still.drag((400, 300), (450, 320), (500, 340))
    still.until("another part of the plane", lambda: not np.array_equal(sheet(still), before))
    still.key("z")
    still.until("the whole of it", lambda: np.array_equal(sheet(still), before))
    quit_it(still)


def test_a_peak_is_dragged_on_the_line(start: Start) -> None:
    program = start(GALAXIES, "--k", "1")
    program.until("the file", lambda: program.name() == "galaxies.csv – GMM Viewer")
    program.key("v", "space", "4")
    program.until("a curve", lambda: blueish(sheet(program)) > 200)
    before = sheet(program)
    x, y = top_of(before)
    program.drag((x, y), (x + 60, y + 10), (x + 120, y + 20))
    program.until("the peak to move", lambda: abs(top_of(sheet(program))[0] - x - 120) < 15)
    program.key("ctrl+z")
    program.until("it to come back", lambda: abs(top_of(sheet(program))[0] - x) < 15)
    quit_it(program)


def blueish(picture: Picture) -> int:
    """How many pixels are in the blue of component 1, its light fill not among them."""
    return int((picture[..., 2].astype(int) - picture[..., 0] > 90).sum())


def top_of(picture: Picture) -> tuple[int, int]:
    """Where on the screen the stem of component 1 ends: the badge stands above it."""
    blue = picture[..., 2].astype(int) - picture[..., 0] > 90
    column = int(blue.sum(axis=0).argmax())
    row = int(np.flatnonzero(blue[:, column])[0])
    return 150 + column, 40 + row + 24
