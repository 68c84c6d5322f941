"""The point cloud: one image in device pixels, or circles where the picture has to stay a drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gmmviewer.scene.cloud import Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.session.choices import Uncertainty
from gmmviewer.views.ink import Ink
from gmmviewer.views.items import marks
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


@dataclass(frozen=True, eq=False)
class Placed:
    """An image and the view it was made for."""

    request: CloudRequest
    image: QImage

    def paint(self, painter: QPainter, frame: Frame, view: CloudRequest) -> None:
        """Pixel by pixel where the ``view`` in ``frame`` has the same pixels, else stretched."""
        offset = view.offset_in(self.request)
        if offset is not None:
            self.image.setDevicePixelRatio(frame.ratio)
            corner = QPointF(frame.left - offset[0] / frame.ratio, frame.top - offset[1] / frame.ratio)
            painter.drawImage(corner, self.image)
            return
        self.image.setDevicePixelRatio(1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(area_of(frame, self.request.x, self.request.y), self.image)


class CloudItem(Rendered[CloudRequest]):
    """Shows the latest cloud; until there is a newer one it moves and stretches with the view.

    Clouds from the render thread have a margin: a pan by whole pixels shows the same image elsewhere.
    """

    layer = "points"

    def __init__(self) -> None:
        super().__init__()
        self._maker = CloudPainter()
        self._placed: Placed | None = None
        self._before: Placed | None = None
        self._share = 1.0

    @property
    def answered(self) -> CloudRequest | None:
        """What is shown now."""
        return None if self._placed is None else self._placed.request

    def request(self, frame: Frame, ink: Ink) -> CloudRequest | None:
        """The cloud that belongs into a frame on screen; None where nothing or something else is shown."""
        view = self._view(frame, ink)
        if view is None or view.quick:
            return view
        known = self.answered
        if known is not None and view.lies_well_in(known):
            return replace(view, x=known.x, y=known.y, width=known.width, height=known.height)
        return view.with_margin()

    def _view(self, frame: Frame, ink: Ink) -> CloudRequest | None:
        """The cloud that fills a frame and no more."""
        now = self._now
        if now is None or now.points.n == 0 or not self.is_on(now) or marks.draws_points(now):
            return None
        width, height = frame.device_size
        return CloudRequest(
            columns=now.points.sample.columns,
            source=now.source,
            assignment=now.assignment,
            units=now.points.units,
            x=frame.x,
            y=frame.y,
            width=width,
            height=height,
            neutral=rgb(ink.neutral),
            ratio=frame.ratio,
            scale=ink.stroke_scale * now.view.symbol_size,
            dark=ink.dark,
            fade_to=rgb(ink.ground) if now.view.uncertainty is Uncertainty.SHADE else None,
        )

    def make(self, request: CloudRequest) -> Cloud:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Cloud | None) -> None:
        """Show another cloud, or none; ``fade`` may go back to the one before."""
        self._before = self._placed if answer is not None else None
        self._placed = None if answer is None else Placed(answer.request, as_image(answer.image))

    def fade(self, share: float) -> None:
        """Show a mixture of two clouds: 0 the one before the latest, 1 the latest, which ends it."""
        self._share = share
        if share >= 1.0:
            self._before = None

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The cloud of this moment; on screen the latest there is."""
        view = self._view(frame, ink)
        if view is None:
            return
        if target is Target.DRAWING and view.n <= VECTOR_POINTS:
            paint_circles(painter, frame, view, self._maker)
        elif target is not Target.SCREEN:
            fine = replace(view, width=2 * view.width, height=2 * view.height, ratio=2.0)
            made = self._maker.paint(fine if target is Target.DRAWING else view)
            Placed(made.request, as_image(made.image)).paint(painter, frame, view)
        else:
            self.make_if_quick(frame, ink)
            self._paint_latest(painter, frame, view)

    def _paint_latest(self, painter: QPainter, frame: Frame, view: CloudRequest) -> None:
        if self._placed is None:
            return
        if self._before is None or self._share >= 1.0:
            self._placed.paint(painter, frame, view)
            return
        mixed = _mixed(self._before, self._placed, self._share, frame, view)
        painter.drawImage(QPointF(frame.left, frame.top), mixed)


def _mixed(before: Placed, after: Placed, share: float, frame: Frame, view: CloudRequest) -> QImage:
    """(1 − share) of one image and ``share`` of another: of premultiplied colours, so that two equal images
    are one and the same all the way."""
    image = QImage(view.width, view.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(frame.ratio)
    image.fill(Qt.GlobalColor.transparent)
    corner = replace(frame, left=0.0, top=0.0)
    painter = QPainter(image)
    before.paint(painter, corner, view)
    # By opacity this mixes with what is there; sums were cut off at white, and colours paled on their way.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setOpacity(share)
    after.paint(painter, corner, view)
    painter.end()
    return image


def paint_circles(painter: QPainter, frame: Frame, request: CloudRequest, maker: CloudPainter) -> None:
    """The same points as circles, for a request in logical pixels (``ratio`` 1)."""
    colours = maker.colours(request.columns, request.source, *request.dye)
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


def area_of(frame: Frame, x: tuple[float, float], y: tuple[float, float]) -> QRectF:
    """Where ranges lie in a frame, in pixels."""
    per_x, per_y = frame.width / (frame.x[1] - frame.x[0]), frame.height / (frame.y[1] - frame.y[0])
    left, right = (frame.left + (at - frame.x[0]) * per_x for at in x)
    low, high = (frame.bottom - (at - frame.y[0]) * per_y for at in y)
    return QRectF(left, high, right - left, low - high)
