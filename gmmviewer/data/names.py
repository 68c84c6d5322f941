"""Names of columns, as people get to see and type them."""

from __future__ import annotations

from collections.abc import Iterable

from gmmviewer.data.errors import one_line

LONGEST_NAME = 80  # characters


def column_names(n: int) -> tuple[str, ...]:
    """Names for columns that have none: x and y, or their 0-based numbers."""
    return ("x", "y")[:n] if n <= 2 else tuple(f"column {i}" for i in range(n))


def tidy_names(given: Iterable[object]) -> tuple[str, ...]:
    """Names on one line, not too long, numbered where empty and marked where repeated."""
    used: dict[str, int] = {}
    for index, name in enumerate(given):
        base = one_line(str(name))[:LONGEST_NAME] or f"column {index}"
        fresh = base
        while fresh in used:
            used[base] += 1
            fresh = f"{base} ({used[base]})"
        used[fresh] = 1
    return tuple(used)
