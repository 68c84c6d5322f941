"""The inspector: sections that scroll together, and the point under the mouse, which is always in sight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from gmmviewer.scene.inspect import Readout
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.ink import ink_of
from gmmviewer.views.inspector.components import ComponentsSection
from gmmviewer.views.inspector.data import DataSection
from gmmviewer.views.inspector.model import ModelSection
from gmmviewer.views.inspector.point import PointSection
from gmmviewer.views.inspector.view import ViewSection
from gmmviewer.views.widgets.section import Section

WIDTH = 340


class Inspector(QWidget):
    """Everything about data, model and view that can be read and changed, as direct controls."""

    def __init__(
        self,
        store: Store,
        actions: Mapping[str, QAction],
        builtin: QMenu | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.data = DataSection(actions, builtin)
        self.model = ModelSection(store, actions)
        self.view = ViewSection(store, actions)
        self.components = ComponentsSection(store, actions)
        self.point = PointSection()
        self._parts = (self.data, self.model, self.view, self.components, self.point)
        self.sections = {
            "data": Section("Data", self.data),
            "model": Section("Model", self.model),
            "components": Section("Components", self.components),
            "view": Section("View", self.view),
            "point": Section("Point under the mouse", self.point),
        }
        self.scroll_area = QScrollArea()
        self._lay_out()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Bring every section up to date."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self.setFixedWidth(round(WIDTH * ink.type_scale))
            for section in self.sections.values():
                section.restyle(ink)
        for part in self._parts:
            part.show_snapshot(old, new)

    def show_readout(self, readout: Readout | None) -> None:
        """Show what the mixture says about the point under the mouse."""
        self.point.show_readout(readout)

    def _lay_out(self) -> None:
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # or folding moves all
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setObjectName("inspector")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(0)
        *scrolling, pinned = self.sections.values()
        for number, section in enumerate(scrolling):
            if number:
                column.addWidget(_rule())
            column.addWidget(section)
        column.addStretch(1)
        self.scroll_area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.scroll_area, 1)
        layout.addWidget(_rule())
        layout.addWidget(pinned)


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("role", "rule")
    return rule
