"""Labels against truth: scikit-learn and brute force as oracles, and the cases without an answer."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from gmmviewer.mixture import fit
from gmmviewer.mixture.agreement import adjusted_rand_index, agreement
from gmmviewer.mixture.labels import hard_labels
from tests.mixture.helpers import clusters

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60)


@given(PAIRS)
def test_it_is_what_scikit_learn_says(pairs: list[tuple[int, int]]) -> None:
    labels, truth = np.array(pairs).T
    found = agreement(labels, truth)
    np.testing.assert_array_equal(found.counts, contingency_matrix(truth, labels))
    assert found.adjusted_rand == pytest.approx(adjusted_rand_score(truth, labels), abs=1e-14)


@given(PAIRS)
def test_no_other_naming_of_the_labels_is_more_accurate(pairs: list[tuple[int, int]]) -> None:
    labels, truth = np.array(pairs).T
    found = agreement(labels, truth, k=5)
    assert found.labels.tolist() == [0, 1, 2, 3, 4]
    padded = np.zeros((5, 5))
    padded[: len(found.counts)] = found.counts
    best = max(padded[np.arange(5), list(order)].sum() for order in permutations(range(5)))
    assert found.accuracy == pytest.approx(best / len(pairs), abs=1e-15)
    on_diagonal = found.counts[:, found.columns]
    assert np.trace(on_diagonal) == best
    assert sorted(found.columns.tolist()) == [0, 1, 2, 3, 4]


@given(PAIRS, st.integers(0, 10**6))
def test_a_weight_says_how_often_a_row_counts(pairs: list[tuple[int, int]], seed: int) -> None:
    labels, truth = np.array(pairs).T
    weights = np.random.default_rng(seed).integers(0, 4, len(pairs))
    weights[0] = 1
    found = agreement(labels, truth, weights.astype(float))
    repeated = agreement(np.repeat(labels, weights), np.repeat(truth, weights))
    assert found.adjusted_rand == repeated.adjusted_rand
    assert found.accuracy == repeated.accuracy
    assert found.total == repeated.total


@given(PAIRS, st.sampled_from([1e-250, 1e-200, 1e-6, 3.7, 1e6, 1e200]))
def test_the_scale_of_fractional_weights_does_not_matter(pairs: list[tuple[int, int]], scale: float) -> None:
    labels, truth = np.array(pairs).T
    weights = 0.1 + np.arange(len(pairs)) % 3 / 7
    one, other = agreement(labels, truth, weights), agreement(labels, truth, weights * scale)
    assert other.adjusted_rand == pytest.approx(one.adjusted_rand, abs=1e-9)
    assert other.accuracy == pytest.approx(one.accuracy, abs=1e-12)


def test_many_rows_with_fractional_weights_tend_to_the_index_of_as_many_rows() -> None:
    labels, truth = np.random.default_rng(1).integers(0, 3, (2, 5000))
    truth = np.where(np.arange(5000) % 2, labels, truth)
    plain, weighted = agreement(labels, truth), agreement(labels, truth, np.full(5000, 0.3))
    assert weighted.adjusted_rand == pytest.approx(plain.adjusted_rand, abs=1e-3)


def test_counts_far_beyond_exact_doubles_are_still_exact() -> None:
    """Squares of pairs of 10⁹ rows have 36 digits; an index near 0 is their difference."""
    big = 10**9
    table = np.array([[big, big + 1], [big - 1, big]])
    together = sum(comb(n, 2) for n in table.ravel().tolist())
    one, other = (sum(comb(n, 2) for n in table.sum(axis=axis).tolist()) for axis in (1, 0))
    every = comb(4 * big, 2)
    by_hand = (together * every - one * other) * 2 / ((one + other) * every - 2 * one * other)
    assert adjusted_rand_index(table) == pytest.approx(by_hand, rel=1e-15, abs=0.0)
    assert -1e-8 < by_hand < 0


def test_rows_of_unknown_truth_do_not_count() -> None:
    found = agreement([0, 0, 1, 1, 2], [5, 5, 7, -1, -1])
    assert found.classes.tolist() == [5, 7]
    assert found.counts.tolist() == [[2, 0], [0, 1]]
    assert (found.accuracy, found.adjusted_rand, found.total) == (1.0, 1.0, 3.0)


def test_noise_is_a_label_of_its_own() -> None:
    found = agreement([-1, -1, 0, 0], [0, 0, 1, 1])
    assert found.labels.tolist() == [-1, 0]
    assert (found.accuracy, found.adjusted_rand) == (1.0, 1.0)


def test_a_component_without_rows_has_an_empty_column() -> None:
    found = agreement([0, 2, 2], [0, 1, 1], k=4)
    assert found.labels.tolist() == [0, 1, 2, 3]
    assert found.counts.tolist() == [[1, 0, 0, 0], [0, 0, 2, 0]]
    assert found.partners.tolist() == [0, 2]


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=9))
def test_fractional_weights_of_one_class_and_one_label_agree(weights: list[float]) -> None:
    same = np.zeros(len(weights))
    assert agreement(same, same, weights).adjusted_rand == 1.0
    assert abs(agreement(np.arange(len(weights)), same, weights).adjusted_rand or 0.0) < 1e-12


def test_fewer_labels_than_classes_leave_a_class_without_a_partner() -> None:
    found = agreement([0, 0, 0, 1, 1], [0, 0, 1, 2, 2])
    assert found.partners.tolist() == [0, -1, 1]
    assert found.accuracy == 0.8
    assert found.columns.tolist() == [0, 1]


@pytest.mark.parametrize("truth", [[], [-1, -1]])
def test_without_truth_there_is_no_answer(truth: list[int]) -> None:
    found = agreement([0] * len(truth), truth)
    assert found.accuracy is None
    assert found.adjusted_rand is None
    assert found.total == 0


@pytest.mark.parametrize(
    ("labels", "truth", "expected"),
    [
        ([0], [0], 1.0),
        ([0, 0, 0], [4, 4, 4], 1.0),
        ([0, 1, 2], [2, 0, 1], 1.0),
        ([0, 0, 0, 0], [0, 1, 0, 1], 0.0),
        ([0, 1, 0, 1], [0, 0, 1, 1], -0.5),
    ],
)
def test_trivial_and_opposite_partitions(labels: list[int], truth: list[int], expected: float) -> None:
    assert agreement(labels, truth).adjusted_rand == expected
    fractional = agreement(labels, truth, np.full(len(labels), 1e-3)).adjusted_rand
    if expected == 1.0 and len(set(labels)) < 3:
        assert fractional == 1.0


def test_random_labels_agree_by_chance_only() -> None:
    labels, truth = np.random.default_rng(0).integers(0, 4, (2, 20_000))
    found = agreement(labels, truth)
    assert abs(found.adjusted_rand or 1.0) < 4e-4
    assert found.accuracy == pytest.approx(0.25, abs=0.02)


def test_a_good_fit_agrees_with_the_truth() -> None:
    points, truth = clusters(5, 300, 2, 3, apart=9.0)
    trace = fit(points, 3, seed=1)
    found = agreement(hard_labels(points.T, trace.mixture), truth)
    assert found.accuracy == 1.0
    assert found.adjusted_rand == 1.0


@pytest.mark.parametrize(
    ("labels", "truth", "weights", "message"),
    [
        ([0, 1], [0], None, "2 labels for 1 rows of truth"),
        ([0, 1], [0, 1], [1.0], "1 weights for 2 points"),
        ([0, 1], [0, 1], [1.0, -1.0], "not negative"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    labels: list[int], truth: list[int], weights: list[float] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        agreement(labels, truth, weights)
