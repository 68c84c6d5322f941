"""Held-out and k-fold log-likelihood, by hand where few points allow it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from gmmviewer.mixture import Mixture, Sample, fit, log_likelihood
from gmmviewer.mixture.crossvalidation import held_out, k_fold, log_likelihood_of, rows_of
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.stopping import Cancelled
from tests.mixture.helpers import clusters, old_faithful

SIX = np.array([1.0, 2.0, 4.0, 7.0, 11.0, 16.0])
LINE = plan_for(1, "V")


def by_hand(seen: np.ndarray, unseen: np.ndarray) -> float:
    """The log-likelihood of unseen points under the one normal fitted to the seen ones."""
    return float(stats.norm.logpdf(unseen, seen.mean(), seen.std()).sum())


def test_six_points_in_folds_of_one() -> None:
    found = k_fold(Sample.of(SIX), 1, LINE, folds=6)
    values = [by_hand(np.delete(SIX, i), SIX[[i]]) for i in range(6)]
    assert sorted(fold.log_likelihood for fold in found.folds) == pytest.approx(sorted(values))
    assert found.per_point == pytest.approx(np.mean(values))
    assert found.standard_error == pytest.approx(np.std(values, ddof=1) / math.sqrt(6))


def test_six_points_in_three_folds_use_each_point_once() -> None:
    found = k_fold(Sample.of(SIX), 1, LINE, folds=3, seed=4)
    parts = np.empty(6, dtype=int)
    parts[np.random.default_rng(4).permutation(6)] = np.arange(6) % 3
    values = [by_hand(SIX[parts != part], SIX[parts == part]) for part in range(3)]
    assert [fold.log_likelihood for fold in found.folds] == pytest.approx(values)
    assert [fold.total for fold in found.folds] == [2.0, 2.0, 2.0]
    assert found.per_point == pytest.approx(sum(values) / 6)


def test_one_held_out_part() -> None:
    found = held_out(Sample.of(SIX), 1, LINE, fraction=1 / 3, seed=2)
    left = np.random.default_rng(2).permutation(6)[:2]
    expected = by_hand(np.delete(SIX, left), SIX[left])
    assert found.folds[0].log_likelihood == pytest.approx(expected)
    assert found.per_point == pytest.approx(expected / 2)
    assert math.isnan(found.standard_error)


def test_a_weight_counts_like_repetition() -> None:
    """Row i has weight w_i: leaving it out leaves out w_i points at once."""
    weights = np.array([2.0, 1.0, 0.0, 1.0, 3.0, 1.0])
    found = k_fold(Sample.of(SIX, weights=weights), 1, LINE, folds=5)
    rows = [0, 1, 3, 4, 5]
    values = []
    for row in rows:
        seen = np.repeat(SIX, np.where(np.arange(6) == row, 0, weights).astype(int))
        values.append(weights[row] * by_hand(seen, SIX[[row]]))
    assert sorted(fold.log_likelihood for fold in found.folds) == pytest.approx(sorted(values))
    assert found.per_point == pytest.approx(sum(values) / 8.0)


def test_the_right_number_of_components_predicts_best() -> None:
    points, _ = clusters(4, 240, 2, 3, apart=8.0)
    sample, plan = Sample.of(points), plan_for(2, "VVV")
    values = [k_fold(sample, k, plan, 4, start="hierarchical").per_point for k in (1, 3)]
    assert values[1] > values[0] + 0.5


def test_units_of_the_data_are_those_of_the_values() -> None:
    sample, plan = Sample.of(old_faithful()), plan_for(2, "VVV")
    larger = Sample.of(old_faithful() * 8.0)
    found, scaled = (held_out(data, 2, plan, start="hierarchical") for data in (sample, larger))
    assert scaled.per_point == pytest.approx(found.per_point - 2 * math.log(8.0))


def test_the_log_likelihood_of_a_sample_is_that_of_its_points() -> None:
    trace = fit(old_faithful(), 2)
    sample = Sample.of(old_faithful())
    assert log_likelihood_of(sample, trace.result.standard) == pytest.approx(trace.log_likelihood, abs=1e-9)
    part = rows_of(sample, np.arange(272) < 10)
    assert part.n == 10
    assert log_likelihood_of(part, trace.result.standard) == pytest.approx(
        log_likelihood(old_faithful()[:10], trace.mixture)
    )


def test_noise_is_uniform_where_unseen_points_may_lie() -> None:
    """The farthest point is left out: the box of the noise is that of all points nevertheless."""
    scattered = np.random.default_rng(8).uniform(-40, 40, size=(12, 2))
    far = np.array([[90.0, -70.0]])
    points = np.concatenate([clusters(1, 60, 2, 2)[0], scattered, far])
    plan = plan_for(2, "VVV", noise=True)
    found = k_fold(Sample.of(points), 2, plan, folds=73, start="hierarchical", workers=1)
    rest = Sample.of(points[:-1], units=Sample.of(points).units)
    noise = fit(rest, 2, start="hierarchical", noise=True).mixture.noise
    assert noise is not None
    assert noise.weight > 0.05
    expected = math.log(noise.weight) - np.log(np.ptp(points, axis=0)).sum()
    nearest = min(found.folds, key=lambda fold: abs(fold.log_likelihood - expected))
    assert nearest.log_likelihood == pytest.approx(expected, abs=1e-9)


def test_a_start_may_be_a_mixture() -> None:
    start = Mixture([0.5, 0.5], [2.0, 12.0], [2.0, 9.0])
    assert k_fold(Sample.of(SIX), None, LINE, 2, start=start).per_point < 0


def test_the_same_seed_gives_the_same_folds_on_any_number_of_processes() -> None:
    sample, plan = Sample.of(old_faithful()), plan_for(2, "VVI")
    alone, two = (k_fold(sample, 2, plan, 4, seed=9, workers=workers) for workers in (1, 2))
    assert alone == two
    assert k_fold(sample, 2, plan, 4, seed=10) != alone


def test_progress_and_cancel() -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> None:
        seen.append((done, of))

    k_fold(Sample.of(SIX), 1, LINE, folds=3, progress=progress)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        k_fold(Sample.of(SIX), 1, LINE, folds=3, should_stop=lambda: True)
    with pytest.raises(Cancelled):
        held_out(Sample.of(SIX), 1, LINE, should_stop=lambda: True)


@pytest.mark.parametrize("folds", [0, 1, 7])
def test_too_few_or_too_many_folds(folds: int) -> None:
    with pytest.raises(ValueError, match="between 2 and"):
        k_fold(Sample.of(SIX), 1, LINE, folds)


@pytest.mark.parametrize(
    ("fraction", "advice"), [(0.0, "between 0 and 1"), (1.0, "between"), (0.01, "one side")]
)
def test_nothing_held_out_or_nothing_left(fraction: float, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        held_out(Sample.of(SIX), 1, LINE, fraction=fraction)


def test_more_components_than_a_fold_leaves_points() -> None:
    with pytest.raises(ValueError, match="fewer components"):
        k_fold(Sample.of(SIX), 5, LINE, 3)
