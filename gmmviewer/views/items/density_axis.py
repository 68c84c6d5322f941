"""The axis of densities, or of counts: the same picture with other numbers beside it."""

from __future__ import annotations

from dataclasses import replace

from gmmviewer.scene.line import Line
from gmmviewer.scene.numbers import format_number
from gmmviewer.views.items.frame import Frame, drawable
from gmmviewer.views.shown import Shown


def count_scale(line: Line | None, now: Shown | None) -> float | None:
    """What makes counts of densities, where counts are wanted and there are bars; else None."""
    if line is None or now is None or not now.view.counts:
        return None
    return line.histogram.count_scale


def counted(frame: Frame, scale: float | None) -> Frame:
    """The frame in the units of the axis."""
    if scale is None:
        return frame
    counts = (frame.y[0] * scale, frame.y[1] * scale)
    return replace(frame, y=counts) if drawable(counts, frame.y) == counts else frame


def axis_title(line: Line | None, now: Shown | None, log: bool) -> str:
    """ "count", or "count per 0.7" where bins have different widths and 0.7 is that of most of them."""
    title = "density"
    if line is not None and now is not None and now.view.counts:
        title = "count" if now.points.weights is None else "weighted count"
        if not line.histogram.even:
            title += f" per {format_number(line.histogram.width, 3)}"
    return f"{title} (log scale)" if log else title
