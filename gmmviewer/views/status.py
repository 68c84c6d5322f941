"""The status bar: what is under the mouse, what the mouse does, and long work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from gmmviewer.scene.inspect import PointReadout, Readout
from gmmviewer.scene.numbers import class_name, format_like, format_number, format_percent, subscript
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.modes import modes
from gmmviewer.views.widgets.labels import ElidedLabel

LARGEST_LISTED = 6  # components whose responsibilities fit on one line
PROGRESS_WIDTH = 120
PROGRESS_STEPS = 1000


class StatusBar(QStatusBar):
    """Coordinates and densities on the left, what a click does in the middle, progress on the right."""

    cancelled = Signal()

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._modes = modes()
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.where = ElidedLabel()
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.mouse = QLabel()
        self.mouse.setAccessibleName("What the mouse does")
        self.work = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(PROGRESS_WIDTH)
        self.bar.setAccessibleName("Progress")
        self.cancel = QToolButton()
        self.cancel.setText("Cancel")
        self.cancel.setToolTip("Stop this work; nothing is changed")
        self.cancel.setProperty("role", "link")
        self.cancel.clicked.connect(self.cancelled)
        self.addWidget(self.where, 1)
        self.addPermanentWidget(self.mouse)
        for widget in (self.work, self.bar, self.cancel):
            self.addPermanentWidget(widget)
            widget.hide()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Say what the mouse does now."""
        self.mouse.setText(self._modes[new.view.mode].hint(new))

    def show_readout(self, readout: Readout | None) -> None:
        """Say what is under the mouse."""
        points, view = self._store.snapshot.document.points, self._store.snapshot.view
        logarithmic = view.log_density and points.d == 1
        self.where.show_text(
            "" if readout is None else sentence(readout, points.columns, points.spans, logarithmic)
        )

    def show_progress(self, text: str, fraction: float | None) -> None:
        """Show long work: ``fraction`` None while its length is unknown; no text: it is over."""
        busy = bool(text)
        self.work.setText(text)
        if fraction is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, PROGRESS_STEPS)
            self.bar.setValue(round(PROGRESS_STEPS * fraction))
        for widget in (self.work, self.bar, self.cancel):
            widget.setVisible(busy)
        self.mouse.setVisible(not busy)


def sentence(
    readout: Readout, names: tuple[str, ...], spans: Sequence[float], logarithmic: bool = False
) -> str:
    """ "waiting 54.6 · p(x) 0.0312 · r 98.2 %, 1.8 %", with log p(x) where the axis is ``logarithmic``."""
    places = zip(names, readout.location.tolist(), spans, strict=True)
    where = ",  ".join(f"{name} {format_like(value, span)}" for name, value, span in places)
    shares = [format_percent(share) for share in readout.responsibilities.tolist()]
    signs = [f"r{subscript(k + 1)}" for k in range(readout.n_components)] + ["noise"]
    more = " …" if len(shares) > LARGEST_LISTED else ""
    pairs = zip(signs, shares[:LARGEST_LISTED], strict=False)
    listed = ",  ".join(f"{sign} {share}" for sign, share in pairs)
    density = f"p(x) {format_number(readout.density)}"
    if logarithmic:
        density += f",  log p(x) {format_number(readout.log_density)}"
    parts = [where, density, f"{listed}{more}"]
    if readout.point is not None:
        parts.append(point_words(readout.point, spans))
    return "   ·   ".join(parts)


def point_words(point: PointReadout, spans: Sequence[float]) -> str:
    """ "row 17 (A): 3.600, 79.0": its number, its class if known, its values, its weight if rows have one."""
    places = zip(point.here.location.tolist(), spans, strict=True)
    values = ",  ".join(format_like(value, span) for value, span in places)
    known = class_name(point.truth)
    weight = "" if point.weight is None else f", counts {format_number(point.weight)} times"
    return f"row {point.row + 1}{f' ({known})' if known else ''}: {values}{weight}"
