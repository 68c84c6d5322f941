"""One fused pass over the points: log-densities, responsibilities and moments, block by block.

No n×K array outlives its block, so memory does not grow with n·K, a pass can be cancelled between blocks,
and sums are always added in the same order, which makes a fit repeatable to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.moments import Moments, frozen_moments
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.scratch import Scratch

LOG_2PI = math.log(2.0 * math.pi)
NEGLIGIBLE = -708.0  # exp() below this is denormal: slow, and nothing next to 1
BLOCK_NUMBERS = 65_536  # K × block: the working set of a block stays inside the L2 cache
REDO_DISTANCE = 30.0  # in σ; a mean that moves further loses digits in one-pass moments

ShouldStop = Callable[[], bool]


class Cancelled(Exception):
    """The caller asked a pass to stop between two blocks."""


def never() -> bool:
    """The ``should_stop`` of those who do not want to stop."""
    return False


@dataclass(frozen=True, eq=False)
class Expectation:
    """What the E-step under one mixture leaves behind, all in standard units and nats.

    ``log_likelihood`` Σ_i log p(x_i); ``entropy`` −Σ_ik r_ik log r_ik, the entropy of the responsibilities;
    ``classification`` Σ_i log max_k r_ik, what hard labels cost; ``mean_size`` mean |log p(x_i)|, which
    sets the scale of rounding; ``moments`` of the responsibilities.
    """

    log_likelihood: float
    entropy: float
    classification: float
    mean_size: float
    moments: Moments


def block_size(k: int) -> int:
    """How many points a block holds with K components."""
    return max(1024, BLOCK_NUMBERS // k)


def blocks(n: int, k: int) -> Iterator[slice]:
    """Slices of 0…n of the size that suits K components."""
    size = block_size(k)
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def log_joint(columns: FloatArray, mixture: Mixture, scratch: Scratch | None = None) -> FloatArray:
    """log π_k + log N(x_i | μ_k, Σ_k), (K, b), for a block of columns (d, b).

    By whitened residuals: subtract the mean first, then solve with the Cholesky factor, which keeps the
    relative error at a few eps however thin the component. With ``scratch`` the answer lies in it.
    """
    factors = mixture.cholesky
    d, n = columns.shape
    work = scratch or Scratch(mixture.n_components, d, n)
    squares, product = work.joint(n), work.product(n)
    squares[:] = 0.0
    for i in range(d):
        residual = np.subtract(columns[i], mixture.means[:, i, None], out=work.residual(i, n))
        for j in range(i):
            residual -= np.multiply(factors[:, i, j, None], work.residual(j, n), out=product)
        residual /= factors[:, i, i, None]
        squares += np.multiply(residual, residual, out=product)
    with np.errstate(divide="ignore"):
        constants = np.log(mixture.weights) - 0.5 * (d * LOG_2PI + mixture.log_determinants)
    squares *= -0.5
    squares += constants[:, None]
    return squares


def expectation(columns: FloatArray, mixture: Mixture, should_stop: ShouldStop = never) -> Expectation:
    """The E-step on ``columns`` (d, n) under ``mixture``, both in standard units.

    Raises ``Cancelled`` when ``should_stop()`` answers true between two blocks.
    """
    result = _one_pass(columns, mixture, mixture.means, should_stop)
    moved = _distance_moved(result.moments.means, mixture)
    if moved > REDO_DISTANCE:
        return _one_pass(columns, mixture, result.moments.means, should_stop)
    return result


def _one_pass(
    columns: FloatArray, mixture: Mixture, centres: FloatArray, should_stop: ShouldStop
) -> Expectation:
    """The pass itself, with moments taken about ``centres`` (K, d)."""
    k, d = mixture.means.shape
    counts, first, second = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
    log_likelihood = entropy = classification = size = 0.0
    scratch = Scratch(k, d, min(block_size(k), columns.shape[1]))
    for block in blocks(columns.shape[1], k):
        if should_stop():
            raise Cancelled
        part = columns[:, block]
        joint = log_joint(part, mixture, scratch)
        top = joint.max(axis=0)
        joint -= top
        np.maximum(joint, NEGLIGIBLE, out=joint)
        r = np.exp(joint, out=scratch.responsibilities(part.shape[1]))
        total = r.sum(axis=0)
        r /= total
        log_total = np.log(total)
        densities = top + log_total
        log_likelihood += float(densities.sum())
        size += float(np.abs(densities).sum())
        classification -= float(log_total.sum())
        entropy += float(log_total.sum() - np.einsum("kb,kb->", r, joint))
        _add_moments(part, r, centres, scratch, counts, first, second)
    moments = _centred(counts, first, second, centres)
    return Expectation(log_likelihood, entropy, classification, size / max(columns.shape[1], 1), moments)


def _add_moments(
    part: FloatArray,
    r: FloatArray,
    centres: FloatArray,
    scratch: Scratch,
    counts: FloatArray,
    first: FloatArray,
    second: FloatArray,
) -> None:
    counts += r.sum(axis=1)
    d, n = part.shape
    residuals = [np.subtract(part[i], centres[:, i, None], out=scratch.residual(i, n)) for i in range(d)]
    for i, residual in enumerate(residuals):
        weighted = np.multiply(r, residual, out=scratch.product(n))
        first[:, i] += weighted.sum(axis=1)
        for j in range(i + 1):
            second[:, i, j] += np.einsum("kb,kb->k", weighted, residuals[j])


def _centred(counts: FloatArray, first: FloatArray, second: FloatArray, centres: FloatArray) -> Moments:
    """Moments about the weighted means, from sums about ``centres``."""
    safe = np.where(counts > 0, counts, 1.0)
    shift = first / safe[:, None]
    lower = second - counts[:, None, None] * shift[:, :, None] * shift[:, None, :]
    scatters = np.tril(lower) + np.tril(lower, -1).transpose(0, 2, 1)
    d = scatters.shape[1]
    diagonal = np.arange(d)
    scatters[:, diagonal, diagonal] = np.maximum(scatters[:, diagonal, diagonal], 0.0)
    return frozen_moments(counts, centres + shift, scatters)


def _distance_moved(means: FloatArray, mixture: Mixture) -> float:
    """The largest Mahalanobis distance from an old mean to its new one."""
    shift = means - mixture.means
    whitened = np.linalg.solve(mixture.cholesky, shift[:, :, None])
    return float(np.sqrt((whitened**2).sum(axis=(1, 2))).max())
