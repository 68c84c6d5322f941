"""Restarts: where many starts of the chosen model end, and how often; a click loads one of the ends."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, MARGIN, AnalysisDialog, WorkBar, button
from gmmviewer.app.analysis_settings import MOST_STARTS
from gmmviewer.app.compare_dialog import NO_POINTS, settings_of
from gmmviewer.mixture.restarts import Restarts
from gmmviewer.mixture.starts import STARTS
from gmmviewer.session import edits
from gmmviewer.session.document import Document
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.analysis.optima import HEADINGS, optima_rows
from gmmviewer.views.analysis.rows import Rows, RowsModel
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.choosing import ChoosingTable
from gmmviewer.views.widgets.fields import IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.work.analyses import ManyStarts
from gmmviewer.work.analyst import Outcome

USUAL_STARTS = 20
CLICK = "Click a row, or press Enter on it, to load that fit into the window."


class RestartsDialog(AnalysisDialog):
    """Choose how many starts, press Start, look how often the best was reached."""

    name = "restarts"
    size_ = (720, 420)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Restarts")
        self.count = IntegerBox(1, MOST_STARTS)
        self.count.show_value(self.remembered.number("starts", USUAL_STARTS, 1, MOST_STARTS))
        self.plan = ElidedLabel()
        self.model = RowsModel(self)
        self.table = ChoosingTable("Distinct optima", rows=True)
        self.table.setModel(self.model)
        self.note = ElidedLabel("small")
        self.copy, self.close_button = button("Copy"), button("Close")
        self.work = WorkBar("Start", "restarts", self.copy, self.close_button)
        self._asked: ManyStarts | None = None
        self._found: Restarts | None = None
        self._message = ""
        self._lay_out()
        self._connect()
        self.model.show_rows(Rows(HEADINGS))
        self.table.stretch(len(HEADINGS) - 1)
        self.begin()
        self.work.button.setFocus()

    def shut_down(self) -> None:
        """End the thread."""
        self.work.analyst.close()

    def restyle(self, ink: Ink) -> None:
        """Table and type in another ink."""
        self.table.restyle(ink)
        self.model.restyle(ink)
        self.work.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Say what would be started; other points make the optima out of date."""
        before = None if old is None else old.document
        if before is not None and before.points is not new.document.points and self._asked is not None:
            self.work.analyst.cancel()
            self.model.outdate()
        if (
            before is None
            or before.points is not new.document.points
            or before.model is not new.document.model
        ):
            self.plan.show_text(described(new.document))
            self._tell()

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self.remembered.remember("starts", count)

    @Slot()
    def _on_work(self) -> None:
        document = self.store.snapshot.document
        self._message = NO_POINTS if document.points.n == 0 else ""
        if not self._message:
            self._asked = ManyStarts(document.points, document.model, self.count.value())
            self._found = None
            self.model.show_rows(Rows(HEADINGS))
            self.work.analyst.start(self._asked)
        self._tell()

    @Slot(QModelIndex)
    def _on_row(self, index: QModelIndex) -> None:
        if self._found is None or self._asked is None:
            return
        if self._stale:
            self._message = "This fit belongs to other points: start again."
        else:
            optimum, model = self._found.optima[index.row()], self._asked.model
            first = optimum.attempts[0]
            chosen = settings_of(model) | {
                "covariance": model.covariance,
                "start": first.start,
                "seed": first.seed,
            }
            self._message = ""
            self.store.apply(edits.adopt(optimum.mixture, **chosen), "Load fit")
        self._tell()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.rows.tab_separated())
        self._message = "The list is on the clipboard."
        self._tell()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        if isinstance(outcome.value, Restarts) and not self._stale:
            self._found = outcome.value
            self.model.show_rows(optima_rows(outcome.value))
        else:
            self._message = outcome.error or "Cancelled."
        self._tell()

    @property
    def _stale(self) -> bool:
        return self._asked is not None and self._asked.points is not self.store.snapshot.document.points

    def _tell(self) -> None:
        self.copy.setEnabled(self._found is not None)
        self.note.show_text(self._sentence())

    def _sentence(self) -> str:
        if self._message:
            return self._message
        if self.work.busy:
            return "The list comes when all starts are done."
        if self._found is None or self._asked is None:
            return "EM finds a local maximum; which one depends on the start."
        if self._stale:
            return "Out of date: the points have changed since. Start again."
        asked = self._asked.model
        count = len(self._found.optima)
        kinds = "one optimum" if count == 1 else f"{count} different optima"
        made = f"K = {asked.k}, {asked.covariance}"
        failed = f" · {len(self._found.failures)} starts failed" if self._found.failures else ""
        return f"{made}: {kinds}{failed} · {CLICK}"

    def _connect(self) -> None:
        self.count.chosen.connect(self._on_count)
        self.table.chosen.connect(self._on_row)
        self.table.copy_wanted.connect(self._on_copy)
        self.work.wanted.connect(self._on_work)
        self.copy.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        self.work.analyst.ended.connect(self._on_ended)

    def _lay_out(self) -> None:
        self.count.setAccessibleName("Number of starts")
        self.copy.setToolTip("Copy the list as tab-separated text (Ctrl+C in the list)")
        choices = QHBoxLayout()
        choices.setSpacing(GAP)
        choices.addWidget(self.count)
        choices.addWidget(self.plan, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(choices)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.work)


def described(document: Document) -> str:
    """What would be started: "starts of k-means++, K = 3, Full (VVV), seeds from 1"."""
    model = document.model
    titles = {start.name: start.title for start in STARTS}
    family = model.family(document.points.d)
    start = titles.get(model.start, model.start)
    return f"starts: {start}, K = {model.k}, {family.title} ({family.letters}), seeds from {model.seed}"
