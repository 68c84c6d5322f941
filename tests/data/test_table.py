"""Columns of a table become points; every refusal is one clear line."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import frozen

NAN = float("nan")


def table(
    columns: tuple[str, ...] = ("a", "b", "name", "c"),
    rows: object = ((1.0, 2.0, NAN, 3.0), (4.0, 5.0, NAN, 6.0)),
    numeric: tuple[bool, ...] = (True, True, False, True),
) -> Table:
    values = frozen(np.array(rows, dtype=float))
    return Table("t.csv", columns, values, numeric, ("a note",), np.arange(2, 2 + len(values)))


def test_an_error_is_one_line_with_file_and_line():
    error = DataError("'a\nb' is\tnot a number", "/some/folder/data.csv", 17)
    assert str(error) == "data.csv, line 17: 'a b' is not a number"
    assert (error.path, error.line) == ("/some/folder/data.csv", 17)
    assert str(DataError("no numeric rows")) == "no numeric rows"
    assert isinstance(error, ValueError)


def test_default_columns_are_the_first_two_numeric_ones():
    assert table().default_columns() == (0, 1)
    assert table(numeric=(False, True, False, True)).default_columns() == (1, 3)
    assert table(numeric=(False, False, False, True)).default_columns() == (3,)
    with pytest.raises(DataError, match="no numeric rows"):
        table(numeric=(False,) * 4).default_columns()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("a", (0,)), ("a,c", (0, 3)), (" c , a ", (3, 0)), ("0", (0,)), ("3,b", (3, 1)), ("a,a", (0, 0))],
)
def test_columns_by_name_or_number(spec: str, expected: tuple[int, ...]):
    assert table().resolve(spec) == expected


def test_a_name_wins_over_a_number():
    named = table(columns=("1", "0", "name", "2"))
    assert named.resolve("0") == (1,)
    assert named.resolve("0,1") == (1, 0)
    assert named.resolve("3") == (3,)


def test_names_that_hold_commas():
    named = table(columns=("x, y", "a", "name", "length, in cm"))
    assert named.resolve("x, y") == (0,)
    assert named.resolve("length, in cm") == (3,)
    assert named.resolve("x, y,length, in cm") == (0, 3)
    assert named.resolve("a,length, in cm") == (1, 3)


@pytest.mark.parametrize("spec", ["z", "a,z", "7", "-1", "a,b,c", "", ",", "name", "a,name", "1e0", "٣"])
def test_a_wrong_choice_is_refused(spec: str):
    with pytest.raises(DataError) as caught:
        table().resolve(spec)
    assert "column" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_column_lists_the_columns_there_are():
    with pytest.raises(
        DataError, match=r"t\.csv: there is no column 'z'; the numeric columns are 0 'a', 1 'b', 3 'c'"
    ):
        table().resolve("a,z")
    wide = table(columns=tuple(f"c{i}" for i in range(40)), rows=[[0.0] * 40], numeric=(True,) * 40)
    with pytest.raises(DataError, match="and 28 more"):
        wide.resolve("z")


def test_points_carry_names_notes_and_values():
    points = table().points((3, 0), "chosen")
    assert points.columns == ("c", "a")
    assert points.values.tolist() == [[3.0, 1.0], [6.0, 4.0]]
    assert (points.name, points.notes, points.truth) == ("chosen", ("a note",), None)
    assert table().points((1,)).d == 1


def test_incomplete_rows_are_left_out_and_counted():
    gaps = table(rows=[[1, 2, NAN, 3], [NAN, 5, NAN, 6], [7, NAN, NAN, NAN], [8, 9, NAN, NAN]])
    points = gaps.points((0, 1))
    assert points.values.tolist() == [[1.0, 2.0], [8.0, 9.0]]
    assert points.notes[-1] == "2 of 4 rows left out: no value in 'a' or 'b'"
    assert gaps.points((1,)).n == 3, "a gap in another column costs nothing"


def test_infinite_values_are_refused_with_their_line_only_where_chosen():
    bad = table(rows=[[1, 2, NAN, 3], [np.inf, 5, NAN, 6]])
    assert bad.points((1, 3)).n == 2
    with pytest.raises(
        DataError, match=r"t\.csv, line 3: inf is not a finite number \(column 'a'\)"
    ) as caught:
        bad.points()
    assert caught.value.line == 3


def test_without_lines_the_row_is_named():
    bad = Table("X", ("x",), frozen([[1.0], [-np.inf]]), (True,))
    with pytest.raises(DataError, match=r"X: row 2: -inf is not a finite number"):
        bad.points()


def test_no_complete_row_is_refused():
    with pytest.raises(DataError, match="no numeric rows in 'a' or 'b'"):
        table(rows=[[1, NAN, NAN, 3], [NAN, 5, NAN, 6]]).points()
    with pytest.raises(DataError, match="no numeric rows"):
        table(rows=np.empty((0, 4))).points()


@pytest.mark.parametrize("columns", [(), (0, 1, 3), (4,), (-1,), (2,)])
def test_only_one_or_two_numeric_columns_make_points(columns: tuple[int, ...]):
    with pytest.raises(DataError):
        table().points(columns)


@pytest.mark.parametrize("scale", [1e160, 1e-200])
def test_numbers_too_large_or_too_close_to_square_are_refused_by_name(scale: float):
    with pytest.raises(DataError, match=r"t\.csv: .* rescale"):
        table(rows=[[scale, 0, NAN, 3], [2 * scale, 0, NAN, 6]]).points((0,))


# ---------------------------------------------------------------- row weights


@pytest.mark.parametrize(
    ("weight", "said"), [(-1.0, "the weight -1"), (NAN, "no weight"), (np.inf, "the weight inf")]
)
def test_a_weight_that_is_none_is_named_with_its_line(weight: float, said: str) -> None:
    weighted = table(("x", "y", "w"), ((1.0, 2.0, 1.0), (3.0, 4.0, weight)), (True, True, True))
    with pytest.raises(DataError, match=f"line 3: {said} in column 'w'"):
        weighted.points((0, 1), weights=2)


def test_weights_that_are_all_zero_count_nothing() -> None:
    weighted = table(("x", "w"), ((1.0, 0.0), (3.0, 0.0)), (True, True))
    with pytest.raises(DataError, match="all weights in column 'w' are 0"):
        weighted.points((0,), weights=1)


def test_a_row_without_data_needs_no_weight() -> None:
    points = table(("x", "w"), ((1.0, 2.0), (NAN, -5.0), (3.0, 1.0)), (True, True)).points((0,), weights=1)
    assert points.weights is not None
    assert points.weights.tolist() == [2.0, 1.0]
    assert points.weighted_by == "w"
    assert points.notes[-1] == "rows count by 'w': N = 3"
