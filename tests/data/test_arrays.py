"""``gmmviewer.view(X)``: arrays, lists and data frames of any library."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import from_array


class Frame:
    """What pandas, polars and others have in common."""

    def __init__(self, columns: list[Any], rows: Any) -> None:
        self.columns = columns
        self._rows = rows

    def to_numpy(self) -> Any:
        return self._rows


class MissingMark:
    """Like pandas.NA: no truth value, no number, equal to nothing."""

    def __repr__(self) -> str:
        return "<NA>"

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __eq__(self, _other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    "data",
    [
        [[1, 2], [3, 4]],
        ((1.0, 2.0), (3.0, 4.0)),
        np.array([[1, 2], [3, 4]], dtype=">i2"),
        np.array([[1, 2], [3, 4]], dtype=np.float32, order="F"),
        np.array([[1, 0, 2, 0], [3, 0, 4, 0]])[:, ::2],
        [[Decimal(1), Fraction(2)], [3, 4]],
        np.ma.masked_array([[1, 2], [3, 4]]),
    ],
)
def test_two_columns_of_any_kind(data: object):
    table = from_array(data, "X")
    assert (table.name, table.columns) == ("X", ("x", "y"))
    assert table.points().values.tolist() == [[1, 2], [3, 4]]


def test_a_flat_sequence_is_one_column():
    assert from_array([3, 1, 2]).points().d == 1
    assert from_array(range(5)).points().values.ravel().tolist() == [0, 1, 2, 3, 4]


def test_the_array_of_the_caller_is_copied_and_left_alone():
    given = np.ones((3, 2))
    table = from_array(given)
    given[0, 0] = 7
    assert table.values[0, 0] == 1
    assert not table.values.flags.writeable
    given.flags.writeable = False
    table = from_array(given)
    given.flags.writeable = True
    given[0, 0] = 8
    assert table.values[0, 0] == 7


@pytest.mark.parametrize("data", [[[1, None], [2, 3]], np.array([[1, np.nan], [2, 3]])])
def test_missing_values_are_dropped_with_a_note(data: object):
    points = from_array(data).points()
    assert points.values.tolist() == [[2, 3]]
    assert points.notes == ("1 of 2 rows left out: no value in 'x' or 'y'",)


def test_masked_values_are_missing_values():
    masked = np.ma.masked_array([[1, 2], [3, 4]], mask=[[False, True], [False, False]])
    assert from_array(masked).points().values.tolist() == [[3, 4]]


def test_a_frame_keeps_its_names_and_its_text_stays_text():
    rows = np.array([["a", 1, 2.5], ["b", MissingMark(), 3.5], ["c", 3, None], ["d", 4, 5.5]], dtype=object)
    table = from_array(Frame(["species", "length", ("width", "cm")], rows), "flowers")
    assert table.columns == ("species", "length", "('width', 'cm')")
    assert table.numeric == (False, True, True)
    points = table.points()
    assert points.values.tolist() == [[1, 2.5], [4, 5.5]]
    assert points.notes == ("2 of 4 rows left out: no value in 'length' or '('width', 'cm')'",)


def test_a_frame_of_numbers():
    table = from_array(Frame(["a", "b", "a"], np.arange(6.0).reshape(2, 3)))
    assert table.columns == ("a", "b", "a (2)")
    assert table.default_columns() == (0, 1)


def test_a_column_without_any_number_is_not_numeric():
    table = from_array(Frame(["a", "b"], np.array([[None, 1], [None, 2]], dtype=object)))
    assert table.numeric == (False, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (np.ones(3, dtype=complex), "complex128"),
        (np.array(["a"]), "<U1"),
        (["a", "b"], "<U1"),
        (np.array([1, None], dtype=object), "object"),
        (np.zeros(2, dtype=[("x", float)]), "<f8"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "datetime64"),
        (np.ma.masked_array(np.zeros(2, dtype=[("x", float)])), "no array of numbers"),
        (5.0, "0 dimensions"),
        (None, "0 dimensions"),
        ({}, "0 dimensions"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (np.zeros((2, 20_000)), "20000 columns"),
        ([], "no numeric rows"),
        (np.zeros((0, 2)), "no numeric rows"),
        ([[1, 2], [3]], "no array of numbers"),
        ([None, None], "no numeric rows"),
        (np.array([1.0, np.inf]), "row 2: inf"),
        ([1, 10**400], "row 2: inf"),
        ([Decimal("1e400"), Decimal(1)], "row 1: inf"),
        ([1j, None], "no numeric rows"),
        (np.array([np.nan, np.nan]), "no numeric rows"),
    ],
)
def test_anything_else_is_refused_on_one_line(data: object, said: str):
    with pytest.raises(DataError) as caught:
        from_array(data, "X").points()
    assert str(caught.value).startswith("X: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_frame_that_cannot_become_an_array_is_refused():
    class Broken(Frame):
        def to_numpy(self) -> Any:
            raise RuntimeError("detach it first")

    with pytest.raises(DataError, match="detach it first"):
        from_array(Broken(["a"], None))


def test_a_frame_with_names_for_other_columns_is_refused():
    with pytest.raises(DataError, match="2 names for 3 columns"):
        from_array(Frame(["a", "b"], np.zeros((4, 3))))
