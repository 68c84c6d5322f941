"""Mutated files give data or one clear error, and nothing else."""

from __future__ import annotations

import io
import random
import time
from pathlib import Path

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table
from gmmviewer.data.table import Table

FILES_PER_SEED = 250  # × 2 seeds, of every kind of file
LONGEST = 5.0  # seconds per file


def saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def archived(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


CORPUS = (
    b"x,y\n1,2\n3,4\n5.5,-6e3\n" * 3,
    b"x;y\r\n1,5;2\r\n3,25;NA\r\n",
    b'"name","x","y"\n"a, b",1,2\n"c ""d""",3,4\n',
    b'"x" "y"\n"1" 1.5 2\n"2" -3 40.25\n',
    b"sep=\t\n# c\nx\ty\n1\t2\n3\t4\n",
    "größe,höhe\n1,2\n3,4\n".encode("utf-16"),
    "größe,höhe\n1,2\n3,4\n".encode("cp1252"),
    b"1 2\n3 4\n" * 300,
    saved(np.arange(12.0).reshape(6, 2)),
    saved(np.arange(5, dtype=">i2")),
    archived(a=np.arange(12.0).reshape(6, 2)),
    archived(x=np.arange(4.0), y=np.ones(4, dtype=bool)),
)
PIECES = (
    b"\n",
    b"\r",
    b",",
    b";",
    b'"',
    b"\0",
    b"NA",
    b"1e999",
    b"-",
    b"\xff\xfe",
    b"\xc3",
    b"#",
    b" ",
    b"9" * 400,
)


def mutated(generator: random.Random) -> bytes:
    content = bytearray(generator.choice(CORPUS))
    for _ in range(generator.randint(1, 3)):
        at = generator.randrange(len(content) + 1)
        match generator.randrange(6):
            case 0:
                content[at : at + 1] = bytes([generator.randrange(256)])
            case 1:
                del content[at : at + generator.randint(1, 20)]
            case 2:
                content[at:at] = generator.choice(PIECES)
            case 3:
                content[at:at] = content[: generator.randint(0, 60)]
            case 4:
                content[at:] = generator.choice(CORPUS)[: generator.randint(0, 200)]
            case _:
                content[at : at + 4] = generator.randbytes(4)
    return bytes(content)


def check(path: Path) -> str:
    """Read a file; returns what was said about it, nothing when it gave points."""
    try:
        table = read_table(path)
        check_table(table)
        points = table.points()
    except DataError as error:
        return str(error)
    assert np.isfinite(points.values).all()
    assert 0 < points.n <= table.n_rows
    return ""


def check_table(table: Table) -> None:
    assert table.values.shape[1] == len(table.columns) == len(table.numeric)
    assert len(set(table.columns)) == len(table.columns)
    assert all(name and name.isprintable() for name in table.columns)
    if table.lines is not None:
        assert len(table.lines) == table.n_rows
        assert (np.diff(table.lines) > 0).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_files_give_data_or_one_clear_error(seed: int, tmp_path: Path):
    generator = random.Random(seed)
    outcomes = {"read": 0, "refused": 0}
    for number in range(FILES_PER_SEED):
        path = tmp_path / f"file{number}{generator.choice(['.csv', '.dat', '', '.npz'])}"
        path.write_bytes(mutated(generator))
        begin = time.process_time()
        said = check(path)
        assert time.process_time() - begin < LONGEST, path.read_bytes()
        assert said == "" or said.startswith(path.name), said
        assert "\n" not in said
        outcomes["refused" if said else "read"] += 1
    assert min(outcomes.values()) > FILES_PER_SEED // 6, "the corpus tests both outcomes"
