"""Cells against every point by itself: the same counts, centroids and nearly the same pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture, Sample
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import SOFT, Assignment, Drawn, Hard, Tempered
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene import cells as cells_module
from gmmviewer.scene import cloud
from gmmviewer.scene.cells import FINEST, Cells, PixelMap, gather
from gmmviewer.scene.cloud import CloudPainter, CloudRequest
from gmmviewer.scene.oklab import ByteArray

WIDTH, HEIGHT, EDGE = 40, 30, 2
IDENTITY = PixelMap(1.0, 0.0, 1.0, 0.0)
NEUTRAL = (125, 133, 146)
SHARP = Mixture([0.5, 0.5], [[-1.0, 0.0], [1.0, 0.0]], [np.eye(2) / 900, np.eye(2) / 900])
SMOOTH = Mixture([0.3, 0.7], [[-1.0, 0.0], [1.0, 0.5]], [np.eye(2), [[0.5, 0.2], [0.2, 0.9]]])


def gathered(columns: FloatArray) -> Cells:
    return gather(columns, IDENTITY, WIDTH, HEIGHT, EDGE)


def spread(n: int, seed: int = 0) -> FloatArray:
    generator = np.random.default_rng(seed)
    return generator.normal([[20.0], [15.0]], [[14.0], [10.0]], (2, n))


# ---------------------------------------------------------------- what cells are


@settings(max_examples=50)
@given(st.integers(0, 400), st.integers(0, 10_000), st.sampled_from([1, 700, 20_000]))
def test_cells_count_the_points_of_their_pixel(n: int, seed: int, budget: int) -> None:
    """Brute force: a dictionary from pixel (or part of one) to its points."""
    columns = spread(n, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells_module, "CELLS", budget)
        patch.setattr(cells_module, "HEAVY", 10**9)
        found = gathered(columns)
    side = found.grid.per_side
    by_cell: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for x, y in columns.T.tolist():
        if -EDGE <= x < WIDTH + EDGE and -EDGE <= y < HEIGHT + EDGE:
            place = int(np.floor(x * side + EDGE * side)), int(np.floor(y * side + EDGE * side))
            by_cell.setdefault(place, []).append((x, y))
    expected = sorted((*np.mean(points, axis=0), len(points)) for points in by_cell.values())
    mine = sorted(zip(*found.columns.tolist(), found.counts.tolist(), strict=True))
    assert len(mine) == len(expected)
    if mine:
        np.testing.assert_allclose(mine, expected, atol=1e-9)


def test_centroids_come_back_in_standard_units() -> None:
    pixel_map = PixelMap(37.5, 412.25, -20.0, 1e6)
    columns = np.random.default_rng(1).normal(size=(2, 300))
    x, y = pixel_map.pixels(columns)
    np.testing.assert_allclose(pixel_map.columns(x, y), columns, atol=1e-9)


def test_few_pixels_are_cut_finely_and_many_are_not() -> None:
    assert gathered(np.full((2, 1000), 5.5)).grid.per_side == FINEST
    generator = np.random.default_rng(0)
    columns = generator.uniform(0, 1000, (2, 300_000))
    assert gather(columns, IDENTITY, 1000, 1000, 1).grid.per_side == 1


def test_cells_are_never_more_than_points_or_the_budget() -> None:
    for n in (1, 30, 5000):
        found = gathered(spread(n))
        assert len(found) <= n
        assert found.grid.n_cells <= max(cells_module.CELLS, found.grid.n_pixels)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_what_is_not_a_place_is_left_out(bad: float) -> None:
    columns = np.array([[5.5, bad, 6.5], [5.5, 5.5, bad]])
    assert gathered(columns).counts.tolist() == [1.0]


def test_blocks_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = spread(3000)
    whole = gathered(columns)
    monkeypatch.setattr(cells_module, "BLOCK", 100)
    pieces = gathered(columns)
    np.testing.assert_array_equal(pieces.numbers, whole.numbers)
    np.testing.assert_array_equal(pieces.counts, whole.counts)
    np.testing.assert_allclose(pieces.columns, whole.columns, atol=1e-12)


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_gathering_stops_between_blocks(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(cells_module, "BLOCK", 1000)
    monkeypatch.setattr(cells_module, "CELLS", 1)
    asked: list[None] = []

    def should_stop() -> bool:
        asked.append(None)
        return len(asked) > after

    with pytest.raises(Cancelled):
        gather(spread(3500), IDENTITY, WIDTH, HEIGHT, EDGE, should_stop)
    assert len(asked) == after + 1


# ---------------------------------------------------------------- pictures of cells and of points


def request(points: FloatArray, source: Mixture | None, **more: object) -> CloudRequest:
    sample = Sample.of(points)
    standard = None if source is None else sample.units.standardise_mixture(source)
    ranges = {"x": (-4.0, 4.0), "y": (-3.0, 3.0)}
    asked = CloudRequest(
        sample.columns, standard, sample.units, **ranges, width=160, height=120, neutral=NEUTRAL
    )
    return replace(asked, **more)  # type: ignore[arg-type]


def both(asked: CloudRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[ByteArray, ByteArray]:
    """The picture from cells, and from every point by itself."""
    monkeypatch.setattr(cloud, "GATHERED_FROM", 0)
    cells = CloudPainter().paint(asked).image.astype(int)
    monkeypatch.setattr(cloud, "GATHERED_FROM", 10**9)
    return cells, CloudPainter().paint(asked).image.astype(int)


def normal(n: int, scale: float = 1.0, seed: int = 3) -> FloatArray:
    return scale * np.random.default_rng(seed).normal(size=(n, 2))


@pytest.mark.parametrize(
    "assignment", [SOFT, Tempered(0.4), Hard(), Drawn(5, 3)], ids=lambda a: type(a).__name__
)
@pytest.mark.parametrize(
    "look", [{}, {"ratio": 2.0, "width": 320, "height": 240}, {"fade_to": (255, 255, 255)}]
)
def test_pictures_of_cells_are_those_of_points(
    monkeypatch: pytest.MonkeyPatch, assignment: Assignment, look: dict[str, object]
) -> None:
    cells, points = both(request(normal(30_000), SMOOTH, assignment=assignment, **look), monkeypatch)
    difference = np.abs(cells - points)
    assert difference.mean() < 0.5
    assert np.percentile(difference, 99.9) < 16


def test_points_that_are_alone_are_painted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    cells, points = both(request(normal(400), SMOOTH), monkeypatch)
    assert np.abs(cells - points).max() <= 1


@pytest.mark.parametrize("scale", [1e-9, 1e-4, 3e-3])
@pytest.mark.parametrize("angle", [0.0, 0.4, 1.3])
def test_all_points_in_a_few_pixels_with_a_boundary_through_them(
    monkeypatch: pytest.MonkeyPatch, scale: float, angle: float
) -> None:
    """Down to where all points share one of the finest cells, which some of them represent."""
    points = normal(100_000, scale) + 0.013
    centre, normal_to_it = points.mean(axis=0), 5 * scale * np.array([np.cos(angle), np.sin(angle)])
    covariances = np.repeat(np.eye(2)[None], 2, axis=0) * scale**2
    narrow = Mixture([0.5, 0.5], [centre - normal_to_it, centre + normal_to_it], covariances)
    outliers = [[3.5, 2.5], [-3.5, -2.5]]
    asked = request(np.concatenate([points, outliers]), narrow, assignment=Hard())
    cells, expected = both(asked, monkeypatch)
    assert len(np.unique(expected[expected[:, :, 3] > 0], axis=0)) > 2
    assert np.abs(cells - expected).max() <= 4


def test_a_sharp_boundary_between_pixels_stays_within_a_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pixels are as many as cells may be, only the pixels next to the boundary may differ."""
    monkeypatch.setattr(cells_module, "CELLS", 1)
    generator = np.random.default_rng(7)
    points = generator.uniform([-4, -3], [4, 3], (200_000, 2))
    cells, expected = both(request(points, SHARP, assignment=Hard()), monkeypatch)
    columns = np.flatnonzero((np.abs(cells - expected) > 8).any(axis=(0, 2)))
    assert np.abs(columns + 0.5 - 80.0).max() <= 3.0
    assert np.abs(cells - expected).mean() < 0.5


def test_every_draw_belongs_to_its_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off the view or not, a point keeps its number and so its colour."""
    asked = request(normal(5000), SMOOTH, assignment=Drawn(1, 2), x=(0.5, 1.0), y=(0.0, 0.4))
    whole = both(asked, monkeypatch)
    monkeypatch.setattr(cells_module, "BLOCK", 64)
    for picture in (*whole, *both(asked, monkeypatch)):
        assert np.abs(picture - whole[1]).max() <= 1


def test_cells_are_kept_while_only_the_colours_change(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    made = cloud.gather
    monkeypatch.setattr(cloud, "gather", lambda *given: (calls.append(given), made(*given))[1])
    monkeypatch.setattr(cloud, "GATHERED_FROM", 0)
    asked, painter = request(normal(500), SMOOTH), CloudPainter()
    painter.paint(asked)
    painter.paint(replace(asked, source=None, neutral=(1, 2, 3), dark=True, scale=1.01))
    assert len(calls) == 1
    others = ({"x": (0.0, 1.0)}, {"width": 77}, {"columns": asked.columns.copy()}, {"scale": 3.0})
    for times, other in enumerate(others, start=1):
        painter.paint(replace(asked, **other))  # type: ignore[arg-type]
        painter.paint(asked)
        assert len(calls) == 1 + 2 * times


def test_a_closed_data_set_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import weakref

    monkeypatch.setattr(cloud, "GATHERED_FROM", 0)
    painter, asked = CloudPainter(), request(normal(500), SMOOTH)
    painter.paint(asked)
    watched = weakref.ref(asked.columns)
    del asked
    assert watched() is None
