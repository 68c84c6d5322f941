"""What the tests of the covariance families share: members by definition, and what Q thinks of them.

Nothing here uses the code under test.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments, frozen_moments


def random_moments(seed: int, k: int = 3, d: int = 2, spread: float = 1.0) -> Moments:
    """Moments of k components whose sizes differ by up to ten to the 2·``spread``."""
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(k, d, d)) * 10.0 ** generator.uniform(-spread, spread, size=(k, 1, 1))
    counts = generator.uniform(2, 20, size=k)
    scatters = counts[:, None, None] * (factors @ factors.transpose(0, 2, 1))
    return frozen_moments(counts, generator.normal(size=(k, d)), scatters)


def n_coordinates(decomposition: str, k: int, d: int = 2) -> int:
    """How many numbers ``member`` needs."""
    volume, shape, orientation = ({"E": 1, "V": k, "I": 0}[letter] for letter in decomposition)
    return volume + (d - 1) * (shape + orientation)


def member(decomposition: str, k: int, numbers: FloatArray, d: int = 2) -> FloatArray:
    """λ_k D_k A_k D_kᵀ (k, d, d), d ≤ 2, from log volumes, log shapes and angles, one or k of each."""
    parts, used = [], 0
    for letter in decomposition if d == 2 else decomposition[:1]:
        count = {"E": 1, "V": k, "I": 0}[letter]
        parts.append(np.resize(numbers[used : used + count], k) if count else np.zeros(k))
        used += count
    if d == 1:
        return np.exp(parts[0])[:, None, None]
    size, shape, angle = parts
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    lengths = np.exp(np.stack([size + shape, size - shape], axis=1))
    return (rotation * lengths[:, None, :]) @ rotation.transpose(0, 2, 1)


def cost(moments: Moments, covariances: FloatArray) -> float:
    """−2Q(Σ) without constants: Σ n_k log |Σ_k| + tr(W_k Σ_k⁻¹), in extended precision for d ≤ 2."""
    sigma, w = covariances.astype(np.longdouble), moments.scatters.astype(np.longdouble)
    if sigma.shape[1] == 1:
        return float((moments.counts * np.log(sigma[:, 0, 0]) + w[:, 0, 0] / sigma[:, 0, 0]).sum())
    a, b, c = sigma[:, 0, 0], sigma[:, 1, 1], sigma[:, 0, 1]
    determinant = a * b - c * c
    trace = (w[:, 0, 0] * b + w[:, 1, 1] * a - 2 * w[:, 0, 1] * c) / determinant
    return float((moments.counts * np.log(determinant) + trace).sum())


def above_floor(floor: Floor, covariances: FloatArray) -> float:
    """The smallest eigenvalue relative to the floor: 1 or more is above it."""
    root = np.sqrt(floor.variances)
    return float(np.linalg.eigvalsh(covariances / root[:, None] / root).min())


def least_cost(
    decomposition: str, moments: Moments, floor: Floor, starts: list[FloatArray], *, floored: bool
) -> float:
    """The smallest −2Q over the family above the floor that a general optimiser finds from these starts."""
    k, d = moments.means.shape
    root = np.sqrt(floor.variances)

    def height(numbers: FloatArray) -> FloatArray:
        covariances = member(decomposition, k, numbers, d)
        return np.log(np.maximum(np.linalg.eigvalsh(covariances / root[:, None] / root).ravel(), 1e-12))

    found = []
    for start in starts:
        with np.errstate(all="ignore"):  # it may try anything on its way
            answer = minimize(
                lambda numbers: cost(moments, member(decomposition, k, numbers, d)),
                start,
                method="SLSQP" if floored else "BFGS",
                constraints=[{"type": "ineq", "fun": height}] if floored else (),
                options={"maxiter": 500, "ftol": 1e-12} if floored else {"gtol": 1e-7},
            )
            covariances = member(decomposition, k, answer.x, d)
        low = above_floor(floor, covariances) if np.isfinite(covariances).all() else 0.0
        if np.isfinite(answer.fun) and low > 0.0:  # a step below the floor is taken back
            found.append(cost(moments, covariances * max(1.0, 1.0 / low)))
    return min(found)


def assert_member(decomposition: str, covariances: FloatArray, tolerance: float = 1e-9) -> None:
    """That λ_k, A_k and D_k of these (k, d, d) are equal, variable or nothing as the letters say."""
    volume, shape, orientation = decomposition
    d = covariances.shape[1]
    sizes = np.linalg.det(covariances) ** (1.0 / d)
    scaled = covariances / sizes[:, None, None]
    if volume == "E":
        np.testing.assert_allclose(sizes, sizes[0], rtol=tolerance)
    if shape == "I":
        np.testing.assert_allclose(scaled, np.broadcast_to(np.eye(d), scaled.shape), atol=tolerance)
    if orientation == "I":
        np.testing.assert_array_equal(scaled * (1.0 - np.eye(d)), 0.0)
    if shape == "E":
        traces = np.trace(scaled, axis1=1, axis2=2)
        np.testing.assert_allclose(traces, traces[0], rtol=tolerance)
    if orientation == "E":  # matrices with the same axes commute
        products = scaled[:, None] @ scaled[None]
        np.testing.assert_allclose(
            products, products.transpose(0, 1, 3, 2), atol=tolerance * np.abs(products).max()
        )
    if shape == "E" and orientation in "EI":
        np.testing.assert_allclose(
            scaled, np.broadcast_to(scaled[:1], scaled.shape), atol=tolerance * np.abs(scaled).max()
        )
