"""The empty sheet: an invitation, with the three ways to get points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from gmmviewer.scene.palette import fill_colour, stroke_colour
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import Ink, ink_of

SKETCH = QSize(300, 120)


class Sketch(QWidget):
    """What will happen: points, and two ellipses that have found them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SKETCH)
        self._dark = False
        generator = np.random.default_rng(5)
        spread = np.array([[30.0, 16.0], [26.0, 18.0]])
        centres = np.array([[95.0, 66.0], [205.0, 54.0]])
        self._groups = [c + s * generator.normal(size=(26, 2)) for c, s in zip(centres, spread, strict=True)]
        self._ellipses = list(zip(centres, 2.0 * spread, strict=True))

    def show_ink(self, ink: Ink) -> None:
        """Draw for a light or a dark ground."""
        self._dark = ink.dark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dots first, then the ellipses."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, ((centre, radii), group) in enumerate(zip(self._ellipses, self._groups, strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            fill = QColor(*fill_colour(k))
            fill.setAlphaF(0.75)
            painter.setBrush(fill)
            for x, y in group:
                painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
            fill.setAlphaF(0.12)
            painter.setBrush(fill)
            painter.setPen(QPen(QColor(*stroke_colour(k, self._dark)), 2))
            painter.drawEllipse(QPointF(*centre), *radii)
        painter.end()


class EmptySheet(QFrame):
    """A card over the canvas while there are no points; it keeps itself in the middle of its parent.

    The mouse passes through all of it but the buttons, which are a widget of their own: the card goes with
    the first point, and if it had been pressed itself, nobody would hear of the release.
    """

    def __init__(self, actions: Mapping[str, QAction], builtin: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty-sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sketch = Sketch()
        title = QLabel("Draw points here, drop a file, or choose a data set")
        title.setProperty("role", "title")
        hint = QLabel("Then Space steps: E colours the points, M moves the components.")
        hint.setProperty("role", "hint")
        draw = _button("Draw points")
        draw.setToolTip(actions["mode_draw"].toolTip())
        draw.clicked.connect(actions["mode_draw"].trigger)
        load = _button("Open a file…")
        load.setToolTip(actions["open"].toolTip())
        load.clicked.connect(actions["open"].trigger)
        sets = _button("Built-in data")
        sets.setMenu(builtin)
        sets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.ways = QWidget(parent)
        buttons = QHBoxLayout(self.ways)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        for button in (draw, load, sets):
            buttons.addWidget(button)
        self._room = QWidget()  # for the buttons, which lie over it
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(32, 24, 32, 24)
        self._column.setSpacing(12)
        for widget in (self._sketch, title, hint, self._room):
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """There while there are no points and nobody draws."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self._sketch.show_ink(ink)
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
            parent.installEventFilter(self)
            if self.ways.parentWidget() is not parent:
                self.ways.setParent(parent)
        for widget in (self, self.ways):
            widget.setVisible(parent is not None and new.document.points.n == 0)
        self._centre()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._centre()
        return super().eventFilter(watched, event)

    def _centre(self) -> None:
        parent = self.parentWidget()
        if parent is None or self.isHidden():
            return
        self.ways.adjustSize()
        self.ways.setMask(self.ways.childrenRegion())  # what lies between the buttons is canvas
        self._room.setFixedSize(self.ways.size())
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 3)
        self._column.activate()
        self.ways.move(self._room.mapTo(parent, QPoint(0, 0)))
        for widget in (self, self.ways):
            widget.raise_()


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text.rstrip("…"))
    return button
