"""Axis ranges as numbers: they follow the picture, and the picture follows them."""

from __future__ import annotations

import math
from typing import Protocol, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, MARGIN, AnalysisDialog, button
from gmmviewer.scene.zooming import typed_range
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.items.frame import Range
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.views.widgets.numbers import NumberField

FIELD_WIDTH = 150
ALL_DIGITS, DECIMALS = 15, 5  # ends are shown to a hundred-thousandth of the range
EQUAL = "Equal axes (A) widen one of the two ranges."
ABOVE_ZERO = "On a logarithmic axis both ends must be above zero."


class HasCanvas(Protocol):
    """The window."""

    @property
    def canvas(self) -> Canvas:
        """The canvas on screen."""


def the_canvas(dialog: QWidget) -> Canvas:
    """The canvas of the window that a dialog belongs to."""
    return cast(HasCanvas, dialog.parent()).canvas


class AxisFields(QWidget):
    """Where one axis begins and ends; ``chosen``: a person has completed another number."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.low, self.high = NumberField(digits=ALL_DIGITS), NumberField(digits=ALL_DIGITS)
        for field, name in ((self.low, "from"), (self.high, "to")):
            field.setAccessibleName(name)
            field.setFixedWidth(FIELD_WIDTH)
        self._low_typed = self._high_typed = False
        self.low.chosen.connect(self._on_low)
        self.high.chosen.connect(self._on_high)

    def show_range(self, title: str, limits: Range, fixed_low: bool = False) -> None:
        """Show the range of now; ``fixed_low``: this axis always begins there."""
        self.title.setText(title)
        self._low_typed = self._high_typed = False
        self.low.setEnabled(not fixed_low)
        self.low.setToolTip("This axis begins at zero" if fixed_low else f"Where the axis of {title} begins")
        self.high.setToolTip(f"Where the axis of {title} ends")
        decimals = DECIMALS - math.floor(math.log10(limits[1] - limits[0]))
        self.low.show_value(round(limits[0], decimals))
        self.high.show_value(round(limits[1], decimals))

    def typed(self, now: Range) -> Range:
        """The range that is meant: what was typed, and of ``now`` what was not, with all its digits."""
        low = self.low.value if self._low_typed else now[0]
        high = self.high.value if self._high_typed else now[1]
        return typed_range(low, high)

    @Slot(float)
    def _on_low(self, _value: float) -> None:
        self._low_typed = True
        self.chosen.emit()

    @Slot(float)
    def _on_high(self, _value: float) -> None:
        self._high_typed = True
        self.chosen.emit()


class RangesDialog(AnalysisDialog):
    """Two fields per axis; a number counts as soon as it is complete."""

    name = "ranges"
    size_ = (420, 190)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Axis ranges")
        self.across, self.upward = AxisFields(self), AxisFields(self)
        self.note = ElidedLabel("small")
        self.reset, self.close_button = button("Show all data"), button("Close")
        self._canvas: Canvas | None = None
        self._lay_out()
        for axis in (self.across, self.upward):
            axis.chosen.connect(self._on_chosen)
        self.reset.clicked.connect(self._on_reset)
        self.close_button.clicked.connect(self.reject)
        self.begin()
        self.across.low.setFocus()

    def shut_down(self) -> None:
        """Hear nothing more of the canvas."""
        self._follow(None)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Points of other dimensions are on another canvas."""
        self._follow(the_canvas(self))
        if old is None or old.view != new.view or old.document.points is not new.document.points:
            self._show()

    def _follow(self, canvas: Canvas | None) -> None:
        if canvas is self._canvas:
            return
        if self._canvas is not None:
            self._canvas.ranges_changed.disconnect(self._show)
        self._canvas = canvas
        if canvas is not None:
            canvas.ranges_changed.connect(self._show)

    @Slot()
    def _show(self) -> None:
        """Show the ranges of now."""
        canvas, points = self._canvas, self.store.snapshot.document.points
        if canvas is None:
            return
        frame = canvas.frame()
        on_zero = points.d == 1 and not frame.log_y
        self.across.show_range(points.columns[0], frame.x)
        self.upward.show_range(points.columns[1] if points.d == 2 else "height", frame.y, on_zero)
        self._tell("")

    @Slot()
    def _on_chosen(self) -> None:
        canvas = self._canvas
        if canvas is None:
            return
        frame = canvas.frame()
        try:
            x, y = self.across.typed(frame.x), self.upward.typed(frame.y)
        except ValueError as mistake:
            self._tell(str(mistake))
            return
        if frame.log_y and y[0] <= 0:
            self._tell(ABOVE_ZERO)
            return
        canvas.set_ranges(x, y)
        self._show()

    @Slot()
    def _on_reset(self) -> None:
        if self._canvas is not None:
            self._canvas.zoom_to_data()
        self._show()

    def _tell(self, mistake: str) -> None:
        view = self.store.snapshot.view
        equal = view.equal_aspect and self.store.snapshot.document.points.d == 2
        mark(self.note, "tone", "error" if mistake else "")
        self.note.show_text(mistake or (EQUAL if equal else ""))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP)
        for row, axis in enumerate((self.across, self.upward)):
            grid.addWidget(axis.title, row, 0)
            grid.addWidget(axis.low, row, 1)
            grid.addWidget(QLabel("to"), row, 2)
            grid.addWidget(axis.high, row, 3)
        grid.setColumnStretch(0, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch(1)
        buttons.addWidget(self.reset)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(grid)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addLayout(buttons)
