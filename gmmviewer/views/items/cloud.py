"""The point cloud: one image in device pixels, or circles where the picture has to stay a drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gmmviewer.scene.cloud import Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import brush, pen

VECTOR_POINTS = 5_000  # circles in an SVG file; above this an embedded image is smaller and opens faster


def as_image(pixels: ByteArray) -> QImage:
    """Premultiplied RGBA bytes (h, w, 4) as an image of its own, in the format that is painted fastest."""
    height, width, _ = pixels.shape
    view = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    return view.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class CloudItem:
    """Shows the latest cloud; until there is a newer one it moves and stretches with the view."""

    def __init__(self) -> None:
        self._cloud: Cloud | None = None
        self._image = QImage()

    @property
    def request(self) -> CloudRequest | None:
        """What is shown now."""
        return None if self._cloud is None else self._cloud.request

    def show(self, cloud: Cloud | None) -> None:
        """Show another cloud, or none."""
        self._cloud = cloud
        self._image = QImage() if cloud is None else as_image(cloud.image)

    def paint(self, painter: QPainter, frame: Frame) -> None:
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
