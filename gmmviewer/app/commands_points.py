"""Commands on the points."""

from __future__ import annotations

from gmmviewer.app.commands_part import Part
from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode


class PointCommands(Part):
    """The whole sheet, and the points that are selected."""

    def clear_points(self) -> None:
        """An empty sheet, ready for drawing."""
        self._store.apply(edits.clear_points(), "Clear")
        self._store.apply(edits.choose_mode(MouseMode.DRAW))
