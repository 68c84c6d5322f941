"""Colours for densities: sequential maps that fade into the ground where there is nothing.

Every map grows steadily in contrast to its ground, in lightness as in opacity, so that it reads without its
hues; none of them reaches the strength of the points that lie upon it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.oklab import ByteArray, lab, rgb_from_lab
from gmmviewer.scene.palette import Rgb

STRONGEST = 0.6  # opacity of a map at its peak: points and ellipses stay the loudest
N_COLOURS = 256
Lab = tuple[float, float, float]


@dataclass(frozen=True)
class ColourMap:
    """A map by its ``key`` and the ``title`` in menus; ``light`` and ``dark``: colours in OKLab, evenly
    spaced from the lowest density to the highest, for either ground."""

    key: str
    title: str
    light: tuple[Lab, ...]
    dark: tuple[Lab, ...]

    def table(self, dark: bool) -> ByteArray:
        """The colours (256, 3) of rising densities, on a light or dark ground."""
        return _table(self, dark)

    def ramp(self, dark: bool) -> ByteArray:
        """The same premultiplied (256, 4), from transparent to the strongest."""
        return _ramp(self, dark)

    def colour(self, share: float, dark: bool) -> Rgb:
        """The colour of one density, as a share 0…1 of the highest."""
        red, green, blue = self.table(dark)[round(share * (N_COLOURS - 1))].tolist()
        return red, green, blue


def _cividis() -> tuple[Lab, ...]:
    """From its blue to its yellow: every 32nd colour from the 64th on, of 256.

    Nuñez, Anderton & Renslow (2018), "Optimizing colormaps with consideration for color vision deficiency",
    PLoS ONE 13(7): e0199239, which is open access.
    """
    shares = np.array(
        [
            (0.263738, 0.307831, 0.422789),
            (0.380830, 0.395164, 0.435653),
            (0.488697, 0.485318, 0.471008),
            (0.609105, 0.579816, 0.463638),
            (0.736488, 0.680629, 0.424028),
            (0.870717, 0.789572, 0.343333),
            (0.995737, 0.909344, 0.217772),
        ]
    )
    return tuple((float(lightness), float(a), float(b)) for lightness, a, b in lab(255.0 * shares))


CIVIDIS = _cividis()

COLOUR_MAPS: tuple[ColourMap, ...] = (
    ColourMap(
        "slate",
        "Slate",
        ((0.62, -0.012, -0.06), (0.39, -0.012, -0.06)),
        ((0.62, -0.012, -0.06), (0.85, -0.012, -0.06)),
    ),
    ColourMap("cividis", "Cividis", CIVIDIS[::-1], CIVIDIS),
    ColourMap(
        "amber", "Amber", ((0.78, 0.03, 0.11), (0.47, 0.05, 0.09)), ((0.55, 0.04, 0.10), (0.86, 0.02, 0.11))
    ),
    ColourMap("grey", "Grey", ((0.70, 0.0, 0.0), (0.36, 0.0, 0.0)), ((0.55, 0.0, 0.0), (0.90, 0.0, 0.0))),
)


def colour_map(key: str) -> ColourMap:
    """The map with this key, or the first one for a key of another version."""
    return next((found for found in COLOUR_MAPS if found.key == key), COLOUR_MAPS[0])


@lru_cache(maxsize=2 * len(COLOUR_MAPS))
def _table(of: ColourMap, dark: bool) -> ByteArray:
    nodes: FloatArray = np.array(of.dark if dark else of.light)
    places, shares = np.linspace(0.0, 1.0, len(nodes)), np.linspace(0.0, 1.0, N_COLOURS)
    colours = rgb_from_lab(np.column_stack([np.interp(shares, places, axis) for axis in nodes.T]))
    colours.flags.writeable = False
    return colours


@lru_cache(maxsize=2 * len(COLOUR_MAPS))
def _ramp(of: ColourMap, dark: bool) -> ByteArray:
    opacity = np.linspace(0.0, STRONGEST, N_COLOURS)[:, None]
    ramp = np.rint(np.hstack([_table(of, dark) * opacity, 255.0 * opacity])).astype(np.uint8)
    ramp.flags.writeable = False
    return ramp
