"""Text tables of every shape that people and programs write."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table, read_text
from gmmviewer.data.table import Table

EXPECTED = [[1.5, 2.0], [-3.0, 40.25]]

# name: (text, column names)
SHAPES = {
    "comma": ("x,y\n1.5,2\n-3,40.25\n", ("x", "y")),
    "no header": ("1.5,2\n-3,40.25\n", ("x", "y")),
    "no last line end": ("x,y\n1.5,2\n-3,40.25", ("x", "y")),
    "comma and blank": ("x, y\n1.5, 2\n-3, 40.25\n", ("x", "y")),
    "semicolon": ("x;y\n1.5;2\n-3;40.25\n", ("x", "y")),
    "tab": ("x\ty\n1.5\t2\n-3\t40.25\n", ("x", "y")),
    "bar": ("x|y\n1.5|2\n-3|40.25\n", ("x", "y")),
    "blanks": ("  x     y\n  1.5   2\n -3    40.25 \n", ("x", "y")),
    "semicolon, decimal comma": ("x;y\n1,5;2\n-3;40,25\n", ("x", "y")),
    "tab, decimal comma": ("x\ty\n1,5\t2,0\n-3,0\t40,25\n", ("x", "y")),
    "blanks, decimal comma": ("1,5  2,0\n-3,0 40,25\n", ("x", "y")),
    "decimal comma after whole numbers": ("x;y\n" + "1;2\n" * 5 + "1,5;2\n-3;40,25\n", ("x", "y")),
    "exponents": ("x,y\n15e-1,+2E0\n-0.3e1,4025e-2\n", ("x", "y")),
    "CRLF": ("x,y\r\n1.5,2\r\n-3,40.25\r\n", ("x", "y")),
    "CR": ("x,y\r1.5,2\r-3,40.25\r", ("x", "y")),
    "comments and blank lines": ("# c\n\n% c\nx,y\n1.5,2\n// c\n   \n-3,40.25\n#\n", ("x", "y")),
    "sep=": ("sep=;\nx;y\n1.5;2\n-3;40.25\n", ("x", "y")),
    "sep= with a comma": ("SEP=,\nx,y\n1.5,2\n-3,40.25\n", ("x", "y")),
    "sep= with a colon": ("sep=:\nx:y\n1.5:2\n-3:40.25\n", ("x", "y")),
    "sep= with nonsense": ('sep="\nx,y\n1.5,2\n-3,40.25\n', ("x", "y")),
    "quoted": ('"x","y"\n"1.5","2"\n"-3","40.25"\n', ("x", "y")),
    "quoted delimiter in a name": ('"x, cm","y"\n1.5,2\n-3,40.25\n', ("x, cm", "y")),
    "quotation mark in a name": ('"x ""raw""",y\n1.5,2\n-3,40.25\n', ('x "raw"', "y")),
    "trailing delimiters": ("x,y,\n1.5,2,\n-3,40.25,\n", ("x", "y")),
    "trailing delimiters below the header": ("x,y\n1.5,2,\n-3,40.25,\n", ("x", "y")),
    "many trailing delimiters": ("x,y\n1.5,2,,,\n-3,40.25,,,\n", ("x", "y")),
    "some trailing delimiters": ("x,y\n1.5,2\n-3,40.25,\n", ("x", "y")),
    "title": ("Geyser\n\nx,y\n1.5,2\n-3,40.25\n", ("x", "y")),
    "line of units": ("x,y\n[min],[cm]\n1.5,2\n-3,40.25\n", ("x", "y")),
    "empty rows": ("x,y\n1.5,2\n,\n-3,40.25\n", ("x", "y")),
    "title of a few words": ("A few words\n1.5 2\n-3 40.25\n", ("x", "y")),
}


def complete(table: Table) -> list[list[float]]:
    return table.points().values.tolist()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_numbers(shape: str):
    text, columns = SHAPES[shape]
    table = read_text(text)
    assert table.columns == columns
    assert complete(table)[-2:] == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        '"x" "y"\n"1" 1.5 2\n"2" -3 40.25\n',  # write.table
        '"x","y"\n"1",1.5,2\n"2",-3,40.25\n',  # write.table(sep = ",")
        '"","x","y"\n"1",1.5,2\n"2",-3,40.25\n',  # write.csv
        "x y\n1 1.5 2\n2 -3 40.25\n",  # write.table(quote = FALSE)
        "x\ty\nMazda RX4\t1.5\t2\nDatsun\t-3\t40.25\n",
        ",x,y\n0,1.5,2\n1,-3,40.25\n",  # pandas.DataFrame.to_csv
    ],
)
def test_row_names_are_no_data(text: str):
    table = read_text(text)
    assert table.columns == ("row", "x", "y")
    assert table.numeric == (False, True, True)
    assert complete(table) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("cp1252", b""),
        ("utf-16", b""),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32", b""),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, mark: bytes):
    path = tmp_path / "data.csv"
    path.write_bytes(mark + "größe,höhe\n1.5,2\n-3,40.25\n".encode(encoding))
    table = read_table(path)
    assert table.columns == ("größe", "höhe")
    assert complete(table) == EXPECTED
    assert any("Windows-1252" in note for note in table.notes) == (encoding == "cp1252")


def test_another_encoding_is_noticed_however_late(tmp_path: Path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"x,y\n" + b"1,2\n" * 200_000 + b"# \xe9\n3,4\n")
    table = read_table(path)
    assert table.n_rows == 200_001
    assert table.values[-1].tolist() == [3, 4]
    assert table.lines is not None
    assert table.lines[-1] == 200_003


def test_utf16_cut_in_the_middle_of_a_character_is_refused(tmp_path: Path):
    path = tmp_path / "data.csv"
    path.write_bytes("x,y\n1,2\n".encode("utf-16") + b"3")
    with pytest.raises(DataError, match="not valid UTF-16"):
        read_table(path)


@pytest.mark.parametrize(
    "mark", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "none", "-", "--", "?", ".", " NA "]
)
@pytest.mark.parametrize("decimal", [".", ","])
def test_missing_values(mark: str, decimal: str):
    text = f"x;y\n1.5;2.5\n{mark};3.5\n4.5;5.5\n"
    table = read_text(text.replace(".", decimal) if mark != "." else text)
    assert math.isnan(table.values[1, 0])
    points = table.points()
    assert points.values.tolist() == [[1.5, 2.5], [4.5, 5.5]]
    assert points.notes[-1] == "1 of 3 rows left out: no value in 'x' or 'y'"


def test_text_columns_are_not_numeric():
    table = read_text("id,species,x,y\na1,setosa,1,2\nb2,virginica,3,4\n")
    assert table.numeric == (False, False, True, True)
    assert table.default_columns() == (2, 3)
    assert np.isnan(table.values[:, :2]).all()


def test_a_column_that_is_empty_at_first_is_judged_by_the_rest():
    head = "x,note,late\n" + "1,,\n" * 300
    table = read_text(head + "2,hello,5\n3,,6\n")
    assert table.numeric == (True, False, True)
    assert table.values[-2:, 2].tolist() == [5, 6]
    assert read_text(head).numeric == (True, False, False)


def test_quoted_cells_may_span_lines_and_lines_keep_their_numbers():
    table = read_text('n,x,y\n"a\nb\n\nc",1.5,2\n"d, e",-3,40.25\n')
    assert complete(table) == EXPECTED
    assert table.lines is not None
    assert table.lines.tolist() == [2, 6]


def test_a_quotation_mark_inside_a_cell_is_just_a_character():
    assert complete(read_text('x,y,n\n1.5,2,5" pipe\n-3,40.25,b\n')) == EXPECTED


def test_a_quoted_cell_may_span_two_blocks_of_the_file(tmp_path: Path):
    path = tmp_path / "data.csv"
    rows = [f'{i},"{"long " * 20_000}\n{i}"' for i in range(9)]
    path.write_text("x,n\n" + "\n".join(rows) + "\n")
    assert read_table(path).points().values.ravel().tolist() == list(range(9))


def test_repeated_and_missing_names_are_told_apart():
    assert read_text("x,x,,x\n1,2,3,4\n").columns == ("x", "x (2)", "column 2", "x (3)")
    assert read_text("1,2,3\n").columns == ("column 0", "column 1", "column 2")


def test_a_decimal_comma_is_said():
    assert read_text("x;y\n1,5;2\n").notes == ("commas read as decimal marks: 1,5 is one and a half",)
    assert read_text("x,y\n1,5\n").notes == ()


def test_what_stands_above_the_table_is_said():
    assert read_text("Geyser\nx,y\n1,2\n").notes == ("1 line of text above the table left out",)


@pytest.mark.parametrize("idle", ["# a, b", "% a", "// a", "", "   ", "\t", "  # a"])
@pytest.mark.parametrize("after", [1, 2, 40_000])
def test_comments_and_blank_lines_are_dropped_anywhere_and_lines_keep_their_numbers(idle: str, after: int):
    lines = ["x,y", *(f"{i},0.5" for i in range(1, 50_000))]
    lines.insert(after, idle)
    table = read_text("\n".join(lines))
    assert (table.columns, table.notes) == (("x", "y"), ())
    assert table.values[:, 0].tolist() == list(range(1, 50_000))
    assert table.lines is not None
    assert all(lines[line - 1] == f"{i},0.5" for i, line in enumerate(table.lines, start=1))


def test_one_column_with_a_decimal_comma_is_told_from_two_by_its_header():
    assert read_text("x\n1,5\n2,5\n").values.tolist() == [[1.5], [2.5]]
    assert read_text("1,5\n2,5\n").values.tolist() == [[1, 5], [2, 5]]


def test_numbers_are_read_to_the_last_bit():
    generator = np.random.default_rng(5)
    values = generator.standard_normal((500, 2)) * 10.0 ** generator.integers(-300, 140, (500, 2))
    for form in ("{0!r},{1!r}\n", '"{0!r}","{1!r}"\n'):  # the fast way and the careful way
        text = "x,y\n" + "".join(form.format(*row) for row in values.tolist())
        assert np.array_equal(read_text(text).values, values)
    text = "x;y\n" + "".join(f"{a!r};{b!r}\n" for a, b in values.tolist()).replace(".", ",")
    assert np.array_equal(read_text(text).values, values)


def test_fast_and_careful_ways_agree_where_a_gap_forces_the_careful_one():
    body = [f"{i / 7},{i * 1e-5}" for i in range(20_000)]
    plain = read_text("x,y\n" + "\n".join(body))
    body[12_345] = "NA," + body[12_345].split(",")[1]
    gap = read_text("x,y\n# remark\n" + "\n".join(body))
    same = np.arange(20_000) != 12_345
    assert np.array_equal(plain.values[same], gap.values[same])
    assert np.isnan(gap.values[12_345, 0])
    assert plain.lines is not None
    assert gap.lines is not None
    assert np.array_equal(gap.lines, plain.lines + 1)
