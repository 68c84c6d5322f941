"""Four plots of how well one axis fits, and a chooser of the axis in two dimensions."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.scene.fit_check import AxisCheck, FitCheck
from gmmviewer.scene.numbers import format_number
from gmmviewer.views.ink import Ink
from gmmviewer.views.plots.checks import (
    DistributionPicture,
    QuantilePicture,
    ResidualPicture,
    TransformPicture,
)
from gmmviewer.views.plots.plot import Plot
from gmmviewer.views.widgets.fields import ChoiceBox

MEANINGS = {
    "quantiles": "Ordered values against the quantiles the mixture expects. On the diagonal: a good fit. "
    "The band holds each point 95 times in 100 if the mixture is right.",
    "distribution": "The share of points below each value (steps) and the one expected (smooth). The bar "
    "marks where they are farthest apart.",
    "transforms": "Where each point stands among what the mixture expects, from 0 to 1. A hump in the "
    "middle: the mixture is too wide; high ends: too narrow.",
    "residuals": "Bars as high as the root of the count hang from the root of the expected count. An end "
    "above zero: too few points there; below: too many.",
}


class FitPage(QWidget):
    """Shows a check, one axis of it at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = ChoiceBox()
        self.axis.setAccessibleName("Axis")
        self.axis.chosen.connect(self._on_axis)
        self.caption = QLabel("Axis")
        self.note = QLabel()
        self.note.setProperty("role", "small")
        self.quantiles = Plot("Quantiles (Q-Q)", MEANINGS["quantiles"])
        self.distribution = Plot("Distribution function", MEANINGS["distribution"])
        self.transforms = Plot("Probability integral transform", MEANINGS["transforms"])
        self.residuals = Plot("Hanging residuals", MEANINGS["residuals"])
        self.plots = (self.quantiles, self.distribution, self.transforms, self.residuals)
        self._check: FitCheck | None = None
        self._axis = 0
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, plot in enumerate(self.plots):
            grid.addWidget(plot, number // 2, number % 2)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.caption)
        choices.addWidget(self.axis)
        choices.addWidget(self.note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(choices)
        layout.addLayout(grid, 1)

    def restyle(self, ink: Ink) -> None:
        """Draw in another ink."""
        for plot in self.plots:
            plot.restyle(ink)

    def show_check(self, check: FitCheck | None, why_not: str = "") -> None:
        """Show this check; without one, ``why_not``."""
        self._check = check
        names = () if check is None else tuple(axis.name for axis in check.axes)
        self._axis = min(self._axis, max(len(names) - 1, 0))
        several = len(names) > 1
        self.caption.setVisible(several)
        self.axis.setVisible(several)
        self.axis.show_entries(tuple((str(i), name, _meaning(i)) for i, name in enumerate(names)))
        self.axis.show_key(str(self._axis))
        self.note.setText(_note(check))
        self.note.setVisible(bool(self.note.text()) or several)
        if check is None:
            for plot in self.plots:
                plot.show_picture(None, why_not)
        else:
            self._show_axis(check, check.axes[self._axis])

    @Slot(str)
    def _on_axis(self, key: str) -> None:
        self._axis = int(key)
        self.axis.show_key(key)
        if self._check is not None:
            self._show_axis(self._check, self._check.axes[self._axis])

    def _show_axis(self, check: FitCheck, axis: AxisCheck) -> None:
        alone = check.points.d == 1
        column = check.points.columns[self._axis]
        expected, observed = (column, column) if alone else ("normal score", "normal score")
        self.quantiles.show_picture(
            QuantilePicture(axis.quantiles, (f"expected {expected}", f"observed {observed}"))
        )
        value = column if alone else "probability expected"
        self.distribution.show_picture(DistributionPicture(axis.distribution, (value, "share of the points")))
        self.transforms.show_picture(TransformPicture(axis.transforms, ("probability expected", "points")))
        title = column if alone else f"{column} (by itself)"
        self.residuals.show_picture(ResidualPicture(axis.residuals, (title, "√ points")))


def _meaning(axis: int) -> str:
    return "by itself" if axis == 0 else "where it should lie, given where the point lies on the first axis"


def _note(check: FitCheck | None) -> str:
    if check is None or check.rows == check.points.n:
        return ""
    return f"from {format_number(check.rows)} of {format_number(check.points.n)} points, evenly spaced"
