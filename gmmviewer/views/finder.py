"""Finds the point under the mouse of one canvas, by an index that many points have made elsewhere."""

from __future__ import annotations

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.nearest import NearestFound, NearestPoints, NearestRequest

REACH = 8.0  # pixels from the mouse within which a point is meant


class PointFinder:
    """Keeps the index of the points shown; that of many is asked for when the mouse first looks for one."""

    def __init__(self) -> None:
        self._index: NearestPoints | None = None
        self._asked: NearestRequest | None = None

    def near(
        self, points: PointSet, place: FloatArray, scale: FloatArray, reach: float = REACH
    ) -> int | None:
        """The row of the point within ``reach`` pixels of ``place`` (d,); None also while there is no index.

        ``scale`` (d,): pixels per unit along each axis.
        """
        index = self._index
        if index is None or index.values is not points.values:
            request = NearestRequest(points.values)
            if not request.quick:
                return None
            index = self._index = NearestPoints.of(points.values)
        return index.nearest(place, scale, reach)

    def due(self, points: PointSet) -> NearestRequest | None:
        """The index to ask the render thread for, once for each point set."""
        has = self._index is not None and self._index.values is points.values
        asked = self._asked is not None and self._asked.values is points.values
        request = NearestRequest(points.values)
        if has or asked or request.quick:
            return None
        self._asked = request
        return request

    def take(self, request: object, answer: object | None) -> bool:
        """An answer came, None for a failure; whether it is the index asked for last."""
        if request is not self._asked or not isinstance(answer, NearestFound):
            return False
        self._index = answer.index
        return True
