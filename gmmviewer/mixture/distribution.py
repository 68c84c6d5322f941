"""Distribution functions of a mixture, right far out in the tails, and their inverse.

A tail probability underflows 38 σ out, and 1 − u is 0 long before. What is computed here is therefore the
*normal score* s = Φ⁻¹(u) of u = F(x), about −40 for a point 40 σ below everything; u itself is Φ(s).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, as_points, frozen
from gmmviewer.mixture.assignment import NEGLIGIBLE
from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.parameters import LOG_2PI, Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never

EPS = float(np.finfo(np.float64).eps)
SMALLEST_TAIL = 1e-280  # sums of tails below this may have lost terms to underflow: take logarithms
SMALLEST_SIDE = 1e-150  # of the box of the noise, whose sides must have a logarithm
LARGEST_LOG = 700.0  # exp() of more overflows
MAX_SEARCH = 200  # halvings of any bracket of doubles end long before


def scores(
    points: ArrayLike, mixture: Mixture, box: ArrayLike | None = None, should_stop: ShouldStop = never
) -> FloatArray:
    """Normal scores Φ⁻¹(u_ij) of the Rosenblatt transform of points (n, d), (n, d) (Rosenblatt 1952).

    u_i1 = F(x_i1), u_i2 = F(x_i2 | x_i1), …: if the mixture is right, the scores of each axis are standard
    normal and independent of those of the other axes; in one dimension u is F itself. Points and mixture in
    the same units. ``box`` (2, d), lowest and highest corner, is where the noise is uniform.
    Raises ``ValueError`` for noise without a box, ``Cancelled`` when told to stop.
    """
    values = as_points(points)
    if values.shape[1] != mixture.n_dimensions:
        raise ValueError(f"the points have {values.shape[1]} dimensions, the mixture {mixture.n_dimensions}")
    corners = _corners(mixture, box)
    found = np.empty(values.shape)
    for block in blocks(len(values), mixture.n_rows):
        check(should_stop)
        found[block] = _block_scores(values[block].T, mixture, corners).T
    return found


def pit(
    points: ArrayLike, mixture: Mixture, box: ArrayLike | None = None, should_stop: ShouldStop = never
) -> FloatArray:
    """Probability integral transforms u_ij = Φ(s_ij), (n, d): uniform if the mixture is right.

    In one dimension the distribution function F(x_i). See ``scores``.
    """
    from scipy.special import ndtr

    return np.asarray(ndtr(scores(points, mixture, box, should_stop)))


def cdf(values: ArrayLike, mixture: Mixture, box: ArrayLike | None = None) -> FloatArray:
    """F(x) = Σ_k π_k Φ((x − μ_k) / σ_k) of a mixture in one dimension, in the shape of the values."""
    given = np.asarray(values, dtype=np.float64)
    return pit(given.reshape(-1, 1), mixture, box).reshape(given.shape)


def quantile(probabilities: ArrayLike, mixture: Mixture, box: ArrayLike | None = None) -> FloatArray:
    """F⁻¹(p) of a mixture in one dimension, in its units and the shape of p; ∓∞ at p = 0 and 1.

    Raises ``ValueError`` for probabilities outside 0…1.
    """
    from scipy.special import ndtri

    given = np.asarray(probabilities, dtype=np.float64)
    if not ((given >= 0.0) & (given <= 1.0)).all():
        raise ValueError("probabilities lie between 0 and 1")
    return quantile_of_scores(ndtri(given), mixture, box)


def quantile_of_scores(wanted: ArrayLike, mixture: Mixture, box: ArrayLike | None = None) -> FloatArray:
    """F⁻¹(Φ(s)) of a mixture in one dimension, for tails that a probability cannot name.

    By Newton's method on the normal score, which a single Gaussian makes a straight line, inside a bracket
    that is halved wherever a step would not do as well.
    """
    if mixture.n_dimensions != 1:
        raise ValueError("a quantile belongs to one dimension; take a marginal first")
    goals = np.asarray(wanted, dtype=np.float64)
    found = goals.ravel().copy()  # ±∞ stays
    finite = np.isfinite(found)
    corners = _corners(mixture, box)
    for block in blocks(int(finite.sum()), mixture.n_rows):
        index = np.flatnonzero(finite)[block]
        found[index] = _searched(found[index], mixture, corners)
    return found.reshape(goals.shape)


def marginal(mixture: Mixture, axis: int, box: ArrayLike | None = None) -> Mixture:
    """The distribution of one coordinate, as a mixture in one dimension."""
    noise = mixture.noise
    corners = _corners(mixture, box)
    if noise is not None and corners is not None:
        noise = replace(noise, log_density=-float(np.log(corners[1] - corners[0])[axis]))
    return Mixture(
        mixture.weights,
        mixture.means[:, [axis]],
        mixture.covariances[:, axis : axis + 1, axis : axis + 1],
        noise,
    )


def interval_probabilities(edges: ArrayLike, mixture: Mixture, box: ArrayLike | None = None) -> FloatArray:
    """∫ p(x) dx between neighbouring ``edges`` (m + 1,), (m,), for a mixture in one dimension.

    Differences are taken in the tail that keeps their digits.
    """
    from scipy.special import ndtr

    ends = np.asarray(edges, dtype=np.float64)
    z = (ends - mixture.means) / mixture.cholesky[:, :, 0]
    lower, upper = np.diff(ndtr(z), axis=1), -np.diff(ndtr(-z), axis=1)
    masses = mixture.weights @ np.where(z[:, :-1] > 0, upper, lower)
    corners = _corners(mixture, box)
    if mixture.noise is not None and corners is not None:
        masses += mixture.noise.weight * np.diff(_share_of_box(ends, corners[:, 0]))
    return np.asarray(masses)


def box_of(points: ArrayLike) -> FloatArray:
    """The box around points (n, d), (2, d): lowest and highest corner."""
    values = as_points(points)
    if len(values) == 0:
        return frozen(np.stack([np.zeros(values.shape[1]), np.ones(values.shape[1])]))
    return frozen(np.stack([values.min(axis=0), values.max(axis=0)]))


def _corners(mixture: Mixture, box: ArrayLike | None) -> FloatArray | None:
    """The box of the noise, (2, d); None where there is no noise.

    An axis along which the points have no spread is as wide as the volume of the noise says, about them.
    """
    if mixture.noise is None or mixture.noise.weight == 0.0:
        return None
    if box is None:
        raise ValueError("say in which box the noise is uniform: box=box_of(points)")
    low, high = np.asarray(box, dtype=np.float64)
    flat = high <= low
    if not flat.any():
        return np.stack([low, high])
    log_width = (-mixture.noise.log_density - np.log((high - low)[~flat]).sum()) / flat.sum()
    least = 2.0 * np.spacing(np.abs(low)) + SMALLEST_SIDE
    width = np.where(flat, np.maximum(np.exp(min(log_width, LARGEST_LOG)), least), 0.0)
    return np.stack([low - width / 2, high + width / 2])


def _all_weights(mixture: Mixture) -> FloatArray:
    """π_k, and π_0 at the end if there is noise."""
    return mixture.weights if mixture.noise is None else np.append(mixture.weights, mixture.noise.weight)


def _share_of_box(values: FloatArray, side: FloatArray) -> FloatArray:
    return np.asarray(np.clip((values - side[0]) / (side[1] - side[0]), 0.0, 1.0))


def _block_scores(columns: FloatArray, mixture: Mixture, corners: FloatArray | None) -> FloatArray:
    """Normal scores (d, b) of a block of columns (d, b), one axis after the other.

    Given the axes so far, a Gaussian is a Gaussian in the next whitened coordinate, and ``logs`` (K, b), its
    joint log-density so far, says how much it weighs.
    """
    factors, k = mixture.cholesky, mixture.n_components
    found = np.empty(columns.shape)
    whitened: list[FloatArray] = []
    with np.errstate(divide="ignore"):
        weights = np.log(_all_weights(mixture)[: k + (corners is not None)])
    logs = np.repeat(weights[:, None], columns.shape[1], axis=1)
    for axis, column in enumerate(columns):
        z = column - mixture.means[:, axis, None]
        for earlier, before in enumerate(whitened):
            z -= factors[:, axis, earlier, None] * before
        z /= factors[:, axis, axis, None]
        whitened.append(z)
        side = None if corners is None else corners[:, axis]
        found[axis] = _mixed_scores(z, logs, None if side is None else _share_of_box(column, side))
        logs[:k] -= z * z / 2 + (LOG_2PI / 2 + np.log(factors[:, axis, axis, None]))
        if side is not None:
            inside = (side[0] <= column) & (column <= side[1])
            logs[k] -= np.where(inside, np.log(side[1] - side[0]), np.inf)
    return found


def _mixed_scores(z: FloatArray, logs: FloatArray, noise: FloatArray | None) -> FloatArray:
    """Φ⁻¹(Σ_k r_k Φ(z_k)), (b,), for z (K, b) and log r up to a constant; ``noise`` (b,): its u."""
    from scipy.special import ndtr, ndtri

    top = logs.max(axis=0)
    relative = logs - np.where(np.isfinite(top), top, 0.0)
    r = np.exp(np.maximum(relative, NEGLIGIBLE))
    r /= r.sum(axis=0)
    k = len(z)
    lower, upper = (r[:k] * ndtr(z)).sum(axis=0), (r[:k] * ndtr(-z)).sum(axis=0)
    if noise is not None:
        lower, upper = lower + r[k] * noise, upper + r[k] * (1.0 - noise)
    low = lower < upper
    result = np.where(low, ndtri(lower), -ndtri(upper))
    far = np.minimum(lower, upper) < SMALLEST_TAIL
    if far.any():
        share = None if noise is None else np.where(low, noise, 1.0 - noise)[far]
        sign = np.where(low, 1.0, -1.0)[far]
        result[far] = sign * _far_scores(sign * z[:, far], relative[:, far], share)
    return np.asarray(result)


def _far_scores(z: FloatArray, logs: FloatArray, share: FloatArray | None) -> FloatArray:
    """The same for lower tails whose probabilities underflow."""
    from scipy.special import log_ndtr, logsumexp, ndtri_exp

    tails = log_ndtr(z)
    if share is not None:
        with np.errstate(divide="ignore"):
            tails = np.vstack([tails, np.log(share)])
    return np.asarray(ndtri_exp(logsumexp(logs + tails, axis=0) - logsumexp(logs, axis=0)))


def _searched(goals: FloatArray, mixture: Mixture, corners: FloatArray | None) -> FloatArray:
    """The x whose scores are ``goals`` (b,), between the quantiles of the single components."""
    from scipy.special import ndtr

    ends = mixture.means + mixture.cholesky[:, :, 0] * goals
    if corners is not None:
        side = corners[:, 0]
        ends = np.vstack([ends, side[0] + (side[1] - side[0]) * ndtr(goals)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    found: FloatArray = low / 2 + high / 2
    x = found.copy()
    step = high - low
    searching = np.arange(len(goals))
    for _ in range(MAX_SEARCH):
        at = _block_scores(x[None], mixture, corners)[0]
        found[searching] = x
        open_ = (np.abs(at - goals) > 4 * EPS * (1.0 + np.abs(goals))) & (low < x) & (x < high)
        if not open_.any():
            break
        searching, x, at, goals = searching[open_], x[open_], at[open_], goals[open_]
        low, high = np.where(at < goals, x, low[open_]), np.where(at > goals, x, high[open_])
        with np.errstate(all="ignore"):  # in a flat gap Newton says nothing of use
            newton = x - (at - goals) / _slope(x, at, mixture)
        middle = low / 2 + high / 2
        use = (np.abs(newton - x) <= np.abs(step[open_]) / 2) & (low < newton) & (newton < high)
        new = np.where(use, newton, middle)
        x, step = new, new - x
    return found


def _slope(x: FloatArray, at: FloatArray, mixture: Mixture) -> FloatArray:
    """How fast the normal score rises with x: p(x) / φ(s), (b,)."""
    logs = log_density(x, mixture) + at * at / 2 + LOG_2PI / 2
    slope: FloatArray = np.exp(logs)
    return slope
