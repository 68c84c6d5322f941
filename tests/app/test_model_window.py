"""The model in the window, with keys and the mouse: families, padlocks, algorithms, noise, remedies."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.algorithms import ALGORITHMS, algorithm
from gmmviewer.mixture.families import families
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits, locks
from gmmviewer.session.edits_time import best_index
from tests.app.conftest import Desk

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
QUICKLY = edits.choose_view(speed="fastest")


@pytest.fixture
def stepped(desk: Desk) -> Desk:
    """Old Faithful after three iterations with K = 3, and all of the model section to be seen."""
    desk.window.store.apply(QUICKLY)
    desk.press(Key.Key_Plus, Key.Key_Space, Key.Key_Space, Key.Key_Space)
    desk.window.inspector.model.more.fold(False)
    return desk


def line(values: np.ndarray, k: int) -> edits.Edit:
    return edits.both(edits.open_points(PointSet.of(values[:, None]), k=k), QUICKLY)


def cell(desk: Desk, row: int, column: int) -> QPoint:
    """The padlock in a cell of the table."""
    table = desk.window.inspector.components.table
    area = table.visualRect(table.model().index(row, column))
    return QPoint(area.left() + 6, area.center().y())


def click_padlock(desk: Desk, row: int, column: int) -> None:
    desk.click(desk.window.inspector.components.table.viewport(), cell(desk, row, column))


def type_into(desk: Desk, field: QWidget, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Return)
    desk.settle()


def bits(desk: Desk, row: int) -> dict[str, bytes]:
    mixture = desk.snapshot.parameters
    return {kind: getattr(mixture, kind)[row].tobytes() for kind in locks.KINDS}


# ---------------------------------------------------------------- families


@pytest.mark.qt_log_ignore("This plugin does not support")  # lists that open
@pytest.mark.parametrize("wanted", [f.letters for f in families(2)])
def test_a_family_is_chosen_from_the_open_list(desk: Desk, qapp: QApplication, wanted: str) -> None:
    before = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(0)  # the list takes no click for that long after it has opened
    try:
        box = desk.window.inspector.model.covariance
        desk.click(box)
        view = box.view()
        index = box.model().index(box.findData(wanted), 0)
        view.scrollTo(index)
        QTest.mouseMove(view.viewport(), view.visualRect(index).center())
        desk.click(view.viewport(), view.visualRect(index).center())
    finally:
        qapp.setDoubleClickInterval(before)
    assert desk.snapshot.document.model.covariance == wanted
    desk.window.store.apply(QUICKLY)
    desk.press(Key.Key_Space, Key.Key_R)
    assert desk.state.family.letters == wanted
    assert desk.state.iteration > 1
    assert desk.window.inspector.model.summary.whole.lower() == desk.state.family.summary.lower()


# ---------------------------------------------------------------- padlocks


@pytest.mark.parametrize(("column", "kind"), [(1, "weights"), (2, "means"), (3, "covariances")])
def test_a_clicked_padlock_holds_the_value(stepped: Desk, column: int, kind: str) -> None:
    held = bits(stepped, 1)
    click_padlock(stepped, 1, column)
    assert getattr(stepped.snapshot.document.model.constraints, kind) == {1}
    stepped.press(Key.Key_Space, Key.Key_R)
    assert bits(stepped, 1)[kind] == held[kind]
    assert all(bits(stepped, 1)[other] != held[other] for other in locks.KINDS if other != kind)
    click_padlock(stepped, 1, column)
    stepped.press(Key.Key_Space)
    assert bits(stepped, 1)[kind] != held[kind]
    stepped.press(*[(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)] * 2)
    assert getattr(stepped.snapshot.document.model.constraints, kind) == {1}


def test_a_padlock_let_go_elsewhere_stays_as_it_is(stepped: Desk) -> None:
    port = stepped.window.inspector.components.table.viewport()
    QTest.mousePress(port, LEFT, pos=cell(stepped, 0, 2))
    QTest.mouseRelease(port, LEFT, pos=cell(stepped, 1, 2))
    assert not locks.has_locks(stepped.snapshot.document.model.constraints)
    QTest.mouseClick(port, LEFT, pos=cell(stepped, 0, 2))
    QTest.mouseDClick(port, LEFT, pos=cell(stepped, 0, 2))  # what Qt sends for a second quick press
    QTest.mouseRelease(port, LEFT, pos=cell(stepped, 0, 2))
    labels = [entry.label for entry in stepped.window.store.history.undo]
    assert labels[-2:] == ["Lock mean 1", "Unlock mean 1"]


def test_a_click_beside_the_padlock_only_selects(stepped: Desk) -> None:
    table = stepped.window.inspector.components.table
    area = table.visualRect(table.model().index(2, 2))
    stepped.click(table.viewport(), area.center() + QPoint(10, 0))
    assert stepped.snapshot.selection == (2,)
    assert not locks.has_locks(stepped.snapshot.document.model.constraints)


def test_padlocks_with_the_keys(stepped: Desk) -> None:
    stepped.activate()
    table = stepped.window.inspector.components.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    stepped.press(Key.Key_Down, Key.Key_Right, Key.Key_Space)
    assert stepped.snapshot.document.model.constraints.means == {1}
    stepped.press(Key.Key_Space)
    assert not stepped.snapshot.document.model.constraints.means
    iteration = stepped.state.iteration
    stepped.click(table.viewport(), table.visualRect(table.model().index(0, 4)).center())
    stepped.press(Key.Key_Space)  # after a click the keys are the program's again
    assert stepped.state.iteration == iteration + 1


def test_all_of_a_component_is_locked_with_a_key(stepped: Desk) -> None:
    held = bits(stepped, 0)
    stepped.press(Key.Key_K)
    assert "Select components" in stepped.notice
    table = stepped.window.inspector.components.table
    table.selectRow(0)
    stepped.press(Key.Key_K, Key.Key_Space, Key.Key_Space)
    assert bits(stepped, 0) == held
    stepped.press(Key.Key_K)
    assert not locks.has_locks(stepped.snapshot.document.model.constraints)


# ---------------------------------------------------------------- means


def test_a_fixed_mean_is_typed(stepped: Desk) -> None:
    rare = stepped.window.inspector.model.rare
    assert not rare.place[0].isEnabled()
    stepped.click(rare.fixed, QPoint(8, rare.fixed.height() // 2))
    assert stepped.snapshot.document.model.fixed_mean is not None
    type_into(stepped, rare.place[0], "3.5")
    type_into(stepped, rare.place[1], "7e1")
    assert stepped.snapshot.document.model.fixed_mean == (3.5, 70.0)
    stepped.press(Key.Key_Space, Key.Key_Space)
    np.testing.assert_allclose(stepped.snapshot.mixture.means, [[3.5, 70.0]] * 3)
    assert rare.shared_mean.isChecked()
    assert not rare.shared_mean.isEnabled()
    type_into(stepped, rare.place[1], "seventy")
    assert rare.place[1].text() == "70"


def test_a_fixed_mean_is_dragged(desks) -> None:
    values = np.random.default_rng(1).normal(size=300) * np.repeat([0.3, 1.0, 4.0], 100)
    desk = desks(edits.both(line(values, 3), edits.choose_model(covariance="scale", fixed_mean=(0.5,))))
    desk.press(Key.Key_Space, Key.Key_4)
    start = desk.pixel(0.5)
    desk.drag(start, start + QPoint(30, 0), start + QPoint(60, 0))
    place = desk.snapshot.document.model.fixed_mean
    assert place is not None
    assert place[0] > 0.6
    np.testing.assert_allclose(desk.snapshot.mixture.means[:, 0], place[0])
    desk.press(Key.Key_Space)
    np.testing.assert_allclose(desk.snapshot.mixture.means[:, 0], place[0])
    field = desk.window.inspector.model.rare.place[0]
    assert field.value == pytest.approx(place[0])
    names = desk.window.inspector.components.model
    said = [names.data(names.index(row, 0)) for row in range(3)]
    assert all(name.startswith("σ = ") for name in said)


@pytest.mark.parametrize("name", ["shared_mean", "equal_weights"])
def test_ties_are_ticked(stepped: Desk, name: str) -> None:
    box = getattr(stepped.window.inspector.model.rare, name)
    states = stepped.snapshot.document.states
    stepped.click(box, QPoint(8, box.height() // 2))
    assert stepped.snapshot.document.states[: len(states)] == states  # EM goes on
    stepped.press(Key.Key_Space, Key.Key_Space)
    mixture = stepped.snapshot.mixture
    tied = mixture.means if name == "shared_mean" else mixture.weights
    np.testing.assert_allclose(tied, np.broadcast_to(tied[0], tied.shape), rtol=1e-12)
    assert "More: " in stepped.window.inspector.model.more.header.text()


# ---------------------------------------------------------------- noise and floor


def test_noise_gets_a_row_and_grey_points(stepped: Desk) -> None:
    box = stepped.window.inspector.model.rare.noise
    stepped.click(box, QPoint(8, box.height() // 2))
    stepped.press(Key.Key_Space, Key.Key_R)
    rows = stepped.window.inspector.components.model
    assert rows.rowCount() == 4
    noise = stepped.snapshot.mixture.noise
    assert f"{noise.weight!r}" in rows.data(rows.index(3, 1), Qt.ItemDataRole.ToolTipRole)
    assert "Noise" in rows.data(rows.index(3, 1), Qt.ItemDataRole.AccessibleTextRole)
    click_padlock(stepped, 3, 1)  # nothing to lock there
    assert not locks.has_locks(stepped.snapshot.document.model.constraints)
    QTest.mouseMove(stepped.canvas, stepped.pixel(3.0, 60.0))
    stepped.wait_for(stepped.window.store.changed, lambda: "noise" in stepped.window.status.where.whole)
    stepped.click(box, QPoint(8, box.height() // 2))
    assert rows.rowCount() == 3


def test_the_floor_is_typed_and_goes_in_tens(stepped: Desk) -> None:
    field = stepped.window.inspector.model.rare.floor
    type_into(stepped, field, "1e-6")
    assert stepped.snapshot.document.model.floor == 1e-6
    QTest.keyClick(field, Key.Key_Up)
    stepped.settle()
    assert stepped.snapshot.document.model.floor == pytest.approx(1e-5)
    type_into(stepped, field, "5")  # more than there can be
    assert field.text() == "1e-5"


# ---------------------------------------------------------------- algorithms


@pytest.mark.parametrize("name", [a.name for a in ALGORITHMS])
@pytest.mark.parametrize("d", [1, 2])
def test_every_algorithm_steps_and_runs(desks, name: str, d: int) -> None:
    values = np.random.default_rng(2).normal(size=(150, d)) + np.repeat([0.0, 4.0, 9.0], 50)[:, None]
    desk = desks(
        edits.both(edits.open_points(PointSet.of(values), k=3), edits.choose_model(max_iterations=300))
    )
    desk.window.store.apply(QUICKLY)
    box = desk.window.inspector.model.algorithm
    box.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range([a.name for a in ALGORITHMS].index(name)):
        QTest.keyClick(box, Key.Key_Down)
    chosen = algorithm(name)
    assert desk.snapshot.document.model.algorithm == name
    assert desk.window.inspector.model.guarantee.whole == chosen.guarantee
    desk.canvas.setFocus()
    desk.press(Key.Key_E, Key.Key_M, Key.Key_E)
    assert (desk.state.iteration, desk.state.stage) == (1, Stage.AFTER_E)
    desk.press(Key.Key_R)
    assert desk.state.plan.algorithm is chosen
    plot = desk.window.timeline.plot
    assert chosen.objective in plot.accessibleName().lower()
    assert chosen.guarantee in plot.toolTip()
    np.testing.assert_array_equal(plot.trace.objective, [s.objective for s in desk.snapshot.document.states])
    standing = desk.window.timeline.readout.standing.whole
    assert ("Converged" in standing) is chosen.climbs
    if chosen.climbs:
        desk.press(Key.Key_B)
        assert "its last state is its best" in desk.notice
    else:
        desk.press(Key.Key_B)
        assert desk.snapshot.cursor == best_index(desk.snapshot.document.states)


def test_a_change_of_algorithm_in_a_run_goes_on(stepped: Desk) -> None:
    desk = stepped
    desk.window.store.apply(edits.choose_model(tolerance=0.0, max_iterations=10_000))
    desk.press(Key.Key_R, settle=False)
    desk.until(lambda s: len(s.document.states) > 20)
    desk.window.store.apply(edits.choose_model(algorithm="SQUAREM"), "Change algorithm")
    desk.until(lambda s: s.document.latest.leapt)
    assert desk.snapshot.activity.running
    desk.press(Key.Key_R)


# ---------------------------------------------------------------- components


def test_split_merge_duplicate_and_remove_with_their_keys(stepped: Desk) -> None:
    table = stepped.window.inspector.components.table
    stepped.press(Key.Key_S)
    assert stepped.snapshot.document.model.k == 4
    stepped.press(Key.Key_J)
    assert stepped.snapshot.document.model.k == 3
    table.selectRow(1)
    stepped.press((Key.Key_D, SHIFT))
    assert stepped.snapshot.document.model.k == 4
    np.testing.assert_array_equal(stepped.snapshot.mixture.means[3], stepped.snapshot.mixture.means[1])
    table.selectRow(3)
    stepped.press((Key.Key_Delete, SHIFT))
    assert stepped.snapshot.document.model.k == 3
    stepped.press(Key.Key_Space)
    assert [entry.label for entry in stepped.window.store.history.undo][-5:-1] == [
        "Split component", "Merge components", "Duplicate component", "Remove components",
    ]  # fmt: skip


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_right_click_opens_the_menu_of_the_row(stepped: Desk) -> None:
    components = stepped.window.inspector.components
    place = components.table.visualRect(components.model.index(2, 4)).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, components.table.viewport().mapToGlobal(place)
    )
    QApplication.sendEvent(components.table.viewport(), event)
    assert components.menu.isVisible()
    assert stepped.snapshot.selection == (2,)
    components.menu.close()


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_the_selected_components_are_merged(stepped: Desk, pair: tuple[int, int]) -> None:
    before = stepped.snapshot.parameters
    stepped.window.store.apply(edits.select(pair))
    stepped.press(Key.Key_J)
    (left,) = set(range(3)) - set(pair)
    np.testing.assert_array_equal(
        stepped.snapshot.parameters.means[0 if left == 0 else 1], before.means[left]
    )
    assert stepped.snapshot.parameters.weights.sum() == pytest.approx(1.0)


def test_the_menu_of_a_row_offers_what_can_be_done(stepped: Desk) -> None:
    components = stepped.window.inspector.components
    components.table.selectRow(2)
    texts = [action.text() for action in components.fill_menu(2).actions() if action.text()]
    assert texts == [
        "Lock or free", "Add", "Split", "Merge", "Duplicate", "Remove", "Equal weights", "Copy",
    ]  # fmt: skip


# ---------------------------------------------------------------- remedies


def collapsed(desks) -> Desk:
    """Eight equal points among sixty: a component that the floor holds."""
    generator = np.random.default_rng(0)
    values = np.concatenate([generator.normal(size=(60, 2)), np.repeat([[4.0, 4.0]], 8, axis=0)])
    desk = desks(edits.both(edits.open_points(PointSet.of(values), k=2), QUICKLY))
    desk.press(Key.Key_R)
    assert "held at the floor" in desk.notice
    return desk


@pytest.mark.parametrize(
    ("name", "k"), [("reseed", 2), ("remove", 1), ("split-largest", 2), ("raise-floor", 2)]
)
def test_the_buttons_of_a_collapsed_component(desks, name: str, k: int) -> None:
    desk = collapsed(desks)
    before = desk.snapshot.document
    desk.click(desk.window.notice.remedies[name])
    assert desk.snapshot.document.model.k == desk.snapshot.mixture.n_components == k
    assert desk.snapshot.document is not before
    assert (desk.snapshot.document.model.floor > before.model.floor) is (name == "raise-floor")
    desk.press(Key.Key_Space)
    desk.press(*[(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)] * 2)
    assert desk.snapshot.document is before


@pytest.mark.parametrize(("name", "k"), [("separate", 3), ("merge", 2)])
def test_the_buttons_of_twins(stepped: Desk, name: str, k: int) -> None:
    stepped.press(Key.Key_Minus, Key.Key_Space, (Key.Key_D, SHIFT), Key.Key_Space)
    assert "are identical" in stepped.notice
    stepped.click(stepped.window.notice.remedies[name])
    assert stepped.snapshot.document.model.k == k
    stepped.press(Key.Key_Space)
    assert "are identical" not in stepped.notice
    rows = stepped.window.inspector.components
    assert rows.model.rowCount() == k


def test_the_menu_of_a_row_in_trouble_has_the_remedies(desks) -> None:
    desk = collapsed(desks)
    components = desk.window.inspector.components
    row = next(r for r in range(2) if components.model.rows.trouble(r) is not None)
    remedy = next(a for a in components.fill_menu(row).actions() if a.text() == "Reseed")
    remedy.trigger()
    desk.settle()
    assert desk.window.store.history.undo[-1].label == f"Reseed: component {row + 1}"
