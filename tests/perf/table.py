"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, the value, and the goal if there is one: at most, or ``at_least``, so much."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def missed(self) -> bool:
        """Whether there is a goal and it was not reached."""
        if self.goal is None:
            return False
        return self.value < self.goal if self.at_least else self.value > self.goal

    def line(self) -> str:
        """The row as text; a goal that was missed is marked."""
        goal = "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g} {self.unit}"
        mark = "  missed" if self.missed else ""
        return f"{self.what:<58} {self.value:>9.1f} {self.unit:<2} {goal:>10}{mark}"
