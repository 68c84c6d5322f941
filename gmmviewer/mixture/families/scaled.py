"""Copies of one ellipse, enlarged or shrunk but not turned: Σ_k = λ_k C with |C| = 1.

C minimises Σ 2 n_k log tr(W_k C⁻¹), which is convex along the geodesics G exp(tX) Gᵀ of the matrices
C⁻¹ = G Gᵀ with determinant 1 (a hyperbolic plane). Newton's method finds the one minimum in a few steps,
where the fixed-point iteration λ_k = tr(W_k C⁻¹) / (2 n_k), C ∝ Σ W_k / λ_k may creep.
"""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.base import CovarianceFamily
from gmmviewer.mixture.families.sizes import FLOORED, LEVEL, Lengths, Sill, cost
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.principal import assembled, principal

NEWTON_STEPS = 60
LONGEST = 4.0  # |X| of a Newton step: C changes by a factor of e⁴
SETTLED = 1e-9  # |X|; the error after so short a Newton step is its square
HALVINGS = 30
TURNS = 60
EPS = float(np.finfo(np.float64).eps)


class ScaledCopies(CovarianceFamily):
    """λ_k C with λ_k = tr(W_k C⁻¹) / (2 n_k) and C ∝ Σ W_k / λ_k, |C| = 1."""

    letters = "VEE"
    title = "Scaled copies"
    summary = "one shape and direction, each with its own size"
    decomposition = "VEE"

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        """Shears keep the family: the floor is made the identity, and with it the axes get one scale."""
        scatters = floor.whitened(moments.scatters)
        common = _common(scatters, moments.counts)
        if common is not None:
            shape, traces = common
            sizes = traces / (2.0 * moments.counts)
            if (sizes >= principal(shape).large).all():  # the small eigenvalue is 1 / large
                return floor.restored(sizes[:, None, None] * shape), np.zeros(len(sizes), dtype=bool)
        old = None if previous is None else floor.whitened(previous)
        covariances = floor.restored(_above_one(scatters, moments.counts, old))
        return covariances, floor.touched(covariances)


def _common(scatters: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """C (2, 2) and tr(W_k C⁻¹), (K,), without a floor; None where nothing keeps C from collapsing."""
    root = _inverse_root(scatters, counts)
    if root is None:
        return None
    (a, c), (_, b) = root @ root.T  # the determinant is 1: the inverse is the adjugate
    traces = ((scatters @ root) * root).sum(axis=(1, 2))
    return np.array([[b, -c], [-c, a]]), np.asarray(traces)


def _inverse_root(scatters: FloatArray, counts: FloatArray) -> FloatArray | None:
    """G (2, 2) with |G| = 1 and C⁻¹ = G Gᵀ best for these scatters; None where there is no best one."""
    root = _whitener(scatters.sum(axis=0))
    if root is None or not (scatters[:, 0, 0] + scatters[:, 1, 1] > 0.0).all():
        return None
    for _ in range(NEWTON_STEPS):
        turned = root.T @ scatters @ root
        half = 0.5 * (turned[:, 0, 0] + turned[:, 1, 1])
        places = np.stack([0.5 * (turned[:, 0, 0] - turned[:, 1, 1]), turned[:, 0, 1]]) / half
        move = _newton_move(places, counts)
        if move is None:
            return None
        root = root @ _exponential(0.5 * move)
        if float(np.abs(move).max()) <= SETTLED:
            return root
    return root


def _whitener(matrix: FloatArray) -> FloatArray | None:
    """G with |G| = 1 and Gᵀ M G a multiple of the identity; None for a singular matrix."""
    axes = principal(matrix)
    if not axes.small > 0.0:
        return None
    cosine, sine = np.cos(axes.angle), np.sin(axes.angle)
    stretch = float(axes.small / axes.large) ** 0.25
    return np.array([[cosine * stretch, -sine / stretch], [sine * stretch, cosine / stretch]])


def _newton_move(places: FloatArray, counts: FloatArray) -> FloatArray | None:
    """X = (x, y) for [[x, y], [y, −x]]: a Newton step that lowers Σ n_k log(1 + …); None if nothing holds it.

    ``places`` (2, K): each scatter as a point in the unit disc, 0 for a round one, on the rim for a line.
    """
    gradient = places @ counts
    curvature = counts.sum() * np.eye(2) - (places * counts) @ places.T
    determinant = float(curvature[0, 0] * curvature[1, 1] - curvature[0, 1] ** 2)
    if not determinant > 0.0:
        return None
    adjugate = np.array([[curvature[1, 1], -curvature[0, 1]], [-curvature[0, 1], curvature[0, 0]]])
    move = -(adjugate @ gradient) / determinant
    length = float(np.hypot(*move))
    if length > LONGEST:
        move = move * (LONGEST / length)
    for _ in range(HALVINGS):
        if _rise(move, places, counts) <= 0.0:
            break
        move = 0.5 * move
    return move


def _rise(move: FloatArray, places: FloatArray, counts: FloatArray) -> float:
    """Σ n_k log(cosh r + sinh r · ⟨place_k, X⟩ / r), r = |X|: how much the step raises the objective."""
    length = float(np.hypot(*move))
    if length < 1e-6:
        return 0.0  # too short to overshoot, and too short for the difference to be seen
    growth = np.cosh(length) + np.sinh(length) / length * (move @ places)
    return float(counts @ np.log(np.maximum(growth, 1e-300)))


def _exponential(move: FloatArray) -> FloatArray:
    """exp of the symmetric matrix [[x, y], [y, −x]]."""
    length = float(np.hypot(*move))
    ratio = np.sinh(length) / length if length > 0.0 else 1.0
    x, y = ratio * move
    return np.asarray(np.cosh(length) * np.eye(2) + np.array([[x, y], [y, -x]]))


# ------------------------------------------------------------------ above the floor


def _above_one(scatters: FloatArray, counts: FloatArray, old: FloatArray | None) -> FloatArray:
    """The best λ_k C ⪰ I (K, 2, 2), and no worse than ``old`` if that is a member.

    In turn the best sizes for the axes, and the best axes for the sizes: those of Σ W_k / λ_k.
    """
    nearby = scatters if old is None else old
    best, at, lengths = _sized(scatters, counts, float(principal(nearby.sum(axis=0)).angle))
    for _ in range(TURNS):
        size = np.sqrt(lengths[0]) * np.sqrt(lengths[1])
        axes = principal((scatters / size[:, None, None]).sum(axis=0))
        turn = 0.0 if lengths[0][0] >= lengths[1][0] else np.pi / 2
        value, new, new_lengths = _sized(scatters, counts, float(axes.angle) + turn)
        if not value < best - 2 * EPS * abs(best):
            break
        best, at, lengths = value, new, new_lengths
    return assembled(np.full(len(counts), at), *lengths)


def _sized(scatters: FloatArray, counts: FloatArray, angle: float) -> tuple[float, float, Lengths]:
    a, b = principal(scatters).along(np.full(len(counts), angle))
    lengths = FLOORED["VE"](a, b, counts, Sill.of(LEVEL, np.zeros(len(counts))))
    return float(cost(a, b, counts, lengths)), angle, lengths
