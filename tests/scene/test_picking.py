"""Which points lie where, against brute force and exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmmviewer.mixture.assignment import SOFT, Drawn, Hard
from gmmviewer.mixture.joint import log_joint
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.scene.picking import (
    along_way,
    component_around,
    in_polygon,
    in_rectangle,
    rows_of_components,
)

repeatable = settings(derandomize=True, deadline=None, max_examples=60)
SMALL = st.integers(-6, 6)


def cloud(n: int = 70_000, d: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def exactly_inside(point: tuple[int, int], corners: list[tuple[int, int]]) -> bool | None:
    """The even-odd rule in exact numbers; None on the edge itself."""
    x, y = Fraction(point[0]), Fraction(point[1])
    odd = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        within = min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)
        if cross == 0 and within:
            return None
        if (y0 <= y) != (y1 <= y):
            odd ^= x < x0 + Fraction((y - y0) * (x1 - x0), (y1 - y0))
    return odd


@repeatable
@given(st.lists(st.tuples(SMALL, SMALL), min_size=3, max_size=12))
def test_a_lasso_follows_the_even_odd_rule(corners: list[tuple[int, int]]) -> None:
    grid = [(x, y) for x in range(-7, 8) for y in range(-7, 8)]
    found = in_polygon(np.array(grid, dtype=float), np.array(corners, dtype=float))
    for point, inside in zip(grid, found.tolist(), strict=True):
        expected = exactly_inside(point, corners)
        assert expected is None or inside == expected, point


@pytest.mark.parametrize(
    ("shift", "scale"), [((0, 0), (1, 1)), ((1e9, -5e6), (3, 1e-3)), ((0, 0), (1e-90, 1e90))]
)
def test_a_lasso_is_the_same_in_any_units(shift: tuple[float, float], scale: tuple[float, float]) -> None:
    turns = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    radii = 1.2 + 0.4 * np.sin(5 * turns)
    corners = np.column_stack([radii * np.cos(turns), radii * np.sin(turns)])
    points = np.round(cloud() * 2.0**16) / 2.0**16  # exact after the shift
    corners = np.round(corners * 2.0**16) / 2.0**16
    plain = in_polygon(points, corners)
    moved = in_polygon(points * scale + shift, corners * scale + shift)
    radius = np.hypot(*points.T)
    expected = radius < 1.2 + 0.4 * np.sin(5 * np.arctan2(points[:, 1], points[:, 0]))
    near = np.abs(radius - (1.2 + 0.4 * np.sin(5 * np.arctan2(points[:, 1], points[:, 0])))) < 2e-3
    np.testing.assert_array_equal(plain[~near], expected[~near])
    assert (plain != moved).mean() < 1e-3
    np.testing.assert_array_equal(moved[~near], expected[~near])


@pytest.mark.parametrize("seed", range(4))
def test_cells_of_a_lasso_change_nothing(seed: int) -> None:
    """However wild: every point is as if it had been compared with every edge."""
    corners = np.random.default_rng(seed).normal(size=(40, 2)).cumsum(axis=0)
    low, high = corners.min(axis=0), corners.max(axis=0)
    points = np.random.default_rng(seed + 9).uniform(low, high, size=(150_000, 2))
    x, y = points.T
    odd = np.zeros(len(points), dtype=bool)
    for (x0, y0), (x1, y1) in pairwise([*corners.tolist(), corners[0].tolist()]):
        odd ^= ((y0 <= y) != (y1 <= y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    np.testing.assert_array_equal(in_polygon(points, corners), odd)


def test_a_loop_within_a_lasso_is_a_hole() -> None:
    twice = np.array(
        [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0], [3, 3], [7, 3], [7, 7], [3, 7], [3, 3]], float
    )
    found = in_polygon(np.array([[1.0, 1.0], [5.0, 5.0], [8.0, 5.0], [11.0, 5.0]]), twice)
    assert found.tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    "corners", [[[0, 0]], [[0, 0], [1, 1]], [[0, 0], [0, 1], [0, 2]], [[1, 5], [2, 5], [3, 5]]]
)
def test_a_lasso_without_an_area_holds_nothing(corners: list[list[float]]) -> None:
    assert not in_polygon(np.array([[0.0, 0.5], [0.5, 0.5], [2.0, 5.0]]), np.array(corners, float)).any()


def test_no_points_are_nowhere() -> None:
    none = np.empty((0, 2))
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    assert in_polygon(none, square).shape == (0,)
    assert in_rectangle(none, square[0], square[2]).shape == (0,)
    assert along_way(none, square, np.ones(2), 3.0).shape == (0,)


@pytest.mark.parametrize("d", [1, 2])
def test_a_rectangle_holds_its_edges(d: int) -> None:
    values = cloud(d=d)
    low, high = np.sort(values[[10, 11]], axis=0)
    found = in_rectangle(values, low, high)
    np.testing.assert_array_equal(found, ((values >= low) & (values <= high)).all(axis=1))
    assert found[[10, 11]].tolist() == [True, True]


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_a_way_holds_what_is_near_one_of_its_places(d: int, pieces: int) -> None:
    generator = np.random.default_rng(pieces)
    values = cloud(3000, d)
    way = generator.normal(size=(pieces, d)).cumsum(axis=0)
    scale = np.array([90.0, -40.0][:d])
    found = along_way(values, way, scale, 25.0)
    share = np.linspace(0, 1, 2001)[:, None]
    gaps = np.full(len(values), np.inf)
    for start, end in pairwise(way) if pieces > 1 else [(way[0], way[0])]:
        for place in start + share * (end - start) if pieces > 1 else way[:1]:
            gaps = np.minimum(gaps, np.sqrt((((values - place) * scale) ** 2).sum(axis=1)))
    sure = np.abs(gaps - 25.0) > 0.05
    np.testing.assert_array_equal(found[sure], (gaps <= 25.0)[sure])
    assert 0 < found.sum() < len(values)


def mixture(noise: bool = False) -> Mixture:
    return Mixture(
        [0.4, 0.3, 0.2 if noise else 0.3],
        [[-1.0, 0.0], [1.0, 0.5], [0.0, -1.0]],
        [[[0.3, 0.1], [0.1, 0.2]], [[0.2, 0.0], [0.0, 0.5]], [[0.4, -0.2], [-0.2, 0.3]]],
        Noise(0.1, -4.0) if noise else None,
    )


@pytest.mark.parametrize("noise", [False, True])
@pytest.mark.parametrize("assignment", [SOFT, Hard()])
def test_points_of_components_have_their_hard_labels(noise: bool, assignment: object) -> None:
    columns = np.ascontiguousarray(cloud().T)
    labels = hard_labels(columns, mixture(noise))
    for components in ((0,), (1, 2), (0, 1, 2), (), (7,)):
        found = rows_of_components(columns, mixture(noise), assignment, components)
        np.testing.assert_array_equal(
            found, np.flatnonzero(np.isin(labels, [k for k in components if k < 3]))
        )


def test_points_of_components_are_those_that_were_drawn() -> None:
    columns, drawn = np.ascontiguousarray(cloud().T), Drawn(seed=3, iteration=5)
    joint = log_joint(columns, mixture())
    q = drawn.assign(joint, np.logaddexp.reduce(joint, axis=0), 0).q
    found = rows_of_components(columns, mixture(), drawn, (1,))
    np.testing.assert_array_equal(found, np.flatnonzero(q[1] == 1.0))


def test_the_component_around_a_place_is_the_one_it_lies_deepest_in() -> None:
    assert component_around(mixture(), np.array([-1.0, 0.1]), 2.0) == 0
    assert component_around(mixture(), np.array([1.0, 0.4]), 2.0) == 1
    assert component_around(mixture(), np.array([9.0, 9.0]), 2.0) is None
    edge, step = np.array([1.0 + 2.0 * np.sqrt(0.2), 0.5]), np.array([1e-9, 0.0])
    assert component_around(mixture(), edge - step, 2.0) == 1
    assert component_around(mixture(), edge + step, 2.0) is None


def test_of_two_that_are_alike_the_first_has_the_points() -> None:
    columns = np.ascontiguousarray(cloud(1000).T)
    alike = Mixture([0.5, 0.5], np.zeros((2, 2)), np.stack([np.eye(2)] * 2))
    assert len(rows_of_components(columns, alike, SOFT, (0,))) == 1000
    assert len(rows_of_components(columns, alike, SOFT, (1,))) == 0
