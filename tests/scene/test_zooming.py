"""Where to look: what is meant is in view, and not much else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture
from gmmviewer.scene.ellipses import EllipseLevel, ellipse
from gmmviewer.scene.zooming import (
    MOST_LOOKED_AT,
    NARROWEST,
    central_ranges,
    ranges_of_component,
    ranges_of_rows,
    typed_range,
)


@pytest.mark.parametrize("d", [1, 2])
def test_selected_rows_fill_the_picture(d: int) -> None:
    generator = np.random.default_rng(d)
    points = PointSet.of(generator.normal(size=(400, d)))
    rows = np.arange(20, 60)
    ranges = ranges_of_rows(points, rows)
    assert len(ranges) == d
    for axis, (low, high) in enumerate(ranges):
        chosen = points.values[rows, axis]
        assert low < chosen.min() < chosen.max() < high
        assert np.ptp(chosen) > 0.8 * (high - low)


def test_one_row_is_shown_in_the_middle_of_its_neighbours() -> None:
    points = PointSet.of(np.random.default_rng(1).normal(size=(400, 2)) * [1.0, 1e6])
    spans = np.ptp(points.values, axis=0)
    for axis, (low, high) in enumerate(ranges_of_rows(points, np.array([7]))):
        assert (low + high) / 2 == pytest.approx(points.values[7, axis], rel=1e-9)
        assert NARROWEST * spans[axis] <= high - low < 2 * NARROWEST * spans[axis]


def test_rows_at_one_place_of_points_at_one_place_can_be_drawn() -> None:
    ((low, high),) = ranges_of_rows(PointSet.of([1.6e9, 1.6e9]), np.array([1]))
    assert low < 1.6e9 < high


@pytest.mark.parametrize("n", [1_000, 2 * MOST_LOOKED_AT])
def test_ninety_nine_percent_are_in_view_and_outliers_are_not(n: int) -> None:
    values = np.random.default_rng(2).normal(size=(n, 2))
    values[::1000] = 1e6
    points = PointSet.of(values)
    for axis, (low, high) in enumerate(central_ranges(points)):
        inside = ((values[:, axis] > low) & (values[:, axis] < high)).mean()
        assert 0.985 <= inside < 1
        assert high < 10


@pytest.mark.parametrize("level", [EllipseLevel("sigma", 2.0), EllipseLevel("content", 0.99)])
def test_a_component_is_shown_with_all_of_its_ellipse(level: EllipseLevel) -> None:
    mixture = Mixture([0.5, 0.5], [[0, 0], [30, -4]], [np.eye(2), [[4, 1.5], [1.5, 1]]])
    ranges = ranges_of_component(mixture, 1, level)
    outline = ellipse(mixture.means[1], mixture.covariances[1], level.radius(2))
    for axis, (low, high) in enumerate(ranges):
        assert low < outline[:, axis].min() < outline[:, axis].max() < high
        assert np.ptp(outline[:, axis]) > 0.8 * (high - low)


def test_a_component_of_one_dimension() -> None:
    ((low, high),) = ranges_of_component(Mixture([1.0], [3.0], [4.0]), 0, EllipseLevel("sigma", 3.0))
    assert low < -3 < 9 < high


def test_what_was_typed_is_what_is_shown() -> None:
    assert typed_range(-3.0, 1e6) == (-3.0, 1e6)
    assert typed_range(1.6e9, 1.6e9 + 1) == (1.6e9, 1.6e9 + 1)


@pytest.mark.parametrize(
    ("low", "high", "advice"),
    [
        (None, 1.0, "Type a number"),
        (0.0, math.inf, "Type a number"),
        (math.nan, 1.0, "Type a number"),
        (2.0, 1.0, "smaller"),
        (1.0, 1.0, "smaller"),
        (1.0, 1.0 + 1e-15, "too close"),
        (1e16, 1e16 + 2, "too close"),
        (0.0, 1e-300, "too close"),
        (0.0, 1e200, "cannot be drawn"),
    ],
)
def test_ranges_that_cannot_be_drawn_get_advice(low: float | None, high: float | None, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        typed_range(low, high)
