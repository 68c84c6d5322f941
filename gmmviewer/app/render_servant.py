"""What the render thread of a window does."""

from __future__ import annotations

from dataclasses import dataclass

from gmmviewer.scene.rendering import Painters
from gmmviewer.work.thread import Report, ShouldStop


@dataclass(frozen=True, eq=False)
class WarmUp:
    """A request that paints nothing: it loads what the first large picture would have to wait for."""


@dataclass(frozen=True, eq=False)
class Warm:
    """It is loaded."""

    request: WarmUp


class RenderServant:
    """Paints pictures of many points and cells in the render thread."""

    def __init__(self) -> None:
        self._painters = Painters()

    def __call__(self, request: object, should_stop: ShouldStop, _report: Report) -> object:
        if isinstance(request, WarmUp):
            import scipy.optimize
            import scipy.sparse  # noqa: F401  0.3 s together, which nobody should wait for in the GUI thread

            return Warm(request)
        return self._painters.paint(request, should_stop)
