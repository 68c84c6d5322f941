"""Rings around points: round ones around the selected, square ones where the label changed in this step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.scene.marked import Marked, MarkedPainter, MarkedRequest
from gmmviewer.scene.marks import Verdict, verdict_before
from gmmviewer.scene.rings import HALO_ALPHA, Ring
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.cloud import VECTOR_POINTS, area_of, as_image
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.marks import Standings, mark_radii
from gmmviewer.views.items.pens import colour, font, pen, rgb
from gmmviewer.views.items.rendered import Rendered
from gmmviewer.views.shown import Shown

# In logical pixels at normal strokes. The square leaves room for the circle of a point that has both.
SELECTED_GAP, SELECTED_WIDTH = 2.0, 2.0
CHANGED_GAP, CHANGED_WIDTH = 3.6, 1.4
CASING = 1.0
CAPTION = 8.0  # from the corner of the plot


class RingsItem(Rendered[MarkedRequest]):
    """Marks on the selected rows, always, and on changed labels, where that layer is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._maker = MarkedPainter()
        self._standings = Standings()
        self._marked: Marked | None = None
        self._image = QImage()

    @property
    def answered(self) -> MarkedRequest | None:
        """What is shown now."""
        return None if self._marked is None else self._marked.request

    def request(self, frame: Frame, ink: Ink) -> MarkedRequest | None:
        """The marks that belong into a frame; None without any."""
        now = self._now
        if now is None or now.points.n == 0:
            return None
        current, before = _verdicts(now)
        if len(now.rows) == 0 and before is None:
            return None
        width, height = frame.device_size
        selected, changed = _rings(ink, frame.ratio)
        return MarkedRequest(
            columns=now.points.sample.columns,
            units=now.points.units,
            x=frame.x,
            y=frame.y,
            width=width,
            height=height,
            radii=frame.ratio * mark_radii(now, self._standings.of(now), ink),
            selected=now.rows,
            now=None if before is None else current,
            before=before,
            selected_ring=selected,
            changed_ring=changed,
        )

    def make(self, request: MarkedRequest) -> Marked:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Marked | None) -> None:
        """Show other marks, or none."""
        self._marked = answer
        self._image = QImage() if answer is None else as_image(answer.image)

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """The marks of this moment; on screen the latest there are."""
        request = self.request(frame, ink)
        if request is None:
            return
        if target is Target.DRAWING:
            self._draw(painter, frame, ink, request)
            return
        if target is Target.SCREEN:
            self.make_if_quick(frame, ink)
        elif not request.same_picture(self.answered):
            self.accept(self.make(request))
        if self._marked is None:
            return
        self._paint_image(painter, frame)
        if _same_labels(request, self._marked.request):
            _paint_caption(painter, frame, ink, request, self._marked.changed)

    def _paint_image(self, painter: QPainter, frame: Frame) -> None:
        """Pixel by pixel where the view is the one that was asked for, else stretched."""
        asked = self._marked.request if self._marked is not None else None
        if asked is None:
            return
        if (asked.x, asked.y) == (frame.x, frame.y) and (asked.width, asked.height) == frame.device_size:
            self._image.setDevicePixelRatio(frame.ratio)
            painter.drawImage(QPointF(frame.left, frame.top), self._image)
            return
        self._image.setDevicePixelRatio(1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(area_of(frame, asked.x, asked.y), self._image)

    def _draw(self, painter: QPainter, frame: Frame, ink: Ink, request: MarkedRequest) -> None:
        """As lines, or where there are too many, as an image with two pixels to one."""
        changed = request.changed(self._maker.labels)
        if len(changed) + len(request.selected) > VECTOR_POINTS:
            fine = Frame(frame.x, frame.y, frame.left, frame.top, frame.width, frame.height, 2.0)
            asked = self.request(fine, ink)
            if asked is not None:
                image = as_image(self.make(asked).image)
                painter.drawImage(area_of(frame, asked.x, asked.y), image)
        else:
            places = frame.pixels(self._now.points.values) if self._now is not None else np.empty((0, 2))
            radii = np.broadcast_to(request.radii / frame.ratio, len(places))
            for ring, rows in ((request.changed_ring, changed), (request.selected_ring, request.selected)):
                _draw_rings(painter, places[rows], radii[rows], ring, frame)
        _paint_caption(painter, frame, ink, request, changed)


def _verdicts(now: Shown) -> tuple[Verdict | None, Verdict | None]:
    """How labels came about now and an E-step ago; None where there is none or nobody wants to know."""
    if now.source is None or "changed" not in now.view.layers:
        return None, None
    current = Verdict(now.source, now.assignment)
    return current, verdict_before(now.past, current, now.points.units)


def _same_labels(one: MarkedRequest, other: MarkedRequest) -> bool:
    if one.now is None or one.before is None or one.columns is not other.columns:
        return False
    return one.now.same_as(other.now) and one.before.same_as(other.before)


def _rings(ink: Ink, ratio: float) -> tuple[Ring, Ring]:
    """Around selected points and around changed ones."""
    scale, halo = ink.stroke(ratio), rgb(ink.halo)
    selected = Ring(scale * SELECTED_GAP, scale * SELECTED_WIDTH, scale * CASING, rgb(ink.accent), halo)
    width, gap = scale * CHANGED_WIDTH, scale * CHANGED_GAP
    return selected, Ring(gap, width, scale * CASING, rgb(ink.mixture), halo, square=True)


def _draw_rings(painter: QPainter, places: FloatArray, radii: FloatArray, ring: Ring, frame: Frame) -> None:
    """All casings, then all lines, so that no ring covers another."""
    lines = QPainterPath()
    for (x, y), half in zip(places.tolist(), (radii + ring.gap / frame.ratio).tolist(), strict=True):
        if not frame.contains(x, y):
            continue
        if ring.square:
            lines.addRect(QRectF(x - half, y - half, 2 * half, 2 * half))
        else:
            lines.addEllipse(QPointF(x, y), half, half)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(ring.halo, (ring.width + 2 * ring.casing) / frame.ratio, alpha=HALO_ALPHA))
    painter.drawPath(lines)
    painter.setPen(pen(ring.colour, ring.width / frame.ratio))
    painter.drawPath(lines)


def _paint_caption(
    painter: QPainter, frame: Frame, ink: Ink, request: MarkedRequest, changed: IntArray
) -> None:
    """How many labels changed, in the upper right corner: many marks cannot be counted, none not be seen."""
    if request.now is None:
        return
    text = f"{len(changed):,} of {request.n:,} labels changed".replace(",", "\u202f")
    face = font(ink.small_size)
    metrics = QFontMetricsF(face)
    width, height = metrics.horizontalAdvance(text), metrics.height()
    box = QRectF(frame.right - width - CAPTION, frame.top + CAPTION, width + 1.0, height)
    painter.setFont(face)
    painter.fillRect(box.adjusted(-4.0, -2.0, 4.0, 2.0), colour(ink.ground, 0.8))
    painter.setPen(pen(ink.text, 1.0))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
