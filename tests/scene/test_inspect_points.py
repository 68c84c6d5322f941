"""What is said about points of the data, one or many, against the core."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, log_density, mahalanobis, responsibilities
from gmmviewer.mixture.parameters import Noise
from gmmviewer.scene.inspect import (
    MOST_LOOKED_AT,
    group_readout,
    point_readout,
    readout,
    readout_near,
)
from gmmviewer.scene.numbers import class_name

PLANE = Mixture([0.3, 0.7], [[0, 0], [3, 1]], [[[1, 0.5], [0.5, 2]], [[0.2, 0], [0, 0.1]]])


def sheet(n: int = 200) -> PointSet:
    """Points with a class and a weight."""
    generator = np.random.default_rng(4)
    values = generator.normal(size=(n, 2)) * [2.0, 1.0] + [1.0, 0.5]
    truth = np.arange(n) % 3 - 1
    return PointSet.of(values, truth=truth, weights=1.0 + np.arange(n) % 4)


@pytest.mark.parametrize("row", [0, 1, 57, 199])
def test_a_point_is_read_out_as_the_core_says(row: int) -> None:
    points = sheet()
    found = point_readout(PLANE, points, row)
    place = points.values[row : row + 1]
    np.testing.assert_array_equal(found.here.location, place[0])
    np.testing.assert_allclose(found.here.responsibilities, responsibilities(place, PLANE)[0], atol=1e-12)
    assert found.here.log_density == pytest.approx(log_density(place, PLANE)[0], rel=1e-12)
    np.testing.assert_allclose(found.here.distances, mahalanobis(place, PLANE)[0], rtol=1e-12)
    assert found.row == row
    assert found.truth == (None if row % 3 == 0 else row % 3 - 1)
    assert found.weight == 1 + row % 4


def test_a_place_near_a_point_names_its_row_and_still_is_the_place() -> None:
    points = sheet()
    place = points.values[9] + 1e-3
    near, alone = readout_near(PLANE, place, points, 9), readout_near(PLANE, place, points, None)
    assert (near.row, alone.row) == (9, None)
    np.testing.assert_array_equal(near.location, place)
    assert near.density == alone.density
    assert near.point is not None
    np.testing.assert_array_equal(near.point.here.location, points.values[9])


def test_uncertainty_is_exact_where_one_minus_the_largest_share_is_not() -> None:
    place = readout(PLANE, [3.0, 4.5])
    far = readout(PLANE, [-2.0, 0.0])
    assert place.uncertainty == pytest.approx(1 - place.responsibilities.max(), abs=1e-15)
    assert 0 < far.uncertainty < 1e-16  # where 1 − r is 0
    assert far.label == 0


@pytest.mark.parametrize("rows", [[5], [0, 7, 8, 150], list(range(200))])
def test_a_group_has_the_mean_and_the_spread_of_its_points(rows: list[int]) -> None:
    points = sheet()
    standard = points.units.standardise_mixture(PLANE)
    found = group_readout(points, np.array(rows), standard)
    chosen = points.values[rows]
    np.testing.assert_allclose(found.mean, chosen.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.deviation, chosen.std(axis=0), rtol=1e-9, atol=1e-12)
    shares = responsibilities(chosen, PLANE).mean(axis=0)
    np.testing.assert_allclose(found.responsibilities, shares, atol=1e-12)
    assert found.count == len(rows)


def test_of_very_many_points_some_speak_for_all() -> None:
    points = sheet(5 * MOST_LOOKED_AT)
    standard = points.units.standardise_mixture(PLANE)
    rows = np.arange(points.n)
    found = group_readout(points, rows, standard)
    assert found.count == points.n
    errors = points.values.std(axis=0) / np.sqrt(MOST_LOOKED_AT)
    assert (np.abs(found.mean - points.values.mean(axis=0)) < 4 * errors).all()


def test_noise_is_a_share_of_its_own() -> None:
    points = sheet()
    noisy = Mixture([0.3, 0.6], PLANE.means, PLANE.covariances, Noise(0.1, -4.0))
    found = point_readout(noisy, points, 3)
    np.testing.assert_allclose(
        found.here.responsibilities, responsibilities(points.values[3:4], noisy)[0], atol=1e-12
    )
    assert len(found.here.responsibilities) == 3


def test_classes_are_letters() -> None:
    assert [class_name(k) for k in (0, 1, 25, 26, 52)] == ["A", "B", "Z", "AA", "BA"]
    assert class_name(-1) == class_name(None) == ""
