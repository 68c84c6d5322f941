"""OKLab, a space in which equal steps look equal (Ottosson 2020, "A perceptual color space").

Arrays of colours have the three channels last. ``lms`` below is the cube root of the cone responses:
OKLab is a linear map of it, so mixing in either gives the same colour, and ``lms`` is one product cheaper.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.mixture.arrays import FloatArray

ByteArray: TypeAlias = NDArray[np.uint8]

CONES_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LINEAR_FROM_CONES = np.linalg.inv(CONES_FROM_LINEAR)
LMS_FROM_LAB = np.linalg.inv(LAB_FROM_LMS)


def linear(rgb: ArrayLike) -> FloatArray:
    """sRGB 0…255 as linear light 0…1 (IEC 61966-2-1)."""
    v = np.asarray(rgb, dtype=np.float64) / 255.0
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encoded(light: ArrayLike) -> FloatArray:
    """Linear light as sRGB 0…255, not rounded; light outside 0…1 is clipped."""
    v = np.clip(np.asarray(light, dtype=np.float64), 0.0, 1.0)
    return 255.0 * np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1 / 2.4) - 0.055)


def lms(rgb: ArrayLike) -> FloatArray:
    """sRGB 0…255 as cube roots of the cone responses."""
    return np.asarray(np.cbrt(linear(rgb) @ CONES_FROM_LINEAR.T))


def lab(rgb: ArrayLike) -> FloatArray:
    """sRGB 0…255 as OKLab: lightness 0…1, then the green–red and the blue–yellow axis."""
    return np.asarray(lms(rgb) @ LAB_FROM_LMS.T)


def linear_from_lab(values: ArrayLike) -> FloatArray:
    """OKLab as linear light; outside 0…1 where sRGB has no such colour."""
    return np.asarray((np.asarray(values) @ LMS_FROM_LAB.T) ** 3 @ LINEAR_FROM_CONES.T)


def rgb_from_lab(values: ArrayLike) -> ByteArray:
    """OKLab as sRGB bytes, clipped into the gamut."""
    return np.rint(encoded(linear_from_lab(values))).astype(np.uint8)
