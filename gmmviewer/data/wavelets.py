"""The Haar wavelet transform of an image: orthonormal, exactly invertible, for images of any size.

Rows and columns are halved in turn. A pair (a, b) of neighbours becomes its mean and its difference
(Haar 1910); a pixel without a neighbour, at the end of an odd row, stays the mean of itself. Means of
unequally many pixels are weighted by their numbers, and every coefficient is scaled so that the basis is
orthonormal (the unbalanced Haar transform of Girardi & Sweldens 1997): the energy Σ x² is preserved, and
all details of a constant image are exactly zero, whatever its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, frozen

Bands: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Wavelets:
    """The coefficients of an image of ``shape`` (height, width).

    ``details``: for every level, the finest first, the horizontal, the vertical and the diagonal detail.
    With h = ⌈height / 2ʲ⁻¹⌉ and w = ⌈width / 2ʲ⁻¹⌉, those of level j have the shapes (⌊h/2⌋, ⌈w/2⌉),
    (⌈h/2⌉, ⌊w/2⌋) and (⌊h/2⌋, ⌊w/2⌋). ``approximation`` (⌈height / 2ᴶ⌉, ⌈width / 2ᴶ⌉) is what remains.
    """

    approximation: FloatArray
    details: tuple[Bands, ...]
    shape: tuple[int, int]

    @property
    def n_levels(self) -> int:
        """How often the image was halved."""
        return len(self.details)


def most_levels(shape: tuple[int, int]) -> int:
    """How often an image of this shape can be halved until one pixel is left."""
    return (max(shape) - 1).bit_length()


def haar(image: ArrayLike, levels: int) -> Wavelets:
    """The wavelet coefficients of an image (height, width) after so many halvings.

    Horizontal detail is low-pass along the rows and high-pass down the columns (LH), so that horizontal edges
    show in it; vertical detail the other way round (HL); diagonal detail high-pass along both (HH).
    Raises ``ValueError`` for what is no image, and for more levels than it has.
    """
    means = np.array(image, dtype=np.float64)
    if means.ndim != 2 or means.size == 0:
        raise ValueError(f"an image has the shape (height, width), not {means.shape}")
    shape = (means.shape[0], means.shape[1])
    if not 0 <= levels <= most_levels(shape):
        raise ValueError(f"an image of {shape[1]} × {shape[0]} pixels has {most_levels(shape)} levels")
    down, across = np.ones(shape[0]), np.ones(shape[1])  # pixels behind every mean, along either side
    details: list[Bands] = []
    for _ in range(levels):
        below, rows = _Pairs(down), _Pairs(across)
        low, high = rows.split(means.T)
        (means, horizontal), (vertical, diagonal) = below.split(low.T), below.split(high.T)
        scale = _gains(below, rows)
        bands = (horizontal * scale[0], vertical * scale[1], diagonal * scale[2])
        details.append((frozen(bands[0]), frozen(bands[1]), frozen(bands[2])))
        down, across = below.merged, rows.merged
    return Wavelets(frozen(means * np.sqrt(np.outer(down, across))), tuple(details), shape)


def inverse(wavelets: Wavelets) -> FloatArray:
    """The image (height, width) that has these coefficients."""
    steps = [(np.ones(wavelets.shape[0]), np.ones(wavelets.shape[1]))]
    for _ in wavelets.details:
        steps.append((_Pairs(steps[-1][0]).merged, _Pairs(steps[-1][1]).merged))
    means = wavelets.approximation / np.sqrt(np.outer(*steps.pop()))
    for horizontal, vertical, diagonal in reversed(wavelets.details):
        down, across = steps.pop()
        below, rows = _Pairs(down), _Pairs(across)
        scale = _gains(below, rows)
        low = below.join(means, horizontal / scale[0])
        high = below.join(vertical / scale[1], diagonal / scale[2])
        means = rows.join(low.T, high.T).T
    return frozen(means)


def _gains(below: _Pairs, rows: _Pairs) -> Bands:
    """From differences to coefficients of an orthonormal basis, for the three bands.

    The root of a product, not the product of roots: 1 is 1 then, and whole grey values stay exact.
    """
    return (
        np.sqrt(np.outer(below.energies, rows.merged)),
        np.sqrt(np.outer(below.merged, rows.energies)),
        np.sqrt(np.outer(below.energies, rows.energies)),
    )


class _Pairs:
    """Neighbours along one axis with ``numbers`` (n,) of pixels behind each.

    ``merged`` (⌈n/2⌉,) numbers behind every mean; ``energies`` (⌊n/2⌋,) in differences of one.
    """

    def __init__(self, numbers: FloatArray) -> None:
        half = len(numbers) // 2
        first, second = numbers[: 2 * half : 2], numbers[1::2]
        self.merged = np.concatenate([first + second, numbers[2 * half :]])
        self.energies = first * second / self.merged[:half]
        self._share = (first / self.merged[:half])[:, None]  # of the first in the mean of both

    def split(self, means: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means (⌈n/2⌉, m) and differences (⌊n/2⌋, m) of neighbouring rows of ``means`` (n, m).

        The mean is the second plus its share of the difference: exact where both are equal.
        """
        half = len(self.energies)
        second = means[1::2]
        differences = means[: 2 * half : 2] - second
        return np.concatenate([second + self._share * differences, means[2 * half :]]), differences

    def join(self, means: FloatArray, differences: FloatArray) -> FloatArray:
        """What ``split`` took apart."""
        half = len(self.energies)
        second = means[:half] - self._share * differences
        joined = np.empty((len(means) + half, means.shape[1]))
        joined[: 2 * half : 2], joined[1 : 2 * half : 2] = second + differences, second
        joined[2 * half :] = means[half:]
        return joined
