"""Rings around marked points against distances by brute force, and the requests that ask for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene import rings
from gmmviewer.scene.cloud import CloudRequest
from gmmviewer.scene.marked import MarkedPainter, MarkedRequest, RowPlaces
from gmmviewer.scene.marks import Verdict
from gmmviewer.scene.rings import PAIRS, STRIP, Ring, footprint, paint_rings

ROUND = Ring(gap=3.0, width=2.0, casing=1.2, colour=(10, 20, 200), halo=(255, 255, 255))
SQUARE = replace(ROUND, square=True)
H, W = 2 * STRIP + 22, 190


@dataclass(frozen=True)
class At:
    """Points at these pixels."""

    x: np.ndarray
    y: np.ndarray
    radii: np.ndarray

    @property
    def n(self) -> int:
        return len(self.x)

    def pixels(self, part: slice) -> tuple[np.ndarray, np.ndarray]:
        return self.x[part], self.y[part]


def scattered(n: int, seed: int = 0, radii: int = 1) -> At:
    """Points in the image and around it."""
    generator = np.random.default_rng(seed)
    sizes = generator.uniform(1.0, 4.0, radii)
    return At(generator.uniform(-9, W + 9, n), generator.uniform(-9, H + 9, n), sizes)


def distances(places: At, square: bool, whole_pixels: bool = False) -> np.ndarray:
    """Of every pixel centre from the nearest edge of a point, (H, W)."""
    down, across = np.mgrid[0:H, 0:W] + 0.5
    nearest = np.full((H, W), np.inf)
    for x, y, radius in zip(places.x, places.y, np.broadcast_to(places.radii, places.n), strict=True):
        if whole_pixels:
            x, y = np.floor(x) + 0.5, np.floor(y) + 0.5
        dx, dy = np.abs(across - x), np.abs(down - y)
        nearest = np.minimum(nearest, (np.maximum(dx, dy) if square else np.hypot(dx, dy)) - radius)
    return nearest


def expected(distance: np.ndarray, ring: Ring) -> np.ndarray:
    """The image (H, W, 4) of a line over its halo over nothing: Porter and Duff's "over", by the book."""
    off = np.abs(distance - ring.gap)
    halo = rings.HALO_ALPHA * np.clip(ring.width / 2 + ring.casing + 0.5 - off, 0.0, 1.0)[..., None]
    line = np.clip(ring.width / 2 + 0.5 - off, 0.0, 1.0)[..., None]
    return line * (*ring.colour, 255) + (1 - line) * halo * (*ring.halo, 255)


def painted(places: At, ring: Ring) -> np.ndarray:
    """The image (H, W, 4)."""
    image = np.zeros((H, W, 4), dtype=np.uint8)
    paint_rings(image, places, ring)
    return image


@pytest.mark.parametrize("ring", [ROUND, SQUARE])
@pytest.mark.parametrize("radii", [1, 12])
def test_few_rings_are_exact(ring: Ring, radii: int) -> None:
    places = scattered(12, radii=radii)
    wanted = expected(distances(places, ring.square), ring)
    assert np.abs(painted(places, ring) - wanted).max() <= 0.51


@pytest.mark.parametrize("ring", [ROUND, SQUARE])
@pytest.mark.parametrize("n", [400, 3_000])
def test_many_rings_are_exact_to_the_pixel_of_a_point(ring: Ring, n: int) -> None:
    places = scattered(n)
    assert n * footprint(float(places.radii[0]), ring) > PAIRS / 2
    wanted = expected(distances(places, ring.square, whole_pixels=True), ring)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rings, "PAIRS", 0)
        image = painted(places, ring)
    assert np.abs(image - wanted).max() <= 0.51


def test_rings_of_neighbours_melt_into_one_outline() -> None:
    image = painted(At(np.array([60.0, 66.0]), np.array([60.0, 60.0]), np.array([4.0])), ROUND)
    assert image[60, 63, 3] == 0  # between the two, where either ring alone would have a line
    assert image[60, 60 - 7, 3] == 255
    assert image[60, 66 + 6, 3] == 255


def test_a_casing_stands_on_both_sides_of_the_line() -> None:
    ring = replace(ROUND, casing=2.0)
    row = painted(At(np.array([60.5]), np.array([60.5]), np.array([4.0])), ring)[60, 60:75]
    assert row[7].tolist() == [10, 20, 200, 255]  # the line, 6 to 8 from the middle
    halo = round(255 * rings.HALO_ALPHA)
    for beside in (5, 9):
        assert row[beside].tolist() == [halo] * 4
    assert row[2, 3] == 0
    assert row[12, 3] == 0


def test_rings_lie_over_what_is_there() -> None:
    image = np.full((H, W, 4), 255, dtype=np.uint8)
    paint_rings(image, At(np.array([60.5]), np.array([60.5]), np.array([4.0])), ROUND)
    assert image[60, 67].tolist() == [10, 20, 200, 255]
    assert (image[60, 60] == 255).all()
    assert (image[..., 3] == 255).all()


@pytest.mark.parametrize("far", [(-500.0, 60.0), (W + 500.0, 60.0), (60.0, 1e30), (np.nan, 60.0)])
def test_points_far_outside_leave_no_trace(far: tuple[float, float]) -> None:
    assert not painted(At(np.array([far[0]]), np.array([far[1]]), np.array([4.0])), ROUND).any()
    assert not painted(At(np.empty(0), np.empty(0), np.array([4.0])), ROUND).any()


def test_nothing_wraps_around_an_edge() -> None:
    image = painted(At(np.array([0.5, W - 0.5]), np.array([40.5, 90.5]), np.array([4.0])), ROUND)
    assert image[40, :10, 3].any()
    assert not image[40, 20:, 3].any()
    assert image[90, -10:, 3].any()
    assert not image[90, :-20, 3].any()


def test_a_million_marked_points_are_one_pass() -> None:
    generator = np.random.default_rng(1)
    places = At(generator.normal(95, 12, 10**6), generator.normal(75, 8, 10**6), np.array([1.0]))
    image = painted(places, ROUND)
    assert image[75, 95, 3] == 0
    assert image[..., 3].any()


def test_painting_can_be_stopped() -> None:
    for n in (5, 100_000):
        with pytest.raises(Cancelled):
            paint_rings(np.zeros((H, W, 4), dtype=np.uint8), scattered(n), ROUND, lambda: True)


# ------------------------------------------------------------ requests


def request(points: PointSet, **changes: object) -> MarkedRequest:
    """Marks on a plain view."""
    made = MarkedRequest(
        columns=points.sample.columns,
        units=points.units,
        x=(-3.0, 5.0),
        y=(-2.0, 4.0),
        width=400,
        height=300,
        radii=np.array([3.0]),
        selected=np.array([1, 4]),
        now=None,
        before=None,
        selected_ring=ROUND,
        changed_ring=SQUARE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def points_of(n: int = 40, centre: float = 0.0) -> PointSet:
    """A cloud."""
    return PointSet.of(np.random.default_rng(6).normal(size=(n, 2)) + centre)


@pytest.mark.parametrize("centre", [0.0, 1.6e9])
def test_marks_are_where_the_cloud_has_its_points(centre: float) -> None:
    points = points_of(centre=centre)
    asked = request(points, x=(centre - 3, centre + 5), y=(centre - 2, centre + 4))
    cloud = CloudRequest(
        points.sample.columns, None, points.units, asked.x, asked.y, asked.width, asked.height, (0, 0, 0)
    )
    rows = np.array([3, 7, 8, 30])
    x, y = RowPlaces(asked, rows).pixels(slice(1, 4))
    wanted = cloud.pixels()
    assert np.array_equal(x, wanted[0][rows[1:]])
    assert np.array_equal(y, wanted[1][rows[1:]])


def test_the_answer_has_both_kinds_of_marks() -> None:
    points = points_of()
    eye = np.eye(2)[None]
    left = Mixture([0.5, 0.5], [[-1.0, 0.0], [1.0, 0.0]], np.repeat(eye, 2, axis=0))
    right = Mixture([0.5, 0.5], [[-0.5, 0.0], [1.5, 0.0]], np.repeat(eye, 2, axis=0))
    answer = MarkedPainter().paint(request(points, now=Verdict(left), before=Verdict(right)))
    u = points.sample.columns[0]
    assert answer.changed.tolist() == np.flatnonzero((u > 0) & (u < 0.5)).tolist() != []
    only = MarkedPainter().paint(request(points))
    assert len(only.changed) == 0
    assert only.image.any()
    assert (answer.image[..., 3] > 0).sum() > (only.image[..., 3] > 0).sum()


def test_the_same_picture_is_not_asked_for_again() -> None:
    points = points_of()
    eye = np.repeat(np.eye(2)[None], 2, axis=0)
    one, other = (Mixture([0.5, 0.5], [[-1.0, 0.0], [at, 0.0]], eye) for at in (1.0, 2.0))
    first = request(points, now=Verdict(one), before=Verdict(other))
    assert first.same_picture(request(points, now=Verdict(one), before=Verdict(other)))
    assert not first.same_picture(None)
    for change in (
        {"selected": np.array([1, 5])},
        {"radii": np.array([4.0])},
        {"x": (-3.0, 6.0)},
        {"changed_ring": ROUND},
        {"columns": first.columns.copy()},
        {"now": Verdict(other)},
        {"now": None, "before": None},
    ):
        changed = replace(first, **change)  # type: ignore[arg-type]
        assert not first.same_picture(changed)
        assert not changed.same_picture(first)


def test_only_few_marks_are_made_in_the_gui_thread() -> None:
    small, large = points_of(40), points_of(100_000)
    assert request(small).quick
    assert request(large).quick  # two selected points of very many
    assert not request(large, selected=np.arange(50_000)).quick
    verdict = Verdict(Mixture([1.0], [[0.0, 0.0]], np.eye(2)[None]))
    assert not request(large, now=verdict, before=verdict).quick  # labels of all points
