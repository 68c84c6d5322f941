"""The point cloud: one image in device pixels, or circles where the picture has to stay a drawing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gmmviewer.scene.cloud import Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.pens import brush, pen, rgb
from gmmviewer.views.items.rendered import Rendered

VECTOR_POINTS = 5_000  # circles in an SVG file; above this an embedded image is smaller and opens faster


def as_image(pixels: ByteArray) -> QImage:
    """Premultiplied RGBA bytes (h, w, 4) as an image of its own, in the format that is painted fastest."""
    height, width, _ = pixels.shape
    view = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    return view.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class CloudItem(Rendered[CloudRequest]):
    """Shows the latest cloud; until there is a newer one it moves and stretches with the view."""

    layer = "points"

    def __init__(self) -> None:
        super().__init__()
        self._maker = CloudPainter()
        self._cloud: Cloud | None = None
        self._image = QImage()

    @property
    def answered(self) -> CloudRequest | None:
        """What is shown now."""
        return None if self._cloud is None else self._cloud.request

    def request(self, frame: Frame, ink: Ink) -> CloudRequest | None:
        """The cloud that belongs into a frame; None without points or while they are hidden."""
        shown = self._now
        if shown is None or shown.points.n == 0 or not self.is_on(shown):
            return None
        width, height = frame.device_size
        return CloudRequest(
            columns=shown.points.sample.columns,
            source=shown.source,
            assignment=shown.assignment,
            units=shown.points.units,
            x=frame.x,
            y=frame.y,
            width=width,
            height=height,
            neutral=rgb(ink.neutral),
            ratio=frame.ratio,
            scale=ink.stroke_scale * shown.view.symbol_size,
            dark=ink.dark,
        )

    def make(self, request: CloudRequest) -> Cloud:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Cloud | None) -> None:
        """Show another cloud, or none."""
        self._cloud = answer
        self._image = QImage() if answer is None else as_image(answer.image)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The cloud of this moment; on screen the latest there is."""
        request = self.request(frame, ink)
        if request is None:
            return
        if target is Target.DRAWING and request.n <= VECTOR_POINTS:
            paint_circles(painter, frame, request, self._maker)
        elif target is not Target.SCREEN:
            fine = replace(request, width=2 * request.width, height=2 * request.height, ratio=2.0)
            picture = CloudItem()
            picture.accept(self._maker.paint(fine if target is Target.DRAWING else request))
            picture.paint_image(painter, frame)
        else:
            self.make_if_quick(frame, ink)
            self.paint_image(painter, frame)

    def paint_image(self, painter: QPainter, frame: Frame) -> None:
        """Pixel by pixel where the view is the one that was asked for, else stretched."""
        if self._cloud is None:
            return
        asked = self._cloud.request
        if (asked.x, asked.y) == (frame.x, frame.y) and (asked.width, asked.height) == frame.device_size:
            self._image.setDevicePixelRatio(frame.ratio)
            painter.drawImage(QPointF(frame.left, frame.top), self._image)
            return
        self._image.setDevicePixelRatio(1.0)
        left, right = (frame.left + (x - frame.x[0]) * _per_x(frame) for x in asked.x)
        low, high = (frame.bottom - (y - frame.y[0]) * _per_y(frame) for y in asked.y)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(QRectF(left, high, right - left, low - high), self._image)


def paint_circles(painter: QPainter, frame: Frame, request: CloudRequest, maker: CloudPainter) -> None:
    """The same points as circles, for a request in logical pixels (``ratio`` 1)."""
    colours = maker.colours(request.columns, request.source, request.neutral, request.assignment)
    x, y = request.pixels()
    radius = request.radius
    seen = (x > -radius) & (x < request.width + radius) & (y > -radius) & (y < request.height + radius)
    painter.setPen(Qt.PenStyle.NoPen)
    rows = zip(
        (x[seen] + frame.left).tolist(), (y[seen] + frame.top).tolist(), colours[seen].tolist(), strict=True
    )
    for across, down, (red, green, blue) in rows:
        painter.setBrush(brush((red, green, blue), request.alpha))
        if request.rim:
            painter.setPen(pen((red * 7 // 10, green * 7 // 10, blue * 7 // 10), 0.8, alpha=request.alpha))
        painter.drawEllipse(QPointF(across, down), radius, radius)


def _per_x(frame: Frame) -> float:
    return frame.width / (frame.x[1] - frame.x[0])


def _per_y(frame: Frame) -> float:
    return frame.height / (frame.y[1] - frame.y[0])
