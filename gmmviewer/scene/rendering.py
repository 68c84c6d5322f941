"""Which painter answers which request: what the render thread does."""

from __future__ import annotations

from typing import Any, Protocol

from gmmviewer.mixture.stopping import ShouldStop
from gmmviewer.scene.cloud import CloudPainter, CloudRequest
from gmmviewer.scene.fields import FieldsPainter, FieldsRequest
from gmmviewer.scene.line import LinePainter, LineRequest
from gmmviewer.scene.marked import MarkedPainter, MarkedRequest
from gmmviewer.scene.nearest import NearestPainter, NearestRequest
from gmmviewer.scene.truth import TruthPainter, TruthRequest


class Answered(Protocol):
    """What comes back: the request, and the picture made for it."""

    @property
    def request(self) -> object:
        """The very object that was asked."""


class Painters:
    """One painter per kind of request, each of which keeps what it may need again. One set per thread."""

    def __init__(self) -> None:
        self._by_kind: dict[type, Any] = {
            CloudRequest: CloudPainter(),
            FieldsRequest: FieldsPainter(),
            LineRequest: LinePainter(),
            NearestRequest: NearestPainter(),
            MarkedRequest: MarkedPainter(),
            TruthRequest: TruthPainter(),
        }

    def paint(self, request: object, should_stop: ShouldStop) -> Answered:
        """The answer to a request. Raises ``Cancelled`` when told to stop."""
        answer: Answered = self._by_kind[type(request)].paint(request, should_stop)
        return answer
