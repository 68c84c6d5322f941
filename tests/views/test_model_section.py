"""The model section: every control changes the document once, and only when a person means it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gmmviewer.mixture.families import families
from gmmviewer.mixture.starts import STARTS
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.views.inspector.model import ModelSection
from gmmviewer.views.widgets.families import family_title
from tests.helpers import build
from tests.views.conftest import turn_wheel


def section(desk, snapshot=None):
    table = desk(build.fitted() if snapshot is None else snapshot)
    view = table.show(ModelSection(table.store, table.actions), 320, 420)
    view.more.fold(False)
    return table, view


def labels(table):
    return [entry.label for entry in table.store.history.undo]


def test_arrow_key_changes_k_and_is_one_undo(desk, qtbot):
    table, view = section(desk)
    fitted = table.snapshot.document
    qtbot.keyClick(view.k, Qt.Key.Key_Up)
    assert table.snapshot.document.model.k == 3
    assert labels(table) == ["Change K"]
    table.store.undo()
    assert table.snapshot.document is fitted
    assert view.k.value() == 2
    assert table.snapshot.document.model.k == 2  # showing the value again changed nothing


def test_typed_k_counts_when_it_is_complete(desk, qtbot):
    table, view = section(desk)
    view.k.selectAll()
    qtbot.keyClicks(view.k, "12")
    assert table.snapshot.document.model.k == 2
    qtbot.keyClick(view.k, Qt.Key.Key_Return)
    assert table.snapshot.document.model.k == 12
    assert labels(table) == ["Change K"]


def test_typed_seed_counts_when_the_focus_goes(desk, qtbot):
    table, view = section(desk)
    view.rare.seed.setFocus()
    view.rare.seed.selectAll()
    qtbot.keyClicks(view.rare.seed, "77")
    view.rare.tolerance.setFocus()
    assert table.snapshot.document.model.seed == 77
    assert labels(table) == ["Change seed"]


def test_a_snapshot_does_not_disturb_typing(desk, qtbot):
    table, view = section(desk)
    view.rare.seed.selectAll()
    qtbot.keyClicks(view.rare.seed, "12")
    table.store.apply(edits.choose_view(theme="dark"))
    table.store.apply(edits.choose_model(tolerance=0.5))
    qtbot.keyClicks(view.rare.seed, "3")
    qtbot.keyClick(view.rare.seed, Qt.Key.Key_Return)
    assert table.snapshot.document.model.seed == 123


def test_k_stays_within_its_limits(desk, qtbot):
    table, view = section(desk)
    for text, k in (("0", 2), (str(LARGEST_K + 1), 5), (str(LARGEST_K), LARGEST_K)):
        view.k.selectAll()
        qtbot.keyClicks(view.k, text)
        qtbot.keyClick(view.k, Qt.Key.Key_Return)
        assert 1 <= table.snapshot.document.model.k <= LARGEST_K, (text, k)
    assert table.snapshot.document.model.k == LARGEST_K


@pytest.mark.parametrize("focused", [False, True])
@pytest.mark.parametrize(
    "name", ["k", "covariance", "algorithm", "start", "seed", "tolerance", "max_iterations", "floor"]
)
def test_the_wheel_edits_nothing(desk, name, focused):
    table, view = section(desk)
    before = table.snapshot
    field = getattr(view, name, None) or getattr(view.rare, name)
    if focused:
        field.setFocus()
    assert not turn_wheel(field).isAccepted()  # so that the panel scrolls
    assert table.snapshot is before


@pytest.mark.parametrize("d", [1, 2])
def test_covariances_are_those_of_the_registry(desk, d):
    family = families(d)[0].letters
    _, view = section(desk, build.stepped(build.points(d=d), covariance=family))
    box = view.covariance
    assert [box.itemData(i) for i in range(box.count())] == [f.letters for f in families(d)]
    assert [box.itemText(i) for i in range(box.count())] == [family_title(f) for f in families(d)]
    assert box.currentData() == family
    assert view.summary.whole.lower() == families(d)[0].summary.lower()


def test_starts_are_those_of_the_registry(desk, qtbot):
    table, view = section(desk)
    assert [view.start.itemData(i) for i in range(view.start.count())] == [s.name for s in STARTS]
    qtbot.keyClick(view.start, Qt.Key.Key_Down)
    assert table.snapshot.document.model.start == STARTS[1].name
    assert labels(table) == ["Change start"]


def test_covariance_is_chosen(desk, qtbot):
    table, view = section(desk)
    qtbot.keyClick(view.covariance, Qt.Key.Key_Down)
    assert table.snapshot.document.model.covariance == families(2)[1].letters
    assert view.summary.whole.lower() == families(2)[1].summary.lower()
    assert labels(table) == ["Change covariance"]


def test_other_dimensions_bring_other_families(desk):
    table, view = section(desk)
    table.store.apply(edits.open_points(build.points(d=1)))
    assert view.covariance.currentData() == table.snapshot.document.model.covariance
    assert view.covariance.count() == len(families(1))


def test_tolerance_goes_in_tens_and_is_typed(desk, qtbot):
    table, view = section(desk)
    qtbot.keyClick(view.rare.tolerance, Qt.Key.Key_Down)
    assert table.snapshot.document.model.tolerance == pytest.approx(1e-3)
    assert view.rare.tolerance.text() == "0.001 nats"
    view.rare.tolerance.selectAll()
    qtbot.keyClicks(view.rare.tolerance, "0.00000125")
    qtbot.keyClick(view.rare.tolerance, Qt.Key.Key_Return)
    assert table.snapshot.document.model.tolerance == 1.25e-6
    assert view.rare.tolerance.text() == "0.00000125 nats"
    for _ in range(8):
        qtbot.keyClick(view.rare.tolerance, Qt.Key.Key_Down)
    assert table.snapshot.document.model.tolerance == 0.0
    qtbot.keyClick(view.rare.tolerance, Qt.Key.Key_Up)
    assert table.snapshot.document.model.tolerance > 0.0


def test_maximum_iterations_keep_the_fit(desk, qtbot):
    table, view = section(desk)
    states = table.snapshot.document.states
    view.rare.max_iterations.selectAll()
    qtbot.keyClicks(view.rare.max_iterations, "50")
    qtbot.keyClick(view.rare.max_iterations, Qt.Key.Key_Return)
    assert table.snapshot.document.model.max_iterations == 50
    assert table.snapshot.document.states is states


@pytest.mark.parametrize("name", ["fewer_components", "more_components", "new_start"])
def test_buttons_trigger_their_actions(desk, qtbot, name):
    table, view = section(desk)
    with qtbot.waitSignal(table.actions[name].triggered):
        qtbot.mouseClick(view.buttons[name], Qt.MouseButton.LeftButton)


def test_every_control_says_what_it_is(desk):
    _, view = section(desk)
    rare = view.rare
    often = (view.k, view.covariance, view.algorithm, view.start)
    numbers = (rare.seed, rare.tolerance, rare.max_iterations, rare.floor, *rare.place)
    boxes = (rare.noise, rare.equal_weights, rare.shared_mean, rare.fixed)
    for control in (*often, *numbers, *boxes, *view.buttons.values()):
        assert control.accessibleName(), control
        assert control.toolTip(), control
    captions = [label.text() for label in view.findChildren(QLabel)]
    assert "Components K" in captions


def test_numbers_are_written_with_a_point_in_every_country(desk):
    _, view = section(desk, replace(build.fitted()))
    assert view.rare.tolerance.text() == "0.01 nats"
    assert view.rare.max_iterations.text() == "1000 steps"
