"""The truth in the plane: the classes that points really come from, as Gaussians beside those of the fit."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.agreement import UNKNOWN
from gmmviewer.mixture.arrays import BoolArray, IntArray
from gmmviewer.mixture.matching import UNMATCHED, match
from gmmviewer.mixture.moments import moments_of_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never

MOST_CLASSES = 50  # the largest are shown; nobody tells more apart, and a column of numbers is no truth


@dataclass(frozen=True, eq=False)
class Classes:
    """The true classes of a point set, at most ``MOST_CLASSES``.

    ``numbers`` (T,): what the truth calls them, rising; ``mixture``: shares, means and covariances of their
    points (dividing by n), in standard units, or None without known points; ``index`` (n,): which of the T
    each point belongs to, −1 where nobody knows.
    """

    numbers: IntArray
    mixture: Mixture | None
    index: NDArray[np.int16]


def classes_of(points: PointSet, should_stop: ShouldStop = never) -> Classes:
    """The classes of points with a ``truth``; rows count as often as their weights say.

    The covariance of a class that is a point or a line is as thick as the floor. Raises ``Cancelled`` when
    told to stop.
    """
    truth = np.full(points.n, UNKNOWN) if points.truth is None else points.truth
    found, index = np.unique(truth, return_inverse=True)
    check(should_stop)
    counts = np.bincount(index, points.weights, len(found))
    known = np.flatnonzero((found != UNKNOWN) & (counts > 0))
    kept = np.sort(known[np.argsort(-counts[known], kind="stable")[:MOST_CLASSES]])
    place = np.full(len(found), UNKNOWN, dtype=np.int16)
    place[kept] = np.arange(len(kept))
    mixture = _moments(points, place[index], len(kept), should_stop)
    return Classes(found[kept].astype(np.int64), mixture, place[index])


def _moments(
    points: PointSet, index: NDArray[np.int16], n_classes: int, should_stop: ShouldStop
) -> Mixture | None:
    if n_classes == 0:
        return None
    sample, inside = points.sample, index != UNKNOWN
    check(should_stop)
    weights = None if sample.weights is None else sample.weights[inside]
    labels = index[inside].astype(np.int64)
    moments = moments_of_labels(sample.columns[:, inside], labels, n_classes, weights)
    covariances, _ = sample.floor.clip_full(moments.scatters / moments.counts[:, None, None])
    return Mixture(moments.counts / moments.total, moments.means, covariances)


def partners(classes: Classes, fit: Mixture | None) -> IntArray:
    """(T,): the component of ``fit`` (standard units) that each class belongs to, or ``UNMATCHED``."""
    if classes.mixture is None or fit is None:
        return np.full(len(classes.numbers), UNMATCHED, dtype=np.int64)
    return match(classes.mixture, fit).partners


def disagreeing(classes: Classes, partners: IntArray, leading: IntArray) -> BoolArray:
    """(n,): points whose leading row is another than the partner of their class.

    Points of a class that nobody knows, or that no component stands for, do not disagree with anything.
    """
    wanted = np.append(partners, UNMATCHED)[classes.index]  # the index −1 of nobody is the last
    return np.asarray((wanted != leading) & (wanted != UNMATCHED))


@dataclass(frozen=True, eq=False)
class TruthRequest:
    """Which classes are there, and which component of the ``fit`` (standard units) is which of them?"""

    points: PointSet
    fit: Mixture | None

    @property
    def quick(self) -> bool:
        """Never: the first matching loads 0.3 s of SciPy."""
        return False

    def same_picture(self, other: TruthRequest | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""
        return other is not None and self.points is other.points and self.fit is other.fit


@dataclass(frozen=True, eq=False)
class Truth:
    """A request and its answer: classes, their ``mixture`` in data units, and their ``partners`` (T,)."""

    request: TruthRequest
    classes: Classes
    mixture: Mixture | None
    partners: IntArray


class TruthPainter:
    """Finds the classes of a point set once, and matches them to one fit after the other."""

    def __init__(self) -> None:
        self._points: weakref.ref[PointSet] | None = None  # weak: a data set that was closed may go
        self._classes = Classes(np.empty(0, dtype=np.int64), None, np.empty(0, dtype=np.int16))
        self._mixture: Mixture | None = None

    def paint(self, request: TruthRequest, should_stop: ShouldStop = never) -> Truth:
        """The answer to a request. Raises ``Cancelled`` when told to stop."""
        points = request.points
        if self._points is None or self._points() is not points:
            self._classes = classes_of(points, should_stop)
            standard = self._classes.mixture
            self._mixture = None if standard is None else points.units.restore_mixture(standard)
            self._points = weakref.ref(points)
        return Truth(request, self._classes, self._mixture, partners(self._classes, request.fit))
