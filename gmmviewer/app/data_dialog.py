"""The data table beside the window: every point with what the parameters shown say about it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, MARGIN, AnalysisDialog, button
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.scene.row_columns import Column, Kind, RowSheet
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.data_table import DataTable
from gmmviewer.views.data_table_model import DataTableModel
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.fields import CheckBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.work.sorting import Copied, CopyRequest, Sorted, Sorter, SortRequest
from gmmviewer.work.thread import Crash

MOST_COPIED = 200_000  # rows: some 30 MB of text
WITHIN_MS = 100  # values follow a run this often
MOST_ROWS = 999_999_999


class DataDialog(AnalysisDialog):
    """Sort by a click on a heading, select in it or on the canvas, go to a row, copy."""

    name = "data"
    size_ = (900, 560)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Data table")
        self.model = DataTableModel(self)
        self.table = DataTable(self.model)
        self.go_to = IntegerBox(1, MOST_ROWS)
        self.only_selected = CheckBox("Only selected")
        self.counts, self.note = ElidedLabel("small"), ElidedLabel("small")
        self.again, self.copy, self.close_button = button("Sort again"), button("Copy"), button("Close")
        self.sorter = Sorter(self)
        self._sorting: tuple[Column, bool] | None = None  # which column, and whether descending
        self._asked: SortRequest | None = None
        self._in_order: SortRequest | None = None  # what the lines are in the order of
        self._filter: IntArray | None = None
        self._picking = False  # what is picked here needs no other lines
        self._message = ""
        self._later = QTimer(self, singleShot=True, interval=WITHIN_MS)
        self._lay_out()
        self._connect()
        self.begin()
        self.table.setFocus()

    def shut_down(self) -> None:
        """End the thread."""
        self._later.stop()
        self.sorter.close()

    def restyle(self, ink: Ink) -> None:
        """Table and type in another ink."""
        self.table.restyle(ink)

    # ------------------------------------------------------------ following the window

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Other points at once; other parameters at once too, but during a run not for every state."""
        if old is None or old.document.points is not new.document.points:
            self._take(new)
            self._filter = new.rows if self.only_selected.isChecked() else None
            self._arrange()
        elif old.parameters is not new.parameters:
            if not new.activity.running:
                self._take(new)
            elif not self._later.isActive():
                self._later.start()
        if old is None or not _same_rows(old, new):
            self._show_picked(new)
        self._tell()

    @Slot()
    def _catch_up(self) -> None:
        self._take(self.store.snapshot)
        self._tell()

    def _take(self, snapshot: Snapshot) -> None:
        """Show the values of this moment; the order of the lines stays."""
        self._later.stop()
        sheet = self.model.sheet
        points, standard = snapshot.document.points, snapshot.parameters
        if sheet is None or sheet.points is not points or sheet.standard is not standard:
            self.model.show_sheet(RowSheet(points, standard))
            self._show_sorting()

    def _show_picked(self, snapshot: Snapshot) -> None:
        self.model.show_picked(snapshot.rows)
        if self._picking:
            return
        if self.only_selected.isChecked():
            self._filter = snapshot.rows
            self._arrange()
        line = self.model.first_line_of(snapshot.rows)
        if line is not None:
            self.table.show_line(line)

    # ------------------------------------------------------------ order

    @property
    def stale(self) -> bool:
        """Whether the lines are in an order that the parameters shown would not give."""
        order, sheet = self._in_order, self.model.sheet
        if order is None or sheet is None or not order.column.of_the_model:
            return False
        return order.sheet.standard is not sheet.standard

    @Slot(int)
    def _on_heading(self, section: int) -> None:
        column = self.model.columns[section]
        before, was_descending = self._sorting or (self.model.columns[0], False)
        descending = before == column and not was_descending
        self._sorting = None if column.kind is Kind.ROW and not descending else (column, descending)
        self._show_sorting()
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        """Put the lines in order: at once as they are in the data, else in the sorting thread."""
        sheet = self.model.sheet
        known = sheet is not None and (self._sorting is None or self._sorting[0] in sheet.columns)
        if sheet is None or self._sorting is None or not known:
            self._asked = self._in_order = None
            self.model.show_order(self._filter)
        else:
            column, descending = self._sorting
            self._asked = SortRequest(sheet, column, descending, self._filter)
            self.sorter.want(self._asked)
        self._tell()

    def _show_sorting(self) -> None:
        columns = self.model.columns
        if self._sorting is None or self._sorting[0] not in columns:
            self.model.show_sorting(None)
        else:
            self.model.show_sorting(columns.index(self._sorting[0]), self._sorting[1])

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        if isinstance(answer, Copied):
            self._take_text(answer)
        elif isinstance(answer, Crash):
            self._asked, self._message = None, f"Sorting met a fault; it is in the log ({answer.message})."
        elif isinstance(answer, Sorted) and answer.request is self._asked and answer.order is not None:
            self._in_order, self._asked = answer.request, None
            self.model.show_order(answer.order)
            self.table.scrollToTop()
        self._tell()

    # ------------------------------------------------------------ hands

    @Slot(object)
    def _on_picked(self, rows: IntArray) -> None:
        self._pick(edits.pick(rows))

    @Slot(object)
    def _on_toggled(self, rows: IntArray) -> None:
        self._pick(edits.toggle_picks(rows))

    def _pick(self, edit: edits.Edit) -> None:
        self._picking = True
        try:
            self.store.apply(edit)
        finally:
            self._picking = False

    @Slot(bool)
    def _on_only_selected(self, on: bool) -> None:
        self._filter = self.store.snapshot.rows if on else None
        self._arrange()

    @Slot()
    def _find(self) -> None:
        self.go_to.setFocus()
        self.go_to.selectAll()

    @Slot()
    def _on_go_to(self) -> None:
        self.go_to.interpretText()
        number = self.go_to.value()
        line = self.model.line_of(number - 1)
        n = self.store.snapshot.document.points.n
        if line is not None:
            self._message = ""
            self.table.show_line(line)
            self._on_picked(self.model.rows_at(line, line))
        elif number > n:
            self._message = f"There are {n} rows; type a number from 1 to {n}."
        else:
            self._message = f"Row {number} is not selected: show all rows to go there."
        self._tell()

    @Slot()
    def _on_copy(self) -> None:
        rows, sheet = self.store.snapshot.rows, self.model.sheet
        if sheet is None or len(rows) == 0:
            self._message = "Select rows first: click one, Shift and click another."
        elif len(rows) > MOST_COPIED:
            self._message = f"{len(rows)} rows are too many for the clipboard; select up to {MOST_COPIED}."
        else:
            self._message = "Copying…"
            self.sorter.want(CopyRequest(sheet, rows))
        self._tell()

    def _take_text(self, answer: Copied) -> None:
        if answer.text is not None:
            QGuiApplication.clipboard().setText(answer.text)
            self._message = f"{len(answer.request.rows)} rows are on the clipboard."

    # ------------------------------------------------------------ words

    def _tell(self) -> None:
        snapshot = self.store.snapshot
        n, chosen = snapshot.document.points.n, len(snapshot.rows)
        self.counts.show_text(f"{_grouped(n)} rows · {_grouped(chosen)} selected")
        self.copy.setEnabled(chosen > 0)
        self.again.setEnabled(self.stale and self._asked is None)
        self.note.show_text(self._sentence(snapshot))

    def _sentence(self, snapshot: Snapshot) -> str:
        if self._message:
            message, self._message = self._message, ""
            return message
        if self._asked is not None:
            return "Sorting…"
        if snapshot.document.points.n == 0:
            return "There are no points yet."
        if self.stale and self._sorting is not None:
            return f"The parameters have changed since these rows were sorted by {self._sorting[0].title}."
        if self.only_selected.isChecked() and len(snapshot.rows) == 0:
            return "No points are selected."
        return "Values belong to the parameters shown. Click a heading to sort."

    def _connect(self) -> None:
        self._later.timeout.connect(self._catch_up)
        self.sorter.answered.connect(self._on_answered)
        self.table.picked.connect(self._on_picked)
        self.table.toggled.connect(self._on_toggled)
        self.table.sort_wanted.connect(self._on_heading)
        self.table.copy_wanted.connect(self._on_copy)
        self.go_to.lineEdit().returnPressed.connect(self._on_go_to)
        self.only_selected.toggled.connect(self._on_only_selected)
        self.again.clicked.connect(self._arrange)
        self.copy.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+G"), self).activated.connect(self._find)

    def _lay_out(self) -> None:
        self.go_to.setAccessibleName("Row to go to")
        self.go_to.setToolTip("Go to this row (Ctrl+G)")
        self.only_selected.setToolTip("Show only the rows that are selected")
        self.again.setToolTip("Put the rows in the order of the parameters shown")
        self.copy.setToolTip("Copy the selected rows as tab-separated text, in full precision (Ctrl+C)")
        above, below = QHBoxLayout(), QHBoxLayout()
        caption = QLabel("Go to row")
        caption.setBuddy(self.go_to)
        for widget in (caption, self.go_to, self.only_selected):
            above.addWidget(widget)
        above.addSpacing(2 * GAP)
        above.addWidget(self.counts, 1)
        below.addWidget(self.note, 1)
        for each in (self.again, self.copy, self.close_button):
            below.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        for part in (above, below):
            part.setSpacing(GAP)
        layout.setSpacing(GAP)
        layout.addLayout(above)
        layout.addWidget(self.table, 1)
        layout.addLayout(below)


def _same_rows(old: Snapshot, new: Snapshot) -> bool:
    return old.picked is new.picked and old.document.points is new.document.points


def _grouped(number: int) -> str:
    """With thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u2009")
