"""Axis ranges that every plot can draw."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gmmviewer.scene.ranges import (
    FEWEST_DECADES,
    FINEST,
    LARGEST_VALUE,
    MOST_DECADES,
    SMALLEST_SPAN,
    decade_range,
    padded_range,
)

anything = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)


@given(anything, anything)
@example(0.0, 0.0)
@example(1e300, -1e300)
@example(5e-324, 1e-323)
@example(math.nan, math.inf)
@example(1.6e9, 1.6e9)
@example(1e150, 1e150)
@example(1.0, 1.0000000000000002)
def test_ranges_are_always_drawable(low: float, high: float) -> None:
    start, end = padded_range(low, high)
    assert math.isfinite(start)
    assert math.isfinite(end)
    assert end - start >= SMALLEST_SPAN
    assert end - start >= FINEST * max(abs(start), abs(end))
    assert max(abs(start), abs(end)) <= 1.2 * LARGEST_VALUE


@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
def test_ranges_hold_what_they_are_about(low: float, high: float) -> None:
    start, end = padded_range(low, high)
    assert start < min(low, high)
    assert max(low, high) < end


def test_the_air_is_six_percent_on_either_side() -> None:
    assert padded_range(0, 100) == pytest.approx((-6, 106))
    assert padded_range(100, 0) == padded_range(0, 100)


def test_a_single_value_gets_room() -> None:
    start, end = padded_range(5, 5)
    assert start < 4.5
    assert end > 5.5
    assert padded_range(0, 0) == pytest.approx((-0.56, 0.56))


def test_unknown_ends_are_left_out() -> None:
    assert padded_range(math.nan, math.nan) == (0, 1)
    assert padded_range(math.nan, 5) == padded_range(5, 5)
    assert padded_range(-math.inf, math.inf) == (0, 1)


# ---------------------------------------------------------------- logarithmic axes


@given(st.lists(st.floats(0.0, 1e12), max_size=30))
@example([])
@example([0.0])
@example([1e-300, 1.0])
@example([5e-324])
def test_decades_are_positive_and_enough(heights: list[float]) -> None:
    low, high = decade_range(heights)
    assert 0.0 < low < high < math.inf
    assert FEWEST_DECADES <= math.log10(high) - math.log10(low) <= 1.2 * MOST_DECADES


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=30))
def test_every_height_stands_above_the_floor(heights: list[float]) -> None:
    low, high = decade_range([0.0, *heights])
    assert low * 2.9 < min(heights)
    assert high > max(heights)


def test_strange_heights_do_not_count() -> None:
    assert decade_range([math.nan, math.inf, -1.0, 2.0]) == decade_range([2.0])
