"""One fused pass over the points: log-densities, responsibilities and moments, tile by tile.

No n×K array outlives its tile, so memory does not grow with n·K, a pass can be cancelled between tiles, and
sums are always added in the same order, which makes a fit repeatable to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.bounds import TileBounds
from gmmviewer.mixture.joint import block_size
from gmmviewer.mixture.kernels import add_quadratic_tiles, add_residual_tiles
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.stopping import ShouldStop, never
from gmmviewer.mixture.sums import Sums

REDO_DISTANCE = 30.0  # in σ; a mean that moves further loses digits in one-pass moments


@dataclass(frozen=True, eq=False)
class Expectation:
    """What the E-step under one mixture leaves behind, all in standard units and nats.

    ``log_likelihood`` Σ_i log p(x_i); ``objective`` what the assignment climbs (for EM the log-likelihood);
    ``entropy`` −Σ_ik q_ik log q_ik of the responsibilities; ``classification`` Σ_i log max_k r_ik, what hard
    labels cost; ``mean_size`` mean |log p(x_i)|, which sets the scale of rounding; ``moments`` of the
    responsibilities.
    """

    log_likelihood: float
    objective: float
    entropy: float
    classification: float
    mean_size: float
    moments: Moments


def expectation(
    sample: Sample, mixture: Mixture, assignment: Assignment = SOFT, should_stop: ShouldStop = never
) -> Expectation:
    """The E-step on ``sample`` under ``mixture`` (in standard units).

    Raises ``Cancelled`` when ``should_stop()`` answers true between two tiles.
    """
    result, exact = _one_pass(sample, mixture, mixture.means, assignment, should_stop)
    if exact and _distance_moved(result.moments.means, mixture) > REDO_DISTANCE:
        return _one_pass(sample, mixture, result.moments.means, assignment, should_stop)[0]
    return result


def _one_pass(
    sample: Sample, mixture: Mixture, centres: FloatArray, assignment: Assignment, should_stop: ShouldStop
) -> tuple[Expectation, bool]:
    """The pass, and whether any tile needed moments about ``centres`` (K, d)."""
    sums = Sums()
    size = block_size(mixture.n_rows)
    if assignment is SOFT:
        tiles = sample.tiles(size)
        bounds = TileBounds.of(tiles, mixture)
        exact = ~bounds.benign
        if not exact.all():
            add_quadratic_tiles(tiles, ~exact, bounds, mixture, sums, should_stop)
    else:  # draws belong to points by number
        tiles = sample.unsorted(size)
        exact = np.ones(len(tiles), dtype=bool)
    if exact.any():
        add_residual_tiles(tiles, exact, mixture, centres, assignment, sums, should_stop)
    moments = sums.moments(centres)
    size_ = sums.size / (sample.total or 1.0)
    found = Expectation(
        sums.log_likelihood, sums.objective, sums.entropy, sums.classification, size_, moments
    )
    return found, bool(exact.any())


def _distance_moved(means: FloatArray, mixture: Mixture) -> float:
    """The largest Mahalanobis distance from an old mean to its new one."""
    whitened = mixture.whitening @ (means - mixture.means)[:, :, None]
    return float(np.sqrt((whitened**2).sum(axis=(1, 2))).max())
