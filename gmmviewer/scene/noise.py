"""Where the uniform component is: a box around the points, and nothing outside.

The mixture only knows how dense its noise is; pictures also show where it ends.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.joint import log_joint
from gmmviewer.mixture.parameters import Mixture

Box: TypeAlias = tuple[tuple[float, float], ...]  # (low, high) along each axis


def box_of(points: PointSet) -> Box | None:
    """The box of the points, in data units; None without points."""
    if points.n == 0:
        return None
    low, high = points.bounds
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def joint_in_box(columns: FloatArray, mixture: Mixture, box: Box | None) -> FloatArray:
    """log π_k N(x_i | θ_k) as (K, m), with noise one row more, which is −∞ outside the ``box``.

    ``columns`` (d, m) in the units of mixture and box; without a box the noise is everywhere.
    """
    joint = log_joint(columns, mixture)
    if mixture.noise is not None and box is not None:
        joint[-1, ~inside(columns, box)] = -np.inf
    return joint


def inside(columns: FloatArray, box: Box) -> np.ndarray:
    """Which of the places (d, m) lie in the box, edges included, (m,)."""
    within = np.ones(columns.shape[1], dtype=bool)
    for column, (low, high) in zip(columns, box, strict=True):
        within &= (column >= low) & (column <= high)
    return within
