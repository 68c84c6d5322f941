"""Small labels in a picture, on a piece of ground of their own, that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gmmviewer.scene.palette import Rgb
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.pens import colour, font, pen

PADDING = 2.5  # pixels left and right of the text
GROUND = 1.0  # opacity of what lies under it


class Tags:
    """Labels of one picture: who comes first has the first choice, and who finds no place stays away.

    ``taken``: where labels already stand; these join them.
    """

    def __init__(
        self,
        painter: QPainter,
        frame: Frame,
        ink: Ink,
        *,
        bold: bool = False,
        taken: list[QRectF] | None = None,
    ) -> None:
        self._painter, self._ink = painter, ink
        self._area = QRectF(frame.left, frame.top, frame.width, frame.height)
        self._font = font(ink.small_size, bold=bold)
        self._metrics = QFontMetricsF(self._font)
        self._taken = [] if taken is None else taken

    @property
    def height(self) -> float:
        """Of one label in pixels."""
        return self._metrics.height()

    def width(self, text: str) -> float:
        """Of a label in pixels."""
        return self._metrics.horizontalAdvance(text) + 2.0 * PADDING

    def put(self, text: str, value: str | Rgb, centres: Iterable[QPointF], *, ground: bool = True) -> bool:
        """Write at the first free one of these places; False if there is none. No ground: it is there."""
        box = QRectF(0.0, 0.0, self.width(text), self.height)
        for centre in centres:
            box.moveCenter(centre)
            if self._area.contains(box) and not any(box.intersects(other) for other in self._taken):
                self._write(box, text, value, ground)
                return True
        return False

    def _write(self, box: QRectF, text: str, value: str | Rgb, ground: bool) -> None:
        self._taken.append(QRectF(box))
        if ground:
            self._painter.fillRect(box, colour(self._ink.halo, GROUND))
        self._painter.setFont(self._font)
        self._painter.setPen(pen(value, 1.0))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
