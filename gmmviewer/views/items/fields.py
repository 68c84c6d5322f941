"""What lies under the points: density map and contours, regions, responsibilities, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.colour_maps import colour_map
from gmmviewer.scene.fields import OF_DENSITY, OF_LABELS, SHARP_CELL, Fields, FieldsPainter, FieldsRequest
from gmmviewer.scene.noise import box_of
from gmmviewer.scene.numbers import format_percent
from gmmviewer.scene.polylines import Rectangle, label_place
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.captions import caption_size, paint_caption
from gmmviewer.views.items.cloud import area_of, as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.pens import brush, pen, polygon
from gmmviewer.views.items.rendered import Rendered

LAYERS = OF_DENSITY | OF_LABELS
BLEED = 12.0  # pixels around the plot that are painted as well: there is something to see when it moves
FAR = 1e5  # pixels; a painter slows down on coordinates far outside
REGION_OPACITY = 0.17  # of each of the nested regions
CONTOUR, BOUNDARY = 1.0, 1.5  # pixels
DRAWING_DETAIL = 2.0  # cells per pixel of an image inside a drawing, relative to the screen
LABEL_AIR = 4.0  # pixels around the label of a contour
SEAT_ROOM = 1.4  # a number stands where there is so many times its height to every side


class FieldsItem(Rendered[FieldsRequest]):
    """The fields of one mixture."""

    def __init__(self) -> None:
        super().__init__()
        self._maker = FieldsPainter()
        self._fields: Fields | None = None
        self._heat, self._tint = QImage(), QImage()
        self._picture = Layer()

    @property
    def answered(self) -> FieldsRequest | None:
        """What is shown now."""
        return None if self._fields is None else self._fields.request

    def request(self, frame: Frame, ink: Ink) -> FieldsRequest | None:
        """The fields that belong into a frame; None while none is shown."""
        now = self._now
        if now is None or now.mixture is None or not LAYERS & now.view.layers:
            return None
        across, up = (
            (high - low) / side * BLEED
            for (low, high), side in ((frame.x, frame.width), (frame.y, frame.height))
        )
        return FieldsRequest(
            layers=LAYERS & now.view.layers,
            mixture=now.mixture,
            source=now.source,
            units=now.points.units,
            x=(frame.x[0] - across, frame.x[1] + across),
            y=(frame.y[0] - up, frame.y[1] + up),
            width=frame.width + 2 * BLEED,
            height=frame.height + 2 * BLEED,
            contents=now.view.contents,
            colour_map=now.view.colour_map,
            dark=ink.dark,
            box=box_of(now.points) if now.mixture.noise is not None else None,
            assignment=now.assignment,
        )

    def make(self, request: FieldsRequest) -> Fields:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Fields | None) -> None:
        """Show other fields, or none."""
        self._fields = answer
        heat, tint = (None, None) if answer is None else (answer.heat, answer.tint)
        self._heat = QImage() if heat is None else as_image(heat)
        self._tint = QImage() if tint is None else as_image(tint)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The fields of this moment; on screen the latest there are."""
        request = self.request(frame, ink)
        if request is None or self._now is None:
            return
        if target is not Target.SCREEN:
            exact = FieldsItem()
            exact.show(self._now)
            detail = DRAWING_DETAIL if target is Target.DRAWING else frame.ratio
            exact.accept(self._maker.paint(replace(request, detail=detail)))
            exact.draw(painter, frame, ink, request.layers)
            return
        self.make_if_quick(frame, ink)
        if self._fields is None:
            return
        area = QRectF(frame.left, frame.top, frame.width, frame.height)
        shows = (frame, ink, self._fields, request.layers, "means" in self._now.view.layers)
        self._picture.paint(
            painter, area, frame.ratio, shows, lambda brush: self.draw(brush, frame, ink, request.layers)
        )

    def draw(self, painter: QPainter, frame: Frame, ink: Ink, layers: frozenset[str]) -> None:
        """The latest fields, as far as they are among these layers; those of another view stretched."""
        if self._fields is None:
            return
        asked = self._fields.request
        area = area_of(frame, asked.x, asked.y)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        if "heat" in layers and not self._heat.isNull():
            painter.drawImage(area, self._heat)
        if layers & OF_LABELS and not self._tint.isNull():
            painter.drawImage(area, self._tint)
        if "regions" in layers:
            self._draw_regions(painter, frame, self._fields)
        if "contours" in layers:
            self._draw_contours(painter, frame, ink, self._fields)
        if "decision" in layers:
            self._draw_boundaries(painter, frame, ink, self._fields)

    def _draw_regions(self, painter: QPainter, frame: Frame, fields: Fields) -> None:
        """One upon the other, from the largest to the smallest."""
        chosen = colour_map(fields.request.colour_map)
        painter.setPen(Qt.PenStyle.NoPen)
        for content, rings in sorted(
            zip(fields.request.contents, fields.regions, strict=False), key=_content, reverse=True
        ):
            shape = QPainterPath()  # which fills the odd and leaves out the even
            for ring in rings:
                shape.addPolygon(polygon(_pixels(frame, ring)))
            tone = chosen.colour(0.35 + 0.65 * (1.0 - content), fields.request.dark)
            painter.fillPath(shape, brush(tone, REGION_OPACITY))

    def _draw_contours(self, painter: QPainter, frame: Frame, ink: Ink, fields: Fields) -> None:
        """Lines with the share they hold."""
        levels = sorted(
            zip(fields.request.contents, fields.contours, strict=False), key=_content, reverse=True
        )
        drawn = [
            (format_percent(content), _pixels(frame, line)) for content, lines in levels for line in lines
        ]
        painter.setPen(pen(ink.faint, ink.stroke(CONTOUR)))
        draw_lines(painter, [line for _, line in drawn])
        room = Rectangle(frame.left, frame.top, frame.right, frame.bottom)
        taken: list[Rectangle] = []
        for text, line in drawn:
            width, height = caption_size(text, ink.small_size)
            place = label_place(line, width + LABEL_AIR, height - LABEL_AIR / 2, room, taken)
            if place is not None:
                taken.append(place)
                paint_caption(painter, *place.centre, text, ink.small_size, ink)

    def _draw_boundaries(self, painter: QPainter, frame: Frame, ink: Ink, fields: Fields) -> None:
        """In the neutral ink, and the number of a region wherever it is not that of a mean inside."""
        painter.setPen(pen(ink.mixture, ink.stroke(BOUNDARY)))
        draw_lines(painter, [_pixels(frame, boundary.line) for boundary in fields.boundaries])
        badges = self._now is not None and "means" in self._now.view.layers
        noise = fields.request.mixture.n_components
        for seat in fields.seats:
            text = str(seat.row + 1)
            room = seat.room * SHARP_CELL / fields.request.detail
            height = caption_size(text, ink.text_size)[1]
            if room < SEAT_ROOM * height / 2 or (badges and seat.at_home) or seat.row == noise:
                continue
            x, y = frame.pixels(np.array([seat.x, seat.y])).tolist()
            paint_caption(painter, x, y, text, ink.text_size, ink)


def draw_lines(painter: QPainter, lines: Iterable[FloatArray]) -> None:
    """Lines (m, 2) in pixels, one by one and with an opaque pen: of 27 boundaries with 1000 vertices that
    takes 1.7 ms, as one path 3.9, and with a translucent pen 7.8."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in lines:
        painter.drawPolyline(polygon(line))


def _content(level: tuple[float, object]) -> float:
    return level[0]


def _pixels(frame: Frame, line: FloatArray) -> FloatArray:
    return np.clip(frame.pixels(line), -FAR, FAR)
