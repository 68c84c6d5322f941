"""The two inner loops of a pass: one for speed where it is exact enough, one for everything.

*Quadratic tiles*: on a tile with centre c, log π_k N(x) is a polynomial in δ = x − c, so all components and
points are one matrix product of coefficients (K, m) and features (m, b) = [1, δ, δδᵀ], and so are, with the
responsibilities, their moments. With c close to the points the cancellation that makes this form notorious
(eps·ρ of a sample far from the origin) stays below r² eps, r ≤ 16.

*Whitened residuals* cost three times as much and are right for any point and any component.
"""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.assignment import NEGLIGIBLE, Assignment
from gmmviewer.mixture.bounds import TileBounds
from gmmviewer.mixture.joint import log_joint, log_sum_exp
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.scratch import Scratch
from gmmviewer.mixture.stopping import ShouldStop, check
from gmmviewer.mixture.sums import PartSums, Sums
from gmmviewer.mixture.tiles import Tiles

FACTORS = 64  # numbers from 1/K to 1 whose product is still far above the smallest double


def add_quadratic_tiles(
    tiles: Tiles,
    chosen: BoolArray,
    bounds: TileBounds,
    mixture: Mixture,
    sums: Sums,
    should_stop: ShouldStop,
) -> None:
    """Add the chosen tiles to the sums by matrix products."""
    k, d = mixture.means.shape
    rows = mixture.n_rows
    coefficients = _coefficients(bounds, mixture)
    products = np.zeros((len(tiles), rows, coefficients.shape[2]))
    joint_memory = np.empty(rows * tiles.largest)
    features_memory = np.empty((coefficients.shape[2], tiles.largest))
    everything = np.asarray(bounds.active.all(axis=1)).tolist()
    shallow = np.asarray(bounds.lower.min(axis=1) >= NEGLIGIBLE).tolist()
    for t in np.flatnonzero(chosen).tolist():
        check(should_stop)
        part, weights = tiles.points(t)
        n = part.shape[1]
        active = slice(None) if everything[t] else np.flatnonzero(bounds.active[t])
        table = coefficients[t, active]
        features = _features(part, tiles.centres[t], features_memory[:, :n])
        joint = np.dot(table, features, out=joint_memory[: len(table) * n].reshape(len(table), n))
        if not shallow[t]:
            np.maximum(joint, NEGLIGIBLE, out=joint)
        products[t, active] = _add_densities(joint, features, table, weights, sums)
    sums.objective = sums.log_likelihood
    sums.noise += float(products[:, k:, 0].sum())
    sums.parts.append(_parts(products[:, :k], tiles.centres, d))


def _add_densities(
    joint: FloatArray, features: FloatArray, table: FloatArray, weights: FloatArray | None, sums: Sums
) -> FloatArray:
    """Add a tile to the sums, from its joint log-densities (K, b), which are overwritten as are the features
    (m, b). Returns Σ r × features, (K, m), which with the coefficients ``table`` (K, m) is Σ r log π_k N."""
    densities = np.exp(joint, out=joint)
    total = densities.sum(axis=0)
    log_density = np.log(total)
    sums.classification += _sum_of_logs(densities.max(axis=0) / total, weights)
    features *= np.reciprocal(total, out=total) if weights is None else np.divide(weights, total, out=total)
    product: FloatArray = np.dot(densities, features.T)
    log_likelihood = _sum(log_density, weights)
    sums.log_likelihood += log_likelihood
    sums.entropy += log_likelihood - float(np.vdot(table, product))
    sums.size += _sum(np.abs(log_density, out=log_density), weights)
    return product


def _sum(values: FloatArray, weights: FloatArray | None) -> float:
    return float(values.sum() if weights is None else np.dot(values, weights))


def _sum_of_logs(shares: FloatArray, weights: FloatArray | None) -> float:
    """Σ log of the largest responsibilities, which are 1/K at least: logarithms of products are fewer."""
    if weights is not None:
        return _sum(np.log(shares), weights)
    groups = len(shares) // FACTORS
    products = shares[: groups * FACTORS].reshape(FACTORS, groups).prod(axis=0)
    return float(np.log(products).sum() + np.log(shares[groups * FACTORS :]).sum())


def _coefficients(bounds: TileBounds, mixture: Mixture) -> FloatArray:
    """log π_k N as a polynomial in δ: −½|W_k δ + o|² + log scale with o = W_k (c − μ_k), (T, K, m)."""
    tiles_, k, d = bounds.offset.shape
    whitening = mixture.whitening
    precision = whitening.transpose(0, 2, 1) @ whitening
    table = np.zeros((tiles_, mixture.n_rows, 1 + d + d * (d + 1) // 2))
    own = table[:, :k]
    own[..., 0] = mixture.log_scales - 0.5 * (bounds.offset * bounds.offset).sum(axis=2)
    own[..., 1 : d + 1] = -(bounds.offset[:, :, None, :] @ whitening)[:, :, 0]
    column = d + 1
    for i in range(d):
        for j in range(i + 1):
            own[..., column] = (-0.5 if i == j else -1.0) * precision[:, i, j]
            column += 1
    table[:, k:, 0] = mixture.log_noise
    return np.maximum(table, -1e300)  # −∞ · 1 + 0 · δ would be no number; a weight of 0 is


def _features(part: FloatArray, centre: FloatArray, out: FloatArray) -> FloatArray:
    """[1, δ_i, δ_i δ_j (j ≤ i)], (m, b)."""
    d = len(part)
    out[0] = 1.0
    np.subtract(part, centre[:, None], out=out[1 : d + 1])
    column = d + 1
    for i in range(d):
        for j in range(i + 1):
            np.multiply(out[1 + i], out[1 + j], out=out[column])
            column += 1
    return out


def _parts(products: FloatArray, centres: FloatArray, d: int) -> PartSums:
    second = np.empty((*products.shape[:2], d, d))
    column = d + 1
    for i in range(d):
        for j in range(i + 1):
            second[..., i, j] = second[..., j, i] = products[..., column]
            column += 1
    return PartSums(products[..., 0], products[..., 1 : d + 1], second, centres[:, None, :])


def add_residual_tiles(
    tiles: Tiles,
    chosen: BoolArray,
    mixture: Mixture,
    centres: FloatArray,
    assignment: Assignment,
    sums: Sums,
    should_stop: ShouldStop,
) -> None:
    """Add the chosen tiles to the sums by whitened residuals, with moments about ``centres`` (K, d)."""
    k, d = mixture.means.shape
    scratch = Scratch(mixture.n_rows, d, tiles.largest)
    counts, first, second = np.zeros((1, k)), np.zeros((1, k, d)), np.zeros((1, k, d, d))
    for t in np.flatnonzero(chosen).tolist():
        check(should_stop)
        part, weights = tiles.points(t)
        joint = log_joint(part, mixture, scratch)
        top, log_rest = log_sum_exp(joint)
        log_density = top + log_rest
        assigned = assignment.assign(joint, log_density, int(tiles.edges[t]))
        sums.log_likelihood += _sum(log_density, weights)
        sums.objective += _sum(assigned.objective, weights)
        sums.entropy += _sum(assigned.entropy, weights)
        sums.classification -= _sum(log_rest, weights)
        sums.size += _sum(np.abs(log_density), weights)
        q = assigned.q if weights is None else assigned.q * weights
        sums.noise += float(q[k:].sum())
        _add_moments(part, q[:k], centres, scratch, counts[0], first[0], second[0])
    sums.parts.append(PartSums(counts, first, second, centres[None]))


def _add_moments(
    part: FloatArray,
    q: FloatArray,
    centres: FloatArray,
    scratch: Scratch,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
) -> None:
    counts += q.sum(axis=1)
    (k, n), d = q.shape, len(part)
    residuals = [np.subtract(part[i], centres[:, i, None], out=scratch.residual(i, n)[:k]) for i in range(d)]
    for i, residual in enumerate(residuals):
        weighted = np.multiply(q, residual, out=scratch.product(n)[:k])
        first[:, i] += weighted.sum(axis=1)
        for j in range(i + 1):
            inner = np.einsum("kb,kb->k", weighted, residuals[j])
            second[:, i, j] += inner
            if j < i:
                second[:, j, i] += inner
