"""Where to look: the ranges that show some points, most points, or one component, and ranges as typed."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import IntArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.units import LARGEST_VALUE, SMALLEST_SPAN
from gmmviewer.scene.ellipses import EllipseLevel
from gmmviewer.scene.numbers import format_number
from gmmviewer.scene.ranges import FINEST, padded_range

Ranges: TypeAlias = tuple[tuple[float, float], ...]  # (low, high) along each axis of the data

CENTRAL = 0.99
NARROWEST = 0.05  # of the span of all points: a single point is shown with its neighbours
MOST_LOOKED_AT = 200_000  # values whose quantiles say where most points lie: 3 ms


def ranges_of_rows(points: PointSet, rows: IntArray) -> Ranges:
    """Padded ranges that show these rows, at least one, and never less than a twentieth of all points."""
    chosen = points.values[rows]
    low, high = points.bounds
    result = []
    for axis in range(points.d):
        start, end = float(chosen[:, axis].min()), float(chosen[:, axis].max())
        least = NARROWEST * (float(high[axis]) / 2 - float(low[axis]) / 2)
        middle, half = start / 2 + end / 2, max(end / 2 - start / 2, least)
        result.append(padded_range(middle - half, middle + half))
    return tuple(result)


def central_ranges(points: PointSet, content: float = CENTRAL) -> Ranges:
    """Padded ranges between the quantiles that leave (1 − ``content``) / 2 of the points out on each side."""
    tail = (1.0 - content) / 2
    thin = points.values[:: max(1, points.n // MOST_LOOKED_AT)]
    ends = np.quantile(thin, [tail, 1.0 - tail], axis=0)
    return tuple(padded_range(float(low), float(high)) for low, high in ends.T)


def ranges_of_component(mixture: Mixture, k: int, level: EllipseLevel) -> Ranges:
    """Padded ranges around the ellipse (in one dimension, the interval) of component k at this level."""
    radius = level.radius(mixture.n_dimensions)
    halves = radius * np.sqrt(np.diagonal(mixture.covariances[k]))
    pairs = zip(mixture.means[k].tolist(), halves.tolist(), strict=True)
    return tuple(padded_range(mean - half, mean + half) for mean, half in pairs)


def typed_range(low: float | None, high: float | None) -> tuple[float, float]:
    """A range as a person typed it; ``ValueError`` with advice for one that cannot be drawn."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("Type a number for both ends, such as 12.5, −3 or 1e6.")
    if max(abs(low), abs(high)) > LARGEST_VALUE:
        raise ValueError(f"Numbers beyond ±{format_number(LARGEST_VALUE)} cannot be drawn.")
    if low >= high:
        raise ValueError("The lower end must be smaller than the upper end.")
    if high - low < max(FINEST * max(abs(low), abs(high)), SMALLEST_SPAN):
        raise ValueError("These ends are too close together to tell numbers between them apart; widen them.")
    return low, high
