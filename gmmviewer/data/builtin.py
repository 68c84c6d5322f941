"""The data sets that come with the program. To add one, write its function and a line in ``BUILTIN``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gmmviewer.data import generators
from gmmviewer.data.leaves import leaves_table
from gmmviewer.data.points import PointSet
from gmmviewer.data.readers import read_table
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.resources import resource_path


@dataclass(frozen=True)
class BuiltIn:
    """A data set one can choose by name.

    ``key`` in files and on the command line; ``title`` in menus; ``summary`` the point it makes; ``k`` and
    ``covariance`` a fit to begin with; ``make(seed)`` the points, which depend on the seed if ``seeded``;
    ``table(seed)`` what they are columns of, where others can be chosen.
    """

    key: str
    title: str
    summary: str
    group: Literal["Measured", "Generated"]
    k: int
    covariance: str
    make: Callable[[int], PointSet]
    seeded: bool
    table: Callable[[int], Table] | None = None


def _measured(
    title: str, file: str, labels: dict[str, str], truth: IntArray | None = None
) -> Callable[[int], PointSet]:
    """A maker of the named columns of a shipped file, under axis labels with units; any seed will do."""

    def make(_seed: int) -> PointSet:
        table = read_table(resource_path("data", file))
        points = table.points(table.resolve(",".join(labels)), title)
        return replace(points, columns=tuple(labels.values()), truth=truth)

    return make


def _coefficients(title: str, subbands: str) -> Callable[[int], PointSet]:
    """A maker of these sub-bands of the image of leaves."""

    def make(seed: int) -> PointSet:
        table = leaves_table(seed)
        return table.points(table.resolve(subbands), title)

    return make


_SPECIES = np.repeat(np.arange(3), 50)  # setosa, versicolor, virginica
_PETALS = {"petal_length": "petal length [cm]", "petal_width": "petal width [cm]"}
_FAITHFUL = {"eruptions": "eruptions [min]", "waiting": "waiting [min]"}
_WAITING = {"waiting": "waiting [min]"}
_VELOCITY = {"velocity": "velocity [1000 km/s]"}

BUILTIN: tuple[BuiltIn, ...] = (
    BuiltIn(
        "old_faithful",
        "Old Faithful",
        "272 eruptions of a geyser form two groups that the eye sees and EM finds.",
        "Measured",
        2,
        "full",
        _measured("Old Faithful", "old_faithful.csv", _FAITHFUL),
        False,
    ),
    BuiltIn(
        "waiting",
        "Old Faithful, waiting times",
        "One column of the same eruptions still shows both groups, now as two humps of a histogram.",
        "Measured",
        2,
        "V",
        _measured("Old Faithful, waiting times", "old_faithful.csv", _WAITING),
        False,
    ),
    BuiltIn(
        "iris_petals",
        "Iris petals",
        "Three species: one stands apart, two overlap, and the known species tell how well EM does.",
        "Measured",
        3,
        "full",
        _measured("Iris petals", "iris_petals.csv", _PETALS, _SPECIES),
        False,
    ),
    BuiltIn(
        "galaxies",
        "Galaxy velocities",
        "82 galaxies for which three to six components have all been argued: K is a judgement.",
        "Measured",
        4,
        "V",
        _measured("Galaxy velocities", "galaxies.csv", _VELOCITY),
        False,
    ),
    BuiltIn(
        "three_blobs",
        "Three blobs",
        "The easy case: round, separated groups that every covariance family fits.",
        "Generated",
        3,
        "spherical",
        generators.three_blobs,
        True,
    ),
    BuiltIn(
        "rotated",
        "Rotated",
        "Long tilted groups need full covariances: circles and upright ellipses cannot follow them.",
        "Generated",
        2,
        "full",
        generators.rotated,
        True,
    ),
    BuiltIn(
        "unequal_spread",
        "Unequal spread",
        "A tight group beside a wide one: the nearest mean is the wrong answer, the density the right one.",
        "Generated",
        2,
        "spherical",
        generators.unequal_spread,
        True,
    ),
    BuiltIn(
        "overlapping",
        "Overlapping",
        "Two groups so close that responsibilities stay soft and EM converges slowly.",
        "Generated",
        2,
        "full",
        generators.overlapping,
        True,
    ),
    BuiltIn(
        "ring",
        "Ring and core",
        "A ring is no Gaussian: a mixture follows it only with many components.",
        "Generated",
        8,
        "full",
        generators.ring,
        True,
    ),
    BuiltIn(
        "scale_mixture",
        "Scale mixture",
        "Two components with the same mean differ in scale alone and make a peak with heavy tails.",
        "Generated",
        2,
        "scale",
        generators.scale_mixture,
        True,
    ),
    BuiltIn(
        "scale_isotropic",
        "Scales, round",
        "Circles about one mean: far points are not outliers, they belong to a larger scale.",
        "Generated",
        3,
        "scale-isotropic",
        generators.scale_isotropic,
        True,
    ),
    BuiltIn(
        "scale_scaled",
        "Scales of one shape",
        "One tilted ellipse in three sizes: a single covariance and a number per component say it all.",
        "Generated",
        3,
        "scale-scaled",
        generators.scale_scaled,
        True,
    ),
    BuiltIn(
        "scale_free",
        "Crossing",
        "Two long groups cross at one mean: their covariances alone tell them apart.",
        "Generated",
        2,
        "scale-free",
        generators.scale_free,
        True,
    ),
    BuiltIn(
        "heavy_tails",
        "Heavy tails",
        "Student's t with two degrees of freedom mixes endless scales; three of them come close.",
        "Generated",
        3,
        "scale",
        generators.heavy_tails,
        True,
    ),
    BuiltIn(
        "wavelets",
        "Wavelet coefficients",
        "Neighbouring pixels of an image mostly agree and rarely do not: a sharp peak with heavy tails.",
        "Generated",
        3,
        "scale",
        _coefficients("Wavelet coefficients", "horizontal1"),
        True,
        leaves_table,
    ),
    BuiltIn(
        "wavelet_pairs",
        "Wavelet coefficients, pairs",
        "Horizontal and vertical detail hardly correlate, yet where one is large the other is too.",
        "Generated",
        3,
        "scale-isotropic",
        _coefficients("Wavelet coefficients, pairs", "horizontal1,vertical1"),
        True,
        leaves_table,
    ),
    BuiltIn(
        "one_dimensional",
        "Two humps",
        "The smallest mixture: two humps on a line, every step of EM easy to follow.",
        "Generated",
        2,
        "V",
        generators.one_dimensional,
        True,
    ),
)


def builtin(key: str) -> BuiltIn:
    """The data set with this key; ``ValueError`` lists the keys there are."""
    for candidate in BUILTIN:
        if candidate.key == key:
            return candidate
    raise ValueError(f"unknown data set '{key}'; use one of {', '.join(b.key for b in BUILTIN)}")
