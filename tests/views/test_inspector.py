"""The inspector as a whole, and its sections on data, view and the point under the mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton

from gmmviewer.data.points import PointSet
from gmmviewer.scene.inspect import readout
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, ViewChoices
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.inspector import Inspector
from gmmviewer.views.inspector.panel import WIDTH
from gmmviewer.views.widgets.responsibility_bars import LARGEST_LISTED
from tests.helpers import build


def inspector(desk, snapshot):
    table = desk(snapshot)
    menu = QMenu("Built-in", table.owner)
    return table, table.show(Inspector(table.store, table.actions, menu), 0, 760)


def test_sections_in_order_fold_and_unfold(desk, qtbot):
    _, view = inspector(desk, build.fitted())
    assert list(view.sections) == ["data", "model", "components", "view", "point"]
    for section in view.sections.values():
        assert section.content.isVisible()
        qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
        assert not section.content.isVisible()
        qtbot.keyClick(section.header, Qt.Key.Key_Space)
        assert section.content.isVisible()


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("presenter", [False, True])
def test_nothing_needs_horizontal_scrolling(desk, d, presenter):
    data = build.points(d=d)
    data = replace(data, columns=("a column with a very long name (unit)", "another such column")[:d])
    fit = build.stepped(data, halves=3, covariance="V" if d == 1 else "VVV")
    _, view = inspector(desk, replace(fit, view=ViewChoices(presenter=presenter)))
    content = view.scroll_area.widget()
    assert content.minimumSizeHint().width() <= view.scroll_area.viewport().width()
    assert view.width() == round(WIDTH * (1.6 if presenter else 1.0))


def test_the_wheel_over_a_field_scrolls_the_panel(desk):
    table, view = inspector(desk, build.stepped(build.points(n=90), halves=1, k=20))
    bar = view.scroll_area.verticalScrollBar()
    bar.setValue(60)
    before = bar.value(), table.snapshot
    spot = view.model.k
    inside = spot.mapTo(table.owner, spot.rect().center())
    QTest.wheelEvent(table.owner.windowHandle(), inside, QPoint(0, 120))
    assert table.snapshot is before[1]
    assert bar.value() < before[0]


def test_data_section_names_the_points(desk):
    data = PointSet.of([[1.0, 2.0]] * 1234, ("a (m)", "b (s)"), "my file.csv", notes=("3 rows dropped",))
    table, view = inspector(desk, build.snapshot(data))
    assert view.data.name.whole == "my file.csv"
    assert view.data.amount.whole == "1\u202f234 points · a (m) × b (s)"
    assert view.data.notes.whole == "3 rows dropped"
    table.store.apply(edits.open_points(PointSet.of([1.0], ("t",), "one"), k=1))
    assert view.data.amount.whole == "1 point · t"
    assert view.data.notes.isHidden()


def test_what_to_know_before_believing_a_fit_is_said(desk):
    values = np.random.default_rng(1).normal(size=(80, 2)) * [1e9, 1.0]
    table, view = inspector(desk, build.snapshot(PointSet.of(values), covariance="VVV", k=2))
    assert view.data.cautions.isHidden()
    table.store.apply(edits.choose_model(covariance="VII"))
    assert "the fit depends on the units" in view.data.cautions.whole
    assert not view.data.cautions.isHidden()
    table.store.apply(edits.choose_model(covariance="EEE"))
    assert view.data.cautions.isHidden()


def test_cautions_about_many_points_wait_for_no_other_thread(desk):
    values = np.random.default_rng(1).normal(size=(120_000, 2)) * [1e9, 1.0]
    many = PointSet.of(values)
    _, view = inspector(desk, build.snapshot(many, covariance="VII", k=2))
    assert "the fit depends on the units" in view.data.cautions.whole
    assert "sample" not in vars(many)


def test_data_buttons_are_the_actions_and_the_menu(desk, qtbot):
    table, view = inspector(desk, build.fitted())
    buttons = {button.text(): button for button in view.data.findChildren(QToolButton)}
    with qtbot.waitSignal(table.actions["open"].triggered):
        qtbot.mouseClick(buttons["Open…"], Qt.MouseButton.LeftButton)
    assert buttons["Built-in ▾"].menu().title() == "Built-in"


@pytest.mark.parametrize("d", [1, 2])
def test_layers_are_those_of_the_registry_and_toggle(desk, qtbot, d):
    fit = build.stepped(build.points(d=d), halves=1, covariance="V" if d == 1 else "VVV")
    table, view = inspector(desk, fit)
    shown = [key for key, box in view.view.layers.items() if box.isVisible()]
    assert shown == [layer.key for layer in LAYERS if d in layer.dimensions]
    for key in shown:
        box = view.view.layers[key]
        before = key in table.snapshot.view.layers
        assert box.isChecked() is before
        qtbot.keyClick(box, Qt.Key.Key_Space)
        assert (key in table.snapshot.view.layers) is not before
        assert box.isChecked() is not before
    assert not table.store.history.undo  # how things are shown is not part of the document


def test_layers_follow_the_snapshot(desk):
    table, view = inspector(desk, build.fitted())
    table.store.apply(edits.toggle_layer("heat"))
    assert view.view.layers["heat"].isChecked()


def test_point_section_shows_the_readout(desk):
    table, view = inspector(desk, build.stepped(halves=5, k=3))
    said = readout(table.snapshot.mixture, [1.0, 2.0])
    height = view.point.height()
    view.show_readout(said)
    assert view.point.location.whole == "x = (1.000, 2.00)"
    assert view.point.density.exact == repr(said.density)
    assert len(view.point.bars.texts()) == 3
    view.show_readout(None)
    assert view.point.location.whole == "x = (–, –)"
    assert view.point.density.text() == "–"
    assert view.point.bars.texts() == []
    assert view.point.height() == height


def test_of_many_components_those_responsible_are_listed(desk):
    table, view = inspector(desk, build.stepped(build.points(n=90), halves=3, k=12))
    said = readout(table.snapshot.mixture, table.snapshot.mixture.means[10])
    view.show_readout(said)
    listed = view.point.bars.listed()
    assert len(listed) == LARGEST_LISTED
    shares = said.responsibilities[listed].tolist()
    assert shares == sorted(said.responsibilities.tolist(), reverse=True)[:LARGEST_LISTED]
    view.grab()


def test_a_readout_of_other_dimensions_is_not_shown(desk):
    table, view = inspector(desk, build.fitted())
    stale = readout(table.snapshot.mixture, [1.0, 2.0])
    table.store.apply(edits.open_points(build.points(d=1), k=2))
    view.show_readout(stale)
    assert view.point.density.text() == "–"


def test_every_control_has_a_name(desk):
    _, view = inspector(desk, build.fitted())
    for kind in (QToolButton,):
        for control in view.findChildren(kind):
            assert control.accessibleName() or control.text(), control
            assert control.toolTip(), control


def test_draws_before_there_is_a_model(desk):
    _, view = inspector(desk, Snapshot(build.snapshot(build.no_points()).document))
    assert not view.grab().isNull()
