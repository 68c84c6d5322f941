"""The curve of the objective, which is also the scrub bar: click or drag to travel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gmmviewer.mixture.algorithms import EM, Algorithm
from gmmviewer.mixture.state import FitState
from gmmviewer.scene.numbers import format_like
from gmmviewer.views import timeline_words as words
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import colour
from gmmviewer.views.timeline_paint import fitting_frame, paint_cursor, paint_trace
from gmmviewer.views.timeline_trace import TraceArrays


class TimelinePlot(QWidget):
    """Draws a trace and a cursor; ``travelled(index)`` when a person chooses another state.

    The trace is painted once into a picture; moving the cursor paints that picture and the cursor, which
    takes less than a millisecond however long the trace. It takes no keys: those of the program travel.
    """

    travelled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace = TraceArrays()
        self._ink = ink(dark=False)
        self._cursor = -1
        self._picture: QPixmap | None = None
        self._described: Algorithm | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._describe(EM)

    @property
    def trace(self) -> TraceArrays:
        """What is drawn."""
        return self._trace

    @property
    def frame(self) -> Frame:
        """Where the curve lies in this widget."""
        return fitting_frame(self._trace, self.width(), self.height(), self.devicePixelRatioF(), self._ink)

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen
        self._repaint_trace()

    def show_states(self, states: tuple[FitState, ...], start_by_hand: bool = False) -> None:
        """Draw another trace, or one that has grown; ``start_by_hand``: the first state was moved."""
        self._trace.follow(states, start_by_hand)
        self._describe(states[-1].plan.algorithm if states else EM)
        self._repaint_trace()

    def show_cursor(self, index: int) -> None:
        """Put the cursor on a state."""
        self._cursor = index
        self.setAccessibleDescription(self._sentence(index))
        self.update()

    def place_of(self, index: int) -> QPointF:
        """Where a state is drawn, in pixels of this widget."""
        frame = self.frame
        x, y = self._trace.x[index], self._trace.objective[index]
        return QPointF(float(frame.pixels_x(x)), float(frame.pixels_y(y)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The trace, then the cursor."""
        frame = self.frame
        if self._picture is None:
            self._picture = self._painted(frame)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= self._cursor < len(self._trace):
            paint_cursor(painter, frame, self.place_of(self._cursor), self._ink)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size needs another picture."""
        super().resizeEvent(event)
        self._repaint_trace()

    def event(self, event: QEvent) -> bool:
        """The tooltip tells the state under the mouse; another screen needs another picture."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and len(self._trace):
            sentence = self._sentence(self._index_at(event.pos().x()))
            QToolTip.showText(event.globalPos(), f"{sentence}\n{self.toolTip()}", self)
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._repaint_trace()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Travel at once, as a media player does."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._travel(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on travelling while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._travel(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The range follows the trace; the wheel changes nothing."""
        event.ignore()

    def _travel(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x())
        if index >= 0:
            self.travelled.emit(index)

    def _index_at(self, pixel: float) -> int:
        return self._trace.nearest(self.frame.data_x(pixel))

    def _sentence(self, index: int) -> str:
        if not 0 <= index < len(self._trace):
            return ""
        state = self._trace.states[index]
        climbed = state.plan.algorithm.objective
        said = f"{climbed} {format_like(state.objective, words.SPAN)} nats"
        if climbed != EM.objective:
            said += f", {EM.objective} {format_like(state.log_likelihood, words.SPAN)} nats"
        stage = words.stage(state, by_hand=index in self._trace.by_hand)
        return f"Iteration {state.iteration}, {stage}: {said}"

    def _describe(self, algorithm: Algorithm) -> None:
        if algorithm is not self._described:
            self._described = algorithm
            self.setAccessibleName(f"{algorithm.objective.capitalize()} over iterations")
            self.setToolTip(words.legend(algorithm))

    def _repaint_trace(self) -> None:
        self._picture = None
        self.update()

    def _painted(self, frame: Frame) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(colour(self._ink.ground))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_trace(painter, frame, self._trace, self._ink)
        painter.end()
        return picture
