"""Reads a file off the GUI thread, with progress and cancel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table
from gmmviewer.data.table import Table
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.work.thread import Crash, Report, ShouldStop, WorkThread


@dataclass(frozen=True)
class Loaded:
    """A file that was read, or ``error``: the one line that says why not (None with no table: cancelled)."""

    path: Path
    table: Table | None
    error: str | None = None


def _serve(path: Path, should_stop: ShouldStop, report: Report) -> Loaded:
    try:
        return Loaded(path, read_table(path, progress=report, should_stop=should_stop))
    except DataError as mistake:
        return Loaded(path, None, str(mistake))
    except MemoryError:
        return Loaded(path, None, f"{path.name} does not fit into memory; open a part of it")
    except Cancelled:
        return Loaded(path, None)


class Loader(QObject):
    """Reads one file at a time; a second request while one is read takes its place."""

    loaded = Signal(object)
    progressed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Path | None = None
        self._thread = WorkThread(_serve, "loader", self)
        self._thread.answered.connect(self._on_answered)
        self._thread.reported.connect(self.progressed)

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._thread.busy

    def read(self, path: Path) -> None:
        """Read this file; ``loaded`` tells how it went."""
        if self._thread.busy:
            self._waiting = path
            self._thread.cancel()
        else:
            self._thread.ask(path)

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
            path = Path(str(answer.request))
            self.loaded.emit(Loaded(path, None, f"{path.name}: reading failed ({answer.message})"))
        else:
            self.loaded.emit(answer)
