"""The density of the mixture under the points: a map of one hue, and contours that hold given shares."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.field import DensityField, content_levels, contours, density_field, heat_rgba
from gmmviewer.scene.noise import Box
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.cloud import as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import path, pen

CELL = 3.0  # logical pixels; smooth when stretched, and 9 times cheaper than one cell per pixel


class DensityItem:
    """Map and contours of one mixture, each made when it is first painted."""

    def __init__(self) -> None:
        self._mixture: Mixture | None = None
        self._box: Box | None = None
        self._frame: Frame | None = None
        self._field: DensityField | None = None
        self._heat: tuple[bool, QImage] | None = None
        self._lines: QPainterPath | None = None

    def show(self, mixture: Mixture | None, box: Box | None = None) -> None:
        """Show other parameters, or none; noise, if any, inside the ``box``."""
        box = box if mixture is not None and mixture.noise is not None else None
        if mixture is not self._mixture or box != self._box:
            self._mixture, self._box = mixture, box
            self._forget()

    def paint_heat(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """The density map, stretched smoothly over the frame."""
        field = self._field_in(frame)
        if field is None:
            return
        if self._heat is None or self._heat[0] != ink.dark:
            self._heat = (ink.dark, as_image(np.ascontiguousarray(heat_rgba(field, ink.dark))))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), self._heat[1])

    def paint_contours(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Lines of equal density."""
        field = self._field_in(frame)
        if field is None or self._mixture is None:
            return
        if self._lines is None:
            self._lines = QPainterPath()
            for level in contours(field, content_levels(self._mixture, box=self._box)):
                for line in level:
                    self._lines.addPath(path(frame.pixels(line)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.faint, ink.stroke(1.0), alpha=0.8))
        painter.drawPath(self._lines)

    def _field_in(self, frame: Frame) -> DensityField | None:
        if self._mixture is None:
            return None
        if frame != self._frame:
            self._forget()
            self._frame = frame
        if self._field is None:
            width, height = (max(2, round(side / CELL)) for side in (frame.width, frame.height))
            self._field = density_field(self._mixture, frame.x, frame.y, width, height, self._box)
        return self._field

    def _forget(self) -> None:
        self._field = self._heat = self._lines = None
