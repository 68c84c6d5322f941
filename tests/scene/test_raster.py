"""Discs as pixels."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.scene import raster
from gmmviewer.scene.oklab import ByteArray
from gmmviewer.scene.raster import points_raster, radius_for, rim_for
from gmmviewer.scene.stamps import PHASES, disc

BLUE = np.array([[0, 114, 178]], dtype=np.uint8)
WIDTH, HEIGHT = 40, 30


def one(x: float, y: float, radius: float, alpha: float = 1.0, rim: bool = False) -> ByteArray:
    return points_raster(np.array([x]), np.array([y]), BLUE, WIDTH, HEIGHT, radius, alpha, rim)


def cloud(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, ByteArray]:
    generator = np.random.default_rng(seed)
    x, y = generator.normal(20, 12, n), generator.normal(15, 9, n)
    return x, y, generator.integers(0, 256, (n, 3)).astype(np.uint8)


@given(st.floats(12, 28), st.floats(10, 20), st.floats(0.5, 8))
def test_a_disc_covers_its_area(x: float, y: float, radius: float) -> None:
    radius = round(radius * 16) / 16
    covered = one(x, y, radius)[:, :, 3].sum() / 255
    assert covered == pytest.approx(math.pi * radius**2, rel=0.02, abs=0.02)


@pytest.mark.parametrize("radius", [1.0, 2.75, 3.5, 8.0])
def test_the_centre_has_exactly_the_colour(radius: float) -> None:
    np.testing.assert_array_equal(one(20.5, 15.5, radius)[15, 20], [0, 114, 178, 255])


def test_bytes_are_premultiplied() -> None:
    np.testing.assert_allclose(one(20.5, 15.5, 3, alpha=0.75)[15, 20], [0, 85.5, 133.5, 191.25], atol=0.5)
    x, y, rgb = cloud(3000)
    for rim in (False, True):
        image = points_raster(x, y, rgb, WIDTH, HEIGHT, 2.5, 0.7, rim)
        assert (image[:, :, :3] <= image[:, :, 3:]).all()


def test_a_disc_is_round_and_where_it_should_be() -> None:
    image = one(20.5, 15.5, 4.3)
    covered = image[:, :, 3].astype(float)
    rows, columns = np.indices(covered.shape) + 0.5
    assert (covered * columns).sum() / covered.sum() == pytest.approx(20.5, abs=0.07)
    assert (covered * rows).sum() / covered.sum() == pytest.approx(15.5, abs=0.07)
    distance = np.hypot(columns - 20.5, rows - 15.5)
    assert (covered[distance < 3.5] == 255).all()
    assert (covered[distance > 5.2] == 0).all()


@given(st.floats(15, 25), st.floats(12, 18), st.floats(0.5, 8), st.booleans())
def test_mirror_images(x: float, y: float, radius: float, rim: bool) -> None:
    x, y = (math.floor(v * PHASES) / PHASES + 0.5 / PHASES for v in (x, y))  # mirrors hit a mirrored phase
    image = one(x, y, radius, 0.8, rim).astype(int)
    assert np.abs(one(WIDTH - x, y, radius, 0.8, rim)[:, ::-1] - image).max() <= 1
    assert np.abs(one(x, HEIGHT - y, radius, 0.8, rim)[::-1] - image).max() <= 1


def test_discs_move_in_steps_no_eye_sees() -> None:
    centres = []
    for x in np.linspace(20, 21, 65):
        covered = one(x, 15.5, 3)[:, :, 3].sum(axis=0).astype(float)
        centres.append((covered * (np.arange(WIDTH) + 0.5)).sum() / covered.sum())
    assert np.abs(centres - np.linspace(20, 21, 65)).max() <= 0.5 / PHASES + 0.01


@pytest.mark.parametrize(
    ("x", "y"), [(-50, 15), (90, 15), (20, -50), (20, 80), (math.nan, 15), (20, math.nan), (math.inf, 15)]
)
def test_points_outside_leave_no_trace(x: float, y: float) -> None:
    assert not one(x, y, 8).any()


@pytest.mark.parametrize(
    ("x", "y"), [(0, 15), (40, 15), (20, 0), (20, 30), (-3.9, -2), (43.9, 33), (-3.99, 15), (44.01, 34)]
)
def test_discs_are_cut_at_the_edge(x: float, y: float) -> None:
    large = points_raster(np.array([x + 10]), np.array([y + 10]), BLUE, WIDTH + 20, HEIGHT + 20, 4.0)
    np.testing.assert_array_equal(one(x, y, 4, alpha=0.75), large[10:-10, 10:-10])


def test_no_points_give_an_empty_image() -> None:
    none = np.empty(0)
    image = points_raster(none, none, np.empty((0, 3), dtype=np.uint8), WIDTH, HEIGHT, 3)
    assert image.shape == (HEIGHT, WIDTH, 4)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert not image.any()


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_discs_on_each_other_are_as_opaque_as_if_painted(count: int) -> None:
    place = np.full(count, 15.5)
    image = points_raster(place, place, np.repeat(BLUE, count, axis=0), WIDTH, HEIGHT, 4, alpha=0.6)
    opacity = 1 - 0.4**count
    np.testing.assert_allclose(image[15, 15], opacity * np.array([0, 114, 178, 255]), atol=1)


def test_two_colours_on_each_other_show_their_mean() -> None:
    place = np.full(2, 15.5)
    rgb = np.array([[200, 0, 40], [0, 100, 40]], dtype=np.uint8)
    image = points_raster(place, place, rgb, WIDTH, HEIGHT, 4, alpha=1.0)
    np.testing.assert_allclose(image[15, 15, :3], [100, 50, 40], atol=1)


def test_the_order_of_the_points_does_not_matter() -> None:
    x, y, rgb = cloud(2000)
    order = np.random.default_rng(1).permutation(len(x))
    for rim in (False, True):
        image = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, rim=rim).astype(int)
        other = points_raster(x[order], y[order], rgb[order], WIDTH, HEIGHT, 3, rim=rim)
        assert np.abs(image - other).max() <= 1


@pytest.mark.parametrize("rim", [False, True])
def test_blocks_leave_no_seams(monkeypatch: pytest.MonkeyPatch, rim: bool) -> None:
    x, y, rgb = cloud(5000)
    whole = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, rim=rim).astype(int)
    monkeypatch.setattr(raster, "PAIRS", 700)
    monkeypatch.setattr(raster, "PIXELS", 100)
    pieces = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, rim=rim)
    assert np.abs(pieces - whole).max() <= 1


def test_all_points_in_one_row_of_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "PAIRS", 200)
    x = np.linspace(0, WIDTH, 3000)
    image = points_raster(x, np.full(3000, 15.5), np.repeat(BLUE, 3000, axis=0), WIDTH, HEIGHT, 2)
    np.testing.assert_array_equal(image[15], np.tile([0, 114, 178, 255], (WIDTH, 1)))
    assert not image[:12].any()
    assert not image[19:].any()


def test_a_rim_is_darker_and_as_opaque() -> None:
    plain, rimmed = one(20.5, 15.5, 5), one(20.5, 15.5, 5, rim=True)
    np.testing.assert_array_equal(plain[:, :, 3], rimmed[:, :, 3])
    np.testing.assert_array_equal(plain[15, 20], rimmed[15, 20])
    assert rimmed[15, 24, 2] < 0.8 * plain[15, 24, 2]
    changed = (plain != rimmed).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert np.hypot(columns - 20, rows - 15).min() > 2.8


def test_radii_outside_the_limits_are_limited() -> None:
    np.testing.assert_array_equal(one(20, 15, 0.01), one(20, 15, 0.5))
    np.testing.assert_array_equal(one(20, 15, 100), one(20, 15, 16))


@given(st.floats(0.5, 16))
def test_a_disc_in_fractions_of_pixels(radius: float) -> None:
    stamp = disc(radius)
    assert stamp.coverage.min() >= 0
    assert stamp.coverage.max() <= 1 + 1e-6
    assert (stamp.darkening <= stamp.coverage).all()
    np.testing.assert_allclose(stamp.coverage.sum(axis=1), math.pi * radius**2, rtol=0.02)
    assert max(abs(stamp.dx).max(), abs(stamp.dy).max()) <= stamp.reach


def test_the_usual_points_are_as_large_at_300_percent() -> None:
    for ratio in (1.0, 1.5, 2.0, 3.0):
        radius = ratio * radius_for(1)
        image = points_raster(np.array([50.0]), np.array([50.0]), BLUE, 100, 100, radius, 1.0)
        assert image[:, :, 3].sum() / 255 / ratio**2 == pytest.approx(math.pi * 25.0, rel=0.005)


def test_points_shrink_as_they_become_many() -> None:
    counts = np.logspace(0, 7, 200).astype(int)
    radii = [radius_for(int(n)) for n in counts]
    assert (np.diff(radii) <= 0).all()
    assert (np.abs(np.diff(radii)) < 0.1).all()
    assert radius_for(0) == radius_for(1) == 5
    assert radius_for(100) == pytest.approx(4.5)
    assert radius_for(10**6) == radius_for(10**7) == 1.25
    assert rim_for(272)
    assert not rim_for(10_000)


@pytest.mark.parametrize("rim", [False, True])
@pytest.mark.parametrize("n", [1, 40, 2000])
def test_few_and_many_discs_are_added_up_alike(monkeypatch: pytest.MonkeyPatch, n: int, rim: bool) -> None:
    x, y, rgb = cloud(n)
    monkeypatch.setattr(raster, "SPARSE", 0)
    by_name = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, rim=rim).astype(int)
    monkeypatch.setattr(raster, "SPARSE", 10**9)
    by_rows = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, rim=rim)
    assert by_name.any()
    assert np.abs(by_name - by_rows).max() <= 1


@pytest.mark.parametrize("rim", [False, True])
@pytest.mark.parametrize("n", [30, 2000])
def test_counts_are_so_many_discs_on_each_other(n: int, rim: bool) -> None:
    x, y, rgb = cloud(n)
    counts = np.random.default_rng(2).integers(1, 5, n)
    one_by_one = [np.repeat(values, counts, axis=0) for values in (x, y, rgb)]
    expected = points_raster(*one_by_one, WIDTH, HEIGHT, 2.5, 0.6, rim).astype(int)
    found = points_raster(x, y, rgb, WIDTH, HEIGHT, 2.5, 0.6, rim, counts.astype(np.float32))
    assert np.abs(found - expected).max() <= 1


def test_ten_million_on_one_place_are_opaque_and_of_their_colour() -> None:
    x, y, rgb = np.full(2, 20.5), np.full(2, 15.5), np.array([[200, 0, 40], [0, 100, 40]], dtype=np.uint8)
    image = points_raster(x, y, rgb, WIDTH, HEIGHT, 3, counts=np.array([3e6, 7e6], dtype=np.float32))
    np.testing.assert_allclose(image[15, 20], [60, 70, 40, 255], atol=1)


def test_nobody_waits_for_a_library_to_see_few_discs(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, rgb = cloud(3_000)
    usual = points_raster(x, y, rgb, WIDTH, HEIGHT, 2.0)
    monkeypatch.delitem(sys.modules, "scipy.sparse", raising=False)
    without = points_raster(x, y, rgb, WIDTH, HEIGHT, 2.0)
    assert "scipy.sparse" not in sys.modules
    np.testing.assert_allclose(without.astype(int), usual.astype(int), atol=1)
