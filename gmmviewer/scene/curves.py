"""The picture in one dimension: curves of the components, their sum, posteriors and class boundaries."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import NEGLIGIBLE
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.histogram import Histogram, histogram
from gmmviewer.scene.noise import Box, joint_in_box

__all__ = [
    "Histogram",
    "boundaries",
    "component_curves",
    "curve_grid",
    "histogram",
    "posteriors",
    "stacked",
    "total",
]

DETAIL = np.linspace(-5.0, 5.0, 81)  # σ; eight places per σ bend smoothly, the middle one is the peak


def curve_grid(mixture: Mixture, low: float, high: float, n: int = 600) -> FloatArray:
    """Where to draw curves between ``low`` and ``high``: evenly, and finer around narrow components.

    (m,), strictly ascending, m ≥ n, both ends included.
    """
    deviations = mixture.cholesky[:, 0, 0]
    narrow = deviations < 8 * (high - low) / n  # wider ones have eight even places per σ
    details = mixture.means[narrow] + deviations[narrow, None] * DETAIL
    details = details[(details > low) & (details < high)]
    return np.unique(np.concatenate([np.linspace(low, high, n), details]))


def component_curves(mixture: Mixture, x: FloatArray, box: Box | None = None) -> FloatArray:
    """The weighted densities π_k N(x | μ_k, σ_k²) as (K, m) at places (m,).

    With noise one row more: flat inside the ``box``, zero outside.
    """
    return np.exp(joint_in_box(x[None], mixture, box))


def total(mixture: Mixture, x: FloatArray, box: Box | None = None) -> FloatArray:
    """The density p(x) of the mixture, (m,): the sum of its component curves."""
    return np.asarray(component_curves(mixture, x, box).sum(axis=0))


def posteriors(mixture: Mixture, x: FloatArray, box: Box | None = None) -> FloatArray:
    """The responsibilities (K, m), with noise (K+1, m), at places (m,); they sum to 1 at every place."""
    joint = joint_in_box(x[None], mixture, box)
    shares = np.exp(np.maximum(joint - joint.max(axis=0), NEGLIGIBLE))
    return np.asarray(shares / shares.sum(axis=0))


def boundaries(mixture: Mixture, low: float, high: float, box: Box | None = None) -> FloatArray:
    """Where between ``low`` and ``high`` the most responsible component changes, ascending (m,).

    Two components are equally responsible at the roots of a quadratic; of all such places those count
    where the label differs on the two sides. Noise counts as one more component.
    """
    pairs = combinations(np.flatnonzero(mixture.weights > 0).tolist(), 2)
    roots = [root for i, j in pairs for root in _equal_places(mixture, i, j)]
    if mixture.noise is not None:
        roots += [root for k in range(mixture.n_components) for root in _noise_places(mixture, k)]
        roots += [] if box is None else list(box[0])
    inside = np.unique([root for root in roots if low < root < high])
    if len(inside) == 0:
        return np.empty(0)
    ends = np.concatenate([[low], inside, [high]])
    labels = joint_in_box((ends[:-1] / 2 + ends[1:] / 2)[None], mixture, box).argmax(axis=0)
    return np.asarray(inside[labels[:-1] != labels[1:]])


def stacked(shares: FloatArray) -> FloatArray:
    """The edges (K+1, m) of areas upon each other whose heights are the shares (K, m), from 0 to 1."""
    edges = np.zeros((len(shares) + 1, shares.shape[1]))
    np.cumsum(shares, axis=0, out=edges[1:])
    if len(shares):
        edges[-1] = 1.0  # and not a rounding more or less
    return edges


def _noise_places(mixture: Mixture, k: int) -> list[float]:
    """The two places, if any, where component k is as dense as the noise."""
    height = float(mixture.log_scales[k]) - mixture.log_noise
    if not 0.0 < height < np.inf:
        return []
    reach = float(mixture.cholesky[k, 0, 0]) * float(np.sqrt(2.0 * height))
    mean = float(mixture.means[k, 0])
    return [mean - reach, mean + reach]


def _equal_places(mixture: Mixture, i: int, j: int) -> list[float]:
    """The places where components i and j are equally responsible: none, one or two.

    Solved in standard deviations of the narrower one about its mean, where the digits matter, and in the
    form of the quadratic formula that does not cancel.
    """
    deviations = mixture.cholesky[:, 0, 0]
    if deviations[j] < deviations[i]:
        i, j = j, i
    scale = float(deviations[i])
    ratio = scale / float(deviations[j])  # at most 1
    shift = float(mixture.means[j, 0] - mixture.means[i, 0]) / float(deviations[j])
    # log(π_i N_i / π_j N_j) at t = (x − μ_i)/σ_i is −t²/2 + (ratio·t − shift)²/2 + level.
    level = float(np.log(mixture.weights[i] / mixture.weights[j])) - float(np.log(ratio))
    a, b, c = (ratio - 1.0) * (ratio + 1.0) / 2, -ratio * shift, shift * shift / 2 + level
    inner = b * b - 4 * a * c
    if inner < 0 or (a == 0 and b == 0):
        return []
    q = -0.5 * (b + np.copysign(np.sqrt(inner), b))
    roots = [c / q] if q != 0 else []
    if abs(a) > 1e-14 * abs(q):
        roots.append(q / a)
    return [float(mixture.means[i, 0]) + scale * float(root) for root in roots]
