"""Rail, status bar and message strip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.events import Empty, Fell, Floored, Identical, Plateau
from gmmviewer.mixture.remedies import REMEDIES, raised_floor
from gmmviewer.scene.inspect import readout
from gmmviewer.session import edits
from gmmviewer.session.choices import DrawTool, MouseMode
from gmmviewer.session.snapshot import Notice, Snapshot
from gmmviewer.views.modes import modes
from gmmviewer.views.notice import NoticeStrip
from gmmviewer.views.rail import ModeRail
from gmmviewer.views.status import LARGEST_LISTED, StatusBar
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits
from tests.views.conftest import turn_wheel

LEFT = Qt.MouseButton.LeftButton


def rail(desk, snapshot=None, height=420):
    table = desk(build.fitted() if snapshot is None else snapshot)
    return table, table.show(ModeRail(table.store, table.actions), 64, height)


@pytest.mark.parametrize("mode", list(MouseMode))
def test_rail_shows_the_mode_and_triggers_its_action(desk, qtbot, mode):
    table, view = rail(desk)
    with qtbot.waitSignal(table.actions[f"mode_{mode.name.lower()}"].triggered):
        qtbot.mouseClick(view.buttons[mode], LEFT)
    table.store.apply(edits.choose_mode(mode))
    roles = {other: view.buttons[other].property("role") for other in MouseMode}
    assert [other for other, role in roles.items() if role == "mode-current"] == [mode]
    assert view.draw.isVisible() is (mode is MouseMode.DRAW)
    assert view.select.isVisible() is (mode is MouseMode.SELECT)


def test_modes_and_tools_keep_their_places(desk):
    """Also in the smallest window, where the rail is 419 pixels high."""
    table, view = rail(desk)
    before = [button.geometry() for button in view.buttons.values()]
    for mode in MouseMode:
        table.store.apply(edits.choose_mode(mode))
        assert [button.geometry() for button in view.buttons.values()] == before
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    widgets = (*view.draw.tools, view.draw.radius, view.draw.density)
    places = [widget.geometry() for widget in widgets]
    assert view.draw.geometry().bottom() < view.height()
    for tool in DrawTool:
        table.store.apply(edits.choose_brush(tool=tool))
        assert [widget.geometry() for widget in widgets] == places


def test_brush_by_mouse_keys_and_not_by_wheel(desk, qtbot):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    for dial, name, value in ((view.draw.radius, "radius", 30), (view.draw.density, "count", 6)):
        assert dial.slider.value() == value
        qtbot.keyClick(dial.slider, Qt.Key.Key_Up)
        assert getattr(table.snapshot.view.brush, name) == value + 1
        before = table.snapshot
        assert not turn_wheel(dial.slider).isAccepted()
        assert table.snapshot is before
        qtbot.mouseClick(dial.slider, LEFT, pos=QPoint(dial.slider.width() // 2, 8))
        assert getattr(table.snapshot.view.brush, name) > value + 1
        table.store.apply(edits.choose_brush(**{name: value - 2}))
        assert dial.slider.value() == value - 2
        assert str(value - 2) in dial.toolTip()
    assert not table.store.history.undo


def test_each_tool_has_the_settings_it_uses(desk, qtbot):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    settings = (view.draw.radius, view.draw.density, view.draw.shapes[0], view.draw.label)
    expected = {
        DrawTool.SPRAY: [True, True, True, True],
        DrawTool.LINE: [False, True, False, True],
        DrawTool.ERASE: [True, False, False, False],
    }
    for button in view.draw.tools:
        qtbot.mouseClick(button, LEFT)
        assert table.snapshot.view.brush.tool is button.value
        assert [widget.isVisible() for widget in settings] == expected[button.value]
        assert [b.property("role") == "mode-current" for b in view.draw.tools] == [
            b is button for b in view.draw.tools
        ]


def test_the_shape_of_the_spray_is_chosen_on_the_rail(desk, qtbot):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    for button in reversed(view.draw.shapes):
        qtbot.mouseClick(button, LEFT)
        assert table.snapshot.view.brush.shape is button.value


def choose_class(button, text):
    """The entry of the menu that a press on the button opens."""
    button.menu().aboutToShow.emit()
    found = [action for action in button.menu().actions() if action.text() == text]
    assert found, [action.text() for action in button.menu().actions()]
    found[0].trigger()


def test_the_number_of_dots_means_what_the_tool_makes_of_it(desk):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    assert view.draw.density.toolTip() == "6 points for every 12 pixels of a drag"
    table.store.apply(edits.choose_brush(tool=DrawTool.LINE))
    assert view.draw.density.toolTip() == "A point every 10 pixels of the line"


def test_the_count_of_very_many_is_no_wider(desk):
    table, view = rail(desk, build.snapshot(build.points(n=1_200_000)))
    table.store.apply(edits.choose_mode(MouseMode.SELECT))
    table.store.apply(edits.pick_all())
    assert view.select.count.text() == "1.2 M\nselected"
    assert view.select.count.toolTip() == "1,200,000 points selected"
    assert view.select.count.sizeHint().width() <= 56


def test_the_class_of_the_brush_is_chosen_on_the_rail(desk):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    choose_class(view.draw.label, "Class C")
    assert table.snapshot.view.brush.label == 2
    assert view.draw.label.text() == "C"
    assert view.draw.label.toolTip().endswith(": C")
    choose_class(view.draw.label, "No class")
    assert table.snapshot.view.brush.label is None
    assert view.draw.label.text() == ""


def test_selected_points_get_a_class_on_the_rail(desk):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.SELECT))
    assert not view.select.label.isEnabled()
    table.store.apply(edits.pick([0, 3]))
    choose_class(view.select.label, "Class F")
    truth = table.snapshot.document.points.truth
    assert truth[[0, 3]].tolist() == [5, 5]
    assert view.select.count.text() == "2\nselected"
    assert [entry.label for entry in table.store.history.undo] == ["Label points"]
    view.select.label.menu().aboutToShow.emit()
    assert view.select.label.menu().actions()[-1].text() == "Class G"  # one more than there are
    table.store.undo()
    assert table.snapshot.document.points.truth.tolist() == build.points().truth.tolist()


def test_select_tools_and_what_can_be_done_with_a_selection(desk, qtbot):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.SELECT))
    for button in reversed(view.select.tools):
        qtbot.mouseClick(button, LEFT)
        assert table.snapshot.view.select_tool is button.value
    for (name, _), button in zip(view.select.ACTIONS, view.select.buttons.values(), strict=True):
        with qtbot.waitSignal(table.actions[name].triggered):
            qtbot.mouseClick(button, LEFT)
        assert button.accessibleName()
        assert button.toolTip()


def test_rail_tooltips_name_the_keys(desk):
    _, view = rail(desk)
    assert [button.toolTip()[-3:] for button in view.buttons.values()] == ["(1)", "(2)", "(3)", "(4)"]


def status(desk, snapshot=None):
    table = desk(build.stepped(halves=5, k=3) if snapshot is None else snapshot)
    return table, table.show(StatusBar(table.store), 1024, 32)


def test_status_says_what_is_under_the_mouse(desk):
    table, view = status(desk)
    view.show_readout(readout(table.snapshot.mixture, [1.0, 2.0]))
    text = view.where.whole
    assert text.startswith("x 1.000,  y 2.00")
    assert "p(x)" in text
    assert [f"r{sub}" in text for sub in "₁₂₃₄"] == [True, True, True, False]
    view.show_readout(None)
    assert view.where.whole == ""


def test_status_lists_only_as_many_components_as_fit(desk):
    table, view = status(desk, build.stepped(build.points(n=90), halves=1, k=12))
    view.show_readout(readout(table.snapshot.mixture, [1.0, 2.0]))
    assert view.where.whole.count("%") == LARGEST_LISTED
    assert view.where.whole.endswith("…")


@pytest.mark.parametrize("mode", list(MouseMode))
def test_status_says_what_the_mouse_does(desk, mode):
    table, view = status(desk)
    table.store.apply(edits.choose_mode(mode))
    assert view.mouse.text() == modes()[mode].hint(table.snapshot)
    assert "wheel zooms" in view.mouse.text()


def test_long_work_can_be_cancelled(desk, qtbot):
    _, view = status(desk)
    assert not view.cancel.isVisible()
    view.show_progress("Reading data.csv", None)
    assert (view.bar.minimum(), view.bar.maximum()) == (0, 0)
    view.show_progress("Reading data.csv", 0.5)
    assert view.bar.value() * 2 == view.bar.maximum()
    assert view.work.text() == "Reading data.csv"
    with qtbot.waitSignal(view.cancelled):
        qtbot.mouseClick(view.cancel, LEFT)
    view.show_progress("", None)
    assert not view.cancel.isVisible()
    assert view.mouse.isVisible()


def strip(desk, snapshot=None):
    table = desk(build.fitted() if snapshot is None else snapshot)
    return table, table.show_hidden(NoticeStrip(table.store), 700, 60)


@pytest.mark.parametrize("severity", ["info", "warning", "error"])
def test_notice_appears_and_is_dismissed(desk, qtbot, severity):
    table, view = strip(desk)
    assert view.isHidden()
    table.store.apply(edits.notify("The file has no numbers. Choose another one.", severity))
    assert view.isVisible()
    assert view.text.text().startswith("The file has no numbers")
    assert view.property("tone") == severity
    qtbot.mouseClick(view.close_button, LEFT)
    assert table.snapshot.notice is None
    assert view.isHidden()


def with_events(*events) -> Snapshot:
    fit = build.stepped(halves=5)
    states = list(fit.document.states)
    states[4], states[5] = replace(states[4], events=events), replace(states[5], events=events)
    return Snapshot(replace(fit.document, states=tuple(states)), cursor=5)


@pytest.mark.parametrize(
    ("event", "severity", "cures"),
    [
        (Floored(1), "warning", ["reseed", "remove", "split-largest", "raise-floor"]),
        (Empty(0), "warning", ["reseed", "remove", "split-largest"]),
        (Identical(1, other=0), "warning", ["separate", "merge"]),
        (Fell(amount=0.25), "error", []),
        (Plateau(amount=3.0), "info", []),
    ],
)
def test_events_of_the_state_shown_are_told(desk, event, severity, cures):
    table, view = strip(desk, with_events(event))
    assert view.isVisible()
    assert view.text.text() == event.message
    assert view.property("tone") == severity
    assert [name for name, button in view.remedies.items() if button.isVisible()] == cures
    table.store.apply(edits.seek(1))
    assert view.isHidden()
    table.store.apply(edits.seek(4))
    assert view.isVisible()


def test_a_dismissed_event_stays_away_until_the_model_changes(desk, qtbot):
    table, view = strip(desk, with_events(Floored(1)))
    qtbot.mouseClick(view.close_button, LEFT)
    assert view.isHidden()
    table.store.apply(edits.seek(1))
    table.store.apply(edits.seek(5))
    assert view.isHidden()
    table.store.apply(edits.choose_model(tolerance=0.5))
    assert view.isVisible()


def test_a_notice_goes_before_events(desk):
    table, view = strip(desk, with_events(Floored(1)))
    table.store.apply(edits.notify("Saved."))
    assert view.text.text() == "Saved."
    assert not any(button.isVisible() for button in view.remedies.values())
    table.store.apply(edits.dismiss())
    assert view.text.text() == Floored(1).message


@pytest.mark.parametrize("remedy", [r for r in REMEDIES if r.name not in ("separate-sizes", "raise-floor")])
def test_a_remedy_is_one_edit_that_can_be_undone(desk, qtbot, remedy):
    event = Identical(1, other=0) if Identical.kind in remedy.kinds else Floored(1)
    table, view = strip(desk, with_events(event))
    before = table.snapshot.document
    button = view.remedies[remedy.name]
    assert button.text() == remedy.title
    assert "component 2" in button.accessibleName()
    assert remedy.summary in button.toolTip()
    qtbot.mouseClick(button, LEFT)
    after = table.snapshot
    expected = remedy.apply(
        before.points.sample, before.states[5].standard, 1, np.random.default_rng([1, 3, 1])
    )
    assert_same_bits(after.document.given.mixture, expected)
    assert after.document.model.k == expected.n_components
    assert [entry.label for entry in table.store.history.undo] == [f"{remedy.title}: component 2"]
    table.store.undo()
    assert table.snapshot.document is before


def test_raising_the_floor_raises_it_in_the_model(desk, qtbot):
    table, view = strip(desk, with_events(Floored(1)))
    floor = table.snapshot.document.model.floor
    qtbot.mouseClick(view.remedies["raise-floor"], LEFT)
    assert table.snapshot.document.model.floor == raised_floor(floor)
    assert table.snapshot.document.given is not None
    table.store.apply(edits.choose_model(floor=1e-2))
    assert table.snapshot.document.model.floor == raised_floor(1e-2)  # no higher: nothing to offer any more
    table.store.undo()


def test_of_several_in_trouble_the_first_is_named(desk):
    _, view = strip(desk, with_events(Empty(0), Floored(1)))
    assert view._whose.isVisible()
    assert view._whose.text() == "Component 1:"


def test_twins_about_one_mean_part_in_size(desk):
    fit = with_events(Identical(1, other=0))
    document = replace(
        fit.document, model=replace(fit.document.model, constraints=Constraints(shared_mean=True))
    )
    _, view = strip(desk, replace(fit, document=document))
    assert [name for name, b in view.remedies.items() if b.isVisible()] == ["separate-sizes", "merge"]


def test_equal_notices_are_one(desk):
    table, view = strip(desk, replace(build.fitted(), notice=Notice("Once.")))
    table.store.apply(edits.notify("Once."))
    assert view.text.text() == "Once."
