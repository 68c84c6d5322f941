"""What is chosen rarely: seed and stopping, noise, ties, a fixed mean, the floor."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from gmmviewer.mixture.floor import RELATIVE_FLOOR
from gmmviewer.session import edits
from gmmviewer.session.document import ModelChoice
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.inspector.form import describe, fill_form, in_a_row
from gmmviewer.views.widgets.fields import CheckBox, DecimalBox, IntegerBox
from gmmviewer.views.widgets.numbers import NumberField, written

LARGEST_SEED = 2**31 - 1
LARGEST_ITERATIONS = 1_000_000
LARGEST_TOLERANCE = 1e6
SMALLEST_TOLERANCE_STEP = 1e-8
SMALLEST_FLOOR, LARGEST_FLOOR = 1e-12, 1e-1


class RareChoices(QWidget):
    """The part of the model that is folded away; every change of it is one undo."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.seed = IntegerBox(0, LARGEST_SEED)
        self.tolerance = DecimalBox(LARGEST_TOLERANCE, SMALLEST_TOLERANCE_STEP)
        self.max_iterations = IntegerBox(1, LARGEST_ITERATIONS)
        self.noise = CheckBox("Noise component")
        self.equal_weights = CheckBox("Equal weights")
        self.shared_mean = CheckBox("One mean for all")
        self.fixed = CheckBox("Fixed at")
        self.place = [NumberField(), NumberField()]
        self.floor = NumberField(SMALLEST_FLOOR, LARGEST_FLOOR, tenfold=True)
        self._name_fields()
        self._lay_out()
        self._connect()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show what is chosen."""
        model, points = new.document.model, new.document.points
        if old is not None and old.document.model is model and old.document.points is points:
            return
        self.seed.show_value(model.seed)
        self.tolerance.show_value(model.tolerance)
        self.max_iterations.show_value(model.max_iterations)
        self.noise.setChecked(model.noise)
        self.equal_weights.setChecked(model.constraints.equal_weights)
        self.floor.show_value(model.floor)
        by_family = model.family(points.d).shared_mean
        implied = by_family or model.fixed_mean is not None
        self.shared_mean.setChecked(implied or model.constraints.shared_mean)
        self.shared_mean.setEnabled(not implied)
        self.shared_mean.setToolTip(_why_shared(by_family, model))
        self.fixed.setChecked(model.fixed_mean is not None)
        self._show_place(model.fixed_mean, points.columns)

    @Slot(int)
    def _on_seed(self, seed: int) -> None:
        self._store.apply(edits.choose_model(seed=seed), "Change seed")

    @Slot(float)
    def _on_tolerance(self, tolerance: float) -> None:
        self._store.apply(edits.choose_model(tolerance=tolerance), "Change tolerance")

    @Slot(int)
    def _on_max_iterations(self, count: int) -> None:
        self._store.apply(edits.choose_model(max_iterations=count), "Change maximum iterations")

    @Slot(bool)
    def _on_noise(self, noise: bool) -> None:
        self._store.apply(edits.choose_model(noise=noise), "Add noise" if noise else "Remove noise")

    @Slot(bool)
    def _on_equal_weights(self, tied: bool) -> None:
        self._store.apply(edits.tie_weights(tied), "Tie weights" if tied else "Free weights")

    @Slot(bool)
    def _on_shared_mean(self, tied: bool) -> None:
        self._store.apply(edits.tie_means(tied), "Tie means" if tied else "Free means")

    @Slot(bool)
    def _on_fixed(self, fixed: bool) -> None:
        if fixed:
            self._store.apply(edits.fix_shown_mean(), "Fix mean")
        else:
            self._store.apply(edits.fix_mean(None), "Free mean")

    @Slot(float)
    def _on_place(self, _number: float) -> None:
        before = self._store.snapshot.document.model.fixed_mean
        numbers = [field.value for field in self.place[: self._store.snapshot.document.points.d]]
        if before is not None and None not in numbers:
            typed = tuple(number for number in numbers if number is not None)
            shown = tuple(float(written(coordinate)) for coordinate in before)
            # a coordinate that was not typed keeps the digits that the field does not show
            place = tuple(b if t == s else t for t, s, b in zip(typed, shown, before, strict=True))
            self._store.apply(edits.fix_mean(place), "Fix mean")

    @Slot(float)
    def _on_floor(self, floor: float) -> None:
        self._store.apply(edits.choose_model(floor=floor), "Change floor")

    def _connect(self) -> None:
        self.seed.chosen.connect(self._on_seed)
        self.tolerance.chosen.connect(self._on_tolerance)
        self.max_iterations.chosen.connect(self._on_max_iterations)
        self.noise.clicked.connect(self._on_noise)
        self.equal_weights.clicked.connect(self._on_equal_weights)
        self.shared_mean.clicked.connect(self._on_shared_mean)
        self.fixed.clicked.connect(self._on_fixed)
        self.floor.chosen.connect(self._on_floor)
        for field in self.place:
            field.chosen.connect(self._on_place)

    def _show_place(self, fixed: tuple[float, ...] | None, columns: tuple[str, ...]) -> None:
        for axis, field in enumerate(self.place):
            field.setVisible(axis < len(columns))
            field.setEnabled(fixed is not None)
            field.show_value(None if fixed is None or axis >= len(fixed) else fixed[axis])
            if axis < len(columns):
                said = (
                    "Type it, or drag the mean in mode 4" if fixed is not None else "Tick the box to fix it"
                )
                describe(field, f"Fixed mean, {columns[axis]}", f"Fixed mean along {columns[axis]}. {said}")

    def _name_fields(self) -> None:
        self.tolerance.setSuffix(" nats")
        self.max_iterations.setSuffix(" steps")
        repeat = "Another seed makes another random start; the same one repeats it"
        left = "A run has converged when less than this many nats are still to be gained; 0: never"
        floor = (
            "No component may be thinner than this fraction of the variance of the data, along each axis. "
            "Up and down: ten times as much, or a tenth"
        )
        describe(self.seed, "Seed", repeat)
        describe(self.tolerance, "Tolerance in nats", left)
        describe(
            self.max_iterations, "Maximum iterations", "A run stops after this many iterations at the latest"
        )
        describe(self.floor, "Floor, as a fraction of the data's variance", floor)
        describe(self.noise, "Noise component", "A uniform component for points that belong to no other")
        describe(self.equal_weights, "Equal weights", "All weights that are not locked are equal")
        describe(self.shared_mean, "One mean for all", "")
        describe(self.fixed, "Fixed mean", "All components stay at one known place")

    def _lay_out(self) -> None:
        ties = QHBoxLayout()
        ties.addWidget(self.noise, 1)
        ties.addWidget(self.equal_weights, 1)
        fill_form(
            QGridLayout(self),
            (
                ("Seed", self.seed),
                ("Stop at", in_a_row(self.tolerance, self.max_iterations)),
                ("Floor", self.floor),
                (None, ties),
                (None, self.shared_mean),
                (None, in_a_row(self.fixed, *self.place)),
            ),
        )


def unusual(model: ModelChoice) -> list[str]:
    """What is chosen that people would not expect while it is folded away."""
    said = {
        "noise": model.noise,
        "equal weights": model.constraints.equal_weights,
        "one mean": model.constraints.shared_mean and model.fixed_mean is None,
        "fixed mean": model.fixed_mean is not None,
        "floor": model.floor != RELATIVE_FLOOR,
    }
    return [word for word, chosen in said.items() if chosen]


def _why_shared(by_family: bool, model: ModelChoice) -> str:
    if by_family:
        return "The chosen covariance family is a scale mixture: its components have one mean"
    if model.fixed_mean is not None:
        return "A fixed mean is one for all components"
    return "All components have one mean, which is estimated"
