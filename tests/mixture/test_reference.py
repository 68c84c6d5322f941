"""Fits of published data sets against results of R's mclust (``tests/reference/README.md``)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture import (
    Mixture,
    Sample,
    StopReason,
    bic,
    families,
    family,
    fit,
    icl,
    n_parameters,
    start_state,
    step,
)
from gmmviewer.mixture.convergence import StopRule
from tests.mixture.helpers import assert_monotone, old_faithful, reference

DATA_SETS = ("old_faithful_2d", "iris_petal_2d", "galaxies_1d", "faithful_waiting_1d")
INNER = ("VEI", "VEE", "VEV", "EVE")  # the reference iterates inside its M-step, and stops a little early
NO_MAXIMUM = "VVE"  # the reference's M-step is not the best one, and its log-likelihood may fall
LONG = 150  # the reference's iterations; above this a fit crawls along a ridge


def _fits() -> Iterator[Any]:
    for name in DATA_SETS:
        for entry in reference(name)["fits"]:
            for letters, found in entry["models"].items():
                if not found.get("failed"):
                    yield pytest.param(name, letters, entry, found, id=f"{name}-{letters}-{entry['K']}")


def _mixture(found: dict[str, Any]) -> Mixture:
    """The reference's converged parameters; in one dimension its means are a table of name and value."""
    means = found["means"]
    weights = np.array(found["weights"])
    ordered = list(means.values()) if isinstance(means, dict) else means
    return Mixture(weights / weights.sum(), ordered, found["covariances"])


def _tolerance(letters: str) -> float:
    """In nats, absolute."""
    return 1e-5 if letters in INNER else 1e-6 if letters == NO_MAXIMUM else 1e-8


every_fit = pytest.mark.parametrize(("name", "letters", "entry", "found"), list(_fits()))


def test_every_family_has_a_reference() -> None:
    for d, data_set in ((1, "galaxies_1d"), (2, "old_faithful_2d")):
        known = {letters for entry in reference(data_set)["fits"] for letters in entry["models"]}
        assert known == {member.letters for member in families(d) if not member.shared_mean}


@every_fit
def test_the_curve_is_the_reference_curve(
    name: str, letters: str, entry: dict[str, Any], found: dict[str, Any]
) -> None:
    expected = {int(t): value for t, value in found["loglik_after"].items()}
    sample = Sample.of(reference(name)["data"])
    trace = fit(
        sample,
        entry["K"],
        covariance=letters,
        start=entry["initial_labels"],
        tolerance=0,
        max_iterations=max(expected) - 1,
    )
    assert_monotone(sample, trace)
    if letters == NO_MAXIMUM:
        assert trace[0].log_likelihood != pytest.approx(expected[1], abs=1e-3)
        return
    for t, value in expected.items():  # the reference counts the M-step on the labels as its first
        assert trace[t - 1].log_likelihood == pytest.approx(value, abs=_tolerance(letters), rel=0)


@every_fit
def test_the_numbers_at_the_reference_answer(
    name: str, letters: str, entry: dict[str, Any], found: dict[str, Any]
) -> None:
    sample = Sample.of(reference(name)["data"])
    answer = sample.units.standardise_mixture(_mixture(found))
    state = start_state(sample, answer, family(letters, sample.d))
    assert state.log_likelihood == pytest.approx(found["loglik"], abs=1e-8, rel=0)
    assert n_parameters(state) == found["n_parameters"]
    assert bic(state) == pytest.approx(-found["bic_mclust"], abs=1e-6, rel=0)
    assert icl(state) == pytest.approx(-found["icl_mclust"], abs=1e-6, rel=0)


@every_fit
def test_the_end_is_never_below_the_reference(
    name: str, letters: str, entry: dict[str, Any], found: dict[str, Any]
) -> None:
    sample = Sample.of(reference(name)["data"])
    if found["iterations"] <= LONG and letters != NO_MAXIMUM:
        trace = fit(
            sample,
            entry["K"],
            covariance=letters,
            start=entry["initial_labels"],
            tolerance=0,
            max_iterations=found["iterations"] + 20,
        )
    else:  # from where the reference stopped, which takes thousands of iterations to reach
        trace = fit(sample, covariance=letters, start=_mixture(found), tolerance=0, max_iterations=50)
    assert_monotone(sample, trace)
    assert trace.log_likelihood >= found["loglik"] - _tolerance(letters)


def _galaxies(k: int) -> tuple[dict[str, Any], dict[str, Any]]:
    (entry,) = (entry for entry in reference("galaxies_1d")["fits"] if entry["K"] == k)
    return entry, entry["models"]["V"]


def test_a_plateau_of_thousands_of_iterations_is_left_and_never_called_converged() -> None:
    """Galaxies, K = 6: the curve rests at −198.09 for 2,900 iterations, then rises by 2.9 nats."""
    entry, found = _galaxies(6)
    sample = Sample.of(reference("galaxies_1d")["data"])
    most = found["iterations"]
    trace = fit(sample, covariance="V", start=entry["initial_labels"], tolerance=0, max_iterations=most)
    assert_monotone(sample, trace)
    assert trace[100].log_likelihood > -198.09
    assert trace[2900].log_likelihood < -198.0
    assert trace.log_likelihood == pytest.approx(found["loglik"], abs=1e-8, rel=0)
    np.testing.assert_allclose(trace.mixture.weights, found["weights"], rtol=1e-3)
    rule = StopRule(max_iterations=most)
    assert all(rule.reason(state) is None for state in trace[:2900])


def test_a_fit_that_has_to_stop_on_a_plateau_says_so() -> None:
    entry, found = _galaxies(5)
    trace = fit(reference("galaxies_1d")["data"], covariance="V", start=entry["initial_labels"])
    assert found["loglik"] - trace.log_likelihood > 1.0
    assert trace.stop_reason is StopReason.MAX_ITERATIONS


def test_three_points_state_by_state() -> None:
    toy = reference("toy_1d")
    first = toy["states"][0]
    sample = Sample.of(toy["data"])
    start = Mixture(first["weights"], first["means"], first["variances"])
    trace = fit(sample, covariance="V", start=start, tolerance=0, max_iterations=len(toy["states"]) - 1)
    for state, expected in zip(trace, toy["states"], strict=True):
        assert state.iteration == expected["iteration"]
        assert state.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-12, rel=0)
        np.testing.assert_allclose(state.mixture.weights, expected["weights"], atol=1e-12, rtol=0)
        np.testing.assert_allclose(state.mixture.means[:, 0], expected["means"], atol=1e-12, rtol=0)
        np.testing.assert_allclose(
            state.mixture.covariances[:, 0, 0], expected["variances"], atol=1e-12, rtol=0
        )


def test_golden_numbers_of_old_faithful() -> None:
    trace = fit(old_faithful(), 2, covariance="full", seed=0, tolerance=1e-10)
    state = trace[-1]
    assert state.log_likelihood == pytest.approx(-1130.26396018, abs=1e-8, rel=0)
    assert bic(state) == pytest.approx(2322.19174310, abs=2e-8, rel=0)
    assert n_parameters(state) == 11


def test_golden_number_of_the_waiting_time() -> None:
    trace = fit(old_faithful()[:, 1], 2, covariance="V", seed=0, tolerance=1e-12)
    assert trace.log_likelihood == pytest.approx(-1034.00174983, abs=1e-8, rel=0)


def test_the_log_likelihood_belongs_to_the_parameters_beside_it() -> None:
    """A classic mistake reports the value of the parameters before the M-step."""
    sample = Sample.of([1.0, 2.0, 3.0])
    start = sample.units.standardise_mixture(Mixture([0.5, 0.5], [1.0, 3.0], [1.0, 1.0]))
    state = step(sample, start_state(sample, start, family("V", 1)))
    densities = [
        sum(
            w * math.exp(-((x - m) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v)
            for w, m, v in zip(
                state.mixture.weights,
                state.mixture.means[:, 0],
                state.mixture.covariances[:, 0, 0],
                strict=True,
            )
        )
        for x in (1.0, 2.0, 3.0)
    ]
    assert state.log_likelihood == pytest.approx(sum(map(math.log, densities)), rel=1e-14)
