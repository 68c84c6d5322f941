"""Divergences of Gaussians: against quadrature, and where numbers are extreme."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from gmmviewer.mixture import Mixture, log_density
from gmmviewer.mixture.divergences import bhattacharyya, merge_costs
from tests.mixture.random_mixtures import random_mixture

ONE = Mixture([0.5, 0.2, 0.3], [0.0, 1.0, 4.0], [1.0, 0.25, 4.0])
OTHER = Mixture([0.4, 0.6], [0.5, -2.0], [1.0, 9.0])


def test_the_bhattacharyya_distance_is_the_overlap_of_the_roots() -> None:
    found = bhattacharyya(ONE, OTHER)
    for i in range(3):
        for j in range(2):
            p = norm(ONE.means[i, 0], np.sqrt(ONE.covariances[i, 0, 0]))
            q = norm(OTHER.means[j, 0], np.sqrt(OTHER.covariances[j, 0, 0]))
            overlap, _ = quad(lambda x, p=p, q=q: np.sqrt(p.pdf(x) * q.pdf(x)), -40, 40, limit=200)
            assert found[i, j] == pytest.approx(-np.log(overlap), rel=1e-9)


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 6))
def test_it_is_symmetric_zero_for_equals_and_free_of_units(seed: int, d: int, k: int) -> None:
    one, other = random_mixture(seed, k, d), random_mixture(seed + 1, k + 1, d)
    found = bhattacharyya(one, other)
    np.testing.assert_allclose(bhattacharyya(other, one).T, found, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(np.diagonal(bhattacharyya(one, one)), 0.0, atol=1e-13)
    units = 2.0 ** np.linspace(-60, 60, d)  # the axes of standard units may differ by so much

    def stretched(mixture: Mixture) -> Mixture:
        covariances = mixture.covariances * units[:, None] * units
        return Mixture(mixture.weights, mixture.means * units, covariances)

    np.testing.assert_allclose(bhattacharyya(stretched(one), stretched(other)), found, rtol=1e-9, atol=1e-12)
    costs = merge_costs(one)
    np.testing.assert_allclose(merge_costs(stretched(one)), costs, rtol=1e-9, atol=1e-12)


def test_what_is_far_apart_still_has_a_distance() -> None:
    near, far = Mixture([1.0], [0.0], [1.0]), Mixture([0.5, 0.5], [80.0, 1e9], [1.0, 1e-12])
    assert bhattacharyya(near, far)[0] == pytest.approx([800.0, 2.5e17], rel=1e-6)


def test_what_rounding_made_singular_still_has_a_distance() -> None:
    """Needles 10⁸ times as long as wide: some are no longer positive definite to the last bit."""
    tried = 0
    for seed in range(300):
        generator = np.random.default_rng(seed)
        angle = generator.uniform(0.0, np.pi)
        along = np.array([np.cos(angle), np.sin(angle)])
        needle = np.outer(along, along) + 1e-16 * np.eye(2)
        try:
            mixture = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], [needle, needle * 1.05])
        except ValueError:
            continue  # so thin that it is no mixture to begin with
        tried += 1
        found = bhattacharyya(mixture, mixture)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
        assert np.isfinite(merge_costs(mixture)[0, 1])
    assert tried > 50


def test_merging_costs_at_least_the_divergence_it_makes() -> None:
    costs = merge_costs(ONE)
    assert np.isinf(np.diagonal(costs)).all()
    np.testing.assert_array_equal(costs, costs.T)
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        rest = 3 - i - j
        weight = ONE.weights[i] + ONE.weights[j]
        shares = ONE.weights[[i, j]] / weight
        mean = shares @ ONE.means[[i, j], 0]
        variance = shares @ (ONE.covariances[[i, j], 0, 0] + (ONE.means[[i, j], 0] - mean) ** 2)
        merged = Mixture(
            [weight, ONE.weights[rest]],
            [mean, ONE.means[rest, 0]],
            [variance, ONE.covariances[rest, 0, 0]],
        )

        def excess(x: float, merged: Mixture = merged) -> float:
            one, other = (float(log_density([x], m)[0]) for m in (ONE, merged))
            return float(np.exp(one) * (one - other))

        divergence, _ = quad(excess, -30, 40, limit=300)
        assert 0 < divergence <= costs[i, j]
        by_hand = 0.5 * (
            weight * np.log(variance) - ONE.weights[[i, j]] @ np.log(ONE.covariances[[i, j], 0, 0])
        )
        assert costs[i, j] == pytest.approx(by_hand, rel=1e-12)


def test_a_twin_or_a_component_without_weight_costs_nothing_to_merge() -> None:
    mixture = Mixture([0.5, 0.5, 0.0, 0.0], [1.0, 1.0, 9.0, -9.0], [2.0, 2.0, 1.0, 3.0])
    costs = merge_costs(mixture)
    assert costs[0, 1] == pytest.approx(0.0, abs=1e-15)
    assert costs[0, 2] == pytest.approx(0.0, abs=1e-15)
    assert costs[2, 3] == pytest.approx(0.0, abs=1e-15)
    assert np.isfinite(costs[np.triu_indices(4, 1)]).all()
