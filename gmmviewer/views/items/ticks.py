"""Where an axis is marked and what stands there: few round numbers, short labels, a remark where needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gmmviewer.scene.numbers import MINUS, SUPERSCRIPTS, format_number
from gmmviewer.views.items.frame import Range

STEPS = (1, 2, 5, 10)
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
