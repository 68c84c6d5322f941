"""The bootstrap likelihood-ratio test of K components against K + 1."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, WorkBar
from gmmviewer.app.analysis_settings import MOST_REPLICATES, AnalysisSettings
from gmmviewer.mixture.ratio_test import LikelihoodRatio
from gmmviewer.scene.numbers import MISSING, format_number
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.ink import Ink
from gmmviewer.views.plots.null import NullPicture
from gmmviewer.views.plots.plot import Plot
from gmmviewer.views.widgets.fields import IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel, Figure
from gmmviewer.work.analyses import RatioTest
from gmmviewer.work.analyst import Outcome

USUAL = 99
EXPLAINED = (
    "Draws data from the fit with K, fits K and K + 1 to each, and sees how often one component more gains "
    "as much as it does here."
)
MEANING = "If the line stands right of all bars, the further component is more than chance."


class RatioPage(QWidget):
    """Asks whether the model chosen in the window needs one component more."""

    def __init__(self, store: Store, remembered: AnalysisSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._remembered = store, remembered
        self.replicates = IntegerBox(1, MOST_REPLICATES)
        self.replicates.show_value(remembered.number("ratio_replicates", USUAL, 1, MOST_REPLICATES))
        self.question = QLabel()
        self.ratio = Figure("2 Δ log-likelihood", "\u221200000.00", "figure-large")
        self.p_value = Figure("p-value", "0.00000", "figure-large")
        self.plot = Plot("What one component more gains", MEANING)
        self.note = ElidedLabel("small")
        self.work = WorkBar("Test", "ratio test")
        self._asked: RatioTest | None = None
        self._found: LikelihoodRatio | None = None
        self._message = ""
        self._lay_out()
        self.replicates.chosen.connect(self._on_replicates)
        self.work.wanted.connect(self._on_wanted)
        self.work.analyst.ended.connect(self._on_ended)

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""
        self.plot.restyle(ink)
        self.work.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Say what would be tested; a test of other points is forgotten."""
        if old is not None and old.document.points is not new.document.points:
            self.work.analyst.cancel()
            self._asked, self._message = None, ""
            self._show(None)
        elif old is None:
            self._show(None)
        model = new.document.model
        if old is None or old.document.model is not model:
            self.question.setText(f"replicates: K = {model.k} against K = {model.k + 1}, {model.covariance}")
        self._tell()

    @Slot()
    def _on_wanted(self) -> None:
        document = self._store.snapshot.document
        self._message = "" if document.points.n else "There are no points to test yet."
        if document.points.n:
            self._asked = RatioTest(document.points, document.model, self.replicates.value())
            self._show(None)
            self.work.analyst.start(self._asked)
        self._tell()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        if isinstance(outcome.value, LikelihoodRatio) and outcome.analysis is self._asked:
            self._show(outcome.value)
        else:
            self._message = outcome.error or ("Cancelled." if self._asked is not None else "")
        self._tell()

    @Slot(int)
    def _on_replicates(self, count: int) -> None:
        self._remembered.remember("ratio_replicates", count)

    def _show(self, found: LikelihoodRatio | None) -> None:
        self._found = found
        ratio = None if found is None else found.observed
        p = None if found is None else found.p_value
        self.ratio.show_number(ratio, MISSING if ratio is None else f"{ratio:.2f}".replace("-", "\u2212"))
        self.p_value.show_number(p, MISSING if p is None else format_number(p, 2))
        picture = NullPicture(found) if found is not None and len(found.null) else None
        self.plot.show_picture(picture, "No test yet.")

    def _tell(self) -> None:
        self.note.show_text(self._sentence())

    def _sentence(self) -> str:
        if self._message:
            return self._message
        found, asked = self._found, self._asked
        if found is None or asked is None:
            return EXPLAINED
        model = self._store.snapshot.document.model
        said = f"K = {found.k} against {found.k + 1}, {asked.model.covariance}; {len(found.null)} replicates"
        said += f", {found.failed} failed" if found.failed else ""
        other = (model.k, model.covariance) != (asked.model.k, asked.model.covariance)
        return f"{said} · the model in the window is another one now" if other else said

    def _lay_out(self) -> None:
        self.replicates.setAccessibleName("Number of replicates")
        choices = QHBoxLayout()
        choices.setSpacing(GAP)
        choices.addWidget(self.replicates)
        choices.addWidget(self.question)
        choices.addStretch(1)
        figures = QHBoxLayout()
        figures.setSpacing(GAP)
        for caption, figure in (("2 Δ log-likelihood", self.ratio), ("p-value", self.p_value)):
            label = QLabel(caption)
            label.setProperty("role", "caption")
            figure.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            figures.addWidget(label)
            figures.addWidget(figure)
            figures.addSpacing(3 * GAP)
        figures.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(choices)
        layout.addLayout(figures)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.work)
