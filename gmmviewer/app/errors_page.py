"""Standard errors of the fit shown, by the bootstrap."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, WorkBar, button
from gmmviewer.app.analysis_settings import MOST_REPLICATES, AnalysisSettings
from gmmviewer.mixture.bootstrap import METHODS, BootstrapErrors
from gmmviewer.mixture.events import StopReason
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.analysis.errors import HEADINGS, PARAMETER, error_rows
from gmmviewer.views.analysis.rows import Rows, RowsModel
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.choosing import ChoosingTable
from gmmviewer.views.widgets.fields import ChoiceBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.work.analyses import StandardErrors
from gmmviewer.work.analyst import Outcome

USUAL = 200
TITLES = {
    "non-parametric": ("points drawn again", "Replicates are drawn from the points: trusts only the data"),
    "parametric": ("points drawn from the fit", "Replicates are drawn from the mixture: trusts the model"),
}


class ErrorsPage(QWidget):
    """Estimates follow the window; standard errors are computed when asked for, and belong to one fit."""

    def __init__(self, store: Store, remembered: AnalysisSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._remembered = store, remembered
        self.replicates = IntegerBox(2, MOST_REPLICATES)
        self.replicates.show_value(remembered.number("replicates", USUAL, 2, MOST_REPLICATES))
        self.method = ChoiceBox()
        self.method.show_entries(tuple((name, *titled(name)) for name in METHODS))
        method = remembered.text("method", "non-parametric")
        self.method.show_key(method if method in METHODS else METHODS[0])
        self.model = RowsModel(self)
        self.model.show_rows(Rows(HEADINGS))
        self.table = ChoosingTable("Parameters and their standard errors", rows=True)
        self.table.setModel(self.model)
        self.table.stretch(PARAMETER)
        self.note = ElidedLabel("small")
        self.copy = button("Copy")
        self.work = WorkBar("Compute", "standard errors", self.copy)
        self._asked: StandardErrors | None = None
        self._found: BootstrapErrors | None = None
        self._had_converged = False
        self._message = ""
        self._lay_out()
        self.replicates.chosen.connect(self._on_replicates)
        self.method.chosen.connect(self._on_method)
        self.table.copy_wanted.connect(self._on_copy)
        self.copy.clicked.connect(self._on_copy)
        self.work.wanted.connect(self._on_wanted)
        self.work.analyst.ended.connect(self._on_ended)

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""
        self.table.restyle(ink)
        self.model.restyle(ink)
        self.work.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the estimates on screen, or that the errors belong to other ones."""
        points = new.document.points
        moved = old is None or old.document.points is not points or old.parameters is not new.parameters
        if moved:
            if old is not None and old.document.points is not points:
                self.work.analyst.cancel()
                self._asked = self._found = None
            self._show_rows()
        self._tell()

    @Slot()
    def _on_wanted(self) -> None:
        snapshot = self._store.snapshot
        state = snapshot.state
        if state is None or snapshot.document.given is not None:
            self._message = "There is no fit to ask about yet."
        else:
            self._message = ""
            document = snapshot.document
            self._asked = StandardErrors(
                document.points,
                state,
                self.replicates.value(),
                str(self.method.currentData()),
                document.model.seed,
            )
            self._had_converged = snapshot.at_end and snapshot.stop_reason is StopReason.CONVERGED
            self._found = None
            self._show_rows()
            self.work.analyst.start(self._asked)
        self._tell()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        if isinstance(outcome.value, BootstrapErrors) and outcome.analysis is self._asked:
            self._found = outcome.value
            self._show_rows()
        else:
            self._message = outcome.error or ("Cancelled." if self._asked is not None else "")
        self._tell()

    @Slot(int)
    def _on_replicates(self, count: int) -> None:
        self._remembered.remember("replicates", count)

    @Slot(str)
    def _on_method(self, key: str) -> None:
        self._remembered.remember("method", key)
        self.method.show_key(key)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.rows.tab_separated())
        self._message = "The table is on the clipboard."
        self._tell()
        self._message = ""

    @property
    def _current(self) -> bool:
        """Whether the errors belong to the parameters on screen."""
        return self._asked is not None and self._asked.state.standard is self._store.snapshot.parameters

    def _show_rows(self) -> None:
        """With errors: the fit they belong to. Without: the fit on screen."""
        snapshot = self._store.snapshot
        mixture = snapshot.mixture if self._found is None else self._found.mixture
        columns = snapshot.document.points.columns
        self.model.show_rows(Rows(HEADINGS) if mixture is None else error_rows(mixture, columns, self._found))
        if self._found is not None and not self._current:
            self.model.outdate()

    def _tell(self) -> None:
        self.copy.setEnabled(bool(self.model.rows.entries))
        self.note.show_text(self._sentence())

    def _sentence(self) -> str:
        if self._message:
            return self._message
        if self._found is not None and self._asked is not None:
            said = f"{len(self._found.replicates)} replicates of {titled(self._found.method)[0]}"
            lost = [
                f"{count} {what} and left out"
                for count, what in ((self._found.floored, "floored"), (self._found.failed, "failed"))
                if count
            ]
            said = " · ".join([said, *lost])
            if self._current and self._had_converged:
                return said
            if self._current:
                return f"Before EM converged: the errors belong to where it ends, not to these values. {said}"
            return f"Out of date: of the fit at iteration {self._asked.state.iteration}. {said}"
        if self._store.snapshot.stop_reason is not StopReason.CONVERGED:
            return "The fit shown has not converged; let it run (R) first, or the errors belong to its end."
        return "Fits the model again to many data sets like this one, and sees how far each parameter moves."

    def _lay_out(self) -> None:
        self.replicates.setAccessibleName("Number of replicates")
        self.method.setAccessibleName("Kind of bootstrap")
        self.copy.setToolTip("Copy the table in full precision (Ctrl+C in the table)")
        choices = QHBoxLayout()
        choices.setSpacing(GAP)
        choices.addWidget(self.replicates)
        choices.addWidget(QLabel("replicates, each of"))
        choices.addWidget(self.method)
        choices.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(choices)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.work)


def titled(method: str) -> tuple[str, str]:
    """What a kind of bootstrap draws, and what that means."""
    return TITLES.get(method, (method, ""))
