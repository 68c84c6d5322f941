"""The way from one mixture to another: laws of the path, checked against matrix roots and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import eigh, sqrtm

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Noise
from gmmviewer.scene.tween import alike, between, geometric_means

SHARES = st.floats(0.0, 1.0)


def turned(first: float, second: float, angle: float) -> FloatArray:
    """With these standard deviations along principal axes, the first at this angle."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    made = turn @ np.diag([first**2, second**2]) @ turn.T
    return np.asarray((made + made.T) / 2)


@st.composite
def covariances(draw: st.DrawFn, thinnest: float = 1e-4) -> FloatArray:
    size, thin = draw(st.floats(0.01, 100.0)), draw(st.floats(thinnest, 1.0))
    return turned(size, size * thin, draw(st.floats(-math.pi, math.pi)))


def single(covariance: FloatArray, mean: tuple[float, float] = (0.0, 0.0)) -> Mixture:
    return Mixture([1.0], [mean], [covariance])


@given(covariances(), covariances(), SHARES)
def test_every_mixture_on_the_way_is_one(a: FloatArray, b: FloatArray, share: float) -> None:
    way = between(single(a), single(b), share)  # a mixture refuses what is not positive definite
    assert np.linalg.eigvalsh(way.covariances[0]).min() > 0


@given(covariances(), covariances())
def test_the_ends_are_the_very_mixtures(a: FloatArray, b: FloatArray) -> None:
    start, end = single(a), single(b, (1.0, 2.0))
    assert between(start, end, 0.0) is start
    assert between(start, end, 1.0) is end
    assert between(start, start, 0.5) is start
    near = between(start, end, 1e-12)
    np.testing.assert_allclose(near.covariances, start.covariances, rtol=1e-6, atol=1e-9 * b.max())


@given(covariances(1e-2), covariances(1e-2))
def test_geometric_means_agree_with_matrix_roots(a: FloatArray, b: FloatArray) -> None:
    root = np.real(sqrtm(a))
    inverse = np.linalg.inv(root)
    wanted = root @ np.real(sqrtm(inverse @ b @ inverse)) @ root
    np.testing.assert_allclose(
        geometric_means(single(a), single(b))[0], wanted, rtol=1e-6, atol=1e-7 * wanted.max()
    )


@given(covariances(1e-2), covariances(1e-2), SHARES)
def test_deviations_go_straight_where_both_are_diagonal(a: FloatArray, b: FloatArray, share: float) -> None:
    values, axes = eigh(b, a)  # axesᵀ A axes = 1, axesᵀ B axes = values
    there = axes.T @ between(single(a), single(b), share).covariances[0] @ axes
    straight = (1.0 - share + share * np.sqrt(values)) ** 2
    np.testing.assert_allclose(there, np.diag(straight), rtol=1e-6, atol=1e-6 * straight.max())


@given(covariances(1e-2), covariances(1e-2), SHARES, st.floats(1e-3, 1e3), st.floats(-3.0, 3.0))
def test_the_way_is_the_same_in_other_units(
    a: FloatArray, b: FloatArray, share: float, stretch: float, shear: float
) -> None:
    change, shift = np.array([[stretch, shear], [0.0, 1.0]]), np.array([5.0, -2.0])

    def moved(mixture: Mixture) -> Mixture:
        image = change @ mixture.covariances[0] @ change.T
        return Mixture([1.0], mixture.means @ change.T + shift, [(image + image.T) / 2])

    start, end = single(a, (1.0, 2.0)), single(b, (-3.0, 0.5))
    first, then = moved(between(start, end, share)), between(moved(start), moved(end), share)
    size = np.abs(then.covariances).max()
    np.testing.assert_allclose(first.covariances, then.covariances, rtol=1e-5, atol=1e-6 * size)
    np.testing.assert_allclose(first.means, then.means, rtol=1e-9, atol=1e-9)


@given(covariances(), covariances(), SHARES)
def test_the_way_back_is_the_way(a: FloatArray, b: FloatArray, share: float) -> None:
    there, back = between(single(a), single(b), share), between(single(b), single(a), 1.0 - share)
    np.testing.assert_allclose(
        there.covariances, back.covariances, rtol=1e-6, atol=1e-9 * there.covariances.max()
    )


def test_a_quarter_turn_passes_through_a_circle() -> None:
    half = between(single(turned(4.0, 1.0, 0.3)), single(turned(4.0, 1.0, 0.3 + math.pi / 2)), 0.5)
    np.testing.assert_allclose(half.covariances[0], 2.5**2 * np.eye(2), atol=1e-12)


def test_a_shrinking_component_shrinks_evenly() -> None:
    large, small = turned(1.0, 0.5, 0.2), turned(0.01, 0.005, 0.2)
    half = between(single(large), single(small), 0.5).covariances[0]
    np.testing.assert_allclose(half, large * 0.505**2, rtol=1e-9)


def test_in_one_dimension_the_deviation_goes_straight() -> None:
    start, end = Mixture([1.0], [2.0], [4.0]), Mixture([1.0], [6.0], [25.0])
    way = between(start, end, 0.25)
    assert way.means[0, 0] == pytest.approx(3.0)
    assert math.sqrt(way.covariances[0, 0, 0]) == pytest.approx(2.75)


def test_weights_means_and_noise_go_straight() -> None:
    unit = np.eye(2)
    start = Mixture([0.2, 0.6], [[0, 0], [1, 1]], [unit, unit], Noise(0.2, -3.0))
    end = Mixture([0.5, 0.5], [[4, 0], [1, 3]], [unit, 2 * unit], Noise(0.0, -3.0))
    way = between(start, end, 0.25)
    np.testing.assert_allclose(way.weights, [0.275, 0.575])
    np.testing.assert_allclose(way.means, [[1, 0], [1, 1.5]])
    assert way.noise is not None
    assert way.noise.weight == pytest.approx(0.15)
    assert way.weights.sum() + way.noise.weight == pytest.approx(1.0)


def test_thin_ellipses_stay_mixtures() -> None:
    for thin in (1e-6, 1e-7):
        for share in np.linspace(0.0, 1.0, 21):
            between(single(turned(1.0, thin, 0.1)), single(turned(1.0, thin, 1.2)), float(share))


def test_huge_and_tiny_data_do_not_overflow() -> None:
    for size in (1e140, 1e-70):
        way = between(single(size**2 * turned(1, 0.1, 0)), single(size**2 * turned(2, 1, 1)), 0.5)
        wanted = between(single(turned(1, 0.1, 0)), single(turned(2, 1, 1)), 0.5)
        np.testing.assert_allclose(way.covariances / size / size, wanted.covariances, rtol=1e-6)


def test_other_models_have_no_way_between() -> None:
    one, two = single(np.eye(2)), Mixture([0.5, 0.5], [[0, 0], [1, 1]], [np.eye(2), np.eye(2)])
    noisy = Mixture([0.9], [[0, 0]], [np.eye(2)], Noise(0.1, -1.0))
    for other in (two, noisy, Mixture([1.0], [0.0], [1.0])):
        assert not alike(one, other)
        with pytest.raises(ValueError, match="as many components"):
            between(one, other, 0.5)
