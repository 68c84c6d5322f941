"""Principal axes in closed form, against exact arithmetic."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from gmmviewer.mixture.families.roots import rising_root
from gmmviewer.mixture.principal import assembled, principal

EPS = float(np.finfo(np.float64).eps)


@pytest.mark.parametrize("thin", [1.0, 1e-3, 1e-7, 1e-12])
def test_eigenvalues_and_angles(thin: float) -> None:
    generator = np.random.default_rng(0)
    factors = generator.normal(size=(50, 2, 2)) * [1.0, thin]
    matrices = factors @ factors.transpose(0, 2, 1)
    matrices = (matrices + matrices.transpose(0, 2, 1)) / 2
    axes = principal(matrices)
    for i, ((a, c), (_, b)) in enumerate(matrices.tolist()):
        with mpmath.workdps(50):
            half, mean = (mpmath.mpf(a) - b) / 2, (mpmath.mpf(a) + b) / 2
            large = mean + mpmath.sqrt(half**2 + mpmath.mpf(c) ** 2)
            small = (mpmath.mpf(a) * b - mpmath.mpf(c) ** 2) / large
            angle = mpmath.atan2(c, half) / 2
        assert axes.large[i] == pytest.approx(float(large), rel=8 * EPS)
        assert axes.small[i] == pytest.approx(float(small), abs=8 * EPS * min(a, b))
        assert axes.angle[i] == pytest.approx(float(angle), abs=8 * EPS)


@pytest.mark.parametrize("scale", [1.0, 1e280, 1e-280])
def test_thin_along_the_axes_is_exact_at_any_size(scale: float) -> None:
    matrices = scale * np.array([np.diag([1.0, 1e-20]), np.diag([1e-20, 1.0]), np.eye(2), np.zeros((2, 2))])
    axes = principal(matrices)
    np.testing.assert_allclose(axes.large, [scale, scale, scale, 0.0], rtol=1e-15)
    np.testing.assert_allclose(axes.small, [1e-20 * scale, 1e-20 * scale, scale, 0.0], rtol=1e-14)
    np.testing.assert_allclose(axes.angle[:2], [0.0, np.pi / 2], rtol=1e-15)


def test_a_line_has_no_width() -> None:
    assert principal(np.array([[1.0, 2.0], [2.0, 4.0]])).small == 0.0


def test_assembled_and_taken_apart() -> None:
    generator = np.random.default_rng(1)
    angles = generator.uniform(-np.pi / 2, np.pi / 2, size=100)
    small, large = np.sort(generator.uniform(0.1, 10.0, size=(2, 100)), axis=0)
    axes = principal(assembled(angles, large, small))
    np.testing.assert_allclose(axes.large, large, rtol=1e-14)
    np.testing.assert_allclose(axes.small, small, rtol=1e-12)
    np.testing.assert_allclose(np.sin(axes.angle - angles), 0.0, atol=1e-12)
    along, across = axes.along(angles)
    np.testing.assert_allclose([along, across], [large, small], rtol=1e-12)


# ------------------------------------------------------------------ roots


def test_roots_of_many_functions_at_once() -> None:
    places = np.array([-3.0, 0.0, 1e-9, 0.7, 40.0])
    steep = np.array([1.0, 1e9, 1e-6, 5.0, 0.3])
    found = rising_root(lambda x: np.expm1(np.clip(steep * (x - places), -700, 700)), places - 5, places + 9)
    np.testing.assert_allclose(found, places, rtol=1e-14, atol=1e-14)


def test_a_root_outside_is_the_nearest_end() -> None:
    low, high = np.array([1.0, -4.0, 2.0]), np.array([2.0, -3.0, 2.0])
    np.testing.assert_array_equal(rising_root(lambda x: x, low, high), [1.0, -3.0, 2.0])


def test_a_jump_over_zero_is_a_root() -> None:
    found = rising_root(lambda x: np.where(x < 0.3, -1.0, 1e6), np.array([-1.0]), np.array([1.0]))
    assert found[0] == pytest.approx(0.3, rel=1e-14)
