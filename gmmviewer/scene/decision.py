"""Where the most responsible component changes in the plane: exact boundaries.

Two components are equally responsible where log π_i N_i − log π_j N_j = 0, which is a conic (Bishop 2006,
section 4.2.1). Of every conic those pieces count on which both are ahead of all others. Everything is
computed in units of the window, about the mean of the narrower component of each pair, where the digits
matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.conics import Arcs, arcs
from gmmviewer.scene.noise import Box, inside
from gmmviewer.scene.polylines import joined

SAMPLES = 384  # per width of the window, at which it is seen who is ahead; changes are then bisected
FEWEST_SAMPLES = 17  # of a short arc
BLOCK_NUMBERS = 65_536  # rows × places in one go: 3 ms
SECTIONS, SECTIONINGS = 8, 15  # from the distance of two samples down to rounding, 2⁻⁴⁵
SAG = 5e-5  # of half the window: a tenth of a pixel of 4000
MOST_REFINEMENTS = 12
AGREEMENT = 1e-9  # nats; components that differ by less everywhere have no boundary
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Boundary:
    """A line (m, 2) in data units on which the rows ``first`` < ``second`` are equally responsible, and more
    than all others; row K is the noise. A closed line ends where it starts."""

    first: int
    second: int
    line: FloatArray


def boundaries(
    mixture: Mixture,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    box: Box | None = None,
    should_stop: ShouldStop = never,
) -> tuple[Boundary, ...]:
    """All boundaries of a mixture in two dimensions inside a window, whose ranges are in data units.

    Components without weight win nowhere; noise, one more component, only inside the ``box``. Where the box
    ends its region ends abruptly: that is no boundary. Raises ``Cancelled`` when told to stop.
    """
    window = _Window(mixture, x_range, y_range, box)
    pairs = window.pairs()
    if len(pairs) == 0:
        return ()
    with np.errstate(all="ignore"):  # components far smaller or farther away than numbers can tell
        table, origins, pairs = window.conics(pairs)
        found = arcs(table, window.limits(origins, 0), window.limits(origins, 1))
        course = _Course(window, pairs, origins, found)
        pieces = _ahead(course, should_stop)
        lines = _refined(course, pieces, should_stop)
    return _boundaries(window, pairs[found.conic[pieces.arc]], lines)


class _Window:
    """A mixture in units in which the window is −1…1 along both axes; ``rows``: K components, then noise."""

    def __init__(
        self,
        mixture: Mixture,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        box: Box | None,
    ) -> None:
        low, high = np.array([x_range, y_range]).T
        self._middle, self._half = low / 2 + high / 2, high / 2 - low / 2
        self.whitening = mixture.whitening * self._half
        self.means = (mixture.means - self._middle) / self._half
        self.heights = mixture.log_scales
        self._box: Box | None = None
        if mixture.noise is not None:  # flat: nothing is far from it
            self.whitening = np.concatenate([self.whitening, np.zeros((1, 2, 2))])
            self.means = np.concatenate([self.means, np.zeros((1, 2))])
            self.heights = np.append(self.heights, mixture.log_noise)
            self._box = box
        self._noise = mixture.n_components

    def pairs(self) -> IntArray:
        """All pairs (m, 2) of rows with weight, the smaller first."""
        there = np.flatnonzero(np.isfinite(self.heights)).tolist()
        return np.array(list(combinations(there, 2)), dtype=np.int64).reshape(-1, 2)

    def limits(self, origins: FloatArray, axis: int) -> FloatArray:
        """The ends (m, 2) of the window along an axis, seen from origins (m, 2)."""
        return np.stack([-1.0 - origins[:, axis], 1.0 - origins[:, axis]], axis=1)

    def conics(self, pairs: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
        """log π_i N_i − log π_j N_j as conics (m, 6) about origins (m, 2), and the pairs that have one."""
        precisions = self.whitening.transpose(0, 2, 1) @ self.whitening
        sizes = np.trace(precisions, axis1=1, axis2=2)
        narrower = np.where(sizes[pairs[:, 0]] >= sizes[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
        origins = self.means[narrower]
        halves = []
        for rows in pairs.T:
            q, away = precisions[rows], origins - self.means[rows]
            whitened = (self.whitening[rows] @ away[:, :, None])[:, :, 0]
            slope = (q @ away[:, :, None])[:, :, 0]
            height = -2.0 * self.heights[rows] + (whitened * whitened).sum(axis=1)
            halves.append(np.column_stack([q[:, 0, 0], q[:, 0, 1], q[:, 1, 1], slope, height]))
        table = 0.5 * (halves[1] - halves[0])
        reach = 1.0 + np.abs(origins).max(axis=1)
        powers = reach[:, None] ** np.array([2, 2, 2, 1, 1, 0]) * [1, 2, 1, 2, 2, 1]
        rounding = 16 * EPS * (sizes[pairs].sum(axis=1) * reach**2)
        differ = (np.abs(table) * powers).sum(axis=1) > AGREEMENT + rounding
        largest = np.abs(table).max(axis=1)
        differ &= np.isfinite(largest)
        return table[differ] / largest[differ, None], origins[differ], pairs[differ]

    def joint(self, places: FloatArray) -> FloatArray:
        """log π_k N(x | θ_k) of all rows at places (n, 2) of the window, (rows, n), up to a constant."""
        x, y = (places[:, axis] - self.means[:, axis, None] for axis in (0, 1))
        w = self.whitening[:, :, :, None]
        across, up = w[:, 0, 0] * x, w[:, 1, 0] * x + w[:, 1, 1] * y
        joint = self.heights[:, None] - 0.5 * (across * across + up * up)
        if self._box is not None:
            joint[self._noise, ~inside(self.restored(places).T, self._box)] = -np.inf
        return np.asarray(joint)

    def lead(self, places: FloatArray, pairs: IntArray) -> tuple[FloatArray, FloatArray]:
        """log π_i N_i − log π_j N_j at places (n, 2) for pairs (n, 2), (n,), and its gradient (n, 2)."""
        heights, slopes = [], []
        for rows in pairs.T:
            (xx, _), (yx, yy) = self.whitening[rows].transpose(1, 2, 0)
            x, y = (places - self.means[rows]).T
            across, up = xx * x, yx * x + yy * y
            heights.append(self.heights[rows] - 0.5 * (across * across + up * up))
            slopes.append(np.column_stack([-(xx * across + yx * up), -yy * up]))
        return heights[0] - heights[1], slopes[0] - slopes[1]

    def restored(self, places: FloatArray) -> FloatArray:
        """Places (n, 2) in data units."""
        return np.asarray(self._middle + self._half * places)


class _Course:
    """Places along arcs of the conics of pairs, in units of the window."""

    def __init__(self, window: _Window, pairs: IntArray, origins: FloatArray, found: Arcs) -> None:
        self._window, self._origins, self.arcs = window, origins[found.conic], found
        self._pairs = pairs[found.conic]

    def nearly(self, arc: IntArray, t: FloatArray) -> FloatArray:
        """The places (n, 2) of the arcs (n,) at parameters (n,)."""
        return np.asarray(self.arcs.places(arc, t) + self._origins[arc])

    def places(self, arc: IntArray, t: FloatArray) -> FloatArray:
        """The same, exact to the last digits."""
        places = self.nearly(arc, t)
        free = np.where(self.arcs.across[arc], 0, 1)
        rows = np.arange(len(arc))
        for _ in range(2):  # coefficients have lost digits where a mean is many deviations away
            lead, slope = self._window.lead(places, self._pairs[arc])
            step = lead / slope[rows, free]
            places[rows, free] -= np.where(np.abs(step) < 1e-3, step, 0.0)
        return places

    def ahead(self, arc: IntArray, places: FloatArray) -> BoolArray:
        """Whether the two of an arc are ahead of all others at places (n, 2) of arcs (n,)."""
        joint = self._window.joint(places)
        index = np.arange(len(arc))
        first, second = self._pairs[arc].T
        own = np.minimum(joint[first, index], joint[second, index])
        joint[first, index] = joint[second, index] = -np.inf
        return np.asarray((joint.max(axis=0) <= own) & np.isfinite(own))

    def seen_ahead(self, arc: IntArray, t: FloatArray, should_stop: ShouldStop) -> BoolArray:
        """The same at parameters (n,), in blocks. Raises ``Cancelled`` when told to stop."""
        result = np.empty(len(arc), dtype=bool)
        size = max(1, BLOCK_NUMBERS // len(self._window.heights))
        for start in range(0, len(arc), size):
            check(should_stop)
            part = slice(start, start + size)
            result[part] = self.ahead(arc[part], self.nearly(arc[part], t[part]))
        return result


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Pieces of arcs: ``arc`` (m,), ``start`` and ``end`` (m,) of the parameter."""

    arc: IntArray
    start: FloatArray
    end: FloatArray


def _ahead(course: _Course, should_stop: ShouldStop) -> _Pieces:
    """The pieces on which the two of an arc are ahead: seen at samples, ends found by bisection."""
    start, end = course.arcs.start, course.arcs.end
    counts = np.maximum(np.ceil((end - start) / 2 * SAMPLES).astype(np.int64) + 1, FEWEST_SAMPLES)
    arc = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(len(arc)) - first) / (counts[arc] - 1)
    t = start[arc] * (1 - share) + end[arc] * share
    keep = course.seen_ahead(arc, t, should_stop)
    before = np.append(False, keep[:-1] & (arc[1:] == arc[:-1]))
    after = np.append(keep[1:] & (arc[1:] == arc[:-1]), False)
    begins, stops = np.flatnonzero(keep & ~before), np.flatnonzero(keep & ~after)
    neighbours = np.concatenate([begins - 1, stops + 1]).clip(0, len(t) - 1)
    ends = _changes(course, arc, t, np.concatenate([begins, stops]), neighbours, should_stop)
    return _Pieces(arc[begins], ends[: len(begins)], ends[len(begins) :])


def _changes(
    course: _Course, arc: IntArray, t: FloatArray, at: IntArray, to: IntArray, should_stop: ShouldStop
) -> FloatArray:
    """The last parameters (m,) from samples ``at`` towards samples ``to`` at which the two are ahead."""
    inner = t[at]
    outer = np.where(arc[to] == arc[at], t[to], inner)
    open_ = np.flatnonzero(outer != inner)
    shares = np.arange(1, SECTIONS) / SECTIONS
    own = np.repeat(arc[at[open_]], len(shares))
    for _ in range(SECTIONINGS if len(open_) else 0):
        check(should_stop)
        low, high = inner[open_], outer[open_]
        tried = low[:, None] * (1 - shares) + high[:, None] * shares
        ahead = course.ahead(own, course.places(own, tried.ravel())).reshape(tried.shape)
        offers = np.column_stack([low, tried, high])
        last = np.where(ahead.all(axis=1), len(shares), ahead.argmin(axis=1))  # before the first that is not
        rows = np.arange(len(open_))
        inner[open_], outer[open_] = offers[rows, last], offers[rows, last + 1]
    return inner


def _refined(course: _Course, pieces: _Pieces, should_stop: ShouldStop) -> list[FloatArray]:
    """Each piece as a line of places (m, 2) that is nowhere farther than ``SAG`` from the conic."""
    n = len(pieces.arc)
    share = np.linspace(0.0, 1.0, 5)
    t = (pieces.start[:, None] * (1 - share) + pieces.end[:, None] * share).ravel()
    piece = np.repeat(np.arange(n), len(share))
    places = course.places(pieces.arc[piece], t)
    fresh = np.ones(len(t), dtype=bool)
    for _ in range(MOST_REFINEMENTS):
        check(should_stop)
        left = np.flatnonzero((piece[1:] == piece[:-1]) & (fresh[1:] | fresh[:-1]))
        middle = t[left] / 2 + t[left + 1] / 2
        between = course.places(pieces.arc[piece[left]], middle)
        sag = np.hypot(*(between - (places[left] + places[left + 1]) / 2).T)
        bent = sag > SAG
        if not bent.any():
            break
        where = left[bent] + 1
        t, piece = np.insert(t, where, middle[bent]), np.insert(piece, where, piece[left[bent]])
        places = np.insert(places, where, between[bent], axis=0)
        fresh = np.insert(np.zeros(len(fresh), dtype=bool), where, True)
    return np.split(places, np.flatnonzero(piece[1:] != piece[:-1]) + 1) if n else []


def _boundaries(window: _Window, pairs: IntArray, lines: list[FloatArray]) -> tuple[Boundary, ...]:
    """Pieces of the same pair that touch become one line."""
    by_pair: dict[tuple[int, int], list[FloatArray]] = {}
    for (first, second), line in zip(pairs.tolist(), lines, strict=True):
        by_pair.setdefault((first, second), []).append(line)
    return tuple(
        Boundary(first, second, window.restored(line))
        for (first, second), parts in by_pair.items()
        for line in joined(parts)
    )
