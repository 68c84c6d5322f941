"""Frames, ticks, badges and curves: what canvases are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture
from gmmviewer.scene.ranges import padded_range
from gmmviewer.views.items.badges import ABOVE, Placement
from gmmviewer.views.items.curves import all_thinned, thinned
from gmmviewer.views.items.ellipses import outline, vertices
from gmmviewer.views.items.frame import Frame, zoomed
from gmmviewer.views.items.pens import polygon
from gmmviewer.views.items.ticks import ticks

FRAME = Frame((0.0, 10.0), (0.0, 5.0), 50.0, 10.0, 500.0, 300.0)


def test_a_frame_maps_there_and_back() -> None:
    pixels = FRAME.pixels(np.array([[0.0, 0.0], [10.0, 5.0], [2.0, 4.0]]))
    np.testing.assert_allclose(pixels, [[50, 310], [550, 10], [150, 70]])
    assert FRAME.data_x(150.0) == pytest.approx(2.0)
    assert FRAME.data_y(70.0) == pytest.approx(4.0)


def test_a_frame_is_exact_far_from_zero() -> None:
    far = Frame((1.6e9, 1.6e9 + 1.0), (0.0, 1.0), 0.0, 0.0, 800.0, 400.0)
    assert far.pixels_x(np.array([1.6e9 + 0.25]))[0] == pytest.approx(200.0, abs=1e-3)


def test_zooming_out_for_ever_stops() -> None:
    limits = (0.0, 1.0)
    for _ in range(5000):
        limits = zoomed(limits, 0.3, 1.2)
    assert np.isfinite(limits).all()


ENDS = st.floats(-1e150, 1e150, allow_nan=False)


@given(ENDS, ENDS, st.floats(1.0, 12.0))
def test_ticks_are_few_short_and_inside(low: float, high: float, count: float) -> None:
    start, end = padded_range(low, high)
    made = ticks((start, end), count)
    assert len(made.values) <= 2 * count + 2
    span = end - start
    assert all(start - 1e-6 * span <= value <= end + 1e-6 * span for value in made.values)
    assert all(len(label) <= 8 for label in made.labels)
    assert len(set(made.labels)) == len(made.labels)


@pytest.mark.parametrize(
    ("limits", "labels", "remark"),
    [
        ((0.0, 1.0), ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), ""),
        ((-1e-6, 1e-6), ("−1.0", "−0.5", "0.0", "0.5", "1.0"), "×10⁻⁶"),
        ((1.6e9, 1.6e9 + 1), ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), "+ 1600000000"),
        ((-2e6, 2e6), ("−2", "−1", "0", "1", "2"), "×10⁶"),
    ],
)
def test_long_numbers_move_into_a_remark(
    limits: tuple[float, float], labels: tuple[str, ...], remark: str
) -> None:
    made = ticks(limits, 5)
    assert (made.labels, made.remark) == (labels, remark)


def test_badges_do_not_cover_each_other() -> None:
    anchors = np.full((7, 2), [300.0, 150.0])
    placement = Placement()
    places = placement.places(anchors, 17.0, FRAME)
    gaps = np.hypot(*(places[:, None] - places[None]).T)[~np.eye(7, dtype=bool)]
    assert gaps.min() > 17.0
    np.testing.assert_array_equal(placement.places(anchors + 1.0, 17.0, FRAME), places + 1.0)


def test_a_badge_that_was_pushed_away_comes_back_when_there_is_ample_room():
    placement = Placement(ABOVE)
    middle = FRAME.left + FRAME.width / 2
    at = [placement.places(np.array([[middle, FRAME.top + below]]), 17.0, FRAME)[0] for below in (2, 40, 90)]
    assert at[0][0] != middle  # there is no room above
    heights = [placed[1] - FRAME.top for placed in at]
    assert at[2][0] == middle
    assert heights[2] < 90  # above again
    returning = placement.places(np.array([[middle, FRAME.top + 34.0]]), 17.0, FRAME)[0]
    assert returning[0] == middle  # and there it stays, where a badge that was away would not have come back


def test_badges_stay_in_the_picture() -> None:
    corners = np.array([[50.0, 10.0], [550.0, 310.0]])
    x, y = Placement().places(corners, 17.0, FRAME).T
    assert ((x > 50) & (x < 550) & (y > 10) & (y < 310)).all()


def test_thinned_curves_stay_on_the_curve() -> None:
    x = np.linspace(50.0, 550.0, 640)
    y = 300.0 - 250.0 * np.exp(-0.5 * ((x - 200.0) / 30.0) ** 2)
    kept = thinned(x, y)
    assert len(kept) < 160
    assert np.abs(np.interp(x, *kept.T) - y).max() < 0.3
    np.testing.assert_array_equal(kept[[0, -1]], [[x[0], y[0]], [x[-1], y[-1]]])


def test_large_ellipses_have_more_vertices_and_end() -> None:
    small = Mixture([1.0], [[5.0, 2.0]], [np.eye(2)])
    large = Mixture([1.0], [[5.0, 2.0]], [np.eye(2) * 1e20])
    assert vertices(small, 2.0, FRAME).shape[1] < vertices(large, 2.0, FRAME).shape[1] <= 2_000
    assert np.abs(vertices(large, 2.0, FRAME)).max() <= 1e5


def test_a_collapsed_ellipse_is_a_line_with_both_ends() -> None:
    direction = np.array([0.6, 0.8])
    thin = Mixture([1.0], [[5.0, 2.0]], [np.outer(direction, direction) + 1e-12 * np.eye(2)])
    drawn = outline(vertices(thin, 1.0, FRAME)[0])
    assert drawn.elementCount() == 2
    assert drawn.boundingRect().width() == pytest.approx(2 * 0.6 * 50, rel=0.01)
    assert drawn.boundingRect().height() == pytest.approx(2 * 0.8 * 60, rel=0.01)


def test_polygons_hold_their_vertices() -> None:
    made = polygon(np.array([[1.0, 2.0], [3.5, -4.0]]))
    assert [(p.x(), p.y()) for p in made] == [(1.0, 2.0), (3.5, -4.0)]


def test_curves_thinned_at_once_are_those_thinned_one_by_one() -> None:
    generator = np.random.default_rng(3)
    for m in (1, 2, 3, 4, 60, 640):
        x = np.sort(np.round(generator.uniform(50.0, 550.0, m)))  # some of them the same
        rows = np.cumsum(generator.normal(size=(4, m)), axis=1)
        for all_at_once, row in zip(all_thinned(x, rows), rows, strict=True):
            np.testing.assert_array_equal(all_at_once, thinned(x, row))
            assert set(all_at_once[:, 0]) <= set(x)
            np.testing.assert_array_equal(all_at_once[[0, -1], 0], x[[0, -1]])
