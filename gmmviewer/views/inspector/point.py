"""What the mixture says about the point under the mouse; while there is none, about the selected points."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.scene.inspect import (
    GroupReadout,
    PointReadout,
    Readout,
    group_readout,
    point_readout,
)
from gmmviewer.scene.numbers import MISSING, format_like, format_number, format_percent
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import ink_of
from gmmviewer.views.status import point_words
from gmmviewer.views.widgets.labels import ElidedLabel, Figure
from gmmviewer.views.widgets.responsibility_bars import ResponsibilityBars


class PointSection(QWidget):
    """x, p(x), and for each component its share r_k, as a bar, π_k N_k(x) and the distance from its mean.

    The line below names the row of the data that is meant. Selected points stay when the mouse has left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.location = ElidedLabel()
        self.density = Figure("Density p(x)", "0.000×10⁻³⁰⁰")
        self.bars = ResponsibilityBars()
        self.row = ElidedLabel("small")
        self._spans: tuple[float, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._hovered: Readout | None = None
        self._pinned: PointReadout | GroupReadout | None = None
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
        layout.addWidget(self.row)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Make room for the components, know the axes and the selected points."""
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            self.bars.restyle(ink)
        self.bars.show_components(new.document.model.k, new.document.model.noise)
        points = new.document.points
        if old is None or old.document.points is not points:
            self._spans, self._columns = points.spans, points.columns
            self._hovered = None
        elif old.picked is new.picked and old.parameters is new.parameters:
            return
        self._pinned = pinned(new)
        self._show()

    def show_readout(self, readout: Readout | None) -> None:
        """Show another place, or none: then the selected points."""
        if readout is not None and len(readout.location) != len(self._spans):
            return
        self._hovered = readout
        self._show()

    def _show(self) -> None:
        if self._hovered is not None:
            self._show_place(self._hovered, self._hovered.point)
        elif isinstance(self._pinned, PointReadout):
            self._show_place(self._pinned.here, self._pinned)
        elif self._pinned is not None:
            self._show_group(self._pinned)
        else:
            self._show_place(None, None)

    def _show_place(self, readout: Readout | None, point: PointReadout | None) -> None:
        numbers = [MISSING] * len(self._spans)
        if readout is not None:
            numbers = self._like_data(readout.location.tolist())
        self.location.show_text(_place(self._columns, numbers))
        density = None if readout is None else readout.density
        self.density.show_number(density, format_number(density))
        self.bars.show_readout(readout)
        self.row.show_text("" if point is None else self._words(point))

    def _show_group(self, group: GroupReadout) -> None:
        mean, deviation = (self._like_data(part.tolist()) for part in (group.mean, group.deviation))
        part = "" if group.looked_at == group.count else f" (numbers of {group.looked_at:,})"
        self.location.show_text(f"{group.count:,} points selected{part}".replace(",", "\u2009"))
        self.density.show_number(None, MISSING)
        self.bars.show_readout(group)
        self.row.show_text(f"mean {',  '.join(mean)} · SD {',  '.join(deviation)}")

    def _words(self, point: PointReadout) -> str:
        words = point_words(point, self._spans)
        return f"{words} · uncertainty {format_percent(point.here.uncertainty)}"

    def _like_data(self, values: list[float]) -> list[str]:
        return [format_like(value, span) for value, span in zip(values, self._spans, strict=True)]


def pinned(snapshot: Snapshot) -> PointReadout | GroupReadout | None:
    """What is said about the selected points; nothing without any, or without a model."""
    rows, points = snapshot.rows, snapshot.document.points
    standard, mixture = snapshot.parameters, snapshot.mixture
    if len(rows) == 0 or standard is None or mixture is None:
        return None
    if len(rows) == 1:
        return point_readout(mixture, points, int(rows[0]))
    return group_readout(points, rows, standard)


def _place(columns: tuple[str, ...], numbers: list[str]) -> str:
    """ "x = (2.10, 54.0)"; in one dimension by the name of the column."""
    if len(numbers) == 1:
        return f"{columns[0]} {numbers[0]}"
    return f"x = ({', '.join(numbers)})"
