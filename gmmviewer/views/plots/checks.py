"""Pictures of how well one axis fits: quantiles, distribution functions, transforms, hanging residuals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.diagnostics import PitHistogram, QuantilePlot, Rootogram
from gmmviewer.scene.fit_check import DistributionPlot
from gmmviewer.scene.numbers import format_number, format_percent
from gmmviewer.scene.ranges import padded_range
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame, Range
from gmmviewer.views.items.pens import brush, pen, polygon

FAR = 1e5  # pixels: farther out nothing is seen
WORTH_A_LOOK = 1.0  # of a hanging residual: twice its usual scatter


@dataclass(frozen=True, eq=False)
class QuantilePicture:
    """A good fit lies on the diagonal, inside the band; points outside it are open and darker."""

    plot: QuantilePlot
    titles: tuple[str, str]

    @cached_property
    def outside(self) -> BoolArray:
        """Which points leave the band, (m,)."""
        return (self.plot.observed < self.plot.lower) | (self.plot.observed > self.plot.upper)

    @cached_property
    def x(self) -> Range:
        """The quantiles there are."""
        return _range_of(self.plot.theoretical)

    @cached_property
    def y(self) -> Range:
        """What was observed, and the diagonal; the band ends where it likes."""
        return _range_of(np.concatenate([self.plot.observed, self.plot.theoretical]))

    @property
    def caption(self) -> str:
        """How wide the band is, and who left it."""
        return f"{format_percent(self.plot.level)} band · {self.outside.mean():.0%} of the points outside"

    @property
    def sentence(self) -> str:
        """The same in words."""
        return f"{int(self.outside.sum())} of {len(self.outside)} points shown lie outside the band."

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Band, diagonal, points."""
        plot = self.plot
        x = frame.pixels_x(plot.theoretical)
        lower, upper = (_clipped(frame.pixels_y(side)) for side in (plot.lower, plot.upper))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(ink.bar))
        painter.drawPolygon(
            polygon(np.concatenate([np.column_stack([x, lower]), np.column_stack([x, upper])[::-1]]))
        )
        ends = np.array(frame.x)
        painter.setPen(pen(ink.mixture, ink.stroke(1.5)))
        painter.drawPolyline(polygon(np.column_stack([frame.pixels_x(ends), frame.pixels_y(ends)])))
        y = frame.pixels_y(plot.observed)
        for odd in (False, True):
            painter.setPen(pen(ink.warning if odd else ink.accent, ink.stroke(1.2)))
            painter.setBrush(brush(ink.ground if odd else ink.accent))
            radius = ink.stroke(2.8 if odd else 2.0)
            chosen = np.column_stack([x, y])[self.outside == odd]
            for left, top in chosen.tolist():
                painter.drawEllipse(QPointF(left, top), radius, radius)


@dataclass(frozen=True, eq=False)
class DistributionPicture:
    """Two distribution functions, and the bar where they are farthest apart."""

    plot: DistributionPlot
    titles: tuple[str, str]

    @cached_property
    def x(self) -> Range:
        """All values and all of the smooth curve."""
        return _range_of(np.concatenate([self.plot.values, self.plot.grid]))

    @property
    def y(self) -> Range:
        """Shares, with some air."""
        return (-0.03, 1.03)

    @property
    def caption(self) -> str:
        """The distance, and that it is no test."""
        return f"KS distance {format_number(self.plot.distance.distance, 3)} (a distance, not a test)"

    @property
    def sentence(self) -> str:
        """The same in words."""
        found = self.plot.distance
        return (
            f"The Kolmogorov–Smirnov distance is {format_number(found.distance, 3)}, at "
            f"{format_number(self.plot.at)}: {found.empirical:.1%} of the points lie below it, "
            f"{found.theoretical:.1%} were expected."
        )

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """The mixture's curve, the points' steps, the bar between them."""
        plot = self.plot
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.mixture, ink.stroke(2.0)))
        curve = np.column_stack([frame.pixels_x(plot.grid), frame.pixels_y(plot.theoretical)])
        painter.drawPolyline(polygon(curve))
        painter.setPen(pen(ink.accent, ink.stroke(1.5)))
        painter.drawPolyline(polygon(_steps(frame.pixels_x(plot.values), frame.pixels_y(plot.empirical))))
        found = plot.distance
        x = float(frame.pixels_x(np.array(plot.at)))
        ends = frame.pixels_y(np.array([found.empirical, found.theoretical])).tolist()
        painter.setPen(pen(ink.warning, ink.stroke(3.0)))
        painter.drawLine(QPointF(x, ends[0]), QPointF(x, ends[1]))
        painter.setPen(pen(ink.warning, ink.stroke(1.0), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, frame.top), QPointF(x, frame.bottom))


@dataclass(frozen=True, eq=False)
class TransformPicture:
    """A histogram that is flat for a good fit, with the band in which its bars stay."""

    bars: PitHistogram
    titles: tuple[str, str]

    @property
    def x(self) -> Range:
        """Probabilities."""
        return (-0.02, 1.02)

    @cached_property
    def y(self) -> Range:
        """Counts from zero."""
        return (0.0, 1.1 * max(float(self.bars.counts.max()), self.bars.upper) or 1.0)

    @cached_property
    def outside(self) -> BoolArray:
        """Which bars leave the band, (m,)."""
        return (self.bars.counts < self.bars.lower) | (self.bars.counts > self.bars.upper)

    @property
    def caption(self) -> str:
        """What to look for."""
        level = format_percent(self.bars.level)
        return f"flat is good · {int(self.outside.sum())} of {len(self.outside)} bins leave the {level} band"

    @property
    def sentence(self) -> str:
        """The same in words."""
        return f"{int(self.outside.sum())} of {len(self.outside)} bins lie outside the band."

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Bars, the level expected, the band."""
        tops = frame.pixels_y(self.bars.counts)
        ends = np.full(len(tops), frame.bottom)
        _paint_bars(painter, frame, ink, self.bars.edges, tops, ends, self.outside)
        for level, style in (
            (self.bars.expected, Qt.PenStyle.SolidLine),
            (self.bars.lower, Qt.PenStyle.DashLine),
            (self.bars.upper, Qt.PenStyle.DashLine),
        ):
            _paint_level(painter, frame, ink, level, style)


@dataclass(frozen=True, eq=False)
class ResidualPicture:
    """Bars √observed that hang from √expected: a good fit ends near zero (Tukey 1977)."""

    bars: Rootogram
    titles: tuple[str, str]

    @cached_property
    def outside(self) -> BoolArray:
        """Which residuals deserve a look, (m,)."""
        return np.abs(self.bars.residuals) > WORTH_A_LOOK

    @cached_property
    def x(self) -> Range:
        """All bins."""
        return _range_of(self.bars.edges)

    @cached_property
    def y(self) -> Range:
        """From the lowest end to the highest hook, with both dashed lines in sight."""
        lowest = min(float(-self.bars.residuals.max()), -WORTH_A_LOOK)
        highest = max(float(np.sqrt(self.bars.expected.max())), float(-self.bars.residuals.min()), 2.0)
        return padded_range(lowest, highest)

    @property
    def caption(self) -> str:
        """What to look for."""
        return f"bars end near 0 · {int(self.outside.sum())} of {len(self.outside)} end beyond ±1"

    @property
    def sentence(self) -> str:
        """The same in words."""
        worst = int(np.abs(self.bars.residuals).argmax())
        return (
            f"{int(self.outside.sum())} of {len(self.outside)} bars end beyond plus or minus 1; the farthest "
            f"holds {format_number(float(self.bars.observed[worst]))} points where "
            f"{format_number(float(self.bars.expected[worst]))} were expected."
        )

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Bars from their hooks down, zero and ±1, the hooks as a curve."""
        hooks = frame.pixels_y(np.sqrt(self.bars.expected))
        ends = frame.pixels_y(-self.bars.residuals)
        _paint_bars(painter, frame, ink, self.bars.edges, hooks, ends, self.outside)
        _paint_level(painter, frame, ink, 0.0, Qt.PenStyle.SolidLine)
        for level in (-WORTH_A_LOOK, WORTH_A_LOOK):
            _paint_level(painter, frame, ink, level, Qt.PenStyle.DashLine)
        middles = frame.pixels_x((self.bars.edges[:-1] + self.bars.edges[1:]) / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.mixture, ink.stroke(2.0)))
        painter.drawPolyline(polygon(np.column_stack([middles, hooks])))


def _paint_bars(
    painter: QPainter,
    frame: Frame,
    ink: Ink,
    edges: FloatArray,
    tops: FloatArray,
    ends: FloatArray,
    odd: BoolArray,
) -> None:
    """Bars between two heights in pixels; the odd ones have a strong outline."""
    across = np.round(_clipped(frame.pixels_x(edges)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for strong in (False, True):
        painter.setPen(pen(ink.warning if strong else ink.bar_edge, ink.stroke(2.0) if strong else 1.0))
        painter.setBrush(brush(ink.bar))
        painter.drawRects(
            [
                QRectF(QPointF(across[i], tops[i]), QPointF(across[i + 1], ends[i])).normalized()
                for i in np.flatnonzero(odd == strong).tolist()
            ]
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _paint_level(painter: QPainter, frame: Frame, ink: Ink, level: float, style: Qt.PenStyle) -> None:
    """A line across."""
    y = round(float(frame.pixels_y(np.array(level))))
    painter.setPen(pen(ink.mixture if style is Qt.PenStyle.SolidLine else ink.faint, ink.stroke(1.2), style))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLine(QLineF(frame.left, y, frame.right, y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _steps(x: FloatArray, y: FloatArray) -> FloatArray:
    """The corners (2m, 2) of a staircase that reaches height y at x."""
    return np.column_stack([np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]])


def _range_of(values: FloatArray) -> Range:
    return padded_range(float(values.min()), float(values.max()))


def _clipped(pixels: FloatArray) -> FloatArray:
    return np.asarray(np.clip(pixels, -FAR, FAR))
