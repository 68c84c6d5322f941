"""Clouds: the right pixels, colours kept while they are right, and stopping half-way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, Sample
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene import cloud
from gmmviewer.scene.cloud import Cloud, CloudPainter, CloudRequest
from gmmviewer.scene.palette import fill_colour

NEUTRAL = (125, 133, 146)
TWO = Mixture([0.5, 0.5], [[-1.0, -1.0], [1.0, 1.0]], [np.eye(2) / 50, np.eye(2) / 50])


def request(points: list[list[float]], source: Mixture | None = None) -> CloudRequest:
    sample = Sample.of(points)
    standard = None if source is None else sample.units.standardise_mixture(source)
    return CloudRequest(sample.columns, standard, sample.units, (-2.0, 2.0), (-2.0, 2.0), 200, 100, NEUTRAL)


def centre(made: Cloud, row: int, column: int) -> tuple[float, ...]:
    """The colour under a pixel, without its opacity."""
    pixel = made.image[row, column].astype(float)
    return tuple((pixel[:3] * 255 / pixel[3]).tolist())


def test_points_lie_where_the_ranges_say() -> None:
    made = CloudPainter().paint(request([[-1.0, -1.0], [1.0, 1.0]]))
    assert made.image.shape == (100, 200, 4)
    assert made.image[75, 50, 3] > 150
    assert made.image[25, 150, 3] > 150
    assert made.image[25, 50, 3] == 0
    assert centre(made, 75, 50) == pytest.approx(NEUTRAL, abs=3)


def test_points_wear_the_colours_of_their_components() -> None:
    made = CloudPainter().paint(request([[-1.0, -1.0], [1.0, 1.0]], TWO))
    assert centre(made, 75, 50) == pytest.approx(fill_colour(0), abs=3)
    assert centre(made, 25, 150) == pytest.approx(fill_colour(1), abs=3)


def test_far_from_zero_points_are_as_exact() -> None:
    far = 1.6e9
    sample = Sample.of([[far, 0.0], [far + 1.0, 1.0]])
    asked = CloudRequest(sample.columns, None, sample.units, (far, far + 1.0), (0.0, 1.0), 400, 300, NEUTRAL)
    x, y = asked.pixels()
    np.testing.assert_allclose(x, [0.0, 400.0], atol=1e-3)
    np.testing.assert_allclose(y, [300.0, 0.0], atol=1e-3)


def test_colours_are_kept_while_only_the_view_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    colours = cloud.point_colours
    monkeypatch.setattr(cloud, "point_colours", lambda *given: (calls.append(given), colours(*given))[1])
    asked, painter = request([[-1.0, -1.0], [1.0, 1.0]], TWO), CloudPainter()
    painter.paint(asked)
    painter.paint(replace(asked, x=(0.0, 3.0)))
    assert len(calls) == 1
    painter.paint(replace(asked, source=None))
    painter.paint(asked)
    painter.paint(replace(asked, neutral=(1, 2, 3)))
    assert len(calls) == 4


def test_same_picture_means_same_answer() -> None:
    asked = request([[-1.0, -1.0], [1.0, 1.0]], TWO)
    assert asked.same_picture(replace(asked))
    assert not asked.same_picture(None)
    for other in ({"x": (0.0, 1.0)}, {"width": 7}, {"source": None}, {"ratio": 2.0}, {"neutral": (0, 0, 0)}):
        assert not asked.same_picture(replace(asked, **other))


def test_it_stops_when_told_and_keeps_nothing_half_done() -> None:
    asked, painter = request([[-1.0, -1.0], [1.0, 1.0]], TWO), CloudPainter()
    with pytest.raises(Cancelled):
        painter.paint(asked, lambda: True)
    assert centre(painter.paint(asked), 75, 50) == pytest.approx(fill_colour(0), abs=3)


# ---------------------------------------------------------------- views beside each other


@pytest.mark.parametrize("far", [0.0, 1.6e9, -3e-9])
@pytest.mark.parametrize(("across", "down"), [(0, 0), (13, -5), (-1, 40)])
def test_views_with_the_same_pixels_know_their_offset(far: float, across: int, down: int) -> None:
    span = 1e-9 if abs(far) < 1 else 1.0
    asked = replace(request([[-1.0, -1.0], [1.0, 1.0]]), x=(far, far + 2 * span), y=(far, far + span))
    step = 2 * span / 200
    x, y = (asked.x[0] + across * step, asked.x[1] + across * step), tuple(v - down * step for v in asked.y)
    moved = replace(asked, x=x, y=y)
    assert moved.offset_in(asked) == (across, down)
    assert moved.offset_in(asked.with_margin()) == (across + 25, down + 12)


def test_other_pixels_have_no_offset() -> None:
    asked = request([[-1.0, -1.0], [1.0, 1.0]])
    for other in ({"x": (-2.0, 2.001)}, {"x": (-1.99, 2.01)}, {"width": 199}, {"width": 400, "height": 200}):
        assert replace(asked, **other).offset_in(asked) is None


def test_half_a_margin_has_to_be_left() -> None:
    asked = request([[-1.0, -1.0], [1.0, 1.0]])
    step, wide = 4.0 / 200, asked.with_margin()
    for across, inside in ((0, True), (13, True), (14, False), (-13, True), (-14, False)):
        there = replace(asked, x=(asked.x[0] + across * step, asked.x[1] + across * step))
        assert there.lies_well_in(wide) is inside
    assert not asked.lies_well_in(asked)


def test_a_margin_paints_the_same_pixels_inside() -> None:
    points = np.random.default_rng(0).normal(size=(500, 2)).tolist()
    asked = request(points, TWO)
    wide = CloudPainter().paint(asked.with_margin()).image[12:-12, 25:-25].astype(int)
    assert np.abs(wide - CloudPainter().paint(asked).image).max() <= 1
