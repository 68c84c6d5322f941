"""What is fitted and how: K, covariance family, algorithm and start; the rest folds away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gmmviewer.mixture.algorithms import ALGORITHMS, algorithm
from gmmviewer.mixture.families import families
from gmmviewer.mixture.starts import STARTS
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import ink_of
from gmmviewer.views.inspector.form import describe, fill_form, in_a_row, sentence
from gmmviewer.views.inspector.rare import LARGEST_SEED, RareChoices, unusual
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.families import FamilyBox
from gmmviewer.views.widgets.fields import ChoiceBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.views.widgets.section import Section

__all__ = ["LARGEST_SEED", "ModelSection"]


class ModelSection(QWidget):
    """The model as direct controls; every change of it is one undo."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.k = IntegerBox(1, LARGEST_K)
        self.covariance = FamilyBox()
        self.algorithm, self.start = ChoiceBox(), ChoiceBox()
        self.summary, self.guarantee = ElidedLabel("small"), ElidedLabel("small")
        self.buttons = {
            name: ActionButton(actions[name])
            for name in ("fewer_components", "more_components", "new_start")
            if name in actions
        }
        self.rare = RareChoices(store)
        self.more = Section("More", self.rare, nested=True)
        self._name_fields()
        self._lay_out()
        self._connect()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the chosen model, and the choices there are in this many dimensions."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self._draw_icons(new)
            self.more.restyle(ink)
            self.covariance.restyle(ink)
        self.rare.show_snapshot(old, new)
        model, d = new.document.model, new.document.points.d
        if old is not None and old.document.model is model and old.document.points.d == d:
            return
        self.covariance.show_families(families(d))
        chosen = model.family(d)
        self.covariance.show_key(chosen.letters)
        self.summary.show_text(sentence(chosen.summary))
        self.k.show_value(model.k)
        self.algorithm.show_key(algorithm(model.algorithm).name)
        self.guarantee.show_text(algorithm(model.algorithm).guarantee)
        self.start.show_key(model.start)
        odd = unusual(model)
        self.more.header.setText(f"More: {', '.join(odd)}" if odd else "More")

    @Slot(int)
    def _on_k(self, k: int) -> None:
        self._store.apply(edits.choose_model(k=k), "Change K")

    @Slot(str)
    def _on_covariance(self, letters: str) -> None:
        self._store.apply(edits.choose_model(covariance=letters), "Change covariance")

    @Slot(str)
    def _on_algorithm(self, name: str) -> None:
        self._store.apply(edits.choose_model(algorithm=name), "Change algorithm")

    @Slot(str)
    def _on_start(self, name: str) -> None:
        self._store.apply(edits.choose_model(start=name), "Change start")

    def _connect(self) -> None:
        self.k.chosen.connect(self._on_k)
        self.covariance.chosen.connect(self._on_covariance)
        self.algorithm.chosen.connect(self._on_algorithm)
        self.start.chosen.connect(self._on_start)

    def _name_fields(self) -> None:
        self.algorithm.show_entries(
            tuple((a.name, a.title, f"{sentence(a.summary)}.\n{a.guarantee}") for a in ALGORITHMS)
        )
        self.start.show_entries(tuple((s.name, s.title, sentence(s.summary)) for s in STARTS))
        self.k.setAlignment(Qt.AlignmentFlag.AlignCenter)
        describe(self.k, "Number of components K", f"The number of components, 1 to {LARGEST_K} (+ and −)")
        describe(self.covariance, "Covariance family", "What the covariances may look like")
        describe(self.algorithm, "Algorithm", "How responsibilities are assigned, and what never falls")
        describe(self.start, "Start", "How the first means are chosen")

    def _lay_out(self) -> None:
        form = QWidget()
        buttons = self.buttons
        fill_form(
            QGridLayout(form),
            (
                (
                    "Components K",
                    in_a_row(buttons.get("fewer_components"), self.k, buttons.get("more_components")),
                ),
                ("Covariance", self.covariance),
                (None, self.summary),
                ("Algorithm", self.algorithm),
                (None, self.guarantee),
                ("Start", in_a_row(self.start, buttons.get("new_start"))),
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(form)
        column.addWidget(self.more)
        self.more.fold(True)

    def _draw_icons(self, snapshot: Snapshot) -> None:
        ink = ink_of(snapshot.view)
        names = {"fewer_components": "minus", "more_components": "plus", "new_start": "dices"}
        for name, button in self.buttons.items():
            button.scale_icon(ink)
            button.show_face("", icon(names[name], ink.text))
