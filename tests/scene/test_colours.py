"""Responsibilities as colours."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import Mixture, Sample, fit, responsibilities
from gmmviewer.scene.colours import BLOCK, FADED, blend, faded, point_colours
from gmmviewer.scene.oklab import lab, rgb_from_lab
from gmmviewer.scene.palette import N_COLOURS, row_colours

NEUTRAL = (120, 124, 130)


def test_certainty_wears_the_pure_colour() -> None:
    colours = row_colours(N_COLOURS, noise=False)
    np.testing.assert_array_equal(blend(np.eye(N_COLOURS), colours), colours)


def test_every_colour_survives() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (3000, 3)).astype(np.uint8)
    for colour in np.concatenate([colours, [[0, 0, 0], [255, 255, 255]]]).astype(np.uint8):
        np.testing.assert_array_equal(blend(np.ones((1, 1)), colour[None]), colour[None])


def test_half_and_half_has_no_order() -> None:
    colours = row_colours(7, noise=False)
    half = np.full((2, 1), 0.5)
    for i in range(7):
        for j in range(i):
            np.testing.assert_array_equal(blend(half, colours[[i, j]]), blend(half, colours[[j, i]]))


def test_half_and_half_lies_half_way() -> None:
    colours = row_colours(2, noise=False)
    middle = blend(np.full((2, 1), 0.5), colours)[0]
    expected = rgb_from_lab(lab(colours).mean(axis=0))
    assert np.abs(middle.astype(int) - expected).max() <= 1


def test_blends_agree_with_oklab_in_double_precision() -> None:
    generator = np.random.default_rng(1)
    shares = generator.dirichlet(np.full(5, 0.5), 4000).T
    colours = row_colours(5, noise=False)
    expected = rgb_from_lab(shares.T @ lab(colours))
    assert np.abs(blend(shares, colours).astype(int) - expected).max() <= 1


def test_components_may_come_in_any_order() -> None:
    generator = np.random.default_rng(2)
    shares, colours = generator.dirichlet(np.ones(4), 500).T, row_colours(4, noise=False)
    order = generator.permutation(4)
    difference = blend(shares[order], colours[order]).astype(int) - blend(shares, colours)
    assert np.abs(difference).max() <= 1  # sums of four may round either way


def test_blocks_leave_no_seams() -> None:
    n = 2 * BLOCK + 7
    shares = np.tile(np.linspace(0, 1, n), (2, 1))
    shares[1] = 1 - shares[1]
    red = blend(shares, np.array([[255, 0, 0], [0, 0, 0]], dtype=np.uint8))[:, 0].astype(int)
    assert (np.diff(red) >= 0).all()
    assert red[0] == 0
    assert red[-1] == 255


def test_no_points_no_colours() -> None:
    assert blend(np.empty((3, 0)), row_colours(3, noise=False)).shape == (0, 3)


def test_before_the_first_e_step_points_are_neutral() -> None:
    found = point_colours(np.zeros((2, 4)), None, row_colours(3, noise=False), NEUTRAL)
    np.testing.assert_array_equal(found, [NEUTRAL] * 4)


@pytest.mark.parametrize("n", [1, 100, 70_000])
def test_points_wear_their_responsibilities(n: int) -> None:
    sample = Sample.of(np.random.default_rng(3).normal(size=(n, 2)))
    mixture = Mixture([0.3, 0.7], [[0, 0], [1, 1]], [np.eye(2), [[1, 0.5], [0.5, 2]]])
    colours = row_colours(2, noise=False)
    expected = blend(responsibilities(sample.columns.T, mixture).T, colours)
    np.testing.assert_array_equal(point_colours(sample.columns, mixture, colours, NEUTRAL), expected)


def test_far_away_points_still_have_a_colour() -> None:
    mixture = Mixture([0.5, 0.5], [0.0, 1.0], [1e-6, 1e-6])
    found = point_colours(np.array([[-1e6, 1e6]]), mixture, row_colours(2, noise=False), NEUTRAL)
    np.testing.assert_array_equal(found, row_colours(2, noise=False))


@pytest.mark.parametrize("name", ["hard", "stochastic"])
def test_points_wear_what_the_algorithm_assigned(name: str) -> None:
    """The very draw that the M-step uses: n_k of the state counts the points of each colour."""
    points = np.random.default_rng(1).normal(size=(300, 2)) * [2.0, 1.0]
    state = fit(points, 2, algorithm=name, seed=3, max_iterations=4, tolerance=0)[-1]
    sample = Sample.of(points)
    colours = row_colours(2, noise=False)
    rule = state.plan.assignment(state.assigned_at)
    assert state.source is not None
    whole = point_colours(sample.columns, state.source, colours, NEUTRAL, rule)
    counts = [(whole == colour).all(axis=1).sum() for colour in colours]
    assert counts == state.expectation.moments.counts.tolist()
    parts = [
        point_colours(sample.columns[:, at : at + 100], state.source, colours, NEUTRAL, rule, at)
        for at in (0, 100, 200)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


# ---------------------------------------------------------------- uncertainty as shade


@pytest.mark.parametrize("ground", [(255, 255, 255), (22, 24, 29)])
@pytest.mark.parametrize("k", [2, 3, 7])
def test_certain_points_keep_their_colour_and_the_least_certain_still_show(
    ground: tuple[int, int, int], k: int
) -> None:
    colours = row_colours(k, noise=False)
    np.testing.assert_array_equal(faded(colours, np.eye(k), ground), colours)
    equal = np.full((k, 1), 1 / k)
    palest = faded(blend(equal, colours), equal, ground)[0]
    np.testing.assert_allclose(
        palest, FADED * np.array(ground) + (1 - FADED) * blend(equal, colours)[0], atol=0.51
    )
    assert np.abs(palest.astype(int) - ground).max() >= 8


def test_points_fade_in_the_order_of_their_uncertainty() -> None:
    top = np.linspace(1.0, 0.5, 40)
    shares = np.stack([top, 1.0 - top])
    rgb = np.repeat([[0, 114, 178]], 40, axis=0).astype(np.uint8)
    lightness = lab(faded(rgb, shares, (255, 255, 255)))[:, 0]
    assert (np.diff(lightness) > 0).all()


def test_one_component_leaves_no_doubt() -> None:
    rgb = row_colours(1, noise=False)
    assert faded(rgb, np.ones((1, 1)), (0, 0, 0)) is rgb


def test_point_colours_fade_by_the_responsibilities() -> None:
    columns = np.array([[-3.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    mixture = Mixture([0.5, 0.5], [[-3, 0], [3, 0]], [np.eye(2), np.eye(2)])
    colours, ground = row_colours(2, noise=False), (255, 255, 255)
    plain = point_colours(columns, mixture, colours, NEUTRAL)
    shaded = point_colours(columns, mixture, colours, NEUTRAL, fade_to=ground)
    np.testing.assert_array_equal(shaded[[0, 2]], plain[[0, 2]])
    np.testing.assert_allclose(shaded[1], FADED * 255 + (1 - FADED) * plain[1], atol=0.51)
    before = point_colours(columns, None, colours, NEUTRAL, fade_to=ground)
    np.testing.assert_array_equal(before, [NEUTRAL] * 3)
