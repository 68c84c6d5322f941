"""Remedies: each lets EM go on, changes what it says it changes, and respects the floor."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture, Sample, fit, log_density, log_likelihood
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.events import Empty, Event, Floored, Identical, Plateau
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.remedies import (
    FEWEST_WORST,
    LARGEST_FLOOR,
    REMEDIES,
    Apply,
    Remedy,
    drop,
    merge_twins,
    raised_floor,
    remedies_for,
    reseed,
    separate,
    separate_sizes,
    split_largest,
    stay,
    twin_of,
)
from gmmviewer.mixture.surgery import together
from tests.mixture.helpers import clusters
from tests.mixture.random_mixtures import random_mixture

BY_NAME = {remedy.name: remedy for remedy in REMEDIES}
SEEDS = st.integers(0, 10**6)


def _generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def _two_of_three_clusters(d: int = 2, n: int = 300) -> tuple[Sample, Mixture, FloatArray]:
    """Three clusters, of which two components have found one each; the third is dead, far away."""
    centres = np.array([[0.0, 5.0], [20.0, 0.0], [-25.0, 0.0]])[:, :d]
    points = centres[np.arange(n) % 3] + _generator(8).normal(size=(n, d))
    sample = Sample.of(points)
    means = np.array([centres[0], centres[1], centres[2] + 1e4])
    mixture = Mixture([0.5, 0.5, 0.0], means, np.repeat(np.eye(d)[None], 3, axis=0))
    return sample, sample.units.standardise_mixture(mixture), sample.units.standardise(centres)


# ------------------------------------------------------------------ all of them


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.name)
@pytest.mark.parametrize("d", [1, 2])
@given(seed=SEEDS)
def test_every_remedy_gives_a_mixture_above_the_floor(remedy: Remedy, d: int, seed: int) -> None:
    points, _ = clusters(seed % 1000, 40, d, 3)
    weights = None if seed % 2 else _generator(seed).integers(0, 3, 40)
    sample = Sample.of(points, weights=weights)
    k = remedy.fewest + seed % 4
    plain = random_mixture(seed, k, d)
    thin = plain.covariances.copy()
    thin[seed % k] = np.diag(sample.floor.variances)  # exactly at the floor
    noise = Noise(0.2, -3.0) if seed % 3 == 0 else None
    shares = plain.weights * (1.0 if noise is None else 0.8)
    if k > 1 and seed % 5 == 0:
        shares[(seed % k) - 1] += shares[seed % k]
        shares[seed % k] = 0.0
    mixture = Mixture(shares, plain.means, thin, noise)
    found = remedy.apply(sample, mixture, seed % k, _generator(seed))
    assert found.noise == noise
    assert found.weights.sum() == pytest.approx(mixture.weights.sum(), abs=1e-13)
    assert found.n_components in (k, k - 1)
    root = np.sqrt(sample.floor.variances)
    relative = np.linalg.eigvalsh(found.covariances / root[:, None] / root)
    assert (relative[:, 0] >= 1 - 1e-5).all()
    again = remedy.apply(sample, mixture, seed % k, _generator(seed))
    np.testing.assert_array_equal(found.means, again.means)


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.name)
def test_a_remedy_knows_how_many_components_it_needs(remedy: Remedy) -> None:
    sample = Sample.of([1.0, 2.0, 4.0])
    alone = Mixture([1.0], [0.0], [1.0])
    if remedy.fewest == 1:
        assert remedy.apply(sample, alone, 0, _generator()).n_components == 1
    else:
        with pytest.raises(ValueError, match=r"second component|at least one component"):
            remedy.apply(sample, alone, 0, _generator())


@pytest.mark.parametrize(
    "remedy", [r for r in REMEDIES if r.apply is not stay], ids=lambda remedy: remedy.name
)
def test_a_component_there_is_not_is_refused(remedy: Remedy) -> None:
    sample = Sample.of([1.0, 2.0, 4.0])
    pair = Mixture([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])
    for component in (2, -1):
        with pytest.raises(ValueError, match=r"numbered 0…1"):
            remedy.apply(sample, pair, component, _generator())


def test_what_is_offered_for_which_event() -> None:
    def names(event: Event, k: int, shared_mean: bool = False) -> list[str]:
        return [remedy.name for remedy in remedies_for(event, k, shared_mean)]

    assert names(Floored(1), 3) == ["reseed", "remove", "split-largest", "raise-floor"]
    assert names(Floored(0), 1) == ["reseed", "raise-floor"]
    assert names(Empty(1), 3) == ["reseed", "remove", "split-largest"]
    assert names(Identical(1), 3) == ["separate", "merge"]
    assert names(Identical(1), 3, shared_mean=True) == ["separate-sizes", "merge"]
    assert names(Empty(1), 3, shared_mean=True) == ["reseed", "remove"]
    assert names(Plateau(amount=1.0), 3) == []
    assert len(BY_NAME) == len(REMEDIES)
    for remedy in REMEDIES:
        assert remedy.title[0].isupper()
        assert not remedy.summary.endswith(".")


# ------------------------------------------------------------------ reseed


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_reseeding_finds_the_cluster_nobody_had(d: int, seed: int) -> None:
    sample, mixture, centres = _two_of_three_clusters(d)
    found = reseed(sample, mixture, 2, _generator(seed))
    near = np.linalg.norm(centres - found.means[2], axis=1).argmin()
    assert near == 2
    np.testing.assert_array_equal(found.means[:2], mixture.means[:2])
    np.testing.assert_array_equal(found.covariances[:2], mixture.covariances[:2])
    np.testing.assert_allclose(found.weights, 1 / 3)
    expected = sample.covariance / 3 ** (2 / d)
    np.testing.assert_allclose(found.covariances[2], expected, rtol=1e-12)
    points = sample.units.restore(sample.columns.T)
    before = fit(points, start=sample.units.restore_mixture(mixture)).log_likelihood
    after = fit(points, start=sample.units.restore_mixture(found)).log_likelihood
    assert after > before + 100


def test_reseeding_draws_from_the_worst_twentieth_and_an_outlier_is_one_of_many() -> None:
    points = np.append(_generator(1).normal(size=399), 1e6)
    sample = Sample.of(points)
    mixture = sample.units.standardise_mixture(Mixture([1.0, 0.0], [0.0, 7.0], [1.0, 1.0]))
    draws = Counter(float(reseed(sample, mixture, 1, _generator(seed)).means[1, 0]) for seed in range(2000))
    judge = Mixture([1.0], mixture.means[:1], mixture.covariances[:1])
    worst = np.argsort(log_density(sample.columns.T, judge))[:20]
    assert set(draws) == set(sample.columns[0, worst].tolist())
    outlier = draws[float(sample.columns[0, -1])]
    assert abs(outlier - 100) < 4 * np.sqrt(100)


def test_reseeding_respects_row_weights() -> None:
    weights = np.array([1.0, 1.0, 1.0, 0.0, 30.0, 10.0, *[1.0] * 40])
    points = np.append([0.0, 0.1, -0.1, 50.0, 40.0, -40.0], np.linspace(-0.5, 0.5, 40))
    sample = Sample.of(points, weights=weights)
    mixture = sample.units.standardise_mixture(Mixture([0.9, 0.1], [0.0, 0.0], [1.0, 1.0]))
    drawn = [float(reseed(sample, mixture, 1, _generator(s)).means[1, 0]) for s in range(500)]
    seen = Counter(drawn)
    assert float(sample.columns[0, 3]) not in seen
    assert len(seen) == FEWEST_WORST
    assert seen[float(sample.columns[0, 4])] > 2 * seen[float(sample.columns[0, 5])]


def test_a_component_in_trouble_does_not_judge() -> None:
    """It has collapsed onto the outlier, which only the others find badly explained."""
    sample = Sample.of(np.append(_generator(1).normal(size=19), 50.0))
    outlier = sample.columns[0, -1]
    collapsed = sample.units.standardise_mixture(Mixture([0.95, 0.05], [0.0, 50.0], [1.0, 1e-6]))
    drawn = {float(reseed(sample, collapsed, 1, _generator(s)).means[1, 0]) for s in range(200)}
    assert float(outlier) in drawn


@pytest.mark.parametrize("remedy", [separate, separate_sizes])
def test_twins_at_the_floor_stay_above_it(remedy: Apply) -> None:
    sample = Sample.of(_generator(0).normal(size=50))
    least = float(sample.floor.variances[0])
    found = remedy(sample, Mixture([0.5, 0.5], [0.0, 0.0], [least, least]), 0, _generator())
    assert (found.covariances >= least).all()


def test_reseeding_hardly_any_points() -> None:
    alone = Mixture([1.0], [0.0], [1.0])
    sample = Sample.of([3.0])
    assert reseed(sample, alone, 0, _generator()).means.tolist() == [[sample.columns[0, 0]]]
    with pytest.raises(ValueError, match="no points"):
        reseed(Sample.of([]), alone, 0, _generator())


@pytest.mark.parametrize("direction", [(1.0, 2.0), (1.0, 0.0), (0.0, 0.0)])
def test_reseeding_on_points_without_volume(direction: tuple[float, float]) -> None:
    sample = Sample.of(np.outer(np.arange(20.0), direction))
    pair = Mixture([0.5, 0.5], np.zeros((2, 2)), [np.eye(2)] * 2)
    found = reseed(sample, pair, 0, _generator())
    root = np.sqrt(sample.floor.variances)
    relative = np.linalg.eigvalsh(found.covariances[0] / root[:, None] / root)
    assert relative[0] == pytest.approx(1.0, rel=1e-6)


# ------------------------------------------------------------------ the others


def test_dropping_leaves_the_others() -> None:
    sample, mixture, _ = _two_of_three_clusters()
    found = drop(sample, mixture, 2, _generator())
    assert found.n_components == 2
    np.testing.assert_array_equal(found.means, mixture.means[:2])
    np.testing.assert_array_equal(found.weights, mixture.weights[:2])


@pytest.mark.parametrize("component", [0, 1, 2])
def test_half_of_the_largest_takes_the_place_of_the_dead(component: int) -> None:
    order = np.insert([0, 1], component, 2)
    mixture = Mixture([0.3, 0.7, 0.0], [0.0, 5.0, 99.0], [1.0, 4.0, 1.0]).permuted(order)
    sample = Sample.of(_generator(0).normal(size=50))
    found = split_largest(sample, mixture, component, _generator())
    large = int(mixture.weights.argmax())
    kept = 3 - component - large
    assert found.weights[component] == found.weights[large] == 0.35
    assert found.weights[kept] == mixture.weights[kept]
    np.testing.assert_array_equal(found.means[kept], mixture.means[kept])
    _, mean, covariance = together(found, [component, large])
    np.testing.assert_allclose(mean, [5.0], rtol=1e-14)
    np.testing.assert_allclose(covariance, [[4.0]], rtol=1e-14)


def test_the_weight_of_what_is_split_away_goes_to_all() -> None:
    sample = Sample.of(_generator(0).normal(size=50))
    mixture = Mixture([0.2, 0.3, 0.5], [0.0, 5.0, 9.0], [1.0, 4.0, 1.0])
    found = split_largest(sample, mixture, 2, _generator())  # the largest itself is the one in trouble
    np.testing.assert_allclose(found.weights, [0.4, 0.3, 0.3], rtol=1e-14)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("remedy", [separate, separate_sizes])
def test_twins_leave_the_saddle(d: int, remedy: Apply) -> None:
    """EM alone stays for ever; after the remedy it goes on to a better place."""
    points, _ = clusters(2, 200, d, 2, apart=6.0)
    sample = Sample.of(points)
    centre, spread = sample.mean, sample.covariance
    twins = Mixture([0.3, 0.7], np.stack([centre, centre]), np.stack([spread, spread]))
    stuck = fit(points, start=sample.units.restore_mixture(twins), max_iterations=50, tolerance=0.0)
    assert stuck.log_likelihood == pytest.approx(stuck.log_likelihoods[0], abs=1e-9)
    parted = remedy(sample, twins, 1, _generator())
    weight, mean, covariance = together(parted, [0, 1])
    assert weight == pytest.approx(1.0, abs=1e-15)
    np.testing.assert_allclose(mean, centre, atol=1e-14)
    np.testing.assert_allclose(covariance, spread, rtol=1e-12, atol=1e-14)
    free = fit(points, start=sample.units.restore_mixture(parted))
    assert free.log_likelihood > stuck.log_likelihood + 1.0


def test_parted_twins_stay_in_their_places() -> None:
    sample = Sample.of(_generator(0).normal(size=50))
    mixture = Mixture([0.2, 0.3, 0.5], [1.0, 7.0, 1.0], [1.0, 2.0, 1.0])
    for component in (0, 2):
        assert twin_of(mixture, component) == 2 - component
        found = separate(sample, mixture, component, _generator())
        np.testing.assert_allclose(found.weights, [0.35, 0.3, 0.35])
        np.testing.assert_allclose(found.means[:, 0], [0.5, 7.0, 1.5])
        np.testing.assert_allclose(found.covariances[:, 0, 0], [0.75, 2.0, 0.75])
        sizes = separate_sizes(sample, mixture, component, _generator())
        np.testing.assert_allclose(sizes.means[:, 0], [1.0, 7.0, 1.0])
        np.testing.assert_allclose(sizes.covariances[:, 0, 0], [0.5, 2.0, 1.5])
        merged = merge_twins(sample, mixture, component, _generator())
        np.testing.assert_allclose(merged.weights, [0.7, 0.3])
        points = np.linspace(-3, 10, 30)
        assert log_likelihood(points, merged) == pytest.approx(log_likelihood(points, mixture), rel=1e-12)


def test_a_higher_floor_stays_within_reason() -> None:
    assert raised_floor(1e-9) == pytest.approx(1e-7)
    assert raised_floor(1e-3) == LARGEST_FLOOR
    assert raised_floor(0.5) == 0.5
    assert BY_NAME["raise-floor"].floor_factor == 100
    assert all(r.floor_factor == 1 for r in REMEDIES if r.name != "raise-floor")
