"""Diagnostics: how well the fit shown describes the points, and how sure its parameters are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, AnalysisDialog
from gmmviewer.app.errors_page import ErrorsPage
from gmmviewer.app.ratio_page import RatioPage
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.fit_check import FitCheck, fit_check
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.analysis.fit_page import FitPage
from gmmviewer.views.analysis.truth import TruthPage
from gmmviewer.views.ink import Ink
from gmmviewer.work.latest import LatestWins
from gmmviewer.work.thread import Crash, Report, ShouldStop

NOTHING = "There is nothing to look at yet: draw some points, open a file or choose a data set."
NO_TRUTH = "Nobody knows the truth about these points: generated data sets and files with labels have one."


@dataclass(frozen=True, eq=False)
class CheckRequest:
    """Look at this mixture (standard units) on these points."""

    points: PointSet
    mixture: Mixture


def _serve(request: CheckRequest, should_stop: ShouldStop, _report: Report) -> FitCheck | None:
    try:
        return fit_check(request.points, request.mixture, should_stop)
    except Cancelled:
        return None


class DiagnosticsDialog(AnalysisDialog):
    """Plots and labels follow the window while they are in sight; bootstraps wait to be asked."""

    name = "diagnostics"
    size_ = (900, 720)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Diagnostics")
        self.fit, self.truth = FitPage(), TruthPage()
        self.errors = ErrorsPage(store, self.remembered)
        self.ratio = RatioPage(store, self.remembered)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for page, title in (
            (self.fit, "Fit"),
            (self.errors, "Standard errors"),
            (self.ratio, "K against K + 1"),
            (self.truth, "Truth"),
        ):
            self.tabs.addTab(page, title)
        self.checks = LatestWins(_serve, "diagnostics", self)
        self.checks.answered.connect(self._on_checked)
        self.tabs.setCurrentIndex(self.remembered.number("tab", 0, 0, self.tabs.count() - 1))
        self.tabs.currentChanged.connect(self._on_tab)
        self._wanted: CheckRequest | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.addWidget(self.tabs)
        self.begin()

    def shut_down(self) -> None:
        """End all threads."""
        self.checks.close()
        self.errors.work.analyst.close()
        self.ratio.work.analyst.close()

    def restyle(self, ink: Ink) -> None:
        """Every page in another ink."""
        for page in (self.fit, self.truth, self.errors, self.ratio):
            page.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Look again where the parameters or the points are others."""
        self.errors.show_snapshot(old, new)
        self.ratio.show_snapshot(old, new)
        points, mixture = new.document.points, new.parameters
        if old is None or old.document.points is not points or old.parameters is not mixture:
            self._look(points, mixture)

    @Slot(int)
    def _on_tab(self, index: int) -> None:
        self.remembered.remember("tab", index)
        snapshot = self.store.snapshot
        self._look(snapshot.document.points, snapshot.parameters)

    def _look(self, points: PointSet, mixture: Mixture | None) -> None:
        """Ask for another check if somebody sees it; the one on screen stays until it comes."""
        if points.n == 0 or mixture is None:
            self._wanted = None
            self.fit.show_check(None, NOTHING)
            self.truth.show_agreement(None, NOTHING)
            return
        last = self._wanted
        in_sight = self.tabs.currentWidget() in (self.fit, self.truth)
        known = last is not None and last.points is points and last.mixture is mixture
        if in_sight and not known:
            self._wanted = CheckRequest(points, mixture)
            self.checks.want(self._wanted)

    @Slot(object)
    def _on_checked(self, answer: FitCheck | Crash | None) -> None:
        if isinstance(answer, Crash):
            text = f"These plots met a fault; it is in the log ({answer.message})."
            self.fit.show_check(None, text)
            self.truth.show_agreement(None, text)
        elif answer is not None and self._wanted is not None and answer.points is self._wanted.points:
            self.fit.show_check(answer)
            self.truth.show_agreement(answer.agreement, NO_TRUTH)
