"""Information criteria, against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.mixture import (
    Mixture,
    Sample,
    aic,
    bic,
    e_step,
    families,
    fit,
    icl,
    n_parameters,
    responsibilities,
)
from gmmviewer.mixture.criteria import __doc__ as summary
from tests.mixture.helpers import old_faithful


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("k", [1, 3])
def test_the_definitions(d: int, k: int) -> None:
    points = old_faithful()[:, :d]
    for member in families(d):
        state = fit(points, k, covariance=member, max_iterations=5)[-1]
        count, value, n = n_parameters(state), state.log_likelihood, len(points)
        assert count == member.n_parameters(k, d)
        assert aic(state) == pytest.approx(2 * count - 2 * value, rel=1e-14)
        assert bic(state) == pytest.approx(count * math.log(n) - 2 * value, rel=1e-14)
        labels_cost = np.log(responsibilities(points, state.mixture).max(axis=1)).sum()
        assert icl(state) == pytest.approx(bic(state) - 2 * labels_cost, rel=1e-12)


def test_lower_is_better() -> None:
    assert "lower is better" in (summary or "")
    good, bad = (fit(old_faithful(), k)[-1] for k in (2, 1))
    for criterion in (aic, bic, icl):
        assert criterion(good) < criterion(bad)


def test_overlap_costs_and_one_component_has_none() -> None:
    one, two = fit(old_faithful(), 1)[-1], fit(old_faithful(), 3)[-1]
    assert icl(one) == pytest.approx(bic(one), rel=1e-14)
    assert icl(two) > bic(two)


@pytest.mark.parametrize("d", [1, 2])
def test_entropy_and_classification_are_the_sums_they_are_named_after(d: int) -> None:
    points = old_faithful()[:, :d]
    state = fit(points, 3, max_iterations=4)[-1]
    r = responsibilities(points, state.mixture)
    entropy = -float((r * np.log(np.maximum(r, 1e-300))).sum())
    assert entropy > 0
    assert state.expectation.entropy == pytest.approx(entropy, rel=1e-10)
    assert state.expectation.classification == pytest.approx(np.log(r.max(axis=1)).sum(), rel=1e-10)


def test_criteria_have_the_units_of_the_data() -> None:
    """A density has units: n·d·log s must not be forgotten."""
    sample = Sample.of(old_faithful() * 1000)
    here, there = fit(old_faithful(), 2)[-1], e_step(fit(sample, 2)[-1])
    shift = 272 * 2 * math.log(1000)
    assert there.log_likelihood == pytest.approx(here.log_likelihood - shift, rel=1e-10)
    assert bic(there) == pytest.approx(bic(here) + 2 * shift, rel=1e-10)


def test_the_log_likelihood_of_a_standard_normal() -> None:
    state = fit([-1.0, 1.0], start=Mixture([1.0], [0.0], [1.0]), max_iterations=0)[0]
    assert state.log_likelihood == pytest.approx(-math.log(2 * math.pi) - 1.0, rel=1e-15)
