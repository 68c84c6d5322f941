"""Coordinates in which a covariance family is a linear space, for accelerated EM to extrapolate in.

Most families are flat in the unit-lower LDLᵀ coordinates (log d₁, log d₂, l₂₁), and all of R^m is then a
covariance. Where a shape is shared without its orientation, or an orientation without the shape, eigenvalues
and angles serve: (log λ₁, log λ₂, θ), followed by continuity from one covariance to the next.
"""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.principal import assembled, principal

SHARED_ANGLE = ("EVE", "VVE")
OWN_ANGLES = ("EEV", "VEV")
TINY = 1e-300  # under the logarithm


def chart(covariances: FloatArray, decomposition: str) -> FloatArray:
    """Coordinates (S, K, m) of S successive covariances (S, K, d, d)."""
    if decomposition in SHARED_ANGLE:
        return _shared_angle_chart(covariances)
    if decomposition in OWN_ANGLES:
        return _own_angles_chart(covariances)
    return _triangular_chart(covariances)


def unchart(coordinates: FloatArray, decomposition: str) -> FloatArray:
    """Covariances (K, d, d) at the coordinates (K, m) nearest to these that belong to the family.

    Not finite where the coordinates are beyond all bounds.
    """
    d = int((np.sqrt(8 * coordinates.shape[-1] + 1) - 1) / 2)
    logs, slants = _within(coordinates[:, :d], coordinates[:, d:], decomposition)
    with np.errstate(over="ignore", invalid="ignore"):
        if decomposition in (*SHARED_ANGLE, *OWN_ANGLES):
            return assembled(slants[:, 0], np.exp(logs[:, 0]), np.exp(logs[:, 1]))
        unit = np.zeros((len(logs), d, d)) + np.eye(d)
        unit[:, *np.tril_indices(d, -1)] = slants
        covariances = (unit * np.exp(logs)[:, None, :]) @ unit.transpose(0, 2, 1)
        return np.asarray((covariances + covariances.transpose(0, 2, 1)) / 2)


def _within(logs: FloatArray, slants: FloatArray, decomposition: str) -> tuple[FloatArray, FloatArray]:
    """The coordinates with what the family calls equal made equal, and what it calls identity made zero.

    Sums of coordinates of members need this for their rounding only.
    """
    volume = logs.mean(axis=1, keepdims=True)
    parts = (volume, logs - volume, slants)
    volume, shape, orientation = (
        _equal(part) if letter == "E" else part * (letter == "V")
        for part, letter in zip(parts, decomposition, strict=True)
    )
    return volume + shape, orientation


def _equal(part: FloatArray) -> FloatArray:
    return np.broadcast_to(part.mean(axis=0, keepdims=True), part.shape)


def _triangular_chart(covariances: FloatArray) -> FloatArray:
    d = covariances.shape[-1]
    factors = np.linalg.cholesky(covariances)
    diagonal = np.diagonal(factors, axis1=-2, axis2=-1)
    unit = factors / diagonal[..., None, :]
    return np.concatenate([2.0 * np.log(diagonal), unit[..., *np.tril_indices(d, -1)]], axis=-1)


def _shared_angle_chart(covariances: FloatArray) -> FloatArray:
    """The angle is that of the most stretched component; it moves by less than a quarter turn."""
    axes = principal(covariances)
    clearest = np.argmax(axes.stretch / axes.large, axis=1)
    angles = np.unwrap(np.take_along_axis(axes.angle, clearest[:, None], axis=1)[:, 0], period=np.pi / 2)
    every = np.broadcast_to(angles[:, None], axes.angle.shape)
    return _stacked(*axes.along(every), every)


def _own_angles_chart(covariances: FloatArray) -> FloatArray:
    """The long axis stays the first; each moves by less than half a turn. A round one takes no part."""
    axes = principal(covariances)
    return _stacked(axes.large, axes.small, np.unwrap(axes.angle, axis=0, period=np.pi))


def _stacked(along: FloatArray, across: FloatArray, angle: FloatArray) -> FloatArray:
    logs = (np.log(np.maximum(values, TINY)) for values in (along, across))
    return np.stack([*logs, angle], axis=-1)
