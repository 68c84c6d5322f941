"""The floor: relative to each axis, imposed by clipping, never touching what is above it."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import Sample, fit
from gmmviewer.mixture.floor import RELATIVE_FLOOR, Floor
from tests.mixture.helpers import old_faithful


def test_it_is_a_fraction_of_the_variance_of_each_axis() -> None:
    sample = Sample.of(old_faithful())
    np.testing.assert_allclose(sample.floor.variances, RELATIVE_FLOOR * sample.variances, rtol=1e-15)
    data_units = sample.floor.variances * sample.units.scale**2
    np.testing.assert_allclose(data_units, 1e-9 * old_faithful().var(axis=0), rtol=1e-12)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9, -1 / 3])
def test_an_axis_without_spread_borrows_from_the_widest(constant: float) -> None:
    """0.1 is no binary number: the rounded mean of ninety of them must not count as a spread."""
    points = np.stack([np.arange(90.0), np.full(90, constant)], axis=1)
    sample = Sample.of(points)
    assert sample.variances[1] == 0.0
    np.testing.assert_allclose(sample.floor.variances, 1e-9 * sample.variances[0], rtol=1e-15)


def test_without_any_spread_it_is_still_above_zero() -> None:
    assert (Sample.of(np.full((5, 2), 3.0)).floor.variances > 0).all()
    assert (Sample.of(np.zeros((0, 2))).floor.variances > 0).all()


def test_an_axis_in_small_units_keeps_its_own_floor() -> None:
    floor = Floor.relative_to(np.array([1.0, 1e-40]))
    np.testing.assert_allclose(floor.variances, [1e-9, 1e-49], rtol=1e-15)


def test_what_is_above_stays_bit_for_bit() -> None:
    floor = Floor(np.array([1e-9, 1e-9]))
    covariances = np.array([[[2.0, 0.7], [0.7, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])
    clipped, held = floor.clip_full(covariances)
    assert held.tolist() == [False, True]
    np.testing.assert_array_equal(clipped[0], covariances[0])
    same, none = floor.clip_full(covariances[:1])
    assert same is not clipped
    assert not none.any()
    np.testing.assert_array_equal(same, covariances[:1])


def test_clipping_raises_only_the_small_eigenvalue() -> None:
    """Adding a constant to the diagonal would widen the long axis too, and make the log-likelihood fall."""
    floor = Floor(np.array([0.01, 0.01]))
    (clipped,), _ = floor.clip_full(np.array([[[1.0, 1.0], [1.0, 1.0]]]))
    values, vectors = np.linalg.eigh(clipped)
    np.testing.assert_allclose(values, [0.01, 2.0], rtol=1e-13)
    np.testing.assert_allclose(np.abs(vectors), np.sqrt(0.5), rtol=1e-13)


def test_eigenvalues_below_zero_are_raised_too() -> None:
    floor = Floor(np.array([0.01, 0.04]))
    (clipped,), held = floor.clip_full(np.array([[[1.0, 2.0 + 1e-9], [2.0 + 1e-9, 4.0]]]))
    assert held.all()
    assert np.linalg.eigvalsh(clipped)[0] > 0
    relative = clipped / np.sqrt(np.outer(floor.variances, floor.variances))
    assert np.linalg.eigvalsh(relative)[0] == pytest.approx(1.0, rel=1e-12)


def test_diagonals_and_spheres() -> None:
    floor = Floor(np.array([0.01, 4.0]))
    diagonals, held = floor.clip_diagonal(np.array([[0.5, 5.0], [0.001, 5.0], [0.5, 3.0]]))
    assert held.tolist() == [False, True, True]
    assert diagonals.tolist() == [[0.5, 5.0], [0.01, 5.0], [0.5, 4.0]]
    spheres, held = floor.clip_spherical(np.array([5.0, 3.0]))
    assert held.tolist() == [False, True]
    assert spheres.tolist() == [5.0, 4.0]


def test_clipping_does_not_write_into_its_argument() -> None:
    covariances = np.array([[[1.0, 1.0], [1.0, 1.0]]])
    Floor(np.array([0.1, 0.1])).clip_full(covariances)
    np.testing.assert_array_equal(covariances, 1.0)


def test_a_component_on_one_point_has_exactly_the_floor() -> None:
    points = np.array([0.0, 10.0, 11.0, 12.0])
    state = fit(points, covariance="V", start=[0, 1, 1, 1], tolerance=0, max_iterations=3)[-1]
    assert state.mixture.covariances[0, 0, 0] == pytest.approx(1e-9 * points.var(), rel=1e-12)
    assert [(event.kind, event.component) for event in state.events] == [("floored", 0)]
    assert "Component 1" in state.events[0].message


def test_what_was_raised_is_exactly_symmetric() -> None:
    generator = np.random.default_rng(0)
    factors = generator.normal(size=(50, 2, 2)) * [1.0, 1e-3]
    covariances = factors @ factors.transpose(0, 2, 1)
    clipped, held = Floor(np.array([0.3, 0.07])).clip_full((covariances + covariances.transpose(0, 2, 1)) / 2)
    assert held.sum() > 40
    np.testing.assert_array_equal(clipped, clipped.transpose(0, 2, 1))


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_quick_look_agrees_with_the_eigenvalues(d: int) -> None:
    generator = np.random.default_rng(d)
    floor = Floor(10.0 ** generator.uniform(-3, 0, size=d))
    factors = generator.normal(size=(2000, d, d)) * 10.0 ** generator.uniform(-1, 1, size=(2000, 1, d))
    covariances = factors @ factors.transpose(0, 2, 1)
    root = np.sqrt(floor.variances)
    least = np.linalg.eigvalsh(covariances / root[:, None] / root)[:, 0]
    clear = np.abs(least - 1) > 1e-6
    assert 200 < (least < 1).sum() < 1900
    np.testing.assert_array_equal(floor.below(covariances)[clear], least[clear] < 1)
    near = np.abs(least - 1) > 1e-3
    np.testing.assert_array_equal(floor.touched(covariances)[near], least[near] < 1)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_what_was_raised_touches_the_floor_and_what_is_above_does_not(d: int) -> None:
    generator = np.random.default_rng(7)
    floor = Floor(10.0 ** generator.uniform(-3, 0, size=d))
    factors = generator.normal(size=(500, d, d)) * 10.0 ** generator.uniform(-1, 1, size=(500, 1, d))
    raised, held = floor.clip_full(factors @ factors.transpose(0, 2, 1))
    assert 50 < held.sum() < 450
    np.testing.assert_array_equal(floor.touched(raised), held)
    again, _ = floor.clip_full(raised)
    np.testing.assert_allclose(again, raised, rtol=1e-9, atol=1e-12)


def test_the_quick_look_is_right_where_both_margins_are_negative() -> None:
    """Their product is positive then."""
    assert Floor(np.array([1.0, 1.0])).below(np.array([[[0.5, 0.0], [0.0, 0.5]]])).tolist() == [True]


def test_whitening_makes_the_floor_the_identity() -> None:
    floor = Floor(np.array([0.01, 4.0]))
    np.testing.assert_allclose(floor.whitened(np.diag(floor.variances)[None])[0], np.eye(2), rtol=1e-15)
    matrices = np.array([[[1.0, 0.3], [0.3, 2.0]]])
    np.testing.assert_allclose(floor.restored(floor.whitened(matrices)), matrices, rtol=1e-15)
