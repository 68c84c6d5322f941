"""Data that break programs: a fit goes on, finite, monotone and without a warning, or says no clearly."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from gmmviewer.mixture import (
    Mixture,
    Sample,
    component_log_densities,
    e_step,
    families,
    fit,
    log_density,
    responsibilities,
    start_state,
    step,
)
from gmmviewer.mixture.arrays import FloatArray, as_points
from tests.mixture.helpers import assert_same_mixture, assert_sound, clusters, events_of, old_faithful

TYPES = ("full", "tied", "diag", "spherical")
ITERATIONS = 20


def _collinear(noise: float) -> FloatArray:
    generator = np.random.default_rng(1)
    along = generator.normal(size=60)
    return np.stack([along, 2 * along + 1 + noise * generator.normal(size=60)], axis=1)


def _half_zeros() -> FloatArray:
    points = np.random.default_rng(2).normal(5.0, 2.0, size=100)
    points[::2] = 0.0
    return points


def _lattice() -> FloatArray:
    return np.array([[i % 3, i // 3 % 3] for i in range(90)], dtype=np.float64)


def _outlier(size: float) -> FloatArray:
    return np.concatenate([old_faithful(), [[size, size / 2]]])


def _clusters_far_apart() -> FloatArray:
    generator = np.random.default_rng(3)
    return np.concatenate([generator.normal(size=(50, 2)), 1e6 + generator.normal(size=(50, 2))])


def _needle_in_a_cloud(ratio: float) -> FloatArray:
    generator = np.random.default_rng(4)
    return np.concatenate([generator.normal(size=200), 0.25 + ratio * generator.normal(size=100)])


DATA: dict[str, tuple[Callable[[], FloatArray], int]] = {
    "one point, 1-D": (lambda: np.array([3.0]), 1),
    "one point, 2-D": (lambda: np.array([[3.0, -1e5]]), 1),
    "two points, two components, 1-D": (lambda: np.array([1.0, 2.0]), 2),
    "two points, two components, 2-D": (lambda: np.array([[1.0, 2.0], [3.0, 5.0]]), 2),
    "a component for every point": (lambda: clusters(0, 20, 2, 1)[0], 20),
    "nearly a component for every point": (lambda: clusters(0, 60, 2, 1)[0], 50),
    "identical, 1-D": (lambda: np.full(100, 0.1), 3),
    "identical, 2-D": (lambda: np.full((100, 2), [0.1, 7e8]), 3),
    "identical at the origin": (lambda: np.zeros((100, 2)), 2),
    "two distinct values, 1-D": (lambda: np.repeat([1.0, 2.0], 50), 3),
    "two distinct points, 2-D": (lambda: np.repeat([[1.0, 2.0], [3.0, 1.0]], 50, axis=0), 3),
    "half zeros": (_half_zeros, 3),
    "a lattice": (_lattice, 4),
    "rounded to 0.1": (lambda: np.round(clusters(6, 200, 2, 3)[0], 1), 5),
    "exactly collinear": (lambda: _collinear(0.0), 3),
    "collinear but for 1e-9": (lambda: _collinear(1e-9), 3),
    "collinear but for 1e-5": (lambda: _collinear(1e-5), 3),
    "collinear, two points per component": (lambda: _collinear(0.0)[:6], 3),
    "a constant column": (lambda: np.stack([clusters(7, 80, 1, 2)[0][:, 0], np.full(80, 0.1)], axis=1), 2),
    "an outlier at 1e8": (lambda: _outlier(1e8), 2),
    "an outlier at 1e30": (lambda: _outlier(1e30), 2),
    "clusters 1e6 σ apart": (_clusters_far_apart, 2),
    "σ ratio 1e-4": (lambda: _needle_in_a_cloud(1e-4), 2),
    "σ ratio 1e-8": (lambda: _needle_in_a_cloud(1e-8), 2),
    "Cauchy tails": (lambda: np.random.default_rng(8).standard_cauchy(size=200), 3),
    "a uniform square": (lambda: np.random.default_rng(9).uniform(size=(200, 2)), 8),
    "time stamps with milliseconds": (lambda: 1.6e9 + clusters(10, 80, 1, 2)[0] * 1e-2, 2),
    "the largest numbers": (lambda: old_faithful() * 1e148, 2),
    "the smallest span": (lambda: old_faithful() * 1e-140, 2),
}


@pytest.mark.parametrize("start", ["kmeans++", "random"])
@pytest.mark.parametrize("name", DATA)
def test_a_fit_goes_on(name: str, start: str) -> None:
    make, k = DATA[name]
    sample = Sample.of(make())
    for member in families(sample.d):
        trace = fit(sample, k, covariance=member, start=start, tolerance=0, max_iterations=ITERATIONS)
        assert len(trace) == ITERATIONS + 1
        assert_sound(sample, trace)


@pytest.mark.parametrize("covariance", TYPES)
@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-9, 1e-7, 1e-5])
def test_the_curve_over_collinear_points_does_not_fall(noise: float, covariance: str) -> None:
    """The floor holds here, the log-likelihood has a slope in Σ, and Σ is stored to eps·cond only."""
    for seed in range(6):
        generator = np.random.default_rng(seed)
        n, k = int(generator.integers(5, 200)), int(generator.integers(1, 5))
        along = generator.normal(size=n)
        points = np.stack([along, generator.normal() * along + noise * generator.normal(size=n)], axis=1)
        sample = Sample.of(points)
        trace = fit(sample, k, covariance=covariance, seed=seed, tolerance=0, max_iterations=ITERATIONS)
        assert_sound(sample, trace)


@pytest.mark.parametrize(
    "name", ["one point, 2-D", "identical, 1-D", "identical, 2-D", "exactly collinear", "a constant column"]
)
def test_a_collapse_is_reported(name: str) -> None:
    make, k = DATA[name]
    assert "floored" in events_of(fit(make(), k))


def test_a_start_below_the_floor_is_reported() -> None:
    start = Mixture([0.5, 0.5], [2.0, 4.0], [1e-30, 1.0])
    first = fit(old_faithful()[:, 0], start=start, max_iterations=0)[0]
    assert [(event.kind, event.component) for event in first.events] == [("floored", 0)]


# ------------------------------------------------------------------ units


@pytest.mark.parametrize("covariance", TYPES)
@pytest.mark.parametrize("scale", [1e-130, 1e-12, 1e-6, 1e9, 1e100, 1e140])
def test_the_unit_does_not_matter(scale: float, covariance: str) -> None:
    """Not even when the factor is no power of two and every number is rounded anew."""
    base = old_faithful()
    ours, other = fit(base, 2, covariance=covariance), fit(base * scale, 2, covariance=covariance)
    assert len(other) == len(ours)
    expected = ours.log_likelihood - base.size * math.log(scale)
    assert other.log_likelihood == pytest.approx(expected, rel=1e-11)
    unscaled = Mixture(
        other.mixture.weights,
        other.mixture.means / scale,
        other.mixture.covariances / scale / scale,
    )
    assert_same_mixture(unscaled, ours.mixture, 1e-9)


@pytest.mark.parametrize("covariance", TYPES)
@pytest.mark.parametrize(("offset", "digits"), [(1.6e9, 1e-6), (1e12, 1e-3)])
def test_the_place_does_not_matter(offset: float, digits: float, covariance: str) -> None:
    """Up to the digits that the data lose when they are moved: eps·offset."""
    base = old_faithful()
    ours, other = fit(base, 2, covariance=covariance), fit(base + offset, 2, covariance=covariance)
    assert other.log_likelihood == pytest.approx(ours.log_likelihood, abs=1e3 * digits)
    centred = Mixture(other.mixture.weights, other.mixture.means - offset, other.mixture.covariances)
    assert_same_mixture(centred, ours.mixture, 10 * digits)


@pytest.mark.parametrize("covariance", ["full", "tied", "diag"])
@pytest.mark.parametrize("factor", [1e3, 1e6, 1e7, 1e9, 1e12])
def test_axes_in_very_different_units(factor: float, covariance: str) -> None:
    """The floor, the slack of the curve and hence the stop are relative to each axis."""
    base, factors = old_faithful(), np.array([factor, 1 / factor])
    sample = Sample.of(base * factors)
    ours, other = fit(base, 2, covariance=covariance), fit(sample, 2, covariance=covariance)
    assert_sound(sample, other)
    assert len(other) == len(ours)
    assert other.log_likelihood == pytest.approx(ours.log_likelihood, rel=1e-10)
    unscaled = Mixture(
        other.mixture.weights,
        other.mixture.means / factors,
        other.mixture.covariances / factors / factors[:, None],
    )
    assert_same_mixture(unscaled, ours.mixture, 1e-9)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([1e160, 2e160, 4e160], "too large; rescale the data below 1e150"),
        ([-1e300, 1e300, 0.0], "too large; rescale the data below 1e150"),
        ([1e-200, 2e-200, 4e-200], "rescale them above 1e-140"),
        ([0.0, 5e-324, 1e-323], "rescale them above 1e-140"),
        ([1.0, math.nan, 2.0, math.inf], "2 of 4 points are not finite; drop those rows"),
        ([[1.0, math.nan], [math.nan, 2.0], [3.0, 4.0]], "2 of 3 points are not finite"),
        (np.array(["1e400", "1"], dtype=np.longdouble), "not finite"),
        ([1 + 1j, 2.0], "must be real numbers, not complex128"),
        (["1", "2"], "must be real numbers"),
        (np.array([1.0, None], dtype=object), "must be real numbers, not object"),
        (np.zeros(3, dtype=[("x", "f8")]), "must be real numbers"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "must be real numbers"),
        (np.zeros((2, 2, 2)), "must have the shape"),
        (np.zeros((5, 0)), "must have the shape"),
        (3.0, "must have the shape"),
        ([], "there are no points"),
        (np.zeros((0, 2)), "there are no points"),
    ],
)
def test_what_cannot_be_fitted_is_refused(points: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(points, 1)


@pytest.mark.parametrize("value", [1e-200, 5e-324, -1e-160, 1e-120, 1e150, 0.0])
@pytest.mark.parametrize("shape", [(50,), (50, 2)])
def test_identical_points_of_any_size(value: float, shape: tuple[int, ...]) -> None:
    """They have no span to be too small; what is shown in data units must still be a mixture."""
    sample = Sample.of(np.full(shape, value))
    trace = fit(sample, 2, tolerance=0, max_iterations=5)
    assert_sound(sample, trace)
    np.testing.assert_allclose(trace.mixture.means, value, rtol=1e-12)


def test_an_axis_that_spans_too_little_is_refused_beside_another() -> None:
    points = np.stack([np.arange(20.0), np.arange(20.0) * 1e-200], axis=1)
    with pytest.raises(ValueError, match="rescale them above 1e-140"):
        fit(points, 2)


@pytest.mark.parametrize("covariance", TYPES)
def test_the_most_different_units_that_are_allowed(covariance: str) -> None:
    sample = Sample.of(old_faithful() * [1e148, 1e-140])
    assert_sound(sample, fit(sample, 2, covariance=covariance, tolerance=0, max_iterations=ITERATIONS))


# ------------------------------------------------------------------ kinds of arrays


def _whole() -> FloatArray:
    return np.array(
        [[3.0, 1.0], [0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [200.0, 9.0], [100.0, 7.0], [90.0, 250.0]]
    )


KINDS: dict[str, Callable[[FloatArray], object]] = {
    "float32": lambda a: a.astype(np.float32),
    "float16": lambda a: a.astype(np.float16),
    "longdouble": lambda a: a.astype(np.longdouble),
    "uint8": lambda a: a.astype(np.uint8),
    "int64": lambda a: a.astype(np.int64),
    "uint64": lambda a: a.astype(np.uint64),
    "big-endian": lambda a: a.astype(">f8"),
    "big-endian integers": lambda a: a.astype(">i2"),
    "Fortran order": np.asfortranarray,
    "every second row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "reversed twice": lambda a: a[::-1].copy()[::-1],
    "columns of a wider array": lambda a: np.column_stack([a[:, 0], a[:, 0], a[:, 1]])[:, [0, 2]],
    "nested lists": lambda a: a.tolist(),
    "tuples": lambda a: tuple(map(tuple, a.tolist())),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_array_gives_the_same_bits(kind: str) -> None:
    expected, found = fit(_whole(), 2), fit(KINDS[kind](_whole()), 2)
    assert found.log_likelihoods == expected.log_likelihoods
    np.testing.assert_array_equal(found.mixture.covariances, expected.mixture.covariances)


def test_truth_values_are_zeros_and_ones() -> None:
    flags = np.arange(20) % 3 == 0
    assert fit(flags, 2).log_likelihoods == fit(flags.astype(np.float64), 2).log_likelihoods


def test_integers_near_the_largest() -> None:
    points = 2**63 - 1 - np.arange(50) * 4096
    sample = Sample.of(points)
    assert_sound(sample, fit(sample, 2, tolerance=0, max_iterations=10))


def test_points_are_left_alone_and_may_be_read_only() -> None:
    points = _whole()
    points.flags.writeable = False
    before = points.copy()
    fit(points, 2)
    np.testing.assert_array_equal(points, before)
    np.testing.assert_array_equal(as_points(points), before)


# ------------------------------------------------------------------ starts far off


@pytest.mark.parametrize("covariance", TYPES)
@pytest.mark.parametrize("far", [1e6, 1e30, 1e100])
def test_a_component_that_starts_far_away_is_reported_dead(far: float, covariance: str) -> None:
    points = clusters(11, 100, 2, 2)[0]
    sample = Sample.of(points)
    means = [points[0], points[1], [far, -far]]
    start = Mixture([0.4, 0.4, 0.2], means, np.repeat(np.eye(2)[None], 3, axis=0))
    trace = fit(sample, covariance=covariance, start=start, tolerance=0, max_iterations=10)
    assert_sound(sample, trace)
    for state in trace[1:]:
        assert ("empty", 2) in {(event.kind, event.component) for event in state.events}
    np.testing.assert_allclose(trace.mixture.means[2], [far, -far])
    assert trace.mixture.weights[2] < 1e-12


@pytest.mark.parametrize("covariance", TYPES)
@pytest.mark.parametrize("far", [1e6, 1e30, 1e100])
def test_a_start_with_every_mean_far_away_comes_back(far: float, covariance: str) -> None:
    points = clusters(12, 100, 2, 2)[0]
    sample = Sample.of(points)
    start = Mixture([0.5, 0.5], [[far, far], [far, far + far / 8]], np.repeat(np.eye(2)[None], 2, axis=0))
    trace = fit(sample, covariance=covariance, start=start, tolerance=0, max_iterations=10)
    assert_sound(sample, trace)
    assert np.abs(trace.mixture.means).min() < 100


def test_a_start_too_far_away_to_be_squared_is_refused() -> None:
    with pytest.raises(ValueError, match="too far from the points"):
        fit([1.0, 2.0, 4.0], start=Mixture([1.0], [1e200], [1.0]))


def test_a_weight_of_zero_stays_a_ghost() -> None:
    sample = Sample.of(old_faithful()[:, 0])
    start = Mixture([1.0, 0.0], [2.0, 4.0], [1.0, 1.0])
    trace = fit(sample, start=start, tolerance=0, max_iterations=5)
    assert_sound(sample, trace)
    assert events_of(trace[1:]) == {"empty"}
    assert trace.mixture.means[1, 0] == pytest.approx(4.0, rel=1e-15)


@pytest.mark.parametrize("covariance", TYPES)
def test_equal_means_stay_equal(covariance: str) -> None:
    """A saddle: by symmetry EM cannot leave it, and must not invent a way."""
    sample = Sample.of(old_faithful())
    start = Mixture([0.5, 0.5], [[3.0, 70.0]] * 2, [[[1.0, 0.0], [0.0, 9.0]]] * 2)
    trace = fit(sample, covariance=covariance, start=start, tolerance=0, max_iterations=20)
    assert_sound(sample, trace)
    one = fit(sample, 1, covariance=covariance, tolerance=0, max_iterations=2)
    assert trace.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(trace.mixture.means[0], trace.mixture.means[1], rtol=1e-12)


def test_clusters_far_apart_are_found_at_the_floor() -> None:
    """The floor is 3e-5 of the data's σ: components a millionth of the data wide are held, and it is said."""
    points = _clusters_far_apart()
    trace = fit(points, 2)
    assert "floored" in events_of(trace)
    np.testing.assert_allclose(trace.mixture.weights, 0.5, rtol=1e-12)
    order = np.argsort(trace.mixture.means[:, 0])
    np.testing.assert_allclose(
        trace.mixture.means[order], [points[:50].mean(axis=0), points[50:].mean(axis=0)]
    )


def test_log_densities_of_clusters_far_apart() -> None:
    points = _clusters_far_apart()
    halves = [points[:50], points[50:]]
    covariances = np.array([np.cov(half.T, bias=True) for half in halves])
    mixture = Mixture([0.5, 0.5], [half.mean(axis=0) for half in halves], covariances)
    expected = sum(
        -25 * (2 * math.log(2 * math.pi) + np.linalg.slogdet(covariance)[1] + 2) + 50 * math.log(0.5)
        for covariance in covariances
    )
    assert log_density(points, mixture).sum() == pytest.approx(expected, rel=1e-9)


def test_log_densities_where_every_density_underflows() -> None:
    mixture = Mixture([0.5, 0.5], [0.0, 10.0], [1.0, 1.0])
    density = log_density([-1e6], mixture)[0]
    assert density == pytest.approx(math.log(0.5) - 0.5 * math.log(2 * math.pi) - 0.5e12, rel=1e-15)
    np.testing.assert_array_equal(responsibilities([-1e6, 1e6], mixture).argmax(axis=1), [0, 1])
    np.testing.assert_allclose(responsibilities([-1e6, 1e6, 5.0], mixture).sum(axis=1), 1.0, rtol=1e-15)
    assert np.isfinite(component_log_densities([-1e6, 1e6], mixture)).all()


@pytest.mark.parametrize("d", [1, 2])
def test_another_family_in_the_middle_of_a_fit_is_no_mistake(d: int) -> None:
    """A start need not belong to the family: its first M-step may lower the curve, and nobody is to blame."""
    sample = Sample.of(old_faithful()[:, :d])
    fitted = fit(sample, 2, covariance="full")[-1].standard
    for member in families(d):
        state = step(sample, e_step(start_state(sample, fitted, member)))
        assert "fell" not in events_of([state])


def test_three_dimensions_work_too() -> None:
    sample = Sample.of(clusters(13, 120, 3, 2)[0])
    for covariance in TYPES:
        assert_sound(sample, fit(sample, 2, covariance=covariance, tolerance=0, max_iterations=10))
