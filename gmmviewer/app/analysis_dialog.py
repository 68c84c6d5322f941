"""What all dialogs of long analyses share: they stay beside the window and work in the background."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QToolButton, QWidget

from gmmviewer.app.analysis_settings import AnalysisSettings
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.work.analyst import Analyst

MARGIN, GAP = 16, 8
STEPS = 1000
ROOM = 32  # pixels around the text of a button


class AnalysisDialog(QDialog):
    """Follows the store while it is open; ``shut_down`` ends every thread, however the dialog is closed."""

    name: ClassVar[str] = ""
    size_: ClassVar[tuple[int, int]] = (760, 520)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.store = store
        self.remembered = AnalysisSettings()
        self._open = True
        self.resize(*self.size_)
        store.changed.connect(self._on_changed)

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self._open

    def begin(self) -> None:
        """To be called at the end of ``__init__``: shows what the store holds now."""
        self.restoreGeometry(self.remembered.geometry(self.name))
        self.restyle(ink_of(self.store.snapshot.view))
        self.show_snapshot(None, self.store.snapshot)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Follow a change of the window."""

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""

    def shut_down(self) -> None:
        """End every thread."""

    def done(self, result: int) -> None:
        """However it is closed, nothing goes on behind it."""
        if self._open:
            self._open = False
            self.remembered.remember_geometry(self.name, self.saveGeometry())
            self.store.changed.disconnect(self._on_changed)
            self.shut_down()
        super().done(result)

    @Slot(object, object)
    def _on_changed(self, old: Snapshot, new: Snapshot) -> None:
        if ink_of(old.view) is not ink_of(new.view):
            self.restyle(ink_of(new.view))
        self.show_snapshot(old, new)


class WorkBar(QWidget):
    """Progress, a button that starts an analysis and then cancels it, and more buttons behind it.

    ``wanted``: a person wants it to begin. ``analyst`` tells how it goes; ``close`` it with the dialog.
    """

    wanted = Signal()

    def __init__(self, start: str, thread: str, *others: QToolButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = start
        self.analyst = Analyst(thread, self)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, STEPS)
        self.progress.setAccessibleName("Progress")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.button = button(start, "primary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.progress, 1)
        layout.addWidget(self.button)
        for other in others:
            layout.addWidget(other)
        self.button.clicked.connect(self._on_clicked)
        self.analyst.began.connect(self._on_began)
        self.analyst.progressed.connect(self._on_progress)
        self.analyst.ended.connect(self._on_ended)
        self._show(busy=False)

    @property
    def busy(self) -> bool:
        """Whether an analysis is in flight."""
        return self.analyst.busy

    def restyle(self, ink: Ink) -> None:
        """The button keeps its width when its text changes."""
        metrics = self.button.fontMetrics()
        widest = max(metrics.horizontalAdvance(text) for text in (self._start, "Cancel"))
        self.button.setMinimumWidth(widest + round(ROOM * ink.type_scale))

    @Slot()
    def _on_clicked(self) -> None:
        if self.busy:
            self.analyst.cancel()
        else:
            self.wanted.emit()

    @Slot()
    def _on_began(self) -> None:
        self._show(busy=True)

    @Slot(object)
    def _on_ended(self, _outcome: object) -> None:
        self._show(busy=False)

    @Slot(float)
    def _on_progress(self, fraction: float) -> None:
        self.progress.setValue(round(STEPS * fraction))

    def _show(self, *, busy: bool) -> None:
        self.button.setText("Cancel" if busy else self._start)
        self.button.setAccessibleName(self.button.text())
        self.progress.setVisible(busy)
        self.progress.setValue(0)


def button(text: str, role: str = "") -> QToolButton:
    """A button that Enter elsewhere does not press."""
    made = QToolButton()
    made.setText(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if role:
        made.setProperty("role", role)
    return made
