"""The true classes on the line, where they are known: a histogram of each, with a letter."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.matching import match
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.line import Classes
from gmmviewer.scene.numbers import class_name
from gmmviewer.scene.palette import stroke_colour, text_colour
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.line_data import LineData
from gmmviewer.views.items.pens import path, pen
from gmmviewer.views.items.tags import Tags
from gmmviewer.views.shown import Shown

WIDTH = 1.8  # pixels
FAR = 1e5
TRIED = 8  # bars on which a letter may stand


class ClassColours:
    """Which component each class comes closest to, found anew when either changed."""

    def __init__(self, data: LineData) -> None:
        self._data = data
        self._mixture: Mixture | None = None
        self._matched: tuple[Classes, Mixture | None] | None = None
        self._places: list[int] = []

    def show(self, now: Shown) -> None:
        """Components that moved may mean other classes."""
        self._mixture = now.mixture

    @property
    def classes(self) -> Classes | None:
        """The classes there are, if any are known."""
        return None if self._data.line is None else self._data.line.classes

    @property
    def edges(self) -> FloatArray:
        """Between which bars they are counted."""
        return np.empty(0) if self._data.line is None else self._data.line.histogram.edges

    def places(self, classes: Classes) -> list[int]:
        """The component whose colour each class has; those beyond K have a colour of their own."""
        if self._matched is None or self._matched[0] is not classes or self._matched[1] is not self._mixture:
            self._matched = classes, self._mixture
            self._places = list(range(len(classes.labels)))
            if self._mixture is not None:
                self._places = match(self._mixture, classes.mixture).places.tolist()
        return self._places


class TrueBars(Item):
    """The outline of each class's own bars, in the colour of the component that comes closest to it."""

    layer = "truth"

    def __init__(self, colours: ClassColours) -> None:
        self._colours = colours

    def show(self, now: Shown) -> None:
        """The colours know, whoever tells them first."""
        self._colours.show(now)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Steps around the bars that are not empty."""
        classes = self._colours.classes
        if classes is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for k, heights in zip(self._colours.places(classes), classes.heights, strict=True):
            painter.setPen(pen(stroke_colour(k, ink.dark), ink.stroke(WIDTH), alpha=0.9))
            painter.drawPath(_outline(frame, self._colours.edges, heights))


class TrueLetters(TrueBars):
    """A letter for each class above its tallest bar that is free."""

    def __init__(self, colours: ClassColours, taken: list[QRectF]) -> None:
        super().__init__(colours)
        self._taken = taken

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """On top of everything: who says which class is which must not be hidden."""
        classes = self._colours.classes
        if classes is None:
            return
        tags = Tags(painter, frame, ink, bold=True, taken=self._taken)
        rows = zip(classes.labels.tolist(), self._colours.places(classes), classes.heights, strict=True)
        for label, k, heights in rows:
            places = _tops(frame, self._colours.edges, heights, tags.height)
            tags.put(class_name(label), text_colour(k, ink.dark), places)


def _outline(frame: Frame, edges: FloatArray, heights: FloatArray) -> QPainterPath:
    """The outlines of all stretches of bars, open at the baseline, in pixels."""
    x, y = _pixels(frame, edges, heights)
    filled = np.concatenate([[False], heights > 0, [False]])
    ends = np.flatnonzero(np.diff(filled.astype(np.int8)))
    outline = QPainterPath()
    for start, stop in ends.reshape(-1, 2).tolist():
        across = np.repeat(x[start : stop + 1], 2)
        down = np.concatenate([[frame.bottom], np.repeat(y[start:stop], 2), [frame.bottom]])
        outline.addPath(path(np.column_stack([across, down])))
    return outline


def _tops(frame: Frame, edges: FloatArray, heights: FloatArray, height: float) -> list[QPointF]:
    """Places above the bars, the tallest first."""
    x, y = _pixels(frame, edges, heights)
    tallest = np.argsort(-heights, kind="stable")[:TRIED]
    middles = (x[:-1] + x[1:]) / 2
    return [QPointF(middles[i], y[i] - height / 2 - 3.0) for i in tallest.tolist()]


def _pixels(frame: Frame, edges: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Whole pixels of the edges (m+1,) and of the tops (m,)."""
    x = np.clip(np.round(frame.pixels_x(edges)), -FAR, FAR)
    y = np.clip(np.round(frame.pixels_y(heights)), -FAR, FAR)
    return x, np.minimum(y, frame.bottom)
