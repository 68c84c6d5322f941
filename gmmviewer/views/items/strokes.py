"""Strokes that tell components apart: by colour, by dashes, and by which of them is selected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from gmmviewer.scene.palette import Rgb, line_style, row_stroke
from gmmviewer.views.ink import Ink
from gmmviewer.views.items.pens import colour

LOUDER, QUIETER = 1.8, 0.4  # of a selected line: times as wide; the others: of their opacity


@lru_cache(maxsize=512)
def dashed(value: str | Rgb, width: float, dashes: tuple[float, ...], alpha: float = 1.0) -> QPen:
    """A pen of ``width`` pixels with dashes and gaps in widths of 1.5 pixels at least. Shared: not to be
    changed.

    Ends are flat, so that a dash is as long as it says.
    """
    cap = Qt.PenCapStyle.FlatCap if dashes else Qt.PenCapStyle.RoundCap
    made = QPen(colour(value, alpha), width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.BevelJoin)
    if dashes:
        made.setDashPattern([length * max(1.0, 1.5 / width) for length in dashes])
    return made


@dataclass(frozen=True)
class Emphasis:
    """Which of ``k`` components are ``selected``: with none of them all are alike."""

    k: int
    selected: frozenset[int] = frozenset()

    def pen(self, row: int, ink: Ink, width: float) -> QPen:
        """The pen for the line of a component, or after all of them of the noise."""
        louder, opacity = self.weight(row)
        stroke = ink.stroke(width) * louder
        return dashed(row_stroke(row, self.k, ink.dark), stroke, line_style(row, self.k), opacity)

    def weight(self, row: int) -> tuple[float, float]:
        """How many times as wide and how opaque a component is painted."""
        if not self.selected:
            return 1.0, 1.0
        return (LOUDER, 1.0) if row in self.selected else (1.0, QUIETER)

    def order(self, rows: int) -> list[int]:
        """So many rows, the selected ones last: they lie on top."""
        return sorted(range(rows), key=self.selected.__contains__)
