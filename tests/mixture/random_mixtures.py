"""Mixtures to try things on, and points drawn from them."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import FloatArray, IntArray


def random_mixture(seed: int, k: int, d: int, apart: float = 3.0) -> Mixture:
    """K components of different weights, shapes and directions, some of them quite thin."""
    generator = np.random.default_rng([seed, k, d])
    roots = np.eye(d) * generator.uniform(0.1, 1.5, size=(k, d, 1)) + generator.uniform(-0.5, 0.5, (k, d, d))
    covariances = roots @ roots.transpose(0, 2, 1) + 1e-3 * np.eye(d)
    weights = generator.dirichlet(np.full(k, 2.0))
    means = generator.normal(scale=apart, size=(k, d))
    return Mixture(weights, means, (covariances + covariances.transpose(0, 2, 1)) / 2)


def drawn(mixture: Mixture, n: int, seed: int) -> tuple[FloatArray, IntArray]:
    """n points of a mixture, (n, d), and the components they came from."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(mixture.n_components, size=n, p=mixture.weights / mixture.weights.sum())
    standard = generator.standard_normal((n, mixture.n_dimensions))
    points = mixture.means[labels] + np.einsum("nij,nj->ni", mixture.cholesky[labels], standard)
    return points, labels
