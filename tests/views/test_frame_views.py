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
from gmmviewer.session.choices import Brush, MouseMode
from gmmviewer.session.snapshot import Notice, Snapshot
from gmmviewer.views.modes import modes
from gmmviewer.views.notice import NoticeStrip
from gmmviewer.views.rail import ModeRail
from gmmviewer.views.status import LARGEST_LISTED, StatusBar
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits
from tests.views.conftest import turn_wheel

LEFT = Qt.MouseButton.LeftButton


def rail(desk):
    table = desk(build.fitted())
    return table, table.show(ModeRail(table.store, table.actions), 64, 500)


@pytest.mark.parametrize("mode", list(MouseMode))
def test_rail_shows_the_mode_and_triggers_its_action(desk, qtbot, mode):
    table, view = rail(desk)
    with qtbot.waitSignal(table.actions[f"mode_{mode.name.lower()}"].triggered):
        qtbot.mouseClick(view.buttons[mode], LEFT)
    table.store.apply(edits.choose_mode(mode))
    roles = {other: view.buttons[other].property("role") for other in MouseMode}
    assert [other for other, role in roles.items() if role == "mode-current"] == [mode]
    assert view.brush.isVisible() is (mode in (MouseMode.DRAW,))


def test_modes_keep_their_places(desk):
    table, view = rail(desk)
    before = [button.geometry() for button in view.buttons.values()]
    for mode in MouseMode:
        table.store.apply(edits.choose_mode(mode))
        assert [button.geometry() for button in view.buttons.values()] == before


def test_brush_radius_by_mouse_keys_and_not_by_wheel(desk, qtbot):
    table, view = rail(desk)
    table.store.apply(edits.choose_mode(MouseMode.DRAW))
    assert view.radius.value() == 30
    qtbot.keyClick(view.radius, Qt.Key.Key_Up)
    assert table.snapshot.view.brush.radius == 31
    assert not turn_wheel(view.radius).isAccepted()
    assert table.snapshot.view.brush.radius == 31
    qtbot.mouseClick(view.radius, LEFT, pos=QPoint(view.radius.width() // 2, 8))
    assert table.snapshot.view.brush.radius > 31
    table.store.apply(edits.choose_view(brush=Brush(radius=12)))
    assert view.radius.value() == 12


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
