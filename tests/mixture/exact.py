"""One iteration of EM in 50 digits: slow, plain and obviously right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mpmath import mp, mpf

from gmmviewer.mixture import Mixture

mp.dps = 50
Vector = list[mpf]
Matrix = list[list[mpf]]


@dataclass(frozen=True)
class ExactMixture:
    """Weights, means and covariances whose every digit counts."""

    weights: Vector
    means: list[Vector]
    covariances: list[Matrix]

    @classmethod
    def of(cls, mixture: Mixture) -> ExactMixture:
        """Exactly the doubles of a mixture."""
        return cls(
            [mpf(float(w)) for w in mixture.weights],
            [[mpf(float(v)) for v in mean] for mean in mixture.means],
            [[[mpf(float(v)) for v in row] for row in matrix] for matrix in mixture.covariances],
        )


def exact_points(points: Iterable[Iterable[float]]) -> list[Vector]:
    """Exactly these doubles."""
    return [[mpf(float(v)) for v in point] for point in points]


def inverse_and_determinant(matrix: Matrix) -> tuple[Matrix, mpf]:
    """In one or two dimensions, by the school formula."""
    if len(matrix) == 1:
        return [[1 / matrix[0][0]]], matrix[0][0]
    (a, b), (c, d) = matrix
    determinant = a * d - b * c
    return [[d / determinant, -b / determinant], [-c / determinant, a / determinant]], determinant


def log_joint(point: Vector, mixture: ExactMixture) -> Vector:
    """log(π_k N(x | μ_k, Σ_k)) for every k."""
    result = []
    for weight, mean, covariance in zip(mixture.weights, mixture.means, mixture.covariances, strict=True):
        inverse, determinant = inverse_and_determinant(covariance)
        residual = [x - m for x, m in zip(point, mean, strict=True)]
        square = sum(
            residual[i] * inverse[i][j] * residual[j] for i in range(len(point)) for j in range(len(point))
        )
        constant = mp.log(weight) - (len(point) * mp.log(2 * mp.pi) + mp.log(determinant)) / 2
        result.append(constant - square / 2)
    return result


def log_density(point: Vector, mixture: ExactMixture) -> mpf:
    """log p(x)."""
    joint = log_joint(point, mixture)
    top = max(joint)
    return top + mp.log(sum(mp.exp(v - top) for v in joint))


def responsibilities(point: Vector, mixture: ExactMixture) -> Vector:
    """r_k = π_k N(x | μ_k, Σ_k) / p(x)."""
    total = log_density(point, mixture)
    return [mp.exp(v - total) for v in log_joint(point, mixture)]


def log_likelihood(points: Sequence[Vector], mixture: ExactMixture) -> mpf:
    """Σ_i log p(x_i)."""
    return sum(log_density(point, mixture) for point in points)


def iteration(points: Sequence[Vector], mixture: ExactMixture) -> ExactMixture:
    """E-step, then M-step with free covariances: two passes, about the new means."""
    d, k = len(points[0]), len(mixture.weights)
    r = [responsibilities(point, mixture) for point in points]
    weights, means, covariances = [], [], []
    for c in range(k):
        count = sum(row[c] for row in r)
        mean = [sum(row[c] * x[i] for row, x in zip(r, points, strict=True)) / count for i in range(d)]
        covariances.append(
            [
                [
                    sum(
                        row[c] * (x[i] - mean[i]) * (x[j] - mean[j]) for row, x in zip(r, points, strict=True)
                    )
                    / count
                    for j in range(d)
                ]
                for i in range(d)
            ]
        )
        weights.append(count / len(points))
        means.append(mean)
    return ExactMixture(weights, means, covariances)
