"""Everything the mixture says about one place, one point of the data, or some of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray, IntArray, frozen
from gmmviewer.mixture.density import mahalanobis, responsibilities_of_columns
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.noise import Box, box_of, joint_in_box

MOST_LOOKED_AT = 20_000  # selected points whose responsibilities are averaged: 2 ms with K = 5


@dataclass(frozen=True, eq=False)
class Readout:
    """What a mixture says about one place, in the units of the mixture.

    ``location`` (d,); ``density`` p(x) and its log; ``weighted`` (K,) the summands π_k N(x | μ_k, Σ_k);
    ``responsibilities`` (K,) their shares in p(x), both with one more for the noise if there is any;
    ``distances`` (K,) Mahalanobis distances to the means. ``point``: what is known of the data point that
    is meant, if one is.
    """

    location: FloatArray
    density: float
    log_density: float
    weighted: FloatArray
    responsibilities: FloatArray
    distances: FloatArray
    point: PointReadout | None = None

    @property
    def n_components(self) -> int:
        """K; responsibilities beyond belong to the noise."""
        return len(self.distances)

    @property
    def row(self) -> int | None:
        """The row of the data point that is meant, counted from 0."""
        return None if self.point is None else self.point.row

    @property
    def label(self) -> int:
        """The most probable component, of several the first; K is the noise."""
        return int(self.responsibilities.argmax())

    @property
    def uncertainty(self) -> float:
        """1 − max_k r_k, as the sum of the other shares: exact also where it is tiny."""
        others = np.delete(self.responsibilities, self.label)
        return float(others.sum())


@dataclass(frozen=True, eq=False)
class PointReadout:
    """A point of the data: its ``row``, counted from 0, and what ``here`` the mixture says.

    ``truth``: the class it comes from, counted from 0, None where unknown; ``weight``: how often it counts,
    None where every row counts once.
    """

    row: int
    here: Readout
    truth: int | None = None
    weight: float | None = None


@dataclass(frozen=True, eq=False)
class GroupReadout:
    """What there is to say about ``count`` points: ``mean`` (d,), ``deviation`` (d,) (dividing by the count).

    ``responsibilities`` (K,), with noise one more: the shares of the components in them, the mean of r_ik.
    ``looked_at``: of how many of the points the numbers are.
    """

    count: int
    mean: FloatArray
    deviation: FloatArray
    responsibilities: FloatArray
    n_components: int
    looked_at: int


def readout(mixture: Mixture, location: ArrayLike, box: Box | None = None) -> Readout:
    """The mixture at one place (d,); a plain number will do in one dimension. The noise ends at ``box``."""
    place = np.reshape(np.asarray(location, dtype=np.float64), (1, -1))
    joint = joint_in_box(place.T, mixture, box)[:, 0]
    top = float(joint.max())
    shares = np.exp(joint - top)
    total = float(shares.sum())
    log_density = top + math.log(total)
    return Readout(
        location=frozen(place[0]),
        density=float(np.exp(log_density)),
        log_density=log_density,
        weighted=frozen(np.exp(joint)),
        responsibilities=frozen(shares / total),
        distances=frozen(mahalanobis(place, mixture)[0]),
    )


def point_readout(mixture: Mixture, points: PointSet, row: int) -> PointReadout:
    """What ``mixture`` (data units) says about one of the points."""
    truth = -1 if points.truth is None else int(points.truth[row])
    return PointReadout(
        row=row,
        here=readout(mixture, points.values[row], box_of(points)),
        truth=None if truth < 0 else truth,
        weight=None if points.weights is None else float(points.weights[row]),
    )


def readout_near(mixture: Mixture, location: ArrayLike, points: PointSet, row: int | None) -> Readout:
    """The mixture (data units) at one place, which is near the point in ``row`` if that is given."""
    found = readout(mixture, location, box_of(points))
    return found if row is None else replace(found, point=point_readout(mixture, points, row))


def group_readout(points: PointSet, rows: IntArray, standard: Mixture) -> GroupReadout:
    """What the mixture (standard units) says about rows of points, at least one.

    Of more than ``MOST_LOOKED_AT`` every so-manieth is looked at, evenly over the rows.
    """
    thin = rows[:: max(1, -(-len(rows) // MOST_LOOKED_AT))]
    columns = points.sample.columns[:, thin]
    units = points.units
    mean = columns.mean(axis=1)
    return GroupReadout(
        count=len(rows),
        mean=frozen(units.centre + units.scale * mean),
        deviation=frozen(units.scale * np.sqrt(((columns - mean[:, None]) ** 2).mean(axis=1))),
        responsibilities=frozen(responsibilities_of_columns(columns, standard).mean(axis=1)),
        n_components=standard.n_components,
        looked_at=len(thin),
    )
