"""The numbers of the state at the cursor, beside the curve."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gmmviewer.mixture.algorithms import EM, Algorithm
from gmmviewer.mixture.state import FitState
from gmmviewer.scene.numbers import MISSING, format_like
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views import timeline_words as words
from gmmviewer.views.ink import Ink
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.bound_bar import BoundBar
from gmmviewer.views.widgets.labels import ElidedLabel, Figure

ROWS = (
    ("objective", "Objective", "What this algorithm climbs, in nats: the curve"),
    ("change", "Change", "Rise of the objective in the last M-step, in nats"),
    ("bound", "Bound L", "Lower bound L(q, θ): the M-step raises it, the E-step makes it touch"),
    ("divergence", "KL(q‖p)", "What the bound lacks; the E-step makes it zero. log p = L + KL"),
    ("remaining", "Still expected", "Aitken's estimate of the gain still to come, in nats"),
)
DETAILS = ("bound", "remaining")  # left out on a projector
LONGEST = "\u221200000000.000"  # ten million points have 8 digits before the decimal point


class Readout(QWidget):
    """Iteration, stage, log-likelihood and its decomposition."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = QLabel()
        self.place.setProperty("role", "title")
        self.stage = QLabel()
        self.stage.setProperty("role", "caption")
        self.log_likelihood = Figure("Log-likelihood in nats", LONGEST, "figure-large")
        self.figures = {key: Figure(title, LONGEST) for key, title, _ in ROWS}
        self._captions: dict[str, QLabel] = {}
        self.bar = BoundBar()
        self.standing = ElidedLabel()
        self.standing.setObjectName("standing")
        self._lay_out()

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""
        self.bar.restyle(ink)
        for key in DETAILS:
            self._captions[key].setVisible(not ink.presenter)
            self.figures[key].setVisible(not ink.presenter)

    def show_state(self, snapshot: Snapshot, limits: tuple[float, float]) -> None:
        """Show the state at the cursor; ``limits`` are the ends of the bar, in nats."""
        state = snapshot.state
        self.place.setText("Iteration " + (MISSING if state is None else str(state.iteration)))
        self.stage.setText("" if state is None else words.stage(state))
        log_likelihood = None if state is None else state.log_likelihood
        self.log_likelihood.show_number(log_likelihood, format_like(log_likelihood, words.SPAN), "nats")
        climbed = EM if state is None else state.plan.algorithm
        self._name_objective(climbed)
        for key, value in _values(state).items():
            text = words.remaining(value) if key == "remaining" else format_like(value, words.SPAN)
            self.figures[key].show_number(value, text, "nats")
        self.bar.show_bound(limits, None if state is None else state.bound, log_likelihood)

    def _name_objective(self, climbed: Algorithm) -> None:
        """A row of its own where the objective is not the log-likelihood, which stands above."""
        other = climbed.objective != EM.objective
        self._captions["objective"].setText(words.short(climbed))
        self._captions["objective"].setVisible(other)
        self.figures["objective"].setVisible(other)
        for key in ("objective", "change"):
            meaning = next(said for name, _, said in ROWS if name == key)
            self._captions[key].setToolTip(f"{meaning}. {climbed.title}: {climbed.guarantee}")

    def show_standing(self, snapshot: Snapshot) -> None:
        """Say whether EM runs or why it stands still."""
        text, tone = words.standing(snapshot)
        self.standing.show_text(text)
        mark(self.standing, "tone", tone)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 12, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        heading = QHBoxLayout()
        heading.addWidget(self.place)
        heading.addStretch(1)
        heading.addWidget(self.stage)
        grid.addLayout(heading, 0, 0, 1, 2)
        title = QLabel("log p(X|θ)")
        title.setProperty("role", "caption")
        number = QHBoxLayout()  # of its own: large type needs more than the columns below leave it
        number.addWidget(title)
        number.addStretch(1)
        number.addWidget(self.log_likelihood)
        grid.addLayout(number, 1, 0, 1, 2)
        grid.addWidget(self.bar, 2, 0, 1, 2)
        for row, (key, caption, meaning) in enumerate(ROWS, start=3):
            label = QLabel(caption)
            label.setProperty("role", "caption")
            label.setToolTip(meaning)
            self._captions[key] = label
            grid.addWidget(label, row, 0)
            grid.addWidget(self.figures[key], row, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.standing, 3 + len(ROWS), 0, 1, 2)
        grid.setRowStretch(4 + len(ROWS), 1)


def _values(state: FitState | None) -> dict[str, float | None]:
    if state is None:
        return {key: None for key, _, _ in ROWS}
    progress = state.progress
    return {
        "objective": state.objective,
        "change": progress.gain,
        "bound": state.bound,
        "divergence": state.divergence,
        "remaining": progress.remaining,
    }
