"""The data sets that come with the program: the numbers of their sources, and the point each one makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmmviewer.data import generators
from gmmviewer.data.builtin import BUILTIN, BuiltIn, builtin
from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, Trace, bic, families, family, fit, responsibilities
from gmmviewer.mixture.arrays import IntArray

REFERENCE = Path(__file__).parent.parent / "reference"
SEEDS = (0, 1)


def reference(name: str) -> Any:
    return json.loads((REFERENCE / f"{name}.json").read_text())["data"]


def best(points: PointSet, k: int, covariance: str, starts: int = 3) -> Trace:
    """The best of a few fits."""
    fits = [fit(points.sample, k, covariance=covariance, seed=s, max_iterations=200) for s in range(starts)]
    return max(fits, key=lambda trace: trace.log_likelihood)


def labels(points: PointSet, mixture: Mixture) -> IntArray:
    return np.asarray(responsibilities(points.values, mixture).argmax(axis=1))


def agreement(found: IntArray, truth: IntArray | None) -> float:
    """The share of points labelled right, for two components under the better naming."""
    assert truth is not None
    share = float((found == truth).mean())
    return max(share, 1 - share)


def best_k(points: PointSet, covariance: str, ks: Sequence[int]) -> int:
    return min(ks, key=lambda k: bic(best(points, k, covariance)[-1]))


# ------------------------------------------------------------------------------------------ every set


@pytest.mark.parametrize("entry", BUILTIN, ids=lambda entry: entry.key)
def test_every_set_can_be_fitted_as_suggested(entry: BuiltIn):
    points = entry.make(0)
    assert points.name == entry.title
    assert points.d in (1, 2)
    assert len(points.columns) == points.d
    assert 50 <= points.n <= (600 if entry.table is None else 20_000)
    assert entry.summary.endswith(".")
    assert family(entry.covariance, points.d) in families(points.d)
    trace = fit(points.sample, entry.k, covariance=entry.covariance)
    assert np.isfinite(trace.log_likelihood)
    assert not trace[-1].events


@pytest.mark.parametrize("entry", BUILTIN, ids=lambda entry: entry.key)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(entry: BuiltIn):
    first, again, other = entry.make(7), entry.make(7), entry.make(8)
    assert np.array_equal(first.values, again.values)
    assert np.array_equal(first.values, other.values) is not entry.seeded
    assert entry.seeded == (entry.group == "Generated")


@pytest.mark.parametrize("entry", [e for e in BUILTIN if e.table is not None], ids=lambda entry: entry.key)
def test_sets_with_a_table_show_columns_of_it(entry: BuiltIn):
    assert entry.table is not None
    table, points = entry.table(3), entry.make(3)
    again = table.points(tuple(table.columns.index(name) for name in points.columns))
    assert np.array_equal(again.values, points.values)


def test_sets_are_found_by_their_keys():
    assert len({entry.key for entry in BUILTIN}) == len(BUILTIN)
    assert builtin("ring").title == "Ring and core"
    with pytest.raises(ValueError, match="unknown data set 'nile'; use one of old_faithful, waiting"):
        builtin("nile")


# ------------------------------------------------------------------------------------------ measured


@pytest.mark.parametrize(
    ("key", "source", "columns"),
    [
        ("old_faithful", "old_faithful_2d", ("eruptions [min]", "waiting [min]")),
        ("waiting", "faithful_waiting_1d", ("waiting [min]",)),
        ("iris_petals", "iris_petal_2d", ("petal length [cm]", "petal width [cm]")),
        ("galaxies", "galaxies_1d", ("velocity [1000 km/s]",)),
    ],
)
def test_measured_sets_are_those_of_the_reference_in_its_order(
    key: str, source: str, columns: tuple[str, ...]
):
    points = builtin(key).make(0)
    assert np.array_equal(points.values, np.array(reference(source)))
    assert points.columns == columns
    assert points.notes == ()


def test_iris_knows_its_species():
    points = builtin("iris_petals").make(0)
    assert points.truth is not None
    assert np.bincount(points.truth).tolist() == [50, 50, 50]
    setosa = points.values[points.truth == 0]
    assert setosa[:, 0].max() < points.values[points.truth > 0][:, 0].min(), "setosa stands apart"


def test_galaxies_leave_k_open():
    points = builtin("galaxies").make(0)
    values = [bic(best(points, k, "V", starts=6)[-1]) for k in (1, 3, 4, 5, 6)]
    assert min(values[1:]) < values[0] - 10, "more than one"
    assert max(values[1:]) - min(values[1:]) < 20, "yet no clear winner"


# ------------------------------------------------------------------------------------------ generated


@pytest.mark.parametrize("seed", SEEDS)
def test_three_blobs_are_three_for_every_family(seed: int):
    points = generators.three_blobs(seed)
    for covariance in ("full", "tied", "diag", "spherical"):
        trace = fit(points.sample, start=points.truth, covariance=covariance)
        assert (labels(points, trace.mixture) == points.truth).mean() > 0.98
    assert best_k(points, "spherical", (1, 2, 3, 4)) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_rotated_needs_full_covariances(seed: int):
    points = generators.rotated(seed)
    full = best(points, 2, "full")
    assert agreement(labels(points, full.mixture), points.truth) > 0.99
    for covariance in ("diag", "spherical"):
        other = best(points, 2, covariance)
        assert bic(full[-1]) < bic(other[-1]) - 300
        assert agreement(labels(points, other.mixture), points.truth) < 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_unequal_spread_defeats_the_nearest_mean(seed: int):
    points = generators.unequal_spread(seed)
    mixture = best(points, 2, "spherical").mixture
    distances = ((points.values[:, None] - mixture.means) ** 2).sum(axis=2)
    assert agreement(labels(points, mixture), points.truth) > 0.96
    assert agreement(np.asarray(distances.argmin(axis=1)), points.truth) < 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_overlapping_stays_soft_and_slow(seed: int):
    soft, firm = generators.overlapping(seed), generators.three_blobs(seed)
    slow, quick = fit(soft.sample, 2, max_iterations=200), fit(firm.sample, 3)
    certain = responsibilities(soft.values, fit(soft.sample, 2, covariance="tied").mixture).max(axis=1) > 0.9
    assert certain.mean() < 0.7
    assert len(slow) > 5 * len(quick)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_ring_needs_many_components(seed: int):
    points = generators.ring(seed)
    values = {k: bic(best(points, k, "full")[-1]) for k in (1, 2, 4, 8)}
    assert values[8] < values[4] - 100 < values[2] - 200
    assert points.truth is not None
    assert np.hypot(*points.values[points.truth == 0].T).min() > 3.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scale_mixture_differs_in_scale_alone(seed: int):
    points = generators.scale_mixture(seed)
    trace = fit(points.sample, start=points.truth, covariance="scale")
    scales = np.sqrt(trace.mixture.covariances.ravel())
    assert np.abs(trace.mixture.means).max() < 0.5
    assert scales == pytest.approx([1.0, 4.0], rel=0.25)
    assert bic(trace[-1]) < bic(best(points, 1, "V")[-1]) - 50
    assert bic(trace[-1]) < bic(best(points, 2, "V")[-1]), "one mean is enough"
    deviations = points.values - points.values.mean()
    assert (deviations**4).mean() / points.values.var() ** 2 > 4.5, "tails heavier than a Gaussian's 3"


def scale_of(covariances: Any) -> Any:
    """Standard deviations of round ones of the same area."""
    return np.sqrt(np.sort(np.sqrt(np.linalg.det(covariances))))


@pytest.mark.parametrize("seed", SEEDS)
def test_round_scales_are_known_by_their_distance_alone(seed: int):
    points = generators.scale_isotropic(seed)
    trace = fit(points.sample, start=points.truth, covariance="scale-isotropic")
    assert np.abs(trace.mixture.means - [2.0, -1.0]).max() < 0.2
    assert scale_of(trace.mixture.covariances) == pytest.approx([0.5, 1.5, 5.0], rel=0.2)
    assert best_k(points, "scale-isotropic", (1, 2, 3, 4)) == 3
    assert bic(trace[-1]) < bic(best(points, 3, "scale-free")[-1])
    largest = labels(points, trace.mixture) == np.linalg.det(trace.mixture.covariances).argmax()
    distances = np.hypot(*(points.values - [2.0, -1.0]).T)
    assert np.median(distances[largest]) > 4 * np.median(distances[~largest])


@pytest.mark.parametrize("seed", SEEDS)
def test_scales_of_one_shape_have_one_shape(seed: int):
    points = generators.scale_scaled(seed)
    trace = fit(points.sample, start=points.truth, covariance="scale-scaled")
    assert scale_of(trace.mixture.covariances) == pytest.approx(np.sqrt(0.12) * np.array([1, 3, 10]), rel=0.2)
    _, axes = np.linalg.eigh(trace.mixture.covariances[0])
    assert np.degrees(np.arctan2(axes[1, 1], axes[0, 1])) % 180 == pytest.approx(30.0, abs=3.0)
    for other in ("scale-isotropic", "scale-free"):
        assert bic(trace[-1]) < bic(best(points, 3, other)[-1]), "the rounder is wrong, the freer too free"


@pytest.mark.parametrize("seed", SEEDS)
def test_crossing_groups_share_their_mean(seed: int):
    points = generators.scale_free(seed)
    free = best(points, 2, "scale-free")
    assert np.abs(free.mixture.means).max() < 0.2
    assert np.sign(free.mixture.covariances[:, 0, 1]).sum() == 0, "one along either diagonal"
    assert agreement(labels(points, free.mixture), points.truth) > 0.85
    for other in ("diag", "scale-scaled", "full"):
        assert bic(free[-1]) < bic(best(points, 2, other)[-1])


@pytest.mark.parametrize("seed", SEEDS)
def test_heavy_tails_take_several_scales_about_one_mean(seed: int):
    points = generators.heavy_tails(seed)
    assert best_k(points, "scale", (1, 2, 3)) >= 2
    far = np.abs(points.values[:, 0]) > 3.0
    share = 1 - 3.0 / np.sqrt(11.0)  # P(|t| > 3) with two degrees of freedom is 1 − 3/√(2 + 3²)
    assert far.mean() == pytest.approx(share, abs=4 * np.sqrt(share / points.n))
    assert np.abs(np.median(points.values)) < 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_wavelet_coefficients_are_a_scale_mixture(seed: int):
    points = builtin("wavelets").make(seed)
    trace = fit(points.sample, 3, covariance="scale", seed=1)
    scales = np.sqrt(trace.mixture.covariances.ravel())
    assert (scales[1:] / scales[:-1] > 3).all(), "scales far apart"
    assert abs(trace.mixture.means[0, 0]) < 0.2 * scales[0], "about zero, as details are"
    assert bic(trace[-1]) < bic(fit(points.sample, 2, covariance="scale")[-1]) - 1000
    assert bic(trace[-1]) < bic(fit(points.sample, 1, covariance="V")[-1]) - 10_000


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_of_wavelet_coefficients_share_their_scale(seed: int):
    points = builtin("wavelet_pairs").make(seed)
    shared = fit(points.sample, 3, covariance="scale-isotropic", seed=1)
    assert np.abs(np.corrcoef(points.values.T)[0, 1]) < 0.15, "hardly correlated"
    alone = sum(fit(points.values[:, i], 3, covariance="scale", seed=1).log_likelihood for i in range(2))
    assert shared.log_likelihood > alone + 500, "and far from independent: one scale serves both"


@pytest.mark.parametrize("seed", SEEDS)
def test_two_humps_are_two(seed: int):
    points = generators.one_dimensional(seed)
    assert best_k(points, "V", (1, 2, 3)) == 2
    assert sorted(best(points, 2, "V").mixture.means.ravel()) == pytest.approx([-2.0, 3.0], abs=0.4)


@pytest.mark.parametrize(
    "make",
    [
        generators.three_blobs,
        generators.rotated,
        generators.unequal_spread,
        generators.overlapping,
        generators.ring,
        generators.scale_mixture,
        generators.scale_isotropic,
        generators.scale_scaled,
        generators.scale_free,
        generators.heavy_tails,
        generators.one_dimensional,
    ],
)
def test_generators_take_a_size_and_say_their_seed(make: Any):
    points = make(5, 17)
    assert points.n == 17
    assert len(points.truth) == 17
    assert points.notes == ("generated with seed 5",)
