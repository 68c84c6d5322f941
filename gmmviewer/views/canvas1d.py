"""The line: a histogram under the curves of the model, a rug of the points, and the posteriors below."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.ranges import decade_range, padded_range
from gmmviewer.store import Store
from gmmviewer.views.canvas_base import Canvas
from gmmviewer.views.canvas_picture import EMPTY
from gmmviewer.views.items.axes import frame_ticks, paint_grid, paint_x_axis, paint_y_axis
from gmmviewer.views.items.curves import ComponentCurves, DensityShapes, MixtureCurve, PeakBadges, Stems
from gmmviewer.views.items.density_axis import axis_title, count_scale, counted
from gmmviewer.views.items.frame import (
    SMALLEST_DENSITY,
    Frame,
    Range,
    drawable,
    shifted,
    zoomed,
    zoomed_decades,
)
from gmmviewer.views.items.histogram import HistogramItem
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.kde import KdeItem, KdeName
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.line_data import LineData
from gmmviewer.views.items.posteriors import (
    BoundaryLines,
    BoundaryValues,
    PosteriorBand,
    PosteriorCurves,
    PosteriorShapes,
)
from gmmviewer.views.items.rug import RugItem
from gmmviewer.views.items.ticks import Ticks
from gmmviewer.views.items.truth_line import ClassColours, TrueBars, TrueLetters
from gmmviewer.views.paper import Paper
from gmmviewer.views.shown import Shown

STRIP = 0.24  # of the height that plot and posteriors share
RUG, JITTER, GAP = 12.0, 36.0, 8.0  # pixels
HEADROOM = 1.3  # above the tallest bar: curves rise and badges stand there
ROOM = 5.0  # a sheet without points has room for this many times the density of points spread evenly
SHARES = Ticks((0.0, 0.5, 1.0), ("0", "0.5", "1"))
IN_STRIP = frozenset({"posteriors", "band"})


class Canvas1D(Canvas):
    """Points and mixture in one dimension. The frame is in densities, also where the axis shows counts."""

    dimensions = 1

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._data = LineData()
        self._shapes, self._shares = DensityShapes(), PosteriorShapes()
        self._rendered = (self._data,)
        self._rug = RugItem(self._data)
        kde, classes = KdeItem(self._data), ClassColours(self._data)
        self._labels: list[QRectF] = []  # where they stand in the picture that is being painted
        self._moving: tuple[Item, ...] = (  # from the quiet to the loud
            ComponentCurves(self._shapes),
            Stems(self._shapes),
            MixtureCurve(self._shapes),
            PeakBadges(self._shapes, self._labels),
        )
        self._plot: tuple[Item, ...] = (
            HistogramItem(self._data),
            kde,
            TrueBars(classes),
            BoundaryLines(self._shares),
            *self._moving,
            BoundaryValues(self._shares, self._labels),
            TrueLetters(classes, self._labels),
            KdeName(kde, self._labels),
        )
        self._strip: tuple[Item, ...] = (
            PosteriorBand(self._shares),
            PosteriorCurves(self._shares),
            BoundaryLines(self._shares),
        )
        self._bars_made_for: tuple[object, ...] = ()
        self._picture = Layer()
        self._moment_shown: Shown | None = None  # what moves, at this moment
        self._log = False  # what the range of y is made for
        self._fitted: Range | None = None  # the densities that suit the bars; None until bars are counted

    # ------------------------------------------------------------ what is shown

    def _take(self, before: Shown | None, now: Shown) -> None:
        self._data.show(now)
        self._data.count_if_quick()
        for item in (*self._plot, *self._strip, self._rug):
            item.show(now)
        self._follow_choices(now)
        self._ask()

    def _show_model(self, moment: Shown) -> None:
        self._moment_shown = moment
        for item in self._moving:
            item.show(moment)

    def _follow_choices(self, now: Shown) -> None:
        """Another axis has another range, and so have other bins where nobody chose one."""
        view = now.view
        chosen = (view.log_density, view.bin_rule, view.bins)
        if chosen == self._bars_made_for:
            return
        untouched = self._y == self._fitted
        self._bars_made_for = chosen
        if view.log_density != self._log or untouched:
            self._log = view.log_density
            self._fit_densities()

    def _answered(self) -> None:
        """Bars have come from the render thread."""
        if self._fitted is None:
            self._fit_densities()

    # ------------------------------------------------------------ layout and ranges

    def _has(self, *layers: str) -> bool:
        return self._shown is None or bool(self._shown.view.layers.intersection(layers))

    def layout_in(self, width: float, height: float, ratio: float) -> Frame:
        """The plot in a picture of this size, with densities or their logarithms upwards."""
        return replace(super().layout_in(width, height, ratio), log_y=self._log)

    def _band(self) -> float:
        """The height of the rug with the gap above it."""
        if not self._has("rug"):
            return 0.0
        jitter = self._shown is not None and self._shown.view.jitter
        return (self._ink.stroke(JITTER) if jitter else RUG) + GAP

    def _below(self, height: float, axis: float) -> float:
        """Rug, posteriors and the axis lie under the plot."""
        band = self._band()
        if not self._has(*IN_STRIP):
            return axis + band
        shared = max(height - axis - band - GAP, 0.0)
        return axis + band + GAP + math.floor(STRIP * shared)

    def _rug_frame(self, main: Frame) -> Frame:
        height = self._band() - GAP
        return replace(main, top=main.bottom + GAP / 2, height=height, y=(0.0, 1.0), log_y=False)

    def _strip_frame(self, main: Frame) -> Frame | None:
        if not self._has(*IN_STRIP):
            return None
        top = main.bottom + GAP + self._band()
        height = math.floor(main.height * STRIP / (1.0 - STRIP))
        return replace(main, top=top, height=float(height), y=(0.0, 1.0), log_y=False)

    def zoom_to_data(self) -> None:
        """All points, and all of the histogram with some room above; an empty sheet shows 0…10."""
        now = self._shown
        if now is None:
            self.set_ranges(EMPTY, _room_over(EMPTY))
            return
        self._data.show(now)
        self._data.count_if_quick()
        low, high = now.points.bounds
        x = padded_range(float(low[0]), float(high[0])) if now.points.n else EMPTY
        self.set_ranges(x, self._y)
        self._fit_densities()

    def _fit_densities(self) -> None:
        """Show all of the bars, as soon as they are counted: from zero, or as many decades as they need."""
        line = self._data.line
        if line is None:
            fits = decade_range(_room_over(self._x)[1]) if self._log else _room_over(self._x)
        elif self._log:
            fits = decade_range(line.histogram.heights)
        else:
            top = HEADROOM * float(line.histogram.heights.max())
            fits = drawable((0.0, top), (0.0, 1.0), SMALLEST_DENSITY)
        self._fitted = fits if self._data.is_current else None
        self.set_ranges(self._x, fits)

    def set_ranges(self, x: Range, y: Range) -> None:
        """Show these ranges; where nothing has been drawn yet, densities have room over any new range."""
        blank = self._shown is not None and self._shown.points.n == 0 and not self._log
        super().set_ranges(x, _room_over(x) if blank and y == self._y else y)

    def zoom(self, factor: float, at: FloatArray) -> None:
        """Along x about a pixel; over the density axis along that, about zero, or for fewer decades."""
        frame = self.frame()
        if float(at[0]) < frame.left and self._log:
            self.set_ranges(frame.x, zoomed_decades(frame.y, factor))
        elif float(at[0]) < frame.left:
            self.set_ranges(frame.x, zoomed(frame.y, 0.0, factor, SMALLEST_DENSITY))
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
        return frame.bottom + self._band() if strip is None else strip.bottom

    # ------------------------------------------------------------ painting

    def paint_on(self, painter: QPainter, sheet: Paper, target: Target) -> None:
        """A file does not wait for bars from elsewhere."""
        self._data.count_now()
        if self._fitted is None:
            self._fit_densities()
        super().paint_on(painter, sheet, target)

    def paint_data(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Grid, bars, curves and means."""
        now, ink = self._shown, self._ink
        axis = self._axis_frame(frame)
        x, y = frame_ticks(axis, ink)
        paint_grid(painter, axis, ink, x, y)
        if now is None:
            return
        painter.setClipRect(_area(frame))
        if target is Target.DRAWING:
            self._paint_items(painter, frame, target)
            return
        layer = self._picture if target is Target.SCREEN else Layer()
        shows = (frame, self._moment_shown, self._data.line, ink)  # a mouse that passes changes nothing
        layer.paint(
            painter, _area(frame), frame.ratio, shows, lambda brush: self._paint_items(brush, frame, target)
        )

    def _paint_items(self, painter: QPainter, frame: Frame, target: Target) -> None:
        self._labels.clear()
        for item in self._plot:
            if self._shown is not None and item.is_on(self._shown):
                item.paint(painter, frame, self._ink, target)

    def paint_below(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Rug and posteriors, each in a frame of its own."""
        now, strip = self._shown, self._strip_frame(frame)
        if now is not None and self._rug.is_on(now):
            self._rug.paint(painter, self._rug_frame(frame), self._ink, target)
        if strip is not None:
            self._paint_strip(painter, strip, target)

    def _paint_strip(self, painter: QPainter, strip: Frame, target: Target) -> None:
        now, ink = self._shown, self._ink
        paint_grid(painter, strip, ink, frame_ticks(strip, ink)[0], SHARES)
        if now is None:
            return
        painter.setClipRect(_area(strip).adjusted(0.0, -2.0, 0.0, 2.0))  # lines along 0 and 1 are whole
        for item in self._strip:
            if item.is_on(now):
                item.paint(painter, strip, ink, target)
        painter.setClipping(False)

    def _axis_frame(self, frame: Frame) -> Frame:
        return counted(frame, count_scale(self._data.line, self._shown))

    def _y_title(self) -> str:
        return axis_title(self._data.line, self._shown, self._log)

    def axes_show(self) -> tuple[object, ...]:
        """Counts depend on the bars."""
        return (count_scale(self._data.line, self._shown), self._y_title(), self._band())

    def paint_axes(self, painter: QPainter, frame: Frame) -> None:
        """Densities or counts beside the plot, shares beside the posteriors, the column below both."""
        axis = self._axis_frame(frame)
        x, y = frame_ticks(axis, self._ink)
        paint_y_axis(painter, axis, self._ink, y, self._y_title())
        strip = self._strip_frame(frame)
        if strip is not None:
            paint_y_axis(painter, strip, self._ink, SHARES, "posterior")
        title = self._shown.points.columns[0] if self._shown is not None else ""
        below = replace(frame, height=self.lowest(frame) - frame.top)
        paint_x_axis(painter, below, self._ink, x, title)


def _room_over(x: Range) -> Range:
    return (0.0, ROOM / (x[1] - x[0]))


def _area(frame: Frame) -> QRectF:
    return QRectF(frame.left, frame.top, frame.width, frame.height)
