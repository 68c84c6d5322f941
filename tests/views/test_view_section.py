"""The section on the view: every choice is shown, changed by a person only, and never by the wheel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gmmviewer.scene.colour_maps import COLOUR_MAPS
from gmmviewer.scene.ellipses import EllipseLevel
from gmmviewer.session import edits
from gmmviewer.session.choices import BinRule, PointStyle, Uncertainty
from gmmviewer.views.inspector.view import ViewSection
from gmmviewer.views.inspector.view_options import shares_in
from tests.helpers import build
from tests.views.conftest import turn_wheel

Key = Qt.Key


def section(desk, d: int = 2):
    table = desk(build.snapshot(build.points(d=d)))
    view = ViewSection(table.store, table.actions)
    return table, table.show(view, 320, 700)


def typed(qtbot, field: QWidget, text: str) -> None:
    """Type a text into a field and complete it."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def test_every_option_is_where_it_has_a_meaning(desk):
    for d in (1, 2):
        _, view = section(desk, d)
        for row in view.rows:
            assert row.option.isVisible() is (d in row.dimensions), row.caption


def test_the_section_is_as_wide_as_the_inspector_allows(desk):
    for d in (1, 2):
        _, view = section(desk, d)
        assert view.minimumSizeHint().width() <= 310


@pytest.mark.parametrize("d", [1, 2])
def test_the_wheel_changes_nothing(desk, d):
    table, view = section(desk, d)
    before = table.snapshot.view
    fields = [child for row in view.rows for child in row.option.findChildren(QWidget) if child.isVisible()]
    for field in fields:
        turn_wheel(field)
    assert table.snapshot.view is before


def test_ellipses_by_deviations_or_by_share(desk, qtbot):
    table, view = section(desk)
    level = view.options["level"]
    assert level.number.text() == "2"
    assert level.told.whole == "= 86.5 %"
    typed(qtbot, level.number, "2,5")
    assert table.snapshot.view.level == EllipseLevel("sigma", 2.5)
    level.unit.setCurrentIndex(1)
    level.unit.activated.emit(1)
    assert table.snapshot.view.level == EllipseLevel("content", 0.9561)  # 1 − exp(−2.5²/2)
    view.show_snapshot(None, table.snapshot)
    assert level.told.whole == "= 2.5σ"
    typed(qtbot, level.number, "39.34693402873666")  # 1 − exp(−1/2): one standard deviation
    assert table.snapshot.view.level.radius(2) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "text"), [("sigma", "0"), ("sigma", "-1"), ("sigma", "11"), ("content", "100")]
)
def test_an_ellipse_that_cannot_be_is_refused_with_advice(desk, qtbot, kind, text):
    table, view = section(desk)
    table.store.apply(edits.choose_view(level=EllipseLevel(kind, 0.5)))
    typed(qtbot, view.options["level"].number, text)
    assert table.snapshot.view.level == EllipseLevel(kind, 0.5)
    assert "between" in table.snapshot.notice.text
    assert view.options["level"].number.text() == ("0.5" if kind == "sigma" else "50")


def test_shares_are_typed_as_percentages(desk, qtbot):
    table, view = section(desk)
    shares = view.options["contents"]
    assert shares.field.text() == "25, 50, 75, 95"
    typed(qtbot, shares.field, "99 % 50; 90")
    assert table.snapshot.view.contents == (0.5, 0.9, 0.99)
    assert shares.field.text() == "50, 90, 99"
    typed(qtbot, shares.field, "50, many")
    assert table.snapshot.view.contents == (0.5, 0.9, 0.99)
    assert "percentages" in table.snapshot.notice.text
    assert shares.field.text() == "50, 90, 99"
    shares.field.setFocus()
    qtbot.keyClicks(shares.field, "7")
    qtbot.keyClick(shares.field, Key.Key_Escape)
    assert table.snapshot.view.contents == (0.5, 0.9, 0.99)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("50", (0.5,)),
        ("90 50 90", (0.5, 0.9)),
        ("0, 50", ()),
        ("50, 100", ()),
        ("", ()),
        ("nan", ()),
        ("inf", ()),
        ("1 2 3 4 5 6 7 8 9", ()),
    ],
)
def test_shares_in_a_text(text, wanted):
    assert shares_in(text) == wanted


def test_choices_follow_the_hand_and_the_snapshot(desk, qtbot):
    table, view = section(desk)
    for name, wanted in (
        ("point_style", PointStyle.SYMBOLS),
        ("uncertainty", Uncertainty.SIZE),
        ("colour_map", COLOUR_MAPS[1].key),
    ):
        box = view.options[name].box
        qtbot.keyClick(box, Key.Key_Down)
        assert getattr(table.snapshot.view, name) == wanted
    table.store.apply(edits.choose_view(point_style=PointStyle.PIES))
    assert view.options["point_style"].box.currentText() == PointStyle.PIES.value


def test_the_size_of_points_is_a_slider(desk, qtbot):
    table, view = section(desk)
    slider = view.options["symbol_size"].slider
    assert slider.value() == 20
    qtbot.keyClick(slider, Key.Key_Right)
    assert table.snapshot.view.symbol_size == pytest.approx(1.05)


def test_bins_by_hand(desk, qtbot):
    table, view = section(desk, 1)
    bins = view.options["bin_rule"]
    assert not bins.number.isEnabled()
    table.store.apply(edits.choose_view(bin_rule=BinRule.BY_HAND))
    assert bins.number.isEnabled()
    typed(qtbot, bins.number, "33")
    assert table.snapshot.view.bins == 33


def test_heights_are_densities_or_counts(desk, qtbot):
    table, view = section(desk, 1)
    box = view.options["counts"].box
    assert box.currentText() == "Densities"
    qtbot.keyClick(box, Key.Key_Down)
    assert table.snapshot.view.counts is True
    qtbot.keyClick(box, Key.Key_Up)
    assert table.snapshot.view.counts is False


@pytest.mark.parametrize(
    ("d", "name"), [(2, "equal_aspect"), (1, "log_density"), (1, "jitter"), (2, "motion")]
)
def test_switches(desk, qtbot, d, name):
    table, view = section(desk, d)
    before = getattr(table.snapshot.view, name)
    qtbot.keyClick(view.options[name].box, Key.Key_Space)
    assert getattr(table.snapshot.view, name) is not before
    table.store.apply(edits.choose_view(**{name: before}))
    assert view.options[name].box.isChecked() is before


def test_tooltips_name_the_keys(desk):
    _, view = section(desk)
    assert view.layers["points"].toolTip().endswith("(P)")
    assert view.options["equal_aspect"].box.toolTip().endswith("(A)")
