"""Curves, posteriors and boundaries in one dimension."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.curves import boundaries, component_curves, curve_grid, posteriors, stacked, total

TWO = Mixture([0.36, 0.64], [54.6, 80.1], [34.5, 34.4])
NARROW = Mixture([0.5, 0.3, 0.2], [0.0, 3.0, 9.0], [1.0, 1e-6, 4.0])

mixtures = st.integers(1, 5).flatmap(
    lambda k: st.builds(
        lambda weights, means, deviations: Mixture(
            np.array(weights) / sum(weights), means, np.square(deviations)
        ),
        st.lists(st.floats(0.05, 1), min_size=k, max_size=k),
        st.lists(st.floats(-10, 10), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 10), min_size=k, max_size=k),
    )
)


def area(values: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(((values[..., 1:] + values[..., :-1]) / 2 * np.diff(x)).sum(axis=-1))


def test_curves_are_weighted_normal_densities() -> None:
    x = np.linspace(30, 110, 50)
    expected = 0.64 * norm.pdf(x, 80.1, math.sqrt(34.4))
    np.testing.assert_allclose(component_curves(TWO, x)[1], expected, rtol=1e-12)


@given(mixtures)
def test_areas(mixture: Mixture) -> None:
    x = curve_grid(mixture, -100, 100, 4000)
    np.testing.assert_allclose(area(component_curves(mixture, x), x), mixture.weights, rtol=2e-3)
    assert area(total(mixture, x), x) == pytest.approx(1, rel=2e-3)


@given(mixtures)
def test_the_sum_is_the_sum_and_posteriors_are_shares(mixture: Mixture) -> None:
    x = curve_grid(mixture, -30, 30)
    curves, shares = component_curves(mixture, x), posteriors(mixture, x)
    np.testing.assert_allclose(total(mixture, x), curves.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(shares * total(mixture, x), curves, rtol=1e-9, atol=1e-290)


@given(mixtures)
def test_grids_ascend_between_their_ends(mixture: Mixture) -> None:
    x = curve_grid(mixture, -5, 5, 300)
    assert (np.diff(x) > 0).all()
    assert (x[0], x[-1]) == (-5, 5)
    assert 300 <= len(x) <= 300 + 81 * mixture.n_components


def test_a_needle_still_shows_its_peak() -> None:
    x = curve_grid(NARROW, -5, 15)
    curve = component_curves(NARROW, x)[1]
    assert curve.max() == pytest.approx(0.3 / math.sqrt(2 * math.pi) / 1e-3, rel=1e-12)
    assert area(curve, x) == pytest.approx(0.3, rel=1e-3)


def test_wide_components_need_no_more_places() -> None:
    assert len(curve_grid(Mixture([1.0], [0.0], [4.0]), -10, 10)) == 600


def test_equal_components_meet_half_way() -> None:
    mixture = Mixture([0.5, 0.5], [0.0, 4.0], [1.0, 1.0])
    np.testing.assert_allclose(boundaries(mixture, -10, 10), [2], rtol=1e-14)


def test_a_narrow_component_inside_a_wide_one_has_two_boundaries() -> None:
    mixture = Mixture([0.5, 0.5], [0.0, 0.0], [1.0, 100.0])
    expected = math.sqrt(2 * math.log(10) / 0.99)
    np.testing.assert_allclose(boundaries(mixture, -50, 50), [-expected, expected], rtol=1e-13)
    np.testing.assert_allclose(boundaries(mixture, 0, 50), [expected], rtol=1e-13)


def test_a_component_that_never_wins_has_no_boundary() -> None:
    assert len(boundaries(Mixture([0.99, 0.01], [0.0, 0.1], [1.0, 1.0]), -5, 5)) == 0
    assert len(boundaries(Mixture([1.0], [0.0], [1.0]), -5, 5)) == 0
    assert len(boundaries(Mixture([1.0, 0.0], [0.0, 3.0], [1.0, 1.0]), -5, 5)) == 0
    assert len(boundaries(Mixture([0.5, 0.5], [1.0, 1.0], [1.0, 1.0]), -5, 5)) == 0


def test_nearly_equal_variances_lose_no_boundary() -> None:
    for ratio in (1.0, 1 + 1e-15, 1 + 1e-12, 1 + 1e-6):
        mixture = Mixture([0.5, 0.5], [0.0, 4.0], [1.0, ratio])
        np.testing.assert_allclose(boundaries(mixture, -10, 10), [2], atol=1e-5)


@given(mixtures)
def test_the_label_changes_at_boundaries_and_nowhere_else(mixture: Mixture) -> None:
    places = boundaries(mixture, -30, 30)
    shares = np.sort(posteriors(mixture, places), axis=0)
    assert (np.abs(shares[-1:] - shares[-2:-1]) < 1e-9).all()
    edges = np.concatenate([[-30], places, [30]])
    for low, high in pairwise(edges):
        inside = np.linspace(low, high, 42)[1:-1]
        labels = posteriors(mixture, inside).argmax(axis=0)
        assert (labels == labels[0]).all() or _tied(posteriors(mixture, inside))


def _tied(shares: FloatArray) -> bool:
    top = np.sort(shares, axis=0)[-2:]
    return bool((top[1] - top[0] < 1e-9).any())


@given(mixtures, st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_boundaries_are_exact_anywhere_at_any_scale(mixture: Mixture, offset: float, scale: float) -> None:
    """|r_i − r_j| < 1e-9 at the numbers that are shown, also far from zero and for tiny units."""
    moved = Mixture(mixture.weights, mixture.means * scale + offset, mixture.covariances * scale**2)
    places = boundaries(moved, offset - 30 * scale, offset + 30 * scale)
    steepest = 1e3 / scale  # of a posterior: the number itself is no finer than its last digit
    allowed = 1e-9 + steepest * np.spacing(np.abs(places))
    shares = np.sort(posteriors(moved, places), axis=0)
    assert (np.abs(shares[-1:] - shares[-2:-1]) < allowed).all()


def test_boundaries_of_fifty_components_are_where_shares_are_equal() -> None:
    generator = np.random.default_rng(7)
    means, deviations = generator.uniform(0, 300, 50), generator.uniform(0.2, 6.0, 50)
    mixture = Mixture(generator.dirichlet(np.ones(50)), means, np.square(deviations))
    places = boundaries(mixture, -50, 350)
    shares = np.sort(posteriors(mixture, places), axis=0)
    assert len(places) > 20
    assert np.abs(shares[-1] - shares[-2]).max() < 1e-9
    x = np.linspace(-50, 350, 400_001)
    changes = np.flatnonzero(np.diff(posteriors(mixture, x).argmax(axis=0)))
    assert {int(np.searchsorted(x, place)) - 1 for place in places} >= set(changes.tolist())


@given(mixtures)
def test_a_band_is_the_shares_on_top_of_each_other(mixture: Mixture) -> None:
    shares = posteriors(mixture, np.linspace(-20, 20, 101))
    edges = stacked(shares)
    assert not edges[0].any()
    assert (edges[-1] == 1.0).all()
    np.testing.assert_allclose(np.diff(edges, axis=0), shares, atol=1e-12)
    assert (np.diff(edges, axis=0) >= -1e-15).all()
