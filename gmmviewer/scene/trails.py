"""Where a model came from: the iterations since a hand last moved it, the ways of its means, its echoes."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState, Stage

SPACING = 1.0  # pixels along a way between two vertices that are worth a line of their own
LONG = 4.0  # a step of so many spacings is drawn from the very vertex where it began
MOST_ECHOES = 8
UNMOVED = 1e-9  # of the scale of the data: what a change of units may do to a mean


class Track:
    """The states with parameters of their own on the way to the last one, the oldest first.

    The way begins where a hand set parameters, or at the start. Where new points came and the parameters
    stayed it goes on.
    """

    def __init__(self) -> None:
        self._past: tuple[FitState, ...] = ()
        self.stops: list[FitState] = []
        self.version = 0  # another number for every way that is not a continuation of the one before

    def follow(self, past: tuple[FitState, ...]) -> None:
        """Go on to the last of these states, or begin anew where they are not those known with more."""
        known = len(self._past)
        if not 0 < known <= len(past) or past[known - 1] is not self._past[-1]:
            self.stops, known = [], 0
            self.version += 1
        for state in past[known:]:
            self._add(state)
        self._past = past

    def _add(self, state: FitState) -> None:
        before = self.stops[-1] if self.stops else None
        if before is None or (state.stage is Stage.START and not same_parameters(before, state)):
            self.stops = [state]
            self.version += 1
        elif state.stage is Stage.AFTER_M:
            self.stops.append(state)

    def leads_to(self, standard: Mixture | None) -> bool:
        """Whether these parameters are those of the last state, and not of a hand in motion."""
        return bool(self._past) and self._past[-1].standard is standard


def same_parameters(one: FitState, other: FitState) -> bool:
    """Whether nobody moved anything between two states, in whatever units."""
    a, b = one.standard, other.standard
    if a.means.shape != b.means.shape:
        return False
    scale = other.units.scale
    return (
        np.allclose(one.units.restore(a.means), other.units.restore(b.means), rtol=0.0, atol=UNMOVED * scale)
        and np.allclose(a.covariances * one.units.scale**2, b.covariances * scale**2, rtol=UNMOVED, atol=0.0)
        and np.allclose(a.weights, b.weights, rtol=0.0, atol=UNMOVED)
    )


def way_of_means(stops: list[FitState]) -> FloatArray:
    """The means (T, K, d) in data units at each stop; blockwise, so that no state keeps anything for it."""
    if not stops:
        return np.empty((0, 0, 2))
    standard = np.stack([state.standard.means for state in stops])
    if all(state.units is stops[0].units for state in stops):
        return stops[0].units.restore(standard)
    return np.stack([s.units.restore(means) for s, means in zip(stops, standard, strict=True)])


def echo_indices(count: int, most: int = MOST_ECHOES) -> list[int]:
    """Which of the ``count`` stops before the present one to show as echoes, the oldest first.

    The start and iterations 1, 2, 4, 8 …, at most ``most`` of them: EM takes its large steps first, so these
    lie about evenly apart, and they stay where they are while it goes on.
    """
    powers = [2**i for i in range(count.bit_length()) if 2**i < count]
    return ([0] if count else []) + powers[-(most - 1) :]


def thinned(way: FloatArray, low: FloatArray, high: FloatArray) -> list[FloatArray]:
    """The vertices of K ways (T, K, 2) in pixels that make a line of their own, as K arrays (m, 2).

    The first and the last are always among them. Lengths count inside the rectangle ``low`` … ``high`` (2,)
    only: far outside nobody sees a bend. A vertex left out lies within ``SPACING`` of the line.
    """
    if len(way) < 3:
        return [way[:, k] for k in range(way.shape[1])]
    steps = np.hypot(*np.moveaxis(np.diff(np.clip(way, low, high), axis=0), 2, 0))
    kept = _kept(steps)
    return [way[kept[:, k], k] for k in range(way.shape[1])]


def _kept(steps: FloatArray) -> BoolArray:
    """Which of T vertices to keep for steps (T−1, K) between them."""
    marks = np.floor(np.cumsum(steps, axis=0) / SPACING)
    kept = np.ones((len(steps) + 1, steps.shape[1]), dtype=bool)
    kept[1:] = np.diff(marks, axis=0, prepend=0.0) > 0.0
    kept[:-1] |= steps > LONG * SPACING
    kept[[0, -1]] = True
    return kept


def recent(way: FloatArray, low: FloatArray, high: FloatArray, longest: float, most: int) -> FloatArray:
    """The end of a way (T, 2): at most ``most`` vertices, and ``longest`` pixels inside the rectangle."""
    last = way[-most:]
    steps = np.hypot(*np.diff(np.clip(last, low, high), axis=0).T)
    gone = int((np.cumsum(steps[::-1]) > longest).sum())
    return last[gone:]


def spread(line: FloatArray, spacing: float) -> FloatArray:
    """Of the vertices (m, 2) of a line those at least ``spacing`` apart along it, the first among them."""
    if len(line) == 0:
        return line
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    kept, last = [], -spacing
    for index, length in enumerate(lengths.tolist()):
        if length - last >= spacing:
            kept.append(index)
            last = length
    return line[kept]
