"""Memory that a pass uses again and again.

The C library gives blocks of this size back to the system as soon as they are free, and every block of points
would pay for them again in page faults: two thirds of the time of a pass over 10⁴ points.
"""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray


class Scratch:
    """Arrays for K components and up to ``size`` points in d dimensions; the next user overwrites them."""

    def __init__(self, k: int, d: int, size: int) -> None:
        self._k = k
        self._memory = np.empty((d + 2, k * size))

    def residual(self, axis: int, n: int) -> FloatArray:
        """(K, n) for the residuals along an axis."""
        return self._array(axis + 2, n)

    def joint(self, n: int) -> FloatArray:
        """(K, n) for joint log-densities."""
        return self._array(0, n)

    def product(self, n: int) -> FloatArray:
        """(K, n) for a product that is used at once."""
        return self._array(1, n)

    def _array(self, index: int, n: int) -> FloatArray:
        return self._memory[index, : self._k * n].reshape(self._k, n)
