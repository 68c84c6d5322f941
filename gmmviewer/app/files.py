"""Opening, pasting and exporting: everything that crosses the border of the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gmmviewer.app.columns_dialog import ColumnsDialog
from gmmviewer.app.fit_report import FitReport, as_json
from gmmviewer.app.saving import ask_name, cannot_write, stem_of
from gmmviewer.app.settings import Settings
from gmmviewer.app.subband_dialog import SubbandDialog
from gmmviewer.data.errors import DataError
from gmmviewer.data.points import PointSet
from gmmviewer.data.readers import file_dialog_filter, read_text
from gmmviewer.data.subbands import SubbandTable
from gmmviewer.data.table import Table
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.fitting import Trace
from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views import paper
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.inspector.form import sentence
from gmmviewer.views.status import StatusBar
from gmmviewer.work.loader import Loaded, Loader

PARAMETERS = {"JSON (*.json)": ".json"}
SCALE_FAMILIES = {1: "scale", 2: "scale-isotropic"}  # what wavelet coefficients are the textbook example of
SCALES = 3
SHARP = 2.0  # pixels of a picture per logical pixel, at least


class Files(QObject):
    """Reads and writes files for one window. A bad file changes nothing but the message."""

    def __init__(self, store: Store, settings: Settings, status: StatusBar, window: QWidget) -> None:
        super().__init__(window)
        self._store = store
        self._settings = settings
        self._status = status
        self._window = window
        self._columns: str | None = None
        self._then: Edit = edits.nothing
        self.canvas: Canvas | None = None
        self._loader = Loader(self)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.progressed.connect(self._on_progress)
        status.cancelled.connect(self._loader.cancel)

    def close(self) -> None:
        """Stop reading and end the thread."""
        self._loader.close()

    @Slot()
    def open_dialog(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open data", self._settings.folder, file_dialog_filter()
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path, columns: str | None = None, then: Edit = edits.nothing) -> None:
        """Read this file in the background and show it; ``columns`` as typed on the command line.

        ``then``: the model to choose once the points are there.
        """
        self._columns, self._then = columns, then
        self._status.show_progress(f"Reading {path.name}", None)
        self._loader.read(path, columns)

    def open_table(
        self,
        table: Table,
        columns: tuple[int, ...] | None = None,
        then: Edit = edits.nothing,
        weights: int | None = None,
        points: PointSet | None = None,
    ) -> None:
        """Show columns of a table; ``ValueError`` if they hold no points or ``then`` makes no model.

        ``points``: those of these columns, if they are made already.
        """
        if points is None:
            points = table.points(columns, weights=weights)
        self._store.apply(edits.both(edits.open_points(points, table=table), then), "Open")
        notes = list(points.notes)
        others = sum(table.numeric) - points.d
        if columns is None and others > 0:
            shown = " × ".join(points.columns)
            notes.append(f"Showing {shown} of {len(table.columns)} columns: Ctrl+Shift+O chooses others.")
        if notes:
            self._store.apply(edits.notify(" ".join(f"{sentence(note).rstrip('.')}." for note in notes)))

    @Slot()
    def paste(self) -> None:
        """Open what the clipboard holds as text."""
        text = QGuiApplication.clipboard().text()
        try:
            self.open_table(read_text(text, "clipboard"))
        except DataError as mistake:
            self._store.apply(edits.notify(str(mistake), "error"))

    @Slot()
    def choose_columns(self) -> None:
        """Ask which columns of the open table to show."""
        document = self._store.snapshot.document
        if document.table is None:
            return
        asked = self._asked(document.table, document.points.columns, document.points.weighted_by)
        if asked is not None:
            columns, weights = asked
            other = isinstance(document.table, SubbandTable) and len(columns) != document.points.d
            try:
                self.open_table(document.table, columns, _scale_mixture if other else edits.nothing, weights)
            except DataError as mistake:
                self._store.apply(edits.notify(str(mistake), "error"))

    def _asked(
        self, table: Table, shown: tuple[str, ...], weighted_by: str = ""
    ) -> tuple[tuple[int, ...], int | None] | None:
        """The columns and the one with row weights that a person chooses, None if they would rather not.

        ``shown`` and ``weighted_by`` are the names so far.
        """
        if not isinstance(table, SubbandTable):
            dialog = ColumnsDialog(table, shown, weighted_by, self._window)
            accepted = dialog.exec() == ColumnsDialog.DialogCode.Accepted
            return (dialog.chosen(), dialog.weights()) if accepted else None
        subbands = SubbandDialog(table, table.known(shown), self._window)
        if subbands.exec() != SubbandDialog.DialogCode.Accepted:
            return None
        columns = subbands.chosen()
        self._settings.subbands = [table.columns[i] for i in columns]
        return columns, None

    @property
    def _subbands(self) -> tuple[str, ...]:
        """The names of the sub-bands that were chosen last."""
        return tuple(self._settings.subbands)

    @staticmethod
    def _paper(canvas: Canvas) -> paper.Paper:
        """As large as on screen, and at least as sharp as a projector or print wants it."""
        ratio = max(canvas.devicePixelRatioF(), SHARP)
        return paper.Paper(canvas.width(), canvas.height(), ratio)

    @Slot()
    def copy_picture(self) -> None:
        """Put the canvas on the clipboard."""
        if self.canvas is not None:
            QGuiApplication.clipboard().setImage(paper.image(self.canvas, self._paper(self.canvas)))
            self._store.apply(edits.notify("The picture is on the clipboard."))

    @Slot()
    def export_parameters(self) -> None:
        """Save the fit up to the state shown, in the same JSON as ``gmmviewer fit --json``."""
        snapshot = self._store.snapshot
        shown = snapshot.document.states[: snapshot.cursor + 1]
        states = tuple({state.iteration: state for state in shown}.values())  # the last half-step of each
        if not states:
            return
        document = snapshot.document
        suggestion = f"{stem_of(document.points)}.json"
        name = ask_name(self._window, self._settings, "Export parameters", suggestion, PARAMETERS)
        if name is None:
            return
        reason = snapshot.stop_reason if snapshot.at_end else None
        trace = Trace(states, reason or StopReason.STOPPED, document.model.seed)
        text = as_json(FitReport(trace, document.model.covariance))
        self._write(name, partial(name.write_text, text, encoding="utf-8"))

    def _write(self, path: Path, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as fault:
            self._store.apply(edits.notify(cannot_write(path, fault), "error"))
        else:
            self._store.apply(edits.notify(f"Saved {path.name}."))

    @Slot(float)
    def _on_progress(self, fraction: float) -> None:
        self._status.show_progress("Reading", fraction)

    @Slot(object)
    def _on_loaded(self, answer: Loaded) -> None:
        self._status.show_progress("", None)
        if answer.table is None:
            if answer.error is not None:
                self._store.apply(edits.notify(answer.error, "error"))
            return
        self._settings.folder = str(answer.path.parent)
        try:
            columns = answer.table.resolve(self._columns) if self._columns else None
            then = self._then
            if isinstance(answer.table, SubbandTable):
                asked = (columns, None) if columns else self._asked(answer.table, self._subbands)
                if asked is None:
                    return
                columns = asked[0]
                then = edits.both(edits.both(edits.choose_model(k=SCALES), _scale_mixture), then)
            self.open_table(answer.table, columns, then, points=answer.points)
        except ValueError as mistake:
            self._store.apply(edits.notify(str(mistake), "error"))
        else:
            self._settings.remember_file(str(answer.path))


def _scale_mixture(snapshot: Snapshot) -> Snapshot:
    """Choose a scale mixture in as many dimensions as the points have."""
    return edits.choose_model(covariance=SCALE_FAMILIES[snapshot.document.points.d])(snapshot)
