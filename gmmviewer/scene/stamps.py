"""Antialiased discs, ready to be stamped at sub-pixel positions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray

FloatPixels: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int32]

PHASES = 8  # positions are kept to 1/8 px in either direction: no eye sees a shift of 1/16
SLICES = 16  # vertical slices per pixel; each is integrated exactly
LARGE, FEW_SLICES = 8.0, 4  # edges of larger discs are straighter: fewer slices are as exact
RIM_SHADE = 0.38  # how much of the colour the rim takes away


@dataclass(frozen=True, eq=False)
class Stamp:
    """A disc centred somewhere inside one pixel.

    ``dx``, ``dy`` (m,) the pixels it can touch, relative to that pixel and at most ``reach`` away. The tables
    (PHASES², m) have a row per sub-pixel position of the centre: ``coverage`` how much of each pixel is
    covered, 0…1, and ``darkening`` how much of that colour a rim takes away.
    """

    reach: int
    dx: Indices
    dy: Indices
    coverage: FloatPixels
    darkening: FloatPixels


@lru_cache(maxsize=64)
def disc(radius: float) -> Stamp:
    """The stamp of a disc with this radius in pixels: 1 ms at 2 px, 10 ms at 8 or 16 px, then cached."""
    reach = math.ceil(radius)
    outer = _coverage(radius, reach)
    inner = _coverage(max(radius - rim_width(radius), 0.0), reach)
    dy, dx = np.nonzero(outer.max(axis=0))
    outer, inner = outer[:, dy, dx], inner[:, dy, dx]
    return Stamp(
        reach=reach,
        dx=(dx - reach).astype(np.int32),
        dy=(dy - reach).astype(np.int32),
        coverage=outer.astype(np.float32),
        darkening=(RIM_SHADE * (outer - inner)).astype(np.float32),
    )


def rim_width(radius: float) -> float:
    """The width of the rim in pixels: thin, but never thinner than a pixel can show."""
    return min(max(radius / 4, 0.75), 1.5)


def phases(x: FloatArray, y: FloatArray) -> Indices:
    """The rows of ``coverage`` for centres at these fractions 0…1 of their pixels."""
    rows = (y * PHASES).astype(np.int32)
    rows *= PHASES
    rows += (x * PHASES).astype(np.int32)
    return rows


def _coverage(radius: float, reach: int) -> FloatArray:
    """The covered area of the pixels −reach…reach, (PHASES², side, side).

    A disc is cut into vertical slices; what a slice shares with a pixel is an interval of known length.
    """
    centres = (np.arange(PHASES) + 0.5) / PHASES
    pixels = np.arange(-reach, reach + 1)
    many = SLICES if radius <= LARGE else FEW_SLICES
    slices = (np.arange(many) + 0.5) / many
    across = slices[:, None, None] + pixels - centres[:, None]  # [slice, phase x, pixel x]
    half = np.sqrt(np.maximum(radius**2 - across**2, 0.0))[:, :, None, :, None]
    middle = centres[:, None, None]  # [phase y, pixel x, pixel y]
    shared = np.minimum(middle + half, pixels + 1) - np.maximum(middle - half, pixels)
    covered = np.maximum(shared, 0.0, out=shared).mean(axis=0)
    return np.asarray(covered.transpose(1, 0, 3, 2).reshape(PHASES**2, len(pixels), -1))
