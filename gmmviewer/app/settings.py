"""What the program remembers from one session to the next."""

from __future__ import annotations

import json

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.remembered import as_plain, from_plain

RECENT_FILES = 8


class Settings:
    """A typed face on ``QSettings``: whatever is unreadable counts as not remembered."""

    def __init__(self) -> None:
        form, scope = QSettings.defaultFormat(), QSettings.Scope.UserScope
        self._stored = QSettings(form, scope, "gmmviewer", "gmmviewer")

    @property
    def folder(self) -> str:
        """Where files were last opened or saved."""
        return str(self._stored.value("folder", ""))

    @folder.setter
    def folder(self, path: str) -> None:
        self._stored.setValue("folder", path)

    @property
    def recent_files(self) -> list[str]:
        """The files opened last, newest first."""
        value = self._stored.value("recent", [])
        names = value if isinstance(value, list) else [value]
        return [str(name) for name in names if name]

    def remember_file(self, path: str) -> None:
        """Put a file at the head of the recent ones."""
        others = [name for name in self.recent_files if name != path]
        self._stored.setValue("recent", [path, *others][:RECENT_FILES])

    @property
    def subbands(self) -> list[str]:
        """The sub-bands of an image that were chosen last, one or two."""
        value = self._stored.value("subbands", [])
        return [str(name) for name in (value if isinstance(value, list) else [value])]

    @subbands.setter
    def subbands(self, names: list[str]) -> None:
        self._stored.setValue("subbands", names)

    @property
    def geometry(self) -> QByteArray:
        """The place of the window."""
        value = self._stored.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._stored.setValue("geometry", value)

    @property
    def inspector_shown(self) -> bool:
        """Whether the right column is open."""
        return str(self._stored.value("inspector", "true")) == "true"

    @inspector_shown.setter
    def inspector_shown(self, shown: bool) -> None:
        self._stored.setValue("inspector", "true" if shown else "false")

    def view_choices(self) -> ViewChoices:
        """The remembered view; the theme of the system where none was chosen."""
        default = ViewChoices(theme=_system_theme())
        try:
            plain = json.loads(str(self._stored.value("view", "{}")))
        except ValueError:
            return default
        return from_plain(plain, default) if isinstance(plain, dict) else default

    def remember_view(self, view: ViewChoices) -> None:
        """Keep what a person chose about the picture."""
        self._stored.setValue("view", json.dumps(as_plain(view)))


def _system_theme() -> str:
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"
