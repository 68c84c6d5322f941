"""Axis ranges as numbers, and zooming to what matters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.ranges_dialog import RangesDialog
from gmmviewer.session import edits
from gmmviewer.views.widgets.numbers import NumberField
from tests.app.conftest import Desk
from tests.app.panels import click, open_panel, to_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key = Qt.Key


def fill(field: NumberField, text: str) -> None:
    """Type into a field and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Return)


@pytest.fixture
def dialog(desk: Desk) -> RangesDialog:
    """Beside Old Faithful."""
    return open_panel(desk, Key.Key_L, RangesDialog)


def test_a_typed_range_is_shown_at_once(desk: Desk, dialog: RangesDialog) -> None:
    fill(dialog.across.low, "-2.5")
    fill(dialog.across.high, "1e1")
    fill(dialog.upward.high, "120,5")
    frame = desk.canvas.frame()
    assert frame.x == (-2.5, 10.0)
    assert frame.y[1] == 120.5


def test_the_other_end_keeps_all_its_digits(desk: Desk, dialog: RangesDialog) -> None:
    low, high = 1.6e9 + 1 / 3, 1.6e9 + 2 / 3
    desk.canvas.set_ranges((low, high), (40.0, 90.0))
    assert dialog.across.low.text().startswith("1600000000.3333")
    fill(dialog.across.high, "1600000001")
    assert desk.canvas.frame().x == (low, 1600000001.0)


def test_two_ends_may_be_wrong_until_both_are_typed(desk: Desk, dialog: RangesDialog) -> None:
    fill(dialog.across.low, "100")
    assert "smaller" in dialog.note.whole
    fill(dialog.across.high, "200")
    assert desk.canvas.frame().x == (100.0, 200.0)
    assert dialog.note.whole == ""


def test_the_numbers_follow_the_picture(desk: Desk, dialog: RangesDialog) -> None:
    desk.canvas.set_ranges((1.0, 2.0), (40.0, 90.0))
    fields = (dialog.across.low, dialog.across.high, dialog.upward.low, dialog.upward.high)
    assert [field.value for field in fields] == [1.0, 2.0, 40.0, 90.0]
    click(dialog.reset)
    assert (dialog.across.low.value, dialog.across.high.value) == pytest.approx(desk.canvas.frame().x)
    assert dialog.across.high.value != 2.0


@pytest.mark.parametrize(("text", "advice"), [("9999", "smaller"), ("2e160", "")])
def test_a_range_that_cannot_be_drawn_changes_nothing(
    desk: Desk, dialog: RangesDialog, text: str, advice: str
) -> None:
    before = desk.canvas.ranges
    fill(dialog.across.low, text)
    assert desk.canvas.ranges == before
    assert advice in dialog.note.whole
    fill(dialog.across.low, "0")
    assert desk.canvas.ranges[0] == (0.0, before[0][1])
    assert dialog.note.whole == ""


def test_in_one_dimension_densities_begin_at_zero_or_above_it(desks: Callable[..., Desk]) -> None:
    desk = desks(open_builtin("waiting", 1))
    dialog = open_panel(desk, Key.Key_L, RangesDialog)
    assert not dialog.upward.low.isEnabled()
    fill(dialog.upward.high, "0.2")
    assert desk.canvas.frame().y == (0.0, 0.2)
    desk.window.store.apply(edits.choose_view(log_density=True))
    assert dialog.upward.low.isEnabled()
    before = desk.canvas.ranges
    fill(dialog.upward.low, "0")
    assert "above zero" in dialog.note.whole
    assert desk.canvas.ranges == before
    fill(dialog.upward.low, "1e-6")
    assert desk.canvas.frame().y[0] == 1e-6


def test_it_goes_over_to_points_of_other_dimensions(desk: Desk, dialog: RangesDialog) -> None:
    first = desk.canvas
    desk.window.store.apply(open_builtin("galaxies", 1), "Open")
    desk.settle()
    fill(dialog.across.low, "5")
    assert desk.canvas is not first
    assert desk.canvas.frame().x[0] == 5.0
    assert dialog.across.title.text() == desk.snapshot.document.points.columns[0]


def test_equal_axes_say_what_they_do(desk: Desk, dialog: RangesDialog) -> None:
    desk.window.store.apply(edits.choose_view(equal_aspect=True))
    assert "Equal axes" in dialog.note.whole


def test_escape_closes_it_and_the_picture_stays(desk: Desk, dialog: RangesDialog) -> None:
    fill(dialog.across.low, "0")
    QTest.keyClick(dialog, Key.Key_Escape)
    assert desk.canvas.frame().x[0] == 0.0
    to_window(desk)
    desk.press(Key.Key_Z)
    assert desk.canvas.frame().x[0] != 0.0


# ---------------------------------------------------------------- zooming


def inside(desk: Desk, *rows: int) -> list[bool]:
    """Whether these points are in view."""
    frame = desk.canvas.frame()
    pixels = desk.canvas.pixels(desk.snapshot.document.points.values[list(rows)])
    return [frame.contains(float(x), float(y)) for x, y in pixels]


def test_selected_points_are_zoomed_to(desk: Desk) -> None:
    desk.window.actions_.trigger("zoom_selection")
    assert desk.notice  # nothing is selected: it says so
    desk.window.store.apply(edits.pick([0, 2, 9]))
    desk.window.actions_.trigger("zoom_selection")
    assert all(inside(desk, 0, 2, 9))
    wide = desk.canvas.frame().x
    desk.window.store.apply(edits.pick([9]))
    desk.window.actions_.trigger("zoom_selection")
    assert inside(desk, 9) == [True]
    narrow = desk.canvas.frame().x
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_components_are_zoomed_to_one_after_the_other(desk: Desk) -> None:
    seen = []
    for _ in range(3):
        desk.window.actions_.trigger("zoom_component")
        seen.append((desk.snapshot.selection, desk.canvas.ranges))
    assert [selection for selection, _ in seen] == [(0,), (1,), (0,)]
    assert seen[0] == seen[2]
    assert seen[0][1] != seen[1][1]
    mixture = desk.snapshot.mixture
    assert mixture is not None
    for axis, (low, high) in enumerate(seen[1][1]):
        assert low < mixture.means[1, axis] < high


def test_selected_components_are_zoomed_to_where_no_points_are(desk: Desk) -> None:
    desk.window.store.apply(edits.select([0, 1]))
    desk.window.actions_.trigger("zoom_selection")
    mixture = desk.snapshot.mixture
    assert mixture is not None
    for axis, (low, high) in enumerate(desk.canvas.ranges):
        assert low < mixture.means[:, axis].min() < mixture.means[:, axis].max() < high


@pytest.mark.parametrize("kind", ["old_faithful", "waiting"])
def test_an_outlier_is_left_out_of_the_central_part(desks: Callable[..., Desk], kind: str) -> None:
    desk = desks(open_builtin(kind, 1))
    d = desk.snapshot.document.points.d
    desk.window.store.apply(edits.add_points([[1e5] * d]), "Draw")
    desk.settle()
    desk.window.actions_.trigger("zoom_data")
    assert desk.canvas.frame().x[1] > 1e5
    desk.window.actions_.trigger("zoom_central")
    assert desk.canvas.frame().x[1] < 1e3
