"""The density of a mixture in the plane: as a grid, as contours of given content, as an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.assignment import NEGLIGIBLE
from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.parameters import LOG_2PI, Mixture
from gmmviewer.scene.noise import Box, joint_in_box
from gmmviewer.scene.oklab import ByteArray, rgb_from_lab

N_NODES = 4096  # per component: contents of a single Gaussian within 1e-5, of overlapping ones 1e-3
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
TINY = float(np.finfo(np.float64).tiny)
STRONGEST = 0.6  # opacity of the map at its peak: points and ellipses stay the loudest


@dataclass(frozen=True, eq=False)
class DensityField:
    """p(x, y) on a grid of cell centres, in data units.

    ``x`` (w,) and ``y`` (h,) ascending; ``values`` (h, w); ``peak`` the height that counts as full, which
    belongs to the mixture and not to the window, so that panning does not change the colours.
    """

    x: FloatArray
    y: FloatArray
    values: FloatArray
    peak: float


def density_field(
    mixture: Mixture,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    width: int,
    height: int,
    box: Box | None = None,
) -> DensityField:
    """The density at the centres of width × height cells that fill the two ranges; noise inside ``box``."""
    x, y = _centres(x_range, width), _centres(y_range, height)
    values = np.zeros((height, width))
    with np.errstate(divide="ignore"):
        logs = np.log(mixture.weights) - LOG_2PI - 0.5 * mixture.log_determinants
    for k in range(mixture.n_components):
        values += _component(x, y, mixture.means[k], mixture.cholesky[k], float(logs[k]))
    if mixture.noise is not None and box is not None:
        (left, right), (bottom, top) = box
        within = ((y >= bottom) & (y <= top))[:, None] & ((x >= left) & (x <= right))
        values += math.exp(mixture.log_noise) * within
    peak = float(np.exp(log_density(mixture.means, mixture).max()))
    return DensityField(frozen(x), frozen(y), frozen(values), peak)


def content_levels(
    mixture: Mixture, contents: Sequence[float] = (0.25, 0.5, 0.75, 0.95), box: Box | None = None
) -> FloatArray:
    """The densities whose highest-density regions {p > level} hold these probabilities, (m,).

    Every component carries a spiral of nodes of equal probability, so that components of any size count
    alike; sorted by density, their masses add up to the content (Hyndman 1996). In one or two dimensions.
    Noise has its nodes all over the ``box``.
    """
    d = mixture.n_dimensions
    nodes = mixture.means[:, None] + _standard_nodes(d) @ mixture.cholesky.transpose(0, 2, 1)
    nodes, masses = nodes.reshape(-1, d), np.repeat(mixture.weights / N_NODES, N_NODES)
    if mixture.noise is not None and box is not None:
        nodes = np.concatenate([nodes, _box_nodes(box)])
        masses = np.append(masses, np.full(N_NODES, mixture.noise.weight / N_NODES))
    joint = joint_in_box(nodes.T, mixture, box)
    densities = np.logaddexp.reduce(joint, axis=0)
    order = np.argsort(densities)[::-1]
    held = np.cumsum(masses[order]) - 0.5 * masses[order]  # half of a node lies on either side of its level
    return np.asarray(np.exp(np.interp(contents, held, densities[order])))


def contours(field: DensityField, levels: Sequence[float] | FloatArray) -> list[list[FloatArray]]:
    """For each level its lines, each (m, 2) in data units; closed lines end where they start.

    Drawn through the log-density, which is smooth where the density is steep.
    """
    from contourpy import LineType, contour_generator  # 50 ms that only contours need

    logs = np.log(np.maximum(field.values, TINY))
    generator = contour_generator(field.x, field.y, logs, line_type=LineType.Separate)
    return [[np.asarray(line) for line in generator.lines(math.log(max(level, TINY)))] for level in levels]


def heat_rgba(field: DensityField, dark: bool) -> ByteArray:
    """The field as a premultiplied RGBA image (h, w, 4), the largest y on top.

    One hue, from nothing to a quiet slate (pale on dark ground). It shows the square root of the density:
    a component five times wider than the narrowest still reaches a fifth of the full strength.
    """
    share = np.sqrt(np.clip(field.values[::-1] / field.peak, 0.0, 1.0))
    table = _ramp(dark)
    return np.asarray(table[(share * (len(table) - 1) + 0.5).astype(np.uint8)])


def _ramp(dark: bool) -> ByteArray:
    """256 premultiplied colours (256, 4) of one hue, from transparent to the strongest."""
    share = np.linspace(0.0, 1.0, 256)
    lightness = 0.62 + 0.23 * share if dark else 0.62 - 0.23 * share
    colours = rgb_from_lab(np.column_stack([lightness, np.full(256, -0.012), np.full(256, -0.06)]))
    opacity = STRONGEST * share[:, None]
    return np.rint(np.hstack([colours * opacity, 255.0 * opacity])).astype(np.uint8)


def _centres(limits: tuple[float, float], count: int) -> FloatArray:
    low, high = limits
    return low + (high - low) * (np.arange(count) + 0.5) / count


def _component(x: FloatArray, y: FloatArray, mean: FloatArray, factor: FloatArray, log: float) -> FloatArray:
    """exp(log − (u² + v²)/2) with the whitened residuals u along x and v along y given x."""
    u = (x - mean[0]) / factor[0, 0]
    v = (y - mean[1]) / factor[1, 1]
    slope = factor[1, 0] / factor[1, 1]
    if slope == 0:
        return np.asarray(_exp(log - 0.5 * v * v)[:, None] * _exp(-0.5 * u * u))
    rest = v[:, None] - slope * u
    rest *= rest
    rest *= -0.5
    rest += log - 0.5 * u * u
    return _exp(rest)


def _exp(values: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.maximum(values, NEGLIGIBLE)))


def _box_nodes(box: Box) -> FloatArray:
    """Nodes (N_NODES, d) of equal probability in a box: the additive sequence of Roberts (2018)."""
    steps = ((math.sqrt(5.0) - 1.0) / 2,) if len(box) == 1 else (0.7548776662466927, 0.5698402909980532)
    shares = (0.5 + np.arange(1, N_NODES + 1)[:, None] * np.array(steps)) % 1.0
    low, high = np.array(box).T
    return np.asarray(low + shares * (high - low))


def _standard_nodes(d: int) -> FloatArray:
    """Nodes (N_NODES, d) of equal probability under the standard Gaussian."""
    shares = (np.arange(N_NODES) + 0.5) / N_NODES
    if d == 1:
        return np.array([NormalDist().inv_cdf(share) for share in shares])[:, None]
    radii = np.sqrt(-2.0 * np.log1p(-shares))
    angles = GOLDEN_ANGLE * np.arange(N_NODES)
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
