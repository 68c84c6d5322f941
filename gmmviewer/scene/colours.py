"""Responsibilities as colours: each point wears the mixture of its components' colours.

Blending happens in OKLab, where half of one and half of the other is a clean colour of middle lightness and
not mud. It costs a cube more than linear light: 10⁴ points × 5 components take 0.5 ms, 10⁵ take 5 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment
from gmmviewer.mixture.density import assigned_columns
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.oklab import LINEAR_FROM_CONES, ByteArray, encoded, lms
from gmmviewer.scene.palette import Rgb

# Linear light → sRGB by table. The steepest slope of the encoding is 12.92, so a step is at most a
# fifth of a byte and every byte value comes back exactly.
LEVELS = 16_384
ENCODED = np.rint(encoded(np.linspace(0.0, 1.0, LEVELS))).astype(np.uint8)
FADED = 0.85  # of the ground in the colour of a point that may belong to any component: still visible
BLOCK = 16_384  # points; three float32 rows and their products stay in the L2 cache


def blend(responsibilities: FloatArray | NDArray[np.float32], colours: ByteArray) -> ByteArray:
    """The mixtures (n, 3) of ``colours`` (K, 3) in the shares ``responsibilities`` (K, n), which sum to 1.

    With noise there is one row more in both.
    """
    n = responsibilities.shape[1]
    pigments = lms(colours).T.astype(np.float32)
    to_light = ((LEVELS - 1) * LINEAR_FROM_CONES).astype(np.float32)
    result = np.empty((n, 3), dtype=np.uint8)
    for start in range(0, n, BLOCK):
        part = responsibilities[:, start : start + BLOCK].astype(np.float32)
        result[start : start + BLOCK] = _encode(to_light @ _cubed(pigments @ part)).T
    return result


def point_colours(
    sample_columns: FloatArray,
    source: Mixture | None,
    colours: ByteArray,
    neutral: Rgb,
    assignment: Assignment = SOFT,
    first: int = 0,
    fade_to: Rgb | None = None,
) -> ByteArray:
    """The colours (n, 3) of points given as columns (d, n), by what is assigned to them under ``source``.

    Both in standard units; ``colours`` are those of its rows (see ``palette.row_colours``). Without a
    source, before the first E-step, every point is ``neutral``. ``first``: the number of the first point.
    ``fade_to``: the colour to which points fade as they become uncertain, None if they do not.
    """
    n = sample_columns.shape[1]
    result = np.empty((n, 3), dtype=np.uint8)
    if source is None:
        result[:] = neutral
        return result
    for block in blocks(n, source.n_rows):
        q = assigned_columns(sample_columns[:, block], source, assignment, first + block.start)
        blended = blend(q, colours)
        result[block] = blended if fade_to is None else faded(blended, q, fade_to)
    return result


def faded(rgb: ByteArray, responsibilities: FloatArray, ground: Rgb) -> ByteArray:
    """Colours (n, 3) nearer to the ``ground`` the less certain it is whose the points are.

    The share of the ground grows with 1 − max r of the ``responsibilities`` (K, n), from 0 where that is 0
    to ``FADED`` where all K are equal.
    """
    k = len(responsibilities)
    if k == 1:
        return rgb
    uncertainty = (1.0 - responsibilities.max(axis=0)) * (k / (k - 1))
    share = (FADED * uncertainty).astype(np.float32)[:, None]
    light = rgb + share * (np.array(ground, dtype=np.float32) - rgb)
    return np.asarray(np.rint(light).astype(np.uint8))


def _cubed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values * values * values


def _encode(light: NDArray[np.float32]) -> ByteArray:
    light += 0.5
    np.clip(light, 0.0, LEVELS - 1, out=light)
    return np.asarray(ENCODED[light.astype(np.int32)])
