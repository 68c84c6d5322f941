"""The floor: no component may be thinner than a tiny fraction of the data.

The constraint is Σ_k ⪰ F with F diagonal, F_jj = 1e-9 × the variance of axis j. It is relative to each
axis, so that a column measured in small units is not swallowed by its neighbour, and it is imposed by
*clipping*, which is the exact constrained maximum; adding a constant to the diagonal is not, and makes the
log-likelihood fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray, frozen

RELATIVE_FLOOR = 1e-9
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
        root = np.sqrt(self.variances)
        relative = covariances / root[:, np.newaxis] / root
        values, vectors = np.linalg.eigh(relative)
        low = values[:, 0] < 1.0
        if not low.any():
            return covariances, low
        clipped = covariances.copy()
        axes = vectors[low]
        raised = (axes * np.maximum(values[low], 1.0)[:, np.newaxis, :]) @ axes.transpose(0, 2, 1)
        raised = (raised + raised.transpose(0, 2, 1)) / 2
        clipped[low] = raised * (root[:, np.newaxis] * root)  # in this order it stays exactly symmetric
        return clipped, low
