"""The plane: points coloured by their responsibilities, ellipses and means, over the density."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.cloud import CloudRequest
from gmmviewer.store import Store
from gmmviewer.views.canvas_base import Canvas
from gmmviewer.views.items.axes import frame_ticks, paint_grid, paint_x_axis, paint_y_axis
from gmmviewer.views.items.cloud import CloudItem
from gmmviewer.views.items.ellipses import EllipsesItem
from gmmviewer.views.items.fields import FieldsItem
from gmmviewer.views.items.frame import Frame, shifted, zoomed
from gmmviewer.views.items.item import Item, Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.marks import MarksItem
from gmmviewer.views.items.means import MeansItem
from gmmviewer.views.items.principal import PrincipalAxesItem
from gmmviewer.views.items.rings import RingsItem
from gmmviewer.views.items.trails import EchoesItem, TrailsItem
from gmmviewer.views.items.truth import TruthItem, TruthNamesItem
from gmmviewer.views.shown import Shown


class Canvas2D(Canvas):
    """Points and mixture in two dimensions, from the quiet to the loud."""

    dimensions = 2

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._fields, self._cloud = FieldsItem(), CloudItem()
        truth, rings = TruthItem(), RingsItem()
        self._names = TruthNamesItem(truth)
        self._rendered = (self._fields, self._cloud, truth, rings)
        self._data: tuple[Item, ...] = (self._fields, self._cloud, MarksItem(), truth, rings)
        self._model: tuple[Item, ...] = (
            EchoesItem(),
            EllipsesItem(),
            PrincipalAxesItem(),
            TrailsItem(),
            MeansItem(),
        )
        self._painted_model: Shown | None = None  # what the items of the model show
        self._model_layer = Layer()
        self._fades: Shown | None = None  # whose colours are to fade in as soon as they are here
        self._cloud_seen: CloudRequest | None = None
        self._quick_first = QTimer(self, singleShot=True, interval=0)
        self._quick_first.timeout.connect(self._make_quick)
        self._then_all = QTimer(self, singleShot=True, interval=0)  # lets other events in between
        self._then_all.timeout.connect(self._paint_all)

    def _take(self, before: Shown | None, now: Shown) -> None:
        for item in self._data:
            item.show(now)
        self._ask()

    # ------------------------------------------------------------ motion

    def _move(self, before: Shown | None, now: Shown, step: bool) -> None:
        super()._move(before, now, step)
        if before is None or now.source is not before.source:
            self._fades = now if step and self._may_move(now) else None

    def _show_model(self, moment: Shown) -> None:
        self._painted_model = moment
        self._cloud.fade(self._motion.faded)
        for item in self._model:
            item.show(moment)

    def _fade_cloud(self) -> None:
        """Begin to fade where the colours of an E-step have come, at once or from the render thread."""
        before, latest = self._cloud_seen, self._cloud.answered
        if latest is before:
            return
        self._cloud_seen = latest
        if self._fades is not None and _recoloured(before, latest, self._fades.source):
            self._fades = None
            self._motion.fade()
        self._cloud.fade(self._motion.faded)

    # ------------------------------------------------------------ pictures from the render thread

    def _answered(self) -> None:
        self._fade_cloud()

    def _paint_soon(self) -> None:
        """A picture that is made here is made in a turn of its own: then neither turn is long."""
        frame = self.frame()
        if any(item.due(frame, self._ink) is not None for item in self._rendered):
            self._quick_first.start()
        else:
            self.update()

    @Slot()
    def _make_quick(self) -> None:
        self._make(self.frame())
        self._then_all.start()

    def _make(self, frame: Frame) -> None:
        for item in self._rendered:
            item.make_if_quick(frame, self._ink)
        self._fade_cloud()

    @Slot()
    def _paint_all(self) -> None:
        self.update()

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
        """Grid, fields, points and what marks them, the model."""
        paint_grid(painter, frame, self._ink, *frame_ticks(frame, self._ink))
        now = self._shown
        if now is None:
            return
        if target is Target.SCREEN:
            self._make(frame)
        painter.setClipRect(QRectF(frame.left, frame.top, frame.width, frame.height))
        for item in self._data:
            if item.is_on(now):
                item.paint(painter, frame, self._ink, target)
        if target is Target.DRAWING or self._motion.mixture is not None:
            self._paint_model(painter, frame, target)  # while it moves every picture is another one
        else:
            layer = self._model_layer if target is Target.SCREEN else Layer()
            shows = (frame, self._painted_model, self._ink)
            area = QRectF(frame.left, frame.top, frame.width, frame.height)
            layer.paint(
                painter, area, frame.ratio, shows, lambda brush: self._paint_model(brush, frame, target)
            )
        if self._names.is_on(now):
            self._names.paint(painter, frame, self._ink, target)

    def _paint_model(self, painter: QPainter, frame: Frame, target: Target) -> None:
        for item in self._model:
            if self._shown is not None and item.is_on(self._shown):
                item.paint(painter, frame, self._ink, target)

    def paint_axes(self, painter: QPainter, frame: Frame) -> None:
        """Ticks and the names of the columns."""
        x, y = frame_ticks(frame, self._ink)
        columns = self._shown.points.columns if self._shown is not None else ("", "")
        paint_x_axis(painter, frame, self._ink, x, columns[0])
        paint_y_axis(painter, frame, self._ink, y, columns[1])


def _recoloured(before: CloudRequest | None, latest: CloudRequest | None, source: Mixture | None) -> bool:
    """Whether two clouds are the same view of the same number of points, the latest in the colours wanted."""
    if before is None or latest is None or latest.source is not source or before.n != latest.n:
        return False
    views = [(cloud.x, cloud.y, cloud.width, cloud.height) for cloud in (before, latest)]
    return views[0] == views[1]
