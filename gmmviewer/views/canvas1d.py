"""The line: a histogram under the curves of the model, a rug of the points, and the posteriors below."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.noise import box_of
from gmmviewer.scene.ranges import decade_range, padded_range
from gmmviewer.store import Store
from gmmviewer.views.canvas_base import Canvas
from gmmviewer.views.canvas_picture import EMPTY
from gmmviewer.views.items.axes import frame_ticks, paint_grid, paint_x_axis, paint_y_axis
from gmmviewer.views.items.curves import DensityCurves, PosteriorCurves
from gmmviewer.views.items.frame import Frame, Range, drawable, shifted, zoomed, zoomed_decades
from gmmviewer.views.items.histogram import HistogramItem
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.pens import rgb
from gmmviewer.views.items.rug import RugItem
from gmmviewer.views.items.ticks import Ticks
from gmmviewer.views.shown import Shown

STRIP = 0.24  # of the height that plot and posteriors share
RUG, GAP = 12.0, 8.0  # pixels
HEADROOM = 1.3  # above the tallest bar: curves rise and badges stand there
SHEET: Range = (0.0, 5.0 / (EMPTY[1] - EMPTY[0]))  # densities on an empty sheet
SHARES = Ticks((0.0, 0.5, 1.0), ("0", "0.5", "1"))


class Canvas1D(Canvas):
    """Points and mixture in one dimension."""

    dimensions = 1

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._histogram = HistogramItem()
        self._curves = DensityCurves()
        self._posteriors = PosteriorCurves()
        self._rug = RugItem()
        self._log = False  # what the range of y is made for

    def _take(self, before: Shown | None, now: Shown) -> None:
        self._histogram.show(now.points, now.view.log_density)
        box = box_of(now.points) if now.mixture is not None and now.mixture.noise is not None else None
        self._curves.show(now.mixture, now.ghosts, box)
        self._rug.show(now.points, now.source, now.assignment)
        if now.view.log_density != self._log:
            self._log = now.view.log_density
            self.set_ranges(self._x, self._densities())
        if now.source is None:
            self._posteriors.show(None)
        elif before is None or now.source is not before.source or now.points.units is not before.points.units:
            # The responsibilities in force: an M-step moves the curves, only the next E-step moves these.
            self._posteriors.show(now.points.units.restore_mixture(now.source), box)

    # ------------------------------------------------------------ layout and ranges

    def _has(self, layer: str) -> bool:
        return self._shown is None or layer in self._shown.view.layers

    def layout_in(self, width: float, height: float, ratio: float) -> Frame:
        """The plot in a picture of this size, with densities or their logarithms upwards."""
        return replace(super().layout_in(width, height, ratio), log_y=self._log)

    def _below(self, height: float, axis: float) -> float:
        """Rug, posteriors and the axis lie under the plot."""
        band = RUG + GAP if self._has("rug") else 0.0
        if not self._has("posteriors"):
            return axis + band
        shared = max(height - axis - band - GAP, 0.0)
        return axis + band + GAP + math.floor(STRIP * shared)

    def _rug_frame(self, main: Frame) -> Frame:
        return replace(main, top=main.bottom + GAP / 2, height=RUG, y=(0.0, 1.0), log_y=False)

    def _strip_frame(self, main: Frame) -> Frame | None:
        if not self._has("posteriors"):
            return None
        top = main.bottom + GAP + (RUG + GAP if self._has("rug") else 0.0)
        height = math.floor(main.height * STRIP / (1.0 - STRIP))
        return replace(main, top=top, height=float(height), y=(0.0, 1.0), log_y=False)

    def zoom_to_data(self) -> None:
        """All points, and all of the histogram with some room above; an empty sheet shows 0…10."""
        if self._shown is None:
            self.set_ranges(EMPTY, SHEET)
            return
        points = self._shown.points
        self._histogram.show(points, self._shown.view.log_density)
        low, high = points.bounds
        x = padded_range(float(low[0]), float(high[0])) if points.n else EMPTY
        self.set_ranges(x, self._densities())

    def _densities(self) -> Range:
        """The densities to show: from zero, or as many decades as the lowest bar needs."""
        bars = self._histogram.histogram
        if self._log:
            return decade_range(SHEET[1] if bars is None else bars.heights)
        return SHEET if bars is None else drawable((0.0, HEADROOM * float(bars.heights.max())), (0.0, 1.0))

    def zoom(self, factor: float, at: FloatArray) -> None:
        """Along x about a pixel; over the density axis along that, about zero, or for fewer decades."""
        frame = self.frame()
        if float(at[0]) < frame.left and self._log:
            self.set_ranges(frame.x, zoomed_decades(frame.y, factor))
        elif float(at[0]) < frame.left:
            self.set_ranges(frame.x, zoomed(frame.y, 0.0, factor))
        else:
            self.set_ranges(zoomed(frame.x, frame.data_x(float(at[0])), factor), frame.y)

    def pan(self, by: FloatArray) -> None:
        """Along x; the baseline stays."""
        frame = self.frame()
        self.set_ranges(shifted(frame.x, -float((self.per_pixel() * by[:1])[0])), frame.y)

    def inside(self, pixel: FloatArray) -> bool:
        """Anywhere above the axis: only x counts."""
        frame, (x, y) = self.frame(), pixel.tolist()
        return bool(frame.left <= x <= frame.right and frame.top <= y <= self.lowest(frame))

    def lowest(self, frame: Frame) -> float:
        """The bottom of the posteriors, of the rug or of the plot."""
        strip = self._strip_frame(frame)
        if strip is not None:
            return strip.bottom
        return frame.bottom + (RUG + GAP if self._has("rug") else 0.0)

    # ------------------------------------------------------------ painting

    def paint_data(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Grid, bars, curves and means."""
        ink = self._ink
        paint_grid(painter, frame, ink, *frame_ticks(frame, ink))
        painter.setClipRect(_area(frame))
        if self._has("histogram"):
            self._histogram.paint(painter, frame, ink)
        strip = self._strip_frame(frame)
        if strip is not None:
            self._posteriors.paint_boundaries(painter, strip, frame, ink)
        if self._has("components"):
            self._curves.paint_components(painter, frame, ink)
        if self._has("means"):
            self._curves.paint_stems(painter, frame, ink)
        if self._has("mixture"):
            self._curves.paint_mixture(painter, frame, ink)
        if self._has("means"):
            self._curves.paint_badges(painter, frame, ink)

    def paint_below(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Rug and posteriors, each in a frame of its own."""
        ink, strip = self._ink, self._strip_frame(frame)
        if self._has("rug"):
            paint = self._rug.paint_lines if target is Target.DRAWING else self._rug.paint
            paint(painter, self._rug_frame(frame), rgb(ink.neutral))
        if strip is not None:
            self._paint_strip(painter, strip)

    def _paint_strip(self, painter: QPainter, strip: Frame) -> None:
        ink = self._ink
        paint_grid(painter, strip, ink, frame_ticks(strip, ink)[0], SHARES)
        painter.setClipRect(_area(strip).adjusted(0.0, -2.0, 0.0, 2.0))  # lines along 0 and 1 are whole
        self._posteriors.paint_boundaries(painter, strip, strip, ink)
        self._posteriors.paint(painter, strip, ink)
        painter.setClipping(False)

    def paint_axes(self, painter: QPainter, frame: Frame) -> None:
        """The density beside the plot, shares beside the posteriors, the column below both."""
        x, y = frame_ticks(frame, self._ink)
        paint_y_axis(painter, frame, self._ink, y, "density (log scale)" if frame.log_y else "density")
        strip = self._strip_frame(frame)
        if strip is not None:
            paint_y_axis(painter, strip, self._ink, SHARES, "posterior")
        title = self._shown.points.columns[0] if self._shown is not None else ""
        below = replace(frame, height=self.lowest(frame) - frame.top)
        paint_x_axis(painter, below, self._ink, x, title)


def _area(frame: Frame) -> QRectF:
    return QRectF(frame.left, frame.top, frame.width, frame.height)
