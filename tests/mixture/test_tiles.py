"""Tiles, bounds and the quadratic kernel against the plain residual pass: faster, and the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import Mixture, Sample, Units, component_log_densities
from gmmviewer.mixture import sample as sample_module
from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.assignment import Soft
from gmmviewer.mixture.bounds import LARGEST_RADIUS, TileBounds
from gmmviewer.mixture.expectation import Expectation, expectation
from gmmviewer.mixture.tiles import BASE, sorted_tiles


def _sample(points: FloatArray, weights: FloatArray | None = None) -> Sample:
    return Sample(np.ascontiguousarray(points.T), Units(frozen(np.zeros(points.shape[1])), 1.0), weights)


def _mixture(generator: np.random.Generator, k: int, d: int, spread: float, size: float = 1.0) -> Mixture:
    roots = (
        size
        * generator.uniform(0.3, 1.5, size=(k, 1, 1))
        * (np.eye(d) + 0.4 * generator.uniform(-1, 1, size=(k, d, d)))
    )
    weights = generator.uniform(0.2, 1.0, size=k)
    means = generator.uniform(-spread, spread, size=(k, d))
    return Mixture(weights / weights.sum(), means, roots @ roots.transpose(0, 2, 1))


def _points(generator: np.random.Generator, mixture: Mixture, n: int) -> FloatArray:
    labels = generator.integers(mixture.n_components, size=n)
    noise = generator.normal(size=(n, mixture.n_dimensions, 1))
    return mixture.means[labels] + (mixture.cholesky[labels] @ noise)[..., 0]


def _assert_same(one: Expectation, other: Expectation, n: int, digits: float = 1e-12) -> None:
    size = n * (1 + abs(other.log_likelihood) / n)
    for name in ("log_likelihood", "objective", "entropy", "classification"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=digits * size), name
    assert one.mean_size == pytest.approx(other.mean_size, rel=1e-11)
    scales = np.sqrt(np.diagonal(other.moments.scatters, axis1=1, axis2=2).max(axis=1) / other.moments.counts)
    np.testing.assert_allclose(one.moments.counts, other.moments.counts, rtol=1e-10, atol=1e-18 * n)
    assert np.abs((one.moments.means - other.moments.means) / scales[:, None]).max() < 1e-10
    relative = (one.moments.scatters - other.moments.scatters) / (
        other.moments.counts[:, None, None] * scales[:, None, None] ** 2
    )
    assert np.abs(relative).max() < 1e-9


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("d", "k", "spread"), [(1, 3, 4.0), (2, 4, 4.0), (2, 12, 40.0), (1, 12, 60.0), (3, 3, 3.0)]
)
def test_sorted_tiles_give_what_the_plain_pass_gives(d: int, k: int, spread: float, weighted: bool) -> None:
    """``Soft()`` is not ``SOFT``: a rule of its own takes the plain pass, in the order given."""
    generator = np.random.default_rng(d * 100 + k)
    mixture = _mixture(generator, k, d, spread)
    n = 3 * BASE + 77
    points = _points(generator, mixture, n)
    weights = frozen(generator.uniform(0, 2, size=n)) if weighted else None
    sample = _sample(points, weights)
    plain = expectation(sample, mixture, Soft())
    _assert_same(expectation(sample, mixture), plain, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_module, "SORTED_FROM", 1)
        tiles = sample.tiles(BASE)
        assert len(tiles) == 4
        bounds = TileBounds.of(tiles, mixture)
        assert bounds.benign.any()
        if k == 12:
            assert not bounds.active.all()  # something is left out
        _assert_same(expectation(sample, mixture), plain, n)


@st.composite
def situations(draw: st.DrawFn) -> tuple[FloatArray, Mixture]:
    d = draw(st.sampled_from([1, 2]))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = draw(st.integers(1, 6))
    spread = draw(st.sampled_from([0.0, 3.0, 30.0, 300.0]))
    size = draw(st.sampled_from([1.0, 1e-2, 1e-4, 30.0]))
    mixture = _mixture(generator, k, d, spread, size)
    points = _points(generator, mixture, draw(st.integers(1, 400)))
    return points + draw(st.sampled_from([0.0, 0.0, 5.0, 500.0])), mixture


@given(situations())
def test_bounds_hold_for_every_point(situation: tuple[FloatArray, Mixture]) -> None:
    points, mixture = situation
    tiles = sorted_tiles(np.ascontiguousarray(points.T), None)
    bounds = TileBounds.of(tiles, mixture)
    for t in range(len(tiles)):
        part = tiles.columns[:, tiles.edges[t] : tiles.edges[t + 1]].T
        logs = component_log_densities(part, mixture)
        slack = 1e-9 * (1 + np.abs(logs).max())
        assert (logs <= bounds.upper[t] + slack).all()
        assert (logs >= bounds.lower[t] - slack).all()
        assert (logs.max(axis=1) >= bounds.certain[t] - slack).all()
        left_out = ~bounds.active[t]
        if left_out.any():
            assert (logs[:, left_out] <= logs.max(axis=1, keepdims=True) - 59).all()


@given(situations())
def test_both_kernels_agree_wherever_they_are_used(situation: tuple[FloatArray, Mixture]) -> None:
    points, mixture = situation
    sample = _sample(points)
    one, other = expectation(sample, mixture), expectation(sample, mixture, Soft())
    size = len(points) * (1 + abs(other.log_likelihood) / len(points))
    rounding = 1e-12 + 1e-15 * LARGEST_RADIUS**2
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=rounding * size)
    assert one.entropy == pytest.approx(other.entropy, abs=10 * rounding * size)
    np.testing.assert_allclose(one.moments.counts, other.moments.counts, rtol=1e-9, atol=1e-15 * len(points))


def test_tiles_hold_every_point_once_and_lie_close_together() -> None:
    generator = np.random.default_rng(4)
    columns = generator.normal(size=(2, 40 * BASE))
    tiles = sorted_tiles(columns, None)
    assert tiles.edges[0] == 0
    assert tiles.edges[-1] == columns.shape[1]
    arranged = tiles.columns[:, np.lexsort(tiles.columns)]
    assert np.array_equal(arranged, columns[:, np.lexsort(columns)])
    inside = np.median(np.prod(2 * tiles.halves, axis=1))
    everything = np.prod(np.ptp(columns, axis=1))
    assert inside < everything / 40
    together = tiles.grouped(4 * BASE)
    assert len(together) == 10
    for t in range(len(together)):
        part = together.columns[:, together.edges[t] : together.edges[t + 1]]
        assert (np.abs(part - together.centres[t][:, None]) <= together.halves[t][:, None] + 1e-12).all()


def test_the_curve_visits_neighbours() -> None:
    """Hilbert's curve: successive cells share a side."""
    from gmmviewer.mixture.tiles import GRID_BITS, _hilbert_table

    side = 1 << GRID_BITS
    order = np.argsort(_hilbert_table())
    x, y = order // side, order % side
    assert (np.abs(np.diff(x)) + np.abs(np.diff(y)) == 1).all()


@pytest.mark.parametrize(
    "columns",
    [
        np.zeros((2, 3 * BASE)),
        np.stack([np.arange(3.0 * BASE), np.zeros(3 * BASE)]),
        np.append(np.zeros(3 * BASE - 1), 1e30)[None],
    ],
    ids=["all equal", "a line", "an outlier"],
)
def test_tiles_of_awkward_data(columns: FloatArray) -> None:
    tiles = sorted_tiles(columns, None)
    assert np.isfinite(tiles.centres).all()
    assert (tiles.halves >= 0).all()
    assert np.array_equal(np.sort(tiles.columns[0]), np.sort(columns[0]))
