"""Lines of straight pieces: put together from parts, and where on them a label is read best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray

TRIED = 48  # places on a line, the flattest first
ROOM = 6.0  # lines shorter than so many labels stay without


@dataclass(frozen=True)
class Rectangle:
    """Upright, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def about(cls, x: float, y: float, width: float, height: float) -> Rectangle:
        """With this centre and size."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: Rectangle) -> bool:
        """Whether the other one lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def meets(self, other: Rectangle) -> bool:
        """Whether they overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def label_place(
    line: FloatArray, width: float, height: float, room: Rectangle, taken: Sequence[Rectangle]
) -> Rectangle | None:
    """Where an upright label of this size is read best on a line (m, 2), all in pixels: where the line is
    flattest, inside ``room`` and off what is ``taken``; None if there is no such place."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if len(line) < 3 or not along[-1] >= ROOM * width:
        return None
    places, rises = _rises(line, along, width, closed=bool((line[0] == line[-1]).all()))
    for index in np.argsort(rises, kind="stable")[:: max(1, len(rises) // TRIED)].tolist():
        x, y = places[index].tolist()
        offer = Rectangle.about(x, y, width, height)
        if room.holds(offer) and not any(offer.meets(other) for other in taken):
            return offer
    return None


def _rises(line: FloatArray, along: FloatArray, width: float, closed: bool) -> tuple[FloatArray, FloatArray]:
    """Places (n, 2) on a line, and how much (n,) it rises or falls under a label centred there."""
    places = np.column_stack([np.interp(_even(along, width), along, axis) for axis in line.T])
    reach = max(1, round(len(places) * width / 2 / along[-1]))
    turns = np.arange(len(places))
    before, after = turns - reach, turns + reach
    if closed:
        before, after = before % len(places), after % len(places)
    inside: BoolArray = (before >= 0) & (after < len(places))
    chosen = places[inside]
    height = np.abs(places[before[inside], 1] - chosen[:, 1]) + np.abs(
        places[after[inside], 1] - chosen[:, 1]
    )
    return chosen, np.asarray(height)


def _even(along: FloatArray, width: float) -> FloatArray:
    """Evenly spaced lengths along a line, eight to a label."""
    return np.linspace(0.0, along[-1], max(16, round(8 * along[-1] / width)), endpoint=False)


def joined(parts: list[FloatArray]) -> list[FloatArray]:
    """Lines (m, 2) end to end where their ends meet, closed where the last meets the first."""
    rest, result = list(parts), []
    while rest:
        line = rest.pop()
        grown = True
        while grown:
            grown = False
            for index, other in enumerate(rest):
                longer = _end_to_end(line, other)
                if longer is not None:
                    line, grown = longer, True
                    del rest[index]
                    break
        if len(line) > 2 and _meet(line[-1], line[0], line, line):
            line = np.concatenate([line[:-1], line[:1]])
        result.append(line)
    return result


def _end_to_end(line: FloatArray, other: FloatArray) -> FloatArray | None:
    """Both as one line, if any of their ends meet."""
    for mine in (line, line[::-1]):
        for its in (other, other[::-1]):
            if _meet(mine[-1], its[0], line, other):
                return np.concatenate([mine, its[1:]])
    return None


def _meet(a: FloatArray, b: FloatArray, line: FloatArray, other: FloatArray) -> bool:
    """Whether two ends are the same place but for rounding, seen from the size of their lines."""
    size = min(float(np.abs(part - part[0]).max()) for part in (line, other))
    return bool(np.abs(a - b).max() <= 1e-6 * size)
