"""The rug: every point of the line as a short upright stroke in the colour of its responsibilities."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.cloud import ALPHA, CloudPainter
from gmmviewer.scene.curves import rug
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.palette import Rgb
from gmmviewer.views.items.cloud import VECTOR_POINTS, as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import pen

LIMIT = 20_000  # a sample of ranks beyond; twenty points per pixel show all there is to see
WIDE_UP_TO = 1_000  # points; two device pixels each


class RugItem:
    """Points of one set in the colours of one source."""

    def __init__(self) -> None:
        self._points: PointSet | None = None
        self._source: Mixture | None = None
        self._values: FloatArray = np.empty(0)
        self._columns: FloatArray = np.empty((1, 0))
        self._assignment: Assignment = SOFT
        self._maker = CloudPainter()

    def show(self, points: PointSet, source: Mixture | None, assignment: Assignment = SOFT) -> None:
        """Show other points or the colours of other parameters (in standard units).

        Where only a sample of the points is shown, draws, which belong to points by number, cannot be.
        """
        if points is not self._points:
            self._points = points
            values = points.values[:, 0]
            self._values = values if points.n <= LIMIT else rug(values, LIMIT)  # in order: draws go by number
            self._columns = points.units.standardise(self._values[:, None]).T.copy()
        self._source = source
        self._assignment = assignment if len(self._values) == points.n else SOFT

    def paint(self, painter: QPainter, frame: Frame, neutral: Rgb) -> None:
        """As an image one pixel high, stretched upwards."""
        colours = self._maker.colours(self._columns, self._source, neutral, self._assignment)
        pixels = (frame.pixels_x(self._values) - frame.left) * frame.ratio
        image = as_image(_row(pixels, colours, frame.device_size[0]))
        painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), image)

    def paint_lines(self, painter: QPainter, frame: Frame, neutral: Rgb) -> None:
        """The same as lines, for drawings."""
        if len(self._values) > VECTOR_POINTS:
            self.paint(painter, frame, neutral)
            return
        colours = self._maker.colours(self._columns, self._source, neutral, self._assignment)
        places = frame.pixels_x(self._values)
        for at, (red, green, blue) in zip(places.tolist(), colours.tolist(), strict=True):
            if frame.left <= at <= frame.right:
                painter.setPen(pen((red, green, blue), 1.0, alpha=ALPHA))
                painter.drawLine(QLineF(at, frame.top, at, frame.bottom))


def _row(pixels: FloatArray, colours: ByteArray, width: int) -> ByteArray:
    """Premultiplied RGBA (1, width, 4): the mean colour of the points in a pixel, opaque if many."""
    seen = (pixels >= 0) & (pixels < width)
    index, rgb = pixels[seen].astype(np.int64), colours[seen].astype(np.float64)
    counts = np.bincount(index, minlength=width).astype(np.float64)
    sums = np.stack([np.bincount(index, channel, width) for channel in rgb.T])
    if len(index) <= WIDE_UP_TO:
        counts[1:] += counts[:-1].copy()
        sums[:, 1:] += sums[:, :-1].copy()
    opacity = 1.0 - (1.0 - ALPHA) ** counts
    row = np.zeros((1, width, 4))
    row[0, :, :3] = (sums / np.maximum(counts, 1.0) * opacity).T
    row[0, :, 3] = 255.0 * opacity
    return np.rint(row).astype(np.uint8)
