"""Reading files off the GUI thread: good ones, bad ones, one given up, one overtaken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QObject, Slot
from pytestqt.qtbot import QtBot

from gmmviewer.data.readers import read_table
from gmmviewer.work.loader import Loaded, Loader
from tests.helpers.gate import Gate
from tests.helpers.waiting import until


class Shelf(QObject):
    """A loader, what it brought, and a gate in front of the reading."""

    def __init__(self, qtbot: QtBot, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.qtbot = qtbot
        self.gate = Gate(read_table)
        patch.setattr("gmmviewer.work.loader.read_table", self.gate)
        self.loader = Loader()
        self.brought: list[Loaded] = []
        self.progress: list[float] = []
        self.loader.loaded.connect(self.take)
        self.loader.progressed.connect(self.note)

    @Slot(object)
    def take(self, loaded: Loaded) -> None:
        self.brought.append(loaded)

    @Slot(float)
    def note(self, fraction: float) -> None:
        self.progress.append(fraction)

    def read_in_flight(self, path: Path) -> None:
        """Begin to read, and come back when the worker is at it."""
        self.gate.shut()
        self.loader.read(path)
        self.gate.await_call()

    def next(self) -> Loaded:
        """Wait for one more file."""
        until(self.qtbot, self.loader.loaded, lambda: bool(self.brought))
        return self.brought.pop(0)

    def close(self) -> None:
        self.gate.open()
        self.loader.close()


@pytest.fixture
def shelf(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    made = Shelf(qtbot, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text("x,y\n1,2\n3,4.5\n5,6\n", encoding="utf-8")
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.csv"
    path.write_text("a\n1\n2\n", encoding="utf-8")
    return path


def test_a_good_file_is_read_with_progress(shelf: Shelf, good: Path) -> None:
    shelf.loader.read(good)
    assert shelf.loader.busy
    loaded = shelf.next()
    assert loaded.path == good
    assert loaded.error is None
    assert loaded.table is not None
    assert loaded.table.columns == ("x", "y")
    assert loaded.table.n_rows == 3
    assert shelf.progress[-1] == 1.0
    assert not shelf.loader.busy


@pytest.mark.parametrize(
    "content", [b"", b"only,words\nare,here\n", b"PK\x03\x04 no zip", b"\x93NUMPY\x01\x00"]
)
def test_a_bad_file_is_one_line_that_names_it(shelf: Shelf, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    shelf.loader.read(path)
    loaded = shelf.next()
    assert loaded.table is None
    assert loaded.error is not None
    assert "bad.csv" in loaded.error
    assert "\n" not in loaded.error


def test_a_file_that_is_not_there_and_a_folder_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        shelf.loader.read(path)
        loaded = shelf.next()
        assert loaded.table is None
        assert loaded.error is not None
        assert path.name in loaded.error


def test_a_file_after_a_bad_one_is_read(shelf: Shelf, good: Path, tmp_path: Path) -> None:
    shelf.loader.read(tmp_path / "missing.csv")
    assert shelf.next().error is not None
    shelf.loader.read(good)
    assert shelf.next().table is not None


def test_giving_up_brings_neither_a_table_nor_an_error(shelf: Shelf, good: Path) -> None:
    shelf.read_in_flight(good)
    shelf.loader.cancel()
    shelf.gate.open()
    given_up = shelf.next()
    assert (given_up.path, given_up.table, given_up.error, given_up.points) == (good, None, None, None)
    shelf.loader.read(good)
    assert shelf.next().table is not None


def test_the_points_are_made_where_the_file_is_read(shelf: Shelf, good: Path) -> None:
    for columns in (None, "y", "y,x"):
        shelf.loader.read(good, columns)
        loaded = shelf.next()
        assert loaded.table is not None
        assert loaded.points is not None
        wanted = loaded.table.points(loaded.table.resolve(columns) if columns else None)
        assert loaded.points.columns == wanted.columns
        np.testing.assert_array_equal(loaded.points.values, wanted.values)


def test_columns_that_are_not_there_are_left_to_who_shows_them(shelf: Shelf, good: Path) -> None:
    shelf.loader.read(good, "no such column")
    loaded = shelf.next()
    assert loaded.table is not None
    assert loaded.points is None
    assert loaded.error is None


def test_giving_up_when_nothing_is_read_does_no_harm(shelf: Shelf, good: Path) -> None:
    shelf.loader.cancel()
    shelf.loader.read(good)
    assert shelf.next().table is not None


def test_a_second_file_overtakes_the_first(shelf: Shelf, good: Path, other: Path, tmp_path: Path) -> None:
    shelf.read_in_flight(good)
    shelf.loader.read(tmp_path / "never.csv")
    shelf.loader.read(other)
    shelf.gate.open()
    loaded = shelf.next()
    assert loaded.path == other
    assert loaded.table is not None
    assert shelf.brought == [], "the file that was overtaken is not brought"
    assert shelf.gate.requests == [good, other]


def test_giving_up_forgets_the_file_that_waits_as_well(shelf: Shelf, good: Path, other: Path) -> None:
    shelf.read_in_flight(good)
    shelf.loader.read(other)
    shelf.loader.cancel()
    shelf.gate.open()
    assert shelf.next().table is None
    assert shelf.gate.requests == [good]


def test_too_little_memory_is_advice(shelf: Shelf, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmmviewer.work.loader.read_table", _raises(MemoryError()))
    shelf.loader.read(good)
    loaded = shelf.next()
    assert loaded.error is not None
    assert "memory" in loaded.error
    assert "good.csv" in loaded.error


def test_a_fault_of_the_reader_names_the_file_and_is_in_the_log(
    shelf: Shelf, good: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gmmviewer.work.loader.read_table", _raises(KeyError("odd")))
    shelf.loader.read(good)
    loaded = shelf.next()
    assert loaded.path == good
    assert loaded.table is None
    assert loaded.error is not None
    assert "good.csv" in loaded.error
    assert "KeyError" in loaded.error
    assert "Traceback" in caplog.text
    monkeypatch.setattr("gmmviewer.work.loader.read_table", read_table)
    shelf.loader.read(good)
    assert shelf.next().table is not None


def test_closing_while_a_file_is_read_brings_nothing_more(shelf: Shelf, good: Path, other: Path) -> None:
    shelf.read_in_flight(good)
    shelf.loader.read(other)
    shelf.gate.open()
    shelf.loader.close()
    QCoreApplication.sendPostedEvents()
    assert shelf.brought == []
    assert shelf.progress == []
    assert shelf.gate.requests == [good]


def _raises(fault: Exception) -> object:
    def read(*_: object, **__: object) -> None:
        raise fault

    return read
