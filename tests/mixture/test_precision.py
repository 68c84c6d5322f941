"""Digits: densities, responsibilities and one iteration against 50-digit arithmetic.

ρ = R²/λ_min is how many σ of the thinnest component fit into the data, squared. What is achieved here, in
units of eps = 2.2e-16, is about a third of the bound of each test.
"""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import (
    Mixture,
    Sample,
    Units,
    component_log_densities,
    family,
    log_density,
    responsibilities,
    start_state,
    step,
)
from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.expectation import expectation
from tests.mixture import exact
from tests.mixture.helpers import EPS

RHO = [10.0**e for e in (2, 4, 6, 8, 10, 12, 14, 16)]
N = 45


def small(d: int, rho: float) -> tuple[FloatArray, Mixture]:
    """Two overlapping components of size R/√ρ somewhere in data of size R = 1, with points near and far."""
    generator = np.random.default_rng(int(np.log10(rho)) + 100 * d)
    size = 1 / np.sqrt(rho)
    first = generator.uniform(-1, 1, size=d)
    means = np.stack([first, first + 2 * size])
    covariances = np.zeros((2, d, d))
    for k in range(2):
        covariances[k] = np.diag(generator.uniform(0.5, 2.0, size=d))
        if d == 2:
            covariances[k, 0, 1] = covariances[k, 1, 0] = (0.4, -0.3)[k]
    near = means[np.arange(N - 15) % 2] + size * generator.normal(size=(N - 15, d))
    far = generator.uniform(-1, 1, size=(15, d))
    return np.concatenate([near, far]), Mixture([0.3, 0.7], means, covariances * size * size)


def _unscaled(points: FloatArray) -> Sample:
    """The points in units of their own, so that nothing but the pass rounds."""
    return Sample(np.ascontiguousarray(points.T), Units(frozen(np.zeros(points.shape[1])), 1.0))


def thin(rho: float) -> tuple[FloatArray, Mixture]:
    """Two slanted needles as long as the data and R/√ρ wide, with points along them."""
    generator = np.random.default_rng(7)
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    covariance = turn @ np.diag([0.25, 1 / rho]) @ turn.T
    means = np.array([[-0.2, 0.1], [0.3, 0.0]])
    along = generator.normal(size=(N, 2)) * [0.5, 1 / np.sqrt(rho)]
    points = means[np.arange(N) % 2] + along @ turn.T
    return points, Mixture([0.4, 0.6], means, np.repeat((covariance + covariance.T)[None] / 2, 2, axis=0))


def density_error(points: FloatArray, mixture: Mixture) -> float:
    """The largest error of a log density, relative to max(1, |value|)."""
    truth = exact.ExactMixture.of(mixture)
    expected = [exact.log_density(point, truth) for point in exact.exact_points(points)]
    computed = log_density(points, mixture)
    return max(
        float(abs(value - float(ours)) / max(1, abs(value)))
        for value, ours in zip(expected, computed, strict=True)
    )


@pytest.mark.parametrize("rho", RHO, ids="{:.0e}".format)
@pytest.mark.parametrize("d", [1, 2])
def test_densities_of_small_components(d: int, rho: float) -> None:
    assert density_error(*small(d, rho)) <= 8 * EPS


@pytest.mark.parametrize("rho", RHO[:-1], ids="{:.0e}".format)
def test_densities_of_needles_are_as_good_as_their_stored_covariance(rho: float) -> None:
    """The doubles of a slanted Σ hold its small eigenvalue only to eps·cond; more cannot be asked."""
    assert density_error(*thin(rho)) <= 4 * EPS + EPS * rho / 4


@pytest.mark.parametrize("rho", RHO, ids="{:.0e}".format)
@pytest.mark.parametrize("d", [1, 2])
def test_responsibilities(d: int, rho: float) -> None:
    points, mixture = small(d, rho)
    truth = exact.ExactMixture.of(mixture)
    computed = responsibilities(points, mixture)
    np.testing.assert_allclose(computed.sum(axis=1), 1.0, rtol=4 * EPS)
    joint = component_log_densities(points, mixture)
    for point, row, logs in zip(exact.exact_points(points), computed, joint, strict=True):
        for expected, ours in zip(exact.responsibilities(point, truth), row, strict=True):
            # an exponent of size s has an error of s·eps, hence r has a relative error of that size
            size = max(1.0, float(np.abs(logs).max()))
            assert abs(float(expected) - ours) <= 16 * EPS * size * float(expected) + 1e-307


@pytest.mark.parametrize("rho", RHO, ids="{:.0e}".format)
@pytest.mark.parametrize("d", [1, 2])
def test_the_moments_of_one_iteration(d: int, rho: float) -> None:
    """Moments, not a step, since a step has a floor; relative to σ, at any ρ."""
    points, mixture = small(d, rho)
    points = points[: N - 15]  # a single far point would own a component and hide the rest
    found = expectation(_unscaled(points), mixture)
    truth = exact.iteration(exact.exact_points(points), exact.ExactMixture.of(mixture))
    expected_likelihood = float(
        exact.log_likelihood(exact.exact_points(points), exact.ExactMixture.of(mixture))
    )
    assert found.log_likelihood == pytest.approx(expected_likelihood, rel=4 * EPS)
    counts = np.array([float(w) for w in truth.weights]) * len(points)
    means = np.array([[float(v) for v in mean] for mean in truth.means])
    covariances = np.array([[[float(v) for v in row] for row in matrix] for matrix in truth.covariances])
    sizes = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    np.testing.assert_allclose(found.moments.counts, counts, rtol=18 * EPS)
    np.testing.assert_allclose(found.moments.means, means, rtol=2 * EPS, atol=2 * EPS)
    relative = (found.moments.scatters / counts[:, None, None] - covariances) / (
        sizes[:, :, None] * sizes[:, None, :]
    )
    assert np.abs(relative).max() <= 32 * EPS


@pytest.mark.parametrize("d", [1, 2])
def test_moments_after_a_mean_has_moved_a_million_sigma(d: int) -> None:
    """About the old mean they would lose 12 digits; the pass is made again about the new one."""
    points, mixture = small(d, 1e2)
    points = points[:20]
    away = Mixture([1.0], mixture.means[:1] + 1e6, mixture.covariances[:1])
    found = expectation(_unscaled(points), away)
    truth = exact.iteration(exact.exact_points(points), exact.ExactMixture.of(away))
    covariances = np.array([[[float(v) for v in row] for row in matrix] for matrix in truth.covariances])
    np.testing.assert_allclose(found.moments.scatters / len(points), covariances, rtol=50 * EPS)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("offset", [0.0, 1.6e9])
def test_a_whole_step_in_data_units(d: int, offset: float) -> None:
    """Also far from the origin, where the data keep only seven decimals of their own."""
    points, mixture = small(d, 1e2)
    points = np.round(points * 2.0**20) / 2.0**20 + offset
    moved = Mixture(
        mixture.weights, np.round(mixture.means * 2.0**20) / 2.0**20 + offset, mixture.covariances
    )
    sample = Sample.of(points)
    state = step(sample, start_state(sample, sample.units.standardise_mixture(moved), family("full", d)))
    truth = exact.iteration(exact.exact_points(points), exact.ExactMixture.of(moved))
    means = np.array([[float(v) for v in mean] for mean in truth.means])
    covariances = np.array([[[float(v) for v in row] for row in matrix] for matrix in truth.covariances])
    np.testing.assert_allclose(state.mixture.weights, [float(w) for w in truth.weights], rtol=12 * EPS)
    np.testing.assert_allclose(state.mixture.means, means, rtol=2 * EPS, atol=12 * EPS)
    np.testing.assert_allclose(
        state.mixture.covariances, covariances, rtol=0, atol=24 * EPS * covariances.max()
    )
    expected = float(exact.log_likelihood(exact.exact_points(points), truth))
    assert state.log_likelihood == pytest.approx(expected, rel=20 * EPS)
