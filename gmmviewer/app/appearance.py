"""How the program as a whole looks: its theme, and whether its window fills the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gmmviewer.views.ink import Ink
from gmmviewer.views.style import font, palette, stylesheet


def dress(ink: Ink) -> None:
    """Give the program the look of this ink, unless it has it already: that restyles every widget."""
    app, sheet = QApplication.instance(), stylesheet(ink)
    if isinstance(app, QApplication) and app.styleSheet() != sheet:
        app.setPalette(palette(ink))
        app.setFont(font(ink))
        app.setStyleSheet(sheet)


def with_full_screen(state: Qt.WindowState, full: bool) -> Qt.WindowState:
    """The state of a window that fills the screen, or not."""
    return state | Qt.WindowState.WindowFullScreen if full else state & ~Qt.WindowState.WindowFullScreen
