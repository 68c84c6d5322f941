"""The menu bar and the menu of built-in data, filled from their registries."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gmmviewer.app.action_set import ActionSet
from gmmviewer.app.actions import ACTIONS, MENUS
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.files import Files
from gmmviewer.app.settings import Settings
from gmmviewer.data.builtin import BUILTIN
from gmmviewer.store import Store

SUBMENUS = {"Layers": "View", "Speed": "EM", "Components": "EM"}


class BuiltInMenu(QMenu):
    """The data sets that come with the program; the generated ones take the seed of the model."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__("Built-in data", parent)
        self._store = store
        self.setToolTipsVisible(True)
        group = ""
        for chosen in BUILTIN:
            if chosen.group != group:
                group = chosen.group
                self.addSection(group)
            action = self.addAction(chosen.title)
            action.setData(chosen.key)
            action.setToolTip(chosen.summary)
        self.triggered.connect(self._on_triggered)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        seed = self._store.snapshot.document.model.seed
        self._store.apply(open_builtin(action.data(), seed), "Open data set")


class RecentMenu(QMenu):
    """The files opened last."""

    def __init__(self, settings: Settings, files: Files, parent: QWidget | None = None) -> None:
        super().__init__("Recent files", parent)
        self._settings = settings
        self._files = files
        self.aboutToShow.connect(self._fill)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for name in self._settings.recent_files:
            action = self.addAction(Path(name).name)
            action.setData(name)
            action.setToolTip(name)
        if self.isEmpty():
            self.addAction("No files yet").setEnabled(False)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._files.open_file(Path(action.data()))


def fill_menu_bar(bar: QMenuBar, actions: ActionSet, builtin: QMenu, recent: QMenu) -> None:
    """Menus in the order of the table, a line between groups."""
    menus: dict[str, QMenu] = {}
    for name in MENUS:
        menus[name] = bar.addMenu(f"&{name}")
        menus[name].setToolTipsVisible(True)
    groups: dict[str, int] = {}
    for spec in ACTIONS:
        if spec.menu in SUBMENUS and spec.menu not in menus:
            parent = menus[SUBMENUS[spec.menu]]
            parent.addSeparator()
            menus[spec.menu] = parent.addMenu(spec.menu)
        menu = menus[spec.menu]
        if groups.setdefault(spec.menu, spec.group) != spec.group:
            groups[spec.menu] = spec.group
            menu.addSeparator()
        menu.addAction(actions.by_id[spec.id])
        if spec.id == "open":
            menu.addMenu(builtin)
            menu.addMenu(recent)
