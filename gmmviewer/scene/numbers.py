"""Numbers as people read them: a true minus sign, meaningful digits, and 10⁻⁷ instead of e-07."""

from __future__ import annotations

import math

MINUS = "\u2212"
MISSING = "\u2013"
LETTERS = 26
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LARGEST_PLAIN = 1e7  # longer numbers are counted, not read
SMALLEST_PLAIN = 1e-4


def format_number(value: float | None, digits: int = 4) -> str:
    """At least ``digits`` significant digits, without trailing zeros; "–" for None and NaN.

    The digits before the decimal point are never rounded. In a column, where the points should stay
    in line while the numbers change, use :func:`format_like`.
    """
    if value is None or not math.isfinite(value):
        return _special(value)
    rounded = float(f"{value:.{digits - 1}e}")
    if rounded == 0:
        return "0"
    if not SMALLEST_PLAIN <= abs(rounded) < LARGEST_PLAIN:
        return _scientific(value, digits - 1, strip=True)
    decimals = max(0, digits - 1 - _exponent(rounded))
    return _signed(_stripped(f"{value:.{decimals}f}"))


def format_like(value: float | None, span: float) -> str:
    """As many digits as tell apart a ten-thousandth of ``span``: the same decimals for a whole column.

    >>> format_like(54.6149, span=53.0)
    '54.61'
    """
    if value is None or not math.isfinite(value):
        return _special(value)
    if not (math.isfinite(span) and span > 0):
        return format_number(value)
    decimals = 3 - _exponent(span)
    if abs(value) < 0.5 * 10.0**-decimals:
        value = 0.0
    unreadable = abs(value) >= 1e15 or decimals < -4 or (decimals > 7 and abs(value) < 1)
    if value != 0 and unreadable:
        return _scientific(value, min(max(_exponent(value) + decimals, 0), 16), strip=False)
    return _signed(f"{value:.{min(max(decimals, 0), 16)}f}")


def format_percent(fraction: float | None, decimals: int = 1) -> str:
    """A fraction as a percentage; what is not quite 0 or 1 says so: "<0.1 %", ">99.9 %"."""
    if fraction is None or not math.isfinite(fraction):
        return _special(fraction)
    percent, step = 100.0 * fraction, 10.0**-decimals
    if 0 < percent < step / 2:
        return f"<{_stripped(f'{step:.{decimals}f}')} %"
    if 100 - step / 2 < percent < 100:
        return f">{100 - step:.{decimals}f} %"
    return f"{_signed(_stripped(f'{percent:.{decimals}f}'))} %"


def subscript(number: int) -> str:
    """A number in small figures below the line."""
    return str(number).translate(SUBSCRIPTS)


def _special(value: float | None) -> str:
    if value is None or math.isnan(value):
        return MISSING
    return "∞" if value > 0 else f"{MINUS}∞"


def _exponent(value: float) -> int:
    """The decimal exponent of a number that is not zero."""
    return int(f"{value:e}".partition("e")[2])


def _scientific(value: float, decimals: int, strip: bool) -> str:
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    digits = _stripped(mantissa) if strip else mantissa
    return f"{_signed(digits)}×10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def _stripped(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    """With a real minus sign, and none before a zero."""
    if not text.startswith("-"):
        return text
    return text[1:] if not text.strip("-0.") else MINUS + text[1:]


def class_name(number: int | None) -> str:
    """The letters of a class counted from 0: A, B, …, Z, AA, AB, …; nothing where it is not known."""
    name, rest = "", 0 if number is None else number + 1
    while rest > 0:
        rest, digit = divmod(rest - 1, LETTERS)
        name = chr(ord("A") + digit) + name
    return name
