"""A grey image that nobody has photographed, with the statistics of those that somebody has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gmmviewer.data.subbands import SubbandTable, subband_table
from gmmviewer.mixture.arrays import FloatArray, frozen

SIDE = 256  # pixels
FINER = 2  # painted this much finer and averaged, so that edges are as soft as a lens makes them
LEAVES = 1500
SMALLEST, LARGEST = 0.012, 0.35  # radii, of the side
SCALES = (1.0, 2.5, 6.0)  # pixels; grain of the textures
NOISE = 1.0  # grey levels, of the sensor


def leaves(seed: int = 0, side: int = SIDE) -> FloatArray:
    """Grey values 0…255 (side, side) of leaves that cover each other.

    The dead leaves model (Matheron 1968; Lee, Mumford & Huang 2001): ellipses whose sizes follow a power law
    fall on a plane, each with a grey level, a shading and a texture of its own. Occlusion makes the edges and
    the heavy tails of wavelet coefficients that photographs have; varying contrast makes scale mixtures.
    """
    generator = np.random.default_rng(seed)
    fine = side * FINER
    textures = [_texture(generator, fine, scale * FINER) for scale in SCALES]
    down, across = np.mgrid[0:fine, 0:fine] / fine
    image = np.full((fine, fine), 128.0)
    for _ in range(LEAVES):
        radius = _power_law(generator)
        middle = generator.uniform(-0.1, 1.1, 2)
        rows, columns = (_reach(centre, radius, fine) for centre in middle.tolist())
        y, x = down[rows, columns] - middle[0], across[rows, columns] - middle[1]
        angle, flattening = generator.uniform(0.0, np.pi), generator.uniform(0.4, 1.0)
        along = (x * np.cos(angle) + y * np.sin(angle)) / radius
        aside = (y * np.cos(angle) - x * np.sin(angle)) / (radius * flattening)
        grey, contrast = generator.uniform(20.0, 235.0), 3.0 * np.exp(0.6 * generator.standard_normal())
        shading = generator.normal(0.0, 12.0, 2)
        texture = textures[generator.integers(len(textures))][rows, columns]
        leaf = grey + shading[0] * along + shading[1] * aside + contrast * texture
        view, inside = image[rows, columns], along**2 + aside**2 < 1.0
        view[inside] = leaf[inside]
    coarse = image.reshape(side, FINER, side, FINER).mean(axis=(1, 3))
    return frozen(np.clip(coarse + NOISE * generator.standard_normal((side, side)), 0.0, 255.0))


@lru_cache(maxsize=1)
def leaves_table(seed: int = 0) -> SubbandTable:
    """The sub-bands of such an image."""
    notes = (f"{SIDE} × {SIDE} pixels of leaves, generated with seed {seed}",)
    return subband_table(leaves(seed), "Wavelet coefficients", notes)


def _power_law(generator: np.random.Generator) -> float:
    """A radius r with a density like r⁻³, which looks the same at every scale."""
    share = float(generator.uniform())
    return float((SMALLEST**-2 + share * (LARGEST**-2 - SMALLEST**-2)) ** -0.5)


def _reach(centre: float, radius: float, fine: int) -> slice:
    """The pixels along one side that a leaf can touch."""
    low, high = int((centre - radius) * fine), int((centre + radius) * fine) + 2
    return slice(min(max(low, 0), fine), min(max(high, 0), fine))


def _texture(generator: np.random.Generator, fine: int, grain: float) -> FloatArray:
    """Noise (fine, fine) of unit variance, smoothed by a Gaussian of this standard deviation in pixels."""
    frequencies = 2.0 * np.pi * np.fft.fftfreq(fine)
    passed = np.exp(-0.5 * (grain * frequencies) ** 2)
    noise = np.fft.fft2(generator.standard_normal((fine, fine)))
    smooth = np.fft.ifft2(noise * np.outer(passed, passed)).real
    return np.asarray(smooth / smooth.std())
