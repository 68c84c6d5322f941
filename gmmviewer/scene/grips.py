"""How a hand takes hold of a component: where its grips are, and what a grip that is moved makes of it.

In the plane an ellipse is held by two conjugate half axes v₁, v₂ with Σ = v₁v₁ᵀ + v₂v₂ᵀ. Any such pair would
do; what a person wants to turn and stretch are the axes that they see. So ellipses are held as they look, in
pixels, but for families that compare lengths along different axes (a circle, one shape turned): these are
held in data units, which is the same where one unit is as long on both axes.
"""

from __future__ import annotations

import math

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.principal import principal

NEARLY_ROUND = 1.02  # long to short axis; below this there is no axis to turn
SMALLEST = 1e-3  # of the present size, in one go: an ellipse that is pushed together stays one


def metric(family: CovarianceFamily, per_pixel: FloatArray) -> FloatArray:
    """Data units (2,) in a unit of the hand along each axis: a pixel, or the same for both."""
    return np.ones(2) if family.compares_axes else np.abs(per_pixel)


def half_axes(covariance: FloatArray, decomposition: str, unit: FloatArray) -> FloatArray:
    """v₁, v₂ (..., 2, 2) of covariances (..., 2, 2) in data units, as [axis, coordinate].

    Exactly along the axes where the family is; else the long one comes first and points to the right, or
    straight up.
    """
    if decomposition[2] == "I":
        return np.asarray(np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))[..., None] * np.eye(2))
    axes = principal(covariance / unit[:, None] / unit)
    cosine, sine = np.cos(axes.angle), np.sin(axes.angle)
    lengths = np.sqrt(np.stack([axes.large, axes.small], axis=-1))
    directions = np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], axis=-2)
    return np.asarray(lengths[..., None] * directions * unit)


def from_half_axes(half: FloatArray) -> FloatArray:
    """Σ = v₁v₁ᵀ + v₂v₂ᵀ, (2, 2)."""
    return np.asarray(half.T @ half)


def lengths(half: FloatArray, unit: FloatArray) -> FloatArray:
    """How long half axes (..., 2, 2) are in the units of the hand, (..., 2)."""
    return np.asarray(np.hypot(half[..., 0] / unit[0], half[..., 1] / unit[1]))


def is_round(half: FloatArray, unit: FloatArray) -> BoolArray:
    """Whether turning would not be seen, (...)."""
    long = lengths(half, unit)
    return np.asarray(long.max(axis=-1) < NEARLY_ROUND * long.min(axis=-1))


def stretched(half: FloatArray, axis: int, at: FloatArray, radius: float) -> FloatArray:
    """One axis as long that the ellipse of this ``radius`` ends beside ``at`` (2,), relative to the mean."""
    share = abs(float(np.linalg.solve(half.T, at)[axis])) / radius
    made = half.copy()
    made[axis] *= max(share, SMALLEST)
    return made


def scaled(half: FloatArray, at: FloatArray, radius: float) -> FloatArray:
    """The same ellipse so large that it passes through ``at`` (2,), relative to the mean."""
    return np.asarray(half * max(float(np.hypot(*np.linalg.solve(half.T, at))) / radius, SMALLEST))


def turned(half: FloatArray, unit: FloatArray, by: float) -> FloatArray:
    """Both axes turned by an angle in the units of the hand."""
    cosine, sine = math.cos(by), math.sin(by)
    return np.asarray((half / unit) @ np.array([[cosine, sine], [-sine, cosine]]) * unit)


def angle_of(at: FloatArray, unit: FloatArray) -> float:
    """The direction of ``at`` (2,) from the mean, in the units of the hand; radians."""
    return math.atan2(float(at[1] / unit[1]), float(at[0] / unit[0]))


def snapped(angle: float, step: float) -> float:
    """The nearest multiple of ``step``."""
    return round(angle / step) * step


def circle_through(at: FloatArray, unit: FloatArray, radius: float) -> FloatArray:
    """The covariance of a circle, in the units of the hand, that passes through ``at`` (2,) at ``radius``."""
    length = float(np.hypot(*(at / unit))) / radius
    return np.diag((length * unit) ** 2)


# ------------------------------------------------------------------ on a line


def peak_height(weight: FloatArray, deviation: FloatArray) -> FloatArray:
    """π / (σ √2π), (K,): how high the curves of components rise."""
    return np.asarray(weight / (deviation * math.sqrt(2.0 * math.pi)))


def weight_of_peak(height: float, deviation: float) -> float:
    """π of the component whose curve is so high, at most 1."""
    return min(max(height * deviation * math.sqrt(2.0 * math.pi), 0.0), 1.0)
