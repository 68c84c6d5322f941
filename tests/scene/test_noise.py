"""The uniform component in pictures: flat inside the box of the points, nothing outside, grey."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.density import component_log_densities, responsibilities
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.scene.colours import point_colours
from gmmviewer.scene.curves import boundaries, component_curves, posteriors, total
from gmmviewer.scene.field import content_levels, density_field
from gmmviewer.scene.inspect import readout
from gmmviewer.scene.noise import box_of, inside
from gmmviewer.scene.palette import (
    DARK_GROUND,
    LIGHT_GROUND,
    N_COLOURS,
    NOISE,
    STROKE_CONTRAST,
    contrast,
    fill_colour,
    row_colours,
    row_fill,
    row_stroke,
)

BOX_1 = ((-4.0, 6.0),)
LINE = Mixture([0.5, 0.3], [0.0, 3.0], [0.2, 0.4], Noise(0.2, -math.log(10.0)))
BOX_2 = ((-3.0, 3.0), (-2.0, 4.0))
PLANE = Mixture([0.4, 0.4], [[0, 0], [1, 2]], [np.eye(2) * 0.1, np.eye(2) * 0.2], Noise(0.2, -math.log(36.0)))


def test_the_box_is_that_of_the_points() -> None:
    points = PointSet.of([[1.0, -2.0], [3.0, 5.0], [2.0, 0.0]])
    assert box_of(points) == ((1.0, 3.0), (-2.0, 5.0))
    assert inside(points.values.T, box_of(points)).all()
    assert box_of(PointSet.of(np.empty((0, 2)))) is None


def test_curves_sum_to_a_density_of_area_one() -> None:
    x = np.linspace(-10, 12, 200_001)
    assert np.trapezoid(total(LINE, x, BOX_1), x) == pytest.approx(1.0, abs=1e-4)
    flat = component_curves(LINE, x, BOX_1)[2]
    within = (x >= -4) & (x <= 6)
    np.testing.assert_allclose(flat[within], 0.02)
    assert not flat[~within].any()


def test_posteriors_are_shares_that_belong_to_nobody_else_outside() -> None:
    x = np.linspace(-10, 12, 501)
    shares = posteriors(LINE, x, BOX_1)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    within = (x >= -4) & (x <= 6)
    np.testing.assert_allclose(shares[:, within].T, responsibilities(x[within, None], LINE), atol=1e-12)
    assert shares[2, ~within].max() < 1e-300


def test_the_label_changes_at_boundaries_and_nowhere_else() -> None:
    x = np.linspace(-6, 8, 100_001)
    labels = posteriors(LINE, x, BOX_1).argmax(axis=0)
    changes = x[:-1][np.diff(labels) != 0]
    np.testing.assert_allclose(boundaries(LINE, -6.0, 8.0, BOX_1), changes, atol=2e-4)
    assert len(changes) > 4  # into the noise and out of it on every side


def test_the_field_integrates_to_one_with_its_noise() -> None:
    field = density_field(PLANE, (-6, 6), (-5, 7), 600, 600, BOX_2)
    assert field.values.sum() * (12 / 600) ** 2 == pytest.approx(1.0, abs=1e-3)
    corner = field.values[np.searchsorted(field.y, 3.9), np.searchsorted(field.x, -2.9)]
    assert corner == pytest.approx(0.2 / 36.0)
    assert field.values[0, 0] < 1e-50


def test_contents_by_monte_carlo() -> None:
    generator = np.random.default_rng(1)
    rows = generator.choice(3, size=40_000, p=[0.4, 0.4, 0.2])
    draws = np.stack([generator.uniform(-3, 3, 40_000), generator.uniform(-2, 4, 40_000)], axis=1)
    for k in range(2):
        mean, factor = PLANE.means[k], PLANE.cholesky[k]
        draws[rows == k] = mean + generator.normal(size=((rows == k).sum(), 2)) @ factor.T
    joint = np.exp(component_log_densities(draws, PLANE))
    joint[~inside(draws.T, BOX_2), 2] = 0.0
    densities = joint.sum(axis=1)
    for content, level in zip((0.3, 0.6, 0.75), content_levels(PLANE, (0.3, 0.6, 0.75), BOX_2), strict=True):
        assert (densities > level).mean() == pytest.approx(content, abs=0.01)


def test_a_place_outside_the_box_knows_no_noise() -> None:
    within, outside = readout(PLANE, [2.9, 3.9], BOX_2), readout(PLANE, [3.1, 3.9], BOX_2)
    assert len(within.responsibilities) == 3
    assert within.n_components == 2
    assert within.responsibilities[2] == pytest.approx(1.0, abs=1e-3)
    assert outside.weighted[2] == outside.responsibilities[2] == 0.0
    assert within.density - 0.2 / 36.0 == pytest.approx(within.weighted[:2].sum(), abs=1e-12)


def test_points_of_the_noise_are_grey() -> None:
    columns = np.array([[0.0, -2.9], [0.0, 3.9]])
    found = point_colours(columns, PLANE, row_colours(2, noise=True), (1, 2, 3))
    assert np.abs(found[0].astype(int) - fill_colour(0)).max() < 40
    assert np.abs(found[1].astype(int) - NOISE).max() <= 1


def test_the_noise_is_no_component() -> None:
    assert row_fill(2, 2) == NOISE
    assert row_fill(1, 2) == fill_colour(1)
    assert all(fill_colour(k) != NOISE for k in range(N_COLOURS))
    for dark, ground in ((False, LIGHT_GROUND), (True, DARK_GROUND)):
        assert contrast(row_stroke(3, 3, dark), ground) >= STROKE_CONTRAST
