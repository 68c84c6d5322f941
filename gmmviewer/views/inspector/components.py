"""The table of components: as high as it has to be, never jumping, copied with Ctrl+C."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.inspector.component_model import COLUMNS, ComponentModel, rows_of
from gmmviewer.views.style import tabular

SIGN_WIDTH = 40
NARROW = {
    "π": "0.000",
    "SD": "00.000",
    "ρ": "\u22120.00",
    "n": "0000.0",
}  # what must fit; the means take the rest
CORRELATION = 1 + [column.title for column in COLUMNS].index("ρ")


class ComponentsSection(QWidget):
    """Weight, mean, standard deviations, correlation and n_k of every component."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ComponentModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Components")
        self.table.setToolTip("Ctrl+C copies the table in full precision")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(20)
        self._copy = QAction("Copy components", self.table)
        self._copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy.triggered.connect(self._on_copy)
        self.table.addAction(self._copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self.table)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the parameters on screen."""
        ink = ink_of(new.view)
        fresh = old is None or ink_of(old.view) is not ink
        if not fresh and old is not None and old.document is new.document and old.cursor == new.cursor:
            return
        d = new.document.points.d
        other_size = self.model.show_rows(rows_of(new), ink, self.devicePixelRatioF())
        if fresh or other_size or old is None or old.document.points.d != d:
            self._fit(ink, d)

    @Slot()
    def _on_copy(self) -> None:
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        text = self.model.tab_separated(chosen or list(range(self.model.rowCount())))
        QGuiApplication.clipboard().setText(text)

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
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, round(SIGN_WIDTH * ink.type_scale))
        self.table.setColumnHidden(CORRELATION, d == 1)
        for number, column in enumerate(COLUMNS, start=1):
            if column.title in NARROW:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(number, metrics.horizontalAdvance(NARROW[column.title]) + 8)
