"""From one mixture to another in small steps, for pictures that move; no number on screen comes from here."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture, Noise


def alike(start: Mixture, end: Mixture) -> bool:
    """Whether there is a way from one to the other: the same components, in the same dimensions."""
    same_noise = (start.noise is None) == (end.noise is None)
    return start.means.shape == end.means.shape and same_noise


def between(start: Mixture, end: Mixture, share: float) -> Mixture:
    """The mixture on the way from ``start`` (share 0) to ``end`` (share 1), in one or two dimensions.

    Means and weights go straight. The covariances go along

        Σ(t) = (1−t)² A + 2t(1−t) A#B + t² B,

    where A#B is the geometric mean of A and B. In the coordinates in which both are diagonal, which any two
    ellipses have, each standard deviation goes straight from √A to √B: so nothing collapses on the way, a
    quarter turn passes through a circle, and the way commutes with every affine map: it looks the same
    whatever the units of the columns are. Where A and B commute it is the geodesic of optimal transport
    (McCann 1997; Bhatia, Jain & Lim 2019), which otherwise would depend on the units of the axes.
    The ends are the very objects given. Raises ``ValueError`` if the two are not ``alike``.
    """
    if not alike(start, end) or start.n_dimensions > 2:
        raise ValueError("only mixtures of as many components in one or two dimensions have a way between")
    if share <= 0.0 or start is end:
        return start
    if share >= 1.0:
        return end
    rest = 1.0 - share
    weights = rest * start.weights + share * end.weights
    means = rest * start.means + share * end.means
    middle = geometric_means(start, end)
    covariances = rest * (rest * start.covariances + share * middle) + share * (
        rest * middle + share * end.covariances
    )
    try:
        return Mixture(weights, means, covariances, _noise(start, end, share))
    except ValueError:  # an ellipse thinner than 1e-8 of its length may not survive the rounding
        return end


def geometric_means(first: Mixture, second: Mixture) -> FloatArray:
    """A#B of the covariances A and B of each component, (K, d, d) in d = 1 or 2 dimensions.

    In two dimensions A#B = S·√(αβ/|S|) with S = A/α + B/β, α² = |A| and β² = |B| (Bhatia 2007, Positive
    Definite Matrices, prop. 4.1.12); |S| = 2 + (α/β)·tr A⁻¹B is a sum of squares, which does not cancel.
    """
    if first.n_dimensions == 1:
        return np.asarray(first.cholesky * second.cholesky)
    ratio = np.exp(0.25 * (second.log_determinants - first.log_determinants))[:, None, None]  # √(β/α)
    whitened = (first.whitening @ second.cholesky) / ratio
    determinant = 2.0 + (whitened**2).sum(axis=(1, 2), keepdims=True)
    mixed = ratio * first.covariances + second.covariances / ratio
    return np.asarray(mixed / np.sqrt(determinant))


def _noise(start: Mixture, end: Mixture, share: float) -> Noise | None:
    if start.noise is None or end.noise is None:
        return None
    weight = (1.0 - share) * start.noise.weight + share * end.noise.weight
    return Noise(weight, end.noise.log_density)
