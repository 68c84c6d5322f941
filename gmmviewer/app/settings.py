"""What the program remembers from one session to the next."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from gmmviewer.scene.ellipses import LEVELS
from gmmviewer.session.choices import LAYERS, SPEEDS, THEMES, ViewChoices

RECENT_FILES = 8
LAYERS_VERSION = len(LAYERS)  # a program with other layers starts from its own defaults


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
        choices = ViewChoices(theme=str(self._stored.value("theme", _system_theme())))
        if choices.theme not in THEMES:
            choices = replace(choices, theme="light")
        layers = self._stored.value("layers")
        if isinstance(layers, list) and self._stored.value("layers_version", type=int) == LAYERS_VERSION:
            choices = replace(choices, layers=frozenset(map(str, layers)))
        level = next((lv for lv in LEVELS if lv.label(2) == self._stored.value("level")), choices.level)
        speed = str(self._stored.value("speed", choices.speed))
        if speed not in {s.key for s in SPEEDS}:
            speed = choices.speed
        log_density = str(self._stored.value("log_density", "false")) == "true"
        return replace(choices, level=level, speed=speed, log_density=log_density)

    def remember_view(self, view: ViewChoices) -> None:
        """Keep what a person chose about the picture."""
        self._stored.setValue("theme", view.theme)
        self._stored.setValue("layers", sorted(view.layers))
        self._stored.setValue("layers_version", LAYERS_VERSION)
        self._stored.setValue("level", view.level.label(2))
        self._stored.setValue("speed", view.speed)
        self._stored.setValue("log_density", "true" if view.log_density else "false")


def _system_theme() -> str:
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"
