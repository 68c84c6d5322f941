"""Padlocks, the chooser of families with its drawings, and the field for any number."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.families import FAMILIES, families
from gmmviewer.session import edits
from gmmviewer.views.ink import ink
from gmmviewer.views.inspector.component_model import LOCKED
from gmmviewer.views.inspector.components import ComponentsSection
from gmmviewer.views.widgets.families import GROUP, SKETCH, FamilyBox, group_of
from gmmviewer.views.widgets.numbers import NumberField, written
from gmmviewer.views.widgets.sketch import paint_sketch, sketch_icon
from tests.helpers import build
from tests.session.test_locks import after

LEFT = Qt.MouseButton.LeftButton
SAID = Qt.ItemDataRole.AccessibleTextRole


def section(desk, snapshot):
    table = desk(snapshot)
    return table, table.show(ComponentsSection(table.store, table.actions), 324, 300)


def placed(desk, widget, width, height):
    """A widget that shows no snapshots, on a desk that is on the screen."""
    table = desk(build.fitted())
    widget.setParent(table.owner)
    widget.resize(width, height)
    widget.desk = table  # which would take the widget with it
    with table.qtbot.waitExposed(table.owner):
        table.owner.show()
    widget.show()
    return widget


def corner(view, row, column) -> QImage:
    """The part of a cell where its padlock is."""
    area = view.table.visualRect(view.model.index(row, column))
    return view.table.viewport().grab(area.adjusted(0, 0, 16 - area.width(), 0)).toImage()


@pytest.mark.parametrize(("column", "kind"), [(1, "weights"), (2, "means"), (3, "covariances")])
def test_a_locked_cell_shows_a_padlock_and_says_so(desk, column, kind):
    table, view = section(desk, build.stepped(halves=5, k=3))
    index = view.model.index(1, column)
    before = corner(view, 1, column)
    assert index.data(LOCKED) is False
    assert "locked" not in index.data(SAID)
    table.store.apply(edits.toggle_lock(kind, frozenset({1})))
    assert index.data(LOCKED) is True
    assert index.data(SAID).endswith("locked")
    assert corner(view, 1, column) != before
    assert "padlock" in view.model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_a_padlock_opens_under_the_mouse(desk, qtbot):
    _, view = section(desk, build.stepped(halves=5, k=3))
    before = corner(view, 0, 2)
    port = view.table.viewport()
    qtbot.mouseMove(port, view.table.visualRect(view.model.index(0, 2)).center())
    assert corner(view, 0, 2) != before


def test_numbers_keep_clear_of_the_padlock(desk):
    _, view = section(desk, build.stepped(halves=5, k=3))
    metrics = view.table.fontMetrics()
    for column in (1, 2, 3):
        widest = max(
            metrics.horizontalAdvance(line)
            for row in range(3)
            for line in view.model.index(row, column).data().split("\n")
        )
        assert view.table.columnWidth(column) >= widest + 13, column


def test_what_cannot_be_locked_has_no_padlock(desk, qtbot):
    noisy = after(build.snapshot(k=2, noise=True), edits.want_halves(5))
    table, view = section(desk, noisy)
    for row, column in ((0, 0), (0, 4), (0, 5), (2, 1), (2, 2)):
        index = view.model.index(row, column)
        assert index.data(LOCKED) is None
        place = view.table.visualRect(index)
        qtbot.mouseClick(view.table.viewport(), LEFT, pos=QPoint(place.left() + 6, place.center().y()))
    assert table.snapshot.document.model.constraints == Constraints()


def test_the_noise_is_the_last_row(desk):
    noisy = after(build.snapshot(k=2, noise=True), edits.want_halves(5))
    _, view = section(desk, noisy)
    assert view.model.rowCount() == 3
    noise = noisy.state.standard.noise
    assert view.model.index(2, 1).data(Qt.ItemDataRole.ToolTipRole) == f"weight: {noise.weight!r}"
    count = noisy.state.expectation.moments.noise
    assert view.model.index(2, 5).data(Qt.ItemDataRole.ToolTipRole) == f"n_k: {count!r}"
    assert view.model.index(2, 2).data() == "–\n–"
    assert view.model.tab_separated([2]).splitlines()[1].startswith("noise\t")
    view.table.selectRow(2)
    assert noisy.selection == ()


def test_components_about_one_mean_are_named_by_scale(desk):
    tied = after(build.snapshot(k=3, covariance="scale-isotropic"), edits.want_halves(5))
    _, view = section(desk, tied)
    for row in range(3):
        sigma = float(np.sqrt(tied.mixture.covariances[row, 0, 0]))
        said = view.model.index(row, 0).data(SAID)
        assert said.startswith(f"Component {row + 1}, σ = ")
        assert float(said.rsplit(" ", 1)[1]) == pytest.approx(sigma, rel=5e-3)


def test_the_selection_is_that_of_the_snapshot(desk):
    table, view = section(desk, build.stepped(halves=5, k=3))
    view.table.selectRow(1)
    assert table.snapshot.selection == (1,)
    table.store.apply(edits.select([0, 2]))
    chosen = {index.row() for index in view.table.selectionModel().selectedRows()}
    assert chosen == {0, 2}


# ---------------------------------------------------------------- families


def drawn(family, dark=False, side=60) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_sketch(painter, QRectF(0, 0, side, side), family.sketch, dark)
    painter.end()
    return image


@pytest.mark.parametrize("d", [1, 2])
def test_no_two_families_look_alike(dressed, d):
    pictures = [drawn(family) for family in families(d)]
    for number, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[:number])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.letters)
def test_a_drawing_lies_within_its_square(dressed, family):
    image = drawn(family, side=80)
    edge = [
        image.pixelColor(x, y).alpha() for x in range(80) for y in range(80) if x in (0, 79) or y in (0, 79)
    ]
    assert max(edge) == 0


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_a_drawing_is_sharp_at_every_pixel_ratio(dressed, ratio):
    sketch = families(2)[0].sketch
    picture = sketch_icon(sketch, 20, False).pixmap(20, 20) if ratio == 1.0 else None
    available = {size.width() for size in sketch_icon(sketch, 20, False).availableSizes()}
    assert round(20 * ratio) in available
    assert picture is None or picture.width() == 20


@pytest.mark.parametrize("dark", [False, True])
def test_the_list_shows_drawing_name_and_meaning(desk, dark):
    box = placed(desk, FamilyBox(), 250, 30)
    box.restyle(ink(dark))
    box.show_families(families(2))
    view, delegate = box.view(), box.itemDelegate()
    seen = []
    for row, family in enumerate(families(2)):
        index = box.model().index(row, 0)
        assert index.data(SKETCH) == family.sketch
        assert not box.itemIcon(row).isNull()
        image = QImage(400, 60, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        delegate.paint(painter, _option(view), index)
        painter.end()
        drawing = image.copy(0, 0, 38, 60)  # without name and meaning
        assert all(drawing != other for other in seen)
        seen.append(drawing)
    headings = [box.itemData(row, GROUP) for row in range(box.count())]
    assert [h for h in headings if h] == list(dict.fromkeys(group_of(f, families(2)) for f in families(2)))
    assert headings[0]


def _option(view):
    option = QStyleOptionViewItem()
    view.initViewItemOption(option)
    option.rect = QRect(0, 0, 400, 60)
    return option


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("value", "text"), [(1e-9, "1e-9"), (3.0, "3"), (-0.25, "-0.25"), (1e20, "1e20"), (0.0, "0")]
)
def test_numbers_as_people_write_them(value, text):
    assert written(value) == text
    assert float(text) == value


def number(desk, **limits):
    field = placed(desk, NumberField(**limits), 80, 26)
    field.show_value(1.0)
    told: list[float] = []
    field.chosen.connect(told.append)
    return field, told


@pytest.mark.parametrize(
    ("typed", "value"), [("2,5", 2.5), ("\u22123", -3.0), (" 1e3 ", 1000.0), ("-0.5e-2", -0.005)]
)
def test_a_number_is_told_when_it_is_complete(desk, qtbot, typed, value):
    field, told = number(desk)
    field.selectAll()
    field.insert(typed)  # as if pasted: test keys are ASCII
    assert told == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == [value]
    field.show_value(value)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == [value]


@pytest.mark.parametrize("typed", ["", "abc", "nan", "inf", "11", "1 2"])
def test_what_is_no_number_here_is_taken_back(desk, qtbot, typed):
    field, told = number(desk, low=0.0, high=10.0)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == []
    assert field.text() == "1"


def test_escape_takes_back_and_arrows_go_in_tens(desk, qtbot):
    field, told = number(desk, low=1e-3, high=10.0, tenfold=True)
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), told) == ("1", [])
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(field, key)
    assert told == pytest.approx([10.0, 1.0])
