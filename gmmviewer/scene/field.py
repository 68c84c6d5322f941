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
from gmmviewer.mixture.joint import blocks, log_sum_exp
from gmmviewer.mixture.parameters import LOG_2PI, Mixture
from gmmviewer.scene.noise import Box, joint_in_box
from gmmviewer.scene.oklab import ByteArray

N_NODES = 4096  # per component: contents of a single Gaussian within 1e-5, of overlapping ones 1e-3
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
PLATEAU = 1e-6  # nats by which noise counts as flat: the tails of far components ripple it
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class DensityField:
    """p(x, y) on a grid of cell centres, in data units.

    ``x`` (w,) and ``y`` (h,) ascending; ``values`` (h, w); ``peak`` the height that counts as full, which
    belongs to the mixture and the size of the cells, so that panning does not change the colours.
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
    cell = math.log((x_range[1] - x_range[0]) / width) + math.log((y_range[1] - y_range[0]) / height)
    return DensityField(frozen(x), frozen(y), frozen(values), _peak(mixture, cell))


def content_levels(
    mixture: Mixture, contents: Sequence[float] = (0.25, 0.5, 0.75, 0.95), box: Box | None = None
) -> FloatArray:
    """The densities whose highest-density regions {p > level} hold these probabilities, (m,).

    Every component carries a spiral of nodes of equal probability, so that components of any size count
    alike; sorted by density, their masses add up to the content (Hyndman 1996). In one or two dimensions.
    Noise has its nodes all over the ``box``; a region that needs a part of this plateau has all of it.
    """
    d = mixture.n_dimensions
    there = mixture.weights > 0
    nodes = mixture.means[there, None] + _standard_nodes(d) @ mixture.cholesky[there].transpose(0, 2, 1)
    nodes, masses = nodes.reshape(-1, d), np.repeat(mixture.weights[there] / N_NODES, N_NODES)
    if mixture.noise is not None and box is not None:
        nodes = np.concatenate([nodes, _box_nodes(box)])
        masses = np.append(masses, np.full(N_NODES, mixture.noise.weight / N_NODES))
    parts = [
        log_sum_exp(joint_in_box(nodes[part].T, mixture, box)) for part in blocks(len(nodes), mixture.n_rows)
    ]
    densities = np.concatenate([top + rest for top, rest in parts])
    order = np.argsort(densities)[::-1]
    held = np.cumsum(masses[order]) - 0.5 * masses[order]  # half of a node lies on either side of its level
    levels = np.interp(contents, held, densities[order])
    return np.asarray(np.exp(levels - (PLATEAU if mixture.noise is not None else 0.0)))


def contours(field: DensityField, levels: Sequence[float] | FloatArray) -> list[list[FloatArray]]:
    """For each level its lines, each (m, 2) in data units; closed lines end where they start.

    Drawn through the log-density, which is smooth where the density is steep.
    """
    from contourpy import LineType, contour_generator  # 50 ms that only contours need

    logs = np.log(np.maximum(field.values, TINY))
    generator = contour_generator(field.x, field.y, logs, line_type=LineType.Separate)
    return [[np.asarray(line) for line in generator.lines(math.log(max(level, TINY)))] for level in levels]


def regions(field: DensityField, levels: Sequence[float] | FloatArray) -> list[list[FloatArray]]:
    """For each level the part of the window where the density is higher: closed rings (m, 2) in data units.

    A place is inside if an odd number of rings goes around it.
    """
    from contourpy import FillType, contour_generator

    logs = np.log(np.maximum(field.values, TINY))
    generator = contour_generator(field.x, field.y, logs, fill_type=FillType.OuterOffset)
    above = float(logs.max()) + 1.0
    found = []
    for level in levels:
        rings: list[FloatArray] = []
        low = math.log(max(level, TINY))
        if low < above:
            for points, offsets in zip(*generator.filled(low, above), strict=True):
                rings += np.split(points, offsets[1:-1])
        found.append(rings)
    return found


def heat_rgba(field: DensityField, ramp: ByteArray) -> ByteArray:
    """The field as a premultiplied RGBA image (h, w, 4), the largest y on top.

    ``ramp`` (256, 4): the colours of rising densities (see ``scene.colour_maps``). It shows the square root
    of the density: one component five times wider than the narrowest still reaches a fifth of the strength.
    """
    share = np.sqrt(np.clip(field.values[::-1] / field.peak, 0.0, 1.0))
    return np.asarray(ramp[(share * (len(ramp) - 1) + 0.5).astype(np.uint8)])


def _centres(limits: tuple[float, float], count: int) -> FloatArray:
    low, high = limits
    return low + (high - low) * (np.arange(count) + 0.5) / count


def _peak(mixture: Mixture, log_cell: float) -> float:
    """The density at the highest mean whose component is larger than a cell; of all if none is.

    A component that collapsed onto a point is a million times denser than the others: they would all be
    blank, and it cannot be seen either.
    """
    logs, there = log_density(mixture.means, mixture), mixture.weights > 0
    large = there & (LOG_2PI + 0.5 * mixture.log_determinants > log_cell)
    return float(np.exp(logs[large if large.any() else there].max()))


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
