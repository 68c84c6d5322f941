"""The transport bar: what comes next stands out, and everything follows its action."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

from gmmviewer.session import edits
from gmmviewer.session.choices import SPEEDS
from gmmviewer.session.snapshot import Activity
from gmmviewer.views.transport import Transport
from tests.helpers import build
from tests.views.conftest import turn_wheel


def transport(desk, halves=0, **changes):
    table = desk(replace(build.stepped(halves=halves), **changes))
    return table, table.show(Transport(table.store, table.actions), 700, 48)


@pytest.mark.parametrize(("halves", "next_one"), [(0, "step_e"), (1, "step_m"), (2, "step_e"), (3, "step_m")])
def test_next_half_step_stands_out(desk, halves, next_one):
    _, bar = transport(desk, halves)
    roles = {name: bar.buttons[name].property("role") for name in ("step_e", "step_m")}
    assert roles.pop(next_one) == "primary"
    assert list(roles.values()) == [""]


def test_highlight_moves_when_the_cursor_does(desk):
    table, bar = transport(desk, 3)
    table.store.apply(edits.seek(2))
    assert bar.buttons["step_e"].property("role") == "primary"
    assert bar.buttons["step_m"].property("role") == ""


def test_half_steps_asked_for_are_counted(desk):
    _, bar = transport(desk, 1, activity=Activity(pending=1))
    assert bar.buttons["step_e"].property("role") == "primary"


@pytest.mark.parametrize("name", ["first", "step_back", "step_e", "step_m", "step", "run", "last"])
def test_click_triggers_the_action(desk, qtbot, name):
    table, bar = transport(desk)
    with qtbot.waitSignal(table.actions[name].triggered):
        qtbot.mouseClick(bar.buttons[name], Qt.MouseButton.LeftButton)


def test_enabled_and_tooltip_follow_the_action(desk):
    table, bar = transport(desk)
    table.actions["step_m"].setEnabled(False)
    table.actions["step_m"].setToolTip("The E-step comes first")
    button = bar.buttons["step_m"]
    assert not button.isEnabled()
    assert button.toolTip() == "The E-step comes first (M)"
    assert button.text() == "M-step: update"  # not the text of the action


def test_run_becomes_pause_without_moving_anything(desk):
    table, bar = transport(desk, 1)
    before = bar.buttons["run"].width(), bar.buttons["last"].x()
    table.store.apply(edits.run())
    assert bar.buttons["run"].text().strip() == "Pause"
    assert (bar.buttons["run"].width(), bar.buttons["last"].x()) == before
    table.store.apply(edits.pause())
    assert bar.buttons["run"].text().strip() == "Run"


def test_speed_is_chosen_and_shown(desk, qtbot):
    table, bar = transport(desk)
    assert [bar.speeds.itemData(i) for i in range(bar.speeds.count())] == [s.key for s in SPEEDS]
    qtbot.keyClick(bar.speeds, Qt.Key.Key_Down)
    assert table.snapshot.view.speed == "quick"
    table.store.apply(edits.choose_view(speed="slow"))
    assert bar.speeds.currentData() == "slow"


def test_wheel_changes_no_speed(desk):
    table, bar = transport(desk)
    assert not turn_wheel(bar.speeds).isAccepted()
    assert table.snapshot.view.speed == "lecture"


def test_fits_into_700_pixels(desk):
    _, bar = transport(desk)
    assert bar.minimumSizeHint().width() <= 684  # 1024 without the inspector
    assert bar.speeds.geometry().right() <= bar.width()


def test_speeds_can_be_read_at_the_smallest_width(desk):
    table = desk(build.stepped(halves=1))
    bar = table.show(Transport(table.store, table.actions), 684, 48)
    style = bar.speeds.style()
    option = QStyleOptionComboBox()
    bar.speeds.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, bar.speeds).width()
    for one in SPEEDS:
        assert bar.speeds.fontMetrics().horizontalAdvance(one.title) <= room


def test_every_control_has_a_name_and_a_tooltip(desk):
    _, bar = transport(desk)
    for control in (*bar.buttons.values(), bar.speeds):
        assert control.accessibleName(), control
        assert control.toolTip(), control
