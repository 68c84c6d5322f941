"""Data sets drawn from a known truth, each made to show one thing about Gaussian mixtures.

Every generator takes a seed and gives the same bits for the same seed; ``truth`` keeps the component
(or the shape) that each point was drawn from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray


def three_blobs(seed: int = 0, n: int = 300) -> PointSet:
    """Three round, equally large, well separated groups."""
    means = [(-4.0, -2.0), (4.0, -2.0), (0.0, 4.0)]
    return _mixture("Three blobs", seed, n, [1 / 3] * 3, means, [np.eye(2)] * 3)


def rotated(seed: int = 0, n: int = 400) -> PointSet:
    """Two long parallel ellipses at 45°, which neither circles nor upright ellipses can follow."""
    covariance = _ellipse(3.0, 0.4, math.radians(45.0))
    return _mixture("Rotated", seed, n, [0.5, 0.5], [(-1.2, 1.2), (1.2, -1.2)], [covariance] * 2)


def unequal_spread(seed: int = 0, n: int = 400) -> PointSet:
    """A tight group at the flank of a wide one: half-way between the means is the wrong border."""
    covariances = [np.eye(2) * 3.0**2, np.eye(2) * 0.4**2]
    return _mixture("Unequal spread", seed, n, [0.6, 0.4], [(0.0, 0.0), (4.5, 0.0)], covariances)


def overlapping(seed: int = 0, n: int = 400) -> PointSet:
    """Two groups two standard deviations apart: no labels are certain between them."""
    return _mixture("Overlapping", seed, n, [0.5, 0.5], [(-1.0, 0.0), (1.0, 0.0)], [np.eye(2)] * 2)


def ring(seed: int = 0, n: int = 500) -> PointSet:
    """A ring (truth 0) about a core (truth 1); no Gaussian looks like a ring."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(2, size=n, p=[0.75, 0.25])
    angles = generator.uniform(0.0, 2.0 * math.pi, n)
    radii = 5.0 + 0.3 * generator.standard_normal(n)
    circle = radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    core = 0.7 * generator.standard_normal((n, 2))
    values = np.where(truth[:, None] == 0, circle, core)
    return _generated(values, "Ring and core", truth, seed)


def scale_mixture(seed: int = 0, n: int = 500) -> PointSet:
    """One mean, two scales (1 and 4): a sharp peak on heavy tails, in one dimension."""
    return _mixture("Scale mixture", seed, n, [0.6, 0.4], [(0.0,), (0.0,)], [[[1.0]], [[16.0]]])


def scale_isotropic(seed: int = 0, n: int = 600) -> PointSet:
    """One mean, three circles (0.5, 1.5 and 5): every direction is alike, every distance is not."""
    covariances = [scale**2 * np.eye(2) for scale in (0.5, 1.5, 5.0)]
    return _mixture("Scales, round", seed, n, [0.3, 0.4, 0.3], [(2.0, -1.0)] * 3, covariances)


def scale_scaled(seed: int = 0, n: int = 600) -> PointSet:
    """One mean, one tilted ellipse in three sizes (1, 3 and 10)."""
    covariances = [scale**2 * _ellipse(0.6, 0.2, math.radians(30.0)) for scale in (1.0, 3.0, 10.0)]
    return _mixture("Scales of one shape", seed, n, [0.4, 0.3, 0.3], [(0.0, 0.0)] * 3, covariances)


def scale_free(seed: int = 0, n: int = 600) -> PointSet:
    """One mean, two long ellipses that cross like an X: only covariances tell them apart."""
    covariances = [_ellipse(4.0, 0.5, math.radians(angle)) for angle in (45.0, -45.0)]
    return _mixture("Crossing", seed, n, [0.5, 0.5], [(0.0, 0.0)] * 2, covariances)


def heavy_tails(seed: int = 0, n: int = 600) -> PointSet:
    """Student's t with two degrees of freedom, a Gaussian mixture of all scales at once: no variance."""
    values = np.random.default_rng(seed).standard_t(2.0, size=(n, 1))
    return _generated(values, "Heavy tails", np.zeros(n), seed)


def one_dimensional(seed: int = 0, n: int = 300) -> PointSet:
    """Two humps of different width on a line."""
    return _mixture("Two humps", seed, n, [0.6, 0.4], [(-2.0,), (3.0,)], [[[1.0]], [[2.25]]])


def _mixture(
    name: str,
    seed: int,
    n: int,
    weights: Sequence[float],
    means: Sequence[Sequence[float]],
    covariances: Sequence[ArrayLike],
) -> PointSet:
    """n points drawn from a Gaussian mixture."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(len(weights), size=n, p=weights)
    factors = np.linalg.cholesky(np.asarray(covariances, dtype=np.float64))
    standard = generator.standard_normal((n, len(means[0])))
    values = np.asarray(means)[truth] + np.einsum("nij,nj->ni", factors[truth], standard)
    return _generated(values, name, truth, seed)


def _generated(values: FloatArray, name: str, truth: ArrayLike, seed: int) -> PointSet:
    return PointSet.of(values, name=name, truth=truth, notes=(f"generated with seed {seed}",))


def _ellipse(major: float, minor: float, angle: float) -> FloatArray:
    """The covariance of an ellipse with these standard deviations along its axes, turned by ``angle``."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray(turn @ np.diag([major**2, minor**2]) @ turn.T)
