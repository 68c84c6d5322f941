"""Roots of functions that only rise, many at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmmviewer.mixture.arrays import FloatArray

MOST = 200
TIGHT = 4 * float(np.finfo(np.float64).eps)

Rising = Callable[[FloatArray], FloatArray]


def rising_root(function: Rising, low: FloatArray, high: FloatArray) -> FloatArray:
    """Where each of the nondecreasing functions crosses zero between ``low`` and ``high``.

    ``function`` maps an array to one of the same shape. An end is the answer where there is no crossing, and
    a jump over zero counts as one. Bracketed inverse quadratic interpolation (Chandrupatla 1997).
    """
    a, b = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    fa, fb = function(a), function(b)
    ends = np.where(fa >= 0.0, a, b)
    inside = (fa < 0.0) & (fb > 0.0) & (b > a)
    if not inside.any():
        return ends
    c, fc, t = a, fa, np.full_like(a, 0.5)
    for _ in range(MOST):
        x = a + t * (b - a)
        fx = function(x)
        same = (fx > 0.0) == (fa > 0.0)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        width = np.abs(b - a)
        least = 0.5 * TIGHT * (1.0 + np.abs(best)) / np.where(width > 0.0, width, 1.0)
        done = (least > 0.5) | (fa == 0.0) | ~inside
        if done.all():
            break
        t = np.clip(_next(a, b, c, fa, fb, fc), np.minimum(least, 0.5), np.maximum(1.0 - least, 0.5))
    return np.where(inside, np.where(np.abs(fa) < np.abs(fb), a, b), ends)


def _next(
    a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray
) -> FloatArray:
    """The next point as a fraction of the way from a to b: interpolated where that is safe, else halfway."""
    with np.errstate(all="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        t = fa / (fb - fa) * (fc / (fb - fc)) + (c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb))
        safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(t)
    return np.where(safe, t, 0.5)
