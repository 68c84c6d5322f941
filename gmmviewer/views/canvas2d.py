"""The plane: points coloured by their responsibilities, ellipses and means, over the density."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.cloud import SYNCHRONOUS_POINTS, Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.noise import box_of
from gmmviewer.scene.raster import rim_for
from gmmviewer.store import Store
from gmmviewer.views.canvas_base import Canvas
from gmmviewer.views.canvas_picture import Target
from gmmviewer.views.items.axes import frame_ticks, paint_grid, paint_x_axis, paint_y_axis
from gmmviewer.views.items.cloud import VECTOR_POINTS, CloudItem, paint_circles
from gmmviewer.views.items.density import DensityItem
from gmmviewer.views.items.ellipses import EllipsesItem
from gmmviewer.views.items.frame import Frame, shifted, zoomed
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.means import MeansItem
from gmmviewer.views.items.pens import rgb
from gmmviewer.views.shown import Shown


class Canvas2D(Canvas):
    """Points and mixture in two dimensions."""

    dimensions = 2

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._maker = CloudPainter()
        self._cloud = CloudItem()
        self._asked: CloudRequest | None = None
        self._asked_sheet: Shown | None = None
        self._density = DensityItem()
        self._ellipses = EllipsesItem()
        self._means = MeansItem()
        self._model = Layer()
        self._cloud_first = QTimer(self, singleShot=True, interval=0)
        self._cloud_first.timeout.connect(self._make_cloud)
        self._then_all = QTimer(self, singleShot=True, interval=0)  # lets other events in between
        self._then_all.timeout.connect(self._paint_all)

    def _take(self, before: Shown | None, now: Shown) -> None:
        radius = now.view.level.radius(2)
        self._ellipses.show(now.mixture, radius, now.ghosts)
        self._means.show(now.mixture, now.ghosts)
        self._density.show(now.mixture, box_of(now.points))
        if now.points.n == 0 or not now.same_sheet(before):
            self._cloud.show(None)
            if self._asked_sheet is not now:
                self._asked = None
        self._ask()

    # ------------------------------------------------------------ the cloud

    def cloud_request(self, frame: Frame) -> CloudRequest | None:
        """The cloud that belongs into a frame; None without points or while they are hidden."""
        shown = self._shown
        if shown is None or shown.points.n == 0 or "points" not in shown.view.layers:
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
            neutral=rgb(self._ink.neutral),
            ratio=frame.ratio,
            scale=self._ink.stroke_scale,
            dark=self._ink.dark,
        )

    @Slot(object)
    def show_cloud(self, cloud: object) -> None:
        """Show the answer to the latest ``cloud_wanted``; answers to older ones are dropped."""
        if not isinstance(cloud, Cloud):
            self._asked = None  # the painter failed; the next change asks again
            return
        if cloud.request is not self._asked or self._shown is None:
            return
        self._asked = None
        if self._shown.same_sheet(self._asked_sheet):
            self._cloud.show(cloud)
        self.update()
        self._ask()

    def _ask(self) -> None:
        """Ask for the cloud if it takes too long here. One question at a time; the next after the answer.

        So a slow painter shows every second or tenth state of a run instead of none.
        """
        request = self.cloud_request(self.frame())
        if request is None or request.n <= SYNCHRONOUS_POINTS:
            self._asked = None
        elif self._asked is None and not request.same_picture(self._cloud.request):
            self._asked, self._asked_sheet = request, self._shown
            self.cloud_wanted.emit(request)

    def _paint_soon(self) -> None:
        """A cloud that is made here is made in a turn of its own: then neither turn is long."""
        request = self.cloud_request(self.frame())
        if request is None or request.n > SYNCHRONOUS_POINTS or request.same_picture(self._cloud.request):
            self.update()
        else:
            self._cloud_first.start()

    @Slot()
    def _make_cloud(self) -> None:
        request = self.cloud_request(self.frame())
        if request is not None and not request.same_picture(self._cloud.request):
            self._cloud.show(self._maker.paint(request))
        self._then_all.start()

    @Slot()
    def _paint_all(self) -> None:
        self.update()

    def leave(self) -> None:
        """Nobody may answer while other points are shown elsewhere."""
        self._asked = None
        super().leave()

    def _view_changed(self) -> None:
        self._ask()
        super()._view_changed()

    # ------------------------------------------------------------ ranges

    def zoom(self, factor: float, at: FloatArray) -> None:
        """About a pixel; over an axis only along that axis."""
        frame = self.frame()
        x, y = float(at[0]), float(at[1])
        over_x_axis, over_y_axis = y > frame.bottom, x < frame.left
        wide = frame.x if over_y_axis else zoomed(frame.x, frame.data_x(x), factor)
        high = frame.y if over_x_axis else zoomed(frame.y, frame.data_y(y), factor)
        self.set_ranges(wide, high)

    def pan(self, by: FloatArray) -> None:
        """Move the view along with the mouse by so many pixels."""
        frame, step = self.frame(), self.per_pixel() * by
        self.set_ranges(shifted(frame.x, -float(step[0])), shifted(frame.y, -float(step[1])))

    # ------------------------------------------------------------ painting

    def paint_data(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Grid, density, points, ellipses, means: from the quiet to the loud."""
        layers = self._shown.view.layers if self._shown is not None else frozenset()
        paint_grid(painter, frame, self._ink, *frame_ticks(frame, self._ink))
        painter.setClipRect(QRectF(frame.left, frame.top, frame.width, frame.height))
        if "heat" in layers:
            self._density.paint_heat(painter, frame, self._ink)
        if "contours" in layers:
            self._density.paint_contours(painter, frame, self._ink)
        self._paint_cloud(painter, frame, target)
        if target is Target.DRAWING or self._shown is None:
            self._paint_model(painter, frame)
        else:
            now = self._shown
            layer = self._model if target is Target.SCREEN else Layer()
            shows = (frame, now.mixture, now.view.level, now.ghosts, layers, self._ink, self._is_dense())
            area = QRectF(frame.left, frame.top, frame.width, frame.height)
            layer.paint(painter, area, frame.ratio, shows, lambda brush: self._paint_model(brush, frame))

    def _paint_model(self, painter: QPainter, frame: Frame) -> None:
        """Ellipses and means."""
        layers = self._shown.view.layers if self._shown is not None else frozenset()
        if "ellipses" in layers:
            self._ellipses.paint(painter, frame, self._ink, cased=self._is_dense())
        if "means" in layers:
            self._means.paint(painter, frame, self._ink)

    def _is_dense(self) -> bool:
        """Whether points may cover each other and the ground."""
        return self._shown is not None and not rim_for(self._shown.points.n)

    def paint_axes(self, painter: QPainter, frame: Frame) -> None:
        """Ticks and the names of the columns."""
        x, y = frame_ticks(frame, self._ink)
        columns = self._shown.points.columns if self._shown is not None else ("", "")
        paint_x_axis(painter, frame, self._ink, x, columns[0])
        paint_y_axis(painter, frame, self._ink, y, columns[1])

    def _paint_cloud(self, painter: QPainter, frame: Frame, target: Target) -> None:
        request = self.cloud_request(frame)
        if request is None:
            return
        if target is Target.DRAWING and request.n <= VECTOR_POINTS:
            paint_circles(painter, frame, request, self._maker)
        elif target is not Target.SCREEN:
            fine = replace(request, width=2 * request.width, height=2 * request.height, ratio=2.0)
            picture = CloudItem()
            picture.show(self._maker.paint(fine if target is Target.DRAWING else request))
            picture.paint(painter, frame)
        else:
            if request.n <= SYNCHRONOUS_POINTS and not request.same_picture(self._cloud.request):
                self._cloud.show(self._maker.paint(request))
            self._cloud.paint(painter, frame)
