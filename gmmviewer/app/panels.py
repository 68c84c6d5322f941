"""The dialogs that stay beside the window: one of each kind, made when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gmmviewer.app.overrides import guard_overrides
from gmmviewer.store import Store

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gmmviewer.app.analysis_dialog import AnalysisDialog

    Dialog = TypeVar("Dialog", bound=AnalysisDialog)


class Panels:
    """Opens the dialogs of long analyses, and closes them with their window.

    Their modules are loaded on first use: nobody needs them to see a window.
    """

    def __init__(self, store: Store, window: QWidget) -> None:
        self._store = store
        self._window = window
        self._open: list[AnalysisDialog] = []

    def show_comparison(self) -> None:
        """The table K × family."""
        from gmmviewer.app.compare_dialog import CompareDialog

        self._show(CompareDialog)

    def show_restarts(self) -> None:
        """The list of optima."""
        from gmmviewer.app.restarts_dialog import RestartsDialog

        self._show(RestartsDialog)

    def show_diagnostics(self) -> None:
        """How well the fit shown describes the points."""
        from gmmviewer.app.diagnostics_dialog import DiagnosticsDialog

        self._show(DiagnosticsDialog)

    def show_data_table(self) -> None:
        """Every point, row by row."""
        from gmmviewer.app.data_dialog import DataDialog

        self._show(DataDialog)

    def show_ranges(self) -> None:
        """Axis ranges as numbers."""
        from gmmviewer.app.ranges_dialog import RangesDialog

        self._show(RangesDialog)

    def show_export(self) -> None:
        """The picture as a file."""
        from gmmviewer.app.export_dialog import ExportDialog

        self._show(ExportDialog)

    def close(self) -> None:
        """Close all of them; what they work at is given up."""
        for dialog in self._present():
            dialog.close()
        self._open.clear()

    def _show(self, kind: type[Dialog]) -> None:
        guard_overrides()  # of the module that was just loaded
        present = self._present()
        found = next((dialog for dialog in present if type(dialog) is kind), None)
        dialog = kind(self._store, self._window) if found is None else found
        self._open = present if found is not None else [*present, dialog]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _present(self) -> list[AnalysisDialog]:
        return [dialog for dialog in self._open if dialog.is_open]
