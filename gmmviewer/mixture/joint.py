"""Joint log-densities log π_k N(x_i | μ_k, Σ_k) of points and components, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import NEGLIGIBLE
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.scratch import Scratch

BLOCK_NUMBERS = 65_536  # K × block: the working set of a block stays inside the L2 cache


def block_size(k: int) -> int:
    """How many points a block holds with K components."""
    return max(1024, BLOCK_NUMBERS // k)


def blocks(n: int, k: int) -> Iterator[slice]:
    """Slices of 0…n of the size that suits K components."""
    size = block_size(k)
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def log_sum_exp(joint: FloatArray) -> tuple[FloatArray, FloatArray]:
    """log Σ_k exp joint_k of each column (K, b) in two parts (b,): the largest, and what the others add."""
    top = joint.max(axis=0)
    return top, np.log(np.exp(np.maximum(joint - top, NEGLIGIBLE)).sum(axis=0))


def log_joint(columns: FloatArray, mixture: Mixture, scratch: Scratch | None = None) -> FloatArray:
    """log π_k + log N(x_i | μ_k, Σ_k), (K, b), for a block of columns (d, b); with noise one row more.

    By whitened residuals: subtract the mean first, then solve with the Cholesky factor, which keeps the
    relative error at a few eps however thin the component. With ``scratch`` the answer lies in it.
    """
    factors = mixture.cholesky
    k, d = mixture.means.shape
    n = columns.shape[1]
    work = scratch or Scratch(mixture.n_rows, d, n)
    joint = work.joint(n)
    squares, product = joint[:k], work.product(n)[:k]
    squares[:] = 0.0
    for i in range(d):
        residual = np.subtract(columns[i], mixture.means[:, i, None], out=work.residual(i, n)[:k])
        for j in range(i):
            residual -= np.multiply(factors[:, i, j, None], work.residual(j, n)[:k], out=product)
        residual /= factors[:, i, i, None]
        squares += np.multiply(residual, residual, out=product)
    squares *= -0.5
    squares += mixture.log_scales[:, None]
    joint[k:] = mixture.log_noise
    return joint
