"""The help sheet, written from the action table, and the about box."""

from __future__ import annotations

import platform
from html import escape
from importlib.metadata import version

import numpy as np
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from gmmviewer import __version__
from gmmviewer.app.action_spec import ActionSpec
from gmmviewer.app.actions import ACTIONS

COLUMNS = (("EM", "Components", "Analysis", "Mouse"), ("File", "Edit", "View", "Help"))
TITLES = {"EM": "EM, step by step", "Mouse": "What the mouse does", "View": "View and layers"}

MOUSE = (
    ("Wheel", "zooms about the mouse, in every mode"),
    ("Wheel over an axis", "zooms that axis alone"),
    ("Right or middle drag", "moves the picture, in every mode"),
    ("Double click", "shows all data (mode Look)"),
    ("Double click on an axis", "asks where it begins and ends"),
    ("Drag on the curve", "travels through the iterations"),
    ("Shift while selecting", "adds to what is selected"),
    ("Ctrl while selecting", "adds it, or takes it away"),
    ("Shift while drawing", "makes a line straight"),
    ("Shift with a mean or points", "keeps them on one axis"),
    ("Shift with an ellipse", "scales it as a whole, turns it by 15°"),
    ("Esc", "takes the gesture back"),
)


class HelpDialog(QDialog):
    """All keys and what the mouse does, on one sheet; stays open beside the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QTextBrowser()
        text.setAccessibleName("List of keys")
        text.setHtml(help_sheet())
        text.setFrameShape(QTextBrowser.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(text)
        layout.addWidget(buttons)
        self.resize(980, 760)


def help_sheet() -> str:
    """The sheet as HTML, from the action table."""
    cells = "".join(
        '<td width="50%" style="padding-right: 24px" valign="top">'
        + "".join(_menu_table(menu) for menu in menus)
        + (_table("With the mouse", MOUSE) if "Mouse" in menus else "")
        + "</td>"
        for menus in COLUMNS
    )
    return f'<table width="100%"><tr>{cells}</tr></table>'


def _menu_table(menu: str) -> str:
    specs = [spec for spec in ACTIONS if spec.keys and _chapter(spec) == menu]
    return _table(TITLES.get(menu, menu), tuple((native_keys(spec), spec.text.rstrip("…")) for spec in specs))


def _chapter(spec: ActionSpec) -> str:
    return "View" if spec.menu in ("Layers", "Speed") else spec.menu


def _table(title: str, rows: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f'<tr><td width="45%" style="padding: 2px 12px 2px 0"><b>{escape(key)}</b></td>'
        f'<td style="padding: 2px 0">{escape(what)}</td></tr>'
        for key, what in rows
    )
    return f'<h3 style="margin: 12px 0 4px 0">{escape(title)}</h3><table width="100%">{lines}</table>'


def native_keys(spec: ActionSpec) -> str:
    """The keys of an action as this system writes them."""
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(form) for key in spec.keys)


def show_about(parent: QWidget) -> None:
    """Versions, licence and how to cite."""
    QMessageBox.about(
        parent,
        "About GMM Viewer",
        f"<h3>GMM Viewer {__version__}</h3>"
        "<p>Watch the EM algorithm fit a Gaussian mixture, half-step by half-step.</p>"
        "<p>BSD-3-Clause. Icons: Lucide (ISC). To cite it, see CITATION.cff.</p>"
        f"<p>Python {platform.python_version()}, Qt {PySide6.__version__}, "
        f"NumPy {np.__version__}, SciPy {version('scipy')}</p>",
    )
