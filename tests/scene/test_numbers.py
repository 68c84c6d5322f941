"""Numbers as people read them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.scene.numbers import MINUS, SUPERSCRIPTS, format_like, format_number, format_percent

PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}


def read(text: str) -> float:
    """The number a person would type back."""
    mantissa, _, exponent = text.replace(MINUS, "-").partition("×10")
    if not exponent:
        return float(mantissa)
    return float(f"{mantissa}e{exponent.translate(PLAIN)}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (-2, "−2"),
        (0.1 + 0.2, "0.3"),
        (2 / 3, "0.6667"),
        (-1130.26396018, "−1130"),
        (54.6149, "54.61"),
        (1234567.8, "1234568"),
        (0.00012345, "0.0001234"),
        (9.99999, "10"),
        (99999.96, "100000"),
        (9999999.6, "1×10⁷"),
        (12345678, "1.235×10⁷"),
        (0.000012345, "1.234×10⁻⁵"),
        (-3.2e-120, "−3.2×10⁻¹²⁰"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers(value: float | None, text: str) -> None:
    assert format_number(value) == text


def test_more_digits_on_request() -> None:
    assert format_number(-1130.26396018, digits=9) == "−1130.26396"
    assert format_number(math.pi, digits=1) == "3"


@given(st.floats(-1e307, 1e307))
def test_numbers_read_back(value: float) -> None:
    text = format_number(value)
    assert read(text) == pytest.approx(value, rel=5.001e-4, abs=1e-320)
    assert "-" not in text
    assert "e" not in text
    assert not re.search(r"\.\d*0(×|$)", text)


@pytest.mark.parametrize(
    ("value", "span", "text"),
    [
        (54.6149, 53, "54.61"),
        (2.0, 3.5, "2.000"),
        (-2.03638, 3.5, "−2.036"),
        (0.5, 1, "0.500"),
        (-0.00001, 1, "0.000"),
        (123456.7, 4000, "123457"),
        (1.6e9, 2, "1600000000.000"),
        (3.21987e-8, 1e-7, "3.22×10⁻⁸"),
        (5.00000012345, 1e-7, "5.0000001234"),
        (1.5e20, 1e20, "1.500×10²⁰"),
        (0, 1e20, "0"),
        (1.5, 0, "1.5"),
        (1.5, math.nan, "1.5"),
        (None, 1, "–"),
        (math.nan, 1, "–"),
    ],
)
def test_numbers_among_data(value: float | None, span: float, text: str) -> None:
    assert format_like(value, span) == text


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e9))
def test_a_thousandth_of_the_span_is_visible(place: float, span: float) -> None:
    value = place * span
    assert read(format_like(value, span)) == pytest.approx(value, abs=span / 1e3)
    assert format_like(value, span) != format_like(value + span / 500, span)


@given(st.floats(-1e307, 1e307), st.floats(0, 1e307))
def test_any_number_among_any_data_has_a_short_text(value: float, span: float) -> None:
    text = format_like(value, span)
    assert len(text) <= 34
    assert read(text) == pytest.approx(value, rel=1e-3, abs=span / 1e3)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.8646647, "86.5 %"),
        (0.5, "50 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.99999, ">99.9 %"),
        (0.00001, "<0.1 %"),
        (0.9989, "99.9 %"),
        (-0.25, "−25 %"),
        (-0.0, "0 %"),
        (-1e-9, "0 %"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_percentages(fraction: float | None, text: str) -> None:
    assert format_percent(fraction) == text


def test_percentages_with_other_decimals() -> None:
    assert format_percent(0.12345, decimals=2) == "12.35 %"
    assert format_percent(0.999, decimals=0) == ">99 %"
