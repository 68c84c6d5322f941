"""The floor: no component may be thinner than a tiny fraction of the data.

The constraint is Σ_k ⪰ F with F diagonal, F_jj = 1e-9 × the variance of axis j. It is relative to each
axis, so that a column measured in small units is not swallowed by its neighbour, and it is imposed by
*clipping*, which is the exact constrained maximum; adding a constant to the diagonal is not, and makes the
log-likelihood fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, frozen
from gmmviewer.mixture.principal import assembled, principal

RELATIVE_FLOOR = 1e-9
TOUCH = 1e-6  # relative; closer to the floor than this counts as on it
ROUNDING = 8 * float(
    np.finfo(np.float64).eps
)  # a thin matrix stores its small eigenvalue to eps of the large
NO_VARIANCE = 1e-280  # relative to the widest axis; the floor under a smaller variance is a denormal number


@dataclass(frozen=True, eq=False)
class Floor:
    """``variances`` (d,): the smallest variance along each axis, in squared standard units."""

    variances: FloatArray

    @classmethod
    def relative_to(cls, data_variances: FloatArray, fraction: float = RELATIVE_FLOOR) -> Floor:
        """The floor for data with these variances; an axis without spread borrows from the widest."""
        widest = float(data_variances.max(initial=0.0)) or 1.0
        usable = np.where(data_variances > NO_VARIANCE * widest, data_variances, widest)
        return cls(frozen(fraction * usable))

    def clip_spherical(self, variances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Variances (K,) of spherical components raised so that λI ⪰ F, and which were raised."""
        least = float(self.variances.max())
        return np.maximum(variances, least), variances < least

    def clip_diagonal(self, variances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Diagonals (K, d) raised to the floor, and which components were raised."""
        low = np.asarray((variances < self.variances).any(axis=1))
        return np.maximum(variances, self.variances), low

    def clip_full(self, covariances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Covariances (K, d, d) with eigenvalues relative to F raised to 1; the others stay as they are."""
        low = self.below(covariances)
        if not low.any():
            return covariances, low
        relative = covariances[low] / self._products
        raised = self._raised_flat(relative) if len(self.variances) <= 2 else self._raised(relative)
        clipped = covariances.copy()
        clipped[low] = raised * self._products  # symmetric, and stays so in this order
        return clipped, low

    def below(self, covariances: FloatArray) -> BoolArray:
        """Which of the covariances (K, d, d) are not ⪰ F, (K,)."""
        return self._short_of(covariances, 1.0)

    def touched(self, covariances: FloatArray) -> BoolArray:
        """Which of the covariances (K, d, d) stand on the floor as nearly as they can be stored, (K,)."""
        widest = (np.diagonal(covariances, axis1=1, axis2=2) / self.variances).max(axis=1)
        return self._short_of(covariances, 1.0 + TOUCH + ROUNDING * widest)

    def whitened(self, matrices: FloatArray) -> FloatArray:
        """F^−½ M F^−½ for matrices (K, d, d): the floor of these is the identity."""
        return np.asarray(matrices / self._products)

    def restored(self, whitened: FloatArray) -> FloatArray:
        """Back from ``whitened``."""
        return np.asarray(whitened * self._products)

    @cached_property
    def _products(self) -> FloatArray:
        root = np.sqrt(self.variances)
        return root[:, np.newaxis] * root

    def _short_of(self, covariances: FloatArray, least: float | FloatArray) -> BoolArray:
        """Whether an eigenvalue relative to F is smaller than ``least``, (K,)."""
        d = len(self.variances)
        if d > 2:
            return np.asarray(np.linalg.eigvalsh(covariances / self._products)[:, 0] < least)
        relative = covariances / self._products
        first = relative[:, 0, 0] - least
        if d == 1:
            return np.asarray(first < 0.0)
        second = relative[:, 1, 1] - least
        room = np.sqrt(np.maximum(first, 0.0)) * np.sqrt(np.maximum(second, 0.0))
        return np.asarray((np.minimum(first, second) < 0.0) | (room < np.abs(relative[:, 0, 1])))

    @staticmethod
    def _raised_flat(relative: FloatArray) -> FloatArray:
        """Eigenvalues of (K, d, d) matrices raised to 1, in closed form for d ≤ 2."""
        if relative.shape[1] == 1:
            return np.maximum(relative, 1.0)
        axes = principal(relative)
        return assembled(axes.angle, np.maximum(axes.large, 1.0), np.maximum(axes.small, 1.0))

    @staticmethod
    def _raised(relative: FloatArray) -> FloatArray:
        values, axes = np.linalg.eigh(relative)
        raised = (axes * np.maximum(values, 1.0)[:, np.newaxis, :]) @ axes.transpose(0, 2, 1)
        return np.asarray((raised + raised.transpose(0, 2, 1)) / 2)
