"""What the render thread of a window does."""

from __future__ import annotations

from gmmviewer.scene.rendering import Painters
from gmmviewer.work.thread import Report, ShouldStop


class RenderServant:
    """Paints pictures of many points and cells in the render thread."""

    def __init__(self) -> None:
        self._painters = Painters()

    def __call__(self, request: object, should_stop: ShouldStop, _report: Report) -> object:
        return self._painters.paint(request, should_stop)
