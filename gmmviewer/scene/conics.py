"""Conics a x² + 2h xy + b y² + 2g x + 2f y + c = 0 in rectangles, cut into arcs that are graphs of functions.

Ellipses, hyperbolas, parabolas, lines and pairs of lines are all treated alike: an arc is a piece on which
one coordinate ``u`` is a function of the other, ``t``, and not steep. Such an arc bends gently, can be
sampled evenly, and its equation for u has two well separated roots. Arcs end where the conic leaves the
rectangle or gets steep; both are roots of quadratic equations. Whether there is an arc between two
neighbouring ends is decided in the middle, so that a root too many does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray

STEEP = 1.0837  # no tidy example has a line of exactly this slope, which would be both steep and flat
SWAPPED = [2, 1, 0, 4, 3, 5]


@dataclass(frozen=True, eq=False)
class Arcs:
    """``conic`` (m,) indices; ``across`` (m,): t runs along y and not x; ``sign`` (m,) of ∂/∂u, which tells
    the two roots apart; ``start`` and ``end`` (m,) of t; ``table`` (m, 6) coefficients with t before u."""

    conic: IntArray
    across: BoolArray
    sign: FloatArray
    start: FloatArray
    end: FloatArray
    table: FloatArray

    def __len__(self) -> int:
        return len(self.conic)

    def places(self, index: IntArray, t: FloatArray) -> FloatArray:
        """The points (n, 2) of the arcs ``index`` (n,) at ``t`` (n,), as x and y."""
        u = _root(self.table[index], t, self.sign[index])[0]
        across = self.across[index]
        return np.column_stack([np.where(across, u, t), np.where(across, t, u)])


def arcs(table: FloatArray, x: FloatArray, y: FloatArray) -> Arcs:
    """The arcs of conics (m, 6), coefficients a, h, b, g, f, c, in rectangles of ranges x and y (m, 2)."""
    with np.errstate(all="ignore"):
        along = _arcs(table, x, y, STEEP, across=False)
        across = _arcs(table[:, SWAPPED], y, x, 1.0 / STEEP, across=True)
    return Arcs(
        conic=np.concatenate([along.conic, across.conic]),
        across=np.concatenate([along.across, across.across]),
        sign=np.concatenate([along.sign, across.sign]),
        start=np.concatenate([along.start, across.start]),
        end=np.concatenate([along.end, across.end]),
        table=np.concatenate([along.table, across.table]),
    )


def _arcs(table: FloatArray, t: FloatArray, u: FloatArray, steep: float, across: bool) -> Arcs:
    """The arcs on which |du/dt| ≤ ``steep``."""
    ends = np.sort(np.clip(np.nan_to_num(_ends(table, t, u, steep), nan=-np.inf), t[:, :1], t[:, 1:]), axis=1)
    found = []
    for sign in (1.0, -1.0):
        there = _there(table, ends, u, steep, sign)
        padded = np.pad(there, ((0, 0), (1, 1)))
        conic, first = np.nonzero(padded[:, 1:-1] & ~padded[:, :-2])
        _, last = np.nonzero(padded[:, 1:-1] & ~padded[:, 2:])
        found.append((conic, np.full(len(conic), sign), ends[conic, first], ends[conic, last + 1]))
    conic, sign_, start, end = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Arcs(conic, np.full(len(conic), across), sign_, start, end, table[conic])


def _there(table: FloatArray, ends: FloatArray, u: FloatArray, steep: float, sign: float) -> BoolArray:
    """Whether the branch of this sign is inside and not steep between neighbouring ends, (m, n − 1)."""
    middle = ends[:, :-1] / 2 + ends[:, 1:] / 2
    place, slope = _root(table[:, None, :], middle, np.full_like(middle, sign))
    rise = table[:, None, 0] * middle + table[:, None, 1] * place + table[:, None, 3]
    there = (place >= u[:, :1]) & (place <= u[:, 1:]) & (np.abs(rise) <= steep * np.abs(slope)) & (slope != 0)
    empty = ends[:, 1:] <= ends[:, :-1]
    there[:, 0] &= ~empty[:, 0]
    for j in range(1, there.shape[1]):  # between two equal ends there is what was before them
        there[:, j] = np.where(empty[:, j], there[:, j - 1], there[:, j])
    return np.asarray(there)


def _ends(table: FloatArray, t: FloatArray, u: FloatArray, steep: float) -> FloatArray:
    """All values of t at which an arc may end, (m, n); some of them nowhere near the conic."""
    a, h, b, g, f, c = table.T
    ends = [t, *(_roots(a, h * level + g, (b * level + 2 * f) * level + c) for level in u.T)]
    ends.append(_roots(h * h - a * b, h * f - b * g, f * f - b * c))  # where it turns back
    for slope in (steep, -steep):  # on a line: that of all places where ∂/∂t = ± slope · ∂/∂u
        normal_t, normal_u, offset = a - slope * h, h - slope * b, g - slope * f
        length = np.hypot(normal_t, normal_u)
        normal_t, normal_u, offset = normal_t / length, normal_u / length, offset / length
        t0, u0, dt, du = -normal_t * offset, -normal_u * offset, -normal_u, normal_t
        rise_t, rise_u = a * t0 + h * u0 + g, h * t0 + b * u0 + f
        height = (rise_t + g) * t0 + (rise_u + f) * u0 + c
        s = _roots((a * dt + 2 * h * du) * dt + b * du * du, rise_t * dt + rise_u * du, height)
        ends.append(t0[:, None] + s * dt[:, None])
    return np.concatenate(ends, axis=1)


def _roots(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """The roots (m, 2) of a z² + 2b z + c; for complex ones their real part, roughly."""
    q = -(b + np.copysign(np.sqrt(np.maximum(b * b - a * c, 0.0)), b))
    return np.stack([q / a, c / q], axis=1)


def _root(table: FloatArray, t: FloatArray, sign: FloatArray) -> tuple[FloatArray, FloatArray]:
    """u at ``t`` on the branch where ∂/∂u has this sign, and half that derivative; both of the shape of t.

    In the form of the quadratic formula that does not cancel, whether or not b is (almost) zero.
    """
    a, h, b, g, f, c = np.moveaxis(table, -1, 0)
    half, rest = h * t + f, (a * t + 2 * g) * t + c
    with np.errstate(all="ignore"):
        slope = sign * np.sqrt(np.maximum(half * half - b * rest, 0.0))
        u = np.where(half * slope <= 0, (slope - half) / b, -rest / (slope + half))
    return u, slope
