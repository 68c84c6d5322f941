"""What becomes of a mixture when one covariance or one weight is set by hand.

A covariance is λ D A Dᵀ: volume λ = |Σ|^{1/d}, shape A with |A| = 1, orientation D (Banfield & Raftery 1993).
What the family calls equal follows the hand in all components; what it calls variable stays as it was in the
others, bit for bit where nothing is shared. Locked components take no part, as in the M-step.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.constraints import NOBODY, Components
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.principal import Principal, assembled, principal
from gmmviewer.mixture.surgery import check_components

ROUND = 1e-9  # of its size; a stretch below this has no direction
ROUNDING = 4 * float(np.finfo(np.float64).eps)
HALF_TURN, QUARTER = np.pi, np.pi / 2


def reshaped(
    mixture: Mixture,
    family: CovarianceFamily,
    component: int,
    covariance: ArrayLike,
    locked: Components = NOBODY,
) -> Mixture:
    """The mixture whose ``component`` has the covariance (d, d) that the family allows nearest to this one.

    ``locked`` components stay bit for bit; a component that is itself locked moves alone. In the plane all
    families, on a line and in space those that exist there. Raises ``ValueError`` for what is no covariance.
    """
    check_components(mixture, [component])
    d = mixture.n_dimensions
    wanted = np.asarray(covariance, dtype=np.float64).reshape(d, d)
    volume(wanted)  # refuses what is no covariance
    own = allowed(wanted, family.decomposition)
    covariances = mixture.covariances.copy()
    if component not in locked:
        others = [j for j in range(mixture.n_components) if j != component and j not in locked]
        covariances[others] = _following(mixture.covariances, family.decomposition, component, own, others)
    covariances[component] = own
    if np.array_equal(covariances, mixture.covariances):
        return mixture
    return replace(mixture, covariances=covariances)


def allowed(covariance: FloatArray, decomposition: str) -> FloatArray:
    """What a single component may have of a covariance (d, d): a circle of its volume, its diagonal, or all.

    What is allowed already comes back bit for bit.
    """
    diagonal = np.diag(np.diag(covariance))
    if decomposition[1] == "I":
        is_round = np.array_equal(covariance, covariance[0, 0] * np.eye(len(covariance)))
        return covariance if is_round else volume(covariance) * np.eye(len(covariance))
    if decomposition[2] == "I":
        return diagonal
    return np.asarray((covariance + covariance.T) / 2)


def volume(covariance: FloatArray) -> float:
    """λ = |Σ|^{1/d}. Raises ``ValueError`` where the covariance is not positive definite."""
    d = len(covariance)
    try:
        roots = np.diag(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError:
        raise ValueError(
            "a covariance is not positive definite; its eigenvalues must all be above zero"
        ) from None
    return float(covariance[0, 0]) if d == 1 else float(np.exp(2.0 / d * np.log(roots).sum()))


def weighted(
    mixture: Mixture, component: int, weight: float, locked: Components = NOBODY, *, equal: bool = False
) -> Mixture:
    """The mixture with exactly this weight π_k; the others and the noise make room in their proportions.

    ``locked`` weights stay, so that π_k is at most what they leave; with ``equal`` the free weights are equal
    afterwards. Where nothing else is free the mixture comes back as it is.
    """
    check_components(mixture, [component])
    shares = mixture.weights.copy()
    shut = _locked(mixture, locked - {component})
    left = 1.0 - float(shares[shut].sum())
    free = ~shut
    free[component] = False
    stays = weight == shares[component] and not equal
    if stays or (not free.any() and mixture.noise is None):
        return mixture
    shares[component] = min(max(weight, 0.0), left)
    if equal and free.any():
        shares[free] = shares[free].mean()
    return _shared_out(mixture, shares, free, left - float(shares[component]))


def proportioned(mixture: Mixture, shares: ArrayLike, locked: Components = NOBODY) -> Mixture:
    """The mixture whose free weights are in these proportions (K,) and fill what locked ones and noise leave.

    Raises ``ValueError`` for proportions that are negative, not finite or all zero.
    """
    wanted = np.array(shares, dtype=np.float64)
    if wanted.shape != mixture.weights.shape:
        raise ValueError(f"there are {mixture.n_components} weights, not {wanted.size}")
    shut = _locked(mixture, locked)
    if not (np.isfinite(wanted).all() and (wanted >= 0).all() and (shut.all() or wanted[~shut].sum() > 0)):
        raise ValueError("proportions of weights are numbers from 0 on, of which one is above 0")
    wanted[shut] = mixture.weights[shut]
    background = 0.0 if mixture.noise is None else mixture.noise.weight
    left = 1.0 - float(mixture.weights[shut].sum()) - background
    free = ~shut
    if not free.any():
        return mixture
    wanted[free] = wanted[free] / wanted[free].max() * mixture.n_components  # far from all limits
    wanted[free] *= max(left, 0.0) / float(wanted[free].sum())
    same = np.abs(wanted - mixture.weights).max() <= ROUNDING
    return mixture if same else replace(mixture, weights=wanted)


def _locked(mixture: Mixture, locked: Components) -> BoolArray:
    return np.array([j in locked for j in range(mixture.n_components)], dtype=bool)


def _shared_out(mixture: Mixture, shares: FloatArray, free: BoolArray, left: float) -> Mixture:
    """``left`` given to the ``free`` weights (K,) and the noise in proportion; alike if they had nothing."""
    noise = mixture.noise
    background = 0.0 if noise is None else noise.weight
    taken = float(shares[free].sum()) + background
    if taken > 0.0:
        factor = left / taken
        shares[free] *= factor
        background *= factor
    else:
        parts = int(free.sum()) + (noise is not None)
        shares[free] = left / parts
        background = left / parts
    if noise is not None:
        noise = Noise(background, noise.log_density)
    if np.array_equal(shares, mixture.weights) and noise == mixture.noise:
        return mixture
    return replace(mixture, weights=shares, noise=noise)


# ------------------------------------------------------------------ what the others share with the hand


def _following(
    old: FloatArray, decomposition: str, component: int, own: FloatArray, others: list[int]
) -> FloatArray:
    """The covariances (m, d, d) of the ``others`` when ``component`` of ``old`` (K, d, d) has its ``own``."""
    size, shape, orientation = tuple(decomposition)
    theirs = old[others]
    if "E" not in decomposition or not others:
        return theirs
    if "V" not in decomposition:
        return np.repeat(own[None], len(others), axis=0)
    if shape == "E" and orientation in "EI":
        sizes = np.array([volume(one) for one in theirs])
        return np.asarray(sizes[:, None, None] * (own / volume(own)))
    if orientation == "E":
        theirs = _turned(old, component, own, others)
    elif shape == "E":
        theirs = _stretched(theirs, own)
    return theirs * _factors(theirs, own)[:, None, None] if size == "E" else theirs


def _factors(covariances: FloatArray, own: FloatArray) -> FloatArray:
    """By how much each of (m, d, d) has to grow to have the volume of ``own``; 1 where it has it already."""
    mine = volume(own)
    factors = np.array([mine / volume(one) for one in covariances])
    return np.where(np.abs(factors - 1.0) <= ROUNDING, 1.0, factors)


def _turned(old: FloatArray, component: int, own: FloatArray, others: list[int]) -> FloatArray:
    """EVE and VVE: each keeps its lengths along axes that turn with those of the component."""
    axes = principal(old)
    clearest = int(np.argmax(axes.stretch / axes.large))
    before = float(axes.angle[clearest])
    now = principal(own)
    if float(now.stretch) <= ROUND * float(now.large):
        return old[others]
    along, across = axes.along(np.full(len(old), before))
    angle = _nearest_axes(before, (float(along[component]), float(across[component])), now)
    if angle == before:
        return old[others]
    return assembled(np.full(len(others), angle), along[others], across[others])


def _nearest_axes(before: float, lengths: tuple[float, float], now: Principal) -> float:
    """The angle of what the axis at ``before`` is now: the way there turns and stretches least.

    The long axis of a component may become its short one, by a quarter turn or by a change of lengths.
    """
    large, small = float(now.large), max(float(now.small), 1e-300)
    ways = []
    for quarter, (along, across) in ((0.0, (large, small)), (QUARTER, (small, large))):
        turn = (float(now.angle) + quarter - before + QUARTER) % HALF_TURN - QUARTER
        change = abs(np.log(along / lengths[0])) + abs(np.log(across / max(lengths[1], 1e-300)))
        ways.append((abs(turn) + change, before + turn))
    return min(ways)[1]


def _stretched(theirs: FloatArray, own: FloatArray) -> FloatArray:
    """EEV and VEV: each keeps its volume and its long axis, and has the shape of ``own``."""
    axes, now = principal(theirs), principal(own)
    ratio = float(np.sqrt(now.large) / np.sqrt(now.small))
    sizes = np.sqrt(axes.large) * np.sqrt(axes.small)
    kept = np.abs(axes.large / axes.small / ratio**2 - 1.0) <= ROUND
    made = assembled(axes.angle, sizes * ratio, sizes / ratio)
    return np.where(kept[:, None, None], theirs, made)
