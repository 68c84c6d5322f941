"""The M-step once the axes are known: how long they should be.

Along given axes W_k has the diagonal (a_k, b_k), and Σ_k = diag(p_k, q_k) minimises

    −2Q = Σ_k n_k (log p_k + log q_k) + a_k / p_k + b_k / q_k,

which is convex in the logarithms. A shared volume or shape is a linear condition there, √(p_k q_k) = λ_k or
√(p_k / q_k) = e^u. So is the floor convex, seen along axes of any angle, and every problem comes down to the
root of one rising function. ``a``, ``b`` have the shape (..., K): as many problems at once as there are
leading indices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.roots import rising_root
from gmmviewer.mixture.floor import Floor

TINY = 1e-300  # under a logarithm
STEEPEST = 1e10  # 1 / (1 − correlation²); a slanted needle is stored up to eps times this
NEARLY = 1e-6  # of |u|
LONGEST = 340.0  # |u| in any case: e^2u stays a number
FASTEST = 1e30  # in place of an infinite slope
NEWTON_STEPS = 100
LEVEL = Floor(np.ones(2))  # the floor of matrices that were whitened by it

Lengths = tuple[FloatArray, FloatArray]


class Sill(NamedTuple):
    """The floor F = diag(f₁, f₂) seen along axes at an angle: diagonal (``along``, ``across``) and |off|.

    diag(p, q) is above it where p ≥ along and (p − along)(q − across) ≥ off². ``reach``: the largest |u| that
    can be stored at this angle; only one volume for all can ask for more. All (..., K).
    """

    along: FloatArray
    across: FloatArray
    off: FloatArray
    reach: FloatArray

    @classmethod
    def of(cls, floor: Floor, angle: FloatArray) -> Sill:
        """The floor along axes at these angles."""
        first, second = floor.variances
        cosine, sine = np.cos(angle), np.sin(angle)
        slant = np.abs(cosine * sine)
        off = np.abs(first - second) * slant
        reach = np.minimum(0.5 * np.log(STEEPEST) - np.log(np.maximum(slant, TINY)), LONGEST)
        return cls(first * cosine**2 + second * sine**2, first * sine**2 + second * cosine**2, off, reach)

    def holds(self, lengths: Lengths) -> bool:
        """Whether all of these are above the floor as they are."""
        p, q = lengths
        above, beside = p - self.along, q - self.across
        if not (np.minimum(above, beside) >= 0.0).all():
            return False
        room = np.sqrt(above) * np.sqrt(beside)
        return bool((room >= self.off).all() and (np.abs(shape_of(p, q)) <= self.reach).all())

    def stretched(self, lengths: Lengths) -> BoolArray:
        """Which of these are as long for their width as can be stored, (..., K)."""
        return np.asarray(np.abs(shape_of(*lengths)) >= self.reach - NEARLY)

    def least_size(self, shape: FloatArray) -> Lengths:
        """The smallest λ with diag(λe^u, λe^−u) above the floor for ``shape`` u, and d log λ / du."""
        one, other = self.along * np.exp(-shape), self.across * np.exp(shape)
        slope = other - one
        root = np.hypot(slope, 2.0 * self.off)
        return 0.5 * (one + other + root), slope / np.where(root > 0.0, root, 1.0)


def shape_of(along: FloatArray, across: FloatArray) -> FloatArray:
    """u = ½ log(a / b); 0 where both are zero."""
    return np.asarray(0.5 * (np.log(np.maximum(along, TINY)) - np.log(np.maximum(across, TINY))))


# ------------------------------------------------------------------ without the floor


def free_own(a: FloatArray, b: FloatArray, counts: FloatArray) -> Lengths:
    """Own volume, own shape: p = a / n, q = b / n."""
    return a / counts, b / counts


def free_one_shape(a: FloatArray, b: FloatArray, counts: FloatArray) -> Lengths:
    """Own volumes, one shape: Σ n_k tanh(u − u_k) = 0, λ_k = (a_k e^−u + b_k e^u) / (2 n_k)."""
    centres = shape_of(a, b)
    shape = balanced(centres, counts)
    grown = np.exp(shape)
    size = (a / grown + b * grown) / (2.0 * counts)
    return size * grown, size / grown


def free_one_volume(a: FloatArray, b: FloatArray, counts: FloatArray) -> Lengths:
    """One volume, own shapes: λ = Σ √(a_k b_k) / n."""
    first, second = np.sqrt(np.maximum(a, TINY)), np.sqrt(np.maximum(b, TINY))
    size = (first * second).sum(axis=-1, keepdims=True) / counts.sum()
    return size * (first / second), size * (second / first)


def free_common(a: FloatArray, b: FloatArray, counts: FloatArray) -> Lengths:
    """One volume, one shape: p = Σ a_k / n, q = Σ b_k / n."""
    total = counts.sum()
    p, q = a.sum(axis=-1, keepdims=True) / total, b.sum(axis=-1, keepdims=True) / total
    return np.broadcast_to(p, a.shape), np.broadcast_to(q, a.shape)


def balanced(centres: FloatArray, counts: FloatArray) -> float:
    """The u at which Σ n_k tanh(u − u_k) = 0, by Newton's method between the outermost u_k."""
    low, high = float(centres.min()), float(centres.max())
    shape = float(counts @ centres / counts.sum())
    for _ in range(NEWTON_STEPS):
        pulls = np.tanh(shape - centres)
        force = float(counts @ pulls)
        low, high = (shape, high) if force < 0.0 else (low, shape)
        stiffness = float(counts @ (1.0 - pulls * pulls))
        new = shape - force / stiffness if stiffness > 0.0 else high
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - shape) <= 1e-15 * (1.0 + abs(shape)):
            return new
        shape = new
    return shape


# ------------------------------------------------------------------ above the floor


def floored_own(a: FloatArray, b: FloatArray, counts: FloatArray, sill: Sill) -> Lengths:
    """Own volume, own shape: each component by itself."""
    low, high = _range(a, b, sill, together=False)
    shape = rising_root(lambda u: _pull(u, a, b, counts, sill), low, high)
    return _lengths(shape, _size(shape, a, b, counts, sill)[0])


def floored_one_shape(a: FloatArray, b: FloatArray, counts: FloatArray, sill: Sill) -> Lengths:
    """Own volumes, one shape."""
    low, high = _range(a, b, sill, together=True)
    shape = rising_root(lambda u: _pull(u, a, b, counts, sill).sum(axis=-1, keepdims=True), low, high)
    return _lengths(shape, _size(shape, a, b, counts, sill)[0])


def floored_common(a: FloatArray, b: FloatArray, counts: FloatArray, sill: Sill) -> Lengths:
    """One volume, one shape: one component of all the points over the highest of the sills."""
    low, high = _range(a, b, sill, together=True)
    first, second = a.sum(axis=-1, keepdims=True), b.sum(axis=-1, keepdims=True)
    total = np.array([counts.sum()])
    shape = rising_root(lambda u: _pull(u, first, second, total, sill, highest=True), low, high)
    size, _ = _size(shape, first, second, total, sill, highest=True)
    p, q = _lengths(shape, size)
    return np.broadcast_to(p, a.shape), np.broadcast_to(q, a.shape)


def floored_one_volume(a: FloatArray, b: FloatArray, counts: FloatArray, sill: Sill) -> Lengths:
    """One volume, own shapes: each as near to its own as the floor lets it at this volume."""
    wanted = shape_of(a, b)
    least = np.sqrt(sill.along * sill.across) + sill.off
    low = np.log(least.max(axis=-1, keepdims=True))

    def pull(log_size: FloatArray) -> FloatArray:
        return _volume_pull(log_size, wanted, a, b, counts, sill)

    high, reach = low + 1.0, 1.0
    while reach < 1e3 and (pull(high) < 0.0).any():
        reach *= 2.0
        high = high + reach
    log_size = rising_root(pull, low, high)
    shape, _ = _nearest_shape(log_size, wanted, sill)
    return _lengths(shape, np.broadcast_to(np.exp(log_size), shape.shape))


def _range(a: FloatArray, b: FloatArray, sill: Sill, *, together: bool) -> Lengths:
    """Between which shapes the best one is: those of the scatters and those of the floor."""
    wanted, lowest = shape_of(a, b), shape_of(sill.along, sill.across)
    low, high = np.minimum(wanted, lowest), np.maximum(wanted, lowest)
    if together:
        return low.min(axis=-1, keepdims=True), high.max(axis=-1, keepdims=True)
    return low, high


def _lengths(shape: FloatArray, size: FloatArray) -> Lengths:
    return size * np.exp(shape), size * np.exp(-shape)


def _size(
    shape: FloatArray,
    a: FloatArray,
    b: FloatArray,
    counts: FloatArray,
    sill: Sill,
    *,
    highest: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """λ for a shape u, and d log λ / du where the floor decides it (NaN where it does not)."""
    least, slope = sill.least_size(shape)
    if highest:
        top = least.argmax(axis=-1)[..., None]
        least, slope = np.take_along_axis(least, top, -1), np.take_along_axis(slope, top, -1)
    wanted = (a * np.exp(-shape) + b * np.exp(shape)) / (2.0 * counts)
    held = wanted < least
    return np.where(held, least, wanted), np.where(held, slope, np.nan)


def _pull(
    shape: FloatArray,
    a: FloatArray,
    b: FloatArray,
    counts: FloatArray,
    sill: Sill,
    *,
    highest: bool = False,
) -> FloatArray:
    """d(−2Q)/du at the best λ for the shape u: rises with u."""
    size, slope = _size(shape, a, b, counts, sill, highest=highest)
    one, other = a * np.exp(-shape) / size, b * np.exp(shape) / size
    held = np.where(np.isnan(slope), 0.0, slope * (2.0 * counts - (one + other)))
    return np.asarray(other - one + held)


def _nearest_shape(log_size: FloatArray, wanted: FloatArray, sill: Sill) -> tuple[FloatArray, FloatArray]:
    """The shapes above the floor at this volume nearest to the wanted ones, and their du / d log λ."""
    size = np.exp(log_size)
    volume = np.maximum(sill.along * sill.across - sill.off**2, 0.0)
    rise = np.maximum(size - volume / size, 2.0 * sill.off)  # λ is no less than the least, but for rounding
    root = np.sqrt(np.maximum((rise - 2.0 * sill.off) * (rise + 2.0 * sill.off), 0.0))
    top = np.log((size + volume / size + root) / (2.0 * sill.across))
    bottom = 2.0 * shape_of(sill.along, sill.across) - top
    opening = np.where(sill.off > 0.0, FASTEST, 1.0)  # at the least volume, where the two meet
    speed = np.divide(rise, root, out=opening, where=root > 0.0)
    high, low = np.minimum(top, sill.reach), np.minimum(np.maximum(bottom, -sill.reach), top)
    rising = np.where((wanted > high) & (high == top), speed, 0.0)
    falling = np.where((wanted < low) & (low == bottom), speed, 0.0)
    return np.clip(wanted, low, high), rising - falling


def _volume_pull(
    log_size: FloatArray, wanted: FloatArray, a: FloatArray, b: FloatArray, counts: FloatArray, sill: Sill
) -> FloatArray:
    """d(−2Q)/d log λ at the best shapes for the volume λ: rises with λ."""
    shape, moves = _nearest_shape(log_size, wanted, sill)
    one, other = a * np.exp(-shape - log_size), b * np.exp(shape - log_size)
    return np.asarray((2.0 * counts - one - other + (other - one) * moves).sum(axis=-1, keepdims=True))


# ------------------------------------------------------------------ by the letters for volume and shape

Free = Callable[[FloatArray, FloatArray, FloatArray], Lengths]
Floored = Callable[[FloatArray, FloatArray, FloatArray, Sill], Lengths]

FREE: dict[str, Free] = {
    "VV": free_own,
    "VE": free_one_shape,
    "EV": free_one_volume,
    "EE": free_common,
}
FLOORED: dict[str, Floored] = {
    "VV": floored_own,
    "VE": floored_one_shape,
    "EV": floored_one_volume,
    "EE": floored_common,
}


def cost(a: FloatArray, b: FloatArray, counts: FloatArray, lengths: Lengths) -> FloatArray:
    """−2Q, (...), up to a constant; ``lengths`` positive."""
    p, q = lengths
    return np.asarray((counts * (np.log(p) + np.log(q)) + a / p + b / q).sum(axis=-1))
