"""Text that is no table: one clear error with its line, quickly, and never a wrong number."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table, read_text

LIMIT = 2.0  # seconds in which any file is read or refused


def refusal(text: str) -> DataError:
    with pytest.raises(DataError) as caught:
        read_text(text, "data.csv").points()
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only\n", "x,y\n", "x,y\nNA,NA\n", "a,b\nc,d\n", "sep=;\n", "   "]
)
def test_no_numbers_at_all(text: str):
    assert "no numeric rows" in str(refusal(text))


def test_a_text_among_numbers_is_refused_with_its_line():
    error = refusal("x,y\n1,2\nabc,4\n5,6\n")
    assert str(error) == (
        "data.csv, line 3: 'abc' is not a number (column 'x'); "
        "correct the cell, or leave it empty if the value is missing"
    )


def test_so_is_one_beyond_the_sample():
    lines = ["x,y", *["1,2"] * 50_000, "", "# remark", "3,oops", *["1,2"] * 10]
    error = refusal("\n".join(lines))
    assert error.line == 50_004
    assert "'oops'" in error.message
    assert "(column 'y')" in error.message


@pytest.mark.parametrize(("row", "cells"), [("3", "1 cell"), ("3,4,5", "3 cells"), ("3,4,,5", "4 cells")])
@pytest.mark.parametrize("before", [2, 30_000])
def test_a_ragged_row_is_refused_with_its_line(row: str, cells: str, before: int):
    error = refusal("x,y\n" + "1,2\n" * before + row + "\n" + "1,2\n" * 3)
    assert error.line == before + 2
    assert f"{cells} where the other rows have 2" in error.message


def test_ragged_rows_beside_text_columns_are_refused_too():
    assert refusal("n,x,y\n" + "a,1,2\n" * 9 + "a,1\n" + "a,1,2\n").line == 11
    assert refusal("n,x,y\n" + "a,1,2\n" * 9 + "a,1,2,3\n" + "a,1,2\n").line == 11


def test_more_than_a_double_can_hold_is_refused_with_its_line():
    error = refusal("x,y\n1,2\n3,1e400\n")
    assert error.line == 3
    assert "inf is not a finite number (column 'y')" in error.message


@pytest.mark.parametrize(
    "text",
    [
        "x;y\n1,234.5;2\n2,345.5;3\n",
        "x;y\n1.234,5;2,5\n345,5;3,5\n1,5;3,5\n",
        "x\n1.234.567\n2.345.678\n",
        "x;y\n1'234;5\n2'456;7\n",
        "x;y\n1 234;5\n2 456;7\n",
        "x\n1 234,5\n2 345,5\n1 999,0\n",
        "price\n1,234.5\n2,345.5\n1,999.0\n",
        'a,b\n"1,234","5,678"\n"2,234","5,678"\n',
        "x,y\n1,234,5,678\n2,234,5,678\n",
        "x;y\n1,234.5;2,345.6\n2,234.5;7,345.6\n",
        "x,y\n1_000,2\n2_000,3\n",
        "x,y\n1,5;2,5\n3,5;4,5\n",
    ],
)
def test_marks_for_thousands_never_give_a_wrong_number(text: str):
    refusal(text)


def test_a_thousands_mark_is_named_as_the_trouble():
    error = refusal("x,y\n1,5\n" + '"1,234",3\n' + "2,4\n3,5\n")
    assert error.line == 3
    assert "'1,234' is not a number" in error.message
    assert "thousands" in error.message


@pytest.mark.parametrize(
    ("text", "line"), [('x,y,n\n1,2,"abc\n3,4,d\n5,6,e\n', 2), ('x,y\n1,2\n"3"4,5\n', 3)]
)
def test_unmatched_quotation_marks_swallow_nothing(text: str, line: int):
    error = refusal(text)
    assert error.line == line
    assert "quotation marks do not match" in error.message


@pytest.mark.parametrize("before", [1, 60_000])
def test_a_point_among_decimal_commas_is_refused(before: int):
    error = refusal("x;y\n" + "1,5;2\n" * before + "1.234;3\n" + "2,5;3\n" * 3)
    assert error.line == before + 2
    assert "'1.234' is not a number" in error.message


def test_a_table_that_changes_its_width_is_refused_at_the_change():
    assert refusal("x,y\n" + "1,2\n" * 65_536 + "1,2,3\n" * 90_000).line == 65_538


def test_names_that_do_not_go_with_the_rows_are_refused():
    assert refusal("a,b,c\n1,2\n3,4\n").line == 1
    assert refusal("a,b\n1,2,3,4\n3,4,5,6\n").line == 1
    for first in ("NA", "inf", "2", "0", "1.5"):
        assert refusal(f"a b\n1 2 3\n{first} 5 6\n0 1 2\n").line == 1


@pytest.mark.parametrize("text", ["x,y\n1,2\n3,\0\n5,6\n", "x,y\n1,2\n3,4\0"])
def test_nul_is_refused_with_its_line(text: str):
    error = refusal(text)
    assert error.line == 3
    assert "NUL" in error.message


HARD = {
    "1 MB line of digits": "1" * 1_000_000,
    "1 MB line of cells": "1," * 500_000,
    "1 MB line of words": "a " * 500_000,
    "1 MB line of text": "x,y\n1,2\n" + "a" * 1_000_000 + "\n3,4\n",
    "1 MB line of quotation marks": '"' * 1_000_000,
    "1 MB line of quoted words": '"" ' * 300_000,
    "1 MB cell in quotation marks": 'x,n\n1,"' + "a" * 1_000_000 + '"\n',
    "3 MB line": "a" * 3_000_000,
    "30,000 quoted cells in a line": ",".join(['"a b; c"'] * 30_000),
    "30,000 quoted cells in lines": '"a, b","1.5"\n' * 30_000,
    "30,000 quoted texts": '"a, b","1,5"\n' * 30_000,
    "30,000 open quotation marks": "x,y\n" + '"1,2\n' * 30_000,
    "one open quotation mark": 'x,y,n\n1,2,"a\n' + "1,2,a\n" * 3_000_000,
    "100,000 thousands": "x;y\n1" + ".234" * 100_000 + ";2\n1;2\n",
    "9,000 columns of one name": ",".join(["x"] * 9_000) + "\n" + ",".join(["1"] * 9_000),
    "a megabyte of blanks": " " * 1_000_000,
    "sep= and a megabyte": "sep=" + " " * 1_000_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_files_are_read_or_refused_quickly(name: str, tmp_path: Path):
    path = tmp_path / "hard.csv"
    path.write_text(HARD[name])
    begin = time.process_time()
    said = outcome(path)
    assert time.process_time() - begin < LIMIT
    assert said == "" or said.startswith("hard.csv"), "it names the file"
    assert "\n" not in said
    assert len(said) < 300


def outcome(path: Path) -> str:
    """What the reader says; nothing if it reads the file."""
    try:
        read_table(path).points()
    except DataError as error:
        return str(error)
    return ""


def test_random_bytes_are_refused(tmp_path: Path):
    path = tmp_path / "data.csv"
    path.write_bytes(bytes(range(256)) * 4_000)
    with pytest.raises(DataError, match="NUL"):
        read_table(path)
