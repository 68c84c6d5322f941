"""What each family allows, as data for a little drawing: three ellipses, or three bell curves."""

from __future__ import annotations

from math import radians, sqrt
from typing import NamedTuple, TypeAlias


class EllipseSketch(NamedTuple):
    """Centre and semi-axes in the unit square, y upwards; ``angle`` of the axis ``a`` in radians."""

    x: float
    y: float
    a: float
    b: float
    angle: float


class BellSketch(NamedTuple):
    """A bell curve: its place, the height of its top and its standard deviation, in the unit square."""

    x: float
    height: float
    sd: float


Sketch: TypeAlias = tuple[EllipseSketch, ...] | tuple[BellSketch, ...]

CENTRES = ((0.25, 0.28), (0.72, 0.38), (0.38, 0.76))
CENTRE = (0.5, 0.5)
# For E, V and I: the geometric mean of the semi-axes, their ratio a : b, and the angle in degrees.
SIZES = {"E": (0.16, 0.16, 0.16), "V": (0.13, 0.185, 0.085)}
NESTED_SIZES = {"V": (0.08, 0.17, 0.3)}
RATIOS = {"E": (2.2, 2.2, 2.2), "V": (2.4, 0.6, 1.3), "I": (1.0, 1.0, 1.0)}
ANGLES = {"E": (35.0, 35.0, 35.0), "V": (25.0, 100.0, 150.0), "I": (0.0, 0.0, 0.0)}
PLACES = (0.2, 0.48, 0.78)
DEVIATIONS = {"E": (0.08, 0.08, 0.08), "V": (0.06, 0.12, 0.085)}
NESTED_DEVIATIONS = {"V": (0.05, 0.11, 0.22)}
AREA = 0.048  # height × deviation: the bells have equal weights


def sketch(decomposition: str, *, line: bool, shared_mean: bool) -> Sketch:
    """Three components of the family; those of a ``shared_mean`` stand on one centre, one in another."""
    volume, shape, orientation = tuple(decomposition)
    if line:
        deviations = (NESTED_DEVIATIONS if shared_mean else DEVIATIONS)[volume]
        places = (CENTRE[0],) * 3 if shared_mean else PLACES
        return tuple(BellSketch(x, AREA / sd, sd) for x, sd in zip(places, deviations, strict=True))
    sizes = (NESTED_SIZES if shared_mean else SIZES)[volume]
    centres = (CENTRE,) * 3 if shared_mean else CENTRES
    looks = zip(centres, sizes, RATIOS[shape], ANGLES[orientation], strict=True)
    return tuple(
        EllipseSketch(x, y, size * sqrt(ratio), size / sqrt(ratio), radians(angle))
        for (x, y), size, ratio, angle in looks
    )
