"""Where a model came from: which states belong to the way, and how few vertices draw it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, e_step, family, m_step, start_state
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.state import FitState
from gmmviewer.scene.trails import (
    MOST_ECHOES,
    SPACING,
    Track,
    echo_indices,
    recent,
    spread,
    thinned,
    way_of_means,
)


def trace(steps: int, k: int = 2, seed: int = 3) -> tuple[PointSet, list[FitState]]:
    """A start and so many iterations, E and M by turns, on data far from zero."""
    generator = np.random.default_rng(seed)
    points = PointSet.of(1000.0 + 10.0 * generator.normal(size=(60, 2)), ("x", "y"), "made")
    sample = points.sample
    start = Mixture(np.full(k, 1 / k), sample.columns.T[:k], np.repeat(sample.covariance[None], k, axis=0))
    return points, continued([start_state(sample, start, family("VVV", 2))], points, steps)


def continued(states: list[FitState], points: PointSet, steps: int) -> list[FitState]:
    for _ in range(steps):
        states = [*states, e_step(states[-1])]
        states = [*states, m_step(points.sample, states[-1])]
    return states


def by_hand(state: FitState, points: PointSet, mixture: Mixture) -> FitState:
    return start_state(points.sample, mixture, state.plan, state.iteration + 1, state.source)


def followed(states: list[FitState]) -> Track:
    track = Track()
    track.follow(tuple(states))
    return track


def test_every_iteration_is_one_stop() -> None:
    _, states = trace(4)
    assert [stop.iteration for stop in followed(states).stops] == [0, 1, 2, 3, 4]
    assert [stop.iteration for stop in followed(states[:-1]).stops] == [0, 1, 2, 3]  # after an E-step
    assert followed([]).stops == []


def test_growing_with_the_trace_is_the_same_as_starting_late() -> None:
    _, states = trace(6)
    track = Track()
    for end in [*range(1, len(states) + 1), 4, 5, 2, len(states)]:
        track.follow(tuple(states[:end]))
        assert track.stops == followed(states[:end]).stops


def test_another_trace_is_followed_from_its_start() -> None:
    track = followed(trace(2)[1])
    _, others = trace(4, seed=8)
    track.follow(tuple(others))
    assert track.stops == followed(others).stops


def test_a_trace_that_only_grows_keeps_its_version() -> None:
    points, states = trace(2)
    track = followed(states)
    version = track.version
    track.follow(tuple(continued(states, points, 2)))
    assert track.version == version
    track.follow(tuple(states[:3]))
    assert track.version != version


def test_the_way_begins_where_a_hand_moved_something() -> None:
    points, states = trace(3)
    moved = states[-1].standard.with_mean(0, [0.3, -0.2])
    states = continued([*states, by_hand(states[-1], points, moved)], points, 2)
    assert [stop.iteration for stop in followed(states).stops] == [4, 5, 6]
    wide = Mixture(moved.weights, moved.means, 2.0 * moved.covariances)
    states = continued([*states, by_hand(states[-1], points, wide)], points, 1)
    assert [stop.iteration for stop in followed(states).stops] == [7, 8]


def test_the_way_goes_on_where_only_points_came() -> None:
    points, states = trace(3)
    more = PointSet.of(np.concatenate([points.values, points.values[:5] + 1e4]), ("x", "y"), "made")
    data = points.units.restore_mixture(states[-1].standard)
    assert not more.units.same_as(points.units)
    same = start_state(more.sample, more.units.standardise_mixture(data), states[-1].plan, 4)
    track = followed([*states, same])
    assert [stop.iteration for stop in track.stops] == [0, 1, 2, 3]
    assert track.leads_to(same.standard)


def test_another_number_of_components_is_another_way() -> None:
    points, states = trace(2)
    _, others = trace(0, k=3)
    assert [len(stop.standard.weights) for stop in followed([*states, *others]).stops] == [3]
    assert len(followed(states).stops) == 3
    assert points.n == 60


def test_a_hand_in_motion_has_no_way() -> None:
    _, states = trace(2)
    track = followed(states)
    assert track.leads_to(states[-1].standard)
    assert not track.leads_to(states[-1].standard.with_mean(0, [0.0, 0.0]))
    assert not followed([]).leads_to(None)


def test_the_way_is_that_of_the_states_in_data_units() -> None:
    _, states = trace(5)
    stops = followed(states).stops
    np.testing.assert_array_equal(way_of_means(stops), [stop.mixture.means for stop in stops])
    assert way_of_means([]).shape == (0, 0, 2)


def test_states_keep_nothing_for_the_way() -> None:
    _, states = trace(5)
    way_of_means(followed(states).stops)
    assert not any("mixture" in vars(state) for state in states)


@pytest.mark.parametrize(
    ("count", "indices"),
    [(0, []), (1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (5, [0, 1, 2, 4]), (9, [0, 1, 2, 4, 8])],
)
def test_echoes_are_the_start_and_powers_of_two(count: int, indices: list[int]) -> None:
    assert echo_indices(count) == indices


def test_echoes_are_few_and_stay() -> None:
    for count in range(2, 3000):
        now, before = echo_indices(count), echo_indices(count - 1)
        assert len(now) <= MOST_ECHOES
        assert now[0] == 0
        assert now[-1] < count
        assert len(set(before) - set(now)) <= 1


# ---------------------------------------------------------------- thinning

BOX: tuple[Any, Any] = (np.array([-500.0, -500.0]), np.array([1500.0, 1500.0]))


def distance(points: FloatArray, line: FloatArray) -> FloatArray:
    """How far each point (n, 2) is from a line (m, 2), by brute force."""
    start, along = line[:-1], np.diff(line, axis=0)
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip((((points[:, None] - start) * along).sum(axis=2)) / length, 0.0, 1.0)
    return np.asarray(
        np.hypot(*np.moveaxis(points[:, None] - start - share[..., None] * along, 2, 0)).min(axis=1)
    )


@pytest.mark.parametrize("seed", range(5))
def test_thinned_ways_pass_every_vertex(seed: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = np.geomspace(60.0, 1e-4, 400)[:, None, None]
    way = 500.0 + np.cumsum(generator.normal(size=(400, 3, 2)) * sizes, axis=0)
    for k, line in enumerate(thinned(way, *BOX)):
        assert len(line) < 200
        assert distance(way[:, k], line).max() <= SPACING
        np.testing.assert_array_equal(line[[0, -1]], way[[0, -1], k])


def test_long_steps_are_drawn_from_where_they_began() -> None:
    creep = np.column_stack([np.linspace(0.0, 0.9, 50), np.zeros(50)])
    way = np.concatenate([creep, [[300.0, 0.0]]])[:, None]
    (line,) = thinned(way, *BOX)
    np.testing.assert_array_equal(line[-2:], [[0.9, 0.0], [300.0, 0.0]])


def test_far_outside_few_vertices_are_enough() -> None:
    outside = np.random.default_rng(0).normal(size=(5000, 1, 2)) * 300.0 + 1e5
    assert len(thinned(outside, *BOX)[0]) == 2


def test_short_ways_are_kept_whole() -> None:
    way = np.array([[[0.0, 0.0]], [[0.1, 0.0]]])
    np.testing.assert_array_equal(thinned(way, *BOX)[0], way[:, 0])
    assert [len(line) for line in thinned(np.zeros((1, 4, 2)), *BOX)] == [1, 1, 1, 1]


def test_the_end_of_a_long_way_is_kept() -> None:
    way = np.column_stack([np.arange(0.0, 100.0), np.zeros(100)])
    np.testing.assert_array_equal(recent(way, *BOX, 10.0, 1000), way[-11:])
    np.testing.assert_array_equal(recent(way, *BOX, 1e9, 7), way[-7:])
    np.testing.assert_array_equal(recent(way, *BOX, 1e9, 1000), way)
    np.testing.assert_array_equal(recent(way - [1e4, 0.0], *BOX, 1.0, 1000), way - [1e4, 0.0])
    np.testing.assert_array_equal(recent(way[:1], *BOX, 1.0, 5), way[:1])


def test_dots_keep_their_distance() -> None:
    line = np.column_stack([np.cumsum(np.linspace(0.1, 4.0, 80)), np.zeros(80)])
    dots = spread(line, 9.0)
    np.testing.assert_array_equal(dots[0], line[0])
    assert np.diff(dots[:, 0]).min() >= 9.0
    assert np.diff(dots[:, 0]).max() <= 9.0 + 4.0
