"""What both canvases have in common under the mouse: from pixels to data, gestures, zoom and hover."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.inspect import readout_near
from gmmviewer.session.choices import MouseMode
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas_picture import Picture
from gmmviewer.views.finder import PointFinder
from gmmviewer.views.gestures import Keys
from gmmviewer.views.hand import Hand
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.items.rendered import Rendered

PER_NOTCH = 1.2  # of the wheel
MOST_NOTCHES = 20.0  # in one event, from a wheel that spins freely


class Canvas(Picture):
    """A picture that turns the mouse into edits of the store.

    ``hovered`` carries a ``Readout``, a location (d,) where there is no model, or None when the mouse left.
    """

    hovered = Signal(object)
    axis_double_clicked = Signal()

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._was_inside = False
        self._away = False  # while points of other dimensions are shown
        self._rendered: tuple[Rendered[Any], ...] = ()
        self._hand = Hand(self)
        self._finder = PointFinder()
        self._frame_timer = QTimer(self)  # fires when all waiting mouse moves have arrived
        self._frame_timer.setSingleShot(True)
        self._frame_timer.setInterval(0)
        self._frame_timer.timeout.connect(self._flush)
        self.ranges_changed.connect(self._on_ranges)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``; ``old`` is None to draw everything afresh. Points of other dimensions are ignored."""
        before = self._shown
        super().show_snapshot(old, new)
        if self._shown is not before:
            self._hand.refresh()
            self._tell_hover()
        if self._away and new.document.points.d == self.dimensions:
            self._away = False
            self._ask()  # again for what had not come: undo may bring back the very picture there was

    def leave(self) -> None:
        """A gesture has no meaning on points of other dimensions."""
        self._away = True
        self._hand.rest()
        for item in self._rendered:  # nobody may answer while other points are shown elsewhere
            item.forget_question()
        super().leave()

    # ------------------------------------------------------------ the visible ranges

    def zoom(self, factor: float, at: FloatArray) -> None:
        """Show ranges ``factor`` times as wide; what is at this pixel stays there."""
        raise NotImplementedError

    def pan(self, by: FloatArray) -> None:
        """Move the view along with the mouse by so many pixels (2,)."""
        raise NotImplementedError

    # ------------------------------------------------------------ from pixels to data

    def inside(self, pixel: FloatArray) -> bool:
        """Whether a pixel lies in the plot."""
        return self.frame().contains(float(pixel[0]), float(pixel[1]))

    def location(self, pixel: FloatArray) -> FloatArray:
        """The place (d,) in data units under a pixel."""
        frame = self.frame()
        return np.array([frame.data_x(float(pixel[0])), frame.data_y(float(pixel[1]))][: self.dimensions])

    def pixels(self, points: FloatArray) -> FloatArray:
        """The pixels (n, d) of points (n, d)."""
        frame = self.frame()
        return frame.pixels(points) if self.dimensions == 2 else frame.pixels_x(points)

    def per_pixel(self) -> FloatArray:
        """Data units per pixel along each axis, (d,); upwards is against the pixels."""
        frame = self.frame()
        across, up = (frame.x[1] - frame.x[0]) / frame.width, (frame.y[0] - frame.y[1]) / frame.height
        return np.array([across, up][: self.dimensions])

    def span(self) -> FloatArray:
        """The width of the visible ranges in data units, (d,)."""
        frame = self.frame()
        return np.array([frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]][: self.dimensions])

    def row_at(self, pixel: FloatArray) -> int | None:
        """The row of the point nearest to a pixel and within reach; None also while its index is made."""
        if self._shown is None:
            return None
        points = self._shown.points
        request = self._finder.due(points)
        if request is not None:
            self.picture_wanted.emit(request)
        return self._finder.near(points, self.location(pixel), 1.0 / self.per_pixel())

    def show_picture(self, request: object, answer: object | None) -> None:
        """Show the answer to a ``picture_wanted``, None for a failure; answers to older ones are dropped."""
        if self._finder.take(request, answer):  # the index that tells which point is under the mouse
            self._tell_hover()
        elif any(item.take(request, answer) for item in self._rendered):
            self._answered()
            self.update()
            self._ask()

    def _answered(self) -> None:
        """A picture has come."""

    def _ask(self) -> None:
        """Ask for the pictures that take too long here."""
        frame = self.frame()
        for item in self._rendered:
            request = item.ask(frame, self._ink)
            if request is not None:
                self.picture_wanted.emit(request)

    # ------------------------------------------------------------ the mouse

    def show_overlay(self, overlay: Overlay) -> None:
        """Show this at the mouse; only its surroundings are painted again."""
        if overlay != self._overlay:
            area = self._overlay.area() | overlay.area()
            self._overlay = overlay
            self.update(area & self.rect())

    def show_cursor(self, shape: Qt.CursorShape) -> None:
        """Give the cursor this shape."""
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._hand.press(_pixel(event), event.button(), Keys.of(event.modifiers()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On an axis it tells so; in LOOK mode it shows all data; anywhere else it is a press like any."""
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and not self.inside(_pixel(event)):
            self.axis_double_clicked.emit()
        elif is_left and self._store.snapshot.view.mode is MouseMode.LOOK:
            self.zoom_to_data()
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture as soon as all waiting moves are here."""
        self._hand.move(_pixel(event), Keys.of(event.modifiers()))
        if self._hand.gesture is not None and not self._frame_timer.isActive():
            self._frame_timer.start()
        self._tell_hover()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        self._hand.release(event.button())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._hand.leave()
        self._tell_hover()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse, in every mode; over an axis only along it. Not in the midst of a drag."""
        event.accept()
        if self._hand.gesture is not None:
            return
        turned = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        at = event.position()
        self.zoom(PER_NOTCH ** min(max(-turned, -MOST_NOTCHES), MOST_NOTCHES), np.array([at.x(), at.y()]))
        self._hand.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back the gesture in progress."""
        if not (event.key() == Qt.Key.Key_Escape and self._hand.cancel()):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Esc belongs to the gesture while there is one, even if it is a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and self._hand.gesture is not None:
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            return False
        return super().event(event)

    @Slot()
    def _on_ranges(self) -> None:
        """Something else is under the mouse now."""
        self._hand.refresh()
        self._tell_hover()

    @Slot()
    def _flush(self) -> None:
        self._hand.flush()

    def _tell_hover(self) -> None:
        """Say what is under the mouse; once only that nothing is."""
        at = self._hand.at
        inside = at is not None and self._shown is not None and self.inside(at)
        if inside or self._was_inside:
            self.hovered.emit(self._under(at) if inside else None)
        self._was_inside = inside

    def _under(self, at: FloatArray | None) -> object:
        if at is None or self._shown is None:
            return None
        place, mixture = self.location(at), self._shown.mixture
        if mixture is None:
            return place
        row = self.row_at(at) if self._hand.gesture is None else None  # a stroke makes other points each time
        return readout_near(mixture, place, self._shown.points, row)


def _pixel(event: QMouseEvent) -> FloatArray:
    return np.array([event.position().x(), event.position().y()])
