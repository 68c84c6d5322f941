"""What the items of the line know of the points: counted here where they are few, else elsewhere."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from gmmviewer.scene.line import Line, LinePainter, LineRequest
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Target
from gmmviewer.views.items.rendered import Rendered


class LineData(Rendered[LineRequest]):
    """Bars, kernel density, true classes and a sample of the points; other items paint them."""

    def __init__(self) -> None:
        super().__init__()
        self._maker = LinePainter()
        self.line: Line | None = None

    @property
    def answered(self) -> LineRequest | None:
        """What the items show now."""
        return None if self.line is None else self.line.request

    def request(self, frame: Frame, ink: Ink) -> LineRequest | None:
        """What is shown of the points; the same for any frame and ink. None without points."""
        return self.wanted

    @property
    def wanted(self) -> LineRequest | None:
        """The question that belongs to what is shown."""
        now = self._now
        if now is None or now.points.n == 0:
            return None
        view = now.view
        return LineRequest(
            points=now.points,
            rule=view.bin_rule,
            bins=view.bins,
            tails=view.log_density,
            kde="kde" in view.layers,
            classes="truth" in view.layers,
        )

    @property
    def is_current(self) -> bool:
        """Whether the items show what they should, and not what was before."""
        wanted = self.wanted
        return wanted is None or wanted.same_picture(self.answered)

    def make(self, request: LineRequest) -> Line:
        """Here and now."""
        return self._maker.paint(request)

    def accept(self, answer: Line | None) -> None:
        """Know this of the points, or nothing."""
        self.line = answer

    def count_if_quick(self) -> None:
        """Count here if that is quick."""
        wanted = self.wanted
        if wanted is not None and wanted.quick:
            self.count_now()

    def count_now(self) -> None:
        """Count here in any case: a file cannot wait."""
        wanted = self.wanted
        if wanted is not None and not self.is_current:
            self.accept(self.make(wanted))

    def paint(self, painter: QPainter, frame: Frame, ink: Ink, target: Target) -> None:
        """Nothing: others do."""
