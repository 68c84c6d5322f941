"""Responsibilities and decisions at every place, as images, against the responsibilities of points."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, responsibilities
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import Assignment, Drawn, Hard, Tempered
from gmmviewer.mixture.density import component_log_densities
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.colours import blend
from gmmviewer.scene.noise import Box
from gmmviewer.scene.palette import NOISE, fill_colour, row_colours
from gmmviewer.scene.shares import Grid, region_tint, seats, tint, winners
from tests.mixture.random_mixtures import random_mixture

GRID = Grid((-9, 9), (-8, 8), 90, 60)
BOX: Box = ((-4.0, 4.0), (-3.0, 5.0))
NOISY = Mixture([0.4, 0.4], [[0, 0], [1, 2]], [np.eye(2) * 0.1, np.eye(2) * 0.2], Noise(0.2, -math.log(64.0)))


def places(grid: Grid) -> FloatArray:
    """Centres of the cells, (cells, 2), the largest y first, as images have it."""
    x, y = grid.centres(0), grid.centres(1)[::-1]
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_the_tint_is_the_colour_points_would_have(k: int) -> None:
    mixture = random_mixture(k, k, 2)
    expected = blend(responsibilities(places(GRID), mixture).T, row_colours(k, noise=False))
    image = tint(mixture, GRID)
    assert image.shape == (60, 90, 4)
    off = np.abs(image[:, :, :3].reshape(-1, 3).astype(int) - expected)
    assert off.max() <= 2  # single precision
    assert (off == 0).mean() > 0.99


@pytest.mark.parametrize(("rule", "beta"), [(Tempered(0.25), 0.25), (Hard(), 1e9), (Drawn(3, 4), 1.0)])
def test_the_tint_follows_the_algorithm(rule: Assignment, beta: float) -> None:
    mixture = random_mixture(3, 4, 2)
    logs = beta * component_log_densities(places(GRID), mixture)
    shares = np.exp(np.maximum(logs - logs.max(axis=1)[:, None], -700))
    shares /= shares.sum(axis=1)[:, None]
    expected = blend(shares.T, row_colours(4, noise=False))
    image = tint(mixture, GRID, assignment=rule)[:, :, :3].reshape(-1, 3)
    assert (np.abs(image.astype(int) - expected).max(axis=1) <= 2).mean() > 0.999


def test_opacity_is_the_same_everywhere_and_premultiplied() -> None:
    mixture = random_mixture(2, 3, 2)
    full, faint = tint(mixture, GRID), tint(mixture, GRID, opacity=0.3)
    assert (faint[:, :, 3] == round(0.3 * 255)).all()
    assert np.abs(faint[:, :, :3] - 0.3 * full[:, :, :3]).max() <= 0.5
    assert (faint[:, :, :3] <= faint[:, :, 3:]).all()


def test_noise_is_grey_and_inside_its_box_only() -> None:
    at = places(GRID)
    image = tint(NOISY, GRID, BOX)[:, :, :3].reshape(-1, 3)
    low, high = np.array(BOX).T
    within = ((at >= low) & (at <= high)).all(axis=1)
    far = np.hypot(*(at - [0.5, 1.0]).T) > 3.2
    assert (within & far).any()
    assert (np.abs(image[within & far].astype(int) - NOISE) <= 1).all()
    assert set(winners(NOISY, GRID, BOX)[::-1].ravel()[~within].tolist()) <= {0, 1}


@pytest.mark.parametrize("seed", range(4))
def test_winners_are_the_most_responsible(seed: int) -> None:
    mixture = random_mixture(seed, 6, 2)
    r = responsibilities(places(GRID), mixture)
    clear = np.sort(r, axis=1)[:, -1] - np.sort(r, axis=1)[:, -2] > 1e-3
    found = winners(mixture, GRID)[::-1].ravel()
    np.testing.assert_array_equal(found[clear], r.argmax(axis=1)[clear])


def test_components_without_weight_win_nowhere() -> None:
    mixture = Mixture([0.5, 0.0, 0.5], [[-3, 0], [0, 0], [3, 0]], [np.eye(2)] * 3)
    assert set(winners(mixture, GRID).ravel().tolist()) == {0, 2}


@pytest.mark.parametrize("exponent", [-332, 332])
def test_units_do_not_matter(exponent: int) -> None:
    mixture, s = random_mixture(4, 5, 2), 2.0**exponent
    scaled = Mixture(mixture.weights, mixture.means * s, mixture.covariances * s * s)
    grid = Grid((-9 * s, 9 * s), (-8 * s, 8 * s), 90, 60)
    np.testing.assert_array_equal(winners(scaled, grid), winners(mixture, GRID))
    assert np.abs(tint(scaled, grid).astype(int) - tint(mixture, GRID)).max() <= 1


def test_needles_and_far_windows() -> None:
    needles = Mixture([0.5, 0.5], [[-3, 0], [3, 0]], [1e-30 * np.eye(2)] * 2)
    owners = winners(needles, GRID)
    np.testing.assert_array_equal(owners, np.broadcast_to(GRID.centres(0) > 0, owners.shape))
    tint(needles, GRID)  # and no warning
    far = Grid((1e100, 2e100), (1e100, 2e100), 8, 8)
    assert (tint(needles, far)[:, :, 3] == 255).all()


def test_regions_wear_the_colours_of_their_owners() -> None:
    owners = np.array([[0, 1], [2, 1]])
    image = region_tint(owners, NOISY, 0.5)
    np.testing.assert_allclose(image[1, 0], [*(0.5 * np.array(fill_colour(0))), 127.5], atol=0.6)
    np.testing.assert_allclose(image[0, 0], [*(0.5 * np.array(NOISE)), 127.5], atol=0.6)


def test_seats_lie_in_the_middle_of_every_part() -> None:
    mixture = Mixture([0.5, 0.5], [[0, 0], [0, 0]], [np.diag([4.0, 0.2]), np.diag([0.2, 4.0])])
    grid = Grid((-8, 8), (-8, 8), 400, 400)
    found = seats(winners(mixture, grid), mixture, grid)
    rows = sorted(seat.row for seat in found)
    assert rows in ([0, 0, 1, 1], [0, 1, 1], [0, 0, 1])  # four quarters, two of which may touch in the middle
    for seat in found:
        assert responsibilities([[seat.x, seat.y]], mixture)[0].argmax() == seat.row
        # free to every side as far as it says, the window counting as an edge
        reach = seat.room * 16 / 400
        for angle in np.linspace(0, 2 * np.pi, 16):
            place = np.array([seat.x + 0.9 * reach * np.cos(angle), seat.y + 0.9 * reach * np.sin(angle)])
            assert np.abs(place).max() <= 8 + 16 / 400
            assert responsibilities(place[None], mixture)[0].argmax() == seat.row


def test_a_part_with_its_mean_is_home() -> None:
    mixture = Mixture([0.6, 0.4], [[-3, 0], [3, 0]], [np.eye(2), np.eye(2)])
    found = seats(winners(mixture, GRID), mixture, GRID)
    assert [(seat.row, seat.at_home) for seat in found] == [(0, True), (1, True)]
    aside = Grid((2, 9), (-8, 8), 90, 60)
    assert [seat.at_home for seat in seats(winners(mixture, aside), mixture, aside)] == [True]
    beyond = Grid((4, 9), (-8, 8), 90, 60)
    assert [seat.at_home for seat in seats(winners(mixture, beyond), mixture, beyond)] == [False]


def test_work_can_be_broken_off() -> None:
    for work in (tint, winners):
        with pytest.raises(Cancelled):
            work(NOISY, GRID, should_stop=lambda: True)
