"""What the mixture says about the point under the mouse."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.scene.inspect import Readout
from gmmviewer.scene.numbers import MISSING, format_like, format_number
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import ink_of
from gmmviewer.views.widgets.labels import ElidedLabel, Figure
from gmmviewer.views.widgets.responsibility_bars import ResponsibilityBars


class PointSection(QWidget):
    """x, p(x), and for each component its share r_k, as a bar, and π_k N_k(x)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.location = ElidedLabel()
        self.density = Figure("Density p(x)", "0.000×10⁻³⁰⁰")
        self.bars = ResponsibilityBars()
        self._spans: tuple[float, ...] = ()
        self._columns: tuple[str, ...] = ()
        title = QLabel("p(x)")
        title.setProperty("role", "caption")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.location, 1)
        row.addWidget(title)
        row.addWidget(self.density)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.bars)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Make room for the components, and know the axes."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self.bars.restyle(ink)
        self.bars.show_components(new.document.model.k, new.document.model.noise)
        points = new.document.points
        if old is not None and old.document.points is points:
            return
        low, high = points.bounds
        self._spans, self._columns = tuple((high - low).tolist()), points.columns
        self.location.show_text(_place(self._columns, [MISSING] * points.d))

    def show_readout(self, readout: Readout | None) -> None:
        """Show another place, or none."""
        if readout is not None and len(readout.location) != len(self._spans):
            return
        numbers = [MISSING] * len(self._spans)
        if readout is not None:
            pairs = zip(readout.location.tolist(), self._spans, strict=True)
            numbers = [format_like(value, span) for value, span in pairs]
        self.location.show_text(_place(self._columns, numbers))
        density = None if readout is None else readout.density
        self.density.show_number(density, format_number(density))
        self.bars.show_readout(readout)


def _place(columns: tuple[str, ...], numbers: list[str]) -> str:
    """ "x = (2.10, 54.0)"; in one dimension by the name of the column."""
    if len(numbers) == 1:
        return f"{columns[0]} {numbers[0]}"
    return f"x = ({', '.join(numbers)})"
