"""Reads a file off the GUI thread, with progress and cancel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gmmviewer.data.errors import DataError
from gmmviewer.data.points import PointSet
from gmmviewer.data.readers import read_table
from gmmviewer.data.subbands import SubbandTable
from gmmviewer.data.table import Table
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.work.thread import Crash, Report, ShouldStop, WorkThread


@dataclass(frozen=True, eq=False)
class Loaded:
    """A file that was read, or ``error``: the one line that says why not (None with no table: cancelled).

    ``points``: the columns asked for, or the first ones; None where somebody still has to choose or mend.
    """

    path: Path
    table: Table | None
    error: str | None = None
    points: PointSet | None = None


@dataclass(frozen=True)
class ReadRequest:
    """Read this file; ``columns`` as typed, if they were."""

    path: Path
    columns: str | None = None


def _serve(request: ReadRequest, should_stop: ShouldStop, report: Report) -> Loaded:
    path = request.path
    try:
        table = read_table(path, progress=report, should_stop=should_stop)
        return Loaded(path, table, points=_points(table, request.columns))
    except DataError as mistake:
        return Loaded(path, None, str(mistake))
    except MemoryError:
        return Loaded(path, None, f"{path.name} does not fit into memory; open a part of it")
    except Cancelled:
        return Loaded(path, None)


def _points(table: Table, columns: str | None) -> PointSet | None:
    """The points to show, made here because those of ten million rows take half a second."""
    if isinstance(table, SubbandTable):
        return None  # somebody chooses sub-bands first
    try:
        return table.points(table.resolve(columns) if columns else None)
    except ValueError:
        return None  # whoever shows them meets the same mistake, and tells it


class Loader(QObject):
    """Reads one file at a time; a second request while one is read takes its place."""

    loaded = Signal(object)
    progressed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: ReadRequest | None = None
        self._thread = WorkThread(_serve, "loader", self)
        self._thread.answered.connect(self._on_answered)
        self._thread.reported.connect(self.progressed)

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._thread.busy

    def read(self, path: Path, columns: str | None = None) -> None:
        """Read this file; ``loaded`` tells how it went."""
        request = ReadRequest(path, columns)
        if self._thread.busy:
            self._waiting = request
            self._thread.cancel()
        else:
            self._thread.ask(request)

    @Slot()
    def cancel(self) -> None:
        """Stop reading."""
        self._waiting = None
        self._thread.cancel()

    def close(self) -> None:
        """End the thread."""
        self.cancel()
        self._thread.close()

    @Slot(object)
    def _on_answered(self, answer: Loaded | Crash) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._thread.ask(waiting)
        elif isinstance(answer, Crash):
            path = answer.request.path if isinstance(answer.request, ReadRequest) else Path()
            self.loaded.emit(Loaded(path, None, f"{path.name}: reading failed ({answer.message})"))
        else:
            self.loaded.emit(answer)
