"""A part of a panel that folds away under its title."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gmmviewer.views.icons import icon
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.keys import PRESS, keeps


class _Header(QToolButton):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def event(self, event: QEvent) -> bool:
        return keeps(event, PRESS) or super().event(event)


class Section(QWidget):
    """A title that folds and unfolds ``content``; a quieter one if it is ``nested`` in another section."""

    def __init__(
        self, title: str, content: QWidget, parent: QWidget | None = None, nested: bool = False
    ) -> None:
        super().__init__(parent)
        self._ink: Ink | None = None
        self.content = content
        self.header = _Header()
        self.header.setProperty("role", "subsection" if nested else "section")
        self.header.setText(title)
        self.header.setAccessibleName(f"{title}: section")
        self.header.setToolTip(f"Fold or unfold {title.lower()} (Space)")
        self.header.setCheckable(True)
        self.header.setChecked(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._on_toggled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*((0, 2, 0, 0) if nested else (8, 4, 8, 8)))
        layout.setSpacing(2)
        layout.addWidget(self.header)
        layout.addWidget(content)

    def restyle(self, ink: Ink) -> None:
        """Draw the chevron in another ink."""
        self._ink = ink
        side = round(16 * ink.type_scale)
        self.header.setIconSize(QSize(side, side))
        self._point_chevron()

    def fold(self, folded: bool) -> None:
        """Fold or unfold."""
        self.header.setChecked(not folded)

    @Slot(bool)
    def _on_toggled(self, open_: bool) -> None:
        self.content.setVisible(open_)
        self._point_chevron()

    def _point_chevron(self) -> None:
        if self._ink is not None:
            name = "chevron-down" if self.header.isChecked() else "chevron-right"
            self.header.setIcon(icon(name, self._ink.faint))
