"""NPY and NPZ: real numbers of every type, and nothing that only looks like them."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table

SECONDS = 0.2
BYTES = 50e6
GRID = np.arange(12).reshape(6, 2)


def saved(tmp_path: Path, array: Any) -> Path:
    path = tmp_path / "data.npy"
    np.save(path, array, allow_pickle=True)
    return path


def header(descr: str, shape: str, fortran: str = "False", version: int = 1) -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode("latin-1")
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text


def refusal(path: Path) -> str:
    """What a file is refused with: quickly, in little memory, on one line that names it."""
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(DataError) as caught:
        read_table(path)
    seconds = time.process_time() - begin
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < SECONDS
    assert peak < BYTES
    assert str(caught.value).startswith(path.name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "dtype", ["f2", "f4", "f8", ">f8", ">f4", "g", "i1", "u1", "i2", ">i4", "i8", ">u8", "u8", "?"]
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_real_type_converts(tmp_path: Path, dtype: str, order: Any):
    array = np.asarray(GRID, dtype=dtype, order=order)
    table = read_table(saved(tmp_path, array))
    assert table.columns == ("x", "y")
    assert table.values.dtype == np.float64
    assert not table.values.flags.writeable
    assert np.array_equal(table.values, array.astype(np.float64))


def test_shapes(tmp_path: Path):
    flat = read_table(saved(tmp_path, np.array([3.0, 1.0])))
    assert (flat.columns, flat.values.tolist()) == (("x",), [[3.0], [1.0]])
    wide = read_table(saved(tmp_path, np.zeros((4, 3))[::2]))
    assert wide.columns == ("column 0", "column 1", "column 2")
    assert wide.numeric == (True, True, True)


def test_large_whole_numbers_are_rounded_with_a_note(tmp_path: Path):
    array = np.array([2**63 - 1, -(2**63), 5], dtype=np.int64)
    table = read_table(saved(tmp_path, array))
    assert np.array_equal(table.values.ravel(), array.astype(np.float64))
    assert "rounded" in table.notes[0]
    assert read_table(saved(tmp_path, array[2:])).notes == ()
    for one in array[:2]:
        assert "rounded" in read_table(saved(tmp_path, np.array([one]))).notes[0]


def test_gaps_are_dropped_with_a_note_and_infinities_refused(tmp_path: Path):
    points = read_table(saved(tmp_path, np.array([[1.0, np.nan], [2.0, 3.0]]))).points()
    assert points.values.tolist() == [[2.0, 3.0]]
    assert points.notes == ("1 of 2 rows left out: no value in 'x' or 'y'",)
    with pytest.raises(DataError, match=r"data\.npy: row 2: inf"):
        read_table(saved(tmp_path, np.array([1.0, np.inf]))).points()


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.ones(3, dtype=complex), "complex numbers"),
        (np.array(["a", "b"]), "text"),
        (np.array([b"a", b"b"]), "text"),
        (np.zeros(3, dtype=[("x", float), ("y", int)]), "records"),
        (np.array([{}, None], dtype=object), "Python objects"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "dates"),
        (np.array([1], dtype="m8[s]"), "time spans"),
        (np.zeros(3, dtype="V4"), "records"),
        (np.float64(3.0), "0 dimensions"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (np.zeros((2, 20_000)), "20000 columns"),
        (np.zeros(0), "no numeric rows"),
        (np.zeros((0, 2)), "no numeric rows"),
        (np.zeros((5, 0)), "no numeric rows"),
    ],
)
def test_other_arrays_are_refused_by_what_they_hold(tmp_path: Path, array: Any, said: str):
    assert said in refusal(saved(tmp_path, array))


@pytest.mark.parametrize(
    "content",
    [
        header("'<f8'", "(10000000000,)") + bytes(80),
        header("'<f8'", "(10000000000, 2)") + bytes(80),
        header("'|u1'", "(999999999999999999, 9999)") + bytes(80),
        header("'<f8'", "(11,)") + bytes(80),
        header("'<f8'", "(2,)")[:40],
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x09\x00" + bytes(100),
        b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + bytes(100),
        header("'<f8'", "(-1,)") + bytes(80),
        header("'<f8'", "(__import__('os').getpid(),)") + bytes(80),
        header("'<f8'", "5") + bytes(80),
        header("'<f8'", "(" + "9" * 500) + bytes(80),  # must not send a pattern searching for ever
        header("'<f8'", "(" + "9 , " * 500 + "x)") + bytes(80),
        header("'<f8'", "(5,,5)") + bytes(80),
        header("'<f3'", "(5,)") + bytes(80),
        header("'<x8'", "(5,)") + bytes(80),
        header("'|b99'", "(5,)") + bytes(80),
        header("'<f8'", "(5,)", "Perhaps") + bytes(80),
        header("'<f8'", "(" * 3000 + "5,)") + bytes(80),
        header("['<f8', '<f8']", "(5,)") + bytes(80),
        header("('<f8', (2,))", "(5,)") + bytes(80),
    ],
)
def test_damaged_and_boasting_files_are_refused_before_reading(tmp_path: Path, content: bytes):
    path = tmp_path / "data.npy"
    path.write_bytes(content)
    refusal(path)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_header_version_is_read(tmp_path: Path, version: int):
    path = tmp_path / "data.npy"
    path.write_bytes(header("'<f8'", "(3L,)", version=version) + np.arange(3.0).tobytes())
    assert read_table(path).values.ravel().tolist() == [0, 1, 2]


def test_text_under_the_wrong_name_is_refused(tmp_path: Path):
    for name in ("data.npy", "data.npz"):
        path = tmp_path / name
        path.write_text("x,y\n1,2\n")
        refusal(path)


# ------------------------------------------------------------------------------------------ archives


def archive(tmp_path: Path, **arrays: Any) -> Path:
    path = tmp_path / "data.npz"
    np.savez_compressed(path, **arrays)
    return path


def test_the_only_table_in_an_archive(tmp_path: Path):
    table = read_table(archive(tmp_path, points=GRID, label=np.array("text"), cube=np.zeros((2, 2, 2))))
    assert np.array_equal(table.values, GRID)
    assert table.columns == ("x", "y")
    assert read_table(archive(tmp_path, height=np.arange(3))).columns == ("height",)


def test_equally_long_columns_are_combined(tmp_path: Path):
    table = read_table(
        archive(tmp_path, x=np.arange(3), y=np.arange(3) / 2, flag=np.array([True, False, True]))
    )
    assert table.columns == ("x", "y", "flag")
    assert table.values.tolist() == [[0, 0, 1], [1, 0.5, 0], [2, 1, 1]]
    assert table.notes == ()


def test_of_several_tables_the_first_is_taken_with_a_note(tmp_path: Path):
    table = read_table(archive(tmp_path, X=GRID, y=np.arange(6), z=np.arange(5)))
    assert np.array_equal(table.values, GRID)
    assert table.notes == ("array 'X' taken; left out: 'y', 'z'",)


def test_an_archive_that_is_stored_reads_the_same(tmp_path: Path):
    path = tmp_path / "data.npz"
    np.savez(path, GRID.astype(">i2"))
    assert np.array_equal(read_table(path).values, GRID)


def test_a_pickle_in_an_archive_is_refused(tmp_path: Path):
    assert "Python objects" in refusal(archive(tmp_path, a=np.array([{}], dtype=object)))


def test_a_bomb_is_refused_before_reading(tmp_path: Path):
    path = archive(tmp_path, a=np.zeros((9_000_000, 1)))
    assert path.stat().st_size < 100_000
    assert "claim to hold" in refusal(path)


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as writer:
        for name, content in members.items():
            writer.writestr(name, content)
    return path


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def crowded(path: Path, claimed: int, members: int) -> Path:
    """An archive whose directory lists one member again and again."""
    one = write_zip(path, {"a.npy": npy(GRID)}).read_bytes()
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[start:end] * members
    counts = struct.pack("<2H2L", claimed, claimed, len(directory), start)
    path.write_bytes(one[:start] + directory + b"PK\x05\x06\0\0\0\0" + counts + b"\0\0")
    return path


@pytest.mark.parametrize(
    ("claimed", "members"), [(60_000, 60_000), (0xFFFF, 100_000), (1, 100_000), (101, 101)]
)
def test_too_many_members_are_refused_before_they_are_listed(tmp_path: Path, claimed: int, members: int):
    assert "members" in refusal(crowded(tmp_path / "data.npz", claimed, members))


def test_a_long_archive_of_the_64_bit_kind_is_refused(tmp_path: Path):
    path = write_zip(tmp_path / "data.npz", {"a.npy": npy(GRID)})
    content = path.read_bytes()
    end = content.index(b"PK\x05\x06")
    path.write_bytes(content[:end] + b"PK\x06\x07" + bytes(16) + content[end:])
    assert "4 GB" in refusal(path)


@pytest.mark.parametrize("name", ["../a.npy", "/a.npy", "b/../../a.npy", "..\\a.npy", "C:\\a.npy"])
def test_paths_out_of_the_archive_are_refused(tmp_path: Path, name: str):
    path = write_zip(tmp_path / "data.npz", {name: npy(GRID)})
    assert "path out of the archive" in refusal(path)


def test_an_archive_without_arrays_is_refused_with_advice(tmp_path: Path):
    path = write_zip(tmp_path / "book.xlsx", {"[Content_Types].xml": b"<x/>"})
    assert "save a spreadsheet as CSV" in refusal(path)


def test_a_member_shorter_than_it_claims_is_refused(tmp_path: Path):
    refusal(write_zip(tmp_path / "data.npz", {"a.npy": header("'<f8'", "(10000000000,)") + bytes(80)}))
    refusal(write_zip(tmp_path / "data.npz", {"a.npy": npy(GRID)[:-8]}))
    refusal(write_zip(tmp_path / "data.npz", {"a.npy": b"PK"}))


def test_a_directory_that_lies_about_sizes_is_refused(tmp_path: Path):
    path = write_zip(tmp_path / "data.npz", {"a.npy": npy(np.arange(10.0))})
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<L", 40_000_000)
    path.write_bytes(content)
    refused_or_read(path)


@pytest.mark.parametrize("cut", [10, 100, 250])
def test_a_cut_archive_is_refused(tmp_path: Path, cut: int):
    path = archive(tmp_path, a=GRID)
    path.write_bytes(path.read_bytes()[:-cut])
    refusal(path)


def test_a_flipped_byte_is_noticed(tmp_path: Path):
    path = tmp_path / "data.npz"
    np.savez(path, a=np.arange(1000.0))
    content = bytearray(path.read_bytes())
    content[4000] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path):
    path = write_zip(tmp_path / "data.npz", {"a.npy": npy(GRID)})
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refusal(path)


def refused_or_read(path: Path) -> None:
    try:
        table = read_table(path)
    except DataError:
        return
    assert np.array_equal(table.values.ravel(), np.arange(10.0))
