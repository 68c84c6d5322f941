"""Icons, style sheet and the small controls."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QColor, QFontMetrics, QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gmmviewer.resources import resource_path
from gmmviewer.scene.palette import contrast
from gmmviewer.session.choices import THEMES, ViewChoices
from gmmviewer.views import icons
from gmmviewer.views.ink import DARK, LIGHT, ink, ink_of
from gmmviewer.views.items.pens import rgb
from gmmviewer.views.style import font, palette, stylesheet
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.fields import CheckBox, ChoiceBox, IntegerBox, Slider
from gmmviewer.views.widgets.labels import ElidedLabel, Figure
from gmmviewer.views.widgets.section import Section
from gmmviewer.views.widgets.swatch import symbol_pixmap

ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg") if path.stem != "gmmviewer")
SOURCES = Path(__file__).parents[2] / "gmmviewer"


def inked(image) -> np.ndarray:
    """Which pixels of a picture are not empty."""
    return np.array(
        [[image.pixelColor(x, y).alpha() > 100 for x in range(image.width())] for y in range(image.height())]
    )


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_the_colour_asked_for(qapp, name):
    image = icons.pixmap(name, "#d55e00", 24, 1.0).toImage()
    mask = inked(image)
    assert mask.sum() > 20
    full = [image.pixelColor(int(c), int(r)) for r, c in np.argwhere(mask)]
    strongest = max(full, key=QColor.alpha)
    assert abs(strongest.red() - 0xD5) < 4
    assert abs(strongest.green() - 0x5E) < 4


def test_icons_are_made_once_and_are_fainter_when_disabled(qapp):
    assert icons.icon("play", "#123456") is icons.icon("play", "#123456")
    one = icons.icon("play", "#123456")
    strengths = [
        one.pixmap(20, mode).toImage().pixelColor(10, 10).alpha()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    ]
    edges = [inked(one.pixmap(20, mode).toImage()).sum() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)]
    assert strengths[0] >= strengths[1]
    assert edges[0] > edges[1]


def test_an_unknown_icon_is_a_loud_mistake(qapp):
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon", "#000000")


def test_the_program_has_an_icon_and_the_icons_their_licence(qapp):
    assert not icons.program_icon().pixmap(256, 256).isNull()
    text = resource_path("icons", "LICENSE").read_text(encoding="utf-8")
    assert "ISC License" in text
    assert "Lucide" in text


def test_only_icons_in_use_are_shipped():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    unused = [name for name in ICONS if f'"{name}"' not in text]
    assert unused == []


@pytest.mark.parametrize(
    "chosen", [LIGHT, DARK, ink(dark=True, presenter=True), ink(dark=False, contrast=True)]
)
def test_style_sheet_is_complete(chosen):
    sheet = stylesheet(chosen)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(path).is_file()


def test_pictures_of_the_style_sheet_are_in_the_ink_of_their_theme():
    for chosen, theme in ((LIGHT, "light"), (DARK, "dark")):
        folder = resource_path("icons", "style")
        assert chosen.on_accent in (folder / f"check-{theme}.svg").read_text(encoding="utf-8")
        assert chosen.text in (folder / f"chevron-{theme}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", THEMES)
def test_text_reads_on_every_ground(theme):
    chosen = ink_of(ViewChoices(theme=theme))
    required = 7.0 if theme.startswith("contrast") else 4.5  # WCAG 2.1: 1.4.6 and 1.4.3
    for ground in (chosen.ground, chosen.panel, chosen.raised):
        for name in ("text", "faint", "error", "warning", "success"):
            assert contrast(rgb(getattr(chosen, name)), rgb(ground)) >= required, name
        for name in ("mixture", "neutral", "accent"):
            assert contrast(rgb(getattr(chosen, name)), rgb(ground)) >= 3.0, name
    for text, ground in (("on_accent", "accent"), ("on_selection", "selection")):
        assert contrast(rgb(getattr(chosen, text)), rgb(getattr(chosen, ground))) >= required, text


@pytest.mark.parametrize("chosen", [LIGHT, DARK])
def test_palette_is_the_ink(qapp, chosen):
    colours = palette(chosen)
    assert colours.color(QPalette.ColorRole.Window).name() == chosen.panel
    assert colours.color(QPalette.ColorRole.WindowText).name() == chosen.text
    disabled = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name() == chosen.disabled


def test_figures_are_of_equal_width(qapp):
    metrics = QFontMetrics(font(LIGHT))
    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1
    assert font(ink(dark=False, presenter=True)).pixelSize() == round(1.6 * font(LIGHT).pixelSize())


def test_figure_keeps_its_width(qtbot):
    figure = Figure("Log-likelihood", "\u2212000000.000")
    qtbot.addWidget(figure)
    width = figure.sizeHint().width()
    for value in (None, 1.0, -123456.789):
        figure.show_number(value, "–" if value is None else f"{value:.3f}", "nats")
        assert figure.sizeHint().width() == width
    assert figure.toolTip() == "Log-likelihood: -123456.789 nats"


def test_elided_label_tells_all_in_its_tooltip(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    label = ElidedLabel(parent=owner)
    label.resize(80, 20)
    label.show_text("a very long name of a file that nobody can read here")
    assert label.text().endswith("…")
    assert label.toolTip() == label.whole
    label.resize(2000, 20)
    owner.grab()  # a hidden label learns its size when it is drawn
    assert label.text() == label.whole
    assert label.toolTip() == ""


def test_action_button_keeps_its_face_when_its_action_changes(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    action = QAction("Go to &first", owner)
    button = ActionButton(action, "First", parent=owner)
    button.show_face("First", icons.icon("skip-back", "#000000"))
    action.setText("Something else")
    action.setEnabled(False)
    assert button.text().strip() == "First"
    assert not button.isEnabled()
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_symbols_of_neighbours_differ_in_shape(qapp):
    shapes = [inked(symbol_pixmap(k, 24, 1.0, dark=False).toImage()) for k in range(8)]
    for one, other in pairwise(shapes):
        assert (one ^ other).sum() > 10


def wants(widget, key, modifiers=Qt.KeyboardModifier.NoModifier) -> bool:
    """Whether a control takes a key before the shortcuts of the program."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_controls_reached_with_tab_keep_their_keys(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    button = ActionButton(QAction("Go", owner), parent=owner)
    section = Section("Data", QWidget())
    section.setParent(owner)
    controls = (button, section.header, CheckBox("Points", owner), ChoiceBox(owner), Slider(1, 9, owner))
    for control in controls:
        assert control.focusPolicy() is Qt.FocusPolicy.TabFocus  # a click leaves Space to the program
        assert wants(control, Qt.Key.Key_Space)
        assert not wants(control, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert not wants(control, Qt.Key.Key_M)
    assert [wants(control, Qt.Key.Key_Right) for control in controls] == [False, False, False, True, True]


def test_a_field_lets_go_of_the_keys_when_it_is_done(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    box = IntegerBox(1, 50, owner)
    box.show_value(3)
    owner.show()
    owner.activateWindow()
    with qtbot.waitSignal(box.chosen):
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, "7")
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert not box.hasFocus()
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "9")
    with qtbot.assertNotEmitted(box.chosen):
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.value() == 7
    assert not box.hasFocus()
