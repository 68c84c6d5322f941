"""Ellipses that hold what their labels say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.ellipses import (
    LEVELS,
    N_VERTICES,
    EllipseLevel,
    ellipse,
    outlines,
    principal_axes,
    shape,
    shapes,
)

MEAN = np.array([3.0, -1.0])
COVARIANCE = np.array([[2.0, 1.2], [1.2, 1.5]])
MIXTURE = Mixture([0.4, 0.6], [MEAN, [0, 0]], [COVARIANCE, [[1, -0.3], [-0.3, 4]]])


def covariance(first: float, second: float, degrees: float) -> FloatArray:
    """With these standard deviations along principal axes, the first at this angle."""
    turn = math.radians(degrees)
    directions = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return np.asarray((directions * [first**2, second**2]) @ directions.T)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: f"{level.kind}{level.value:g}")
def test_contents_by_monte_carlo(level: EllipseLevel, d: int) -> None:
    n = 200_000
    points = np.random.default_rng(0).normal(size=(n, d))
    inside = ((points**2).sum(axis=1) <= level.radius(d) ** 2).mean()
    content = level.content(d)
    assert abs(inside - content) <= 3 * math.sqrt(content * (1 - content) / n)


def test_the_drawn_polygon_holds_its_content() -> None:
    n, level = 200_000, EllipseLevel("content", 0.9)
    line = ellipse(MEAN, COVARIANCE, level.radius(2))
    points = np.random.default_rng(1).multivariate_normal(MEAN, COVARIANCE, n)
    angles = np.arctan2(*(line[:-1] - MEAN).T[::-1])
    order = np.argsort(angles)
    radii = np.hypot(*(line[:-1] - MEAN).T)
    at = np.arctan2(*(points - MEAN).T[::-1])
    edge = np.interp(at, angles[order], radii[order], period=2 * np.pi)
    inside = (np.hypot(*(points - MEAN).T) <= edge).mean()
    assert abs(inside - 0.9) <= 3 * math.sqrt(0.09 / n) + 1e-3  # a polygon is a little smaller


@pytest.mark.parametrize(
    ("d", "labels"),
    [
        (1, ["1σ · holds 68.3 %", "2σ · holds 95.4 %", "3σ · holds 99.7 %", "holds 50 % · 0.6745σ"]),
        (2, ["1σ · holds 39.3 %", "2σ · holds 86.5 %", "3σ · holds 98.9 %", "holds 50 % · 1.177σ"]),
    ],
)
def test_labels_give_both_numbers(d: int, labels: list[str]) -> None:
    assert [level.label(d) for level in LEVELS[:4]] == labels


def test_radii_in_the_plane_by_the_closed_formula() -> None:
    for level in LEVELS[3:]:
        assert level.radius(2) == pytest.approx(math.sqrt(-2 * math.log(1 - level.value)), rel=1e-13)


@given(st.floats(0.01, 8), st.sampled_from([1, 2]))
def test_content_and_radius_are_inverse(value: float, d: int) -> None:
    content = EllipseLevel("sigma", value).content(d)
    if content < 1 - 1e-12:
        assert EllipseLevel("content", content).radius(d) == pytest.approx(value, rel=1e-3)


def distances(points: FloatArray, mean: FloatArray, cov: FloatArray) -> FloatArray:
    residuals = points - mean
    return np.asarray(np.sqrt((residuals @ np.linalg.inv(cov) * residuals).sum(axis=-1)))


def test_outlines_lie_at_the_radius() -> None:
    lines = outlines(MIXTURE, 2.5)
    assert lines.shape == (2, N_VERTICES, 2)
    for line, mean, cov in zip(lines, MIXTURE.means, MIXTURE.covariances, strict=True):
        np.testing.assert_allclose(distances(line, mean, cov), 2.5)
        np.testing.assert_array_equal(line[0], line[-1])
    np.testing.assert_allclose(distances(ellipse(MEAN, COVARIANCE, 2.5), MEAN, COVARIANCE), 2.5)


def test_a_flat_covariance_gives_a_line() -> None:
    line = ellipse(np.zeros(2), np.array([[1.0, 1.0], [1.0, 1.0]]), 1)
    assert np.isfinite(line).all()
    np.testing.assert_allclose(line[:, 0], line[:, 1], atol=1e-7)


def test_principal_axes_end_on_the_ellipse_the_longest_first() -> None:
    axes = principal_axes(MEAN, COVARIANCE, 2)
    np.testing.assert_allclose(distances(axes, MEAN, COVARIANCE), 2)
    np.testing.assert_allclose(axes.mean(axis=1), [MEAN, MEAN])
    first, second = axes[:, 1] - axes[:, 0]
    assert np.hypot(*first) > np.hypot(*second)
    assert abs(first @ second) < 1e-12
    assert first[0] > 0
    np.testing.assert_allclose(ellipse(MEAN, COVARIANCE, 2)[0], axes[0, 1])


@given(st.floats(0.1, 10), st.floats(1.01, 20), st.floats(-89, 90))
def test_shapes_tell_how_they_were_made(second: float, ratio: float, degrees: float) -> None:
    first = second * ratio
    found = shape(covariance(first, second, degrees))
    assert found.axes == pytest.approx((first, second), rel=1e-6)
    assert found.determinant == pytest.approx((first * second) ** 2, rel=1e-6)
    assert found.angle is not None
    assert abs((found.angle - degrees + 90) % 180 - 90) < 1e-6
    assert -90 < found.angle <= 90
    assert found.correlation is not None
    assert -1 < found.correlation < 1


def test_shapes_of_simple_covariances() -> None:
    wide = shape(np.diag([9.0, 4.0]))
    assert (wide.standard_deviations, wide.correlation, wide.angle) == ((3, 2), 0, 0)
    assert shape(np.diag([4.0, 9.0])).angle == 90
    assert shape(np.eye(2)).angle is None
    assert shape(np.array([[1.0, 0.5], [0.5, 1.0]])).correlation == pytest.approx(0.5)
    flat = shape(np.array([[4.0]]))
    assert (flat.standard_deviations, flat.axes, flat.determinant) == ((2,), (2,), 4)
    assert flat.correlation is None
    assert flat.angle is None


def test_every_component_has_a_shape() -> None:
    assert shapes(MIXTURE) == tuple(shape(cov) for cov in MIXTURE.covariances)
