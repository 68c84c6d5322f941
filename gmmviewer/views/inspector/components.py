"""The table of components: numbers to read and copy, padlocks to close, and what can be done with a row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QFontMetrics, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QHeaderView, QMenu, QVBoxLayout, QWidget

from gmmviewer.data.points import PointSet
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.cures import Cures
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.inspector.component_editor import CellEditor
from gmmviewer.views.inspector.component_model import LOCKED, ComponentModel
from gmmviewer.views.inspector.component_rows import COLUMNS, LOCKED_WORDS, rows_of
from gmmviewer.views.inspector.component_table import ComponentTable
from gmmviewer.views.inspector.component_typing import typed, why_not
from gmmviewer.views.inspector.padlocks import ROOM
from gmmviewer.views.style import tabular

SIGN_WIDTH = 34
SCALE_WIDTHS = {1: 92, 2: 58}  # in two dimensions the name of a component stands in two lines
NARROW = {
    "π": "0.000",
    "SD": "00.000",
    "ρ": "\u22120.00",
    "n": "0000.0",
}  # what must fit; means take the rest
CORRELATION = 1 + [column.title for column in COLUMNS].index("ρ")
MENU = (
    "lock_component",
    "add_component",
    "split_component",
    "merge_components",
    "duplicate_component",
    "remove_components",
    "equal_weights",
)


def _room_for(points: PointSet) -> tuple[int, int]:
    """What decides on the widths of the columns: the dimensions, and how many digits counts have."""
    return points.d, len(str(points.n))


class ComponentsSection(QWidget):
    """Weight, mean, standard deviations, correlation and n_k of every component."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._actions = store, actions
        self.model = ComponentModel(self)
        self.table = ComponentTable()
        self.table.setModel(self.model)
        self.table.lock_wanted.connect(self._on_lock)
        self.table.menu_wanted.connect(self._on_menu)
        self.table.typing_wanted.connect(self._on_typing)
        self.table.padlocks.typed.connect(self._on_typed)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self._copy = QAction("Copy", self.table)
        self._copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy.triggered.connect(self._on_copy)
        self.table.addAction(self._copy)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.cures = Cures(store, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the parameters on screen."""
        ink = ink_of(new.view)
        fresh = old is None or ink_of(old.view) is not ink
        if fresh or old is None or old.document is not new.document or old.cursor != new.cursor:
            self._show_rows(old, new, ink, fresh=fresh)
        if self._selected() != new.selection:
            self._select(new.selection)

    def fill_menu(self, row: int) -> QMenu:
        """What can be done with the selected components, and with this row if it is in trouble."""
        self.menu.clear()
        for name in MENU:
            if name in self._actions:
                self.menu.addAction(self._actions[name])
        rows = self.model.rows
        trouble = None if rows is None else rows.trouble(row)
        if trouble is not None:
            self.menu.addSection(f"Component {row + 1}")
            self.menu.addActions(self.cures.actions(trouble, self._store.snapshot))
        self.menu.addSeparator()
        self.menu.addAction(self._copy)
        return self.menu

    @Slot(QModelIndex)
    def _on_lock(self, index: QModelIndex) -> None:
        column = COLUMNS[index.column() - 1]
        if column.kind == "means" and self._store.snapshot.document.model.fixed_mean is not None:
            self._store.apply(edits.notify("All means are fixed: free them in the model section."))
            return
        verb = "Unlock" if self.model.data(index, LOCKED) else "Lock"
        edit = edits.toggle_lock(column.kind, frozenset({index.row()}))
        self._store.apply(edit, f"{verb} {LOCKED_WORDS[column.kind]} {index.row() + 1}")

    @Slot(QModelIndex)
    def _on_typing(self, index: QModelIndex) -> None:
        rows = self.model.rows
        refused = "" if rows is None else why_not(rows, index.row(), COLUMNS[index.column() - 1])
        if refused:
            self._store.apply(edits.notify(refused))
        else:
            self.table.begin_typing(index)

    @Slot(QPersistentModelIndex, object, QWidget)
    def _on_typed(self, index: QPersistentModelIndex, texts: list[str | None], editor: QWidget) -> None:
        rows = self.model.rows
        if rows is None or not isinstance(editor, CellEditor):
            return
        meant = typed(rows, index.row(), COLUMNS[index.column() - 1], texts)
        if not meant.mistake:
            self.table.padlocks.close(editor)
            self._store.apply(meant.edit, meant.label)
            return
        self._store.apply(edits.notify(meant.mistake, "warning"))
        at_it = QApplication.focusWidget()
        if at_it is not None and editor.isAncestorOf(at_it):
            editor.mark(meant.mistake)
        else:
            self.table.padlocks.close(editor)

    @Slot(QContextMenuEvent)
    def _on_menu(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.table.indexAt(event.pos()) if by_mouse else self.table.currentIndex()
        if index.isValid() and index.row() not in self._selected():
            self.table.selectRow(index.row())
        self.fill_menu(index.row()).popup(event.globalPos())

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, _chosen: QItemSelection, _freed: QItemSelection) -> None:
        self._store.apply(edits.select(self._selected()))

    @Slot()
    def _on_copy(self) -> None:
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        text = self.model.tab_separated(chosen or list(range(self.model.rowCount())))
        QGuiApplication.clipboard().setText(text)

    def _selected(self) -> tuple[int, ...]:
        """The selected components, without the noise."""
        rows = self.model.rows
        k = 0 if rows is None else rows.mixture.n_components
        chosen = {index.row() for index in self.table.selectionModel().selectedRows()}
        return tuple(sorted(row for row in chosen if row < k))

    def _select(self, components: tuple[int, ...]) -> None:
        flags = QItemSelectionModel.SelectionFlag
        selection = QItemSelection()
        for row in components:
            selection.select(self.model.index(row, 0), self.model.index(row, self.model.columnCount() - 1))
        self.table.selectionModel().select(selection, flags.ClearAndSelect)

    def _show_rows(self, old: Snapshot | None, new: Snapshot, ink: Ink, *, fresh: bool) -> None:
        d, before = new.document.points.d, self.model.rows
        self.table.padlocks.restyle(ink)
        rows = rows_of(new)
        other_size = self.model.show_rows(rows, ink, self.devicePixelRatioF())
        other_names = before is None or rows is None or before.by_scale != rows.by_scale
        points = new.document.points
        same = old is not None and _room_for(old.document.points) == _room_for(points)
        if fresh or other_size or other_names or not same:
            self._fit(ink, d)

    def _fit(self, ink: Ink, d: int) -> None:
        """Columns and rows that hold the numbers; the height of all rows together."""
        font = tabular(self.font())
        font.setPixelSize(round(ink.small_size))
        metrics = QFontMetrics(font)
        self._fit_columns(metrics, ink, d)
        row = d * metrics.height() + round(5 * ink.type_scale)
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heading = metrics.height() + 8
        self.table.horizontalHeader().setFixedHeight(heading)
        self.table.setFixedHeight(heading + max(self.model.rowCount(), 1) * row + 4)

    def _fit_columns(self, metrics: QFontMetrics, ink: Ink, d: int) -> None:
        rows, header = self.model.rows, self.table.horizontalHeader()
        sign = SCALE_WIDTHS[d] if rows is not None and rows.by_scale else SIGN_WIDTH
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, round(sign * ink.type_scale))
        self.table.setColumnHidden(CORRELATION, d == 1)
        padlock = round(ROOM * ink.type_scale)
        for number, column in enumerate(COLUMNS, start=1):
            if column.title in NARROW:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                texts = [NARROW[column.title]]
                if column.title == "n" and rows is not None:
                    texts.append("0" * len(str(rows.n)))
                width = max(map(metrics.horizontalAdvance, texts)) + 6
                header.resizeSection(number, width + (padlock if column.kind else 0))
