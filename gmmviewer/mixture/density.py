"""Densities and responsibilities of a mixture at points, in whatever units both are given."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, as_points
from gmmviewer.mixture.assignment import NEGLIGIBLE, SOFT, Assignment
from gmmviewer.mixture.joint import log_joint, log_sum_exp
from gmmviewer.mixture.parameters import Mixture


def _columns(points: ArrayLike, mixture: Mixture) -> FloatArray:
    values = as_points(points)
    if values.shape[1] != mixture.n_dimensions:
        raise ValueError(f"the points have {values.shape[1]} dimensions, the mixture {mixture.n_dimensions}")
    return values.T


def component_log_densities(points: ArrayLike, mixture: Mixture) -> FloatArray:
    """log(π_k N(x_i | μ_k, Σ_k)), (n, K); with noise one column more, log(π_0 / V), at the end."""
    return log_joint(_columns(points, mixture), mixture).T


def log_density(points: ArrayLike, mixture: Mixture) -> FloatArray:
    """log p(x_i), (n,), by log-sum-exp: right even where every density underflows."""
    joint = log_joint(_columns(points, mixture), mixture)
    top = joint.max(axis=0)
    return np.asarray(top + np.log(np.exp(joint - top).sum(axis=0)))


def log_likelihood(points: ArrayLike, mixture: Mixture) -> float:
    """Σ_i log p(x_i) in nats (Bishop 2006, eq. 9.14)."""
    return float(log_density(points, mixture).sum())


def responsibilities(points: ArrayLike, mixture: Mixture) -> FloatArray:
    """r_ik = π_k N(x_i | μ_k, Σ_k) / p(x_i), (n, K); rows sum to 1 (Bishop 2006, eq. 9.13).

    With noise one column more at the end.
    """
    return responsibilities_of_columns(_columns(points, mixture), mixture).T


def responsibilities_of_columns(columns: FloatArray, mixture: Mixture) -> FloatArray:
    """Responsibilities as (K, n), with noise (K+1, n), for points given as columns (d, n)."""
    joint = log_joint(columns, mixture)
    joint -= joint.max(axis=0)
    np.maximum(joint, NEGLIGIBLE, out=joint)
    np.exp(joint, out=joint)
    joint /= joint.sum(axis=0)
    return joint


def assigned_columns(
    columns: FloatArray, mixture: Mixture, assignment: Assignment, first: int = 0
) -> FloatArray:
    """What an algorithm assigns to points given as columns (d, n), (K, n) as above.

    ``first``: the number of the first of these points, to which random draws belong.
    """
    if assignment is SOFT:
        return responsibilities_of_columns(columns, mixture)
    joint = log_joint(columns, mixture)
    top, rest = log_sum_exp(joint)
    return assignment.assign(joint, top + rest, first).q


def mahalanobis(points: ArrayLike, mixture: Mixture) -> FloatArray:
    """√((x_i − μ_k)ᵀ Σ_k⁻¹ (x_i − μ_k)), (n, K)."""
    residuals = _columns(points, mixture)[None] - mixture.means[:, :, None]
    whitened = mixture.whitening @ residuals
    return np.asarray(np.sqrt((whitened**2).sum(axis=1)).T)
