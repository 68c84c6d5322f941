"""How far apart tiles of points and components are, before any point is looked at.

For a tile with centre c and half-sides h, every whitened residual z = W_k (x − μ_k) satisfies
m − r ≤ |z| ≤ m + r with m = |W_k (c − μ_k)| and r = ‖|W_k| h‖. That bounds every joint log-density on the
tile, and shows which components cannot matter there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.tiles import Tiles

NEGLIGIBLE_BY = 60.0  # nats; e⁻⁶⁰ of a point, times 10⁷ points, is still lost in the rounding of any n_k
SAFE_DENSITY = -640.0  # nats; e⁻⁶⁴⁰ is a normal number, and e⁻⁷⁰⁸ is nothing beside it
LARGEST_RADIUS = 16.0  # σ from the centre of a tile; the quadratic form loses r² eps beside a few eps


@dataclass(frozen=True, eq=False)
class TileBounds:
    """``upper`` and ``lower`` (T, K): bounds of log π_k N on each tile, with noise one column more.

    ``radius`` (T, K): r, how many σ the tile reaches from its centre. ``offset`` (T, K, d): W_k (c − μ_k).
    """

    upper: FloatArray
    lower: FloatArray
    radius: FloatArray
    offset: FloatArray

    @classmethod
    def of(cls, tiles: Tiles, mixture: Mixture) -> TileBounds:
        """The bounds of every component on every tile."""
        whitening = mixture.whitening
        away = tiles.centres[:, None, :] - mixture.means
        offset = (whitening @ away[..., None])[..., 0]
        reach = (np.abs(whitening) @ tiles.halves[:, None, :, None])[..., 0]
        m = np.sqrt((offset * offset).sum(axis=2))
        r = np.sqrt((reach * reach).sum(axis=2))
        near, far = np.maximum(m - r, 0.0), m + r
        upper = mixture.log_scales - 0.5 * near * near
        lower = mixture.log_scales - 0.5 * far * far
        if mixture.noise is not None:
            constant = np.full((len(m), 1), mixture.log_noise)
            upper, lower = np.hstack([upper, constant]), np.hstack([lower, constant])
        return cls(upper, lower, r, offset)

    @cached_property
    def certain(self) -> FloatArray:
        """What log p is at least, everywhere on a tile, (T,)."""
        return np.asarray(self.lower.max(axis=1))

    @cached_property
    def active(self) -> BoolArray:
        """The components that can matter on a tile, (T, K): all others are e⁻⁶⁰ of p(x) at most."""
        return np.asarray(self.upper >= self.certain[:, None] - NEGLIGIBLE_BY)

    @cached_property
    def benign(self) -> BoolArray:
        """The tiles for the quadratic form, (T,): no active component is so thin that it would lose digits,
        and no point is so far from all of them that exp() would need a shift."""
        thin = self.active[:, : self.radius.shape[1]] & (self.radius > LARGEST_RADIUS)
        return np.asarray(~thin.any(axis=1) & (self.certain > SAFE_DENSITY))
