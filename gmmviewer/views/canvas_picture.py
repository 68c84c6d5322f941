"""What both canvases have in common as pictures: what is shown, the visible ranges, painting, export."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmmviewer.scene.ranges import padded_range
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views import paper
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.items.axes import margins
from gmmviewer.views.items.frame import Frame, Range
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.layer import Layer
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.items.pens import colour
from gmmviewer.views.motion import Motion, is_step, wants_calm
from gmmviewer.views.shown import Shown

EMPTY: Range = (0.0, 10.0)  # an empty sheet to draw on


class Picture(QWidget):
    """Shows the points and the model of a snapshot; ``dimensions`` in which they live.

    ``picture_wanted`` carries a request (see ``scene.rendering``) that someone else may answer by
    ``show_picture``.
    """

    picture_wanted = Signal(object)
    painted = Signal()
    ranges_changed = Signal()
    dimensions: ClassVar[int]

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._shown: Shown | None = None
        self._ink = ink_of(store.snapshot.view)
        self._x, self._y = EMPTY, EMPTY
        self._overlay = Overlay()
        self._axes = Layer()
        self._motion = Motion(self)
        self._motion.moved.connect(self._show_moment)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setAccessibleName("Points and model")

    # ------------------------------------------------------------ what is shown

    @property
    def store(self) -> Store:
        """Where edits go."""
        return self._store

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``; ``old`` is None to draw everything afresh. Points of other dimensions are ignored."""
        if new.document.points.d != self.dimensions:
            self.leave()
            return
        before = self._shown
        self._shown = now = Shown.of(new, before if old is not None else None)
        if now is before:
            return
        if before is None or now.view != before.view:
            self.set_ink(ink_of(now.view))
            self.update()
        if not now.same_sheet(before):
            self.zoom_to_data()
            self.update()
        self._take(before if old is not None else None, now)
        self._move(before, now, is_step(old, new))
        self._show_model(self._moment(now))
        self._describe(now)
        self._paint_soon()

    def set_ink(self, ink: Ink) -> None:
        """Paint with other colours and sizes."""
        if ink is not self._ink:
            self._ink = ink
            self._view_changed()

    def _paint_soon(self) -> None:
        """What is shown is something else now."""
        self.update()

    def leave(self) -> None:
        """The points shown now have other dimensions: another canvas has the word."""
        self._motion.stop()

    def _take(self, before: Shown | None, now: Shown) -> None:
        """Hand what changed to the items that never move."""
        raise NotImplementedError

    def _show_model(self, moment: Shown) -> None:
        """Hand what moves to its items: ``moment.mixture`` may still be on its way to that of the state."""

    # ------------------------------------------------------------ motion

    def _move(self, before: Shown | None, now: Shown, step: bool) -> None:
        """Let the picture glide through a step; anything else that is another picture takes it to its end."""
        old = None if before is None else before.mixture
        if step and self._may_move(now) and old is not None and now.mixture is not None:
            if now.mixture is not old:
                self._motion.glide(old, now.mixture)
            return
        same = before is not None and now.mixture is old and now.points is before.points
        if not (same and now.view.motion):
            self._motion.stop()

    def _may_move(self, now: Shown) -> bool:
        return now.view.motion and self.isVisible() and not wants_calm(self)

    def _moment(self, now: Shown) -> Shown:
        """What to paint while something glides."""
        mixture = self._motion.mixture
        return now if mixture is None else replace(now, mixture=mixture)

    @Slot()
    def _show_moment(self) -> None:
        if self._shown is not None:
            self._show_model(self._moment(self._shown))
        self.update()

    def _describe(self, now: Shown) -> None:
        """What someone who does not see the canvas should know."""
        points = now.points
        model = "no model yet"
        if now.mixture is not None:
            noise = " and noise" if now.mixture.noise is not None else ""
            model = f"{now.mixture.n_components} components{noise}"
        text = f"{points.n} points of {points.name}, {' and '.join(points.columns)}; {model}"
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # ------------------------------------------------------------ the visible ranges

    def frame(self) -> Frame:
        """The plot as it is on screen now."""
        return self.layout_in(self.width(), self.height(), self.devicePixelRatioF())

    def layout_in(self, width: float, height: float, ratio: float) -> Frame:
        """The plot in a picture of this size, its edges on device pixels."""
        room = margins(self._ink)
        left, top = math.ceil(room.left * ratio) / ratio, math.ceil(room.top * ratio) / ratio
        across = max(math.floor((width - left - room.right) * ratio), 16) / ratio
        down = max(math.floor((height - top - self._below(height, room.bottom)) * ratio), 16) / ratio
        frame = Frame(self._x, self._y, left, top, across, down, ratio)
        equal = self._shown is not None and self._shown.view.equal_aspect and self.dimensions == 2
        return frame.with_equal_aspect() if equal else frame

    def _below(self, height: float, axis: float) -> float:
        """Room under the plot, ``axis`` of it for the axis."""
        return axis

    @Slot()
    def zoom_to_data(self) -> None:
        """Show all points with some air around; an empty sheet shows 0…10."""
        points = None if self._shown is None else self._shown.points
        if points is None or points.n == 0:
            self.set_ranges(EMPTY, EMPTY)
            return
        low, high = points.bounds
        x, y = (padded_range(float(low[axis]), float(high[axis])) for axis in (0, -1))
        self.set_ranges(x, y)

    def set_ranges(self, x: Range, y: Range) -> None:
        """Show these ranges, which have to come from ``padded_range`` or ``drawable``."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = x, y
            self._view_changed()
            self.ranges_changed.emit()

    @property
    def ranges(self) -> tuple[Range, Range]:
        """The ranges that were asked for; equal axes may widen one of them."""
        return self._x, self._y

    def zoom_to(self, ranges: Sequence[Range]) -> None:
        """Show these ranges along the axes of the data; in one dimension densities keep theirs."""
        self.set_ranges(ranges[0], ranges[1] if len(ranges) > 1 else self._y)

    def _view_changed(self) -> None:
        """The size, the ranges or the ink are others."""
        self._motion.stop()
        self.update()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture and overlay."""
        frame = self.frame()
        with QPainter(self) as painter:
            self._paint(painter, frame, QRectF(self.rect()), Target.SCREEN)
            self._overlay.paint(painter, frame, self._ink)
        self.painted.emit()

    def paint_data(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """Everything inside the plot."""
        raise NotImplementedError

    def paint_below(self, painter: QPainter, frame: Frame, target: Target) -> None:
        """What lies under the plot but above the axis."""

    def lowest(self, frame: Frame) -> float:
        """Where the axis begins."""
        return frame.bottom

    def paint_axes(self, painter: QPainter, frame: Frame) -> None:
        """Everything around the plot."""
        raise NotImplementedError

    def axes_show(self) -> tuple[object, ...]:
        """What axes depend on beside the frame, the names of the columns and the layers."""
        return ()

    def paint_on(self, painter: QPainter, sheet: paper.Paper, target: Target) -> None:
        """Paint what is shown, in other dimensions than the screen's perhaps."""
        frame = self.layout_in(sheet.width, sheet.height, sheet.ratio)
        self._paint(painter, frame, QRectF(0, 0, sheet.width, sheet.height), target, not sheet.transparent)

    def _paint(
        self, painter: QPainter, frame: Frame, area: QRectF, target: Target, ground: bool = True
    ) -> None:
        if target is not Target.SCREEN:
            self._motion.stop()  # a file shows a state, not the way there
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        if ground:
            painter.fillRect(area, colour(self._ink.ground))
        self.paint_data(painter, frame, target)
        painter.setClipping(False)
        if target is Target.DRAWING:
            self._paint_margins(painter, frame, area)
        self.paint_below(painter, frame, target)
        if target is Target.DRAWING or self._shown is None:
            self.paint_axes(painter, frame)
        else:
            layer = self._axes if target is Target.SCREEN else Layer()
            view = self._shown.view
            shows = (frame, self._ink, self._shown.points.columns, view.layers, *self.axes_show())
            layer.paint(painter, area, frame.ratio, shows, lambda brush: self.paint_axes(brush, frame))

    def _paint_margins(self, painter: QPainter, frame: Frame, area: QRectF) -> None:
        """Cover what reaches out of the plot: SVG viewers differ in whether they clip."""
        ground = colour(self._ink.ground)
        painter.fillRect(QRectF(0, 0, area.width(), frame.top), ground)
        painter.fillRect(QRectF(0, 0, frame.left, area.height()), ground)
        painter.fillRect(QRectF(frame.right, 0, area.width() - frame.right, area.height()), ground)
        painter.fillRect(QRectF(0, frame.bottom, area.width(), area.height() - frame.bottom), ground)

    def event(self, event: QEvent) -> bool:
        """Another screen may have other device pixels; and a hand takes what it sees, which stands still."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._view_changed()
        elif event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._motion.stop()
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it move."""
        self._motion.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Same ranges, other size."""
        self._view_changed()
        super().resizeEvent(event)
