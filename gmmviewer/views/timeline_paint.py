"""How a trace is drawn: axes, the objective, the bound below it, and a mark per half-step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.ranges import padded_range
from gmmviewer.views import timeline_words as words
from gmmviewer.views.icons import pixmap
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.axes import paint_grid
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, font, pen, polygon
from gmmviewer.views.items.ticks import Ticks, ticks
from gmmviewer.views.timeline_trace import TraceArrays, thinned

MARKED = 80  # states; with more, the marks touch each other and only the curve is drawn
BOUNDED = 400  # states; with more, no pixel lies between the bound and the curve
WIDEST_LABEL = "\u221200000.00"
HAND, OFF_MARK = 15, 9.0  # pixels: the side of a hand, and how far from the mark it is
GAP = 6.0  # pixels between axis and label
PER_LABEL_X, PER_LABEL_Y = 70.0, 34.0  # pixels


def fitting_frame(trace: TraceArrays, width: float, height: float, ratio: float, ink: Ink) -> Frame:
    """The plot in a widget of this size, with ranges that hold the whole trace."""
    metrics = QFontMetricsF(font(ink.small_size))
    left = math.ceil(metrics.horizontalAdvance(WIDEST_LABEL) + 2 * GAP)
    bottom = math.ceil(metrics.height() + 2 * GAP)
    first = float(trace.x[0]) if len(trace) else -0.5
    length = step_end(float(trace.x[-1]) - first) if len(trace) else step_end(0.0)
    margin = 0.02 * length + 0.2
    return Frame(
        x=(first - margin, first + length + margin),
        y=padded_range(*trace.limits()),
        left=float(left),
        top=8.0,
        width=max(width - left - 12.0, 1.0),
        height=max(height - bottom - 8.0, 1.0),
        ratio=ratio,
    )


def step_end(length: float) -> float:
    """The length of the time axis: grows in steps, so that a run does not squeeze the curve every frame."""
    if length <= 5:
        return 5.0
    decade = 10.0 ** math.floor(math.log10(length))
    steps = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
    return next(step * decade for step in steps if step * decade >= length)


def paint_trace(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    """Everything but the cursor."""
    if not len(trace):
        return
    _paint_axes(painter, frame, trace, ink)
    if len(trace) <= BOUNDED:
        painter.setPen(pen(ink.faint, ink.stroke(1.2), Qt.PenStyle.DashLine))
        for x, y in runs(trace.x, trace.bound):
            painter.drawPolyline(polygon(_pixels(frame, x, y)))
    painter.setPen(pen(ink.mixture, ink.stroke(1.5)))
    for part in trace.stretches():
        painter.drawPolyline(polygon(_pixels(frame, *thinned(trace.x[part], trace.objective[part]))))
    _paint_mean(painter, frame, trace, ink)
    painter.setPen(pen(ink.error, ink.stroke(3.0)))
    for start, end in falls(trace):
        pair = slice(start, end + 1)
        painter.drawPolyline(polygon(_pixels(frame, trace.x[pair], trace.objective[pair])))
    _paint_marks(painter, frame, trace, ink)


def paint_cursor(painter: QPainter, frame: Frame, place: QPointF, ink: Ink) -> None:
    """A line through all the height and the state on it."""
    painter.setPen(pen(ink.accent, ink.stroke(1.5)))
    painter.drawLine(QPointF(place.x(), frame.top), QPointF(place.x(), frame.bottom))
    painter.setPen(pen(ink.ground, ink.stroke(2.0)))
    painter.setBrush(brush(ink.accent))
    painter.drawEllipse(place, ink.stroke(6.5), ink.stroke(6.5))


def trace_title(trace: TraceArrays) -> str:
    """What the curve shows: the objective of the algorithm that is at work now."""
    return words.objective(trace.states[-1].plan.algorithm) if len(trace) else ""


def falls(trace: TraceArrays) -> list[tuple[int, int]]:
    """The steps, as two neighbouring indices, in which the objective fell."""
    return [(int(end) - 1, int(end)) for end in np.flatnonzero(trace.fell) if end > 0]


def runs(x: FloatArray, y: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The stretches of a curve on which it has values."""
    has = np.isfinite(y)
    edges = np.flatnonzero(np.diff(has)) + 1
    for part_x, part_y, part in zip(*(np.split(a, edges) for a in (x, y, has)), strict=True):
        if len(part) and part[0]:
            yield part_x, part_y


def _paint_axes(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    iterations, nats = _axis_ticks(frame, ink)
    paint_grid(painter, frame, ink, iterations, nats)
    painter.setFont(font(ink.small_size))
    painter.setPen(pen(ink.faint, 1.0))
    height = QFontMetricsF(painter.font()).height()
    above = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip
    for at, label in zip(
        frame.pixels_x(np.array(iterations.values)).tolist(), iterations.labels, strict=True
    ):
        painter.drawText(QRectF(at - 40.0, frame.bottom + GAP, 80.0, height), above, label)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    for at, label in zip(frame.pixels_y(np.array(nats.values)).tolist(), nats.labels, strict=True):
        painter.drawText(QRectF(0.0, at - height / 2, frame.left - GAP, height), right, label)
    painter.drawText(QRectF(0.0, frame.bottom + GAP, frame.left - GAP, height), right, "iteration")
    title = trace_title(trace)
    said = f"{title} in nats  ({nats.remark})" if nats.remark else f"{title} in nats"
    corner = QRectF(frame.left, frame.bottom - height - 2.0, frame.width - 4.0, height)
    painter.drawText(corner, Qt.AlignmentFlag.AlignRight, said)


def _axis_ticks(frame: Frame, ink: Ink) -> tuple[Ticks, Ticks]:
    """Whole iterations from 0 on, and a few levels in nats."""
    length = frame.x[1] - frame.x[0]
    found = ticks(frame.x, min(frame.width / (PER_LABEL_X * ink.type_scale), length))
    whole = [(value, label) for value, label in zip(found.values, found.labels, strict=True) if value >= 0]
    values, labels = zip(*whole, strict=True) if whole else ((), ())
    return Ticks(values, labels), ticks(frame.y, frame.height / (PER_LABEL_Y * ink.type_scale))


def _paint_marks(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    few = len(trace) <= MARKED
    radius = ink.stroke(3.5)
    painter.setPen(QPen(pen(ink.mixture, ink.stroke(1.3))))
    for stage, fill in ((Stage.AFTER_E, ink.mixture), (Stage.AFTER_M, ink.ground)):
        painter.setBrush(brush(fill))
        for place in _places(frame, trace, stage) if few else ():
            painter.drawEllipse(place, radius, radius)
    painter.setBrush(brush(ink.mixture))
    size = 1.6 * radius
    for place in _places(frame, trace, Stage.START):
        corners = ((0.0, -size), (size, 0.0), (0.0, size), (-size, 0.0))
        painter.drawPolygon([place + QPointF(x, y) for x, y in corners])
    _paint_leaps(painter, frame, trace, ink)
    _paint_hands(painter, frame, trace, ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    best = trace.best()
    if best is not None:
        painter.setPen(pen(ink.success, ink.stroke(2.0)))
        painter.drawEllipse(_at(frame, trace, np.array([best]))[0], 2.2 * radius, 2.2 * radius)


def _paint_leaps(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    """Triangles that point ahead: accelerated EM went further than an M-step."""
    leaps = trace.leapt
    if len(leaps) > MARKED:
        return
    painter.setPen(pen(ink.mixture, ink.stroke(1.3)))
    painter.setBrush(brush(ink.ground))
    size = ink.stroke(5.5)
    corners = ((-0.7 * size, -size), (1.1 * size, 0.0), (-0.7 * size, size))
    for place in _at(frame, trace, leaps):
        painter.drawPolygon([place + QPointF(x, y) for x, y in corners])


def _paint_hands(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    """A small hand above every state that a person has set, below it where there is no room above."""
    index = trace.by_hand
    if len(index) > MARKED:
        return
    side = round(HAND * ink.type_scale)
    picture = pixmap("hand", ink.accent, side, frame.ratio)
    for place in _at(frame, trace, index):
        above = place.y() - ink.stroke(OFF_MARK) - side
        top = above if above >= frame.top else place.y() + ink.stroke(OFF_MARK)
        painter.drawPixmap(QPointF(place.x() - side / 2, top), picture)


def _paint_mean(painter: QPainter, frame: Frame, trace: TraceArrays, ink: Ink) -> None:
    """The running mean of an algorithm that wanders."""
    x, y = trace.running_mean()
    if len(x) > 1:
        painter.setPen(pen(ink.accent, ink.stroke(2.0)))
        painter.drawPolyline(polygon(_pixels(frame, *thinned(x, y))))


def _places(frame: Frame, trace: TraceArrays, stage: Stage) -> list[QPointF]:
    return _at(frame, trace, trace.at(stage))


def _at(frame: Frame, trace: TraceArrays, index: NDArray[np.intp]) -> list[QPointF]:
    return [QPointF(x, y) for x, y in _pixels(frame, trace.x[index], trace.objective[index]).tolist()]


def _pixels(frame: Frame, x: FloatArray, y: FloatArray) -> FloatArray:
    return frame.pixels(np.column_stack([x, y]))
