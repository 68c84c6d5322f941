"""What is fitted: K, covariance family, start and when to stop."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gmmviewer.mixture.families import CovarianceFamily, families
from gmmviewer.mixture.starts import STARTS
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import ink_of
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.fields import ChoiceBox, DecimalBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel

LARGEST_SEED = 2**31 - 1
LARGEST_ITERATIONS = 1_000_000
LARGEST_TOLERANCE = 1e6
SMALLEST_TOLERANCE_STEP = 1e-8


class ModelSection(QWidget):
    """The model as direct controls; every change of it is one undo."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.k = IntegerBox(1, LARGEST_K)
        self.covariance, self.start = ChoiceBox(), ChoiceBox()
        self.summary = ElidedLabel("small")
        self.seed = IntegerBox(0, LARGEST_SEED)
        self.tolerance = DecimalBox(LARGEST_TOLERANCE, SMALLEST_TOLERANCE_STEP)
        self.max_iterations = IntegerBox(1, LARGEST_ITERATIONS)
        self.buttons = {
            name: ActionButton(actions[name])
            for name in ("fewer_components", "more_components", "new_start")
            if name in actions
        }
        self._name_fields()
        self._lay_out()
        self._connect()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the chosen model, and the choices there are in this many dimensions."""
        if old is None or ink_of(old.view) is not ink_of(new.view):
            self._draw_icons(new)
        model, d = new.document.model, new.document.points.d
        if old is not None and old.document.model is model and old.document.points.d == d:
            return
        self.covariance.show_entries(tuple((f.letters, family_title(f), f.summary) for f in families(d)))
        chosen = model.family(d)
        self.covariance.show_key(chosen.letters)
        self.summary.show_text(sentence(chosen.summary))
        self.k.show_value(model.k)
        self.start.show_key(model.start)
        self.seed.show_value(model.seed)
        self.tolerance.show_value(model.tolerance)
        self.max_iterations.show_value(model.max_iterations)

    @Slot(int)
    def _on_k(self, k: int) -> None:
        self._store.apply(edits.choose_model(k=k), "Change K")

    @Slot(str)
    def _on_covariance(self, letters: str) -> None:
        self._store.apply(edits.choose_model(covariance=letters), "Change covariance")

    @Slot(str)
    def _on_start(self, name: str) -> None:
        self._store.apply(edits.choose_model(start=name), "Change start")

    @Slot(int)
    def _on_seed(self, seed: int) -> None:
        self._store.apply(edits.choose_model(seed=seed), "Change seed")

    @Slot(float)
    def _on_tolerance(self, tolerance: float) -> None:
        self._store.apply(edits.choose_model(tolerance=tolerance), "Change tolerance")

    @Slot(int)
    def _on_max_iterations(self, count: int) -> None:
        self._store.apply(edits.choose_model(max_iterations=count), "Change maximum iterations")

    def _connect(self) -> None:
        self.k.chosen.connect(self._on_k)
        self.covariance.chosen.connect(self._on_covariance)
        self.start.chosen.connect(self._on_start)
        self.seed.chosen.connect(self._on_seed)
        self.tolerance.chosen.connect(self._on_tolerance)
        self.max_iterations.chosen.connect(self._on_max_iterations)

    def _name_fields(self) -> None:
        self.start.show_entries(tuple((s.name, s.title, sentence(s.summary)) for s in STARTS))
        self.k.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tolerance.setSuffix(" nats")
        for field, name, help_ in (
            (self.k, "Number of components K", f"The number of components, 1 to {LARGEST_K} (+ and −)"),
            (self.covariance, "Covariance family", "What the covariances may look like"),
            (self.start, "Start", "How the first means are chosen"),
            (self.seed, "Seed", "Another seed makes another random start; the same one repeats it"),
            (
                self.tolerance,
                "Tolerance in nats",
                "A run has converged when less than this many nats are still to be gained; 0: never",
            ),
            (
                self.max_iterations,
                "Maximum iterations",
                "A run stops after this many iterations at the latest",
            ),
        ):
            field.setAccessibleName(name)
            field.setToolTip(help_)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        components = _row(self.buttons.get("fewer_components"), self.k, self.buttons.get("more_components"))
        rows: tuple[tuple[str | None, QWidget | QHBoxLayout], ...] = (
            ("Components K", components),
            ("Covariance", self.covariance),
            (None, self.summary),
            ("Start", self.start),
            ("Seed", _row(self.seed, self.buttons.get("new_start"))),
            ("Stop at", _row(self.tolerance, self.max_iterations)),
        )
        self.max_iterations.setSuffix(" steps")
        for index, (caption, content) in enumerate(rows):
            first = 0 if caption is None else 1
            if caption is not None:
                label = QLabel(caption)
                label.setProperty("role", "caption")
                grid.addWidget(label, index, 0)
            if isinstance(content, QWidget):
                grid.addWidget(content, index, first, 1, 2 - first)
            else:
                grid.addLayout(content, index, first, 1, 2 - first)

    def _draw_icons(self, snapshot: Snapshot) -> None:
        ink = ink_of(snapshot.view)
        names = {"fewer_components": "minus", "more_components": "plus", "new_start": "dices"}
        for name, button in self.buttons.items():
            button.scale_icon(ink)
            button.show_face("", icon(names[name], ink.text))


def family_title(family: CovarianceFamily) -> str:
    """ "Full (VVV)": the lecture's name and the field's."""
    return f"{family.title} ({family.letters})"


def sentence(text: str) -> str:
    """The text with a capital."""
    return text[:1].upper() + text[1:]


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Side by side; fields take the width that buttons leave."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        if widget is not None:
            row.addWidget(widget, 0 if isinstance(widget, ActionButton) else 1)
    return row
