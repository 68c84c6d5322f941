"""The means: crosses with a halo that read on anything, each with the badge of its component."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.badges import Placement, badge_size, paint_badge
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.pens import pen
from gmmviewer.views.shown import Shown

ARM = 6.0  # pixels
NEAR = 40.0  # a mean this far outside still has its badge at the edge of the picture


class MeansItem(Item):
    """Crosses and badges of one mixture in two dimensions."""

    layer = "means"

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._ghosts: frozenset[int] = frozenset()
        self._placement = Placement()

    def show(self, now: Shown) -> None:
        """Show other parameters, or none."""
        self._mixture, self._ghosts = now.mixture, now.ghosts

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """All crosses, then all badges."""
        if self._mixture is None:
            return
        pixels = frame.pixels(self._mixture.means)
        seen = [k for k, (x, y) in enumerate(pixels.tolist()) if frame.contains(x, y)]
        anchors = pixels[seen]
        paint_crosses(painter, anchors, ink)
        places = self._placement.places(anchors, badge_size(ink), frame)
        for k, place in zip(seen, places, strict=True):
            paint_badge(painter, place, k, ink, ghost=k in self._ghosts)


def paint_crosses(painter: QPainter, places: FloatArray, ink: Ink) -> None:
    """Crosses in the neutral ink with a halo of the ground."""
    arm = ink.stroke(ARM)
    lines = []
    for x, y in np.asarray(places).tolist():
        lines += [QLineF(x - arm, y, x + arm, y), QLineF(x, y - arm, x, y + arm)]
    for width, colour in ((5.0, ink.halo), (2.0, ink.mixture)):
        painter.setPen(pen(colour, ink.stroke(width)))
        painter.drawLines(lines)
