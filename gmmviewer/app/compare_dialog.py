"""Compare models: a table of K × covariance family that fills up, in which a click loads a fit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, MARGIN, AnalysisDialog, WorkBar, button
from gmmviewer.mixture.families import families
from gmmviewer.mixture.sweep import Cell
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K, ModelChoice
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.analysis.comparison import ComparisonModel
from gmmviewer.views.analysis.criteria import CHOICES, FOLDS, criterion
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.choosing import ChoosingTable
from gmmviewer.views.widgets.fields import ChoiceBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.work.analyses import Comparison, Held, unlocked
from gmmviewer.work.analyst import Outcome

N_FOLDS = 5
WIDEST = "★ \u22120000.0"
CLICK = "Click a cell, or press Enter on it, to load that fit into the window."
NO_POINTS = "There are no points to fit yet."
NOT_NAMED = ("k", "covariance", "start", "seed")


class CompareDialog(AnalysisDialog):
    """Choose families and K, press Compare, look for the star."""

    name = "compare"
    size_ = (840, 560)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Compare models")
        self.first_k, self.last_k = IntegerBox(1, LARGEST_K), IntegerBox(1, LARGEST_K)
        self.criterion = ChoiceBox()
        self.direction = QLabel()
        self.every, self.none = button("All families"), button("None")
        self.model = ComparisonModel(self)
        self.table = ChoosingTable("Criterion by covariance family and K")
        self.table.setModel(self.model)
        self.note = ElidedLabel("small")
        self.copy, self.close_button = button("Copy"), button("Close")
        self.work = WorkBar("Compare", "comparison", self.copy, self.close_button)
        self._compared: Comparison | None = None
        self._message = ""
        self._recall()
        self._lay_out()
        self._connect()
        self.begin()
        self.work.button.setFocus()

    def shut_down(self) -> None:
        """End the thread."""
        self.work.analyst.close()

    def restyle(self, ink: Ink) -> None:
        """Table and type in another ink."""
        self.table.restyle(ink)
        self._fit_columns()
        self.model.restyle(ink)
        self.work.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Other points make the table out of date; other dimensions have other families."""
        points = new.document.points
        if old is None or old.document.points.d != points.d:
            self._show_families(points.d)
        if old is not None and old.document.points is not points and self._compared is not None:
            self.work.analyst.cancel()
            self.model.outdate()
        if old is None or old.document.points is not points or old.document.model is not new.document.model:
            self._tell()

    # ------------------------------------------------------------ what a person does

    @Slot()
    def _on_work(self) -> None:
        document = self.store.snapshot.document
        self._message = NO_POINTS if document.points.n == 0 else ""
        if self._message or not self.model.chosen:
            self._message = self._message or "Choose at least one family in the first column."
            self._tell()
            return
        folds = N_FOLDS if self._key == FOLDS else 0
        ks = tuple(range(self.first_k.value(), self.last_k.value() + 1))
        self._show_ks(ks)
        self.model.begin()
        self._compared = Comparison(document.points, document.model, ks, self.model.chosen, folds)
        self.work.analyst.start(self._compared)
        self._tell()

    @Slot(QModelIndex)
    def _on_cell(self, index: QModelIndex) -> None:
        cell = self.model.cell(index)
        if cell is None or self._compared is None:
            return
        if self._compared.points is not self.store.snapshot.document.points:
            self._message = "This fit belongs to other points: compare again."
        elif cell.mixture is None:
            self._message = cell.message
        else:
            self._message = ""
            chosen = settings_of(self._compared.model) | {"covariance": cell.family.letters}
            self.store.apply(edits.adopt(cell.mixture, **chosen), "Load fit")
        self._tell()

    @Slot(int)
    def _on_first_k(self, k: int) -> None:
        self.last_k.show_value(max(self.last_k.value(), k))
        self._on_ks()

    @Slot(int)
    def _on_last_k(self, k: int) -> None:
        self.first_k.show_value(min(self.first_k.value(), k))
        self._on_ks()

    def _on_ks(self) -> None:
        self.remembered.remember("first_k", self.first_k.value())
        self.remembered.remember("last_k", self.last_k.value())
        if not self.work.busy:
            self._show_ks(tuple(range(self.first_k.value(), self.last_k.value() + 1)))
            self._tell()

    @Slot(str)
    def _on_criterion(self, key: str) -> None:
        self.remembered.remember("criterion", key)
        self._show_criterion(key)
        self._tell()

    @Slot()
    def _on_families(self) -> None:
        d = self.store.snapshot.document.points.d
        self.remembered.remember(f"families_{d}", frozenset(self.model.chosen))

    @Slot()
    def _on_every(self) -> None:
        self.model.choose(frozenset(family.letters for family in self.model.families))

    @Slot()
    def _on_none(self) -> None:
        self.model.choose(frozenset())

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.tab_separated())
        self._message = "The table is on the clipboard."
        self._tell()

    # ------------------------------------------------------------ what comes back

    @Slot(object)
    def _on_part(self, part: object) -> None:
        if isinstance(part, Cell):
            self.model.take(part)
        elif isinstance(part, Held) and part.validation is not None:
            self.model.take_held_out(part.cell, part.validation)
        self._tell()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        self.model.end()
        if outcome.error is not None:
            self._message = outcome.error
        elif outcome.value is None and not self._stale:
            self._message = "Cancelled; what is there can be used."
        self._tell()

    # ------------------------------------------------------------ showing

    @property
    def _key(self) -> str:
        return str(self.criterion.currentData())

    @property
    def _stale(self) -> bool:
        compared = self._compared
        return compared is not None and compared.points is not self.store.snapshot.document.points

    def _show_families(self, d: int) -> None:
        present = families(d)
        usual = frozenset(family.letters for family in present if not family.shared_mean)
        remembered = self.remembered.names(f"families_{d}")
        letters = frozenset(family.letters for family in present)
        self.work.analyst.cancel()
        self._compared = None
        self.model.show_families(present, usual if remembered is None else remembered & letters)
        self._fit_columns()

    def _show_ks(self, ks: tuple[int, ...]) -> None:
        self.model.show_ks(ks)
        self._fit_columns()

    def _fit_columns(self) -> None:
        self.table.share_width(WIDEST)

    def _show_criterion(self, key: str) -> None:
        self.criterion.show_key(key)
        self.direction.setText(criterion(key).direction)
        self.model.show_criterion(criterion(key))

    def _tell(self) -> None:
        self.copy.setEnabled(not self.model.is_empty)
        self.note.show_text(self._sentence())

    def _sentence(self) -> str:
        if self._message:
            return self._message
        if self._stale:
            return "Out of date: the points have changed since. Compare again."
        best, compared = self.model.best, self._compared
        if compared is None:
            return "Fits every chosen family with every K, from several starts each."
        said = []
        if best is not None:
            said.append(f"★ {best.family.letters}, K = {best.k}")
        elif self._key == FOLDS and not self.work.busy:
            said.append("Compare again for the held-out log-likelihood.")
        if settings_of(compared.model) != settings_of(self.store.snapshot.document.model):
            said.append("Made with other settings than the window has now.")
        return " · ".join([*said, CLICK])

    def _recall(self) -> None:
        first, last = self.remembered.ks()
        self.first_k.show_value(first)
        self.last_k.show_value(last)
        self._show_ks(tuple(range(first, last + 1)))
        self.criterion.show_entries(tuple((c.key, c.title, f"{c.meaning}; {c.direction}") for c in CHOICES))
        self._show_criterion(criterion(self.remembered.text("criterion", "bic")).key)

    def _connect(self) -> None:
        self.first_k.chosen.connect(self._on_first_k)
        self.last_k.chosen.connect(self._on_last_k)
        self.criterion.chosen.connect(self._on_criterion)
        self.every.clicked.connect(self._on_every)
        self.none.clicked.connect(self._on_none)
        self.model.families_chosen.connect(self._on_families)
        self.table.chosen.connect(self._on_cell)
        self.table.copy_wanted.connect(self._on_copy)
        self.work.wanted.connect(self._on_work)
        self.copy.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        self.work.analyst.part.connect(self._on_part)
        self.work.analyst.ended.connect(self._on_ended)

    def _lay_out(self) -> None:
        for field, name in (
            (self.first_k, "Smallest K"),
            (self.last_k, "Largest K"),
            (self.criterion, "Criterion"),
        ):
            field.setAccessibleName(name)
        self.copy.setToolTip("Copy the table as tab-separated text (Ctrl+C in the table)")
        self.direction.setProperty("role", "caption")
        choices = QHBoxLayout()
        choices.setSpacing(GAP)
        parts: tuple[QWidget | None, ...] = (
            *(QLabel("K"), self.first_k, QLabel("to"), self.last_k, None),
            *(QLabel("Criterion"), self.criterion, self.direction),
        )
        for part in parts:
            if part is None:
                choices.addSpacing(2 * GAP)
            else:
                choices.addWidget(part)
        choices.addStretch(1)
        choices.addWidget(self.every)
        choices.addWidget(self.none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(choices)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.work)


def settings_of(model: ModelChoice) -> dict[str, Any]:
    """Everything about a model that a comparison keeps the same, by the names of its fields."""
    free = unlocked(model)
    return {name: getattr(free, name) for name in vars(free) if name not in NOT_NAMED}
