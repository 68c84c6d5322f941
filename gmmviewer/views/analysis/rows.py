"""A plain table of texts: each says what is copied for it, and why it looks as it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPixmap

from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.items.pens import brush
from gmmviewer.views.widgets.swatch import symbol_pixmap

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SYMBOL_SIDE = 16  # pixels at normal type size
MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Entry:
    """``exact`` is what is copied, the text itself if empty; ``best`` stands out, ``quiet`` stands back.

    ``component``: whose symbol stands before the text, if anybody's.
    """

    text: str
    exact: str = ""
    tip: str = ""
    best: bool = False
    quiet: bool = False
    component: int | None = None


@dataclass(frozen=True)
class Heading:
    """The title of a column, what it means, and whether it holds words (left) or numbers (right)."""

    title: str
    meaning: str = ""
    words: bool = False
    component: int | None = None


@dataclass(frozen=True)
class Rows:
    """Headings and as many entries in every row."""

    headings: tuple[Heading, ...]
    entries: tuple[tuple[Entry, ...], ...] = ()

    def tab_separated(self) -> str:
        """All of it, numbers in full precision."""
        lines = ["\t".join(heading.title for heading in self.headings)]
        lines += ["\t".join(entry.exact or entry.text for entry in row) for row in self.entries]
        return "\n".join(lines) + "\n"


class RowsModel(QAbstractTableModel):
    """Shows rows; ``outdate`` makes them stand back until others come."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows(())
        self._ink: Ink = ink(dark=False)
        self._stale = False

    @property
    def rows(self) -> Rows:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Rows) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows, self._stale = rows, False
        self.endResetModel()

    def restyle(self, chosen: Ink) -> None:
        """Other colours."""
        self._ink = chosen
        self._changed()

    def outdate(self) -> None:
        """What is shown belongs to something else than the window does."""
        self._stale = True
        self._changed()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        heading = self._rows.headings[section]
        if role == Role.DisplayRole:
            return heading.title
        if role == Role.ToolTipRole:
            return heading.meaning or None
        if role == Role.DecorationRole and heading.component is not None:
            return self._symbol(heading.component)
        return _alignment(heading) if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._rows.entries[index.row()][index.column()]
        if role == Role.DisplayRole:
            return entry.text
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return entry.tip or entry.exact or None
        if role == Role.TextAlignmentRole:
            return _alignment(self._rows.headings[index.column()])
        if role == Role.DecorationRole and entry.component is not None:
            return self._symbol(entry.component)
        if role == Role.FontRole and entry.best:
            font = QFont()
            font.setBold(True)
            return font
        if role == Role.ForegroundRole:
            return brush(self._ink.faint if self._stale or entry.quiet else self._ink.text)
        return None

    def _symbol(self, component: int) -> QPixmap:
        side = round(SYMBOL_SIDE * self._ink.type_scale)
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        return symbol_pixmap(component, side, ratio, self._ink.dark)

    def _changed(self) -> None:
        if self._rows.entries:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _alignment(heading: Heading) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignLeft if heading.words else Qt.AlignmentFlag.AlignRight) | MIDDLE
