"""The theme: a palette, a font and a style sheet for the Fusion style, all from one ``Ink``.

Distances are multiples of 4 pixels, most of them of 8. Widgets say what they are with the property ``role``
(see ``_TEXT`` and ``_BUTTONS``); they never bring style sheets of their own.

Spin boxes have no arrows. Their places are put where they only serve as left padding: anywhere else Qt
would end the text at them.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget

from gmmviewer.resources import resource_path
from gmmviewer.views.ink import Ink

FAMILIES = ["Inter", "SF Pro Text", "Segoe UI", "Noto Sans", "DejaVu Sans", "sans-serif"]

_TEXT = """
QWidget { font-size: ${body}px; }
QWidget#inspector, QWidget#timeline, QWidget#transport, QWidget#rail, QWidget#status { background: $panel; }
QLabel { background: transparent; }
QLabel[role="caption"] { color: $faint; }
QLabel[role="small"] { color: $faint; font-size: ${small}px; }
QLabel[role="warning"] { color: $warning; font-size: ${small}px; }
QLabel[role="title"] { color: $text; font-weight: 600; }
QLabel[role="figure-large"] { color: $text; font-size: ${large}px; font-weight: 600; }
QLabel[role="hint"] { color: $faint; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="success"] { color: $success; }
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 6px; }
"""

_BUTTONS = """
QToolButton, QPushButton {
    color: $text; background: $raised; border: 1px solid $border; border-radius: 6px;
    padding: 4px 8px; min-height: ${line}px;
}
QToolButton:hover, QPushButton:hover { background: $hover; }
QToolButton:pressed, QPushButton:pressed { background: $pressed; }
QToolButton:disabled, QPushButton:disabled { color: $disabled; background: $panel; }
QToolButton:focus, QPushButton:focus { border: 2px solid $accent; padding: 3px 7px; }
#transport QToolButton { padding: 4px 6px; }
#transport QToolButton:focus { padding: 3px 5px; }
#transport QToolButton[role="icon"] { padding: 4px; }
#transport QToolButton[role="icon"]:focus { padding: 3px; }
#transport QComboBox { padding: 3px 5px; }
#transport QComboBox:focus { padding: 2px 4px; }
QToolButton[role="icon"] { padding: 4px 5px; }
QToolButton[role="icon"]:focus { padding: 3px 4px; }
QToolButton[role="primary"] { color: $on_accent; background: $accent; border-color: $accent; }
QToolButton[role="primary"]:hover { border-color: $text; }
QToolButton[role="primary"]:focus { border-color: $text; }
QToolButton[role="primary"]:disabled { color: $disabled; background: $hover; border-color: $border; }
QToolButton[role="quiet"] { background: transparent; border-color: transparent; }
QToolButton[role="quiet"]:hover { background: $hover; }
QToolButton[role="quiet"]:pressed { background: $pressed; }
QToolButton[role="quiet"]:focus { border-color: $accent; }
QToolButton[role="mode"] {
    background: transparent; border-color: transparent; padding: 4px 2px; font-size: ${small}px;
}
QToolButton[role="mode"]:hover { background: $hover; }
QToolButton[role="mode-current"] {
    color: $on_selection; background: $selection; border-color: $selection; padding: 4px 2px;
    font-size: ${small}px;
}
QToolButton[role="mode"]:focus, QToolButton[role="mode-current"]:focus {
    border: 2px solid $accent; padding: 3px 1px;
}
QToolButton[role="section"] {
    background: transparent; border: 1px solid transparent; border-radius: 4px; font-weight: 600;
    text-align: left; padding: 4px;
}
QToolButton[role="subsection"] {
    background: transparent; border: 1px solid transparent; border-radius: 4px; color: $faint;
    text-align: left; padding: 2px 4px;
}
QToolButton[role="subsection"]:hover { background: $hover; }
QToolButton[role="subsection"]:focus { border: 2px solid $accent; padding: 1px 3px; }
QToolButton[role="section"]:hover { background: $hover; }
QToolButton[role="section"]:focus { border: 2px solid $accent; padding: 3px; }
QToolButton::menu-indicator { image: none; width: 0; }
"""

_FIELDS = """
QSpinBox, QDoubleSpinBox, QComboBox, QLineEdit {
    color: $text; background: $raised; border: 1px solid $border; border-radius: 6px;
    padding: 3px 7px; min-height: ${line}px;
    selection-background-color: $selection; selection-color: $on_selection;
}
QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $axis; }
QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QLineEdit:focus {
    border: 2px solid $accent; padding: 2px 6px;
}
QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $disabled; background: $panel; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: none; padding: 0; min-height: 0; background: transparent;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    subcontrol-origin: margin; subcontrol-position: top left; width: 8px; height: 1px; border: none;
    background: transparent;
}
QComboBox::drop-down { border: none; width: ${drop}px; }
QComboBox::down-arrow { image: url("$chevron"); width: ${box}px; height: ${box}px; }
QComboBox QAbstractItemView {
    color: $text; background: $raised; border: 1px solid $border; outline: none; padding: 2px;
    selection-background-color: $selection; selection-color: $on_selection;
}
QCheckBox { spacing: 5px; min-height: ${line}px; }
QCheckBox::indicator, QTableView::indicator {
    width: ${box}px; height: ${box}px; border: 1px solid $axis; border-radius: 3px; background: $raised;
}
QCheckBox::indicator:hover, QTableView::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QTableView::indicator:checked {
    border-color: $accent; background: $accent; image: url("$check");
}
QCheckBox::indicator:disabled { border-color: $border; background: $panel; }
QCheckBox:focus { color: $accent; }
QCheckBox:disabled { color: $disabled; }
QSlider::groove:vertical { width: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:vertical { background: $border; border-radius: 2px; }
QSlider::add-page:vertical { background: $accent; border-radius: 2px; }
QSlider::handle:vertical {
    height: 14px; margin: 0 -6px; border-radius: 8px; background: $raised; border: 2px solid $accent;
}
QSlider::handle:vertical:focus { background: $accent; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::add-page:horizontal { background: $border; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 14px; margin: -6px 0; border-radius: 8px; background: $raised; border: 2px solid $accent;
}
QSlider::handle:horizontal:focus { background: $accent; }
QProgressBar {
    color: $text; background: $hover; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""

_FRAMES = """
QScrollArea, QScrollArea > QWidget > QWidget#inspector { border: none; background: $panel; }
QFrame[role="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="notice"] { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[role="notice"][tone="info"] { border-left: 4px solid $accent; }
QFrame[role="notice"][tone="warning"] { border-left: 4px solid $warning; }
QFrame[role="notice"][tone="error"] { border-left: 4px solid $error; }
QTableView {
    color: $text; background: $raised; alternate-background-color: $panel; gridline-color: $grid;
    border: 1px solid $border; border-radius: 6px; font-size: ${small}px;
    selection-background-color: $selection; selection-color: $on_selection;
}
QTableView:focus { border: 2px solid $accent; }
QTableView#data-table { outline: 0; }
QTableView QTableCornerButton::section, QHeaderView { background: $raised; border: none; }
QHeaderView::section {
    color: $faint; background: $raised; border: none; border-bottom: 1px solid $border;
    padding: 2px 4px; font-size: ${small}px;
}
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $axis; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabWidget::pane { border: none; }
QTabBar::tab {
    color: $faint; background: transparent; border: none; border-bottom: 2px solid transparent;
    padding: 6px 12px;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
"""

_WINDOW = """
QMainWindow, QDialog { background: $panel; }
QMenuBar { color: $text; background: $panel; border-bottom: 1px solid $border; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { color: $text; background: $raised; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 8px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { color: $on_selection; background: $selection; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QStatusBar { color: $text; background: $panel; border-top: 1px solid $border; min-height: ${bar}px; }
QToolButton[role="link"] { padding: 0 8px; border-radius: 4px; min-height: ${line}px; }
QStatusBar::item { border: none; }
"""


def stylesheet(ink: Ink) -> str:
    """The style sheet of the whole program."""
    theme = "dark" if ink.dark else "light"
    pictures = {
        name: resource_path("icons", "style", f"{name}-{theme}.svg").as_posix()
        for name in ("check", "chevron")
    }
    sizes = {
        "drop": round(16 * ink.type_scale),
        "box": round(14 * ink.type_scale),
        "bar": round(28 * ink.type_scale),
        "body": round(ink.text_size),
        "small": round(ink.small_size),
        "large": round(ink.large_size),
        "line": round(18 * ink.type_scale),
    }
    template = Template(_TEXT + _BUTTONS + _FIELDS + _FRAMES + _WINDOW)
    return template.substitute(vars(ink) | sizes | pictures)


def palette(ink: Ink) -> QPalette:
    """The same colours for everything that style sheets do not reach."""
    role = QPalette.ColorRole
    colours = {
        role.Window: ink.panel,
        role.WindowText: ink.text,
        role.Base: ink.raised,
        role.AlternateBase: ink.panel,
        role.Text: ink.text,
        role.Button: ink.raised,
        role.ButtonText: ink.text,
        role.BrightText: ink.on_accent,
        role.ToolTipBase: ink.raised,
        role.ToolTipText: ink.text,
        role.PlaceholderText: ink.faint,
        role.Highlight: ink.accent,
        role.HighlightedText: ink.on_accent,
        role.Accent: ink.accent,
        role.Link: ink.accent,
        role.LinkVisited: ink.accent,
        role.Light: ink.hover,
        role.Midlight: ink.hover,
        role.Mid: ink.border,
        role.Dark: ink.axis,
        role.Shadow: ink.border,
    }
    result = QPalette()
    for which, colour in colours.items():
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(ink.disabled))
    return result


def font(ink: Ink) -> QFont:
    """Body type with figures of equal width, so that numbers change without moving."""
    result = QFont()
    result.setFamilies(FAMILIES)
    result.setPixelSize(round(ink.text_size))
    return tabular(result)


def tabular(base: QFont) -> QFont:
    """The same font with figures of equal width."""
    result = QFont(base)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mark(widget: QWidget, name: str, value: str) -> None:
    """Set a property the style sheet looks at, and dress the widget accordingly."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
