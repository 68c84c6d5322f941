"""Curves in one dimension: the components, their sum, the posteriors, and where the label changes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.curves import boundaries, component_curves, curve_grid, posteriors
from gmmviewer.scene.noise import Box
from gmmviewer.scene.palette import row_fill, row_stroke, stroke_colour
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.badges import ABOVE, Placement, badge_size, paint_badge
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, path, pen

COMPONENT, MIXTURE, POSTERIOR = 1.5, 2.5, 1.5  # pixels
FILL = 0.12
FAR = 1e5
OFF = 0.05
LONGEST = 40.0
SHORTEST_STEM = 6.0


class DensityCurves:
    """π_k N_k(x) of each component, their sum p(x), and the means, over a common baseline."""

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._ghosts: frozenset[int] = frozenset()
        self._box: Box | None = None
        self._frame: Frame | None = None
        self._areas: list[QPainterPath] = []
        self._lines: list[QPainterPath] = []
        self._sum = QPainterPath()
        self._peaks: FloatArray = np.empty((0, 2))
        self._placement = Placement(ABOVE)

    def show(self, mixture: Mixture | None, ghosts: frozenset[int], box: Box | None = None) -> None:
        """Show other parameters, or none; noise, if any, inside the ``box``."""
        if mixture is not self._mixture or box != self._box:
            self._mixture, self._box, self._frame = mixture, box, None
        self._ghosts = ghosts

    def paint_components(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Lightly filled, in the colours of the components."""
        self._prepare(frame)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, area in enumerate(self._areas):
            painter.fillPath(area, brush(row_fill(k, len(self._peaks)), FILL))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for k, line in enumerate(self._lines):
            painter.setPen(pen(row_stroke(k, len(self._peaks), ink.dark), ink.stroke(COMPONENT)))
            painter.drawPath(line)

    def paint_mixture(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """The sum in the neutral ink."""
        self._prepare(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.mixture, ink.stroke(MIXTURE)))
        painter.drawPath(self._sum)

    def paint_stems(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """A line from the baseline to the peak of each component."""
        self._prepare(frame)
        for k, (x, y) in enumerate(self._peaks.tolist()):
            for width, colour, alpha in ((3.5, ink.halo, 0.8), (1.5, stroke_colour(k, ink.dark), 1.0)):
                painter.setPen(pen(colour, ink.stroke(width), alpha=alpha))
                painter.drawLine(QLineF(x, frame.bottom, x, min(y, frame.bottom - SHORTEST_STEM)))

    def paint_badges(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """The numbers of the components above their peaks."""
        self._prepare(frame)
        seen = [k for k, (x, _) in enumerate(self._peaks.tolist()) if frame.left <= x <= frame.right]
        places = self._placement.places(self._peaks[seen], badge_size(ink), frame)
        for k, place in zip(seen, places, strict=True):
            paint_badge(painter, place, k, ink, ghost=k in self._ghosts)

    def _prepare(self, frame: Frame) -> None:
        if frame == self._frame:
            return
        self._frame, self._areas, self._lines, self._sum = frame, [], [], QPainterPath()
        self._peaks = np.empty((0, 2))
        if self._mixture is None:
            return
        x = curve_grid(self._mixture, *frame.x)
        heights = component_curves(self._mixture, x, self._box)
        across = frame.pixels_x(x)
        lowest = frame.bottom + frame.height  # on a logarithmic axis tails fall for ever
        for y in heights:
            line = thinned(across, np.minimum(frame.pixels_y(y), lowest))
            self._lines.append(path(line))
            ends = np.array([[across[-1], frame.bottom], [across[0], frame.bottom]])
            self._areas.append(path(np.concatenate([line, ends]), closed=True))
        self._sum = path(thinned(across, np.minimum(frame.pixels_y(heights.sum(axis=0)), lowest)))
        self._peaks = _peaks(self._mixture, frame)


class PosteriorCurves:
    """r_k(x) on a scale from 0 to 1, and where the most responsible component changes."""

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._box: Box | None = None
        self._frame: Frame | None = None
        self._lines: list[QPainterPath] = []
        self._boundaries: FloatArray = np.empty(0)

    def show(self, mixture: Mixture | None, box: Box | None = None) -> None:
        """Show the posteriors under other parameters, or none; noise, if any, inside the ``box``."""
        if mixture is not self._mixture or box != self._box:
            self._mixture, self._box, self._frame = mixture, box, None

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """One line per component, in the frame of the posteriors."""
        self._prepare(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        k_all = 0 if self._mixture is None else self._mixture.n_components
        for k, line in enumerate(self._lines):
            painter.setPen(pen(row_stroke(k, k_all, ink.dark), ink.stroke(POSTERIOR)))
            painter.drawPath(line)

    def paint_boundaries(self, painter: QPainter, strip: Frame, frame: Frame, ink: Ink) -> None:
        """Faint upright lines through ``frame``, which lies above or on the ``strip`` of the posteriors."""
        self._prepare(strip)
        painter.setPen(pen(ink.faint, ink.stroke(1.0), Qt.PenStyle.DashLine, alpha=0.55))
        places = np.round(frame.pixels_x(self._boundaries)).tolist()
        painter.drawLines([QLineF(at, frame.top, at, frame.bottom) for at in places])

    def _prepare(self, frame: Frame) -> None:
        if self._frame == frame:
            return
        self._frame, self._lines, self._boundaries = frame, [], np.empty(0)
        if self._mixture is None:
            return
        x = curve_grid(self._mixture, *frame.x)
        across = frame.pixels_x(x)
        self._lines = [
            path(thinned(across, frame.pixels_y(r))) for r in posteriors(self._mixture, x, self._box)
        ]
        self._boundaries = boundaries(self._mixture, *frame.x, self._box)


def thinned(x: FloatArray, y: FloatArray) -> FloatArray:
    """A curve (m, 2) through every place where it bends, from pixels ``x`` and ``y`` of many more places.

    A chord of width h lies h²·|y″|/8 off its curve; places are kept so that this stays near ``OFF``. Some
    100 of 600 remain, and a wide antialiased stroke takes time in proportion.
    """
    y = np.clip(y, -FAR, FAR)
    widths = np.diff(x)
    turns = np.abs(np.diff(np.diff(y) / widths))
    passed = np.floor(np.cumsum(np.sqrt(turns * widths[1:] / (8.0 * OFF)) + widths[1:] / LONGEST))
    kept = np.flatnonzero(np.diff(passed, prepend=-1.0)) + 1
    kept = np.concatenate([[0], kept, [len(x) - 1]])
    return np.column_stack([x[kept], y[kept]])


def _peaks(mixture: Mixture, frame: Frame) -> FloatArray:
    """The tops of the component curves (K, 2) in pixels; those above the frame at its upper edge."""
    x = frame.pixels_x(mixture.means[:, 0])
    heights = np.diagonal(component_curves(mixture, mixture.means[:, 0]))
    return np.column_stack([x, np.maximum(frame.pixels_y(heights), frame.top)])
