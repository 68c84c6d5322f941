"""Ellipses of equal density around the means, how much they hold, and their shape in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.numbers import format_number, format_percent

N_VERTICES = 97  # 96 straight pieces: less than 0.3 px from an ellipse with a half axis of 500 px
ROUND = 1e-9  # relative difference of the axes below which no angle is worth a number


@dataclass(frozen=True)
class EllipseLevel:
    """How large to draw the ellipses: ``value`` standard deviations, or to hold the share ``value``.

    The squared Mahalanobis distance of a d-dimensional Gaussian is χ² with d degrees of freedom:
    a content of 1 − exp(−r²/2) in two dimensions, erf(r/√2) in one.
    """

    kind: Literal["sigma", "content"]
    value: float

    def radius(self, d: int) -> float:
        """The Mahalanobis distance of the ellipse from the mean, in d = 1 or 2 dimensions."""
        if self.kind == "sigma":
            return self.value
        if d == 1:
            return NormalDist().inv_cdf((1.0 + self.value) / 2.0)
        return math.sqrt(-2.0 * math.log1p(-self.value))

    def content(self, d: int) -> float:
        """The probability 0…1 that a component puts inside its ellipse, in d = 1 or 2 dimensions."""
        if self.kind == "content":
            return self.value
        return math.erf(self.value / math.sqrt(2.0)) if d == 1 else -math.expm1(-(self.value**2) / 2.0)

    def label(self, d: int) -> str:
        """Both numbers, the chosen one first: "2σ · holds 86.5 %" or "holds 90 % · 2.146σ"."""
        radius = f"{format_number(self.radius(d))}σ"
        content = f"holds {format_percent(self.content(d))}"
        return f"{radius} · {content}" if self.kind == "sigma" else f"{content} · {radius}"


LEVELS: tuple[EllipseLevel, ...] = (
    EllipseLevel("sigma", 1.0),
    EllipseLevel("sigma", 2.0),
    EllipseLevel("sigma", 3.0),
    EllipseLevel("content", 0.50),
    EllipseLevel("content", 0.90),
    EllipseLevel("content", 0.95),
    EllipseLevel("content", 0.99),
)


@dataclass(frozen=True)
class Shape:
    """One covariance in numbers, in units of the data (the determinant in their square).

    ``standard_deviations`` along the axes of the data; ``axes`` along the principal axes, the longest
    first; ``angle`` of the longest, −90° < angle ≤ 90° counter-clockwise from the first data axis.
    ``correlation`` is None in one dimension, ``angle`` also for a round covariance.
    """

    standard_deviations: tuple[float, ...]
    correlation: float | None
    axes: tuple[float, ...]
    angle: float | None
    determinant: float


def ellipse(mean: FloatArray, covariance: FloatArray, radius: float, n: int = N_VERTICES) -> FloatArray:
    """The closed polygon (n, 2) at Mahalanobis distance ``radius``; it starts on the longest axis.

    Flat covariances give a line, round-off below zero counts as flat.
    """
    values, directions = _principal(covariance)
    return np.asarray(mean + radius * _circle(n) @ (directions * np.sqrt(values)).T)


def outlines(mixture: Mixture, radius: float, n: int = N_VERTICES) -> FloatArray:
    """The closed polygons (K, n, 2) of all components of a mixture in two dimensions."""
    scaled = radius * _circle(n) @ mixture.cholesky.transpose(0, 2, 1)
    return np.asarray(mixture.means[:, None, :] + scaled)


def principal_axes(mean: FloatArray, covariance: FloatArray, radius: float) -> FloatArray:
    """The axes of the ellipse as two segments (2, 2, 2): [axis, end, coordinate], the longest axis first."""
    values, directions = _principal(covariance)
    arms = radius * (directions * np.sqrt(values)).T
    return np.stack([mean - arms, mean + arms], axis=1)


def shape(covariance: FloatArray) -> Shape:
    """A covariance (d, d) of one or two dimensions in numbers."""
    deviations = tuple(np.sqrt(np.diagonal(covariance)).tolist())
    if len(deviations) == 1:
        return Shape(deviations, None, deviations, None, float(covariance[0, 0]))
    values, directions = _principal(covariance)
    axes = np.sqrt(values)
    angle = math.degrees(math.atan2(directions[1, 0], directions[0, 0]))
    is_round = axes[0] - axes[1] <= ROUND * axes[0]
    return Shape(
        standard_deviations=deviations,
        correlation=float(covariance[0, 1] / deviations[0] / deviations[1]),
        axes=tuple(axes.tolist()),
        angle=None if is_round else angle,
        determinant=float(values[0]) * float(values[1]),
    )


def shapes(mixture: Mixture) -> tuple[Shape, ...]:
    """The covariances of all components in numbers."""
    return tuple(shape(covariance) for covariance in mixture.covariances)


def _circle(n: int) -> FloatArray:
    """A closed unit circle (n, 2)."""
    angles = np.linspace(0.0, 2.0 * np.pi, n)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    circle[-1] = circle[0]
    return circle


def _principal(covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues, largest first, and directions as columns, pointing right (or up)."""
    values, directions = np.linalg.eigh(covariance)
    values, directions = np.maximum(values[::-1], 0.0), directions[:, ::-1]
    x, y = directions
    return values, directions * np.where((x < 0) | ((x == 0) & (y < 0)), -1.0, 1.0)
