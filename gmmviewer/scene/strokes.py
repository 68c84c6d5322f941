"""Where the points of a stroke go: in the disc of a spray, or evenly along a line."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray

CUT = 2.0  # σ: the radius of the disc of a Gaussian spray, which holds 86 % of it in the plane


def gaussian_disc(count: int, d: int, generator: np.random.Generator) -> FloatArray:
    """Places (count, d) of a Gaussian with σ = 1/2, cut off at the circle of radius 1; d = 1 or 2."""
    angles = generator.uniform(0.0, 2.0 * np.pi, count)
    inside = generator.uniform(0.0, -np.expm1(-CUT * CUT / 2.0), count)  # of the Rayleigh distribution
    return _polar(np.sqrt(-2.0 * np.log1p(-inside)) / CUT, angles)[:, :d]


def round_disc(count: int, d: int, generator: np.random.Generator) -> FloatArray:
    """Places (count, d) spread evenly over the circle of radius 1, in one dimension over −1…1."""
    if d == 1:
        return np.asarray(generator.uniform(-1.0, 1.0, (count, 1)))
    angles = generator.uniform(0.0, 2.0 * np.pi, count)
    return _polar(np.sqrt(generator.uniform(0.0, 1.0, count)), angles)


def every(way: FloatArray, spacing: float) -> FloatArray:
    """Places (m, d) along the straight pieces through ``way`` (k, d), ``spacing`` apart as one walks.

    The first is where the way begins, so there is always one.
    """
    steps = np.sqrt((np.diff(way, axis=0) ** 2).sum(axis=1))
    walked = np.concatenate([[0.0], np.cumsum(steps)])
    count = int(walked[-1] / spacing + 1e-9) + 1  # the end counts as reached
    stops = np.arange(count) * spacing
    return np.column_stack([np.interp(stops, walked, axis) for axis in way.T])


def _polar(radii: FloatArray, angles: FloatArray) -> FloatArray:
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
