"""The density in the plane: values, contents of contours, the heat map."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, log_density
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Noise
from gmmviewer.scene.colour_maps import COLOUR_MAPS, ColourMap, colour_map
from gmmviewer.scene.field import content_levels, contours, density_field, heat_rgba, regions

ROUND = Mixture([1.0], [[0, 0]], [np.eye(2)])
THREE = Mixture(
    [0.5, 0.3, 0.2],
    [[0, 0], [4, 1], [1, 1]],
    [[[1, 0.6], [0.6, 2]], [[0.3, 0], [0, 0.8]], [[9, -4], [-4, 6]]],
)
NEEDLE = Mixture([0.5, 0.5], [[0, 0], [1, 1]], [np.eye(2), 1e-8 * np.eye(2)])
SLATE = colour_map("slate").ramp(dark=False)
CONTENTS = (0.25, 0.5, 0.75, 0.95)


def draws(mixture: Mixture, n: int) -> FloatArray:
    generator = np.random.default_rng(0)
    labels = generator.choice(mixture.n_components, n, p=mixture.weights)
    noise = generator.normal(size=(n, mixture.n_dimensions, 1))
    return np.asarray(mixture.means[labels] + (mixture.cholesky[labels] @ noise)[:, :, 0])


@pytest.mark.parametrize("mixture", [ROUND, THREE, NEEDLE])
def test_values_are_the_density_at_the_cell_centres(mixture: Mixture) -> None:
    field = density_field(mixture, (-3, 5), (-2, 4), 40, 30)
    assert field.values.shape == (30, 40)
    assert field.x[0] == pytest.approx(-3 + 0.1)
    assert field.y[-1] == pytest.approx(4 - 0.1)
    places = np.stack(np.meshgrid(field.x, field.y), axis=-1).reshape(-1, 2)
    expected = np.exp(log_density(places, mixture)).reshape(30, 40)
    np.testing.assert_allclose(field.values, expected, rtol=1e-12, atol=1e-300)


def test_the_density_integrates_to_one() -> None:
    field = density_field(THREE, (-20, 20), (-20, 20), 400, 300)
    assert field.values.sum() * (40 / 400) * (40 / 300) == pytest.approx(1, abs=1e-6)


def test_a_component_without_weight_is_not_there() -> None:
    with_ghost = Mixture([1.0, 0.0], [[0, 0], [1, 1]], [np.eye(2), np.eye(2)])
    a, b = (density_field(m, (-2, 2), (-2, 2), 20, 20).values for m in (ROUND, with_ghost))
    np.testing.assert_allclose(a, b)


def test_far_away_the_density_is_zero_without_a_warning() -> None:
    assert density_field(THREE, (1e9, 2e9), (1e9, 2e9), 10, 10).values.max() < 1e-300


@pytest.mark.parametrize(
    "mixture",
    [ROUND, THREE, NEEDLE, Mixture([0.4, 0.6], [-1.0, 2.0], [1.0, 0.01])],
    ids=["round", "three", "needle", "one dimension"],
)
def test_contents_by_monte_carlo(mixture: Mixture) -> None:
    n = 200_000
    densities = np.exp(log_density(draws(mixture, n), mixture))
    for content, level in zip(CONTENTS, content_levels(mixture, CONTENTS), strict=True):
        held = (densities > level).mean()
        assert abs(held - content) <= 3 * math.sqrt(content * (1 - content) / n) + 2e-3


def test_contents_of_one_gaussian_by_formula() -> None:
    levels = content_levels(ROUND, CONTENTS)
    np.testing.assert_allclose(levels, (1 - np.array(CONTENTS)) / (2 * np.pi), rtol=1e-4)


def test_contours_of_one_gaussian_are_its_ellipses() -> None:
    field = density_field(ROUND, (-5, 5), (-5, 5), 120, 120)
    found = contours(field, content_levels(ROUND, CONTENTS))
    for content, lines in zip(CONTENTS, found, strict=True):
        assert len(lines) == 1
        np.testing.assert_array_equal(lines[0][0], lines[0][-1])
        radius = math.sqrt(-2 * math.log(1 - content))
        np.testing.assert_allclose(np.hypot(*lines[0].T), radius, rtol=0.01)


def test_contours_lie_at_their_level() -> None:
    field = density_field(THREE, (-8, 8), (-8, 8), 240, 240)
    levels = content_levels(THREE, CONTENTS)
    for level, lines in zip(levels, contours(field, levels), strict=True):
        assert lines
        for line in lines:
            np.testing.assert_allclose(np.exp(log_density(line, THREE)), level, rtol=0.03)


def test_no_contours_where_there_is_nothing() -> None:
    field = density_field(ROUND, (1e3, 1e3 + 1), (0, 1), 10, 10)
    assert contours(field, [0.1, 0.0]) == [[], []]


# ---------------------------------------------------------------- regions


def enclosed(places: FloatArray, rings: list[FloatArray]) -> FloatArray:
    """How many of the rings go around each place (n, 2), modulo 2: crossings of a ray to the right."""
    x, y = places.T
    crossings = np.zeros(len(places), dtype=np.int64)
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise(ring.tolist()):
            if y0 != y1:
                between = (y0 <= y) != (y1 <= y)
                crossings += between & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return crossings % 2


@pytest.mark.parametrize("mixture", [ROUND, THREE], ids=["round", "three"])
def test_contents_of_regions_by_monte_carlo(mixture: Mixture) -> None:
    n = 20_000
    places = draws(mixture, n)
    field = density_field(mixture, (-16, 16), (-16, 16), 500, 500)
    found = regions(field, content_levels(mixture, CONTENTS))
    for content, rings in zip(CONTENTS, found, strict=True):
        held = enclosed(places, rings).mean()
        assert abs(held - content) <= 3 * math.sqrt(content * (1 - content) / n)


def test_a_region_is_where_the_density_is_higher_up_to_the_edge_of_the_window() -> None:
    field = density_field(THREE, (0, 3), (-1, 2), 150, 150)
    level = content_levels(THREE, [0.6])
    (rings,) = regions(field, level)
    places = np.random.default_rng(4).uniform([0.02, -0.98], [2.98, 1.98], size=(4000, 2))
    density = np.exp(log_density(places, THREE))
    clear = np.abs(density / level - 1) > 0.02
    np.testing.assert_array_equal(enclosed(places, rings)[clear], (density > level)[clear])


def test_a_region_may_have_a_hole() -> None:
    sharp = Mixture([0.5, 0.5], [[0, 0], [0, 0]], [9 * np.eye(2), 1e-4 * np.eye(2)])
    dented = density_field(sharp, (-9, 9), (-9, 9), 90, 90)
    values = np.where(np.hypot(*np.meshgrid(dented.x, dented.y)) < 1, 0.0, dented.values)
    (rings,) = regions(replace(dented, values=values), [1e-4])
    assert len(rings) == 2
    assert enclosed(np.array([[0.0, 0.0], [2.0, 0.0]]), rings).tolist() == [0, 1]


def test_no_region_above_the_peak() -> None:
    field = density_field(ROUND, (-3, 3), (-3, 3), 30, 30)
    assert regions(field, [1.0]) == [[]]


def test_a_region_that_needs_some_of_the_noise_has_the_whole_box() -> None:
    box = ((-10.0, 10.0), (-10.0, 10.0))
    noisy = Mixture([0.6], [[0, 0]], [np.eye(2) * 0.2], Noise(0.4, -math.log(400.0)))
    level = content_levels(noisy, [0.8], box)
    (rings,) = regions(density_field(noisy, (-12, 12), (-12, 12), 240, 240, box), level)
    assert len(rings) == 1
    np.testing.assert_allclose(np.abs(rings[0]).max(axis=0), 10, atol=0.1)
    corners = np.array([[9.8, 9.8], [-9.8, 9.8], [9.8, -9.8], [-9.8, -9.8]])
    assert enclosed(corners, rings).all()


# ---------------------------------------------------------------- heat


@pytest.mark.parametrize("chosen", COLOUR_MAPS, ids=lambda chosen: chosen.key)
@pytest.mark.parametrize("dark", [False, True])
def test_heat_rises_from_nothing(dark: bool, chosen: ColourMap) -> None:
    field = density_field(ROUND, (-6, 6), (-6, 6), 61, 41)
    image = heat_rgba(field, chosen.ramp(dark))
    assert image.shape == (41, 61, 4)
    assert image.dtype == np.uint8
    assert (image[:, :, :3] <= image[:, :, 3:]).all()  # premultiplied
    assert not image[0, 0].any()
    order = np.argsort(field.values[::-1], axis=None)
    opacity = image[:, :, 3].ravel()[order].astype(int)
    assert (np.diff(opacity) >= 0).all()
    assert 100 < opacity[-1] < 160  # points stay louder


def test_the_heat_map_is_the_right_way_up() -> None:
    high = Mixture([1.0], [[0, 3]], [0.1 * np.eye(2)])
    image = heat_rgba(density_field(high, (-5, 5), (-5, 5), 50, 50), SLATE)
    assert image[10, 25, 3] > 100
    assert not image[25:].any()


def test_panning_does_not_change_the_heat() -> None:
    near = heat_rgba(density_field(THREE, (-4, 4), (-4, 4), 80, 80), SLATE)
    moved = heat_rgba(density_field(THREE, (-3, 5), (-4, 4), 80, 80), SLATE)
    np.testing.assert_array_equal(near[:, 10:], moved[:, :-10])
