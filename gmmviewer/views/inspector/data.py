"""What the points are and where others come from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.cautions import cautions
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.labels import ElidedLabel

BUTTONS = {"open": "Open…", "choose_columns": "Columns…"}


class DataSection(QWidget):
    """Name, size, columns and notes of the points, and the ways to other points."""

    def __init__(
        self, actions: Mapping[str, QAction], builtin: QMenu | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name = ElidedLabel("title")
        self.amount = ElidedLabel("small")
        self.notes = ElidedLabel("small")
        self.cautions = ElidedLabel("warning")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(2)
        for label in (self.name, self.amount, self.notes, self.cautions):
            layout.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in BUTTONS.items():
            if name in actions:
                button = ActionButton(actions[name], text)
                button.show_face(text, QIcon())
                row.addWidget(_equal(button))
        if builtin is not None:
            row.addWidget(_equal(_menu_button(builtin)))
        layout.addSpacing(4)
        layout.addLayout(row)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Say what the points are."""
        points, model = new.document.points, new.document.model
        same = old is not None and old.document.points is points
        if not (same and old is not None and old.document.model is model):
            self._show_cautions(cautions(points.glance, model.plan(points.d), model.k, points.total))
        if same:
            return
        self.name.show_text(points.name)
        self.amount.show_text(size_text(points))
        self.notes.show_text(" · ".join(points.notes))
        self.notes.setVisible(bool(points.notes))

    def _show_cautions(self, found: tuple[str, ...]) -> None:
        """What to know before believing a fit, the most serious first; all of it in the tooltip."""
        self.cautions.show_text("  ".join(found))
        self.cautions.setVisible(bool(found))


def size_text(points: PointSet) -> str:
    """ "272 points · eruptions (min) × waiting (min)"."""
    number = f"{points.n:,}".replace(",", "\u202f")
    return f"{number} {'point' if points.n == 1 else 'points'} · {' × '.join(points.columns)}"


def _menu_button(menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setText("Built-in ▾")
    button.setToolTip("Choose one of the data sets that come with the program")
    button.setAccessibleName("Built-in data sets")
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _equal(button: QToolButton) -> QToolButton:
    """All buttons of the row share its width."""
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
