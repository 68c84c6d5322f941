"""The registry of readers, and files that are no files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import READERS, file_dialog_filter, read_table
from gmmviewer.mixture.stopping import Cancelled


def written(path: Path, content: bytes = b"x,y\n1,2\n3,4\n") -> Path:
    path.write_bytes(content)
    return path


def test_the_dialog_filter_follows_the_registry():
    first, *kinds, last = file_dialog_filter().split(";;")
    pictures = "*.png *.jpg *.jpeg *.gif *.bmp *.tif *.tiff *.pgm *.ppm"
    assert first == f"Data (*.csv *.tsv *.txt *.dat *.npy *.npz {pictures})"
    assert kinds == [
        "Text tables (*.csv *.tsv *.txt *.dat)",
        "NumPy array (*.npy)",
        "NumPy archive (*.npz)",
        f"Pictures ({pictures})",
    ]
    assert last == "All files (*)"


def test_names_and_extensions_are_unique():
    extensions = [extension for reader in READERS for extension in reader.extensions]
    assert len(set(extensions)) == len(extensions)
    assert len({reader.name for reader in READERS}) == len(READERS)


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "a.txt", "a.dat", "a.unknown", "noextension", "ä ö.csv"])
def test_text_under_any_name(tmp_path: Path, name: str):
    table = read_table(written(tmp_path / name))
    assert table.values.tolist() == [[1, 2], [3, 4]]
    assert table.name == name


@pytest.mark.parametrize("name", ["a.npy", "a", "a.csv"])
def test_numpy_files_are_known_by_their_first_bytes(tmp_path: Path, name: str):
    np.save(tmp_path / "x.npy", np.ones((2, 2)))
    path = (tmp_path / "x.npy").rename(tmp_path / name)
    assert read_table(str(path)).values.tolist() == [[1, 1], [1, 1]]


def test_a_folder_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=f"{tmp_path.name}: is a folder"):
        read_table(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"no\.csv: cannot be opened: there is no such file"):
        read_table(tmp_path / "no.csv")


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000])
def test_impossible_names_are_refused(name: str):
    with pytest.raises(DataError, match="cannot be opened"):
        read_table(name)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="not an ordinary file"):
        read_table(tmp_path / "pipe.csv")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(device: str):
    with pytest.raises(DataError, match="not an ordinary file"):
        read_table(device)


def test_a_file_that_becomes_a_pipe_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    ordinary = os.stat(written(tmp_path / "a.csv"))
    monkeypatch.setattr(os, "stat", lambda *_args, **_keywords: ordinary)
    with pytest.raises(DataError, match="not an ordinary file"):
        read_table(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_refused(tmp_path: Path):
    path = written(tmp_path / "a.csv")
    path.chmod(0)
    with pytest.raises(DataError, match="no permission"):
        read_table(path)


def test_a_refused_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def deny(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", deny)
    with pytest.raises(DataError, match=r"a\.csv: cannot be opened: no permission to read it"):
        read_table(written(tmp_path / "a.csv"))


def test_a_huge_file_is_refused_before_reading(tmp_path: Path):
    path = tmp_path / "a.csv"
    with path.open("wb") as handle:
        handle.truncate(5_000_000_000)  # sparse: it takes no room
    with pytest.raises(DataError, match="larger than 4 GB"):
        read_table(path)


def test_a_broken_link_is_refused(tmp_path: Path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no such file"):
        read_table(tmp_path / "a.csv")


BIG = b"x,y\n" + b"1.25,2.5\n" * 200_000


def test_progress_rises_to_one(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.ones((2_000_000, 2)))
    np.savez(tmp_path / "a.npz", a=np.ones(2_000_000), b=np.ones(2_000_000))
    for path in (written(tmp_path / "a.csv", BIG), tmp_path / "a.npy", tmp_path / "a.npz"):
        told: list[float] = []
        read_table(path, progress=told.append)
        assert told == sorted(told)
        assert told[-1] == 1.0
        assert len(told) > 4


@pytest.mark.parametrize("after", [0, 1, 3])
def test_reading_can_be_cancelled(tmp_path: Path, after: int):
    np.save(tmp_path / "a.npy", np.ones((2_000_000, 2)))
    for path in (written(tmp_path / "a.csv", BIG), tmp_path / "a.npy"):
        answers = iter([False] * after)
        with pytest.raises(Cancelled):
            read_table(path, should_stop=lambda answers=answers: next(answers, True))


def test_a_growing_file_is_read_to_where_it_ended(tmp_path: Path):
    path = written(tmp_path / "a.csv", BIG)

    def grow(_fraction: float) -> None:
        with path.open("ab") as handle:
            handle.write(b"7,8\n" * 10_000)

    table = read_table(path, progress=grow)
    assert table.n_rows == 200_000


def test_a_shrinking_file_gives_data_or_one_error(tmp_path: Path):
    path = written(tmp_path / "a.csv", BIG)

    def shrink(_fraction: float) -> None:
        os.truncate(path, len(b"x,y\n") + 9 * 30_000)

    assert read_table(path, progress=shrink).n_rows <= 200_000


def test_a_file_deleted_while_it_is_read_does_no_harm(tmp_path: Path):
    path = written(tmp_path / "a.csv", BIG)
    table = read_table(path, progress=lambda _fraction: path.unlink(missing_ok=True))
    assert table.n_rows == 200_000


def test_a_failing_disk_is_an_error_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_handle: object, _n: int) -> bytes:
        raise DataError("cannot be read: Input/output error")

    path = written(tmp_path / "a.csv")
    monkeypatch.setattr("gmmviewer.data.text.read_exactly", fail)
    with pytest.raises(DataError, match=r"a\.csv: cannot be read"):
        read_table(path)
