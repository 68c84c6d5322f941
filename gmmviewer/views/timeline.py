"""The timeline panel: the curve of the objective, which is the scrub bar, and the numbers at its cursor."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QWidget

from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views import timeline_words as words
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.timeline_plot import TimelinePlot
from gmmviewer.views.timeline_readout import Readout

READOUT_WIDTH = 248
HEIGHT, PRESENTER_HEIGHT = 184, 204  # the presenter's read-out has fewer rows, in larger type


class Timeline(QWidget):
    """Curve and read-out; travelling moves the cursor of the snapshot."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self._store = store
        self.plot = TimelinePlot()
        self.plot.travelled.connect(self._on_travelled)
        self.hint = QLabel()
        self.hint.setProperty("role", "hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout = Readout()
        self._lay_out()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Bring curve, cursor and numbers up to date."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self._restyle(ink)
        longer = old is None or old.document.states is not new.document.states
        if longer:
            self.plot.show_states(new.document.states, new.document.by_hand)
        moved = longer or old is None or old.cursor != new.cursor
        if moved:
            self.plot.show_cursor(new.cursor)
            self.readout.show_state(new, self.plot.trace.likelihood_limits())
        if moved or old is None or old.document is not new.document or old.activity is not new.activity:
            self.readout.show_standing(new)
            text = words.hint(new)
            self.hint.setText(text)
            self.hint.setVisible(bool(text))

    @Slot(int)
    def _on_travelled(self, index: int) -> None:
        self._store.apply(edits.seek(index))

    def _restyle(self, ink: Ink) -> None:
        self.plot.restyle(ink)
        self.readout.restyle(ink)
        height = PRESENTER_HEIGHT if ink.presenter else HEIGHT
        self.setFixedHeight(height)
        # A widget of fixed size keeps to itself that a label inside has another text; else every number that
        # changes makes the whole window compute its layout again, 8 ms a step.
        self.readout.setFixedSize(round(READOUT_WIDTH * ink.type_scale), height)

    def _lay_out(self) -> None:
        curve = QWidget()
        stack = QStackedLayout(curve)
        stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stack.addWidget(self.hint)
        stack.addWidget(self.plot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(curve, 1)
        layout.addWidget(self.readout)
