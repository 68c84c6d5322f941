"""What holds for every named start: nothing empty, nothing lost, and what it may depend on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from gmmviewer.mixture import STARTS, Sample, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.starts import random_points, starting_mixture, starting_moments
from gmmviewer.mixture.starts.seeds import drawn_index, kmeans_plus_plus
from gmmviewer.mixture.stopping import Cancelled
from tests.mixture.helpers import clusters, old_faithful
from tests.mixture.test_adversarial import DATA

NAMES = [start.name for start in STARTS]
FROM_POINTS = ("kmeans++", "random")  # each component has an equal share of everything but its mean
WITHOUT_LUCK = ("quantiles", "hierarchical")


def _moments(sample: Sample, k: int, name: str, seed: int = 0) -> Moments:
    return starting_moments(sample, k, name, np.random.default_rng(seed))


def _assert_sound(sample: Sample, moments: Moments, k: int) -> None:
    """K groups that are not empty, lie among the points and together hold all of them."""
    assert moments.counts.shape == (k,)
    assert (moments.counts > 0).all()
    assert moments.total == pytest.approx(sample.total, rel=1e-12)
    counted = sample.columns if sample.weights is None else sample.columns[:, sample.weights > 0]
    slack = 1e-12 * (1 + np.abs(counted).max())
    assert (moments.means >= counted.min(axis=1) - slack).all()
    assert (moments.means <= counted.max(axis=1) + slack).all()
    assert np.isfinite(moments.scatters).all()
    values = np.linalg.eigvalsh(moments.scatters)
    assert (values[:, 0] >= -1e-12 * values[:, -1]).all()


def _in_order(moments: Moments) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts, means and scatters in the order of the means, whatever the components are called."""
    order = np.lexsort(np.round(moments.means, 9).T[::-1])
    return moments.counts[order], moments.means[order], moments.scatters[order]


def _assert_same_up_to_order(one: Moments, other: Moments) -> None:
    for left, right in zip(_in_order(one), _in_order(other), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9)


@st.composite
def samples(draw: st.DrawFn) -> tuple[Sample, int]:
    """Points with or without ties and row weights, and a K that they allow."""
    d, n = draw(st.sampled_from([1, 2, 3])), draw(st.integers(1, 60))
    grid = draw(st.sampled_from([None, 0.5, 4.0]))
    seed = draw(st.integers(0, 2**32 - 1))
    points, _ = clusters(seed, n, d, min(n, 3), apart=draw(st.sampled_from([0.0, 4.0, 1e4])), grid=grid)
    generator = np.random.default_rng(seed)
    weights = draw(st.sampled_from([None, "whole", "any"]))
    if weights is None:
        return Sample.of(points), draw(st.integers(1, n))
    chosen = generator.integers(0, 3, size=n) if weights == "whole" else generator.exponential(size=n)
    chosen[0] = 1
    return Sample.of(points, weights=chosen), draw(st.integers(1, int((chosen > 0).sum())))


@pytest.mark.parametrize("name", NAMES)
@given(case=samples(), seed=st.integers(0, 2**32 - 1))
def test_no_component_is_empty_and_no_point_is_lost(name: str, case: tuple[Sample, int], seed: int) -> None:
    sample, k = case
    moments = _moments(sample, k, name, seed)
    _assert_sound(sample, moments, k)
    for member in families(sample.d) if sample.d <= 2 else (family("full", sample.d),):
        mixture = starting_mixture(sample, k, member, name, np.random.default_rng(seed))
        np.testing.assert_allclose(mixture.weights, moments.counts / sample.total, rtol=1e-12)
        np.testing.assert_array_equal(mixture.means, moments.means)
    same = _moments(sample, k, name, seed)
    for one, other in zip(_fields(moments), _fields(same), strict=True):
        np.testing.assert_array_equal(one, other)


def _fields(moments: Moments) -> tuple[FloatArray, FloatArray, FloatArray]:
    return moments.counts, moments.means, moments.scatters


@pytest.mark.parametrize("start", NAMES)
@pytest.mark.parametrize("name", DATA)
def test_data_that_break_programs_are_shared_out(name: str, start: str) -> None:
    make, k = DATA[name]
    sample = Sample.of(make())
    _assert_sound(sample, _moments(sample, k, start), k)


@pytest.mark.parametrize("name", ["kmeans++", "random", "partition"])
def test_a_random_start_depends_on_the_seed(name: str) -> None:
    sample = Sample.of(old_faithful())
    means = {_moments(sample, 3, name, seed).means.tobytes() for seed in range(5)}
    assert len(means) == 5


@pytest.mark.parametrize("name", WITHOUT_LUCK)
def test_a_start_without_luck_does_not(name: str) -> None:
    sample = Sample.of(old_faithful())
    means = {_moments(sample, 3, name, seed).means.tobytes() for seed in range(5)}
    assert len(means) == 1


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FROM_POINTS])
@pytest.mark.parametrize("d", [1, 2])
def test_one_component_is_all_points(name: str, d: int) -> None:
    points = old_faithful()[:, :d]
    sample = Sample.of(points)
    moments = _moments(sample, 1, name)
    covariance = np.atleast_2d(np.cov(points.T, bias=True)) / sample.units.scale**2
    np.testing.assert_allclose(sample.units.restore(moments.means[0]), points.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moments.scatters[0] / len(points), covariance, rtol=1e-10)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_component_for_every_point_stands_on_it_and_has_a_volume(name: str, d: int) -> None:
    points = clusters(1, 12, d, 2)[0]
    sample = Sample.of(points)
    moments = _moments(sample, 12, name)
    found = sample.units.restore(moments.means)
    np.testing.assert_allclose(found[np.lexsort(found.T)], points[np.lexsort(points.T)], rtol=1e-12)
    share = np.cov(points.T, bias=True).reshape(d, d) / sample.units.scale**2 / 12 ** (2 / d)
    np.testing.assert_allclose(moments.scatters, np.repeat(share[None], 12, axis=0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FROM_POINTS])
def test_groups_with_a_volume_are_left_as_they_are(name: str) -> None:
    """Within and between groups together is the scatter of all points."""
    sample = Sample.of(old_faithful())
    moments = _moments(sample, 4, name)
    together = moments.scatters_about(np.repeat(sample.mean[None], 4, axis=0)).sum(axis=0)
    np.testing.assert_allclose(together, sample.n * sample.covariance, rtol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_fewer_different_points_than_components_still_make_components(name: str) -> None:
    sample = Sample.of(np.repeat([[1.0, 2.0], [3.0, 1.0]], 50, axis=0))
    moments = _moments(sample, 5, name, seed=3)
    _assert_sound(sample, moments, 5)
    if name != "partition":
        np.testing.assert_allclose(moments.counts, 20.0)
        assert {tuple(mean) for mean in sample.units.restore(moments.means)} <= {(1.0, 2.0), (3.0, 1.0)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("n", "weights"), [(3, None), (5, [1.0, 2.0, 0.0, 0.0, 0.5])])
def test_fewer_points_than_components_are_answered_with_advice(
    name: str, n: int, weights: list[float] | None
) -> None:
    sample = Sample.of(np.arange(float(n)), weights=weights)
    with pytest.raises(ValueError, match="K = 4 components need at least 4 points, there are 3; use fewer"):
        _moments(sample, 4, name)


@pytest.mark.parametrize("name", NAMES)
def test_without_points_there_is_no_start(name: str) -> None:
    with pytest.raises(ValueError, match="there are no points to fit"):
        _moments(Sample.of(np.zeros((0, 2))), 1, name)


# ------------------------------------------------------------------ row weights


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_rows_of_weight_0_are_not_there(name: str, seed: int) -> None:
    """Every second row is far away and counts for nothing: no mean goes there, and no group either."""
    points = clusters(2, 40, 2, 3)[0]
    points[::2] += 1e3
    weights = np.arange(40) % 2
    whole = Sample.of(points, weights=weights)
    moments = _moments(whole, 4, name, seed)
    _assert_sound(whole, moments, 4)
    if name in WITHOUT_LUCK:
        rest = Sample.of(points[1::2], units=whole.units)
        _assert_same_up_to_order(moments, _moments(rest, 4, name))


@pytest.mark.parametrize("name", WITHOUT_LUCK)
@given(seed=st.integers(0, 2**32 - 1), d=st.sampled_from([1, 2]), k=st.integers(1, 6))
def test_a_weight_is_a_number_of_rows(name: str, seed: int, d: int, k: int) -> None:
    points = clusters(seed, 30, d, 3)[0]
    weights = np.random.default_rng(seed).integers(0, 4, size=30)
    weights[:6] = 1
    weighted = Sample.of(points, weights=weights)
    repeated = Sample.of(np.repeat(points, weights, axis=0), units=weighted.units)
    _assert_same_up_to_order(_moments(weighted, k, name), _moments(repeated, k, name))


def test_points_are_drawn_as_often_as_they_weigh() -> None:
    sample = Sample.of([0.0, 1.0, 5.0, 7.0], weights=[1.0, 0.0, 2.0, 5.0])
    for choose in (kmeans_plus_plus, random_points):
        seen = Counter(
            round(float(sample.units.restore(choose(sample, 1, np.random.default_rng(seed)))[0, 0]), 9)
            for seed in range(2000)
        )
        assert set(seen) == {0.0, 5.0, 7.0}
        expected = np.array([1, 2, 5]) * 2000 / 8
        assert chisquare([seen[0.0], seen[5.0], seen[7.0]], expected).pvalue > 1e-3


def test_k_means_plus_plus_chooses_by_weight_times_squared_distance() -> None:
    """Points 0, 1 and 3 of weights 4, 1 and 2: after 0 comes 1 with odds 1·1 and 3 with odds 2·9."""
    sample = Sample.of([0.0, 1.0, 3.0], weights=[4.0, 1.0, 2.0])
    seen: Counter[float] = Counter()
    for seed in range(3000):
        first, second = sample.units.restore(kmeans_plus_plus(sample, 2, np.random.default_rng(seed)))[:, 0]
        if round(float(first), 9) == 0.0:
            seen[round(float(second), 9)] += 1
    total = sum(seen.values())
    assert chisquare([seen[1.0], seen[3.0]], [total / 19, total * 18 / 19]).pvalue > 1e-3


def test_a_draw_never_falls_on_what_has_no_odds() -> None:
    class Extreme(np.random.Generator):
        """A generator whose every number is the same."""

        def __init__(self, value: float) -> None:
            super().__init__(np.random.PCG64(0))
            self.value = value

        def random(self, *_: object, **__: object) -> float:  # type: ignore[override]
            return self.value

    largest = float(np.nextafter(1.0, 0.0))
    for odds in ([0.0, 1.0, 2.0, 0.0], [0.0, 5e-324, 0.0], [0.0, 1e300, 1e300, 0.0]):
        cumulative = np.cumsum(odds)
        for value in (0.0, 0.5, largest):
            assert odds[drawn_index(cumulative, Extreme(value))] > 0


# ------------------------------------------------------------------ order, units, the wish to stop


@pytest.mark.parametrize("name", WITHOUT_LUCK)
@given(seed=st.integers(0, 2**32 - 1), d=st.sampled_from([1, 2]), k=st.integers(1, 6))
def test_the_order_of_rows_does_not_matter(name: str, seed: int, d: int, k: int) -> None:
    points = clusters(seed, 50, d, 3)[0]
    shuffled = np.random.default_rng(seed).permutation(points)
    _assert_same_up_to_order(
        _moments(Sample.of(points), k, name), _moments(Sample.of(shuffled), k, name, seed=1)
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FROM_POINTS])
@pytest.mark.parametrize("scales", [(1.0, 1024.0), (2.0**40, 2.0**-30), (3e-7, 5e9)])
def test_units_of_the_columns_do_not_matter(name: str, scales: tuple[float, float]) -> None:
    """Weights, means and covariances in units of the standard deviation of their axis stay the same."""
    points = old_faithful()[:120] + 1e-6 * np.random.default_rng(0).normal(size=(120, 2))  # no ties
    for seed in range(3):
        one, other = (_in_spreads(values, name, seed) for values in (points, points * scales))
        for left, right in zip(one, other, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-9)


def _in_spreads(points: FloatArray, name: str, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    sample = Sample.of(points)
    moments = _moments(sample, 3, name, seed)
    spread = np.sqrt(sample.variances)
    means = (moments.means - sample.mean) / spread
    return moments.counts, means, moments.scatters / spread[:, None] / spread


@pytest.mark.parametrize("name", [name for name in NAMES if name != "random"])
def test_a_start_can_be_broken_off(name: str) -> None:
    sample = Sample.of(clusters(3, 3000, 2, 3)[0])
    with pytest.raises(Cancelled):
        starting_moments(sample, 3, name, np.random.default_rng(0), should_stop=lambda: True)


def test_titles_and_summaries_tell_starts_apart() -> None:
    assert NAMES == ["kmeans++", "kmeans", "random", "partition", "quantiles", "hierarchical"]
    assert len({start.title for start in STARTS}) == len({start.summary for start in STARTS}) == len(STARTS)
    assert all(len(start.summary) <= 70 and not start.summary.endswith(".") for start in STARTS)
