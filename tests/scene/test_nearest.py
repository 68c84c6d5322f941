"""The index of points against looking at every one of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.nearest import QUICK_POINTS, TILE, NearestPainter, NearestPoints, NearestRequest
from gmmviewer.scene.rendering import Painters


def looked_for(values: FloatArray, place: FloatArray, scale: FloatArray, reach: float) -> int | None:
    """The nearest row by looking at all, of several the lowest."""
    away = np.abs(values - place) * scale
    squares = (away * away).sum(axis=1)
    row = int(squares.argmin())
    return row if squares[row] <= reach**2 else None


def inside(values: FloatArray, low: FloatArray, high: FloatArray) -> IntArray:
    """The rows in a box by looking at all."""
    return np.flatnonzero(((values >= low) & (values <= high)).all(axis=1))


def clouds(kind: str, n: int, d: int, generator: np.random.Generator) -> FloatArray:
    """Points that make an index work hard."""
    values = generator.normal(size=(n, d))
    if kind == "rounded":
        return np.round(values, 1)
    if kind == "one place":
        return np.full((n, d), 3.25)
    if kind == "one column":
        values[:, 0] = 7.0
    if kind == "far outliers":
        values = 1.6e9 + 1e-3 * values
        values[:: n // 2] = [1e12] * d
    if kind == "flat":
        values[:, -1] *= 1e-9
    return values


KINDS = ("usual", "rounded", "one place", "one column", "far outliers", "flat")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("n", [1, TILE, TILE + 1, 5_000])
def test_the_nearest_is_the_one_found_by_looking_at_all(kind: str, d: int, n: int) -> None:
    generator = np.random.default_rng([n, d])
    values = clouds(kind, max(n, 2), d, generator)[:n]
    index = NearestPoints.of(values)
    low, high = values.min(axis=0), values.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    for trial in range(40):
        near = values[generator.integers(n)] + 0.01 * span * generator.normal(size=d)
        place = low - 0.2 * span + 1.4 * span * generator.random(d) if trial % 2 else near
        scale = 10.0 ** generator.uniform(-1, 4, size=d) / span
        for reach in (0.0, 8.0, 1e9):
            assert index.nearest(place, scale, reach) == looked_for(values, place, scale, reach)


@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=700),
    st.tuples(st.integers(-6, 6), st.integers(-6, 6)),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from([0.0, 1.0, 2.0, 100.0]),
)
def test_of_points_equally_near_the_lowest_row_is_taken(
    points: list[tuple[int, int]], place: tuple[int, int], stretch: float, reach: float
) -> None:
    values, scale = np.array(points, dtype=float), np.array([1.0, stretch])
    found = NearestPoints.of(values).nearest(place, scale, reach)
    assert found == looked_for(values, np.array(place, dtype=float), scale, reach)


@pytest.mark.parametrize("seed", range(20))
def test_points_equally_near_may_lie_far_apart(seed: int) -> None:
    circle = [(x, y) for x in range(-5, 6) for y in range(-5, 6) if x * x + y * y == 25]
    values = np.repeat(np.array(circle, dtype=float), 900, axis=0)
    np.random.default_rng(seed).shuffle(values)
    assert NearestPoints.of(values).nearest([0.0, 0.0], [1.0, 1.0], 5.0) == 0


def test_a_reach_that_cannot_be_squared_and_points_too_far_for_it() -> None:
    values = np.array([[1e150, 0.0], [-1e150, 0.0]])
    index = NearestPoints.of(values)
    assert index.nearest([1e150, 0.0], [1e-148, 1.0], 8.0) == 0
    assert index.nearest([0.0, 0.0], [1e100, 1.0], 8.0) is None


def test_no_points_are_never_near() -> None:
    index = NearestPoints.of(np.empty((0, 2)))
    assert index.nearest([0.0, 0.0], [1.0, 1.0], 1e9) is None


def test_four_bytes_a_point_and_little_more() -> None:
    index = NearestPoints.of(np.random.default_rng(0).normal(size=(100_000, 2)))
    kept = index.order.nbytes + index.low.nbytes + index.high.nbytes + index.first.nbytes
    assert kept < 5 * 100_000


def test_a_query_looks_through_few_of_a_million_points(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).normal(size=(1_000_000, 2)) * 1e-6  # all of them in one pixel
    values[0], values[1] = (1e3, 1e3), (-1e3, -1e3)
    index = NearestPoints.of(values)
    looked_at = 0
    plain = NearestPoints._rows

    def counted(self: NearestPoints, tiles: IntArray) -> object:
        nonlocal looked_at
        rows = plain(self, tiles)
        looked_at += len(rows)
        return rows

    monkeypatch.setattr(NearestPoints, "_rows", counted)
    scale = np.array([0.25, 0.25])
    for place in ([0.0, 0.0], [1e-6, 2e-6], [10.0, -4.0]):
        looked_at = 0
        found = index.nearest(place, scale, 8.0)
        assert looked_at <= 50 * TILE
        assert found == looked_for(values, np.array(place), scale, 8.0)


def test_the_index_of_many_points_is_made_in_the_render_thread() -> None:
    many = NearestRequest(np.random.default_rng(1).normal(size=(QUICK_POINTS + 1, 2)))
    assert not many.quick
    assert NearestRequest(many.values[:-1]).quick
    found = Painters().paint(many, lambda: False)
    assert found.request is many
    with pytest.raises(Cancelled):
        NearestPainter().paint(many, lambda: True)
