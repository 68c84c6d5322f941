"""The list of all covariance families, and how to find one by its name."""

from __future__ import annotations

from collections.abc import Iterable

from gmmviewer.mixture.families.base import CovarianceFamily
from gmmviewer.mixture.families.parallel import (
    DiagonalOneShape,
    DiagonalOneSize,
    Parallel,
    ParallelOneSize,
)
from gmmviewer.mixture.families.plain import (
    Diagonal,
    Equal1D,
    Full,
    Spherical,
    Tied,
    TiedDiagonal,
    TiedSpherical,
    Variable1D,
)
from gmmviewer.mixture.families.scaled import ScaledCopies
from gmmviewer.mixture.families.scales import Scale1D, ScaleFree, ScaleIsotropic, ScaleScaled
from gmmviewer.mixture.families.turned import OneSize, RotatedCopies, Similar

# As a chooser shows them: the four that everybody knows, the others with growing freedom, scale mixtures.
FAMILIES: tuple[CovarianceFamily, ...] = (
    Full(),
    Tied(),
    Diagonal(),
    Spherical(),
    TiedSpherical(),
    TiedDiagonal(),
    DiagonalOneShape(),
    DiagonalOneSize(),
    ScaledCopies(),
    ParallelOneSize(),
    RotatedCopies(),
    Parallel(),
    Similar(),
    OneSize(),
    ScaleIsotropic(),
    ScaleScaled(),
    ScaleFree(),
    Variable1D(),
    Equal1D(),
    Scale1D(),
)

_FOR = {1: "one-dimensional data", 2: "data in two dimensions"}


def families(d: int) -> tuple[CovarianceFamily, ...]:
    """The families that differ from each other in d dimensions, in the order of the chooser."""
    return tuple(family for family in FAMILIES if min(d, 3) in family.dimensions)


def family(name: str | CovarianceFamily, d: int) -> CovarianceFamily:
    """The family with this name (``full``, ``VVV``, ``V`` …) for data in d dimensions.

    In one dimension a name of two dimensions means what is left of it there: whether the volume is equal or
    variable, and whether the mean is shared. Raises ``ValueError`` for an unknown name, or one that means
    nothing in d dimensions.
    """
    found = name if isinstance(name, CovarianceFamily) else _named(name)
    for candidate in families(d):
        if candidate.letters == found.letters:
            return candidate
        if d == 1 and _left_on_a_line(candidate) == _left_on_a_line(found):
            return candidate
    choices = _listed(families(d))
    place = _FOR[found.dimensions[0]]
    raise ValueError(f"covariance '{found.letters}' is for {place}; with d = {d} use one of {choices}")


def _left_on_a_line(family: CovarianceFamily) -> tuple[str, bool]:
    return family.decomposition[0], family.shared_mean


def _named(name: str) -> CovarianceFamily:
    for candidate in FAMILIES:
        if name.lower() in (candidate.letters.lower(), *candidate.names):
            return candidate
    raise ValueError(f"unknown covariance '{name}'; use one of {_listed(FAMILIES)}")


def _listed(members: Iterable[CovarianceFamily]) -> str:
    return ", ".join("/".join((*m.names[:1], m.letters)) for m in members)
