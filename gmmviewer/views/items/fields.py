"""What lies under the points: density map and contours, regions, responsibilities, decisions."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from gmmviewer.scene.fields import Fields, FieldsPainter, FieldsRequest
from gmmviewer.scene.noise import box_of
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.cloud import as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.pens import path, pen
from gmmviewer.views.items.rendered import Rendered

CELL = 3.0  # logical pixels; smooth when stretched, and 9 times cheaper than one cell per pixel
LAYERS = frozenset({"heat", "contours", "regions", "field", "decision"})


class FieldsItem(Rendered[FieldsRequest]):
    """The fields of one mixture."""

    def __init__(self) -> None:
        super().__init__()
        self._maker = FieldsPainter()
        self._fields: Fields | None = None
        self._heat = QImage()

    @property
    def answered(self) -> FieldsRequest | None:
        """What is shown now."""
        return None if self._fields is None else self._fields.request

    def request(self, frame: Frame, ink: Ink) -> FieldsRequest | None:
        """The fields that belong into a frame; None while none is shown."""
        now = self._now
        if now is None or now.mixture is None or not LAYERS & now.view.layers:
            return None
        width, height = (max(2, round(side / CELL)) for side in (frame.width, frame.height))
        return FieldsRequest(
            layers=LAYERS & now.view.layers,
            mixture=now.mixture,
            x=frame.x,
            y=frame.y,
            width=width,
            height=height,
            contents=now.view.contents,
            colour_map=now.view.colour_map,
            dark=ink.dark,
            box=box_of(now.points) if now.mixture.noise is not None else None,
        )

    def make(self, request: FieldsRequest) -> Fields:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Fields | None) -> None:
        """Show other fields, or none."""
        self._fields = answer
        self._heat = QImage() if answer is None or answer.heat is None else as_image(answer.heat)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The fields of this moment; on screen the latest there are."""
        request = self.request(frame, ink)
        if request is None:
            return
        if target is Target.SCREEN:
            self.make_if_quick(frame, ink)
        elif not request.same_picture(self.answered):
            self.accept(self.make(request))
        if self._fields is None:
            return
        asked = self._fields.request
        if not self._heat.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.drawImage(area_of(frame, asked.x, asked.y), self._heat)
        lines = QPainterPath()
        for level in self._fields.contours:
            for line in level:
                lines.addPath(path(frame.pixels(line)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.faint, ink.stroke(1.0), alpha=0.8))
        painter.drawPath(lines)


def area_of(frame: Frame, x: tuple[float, float], y: tuple[float, float]) -> QRectF:
    """Where ranges lie in a frame, in pixels."""
    per_x, per_y = frame.width / (frame.x[1] - frame.x[0]), frame.height / (frame.y[1] - frame.y[0])
    left, right = (frame.left + (at - frame.x[0]) * per_x for at in x)
    low, high = (frame.bottom - (at - frame.y[0]) * per_y for at in y)
    return QRectF(left, high, right - left, low - high)
