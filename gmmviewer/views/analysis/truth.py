"""Labels against the known truth: two numbers and the table behind them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.mixture.agreement import Agreement
from gmmviewer.mixture.labels import NOISE
from gmmviewer.scene.numbers import MISSING, format_number, format_percent
from gmmviewer.views.analysis.rows import Entry, Heading, Rows, RowsModel
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.choosing import ChoosingTable
from gmmviewer.views.widgets.labels import Figure

MEANING = (
    "Rows are true classes, columns the components that points are labelled with (the most responsible "
    "one). Bold: the pairs that agree best."
)


class TruthPage(QWidget):
    """Adjusted Rand index, accuracy and the confusion table, or why there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rand = Figure("Adjusted Rand index", "\u22120.0000", "figure-large")
        self.accuracy = Figure("Accuracy", ">99.9 %", "figure-large")
        self.note = QLabel(MEANING)
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        self.model = RowsModel(self)
        self.table = ChoosingTable("Confusion of classes and components")
        self.table.setModel(self.model)
        self.table.copy_wanted.connect(self._on_copy)
        figures = QHBoxLayout()
        figures.setSpacing(8)
        for caption, figure in (
            ("Adjusted Rand index", self.rand),
            ("Accuracy of the best matching", self.accuracy),
        ):
            figure.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            figures.addWidget(_caption(caption))
            figures.addWidget(figure)
            figures.addSpacing(24)
        figures.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(figures)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""
        self.table.restyle(ink)
        self.model.restyle(ink)

    def show_agreement(self, found: Agreement | None, why_not: str) -> None:
        """Show how well labels agree; without, ``why_not``."""
        self.note.setText(MEANING if found is not None else why_not)
        rand = None if found is None else found.adjusted_rand
        share = None if found is None else found.accuracy
        self.rand.show_number(rand, MISSING if rand is None else format_number(rand, 3))
        self.accuracy.show_number(share, format_percent(share))
        self.model.show_rows(Rows(()) if found is None else confusion_rows(found))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.rows.tab_separated())


def confusion_rows(found: Agreement) -> Rows:
    """A row per true class, a column per label, partners on the diagonal."""
    columns = found.columns.tolist()
    names = [_label_heading(int(found.labels[column])) for column in columns]
    rows = []
    for row, kind in enumerate(found.classes.tolist()):
        entries = [Entry(f"class {kind + 1}")]
        for column in columns:
            count = float(found.counts[row, column])
            partner = int(found.partners[row]) == column
            entries.append(Entry(format_number(count), repr(count), best=partner, quiet=count == 0))
        rows.append(tuple(entries))
    return Rows((Heading("truth", words=True), *names), tuple(rows))


def _label_heading(label: int) -> Heading:
    if label == NOISE:
        return Heading("noise", "Points that the noise is most responsible for")
    return Heading(str(label + 1), f"Component {label + 1}", component=label)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return label
