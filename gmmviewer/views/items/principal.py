"""The principal axes of the ellipses: their directions, and lengths that can be laid beside each other."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.ellipses import principal_axes
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.ellipses import FAR, emphasis, line_colour
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.pens import pen
from gmmviewer.views.shown import Shown

STROKE = 1.25  # pixels
CASING = 2.0
END = 4.0  # pixels from an axis to either end of the bar across it
SHORTEST = 3.0  # pixels; a shorter axis, of a flat component or a tiny one, is lost in its own ends


class PrincipalAxesItem(Item):
    """The axes of each ellipse as far as it reaches, with a bar at each end.

    They are those of the covariance in the units of the data: at right angles on screen where both axes of
    the plot have the same scale.
    """

    layer = "axes"

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._radius = 2.0
        self._selection: tuple[int, ...] = ()

    def show(self, now: Shown) -> None:
        """Show other parameters, or none."""
        self._mixture, self._radius, self._selection = now.mixture, now.view.level.radius(2), now.selection

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """A casing of the ground under all of them, then the lines in the colours of the components."""
        if self._mixture is None:
            return
        count = self._mixture.n_components
        lines = [self._lines(self._mixture, k, frame, ink.stroke(END)) for k in range(count)]
        painter.setPen(pen(ink.halo, ink.stroke(STROKE + CASING), alpha=0.75))
        painter.drawLines([line for of_one in lines for line in of_one])
        for k, of_one in enumerate(lines):
            loud = emphasis(k, self._selection, count)
            painter.setPen(pen(line_colour(k, loud.line, ink), ink.stroke(STROKE * loud.stroke)))
            painter.drawLines(of_one)

    def _lines(self, mixture: Mixture, k: int, frame: Frame, end: float) -> list[QLineF]:
        axes = principal_axes(mixture.means[k], mixture.covariances[k], self._radius)
        return [line for axis in frame.pixels(axes) for line in _barred(np.clip(axis, -FAR, FAR), end)]


def _barred(axis: FloatArray, end: float) -> list[QLineF]:
    """A line from one end (2,) to the other with a bar across both; nothing if it is too short to see."""
    along = axis[1] - axis[0]
    length = float(np.hypot(*along))
    if length < SHORTEST:
        return []
    across = np.array([-along[1], along[0]]) * (min(end, length / 3.0) / length)
    bars = [(at - across, at + across) for at in axis]
    return [QLineF(*start.tolist(), *stop.tolist()) for start, stop in ((axis[0], axis[1]), *bars)]
