"""The table of all points: lines are selected as points are, and marked when they are selected elsewhere.

It has no selection of its own: which points are selected is known in one place, and a million of them are one
array and not a million ranges.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gmmviewer.mixture.arrays import IntArray
from gmmviewer.scene.row_columns import Kind
from gmmviewer.views.data_table_model import DOWN, DataTableModel
from gmmviewer.views.ink import Ink
from gmmviewer.views.ink import ink as ink_
from gmmviewer.views.style import tabular
from gmmviewer.views.widgets.swatch import noise_pixmap, symbol_pixmap

PADDING = 20  # pixels beside the text of a cell, with the symbol of a label
EDGE = 5  # pixels right of a text, as in the headings
ROW_PADDING = 8
SAMPLES = 64  # lines that say how wide the columns are
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MOVES = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
)


class DataTable(QTableView):
    """``picked(rows)``: these rows of the points, and no others; ``toggled(rows)``: the other way round.

    ``sort_wanted(column)``: a heading was clicked; ``copy_wanted``: the selected rows as text.
    """

    picked = Signal(object)
    toggled = Signal(object)
    sort_wanted = Signal(int)
    copy_wanted = Signal()

    def __init__(self, model: DataTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._ink = ink_(dark=False)
        self._anchor = 0
        self.setModel(model)
        self.setObjectName("data-table")
        self.setAccessibleName("Points, row by row")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setAutoScroll(False)  # selecting would scroll sideways, too
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.sectionClicked.connect(self._on_heading)
        model.modelReset.connect(self.fit_columns)

    def restyle(self, ink: Ink) -> None:
        """Lines as high as the type."""
        self._ink = ink
        font = tabular(self.font())
        font.setPixelSize(round(ink.small_size))
        self.setFont(font)
        self.horizontalHeader().setFont(font)
        height = QFontMetrics(font).height() + round(ROW_PADDING * ink.type_scale)
        self.verticalHeader().setDefaultSectionSize(height)
        self.fit_columns()

    def show_line(self, line: int) -> None:
        """Bring a line into view, in the middle if it is not there yet."""
        index = self._model.index(line, max(self.currentIndex().column(), 0))
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._anchor = line
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @Slot()
    def fit_columns(self) -> None:
        """As wide as the headings and the first lines need: nothing moves while scrolling."""
        header, metrics = self.horizontalHeader(), QFontMetrics(self.font())
        lines = range(min(self._model.rowCount(), SAMPLES))
        for section in range(self._model.columnCount()):
            texts = [self._model.text(line, section) for line in lines]
            texts += [str(self._model.rowCount())] if section == 0 else ["0.0000"]
            texts.append(self._model.columns[section].title + DOWN)
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            symbol = metrics.height() if self._model.columns[section].kind is Kind.LABEL else 0
            header.resizeSection(section, widest + PADDING + symbol)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells on screen, painted here: a page takes 3 ms, by delegates and a style sheet 40 ms."""
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        painter.fillRect(area, QColor(self._ink.raised))
        painter.setFont(self.font())
        lines = self._lines()
        picked = [self._model.is_picked(line) for line in lines]
        tops = [self.rowViewportPosition(line) for line in lines]
        for top, marked in zip(tops, picked, strict=True):
            if marked:
                painter.fillRect(0, top, area.width(), self.rowHeight(0), QColor(self._ink.selection))
        for marked, colour in ((False, self._ink.text), (True, self._ink.on_selection)):
            painter.setPen(QColor(colour))
            some = [k for k in range(len(lines)) if picked[k] is marked]
            for section in self._sections():
                self._paint_column(painter, section, [(lines[k], tops[k]) for k in some])
        painter.end()

    def _paint_column(self, painter: QPainter, section: int, lines: list[tuple[int, int]]) -> None:
        metrics, height = painter.fontMetrics(), self.rowHeight(0)
        base = (height + metrics.ascent() - metrics.descent()) // 2
        right = self.columnViewportPosition(section) + self.columnWidth(section) - EDGE
        labels = self._model.columns[section].kind is Kind.LABEL
        for line, top in lines:
            text = self._model.text(line, section)
            left = right - metrics.horizontalAdvance(text)
            painter.drawText(left, top + base, text)
            if labels:
                symbol = self._symbol(self._model.label(line), metrics.height())
                painter.drawPixmap(
                    left - metrics.height() - 2, top + (height - metrics.height()) // 2, symbol
                )

    def _symbol(self, component: int, side: int) -> QPixmap:
        ratio, dark = self.devicePixelRatioF(), self._ink.dark
        if component == self._model.noise:
            return noise_pixmap(side, ratio, dark)
        return symbol_pixmap(component, side, ratio, dark)

    def _lines(self) -> range:
        """The lines on screen."""
        first = self.rowAt(0)
        if first < 0:
            return range(0)
        room = self.viewport().height() - self.rowViewportPosition(first)
        return range(first, min(first + room // self.rowHeight(first) + 1, self._model.rowCount()))

    def _sections(self) -> range:
        """The columns on screen."""
        if not self._model.columnCount():
            return range(0)
        last = self.columnAt(self.viewport().width() - 1)
        return range(max(self.columnAt(0), 0), (last if last >= 0 else self._model.columnCount() - 1) + 1)

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a line; with Shift all lines from the last one, with Ctrl this one as well or no longer."""
        line = self.indexAt(event.position().toPoint()).row()
        if event.button() is not Qt.MouseButton.LeftButton or line < 0:
            return
        keys = event.modifiers()
        if keys & CONTROL:
            self._make_current(line)
            self._anchor = line
            self.toggled.emit(self._model.rows_at(line, line))
        else:
            self._select_to(line, extend=bool(keys & SHIFT))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag selects all lines it passes; beyond the edge the table scrolls."""
        if event.buttons() & Qt.MouseButton.LeftButton and not event.modifiers() & CONTROL:
            line = self._line_near(event.position().toPoint())
            if line >= 0 and line != self.currentIndex().row():
                self._select_to(line, extend=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing is left to do."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A press like any."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that move select where they go; Ctrl+A selects all lines, Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._pick(0, self._model.rowCount() - 1)
        elif event.key() in MOVES:
            self._move(event)
        else:
            super().keyPressEvent(event)

    def _move(self, event: QKeyEvent) -> None:
        count, now = self._model.rowCount(), self.currentIndex().row()
        page = max(self.viewport().height() // max(self.rowHeight(0), 1) - 1, 1)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -count,
            Qt.Key.Key_End: count,
        }
        if count:
            line = min(max(now + steps[Qt.Key(event.key())], 0), count - 1)
            self._select_to(line, extend=bool(event.modifiers() & SHIFT))

    def _select_to(self, line: int, *, extend: bool) -> None:
        self._make_current(line)
        if not extend:
            self._anchor = line
        self._pick(min(self._anchor, self._model.rowCount() - 1), line)

    def _make_current(self, line: int) -> None:
        index = self._model.index(line, max(self.currentIndex().column(), 0))
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(self._model.index(line, self.columnAt(0)))

    def _line_near(self, at: QPoint) -> int:
        """The line at a pixel; one further than the last visible one where the mouse is beyond the edge."""
        step = 0 if 0 <= at.y() < self.viewport().height() else (1 if at.y() > 0 else -1)
        inside = QPoint(self.viewport().rect().left(), min(max(at.y(), 0), self.viewport().height() - 1))
        line = self.rowAt(inside.y())
        return min(line + step, self._model.rowCount() - 1) if line >= 0 else self._model.rowCount() - 1

    def _pick(self, first: int, last: int) -> None:
        rows: IntArray = self._model.rows_at(first, last)
        self.picked.emit(rows)

    @Slot(int)
    def _on_heading(self, section: int) -> None:
        self.sort_wanted.emit(section)
