"""Frozen values: mixtures, arrays and units."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture, Sample, Units, fit, log_density, mahalanobis, step
from gmmviewer.mixture.arrays import as_points, frozen
from tests.mixture.helpers import old_faithful

EYE = [np.eye(2), np.eye(2)]


# ------------------------------------------------------------------ arrays


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3],
        np.arange(3),
        np.arange(6.0)[::2],
        np.arange(3.0, dtype=">f8"),
        np.asfortranarray(np.ones((3, 2))),
        2.5,
    ],
)
def test_frozen_is_a_read_only_copy_in_one_format(values: object) -> None:
    array = frozen(values)
    assert array.dtype == np.float64
    assert array.dtype.isnative
    assert array.flags.c_contiguous
    assert not array.flags.writeable
    np.testing.assert_array_equal(array, np.asarray(values, dtype=np.float64))
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0.0


def test_frozen_does_not_share_with_a_writable_array() -> None:
    mine = np.arange(4.0)
    view = mine[:]
    view.flags.writeable = False
    for given_ in (mine, view, mine[1:]):
        kept = frozen(given_)
        assert not np.shares_memory(kept, mine)
    mine[0] = 99.0
    assert frozen(view)[0] == 99.0


def test_frozen_twice_is_free() -> None:
    once = frozen([1.0, 2.0])
    assert frozen(once) is once


def test_points_on_a_line_may_be_a_flat_sequence() -> None:
    assert as_points([1, 2, 3]).shape == (3, 1)
    assert as_points([[1, 2, 3]]).shape == (1, 3)
    assert as_points([]).shape == (0, 1)


# ------------------------------------------------------------------ mixtures


def test_a_mixture_is_frozen_all_the_way_down() -> None:
    weights, means, covariances = np.array([0.5, 0.5]), np.zeros((2, 2)), np.array(EYE)
    mixture = Mixture(weights, means, covariances)
    weights[0], means[0], covariances[0] = 9, 9, 9
    np.testing.assert_array_equal(mixture.weights, 0.5)
    np.testing.assert_array_equal(mixture.means, 0.0)
    np.testing.assert_array_equal(mixture.covariances, EYE)
    for array in (
        mixture.weights,
        mixture.means,
        mixture.covariances,
        mixture.cholesky,
        mixture.log_determinants,
    ):
        assert not array.flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        mixture.weights = weights  # type: ignore[misc]


def test_one_dimension_may_be_written_flat() -> None:
    mixture = Mixture([0.5, 0.5], [1, 2], [3, 4])
    assert mixture.means.tolist() == [[1.0], [2.0]]
    assert mixture.covariances.tolist() == [[[3.0]], [[4.0]]]
    assert (mixture.n_components, mixture.n_dimensions) == (2, 1)


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "message"),
    [
        ([], [], [], r"weights must have the shape \(K,\)"),
        ([[1.0]], [0.0], [1.0], r"weights must have the shape \(K,\)"),
        ([0.5, 0.5], [0.0], [1.0, 1.0], r"means must have the shape \(2, d\), not \(1, 1\)"),
        ([1.0], np.zeros((1, 0)), np.zeros((1, 0, 0)), r"means must have the shape \(1, d\)"),
        ([0.5, 0.5], [0.0, 1.0], [1.0], r"covariances must have the shape \(2, 1, 1\)"),
        ([1.0], [[0.0, 0.0]], [1.0], r"covariances must have the shape \(1, 2, 2\)"),
        ([0.5, 0.6], [0.0, 1.0], [1.0, 1.0], "non-negative and sum to 1, not to 1.1"),
        ([1.5, -0.5], [0.0, 1.0], [1.0, 1.0], "non-negative"),
        ([math.nan, 0.5], [0.0, 1.0], [1.0, 1.0], "weights must be finite"),
        ([0.5, 0.5], [0.0, math.inf], [1.0, 1.0], "means must be finite"),
        ([0.5, 0.5], [0.0, 1.0], [1.0, math.nan], "covariances must be finite"),
        ([1.0], [0.0], [0.0], "not positive definite; its eigenvalues must all be above zero"),
        ([1.0], [0.0], [-1.0], "not positive definite"),
        ([1.0], [[0.0, 0.0]], [[[1.0, 2.0], [2.0, 1.0]]], "not positive definite"),
        ([1.0], [[0.0, 0.0]], [[[1.0, 1.0], [1.0, 1.0]]], "not positive definite"),
        ([1.0], [[0.0, 0.0]], [[[1.0, 0.1], [0.2, 1.0]]], "not symmetric"),
        (["a"], [0.0], [1.0], "could not convert"),
    ],
)
def test_what_is_no_mixture_is_refused(
    weights: object, means: object, covariances: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Mixture(weights, means, covariances)


def test_typed_weights_need_not_sum_to_one_to_the_last_digit() -> None:
    assert Mixture([0.3333333, 0.3333333, 0.3333333], [0, 1, 2], [1, 1, 1]).n_components == 3


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_the_factors_and_determinants_are_those_of_the_covariances(seed: int, k: int, d: int) -> None:
    generator = np.random.default_rng(seed)
    roots = generator.normal(size=(k, d, d)) + 2 * np.eye(d)
    covariances = roots @ roots.transpose(0, 2, 1)
    mixture = Mixture(np.full(k, 1 / k), np.zeros((k, d)), (covariances + covariances.transpose(0, 2, 1)) / 2)
    np.testing.assert_allclose(
        mixture.cholesky, np.linalg.cholesky(mixture.covariances), rtol=1e-7, atol=1e-9
    )
    np.testing.assert_allclose(
        mixture.log_determinants, np.linalg.slogdet(mixture.covariances)[1], rtol=1e-8, atol=1e-8
    )


def test_moving_one_mean_leaves_the_rest_bit_for_bit() -> None:
    mixture = Mixture([0.3, 0.7], [[0.1, 0.2], [0.3, 0.4]], EYE)
    moved = mixture.with_mean(1, [9.0, 8.0])
    assert moved.means.tolist() == [[0.1, 0.2], [9.0, 8.0]]
    assert mixture.means.tolist() == [[0.1, 0.2], [0.3, 0.4]]
    np.testing.assert_array_equal(moved.weights, mixture.weights)
    np.testing.assert_array_equal(moved.covariances, mixture.covariances)


def test_permuting_back_is_the_same() -> None:
    mixture = Mixture([0.2, 0.3, 0.5], [0.0, 1.0, 2.0], [1.0, 2.0, 3.0])
    there = mixture.permuted([2, 0, 1])
    assert there.weights.tolist() == [0.5, 0.2, 0.3]
    assert there.means.ravel().tolist() == [2.0, 0.0, 1.0]
    back = there.permuted([1, 2, 0])
    np.testing.assert_array_equal(back.weights, mixture.weights)


def test_points_and_mixture_must_have_the_same_dimensions() -> None:
    with pytest.raises(ValueError, match="the points have 1 dimensions, the mixture 2"):
        log_density([1.0, 2.0], Mixture([1.0], [[0.0, 0.0]], [np.eye(2)]))


def test_mahalanobis_counts_sigmas() -> None:
    mixture = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], [np.diag([4.0, 9.0]), [[2.0, 1.0], [1.0, 2.0]]])
    distances = mahalanobis([[2.0, 0.0], [2.0, 3.0]], mixture)
    assert distances[0, 0] == pytest.approx(1.0)
    assert distances[1, 0] == pytest.approx(math.sqrt(2.0))
    residual = np.array([1.0, 2.0])
    assert distances[1, 1] == pytest.approx(
        math.sqrt(residual @ np.linalg.inv([[2.0, 1.0], [1.0, 2.0]]) @ residual)
    )


# ------------------------------------------------------------------ units


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30).filter(
        lambda v: np.ptp(v) == 0 or np.ptp(v) > 1e-100
    )
)
def test_standard_units_bring_the_data_to_the_origin_with_a_span_of_order_one(values: list[float]) -> None:
    units = Units.of(as_points(values))
    standard = units.standardise(as_points(values))
    assert np.abs(standard).max() <= 4
    assert math.frexp(units.scale)[0] == 0.5
    if np.ptp(values) > 0:
        assert 2.5 <= np.ptp(standard) <= 6
    np.testing.assert_allclose(units.restore(standard)[:, 0], values, rtol=1e-15, atol=1e-15 * np.ptp(values))


@given(st.floats(-1e9, 1e9), st.integers(-20, 20))
def test_numbers_of_ordinary_precision_come_back_bit_for_bit(offset: float, power: int) -> None:
    offset = round(offset)
    points = offset + np.arange(40.0)[:, None] * 2.0**power
    points = offset + (points - offset)
    units = Units.of(points)
    np.testing.assert_array_equal(units.restore(units.standardise(points)), points)


def test_a_mixture_comes_back_from_standard_units() -> None:
    units = Units.of(old_faithful())
    mixture = fit(old_faithful(), 2)[-1].mixture
    back = units.restore_mixture(units.standardise_mixture(mixture))
    np.testing.assert_allclose(back.means, mixture.means, rtol=1e-15)
    np.testing.assert_array_equal(back.covariances, mixture.covariances)


def test_both_axes_have_the_same_scale() -> None:
    sample = Sample.of(old_faithful())
    spans = np.ptp(sample.columns, axis=1)
    assert spans[1] / spans[0] == pytest.approx(np.ptp(old_faithful()[:, 1]) / np.ptp(old_faithful()[:, 0]))


def test_units_fit_until_the_data_have_grown_a_thousandfold() -> None:
    units = Units.of(old_faithful())
    assert units.fits(old_faithful())
    assert units.fits(old_faithful() * 100)
    assert not units.fits(old_faithful() * 1e4)
    assert not units.fits(old_faithful() * 1e-4)
    assert not units.fits(old_faithful() + 1e6)
    assert units.fits(np.zeros((0, 2)))


def test_the_same_points_in_other_units_have_the_same_log_likelihood() -> None:
    """A fit may go on in the units of its document while points are added."""
    other = Units(frozen([1.0, 64.0]), 256.0)
    here, there = fit(old_faithful(), 2), fit(Sample.of(old_faithful(), other), 2)
    assert there.log_likelihood == pytest.approx(here.log_likelihood, rel=1e-12)
    assert len(there) == len(here)


def test_a_step_on_other_points_is_refused() -> None:
    points = np.random.default_rng(3).normal(size=(20, 2))
    state = fit(points, 2, max_iterations=1, tolerance=0)[-1]
    with pytest.raises(ValueError, match="other points"):
        step(points[:-1], state)
    with pytest.raises(ValueError, match="other points"):
        step(Sample.of(points + 1e3), state)
