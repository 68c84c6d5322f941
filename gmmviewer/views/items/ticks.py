"""Where an axis is marked and what stands there: few round numbers, short labels, a remark where needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gmmviewer.scene.numbers import MINUS, SUPERSCRIPTS, format_number
from gmmviewer.views.items.frame import Range

STEPS = (1, 2, 5, 10)
FEW_DECADES = 0.7  # fewer than these are marked like any other range
LARGEST_LABEL = 1e5  # longer numbers move their common part into the remark
SMALLEST_LABEL = 2e-3  # and so do shorter ones


@dataclass(frozen=True)
class Ticks:
    """``values`` in data units with their ``labels``; ``remark`` stands once, behind the axis title.

    A remark is a factor (``×10⁶``) or an offset (``+ 1600000000``) that every label leaves out.
    """

    values: tuple[float, ...]
    labels: tuple[str, ...]
    remark: str = ""


def ticks(limits: Range, count: float) -> Ticks:
    """About ``count`` ticks at multiples of 1, 2 or 5 · 10ⁿ inside a range."""
    low, high = limits
    step = _step((high - low) / max(count, 1.0))
    offset = _offset(low, high, step)
    first, last = math.ceil((low - offset) / step - 1e-9), math.floor((high - offset) / step + 1e-9)
    marks = [i * step for i in range(first, last + 1)]
    largest = max((abs(mark) for mark in marks), default=0.0) or step
    power = 0
    if largest >= LARGEST_LABEL or largest < SMALLEST_LABEL:
        power = 3 * math.floor(math.log10(largest) / 3)
    decimals = min(max(0, power - math.floor(math.log10(step) + 1e-9)), 12)
    labels = tuple(_label(mark, power, decimals) for mark in marks)
    return Ticks(tuple(offset + mark for mark in marks), labels, _remark(power, offset))


def log_ticks(limits: Range, count: float) -> Ticks:
    """About ``count`` ticks inside a positive range: powers of ten, with 2 and 5 · 10ⁿ where few."""
    low, high = math.log10(limits[0]), math.log10(limits[1])
    if high - low < FEW_DECADES:
        return ticks(limits, count)
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if 2.5 * (high - low) > count:
        every = max(1, math.ceil((last - first + 1) / max(count, 1.0)))
        marks = [(1, n) for n in range(every * math.ceil(first / every), last + 1, every)]
    else:
        marks = [(step, n) for n in range(first - 1, last + 1) for step in STEPS[:3]]
        marks = [(step, n) for step, n in marks if low <= math.log10(step) + n <= high]
    return Ticks(tuple(float(f"{s}e{n}") for s, n in marks), tuple(_power(s, n) for s, n in marks))


def _power(step: int, exponent: int) -> str:
    power = f"10{str(exponent).translate(SUPERSCRIPTS)}"
    return power if step == 1 else f"{step}×{power}"


def _step(rough: float) -> float:
    """The 1, 2 or 5 · 10ⁿ that is nearest on a logarithmic scale."""
    exponent = math.floor(math.log10(rough))
    candidates = [float(f"{step}e{exponent}") for step in STEPS]
    return min(candidates, key=lambda step: abs(math.log(step / rough)))


def _offset(low: float, high: float, step: float) -> float:
    """What all numbers have in common, where without it they would have more than six digits."""
    largest = max(abs(low), abs(high))
    if largest < 1e5 * step:
        return 0.0
    coarse = 10.0 ** math.ceil(math.log10(high - low) + 1)
    return float(round(low / coarse) * coarse)


def _label(mark: float, power: int, decimals: int) -> str:
    text = f"{_scaled(mark, -power):.{decimals}f}"
    if not text.strip("-0."):
        return text.lstrip("-")
    return text.replace("-", MINUS)


def _scaled(value: float, power: int) -> float:
    """value · 10ᵖ by the decimal reader: 3e-7 · 10⁶ is 0.3 and not 0.30000000000000004."""
    mantissa, _, exponent = f"{value:.15e}".partition("e")
    return float(f"{mantissa}e{int(exponent) + power}")


def _remark(power: int, offset: float) -> str:
    parts = [f"×10{str(power).translate(SUPERSCRIPTS)}"] if power else []
    if offset:
        sign = "+" if offset > 0 else MINUS
        parts.append(f"{sign} {_long(abs(offset))}")
    return " ".join(parts)


def _long(value: float) -> str:
    return f"{value:.0f}" if 1 <= value < 1e15 and value == round(value) else format_number(value, 12)
