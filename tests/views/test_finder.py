"""The point under the mouse: found at once where there are few, after its index has been made where many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent

from gmmviewer.scene.inspect import Readout
from gmmviewer.scene.nearest import NearestPainter, NearestRequest
from gmmviewer.session import edits
from gmmviewer.session.choices import MouseMode
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.finder import REACH
from tests.views.canvas_states import NONE, blobs, hover, old_faithful, send, shown, snapshot


class Heard:
    """What a canvas said."""

    def __init__(self, canvas: Canvas) -> None:
        self.found: list[Any] = []
        self.requests: list[Any] = []
        canvas.hovered.connect(self.found.append)
        canvas.picture_wanted.connect(self.requests.append)

    @property
    def row(self) -> int | None:
        """The row named last."""
        assert isinstance(self.found[-1], Readout)
        return self.found[-1].row

    @property
    def asked(self) -> list[NearestRequest]:
        """The indices asked for."""
        return [request for request in self.requests if isinstance(request, NearestRequest)]


@pytest.mark.parametrize("d", [1, 2])
def test_the_point_under_the_mouse_is_named(qtbot: Any, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d)))
    heard = Heard(canvas)
    values = canvas.store.snapshot.document.points.values
    for row in (0, 30, 271):
        place = canvas.pixels(values[row : row + 1])[0]
        hover(canvas, float(place[0]) + 1.0, float(place[1]) + 1.0 if d == 2 else 100.0)
        at = canvas._hand.at
        assert at is not None
        pixels = canvas.pixels(values)
        gaps = ((pixels - at[:d]) ** 2).sum(axis=1)
        assert heard.row is not None
        assert gaps[heard.row] == pytest.approx(gaps.min(), abs=1e-9)


def test_points_out_of_reach_are_not_named(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    heard = Heard(canvas)
    x, y = canvas.pixels(canvas.store.snapshot.document.points.values[:1])[0].tolist()
    pixels = canvas.pixels(canvas.store.snapshot.document.points.values)
    for across in range(0, 200, 7):
        hover(canvas, 120.0 + across, 60.0)
        away = np.sqrt(((pixels - [120.0 + across, 60.0]) ** 2).sum(axis=1)).min()
        assert (heard.row is None) == (away > REACH)
    hover(canvas, x, y)
    assert heard.row is not None


def test_the_index_of_many_points_is_asked_for_once_and_then_answers(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(blobs(30_000)))
    heard = Heard(canvas)
    x, y = canvas.pixels(canvas.store.snapshot.document.points.values[77:78])[0].tolist()
    hover(canvas, x, y)
    hover(canvas, x, y + 0.25)
    assert heard.row is None
    (request,) = heard.asked
    canvas.show_picture(request, NearestPainter().paint(request))
    assert heard.row is not None  # said by itself, the mouse need not move
    hover(canvas, x, y)
    assert heard.row == 77
    assert len(heard.asked) == 1


def test_an_index_of_other_points_does_not_count(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(blobs(30_000)))
    heard = Heard(canvas)
    x, y = canvas.pixels(canvas.store.snapshot.document.points.values[77:78])[0].tolist()
    hover(canvas, x, y)
    (request,) = heard.asked
    canvas.show_picture(request, NearestPainter().paint(request))
    assert heard.row is not None
    canvas.store.apply(edits.add_points([[2.0, 2.0]]))
    hover(canvas, x, y)
    assert heard.row is None
    canvas.show_picture(request, NearestPainter().paint(request))
    assert heard.row is None
    assert len(heard.asked) == 2
    assert heard.asked[1].values is canvas.store.snapshot.document.points.values


def test_an_index_that_could_not_be_made_is_not_asked_for_again_and_again(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(blobs(30_000)))
    heard = Heard(canvas)
    hover(canvas, 300.0, 200.0)
    canvas.show_picture(heard.asked[0], None)
    hover(canvas, 301.0, 200.0)
    assert heard.row is None
    assert len(heard.asked) == 1


def test_no_point_is_looked_for_while_a_stroke_makes_new_ones(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), mode=MouseMode.DRAW))
    heard = Heard(canvas)
    x, y = canvas.pixels(canvas.store.snapshot.document.points.values[:1])[0].tolist()
    send(canvas, QEvent.Type.MouseButtonPress, x, y)
    send(canvas, QEvent.Type.MouseMove, x + 1, y)
    assert heard.row is None
    send(canvas, QEvent.Type.MouseButtonRelease, x + 1, y)
    send(canvas, QEvent.Type.MouseMove, x, y, NONE)
    assert heard.row is not None
