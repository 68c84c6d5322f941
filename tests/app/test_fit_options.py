"""``gmmviewer fit``: families, algorithms, locks, noise, weights, restarts and validation."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmmviewer.app.options import ALGORITHM_NAMES, FAMILY_ALIASES, FAMILY_NAMES, FAMILY_NAMES_1D, START_NAMES
from gmmviewer.data.readers import read_table
from gmmviewer.mixture import ALGORITHMS, Constraints, Mixture, Sample, algorithm, fit, log_density
from gmmviewer.mixture.crossvalidation import held_out, k_fold
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.restarts import restarts
from tests.app.commands import OLD_FAITHFUL, code_of

GALAXIES = OLD_FAITHFUL.with_name("galaxies.csv")
START = {
    "weights": [0.25, 0.25, 0.5],
    "means": [[2.0, 55.0], [3.5, 70.0], [4.5, 82.0]],
    "covariances": [[[0.1, 0.0], [0.0, 30.0]], [[0.3, 0.5], [0.5, 40.0]], [[0.2, 0.1], [0.1, 25.0]]],
}
Fit = Callable[..., Any]


def faithful() -> np.ndarray[Any, Any]:
    return read_table(OLD_FAITHFUL).values


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def start(tmp_path: Path) -> str:
    """A start from parameters, as an argument."""
    return f"parameters:{written(tmp_path / 'start.json', json.dumps(START))}"


@pytest.fixture
def fitted(json_of: Callable[..., Any]) -> Fit:
    """Fits a file and returns what ``--json -`` says."""
    return partial(json_of, "fit")


@pytest.fixture
def refused(refusal_of: Callable[..., str]) -> Callable[..., str]:
    """Expects a mistake and returns the one line that tells it."""
    return partial(refusal_of, "fit")


# ---------------------------------------------------------------- every name there is


@pytest.mark.parametrize("name", [*FAMILY_NAMES, *FAMILY_ALIASES])
def test_every_family_fits_two_columns(fitted: Fit, name: str) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "2", "--covariance", name, "--max-iter", "5")
    trace = fit(faithful(), 2, covariance=name, seed=1, max_iterations=5)
    assert found["covariance"] == name
    assert found["covariances"] == trace.mixture.covariances.tolist()


@pytest.mark.parametrize("name", [*FAMILY_NAMES_1D, *FAMILY_NAMES])
def test_every_family_means_something_in_one_column(fitted: Fit, name: str) -> None:
    found = fitted(GALAXIES, "--k", "2", "--covariance", name, "--max-iter", "5")
    assert np.shape(found["covariances"]) == (2, 1, 1)


@pytest.mark.parametrize("name", [*ALGORITHM_NAMES, "map", "squarem", "em"])
def test_every_algorithm_runs_and_says_its_name(fitted: Fit, name: str) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "3", "--algorithm", name, "--max-iter", "15")
    trace = fit(faithful(), 3, algorithm=name, seed=1, max_iterations=15)
    assert found["algorithm"] == algorithm(name).name
    assert found["objective_history"] == list(trace.objectives)
    assert found["log_likelihood"] == trace.log_likelihood
    assert found["objective"] == trace.result.objective
    assert found["objective_name"] == algorithm(name).objective
    assert found["objective_history"][found["result_iteration"]] == found["objective"]


def test_stochastic_em_reports_its_best_state(fitted: Fit, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    options = ("--k", "3", "--algorithm", "stochastic", "--max-iter", "25", "--tol", "0", "--seed", "4")
    found = fitted(OLD_FAITHFUL, *options, "--labels", out, "--image", tmp_path / "fit.svg")
    assert found["iterations"] == 25
    assert found["objective"] == max(found["objective_history"])
    assert found["result_iteration"] < 25
    mixture = Mixture(found["weights"], found["means"], found["covariances"])
    assert found["log_likelihood"] == pytest.approx(log_density(faithful(), mixture).sum(), abs=1e-8)
    again = tmp_path / "again.csv"
    written(tmp_path / "best.json", json.dumps(found))
    fitted(
        OLD_FAITHFUL, "--start", f"parameters:{tmp_path / 'best.json'}", "--max-iter", "0", "--labels", again
    )
    assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", START_NAMES)
def test_every_start_by_name(fitted: Fit, name: str) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "3", "--start", name, "--seed", "2", "--max-iter", "0")
    assert found["log_likelihood"] == fit(faithful(), 3, start=name, seed=2, max_iterations=0).log_likelihood


def test_names_that_are_not_there(refused: Callable[..., str]) -> None:
    said = refused(OLD_FAITHFUL, "--algorithm", "magic")
    assert all(known.name in said for known in ALGORITHMS)


# ---------------------------------------------------------------- locks and ties


@pytest.mark.parametrize(
    ("locks", "expected"),
    [
        (["means:0,2"], Constraints(means=frozenset({0, 2}))),
        (["mean:1"], Constraints(means=frozenset({1}))),
        (["weights"], Constraints(weights=frozenset({0, 1, 2}))),
        (["Weight: 0", "MEANS:1 , 2"], Constraints(weights=frozenset({0}), means=frozenset({1, 2}))),
        (["all:1"], Constraints(frozenset({1}), frozenset({1}), frozenset({1}))),
        (["covariance:0", "mean"], Constraints(covariances=frozenset({0}), means=frozenset({0, 1, 2}))),
    ],
)
def test_what_is_locked_stays(fitted: Fit, start: str, locks: list[str], expected: Constraints) -> None:
    options = [part for lock in locks for part in ("--lock", lock)]
    found = fitted(OLD_FAITHFUL, "--start", start, *options, "--max-iter", "30", "--tol", "0")
    told = found["constraints"]
    assert told["weights"] == sorted(expected.weights)
    assert told["means"] == sorted(expected.means)
    assert told["covariances"] == sorted(expected.covariances)
    for kind, components in (("weights", expected.weights), ("means", expected.means),
                             ("covariances", expected.covariances)):  # fmt: skip
        for k in range(3):
            kept = np.allclose(found[kind][k], START[kind][k], rtol=1e-14, atol=1e-14)
            assert kept == (k in components), (kind, k)
    plan = plan_for(2, constraints=expected)
    assert found["n_parameters"] == plan.n_parameters(3, 2)


def test_locks_take_the_values_of_any_start(fitted: Fit) -> None:
    begun = fitted(OLD_FAITHFUL, "--k", "3", "--start", "kmeans", "--max-iter", "0")
    found = fitted(OLD_FAITHFUL, "--k", "3", "--start", "kmeans", "--lock", "means")
    assert found["means"] == begun["means"]
    assert found["weights"] != begun["weights"]


@pytest.mark.parametrize(
    ("lock", "advice"),
    [("size", "means:0,2"), ("", "means:0,2"), ("means:3", "they are 0 to 2"), ("means:", "numbers from 0"),
     ("means:a", "numbers from 0"), ("means:-1", "numbers from 0"), ("means:0,,1", "numbers from 0"),
     ("all:99999999999", "numbers from 0")],
)  # fmt: skip
def test_a_lock_that_says_nothing(refused: Callable[..., str], start: str, lock: str, advice: str) -> None:
    said = refused(OLD_FAITHFUL, "--start", start, f"--lock={lock}")
    assert advice in said
    assert f"--lock {lock}" in said


def test_one_mean_estimated_or_fixed(fitted: Fit) -> None:
    shared = fitted(OLD_FAITHFUL, "--k", "2", "--shared-mean")
    assert shared["means"][0] == shared["means"][1]
    assert shared["constraints"]["shared_mean"] is True
    assert shared["n_parameters"] == 1 + 2 + 6
    fixed = fitted(OLD_FAITHFUL, "--k", "2", "--fixed-mean", "3.5,70")
    np.testing.assert_allclose(fixed["means"], [[3.5, 70.0]] * 2, rtol=1e-14)
    assert fixed["n_parameters"] == 1 + 6
    line = fitted(GALAXIES, "--k", "2", "--fixed-mean", "-2.5", "--covariance", "scale", "--max-iter", "3")
    assert line["means"] == [[-2.5], [-2.5]]
    plane = fitted(OLD_FAITHFUL, "--k", "2", "--fixed-mean", "-1,.5", "--max-iter", "1")
    np.testing.assert_allclose(plane["means"], [[-1.0, 0.5]] * 2, rtol=1e-13)


@pytest.mark.parametrize(
    ("text", "advice"), [("0", "has 1 coordinate"), ("a,b", "one number per column"), ("1,", "one number"),
                         ("nan,1", "finite"), ("1,2,3", "3 coordinate")]
)  # fmt: skip
def test_a_mean_that_cannot_be_fixed(refused: Callable[..., str], text: str, advice: str) -> None:
    assert advice in refused(OLD_FAITHFUL, "--fixed-mean", text)


def test_equal_weights(fitted: Fit) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "3", "--equal-weights")
    np.testing.assert_allclose(found["weights"], 1 / 3, rtol=1e-12)
    assert found["n_parameters"] == 17 - 2


# ---------------------------------------------------------------- noise, floor, weights


def test_noise_is_told_labelled_and_can_be_started_from(fitted: Fit, tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    groups = np.concatenate([generator.normal(-4, 0.4, size=(60, 2)), generator.normal(4, 0.4, size=(60, 2))])
    points = np.concatenate([groups, generator.uniform(-9, 9, size=(40, 2))])
    file = written(tmp_path / "noisy.csv", "\n".join(f"{x},{y}" for x, y in points) + "\n")
    out, labels = tmp_path / "fit.json", tmp_path / "labels.csv"
    found = fitted(file, "--k", "2", "--noise", "--start", "kmeans", "--labels", labels)
    volume = float(np.ptp(points, axis=0).prod())
    assert found["noise"]["density"] == pytest.approx(1 / volume)
    assert found["noise"]["log_density"] == pytest.approx(-math.log(volume))
    assert sum(found["weights"]) + found["noise"]["weight"] == pytest.approx(1.0)
    assert 0.15 < found["noise"]["weight"] < 0.3
    assert found["n_parameters"] == 11 + 2
    given = [int(line) for line in labels.read_text(encoding="ascii").split()]
    assert set(given) == {-1, 0, 1}
    assert given[:120].count(-1) < 5 < given[120:].count(-1)
    out.write_text(json.dumps(found), encoding="utf-8")
    again = fitted(file, "--start", f"parameters:{out}", "--max-iter", "0")  # noise comes with the file
    assert again["log_likelihood"] == pytest.approx(found["log_likelihood"], abs=1e-9)
    assert again["noise"]["weight"] == pytest.approx(found["noise"]["weight"])


@pytest.mark.parametrize(
    ("noise", "advice"),
    [(0.1, "noise must be"), ({"weight": "much"}, "noise must be"), ({}, "noise must be"),
     ({"weight": True}, "noise must be"), ({"weight": 2.0}, "noise must be"), ({"weight": 0.2}, "sum to 1")],
)  # fmt: skip
def test_a_parameters_file_with_noise_that_is_none(
    refused: Callable[..., str], tmp_path: Path, noise: Any, advice: str
) -> None:
    file = written(tmp_path / "start.json", json.dumps(START | {"noise": noise}))
    said = refused(OLD_FAITHFUL, "--start", f"parameters:{file}")
    assert said.startswith("start.json")
    assert advice in said


def test_the_floor_is_a_fraction_of_the_variance(fitted: Fit, tmp_path: Path) -> None:
    file = written(tmp_path / "twins.csv", "x\n" + "0\n" * 6 + "5\n6\n7.5\n")
    for fraction in (1e-9, 1e-3):
        found = fitted(file, "--k", "2", "--start", "quantiles", "--floor", str(fraction))
        variance = np.var([0.0] * 6 + [5.0, 6.0, 7.5])
        assert min(found["covariances"])[0][0] == pytest.approx(fraction * variance)
        assert found["floor"] == fraction


@pytest.mark.parametrize("column", ["w", "1"])
def test_a_row_of_weight_w_counts_w_times(fitted: Fit, tmp_path: Path, column: str) -> None:
    points, weights = faithful()[::4], [i % 4 for i in range(68)]
    rows = (f"{x},{w},{y}" for (x, y), w in zip(points, weights, strict=True))
    file = written(tmp_path / "weighted.csv", "a,w,b\n" + "\n".join(rows) + "\n")
    repeated = np.repeat(points, weights, axis=0)
    copies = written(tmp_path / "copies.csv", "a,b\n" + "\n".join(f"{x},{y}" for x, y in repeated) + "\n")
    options = ("--k", "2", "--start", "hierarchical", "--tol", "1e-9")
    one, other = fitted(file, "--weights", column, *options), fitted(copies, *options)
    assert (one["n"], one["n_total"]) == (68, sum(weights))
    assert (other["n"], other["n_total"]) == (sum(weights), sum(weights))
    assert one["log_likelihood"] == pytest.approx(other["log_likelihood"], abs=1e-6)
    assert one["bic"] == pytest.approx(other["bic"], abs=1e-5)


@pytest.mark.parametrize(
    ("bad", "advice"),
    [("-1", "line 4: the weight -1"), ("", "line 4: no weight"), ("NA", "line 4: no weight"),
     ("inf", "line 4: the weight inf")],
)  # fmt: skip
def test_a_row_without_a_weight_is_refused_by_its_line(
    refused: Callable[..., str], tmp_path: Path, bad: str, advice: str
) -> None:
    file = written(tmp_path / "bad.csv", f"a,b,w\n1,2,1\n2,2,0\n3,1,{bad}\n4,4,2\n")
    said = refused(file, "--weights", "w", "--k", "1")
    assert said.startswith(("bad.csv, " + advice, "bad.csv: " + advice))
    assert "column 'w'" in said


def test_the_weight_of_a_row_that_is_left_out_may_be_missing(fitted: Fit, tmp_path: Path) -> None:
    file = written(tmp_path / "gaps.csv", "a,b,w\n1,2,1\n2,,-1\n3,1,2\n4,4,2\n")
    found = fitted(file, "--weights", "w", "--k", "1")
    assert (found["n"], found["n_total"]) == (3, 5.0)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (("--weights", "nosuch"), "0 'a', 1 'b', 2 'w'"),
        (("--weights", "a,b"), "weights are one"),
        (("--weights", "w", "--columns", "a,w"), "cannot be data and weights"),
        (("--weights", "z"), "holds text"),
        (("--weights", "zero"), "are 0"),
    ],
)
def test_a_column_that_makes_no_weights(
    refused: Callable[..., str], tmp_path: Path, options: tuple[str, ...], advice: str
) -> None:
    file = written(tmp_path / "data.csv", "a,b,w,z,zero\n1,2,1,me,0\n2,3,1,you,0\n5,1,2,she,0\n")
    assert advice in refused(file, *options)


# ---------------------------------------------------------------- restarts and validation


def test_the_best_of_many_starts_is_the_fit(fitted: Fit) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "3", "--restarts", "8", "--seed", "5", "--jobs", "1")
    many = restarts(Sample.of(faithful()), 3, plan_for(2), 8, seed=5, workers=1)
    assert [told["log_likelihood"] for told in found["restarts"]] == [o.log_likelihood for o in many.optima]
    assert [told["seeds"] for told in found["restarts"]] == [list(o.seeds) for o in many.optima]
    assert sum(told["reached"] for told in found["restarts"]) == 8
    (best,) = (told for told in found["restarts"] if told["best"])
    assert found["log_likelihood"] == best["log_likelihood"]
    assert found["means"] == best["means"]
    assert found["seed"] == best["seeds"][0]
    assert found["log_likelihood_history"][-1] == found["log_likelihood"]
    assert found == fitted(OLD_FAITHFUL, "--k", "3", "--restarts", "8", "--seed", "5", "--jobs", "2")


def test_the_optima_are_listed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("fit", OLD_FAITHFUL, "--k", "3", "--restarts", "6") == 0
    lines = capsys.readouterr().out.splitlines()
    (head,) = (i for i, line in enumerate(lines) if line.startswith("6 starts led to "))
    count = int(lines[head].split()[4])
    assert [line[0] for line in lines[head + 1 : head + 1 + count]] == ["*"] + [" "] * (count - 1)


def test_held_out_and_folds_are_those_of_the_library(fitted: Fit, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--k", "2", "--start", "kmeans", "--seed", "3", "--holdout", "0.25", "--folds", "4")
    found = fitted(OLD_FAITHFUL, *options)
    sample, plan = Sample.of(faithful()), plan_for(2)
    one = held_out(sample, 2, plan, fraction=0.25, start="kmeans", seed=3)
    many = k_fold(sample, 2, plan, 4, start="kmeans", seed=3)
    assert found["held_out"]["log_likelihood_per_point"] == one.per_point
    assert found["held_out"]["standard_error"] is None
    assert found["folds"]["log_likelihood_per_point"] == many.per_point
    assert found["folds"]["standard_error"] == many.standard_error
    assert found["folds"]["folds"] == [fold.per_point for fold in many.folds]
    assert code_of("fit", OLD_FAITHFUL, *options) == 0
    said = capsys.readouterr().out
    assert f"held-out log-likelihood per point {one.per_point:.6f}" in said
    assert f"4-fold log-likelihood per point {many.per_point:.6f} ± " in said


@pytest.mark.parametrize(
    ("options", "advice"),
    [(("--restarts", "3"), "by name"), (("--folds", "3"), "by name"), (("--holdout", "0.2"), "by name")],
)
def test_labels_are_one_start_for_all_points(
    refused: Callable[..., str], tmp_path: Path, options: tuple[str, ...], advice: str
) -> None:
    labels = written(tmp_path / "labels.csv", "0\n1\n" * 136)
    assert advice in refused(OLD_FAITHFUL, "--start", f"labels:{labels}", *options)


@pytest.mark.parametrize("options", [("--folds", "1"), ("--folds", "273"), ("--holdout", "0.001")])
def test_folds_that_make_no_sense(refused: Callable[..., str], options: tuple[str, ...]) -> None:
    assert "points" in refused(OLD_FAITHFUL, *options)
