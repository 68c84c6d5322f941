"""A small plot with a title, axes and one picture; what it shows is also said in a sentence."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.items.axes import margins, paint_grid, paint_x_axis, paint_y_axis
from gmmviewer.views.items.frame import Frame, Range
from gmmviewer.views.items.pens import colour, font, pen
from gmmviewer.views.items.ticks import ticks

SMALLEST = QSize(230, 170)
USUAL = QSize(420, 280)
PER_TICK_X, PER_TICK_Y = 80.0, 56.0  # pixels at normal type size
GAP = 4.0  # pixels between title, caption and picture


class Picture(Protocol):
    """What a plot shows: ranges, the names of its axes, and how it is painted.

    ``caption`` is a short line under the title, ``sentence`` what a screen reader says.
    """

    @property
    def x(self) -> Range:
        """What the horizontal axis spans."""
        ...

    @property
    def y(self) -> Range:
        """What the vertical axis spans."""
        ...

    @property
    def titles(self) -> tuple[str, str]:
        """The names of both axes."""
        ...

    @property
    def caption(self) -> str:
        """What one should see, in a few words."""
        ...

    @property
    def sentence(self) -> str:
        """The same for those who do not see it."""
        ...

    def paint(self, painter: QPainter, frame: Frame, ink: Ink) -> None:
        """Everything inside the axes; the painter is clipped to the frame."""
        ...


class Plot(QWidget):
    """Shows a picture, or why there is none."""

    def __init__(self, title: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._meaning = meaning
        self._ink = ink(dark=False)
        self._picture: Picture | None = None
        self._why_not = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self.setToolTip(meaning)

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    def restyle(self, chosen: Ink) -> None:
        """Draw in another ink."""
        self._ink = chosen
        self.update()

    def show_picture(self, picture: Picture | None, why_not: str = "") -> None:
        """Show this picture; without one, ``why_not``."""
        self._picture, self._why_not = picture, why_not
        said = why_not if picture is None else picture.sentence
        self.setAccessibleDescription(f"{said} {self._meaning}".strip())
        self.update()

    @property
    def frame(self) -> Frame | None:
        """Where the picture lies, None without one."""
        if self._picture is None:
            return None
        room, top = margins(self._ink), self._heading_height()
        return Frame(
            x=self._picture.x,
            y=self._picture.y,
            left=room.left,
            top=top,
            width=max(self.width() - room.left - room.right, 1.0),
            height=max(self.height() - top - room.bottom, 1.0),
            ratio=self.devicePixelRatioF(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Heading, grid, picture, axes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._ink.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_heading(painter)
        frame, picture = self.frame, self._picture
        if frame is not None and picture is not None:
            x = ticks(frame.x, frame.width / (PER_TICK_X * self._ink.type_scale))
            y = ticks(frame.y, frame.height / (PER_TICK_Y * self._ink.type_scale))
            paint_grid(painter, frame, self._ink, x, y)
            painter.save()
            painter.setClipRect(QRectF(frame.left, frame.top - 1.0, frame.width, frame.height + 2.0))
            picture.paint(painter, frame, self._ink)
            painter.restore()
            paint_x_axis(painter, frame, self._ink, x, picture.titles[0])
            paint_y_axis(painter, frame, self._ink, y, picture.titles[1])
        else:
            painter.setPen(pen(self._ink.faint, 1.0))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self._why_not)
        painter.end()

    def sizeHint(self) -> QSize:
        """A picture that one can read."""
        return USUAL

    def minimumSizeHint(self) -> QSize:
        """Small, but still a picture."""
        return SMALLEST

    def _heading_height(self) -> float:
        title, caption = self._fonts()
        return float(math.ceil(title.height() + caption.height() + 3 * GAP))

    def _fonts(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        title = font(self._ink.text_size, bold=True)
        return QFontMetricsF(title), QFontMetricsF(font(self._ink.small_size))

    def _paint_heading(self, painter: QPainter) -> None:
        title, small = self._fonts()
        left, width = 12.0, self.width() - 24.0
        painter.setFont(font(self._ink.text_size, bold=True))
        painter.setPen(pen(self._ink.text, 1.0))
        painter.drawText(QRectF(left, GAP, width, title.height()), Qt.AlignmentFlag.AlignLeft, self._title)
        if self._picture is not None:
            painter.setFont(font(self._ink.small_size))
            painter.setPen(pen(self._ink.faint, 1.0))
            box = QRectF(left, GAP + title.height(), width, small.height())
            text = small.elidedText(self._picture.caption, Qt.TextElideMode.ElideRight, width)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, text)
