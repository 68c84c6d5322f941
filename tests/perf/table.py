"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, the value, and the goal if there is one."""

    what: str
    value: float
    unit: str
    goal: float | None = None

    def line(self) -> str:
        """The row as text; a goal that was missed is marked."""
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        missed = self.goal is not None and self.value > self.goal
        return f"{self.what:<58} {self.value:>9.1f} {self.unit:<2} {goal:>10}{'  missed' if missed else ''}"
