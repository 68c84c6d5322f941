"""``gmmviewer fit``: every option, every output, every mistake."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from gmmviewer.data.readers import read_table
from gmmviewer.mixture import Mixture, aic, aicc, bic, fit, icl, log_likelihood, n_parameters
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.scene.palette import fill_colour
from tests.app.commands import OLD_FAITHFUL, ROOT, child, code_of

GALAXIES = OLD_FAITHFUL.with_name("galaxies.csv")
KEYS = [
    "n", "d", "k", "covariance", "algorithm", "seed", "weights", "means", "covariances", "log_likelihood",
    "log_likelihood_history", "iterations", "stop_reason", "n_parameters", "aic", "bic", "icl", "events",
    "aicc", "n_total", "noise", "objective", "objective_name", "objective_history", "result_iteration",
    "constraints", "floor", "restarts", "held_out", "folds",
]  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
Fit = Callable[..., Any]


@cache
def reference() -> dict[str, Any]:
    """Old Faithful as another program fitted it."""
    path = ROOT / "tests" / "reference" / "old_faithful_2d.json"
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def faithful() -> np.ndarray[Any, Any]:
    return read_table(OLD_FAITHFUL).values


@pytest.fixture
def fitted(json_of: Callable[..., Any]) -> Fit:
    """Fits a file and returns what ``--json -`` says."""
    return partial(json_of, "fit")


@pytest.fixture
def refused(refusal_of: Callable[..., str]) -> Callable[..., str]:
    """Expects a mistake and returns the one line that tells it."""
    return partial(refusal_of, "fit")


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


# ---------------------------------------------------------------- the JSON


@pytest.mark.parametrize(("file", "d"), [(OLD_FAITHFUL, 2), (GALAXIES, 1)])
def test_the_json_has_the_keys_it_promises(fitted: Fit, file: Path, d: int) -> None:
    found = fitted(file, "--k", "3", "--max-iter", "2")
    assert list(found) == KEYS
    assert (found["d"], found["k"]) == (d, 3)
    assert np.shape(found["weights"]) == (3,)
    assert np.shape(found["means"]) == (3, d)
    assert np.shape(found["covariances"]) == (3, d, d)


@pytest.mark.parametrize("columns", ["eruptions,waiting", "waiting"])
def test_numbers_read_back_as_the_very_bits_of_the_library(fitted: Fit, columns: str) -> None:
    found = fitted(OLD_FAITHFUL, "--columns", columns, "--k", "3", "--seed", "5", "--max-iter", "20")
    points = faithful() if "," in columns else faithful()[:, 1]
    trace = fit(points, 3, covariance="full", seed=5, max_iterations=20)
    assert found["weights"] == trace.mixture.weights.tolist()
    assert found["means"] == trace.mixture.means.tolist()
    assert found["covariances"] == trace.mixture.covariances.tolist()
    assert found["log_likelihood_history"] == list(trace.log_likelihoods)
    assert found["log_likelihood"] == trace.log_likelihood
    assert found["n_parameters"] == n_parameters(trace[-1])
    assert (found["aic"], found["bic"], found["icl"]) == (aic(trace[-1]), bic(trace[-1]), icl(trace[-1]))
    assert (found["n"], found["seed"], found["algorithm"]) == (272, 5, "EM")
    assert (found["aicc"], found["n_total"], found["noise"]) == (aicc(trace[-1]), 272.0, None)
    assert found["objective_history"] == found["log_likelihood_history"]
    assert (found["objective"], found["objective_name"]) == (trace.log_likelihood, "log-likelihood")
    assert (found["restarts"], found["held_out"], found["folds"]) == (None, None, None)


def test_numbers_have_seventeen_significant_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("fit", OLD_FAITHFUL, "--json", "-") == 0
    texts = [text for text in NUMBER.findall(capsys.readouterr().out) if "." in text]
    assert len(texts) > 20
    assert [text for text in texts if text != f"{float(text):.17g}"] == []


def test_the_history_starts_with_the_start(fitted: Fit) -> None:
    found = fitted(OLD_FAITHFUL)
    start = fitted(OLD_FAITHFUL, "--max-iter", "0")
    assert found["iterations"] == len(found["log_likelihood_history"]) - 1
    assert found["stop_reason"] == "converged"
    assert found["log_likelihood"] == found["log_likelihood_history"][-1]
    assert start["log_likelihood_history"] == found["log_likelihood_history"][:1]
    assert (start["iterations"], start["stop_reason"]) == (0, "maximum iterations")
    assert start["log_likelihood"] == pytest.approx(
        log_likelihood(faithful(), Mixture(start["weights"], start["means"], start["covariances"])), abs=1e-9
    )


@pytest.mark.parametrize("count", [1, 137])
def test_tolerance_zero_runs_every_iteration(fitted: Fit, count: int) -> None:
    found = fitted(OLD_FAITHFUL, "--tol", "0", "--max-iter", str(count))
    assert found["iterations"] == count
    assert len(found["log_likelihood_history"]) == count + 1
    assert found["stop_reason"] == "maximum iterations"


def test_events_say_when_and_what_to_do(fitted: Fit, tmp_path: Path) -> None:
    file = written(tmp_path / "few.csv", "x,y\n0,0\n0,0\n0,0\n5,5\n5.1,5\n5,5.2\n")
    events = fitted(file, "--k", "2")["events"]
    assert events
    assert set(events[0]) == {"iteration", "kind", "component", "amount", "message"}
    assert {event["kind"] for event in events} <= {"floored", "empty", "plateau"}
    assert all(event["message"].endswith(".") for event in events)


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("name", ["full", "EEE", "diag", "VII"])
def test_old_faithful_from_the_reference_labels(fitted: Fit, tmp_path: Path, name: str) -> None:
    letters = {"full": "VVV", "diag": "VVI"}.get(name, name)
    entry = next(entry for entry in reference()["fits"] if entry["K"] == 2)
    expected = entry["models"][letters]
    labels = written(tmp_path / "labels.csv", "".join(f"{label}\n" for label in entry["initial_labels"]))
    steps = {int(t): value for t, value in expected["loglik_after"].items()}
    found = fitted(
        OLD_FAITHFUL, "--k", "2", "--covariance", name, "--start", f"labels:{labels}",
        "--tol", "0", "--max-iter", str(max(*steps, expected["iterations"] + 20)),
    )  # fmt: skip
    assert found["covariance"] == name
    for t, value in steps.items():  # the reference counts the M-step on the labels as its first
        assert found["log_likelihood_history"][t - 1] == pytest.approx(value, abs=1e-8, rel=0)
    assert found["n_parameters"] == expected["n_parameters"]
    assert found["log_likelihood"] == pytest.approx(expected["loglik"], abs=1e-7, rel=0)
    assert found["bic"] == pytest.approx(-expected["bic_mclust"], abs=1e-5, rel=0)
    assert found["icl"] == pytest.approx(-expected["icl_mclust"], abs=1e-4, rel=0)
    assert found["aic"] == pytest.approx(2 * expected["n_parameters"] - 2 * expected["loglik"], abs=1e-5)


# ---------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("columns", "index"),
    [("0,1", [0, 1]), ("1,0", [1, 0]), ("1", [1]), ("waiting", [1]), ("waiting,eruptions", [1, 0])],
)
def test_columns_by_name_or_number(fitted: Fit, columns: str, index: list[int]) -> None:
    found = fitted(OLD_FAITHFUL, "--columns", columns, "--k", "1")
    assert found["means"] == [pytest.approx(faithful()[:, index].mean(axis=0), rel=1e-12)]


def test_the_first_numeric_columns_are_the_default(fitted: Fit, tmp_path: Path) -> None:
    two = written(tmp_path / "two.csv", "who,a,b,c\nme,1,2,3\nyou,2,4,5\nshe,4,4,7\n")
    one = written(tmp_path / "one.csv", "who,a\nme,1\nyou,2\nshe,4\n")
    assert fitted(two, "--k", "1")["means"][0] == pytest.approx([7 / 3, 10 / 3])
    assert fitted(one, "--k", "1")["means"] == [[pytest.approx(7 / 3)]]


@pytest.mark.parametrize(
    ("name", "n_free"),
    [("full", 17), ("VVV", 17), ("tied", 11), ("EEE", 11), ("diag", 14), ("VVI", 14), ("spherical", 11),
     ("VII", 11)],
)  # fmt: skip
def test_covariance_families_by_any_name(fitted: Fit, name: str, n_free: int) -> None:
    found = fitted(OLD_FAITHFUL, "--k", "3", "--covariance", name, "--max-iter", "5")
    assert (found["covariance"], found["n_parameters"]) == (name, n_free)


@pytest.mark.parametrize(("name", "n_free"), [("V", 8), ("E", 6), ("full", 8), ("tied", 6)])
def test_covariance_families_in_one_dimension(fitted: Fit, name: str, n_free: int) -> None:
    assert fitted(GALAXIES, "--k", "3", "--covariance", name)["n_parameters"] == n_free


@pytest.mark.parametrize("start", ["kmeans++", "random"])
def test_a_seed_repeats_a_start_and_another_changes_it(fitted: Fit, start: str) -> None:
    def first(seed: int) -> float:
        found = fitted(OLD_FAITHFUL, "--start", start, "--seed", str(seed), "--max-iter", "0")
        return float(found["log_likelihood"])

    assert first(3) == first(3)
    assert len({first(seed) for seed in range(8)}) > 3


def test_the_defaults_are_two_components_and_seed_one(fitted: Fit) -> None:
    said = fitted(OLD_FAITHFUL)
    assert (said["k"], said["covariance"], said["seed"]) == (2, "full", 1)
    assert said == fitted(OLD_FAITHFUL, "--k", "2", "--covariance", "full", "--seed", "1", "--tol", "0.01")


def test_parameters_make_a_round_trip(fitted: Fit, tmp_path: Path) -> None:
    for options in (("--columns", "0,1"), ("--columns", "1")):
        out = tmp_path / "fit.json"
        assert code_of("fit", OLD_FAITHFUL, *options, "--k", "3", "--json", out) == 0
        before = json.loads(out.read_text(encoding="utf-8"))
        after = fitted(OLD_FAITHFUL, *options, "--start", f"parameters:{out}", "--max-iter", "0")
        assert after["k"] == 3
        assert after["log_likelihood_history"][0] == pytest.approx(before["log_likelihood"], abs=1e-10, rel=0)
        assert after["means"] == [pytest.approx(mean, rel=1e-13) for mean in before["means"]]


def test_a_start_says_how_many_components(fitted: Fit, tmp_path: Path) -> None:
    labels = written(tmp_path / "labels.csv", "\n".join(str(i % 4) for i in range(272)) + "\n")
    assert fitted(OLD_FAITHFUL, "--start", f"labels:{labels}", "--max-iter", "1")["k"] == 4


def test_the_start_from_labels_is_an_m_step_on_them(fitted: Fit, tmp_path: Path) -> None:
    groups = (faithful()[:, 1] > 68).astype(int)
    labels = written(tmp_path / "labels.csv", "".join(f"{label + 7}\n" for label in groups))
    found = fitted(OLD_FAITHFUL, "--start", f"labels:{labels}", "--max-iter", "0")
    parts = [faithful()[groups == k] for k in (0, 1)]
    assert found["weights"] == pytest.approx([len(part) / 272 for part in parts])
    for k, part in enumerate(parts):
        assert found["means"][k] == pytest.approx(part.mean(axis=0))
        assert np.allclose(found["covariances"][k], np.cov(part.T, bias=True), rtol=1e-10)


# ---------------------------------------------------------------- labels out


def test_labels_belong_to_the_component_most_responsible(tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    assert code_of("fit", OLD_FAITHFUL, "--k", "3", "--labels", out) == 0
    trace = fit(faithful(), 3, seed=1)
    standard = trace[-1].units.standardise(faithful()).T
    labels = [int(line) for line in out.read_text(encoding="ascii").splitlines()]
    assert labels == hard_labels(np.ascontiguousarray(standard), trace[-1].standard).tolist()
    assert set(labels) == {0, 1, 2}


def test_rows_with_missing_values_get_no_label(fitted: Fit, tmp_path: Path) -> None:
    rows = ["a,b,c", "1,1,x", "2,,x", "1.5,1.2,", "9,9,x", "NA,8,x", "9.5,9.9,x", "9.4,8.8,x", "1.1,0.7,x"]
    file, out = written(tmp_path / "gaps.csv", "\n".join(rows) + "\n"), tmp_path / "labels.csv"
    assert code_of("fit", file, "--labels", out, "--seed", "2") == 0
    labels = [int(line) for line in out.read_text(encoding="ascii").splitlines()]
    low, high = labels[0], labels[3]
    assert low != high
    assert labels == [low, -1, low, high, -1, high, high, low]
    again = fitted(file, "--start", f"labels:{out}", "--max-iter", "0")  # what was written can be read
    assert (again["n"], again["k"]) == (6, 2)


def test_what_was_left_out_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "gaps.csv", "a,b\n1,2\n3,\n4,5\n2,2\n")
    assert code_of("fit", file, "--k", "1") == 0
    assert "1 of 4 rows left out" in capsys.readouterr().out


# ---------------------------------------------------------------- output


def test_without_json_on_stdout_there_is_a_summary(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "fit.json"
    assert code_of("fit", OLD_FAITHFUL, "--json", out) == 0
    said = capsys.readouterr()
    assert said.err == ""
    expected = ("n = 272", "eruptions × waiting", "K = 2", "converged", "BIC", "weight", "mean", "covariance")
    assert [part for part in expected if part not in said.out] == []
    assert list(json.loads(out.read_text(encoding="utf-8"))) == KEYS


def test_json_on_stdout_is_nothing_but_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: object
) -> None:
    others = ("--labels", tmp_path / "labels.csv", "--image", tmp_path / "fit.png")
    assert code_of("fit", OLD_FAITHFUL, "--json", "-", *others) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert list(json.loads(said.out)) == KEYS
    assert (tmp_path / "labels.csv").exists()
    assert (tmp_path / "fit.png").exists()


def test_the_same_command_writes_the_same_bytes(tmp_path: Path) -> None:
    names = ("fit.json", "labels.csv", "fit.svg")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        files = (part for flag, name in zip(("--json", "--labels", "--image"), names, strict=True)
                 for part in (flag, name))  # fmt: skip
        result = child("fit", OLD_FAITHFUL, "--k", "3", *files, cwd=tmp_path / folder)
        assert (result.code, result.err) == (0, "")
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize(("columns", "suffix"), [("0,1", "svg"), ("1", "PNG")])
def test_a_picture_needs_no_display(tmp_path: Path, columns: str, suffix: str) -> None:
    out = tmp_path / f"fit.{suffix}"
    result = child("fit", OLD_FAITHFUL, "--columns", columns, "--image", out)
    assert (result.code, result.err) == (0, "")
    assert out.stat().st_size > 10_000


@pytest.mark.parametrize("columns", ["eruptions,waiting", "waiting"])
def test_a_png_shows_points_and_components_in_colour(qapp: object, tmp_path: Path, columns: str) -> None:
    out = tmp_path / "fit.png"
    assert code_of("fit", OLD_FAITHFUL, "--columns", columns, "--image", out) == 0
    pixels = rgb(out)
    assert pixels.shape[1] > pixels.shape[0] > 600
    assert (pixels == 255).all(axis=2).mean() > 0.3  # the ground
    for k in (0, 1):
        assert near(pixels, fill_colour(k)).sum() > 200, f"component {k + 1} is nowhere"
    assert near(pixels, fill_colour(2)).sum() == 0


@pytest.mark.parametrize("columns", [("eruptions", "waiting"), ("waiting",)])
def test_an_svg_has_real_text_and_coloured_curves(
    qapp: object, tmp_path: Path, columns: tuple[str, ...]
) -> None:
    out = tmp_path / "fit.svg"
    assert code_of("fit", OLD_FAITHFUL, "--columns", ",".join(columns), "--image", out) == 0
    tree = ElementTree.parse(out)
    texts = {"".join(element.itertext()).strip() for element in tree.iter() if element.tag.endswith("text")}
    assert set(columns) <= texts
    strokes = {str(element.get("stroke")).lower() for element in tree.iter()}
    fills = {str(element.get("fill")).lower() for element in tree.iter()}
    for k in (0, 1):
        assert "#{:02x}{:02x}{:02x}".format(*fill_colour(k)) in strokes | fills
    if len(columns) == 2:
        assert sum(element.tag.endswith("circle") for element in tree.iter()) >= 272


def rgb(path: Path) -> np.ndarray[Any, Any]:
    """The pixels (height, width, 3) of a picture file."""
    from PySide6.QtGui import QImage

    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    assert not image.isNull()
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int16)


def near(pixels: np.ndarray[Any, Any], colour: tuple[int, int, int]) -> np.ndarray[Any, Any]:
    """Which pixels have about this colour; points let some of the ground through."""
    return np.asarray((np.abs(pixels - np.array(colour, dtype=np.int16)) < 30).all(axis=2))


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("", "no numeric rows"),
        ("a,b\n", "no numeric rows"),
        ("name,who\nme,you\nshe,he\n", "number"),
        ("a,b\nNA,1\n2,NA\n", "no numeric rows"),
        ("a,b\n1,2\n3,inf\n", "line 3"),
        ("a,b\n1,2\n3,1e400\n", "line 3"),
        ("a,b\n1,2\n3,4\n5,six\n7,8\n", "line 4"),
        ("a,b\n1,2\n3,4,5\n", "line 3"),
    ],
)
def test_a_file_that_holds_no_points(
    refused: Callable[..., str], tmp_path: Path, content: str, advice: str
) -> None:
    said = refused(written(tmp_path / "bad.csv", content))
    assert said.startswith("bad.csv")
    assert advice in said


@pytest.mark.parametrize(("name", "advice"), [("nosuch.csv", "no such file"), (".", "folder")])
def test_a_path_that_is_no_file(refused: Callable[..., str], tmp_path: Path, name: str, advice: str) -> None:
    assert advice in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (("--columns", "nosuch"), "0 'eruptions', 1 'waiting'"),
        (("--columns", "7"), "0 'eruptions', 1 'waiting'"),
        (("--columns", "0,1,0"), "one or two"),
        (("--columns", ""), "0 'eruptions', 1 'waiting'"),
        (("--k", "273"), "fewer components"),
        (("--covariance", "round"), "full/VVV"),
        (("--covariance", "V"), "one-dimensional"),
        (("--start", "sorted"), "kmeans++"),
        (("--start", "sorted"), "parameters:FILE"),
        (("--start", "labels:"), "labels:FILE"),
        (("--start", "parameters:"), "parameters:FILE"),
        (("--image", "fit.gif"), ".png, .svg or .pdf"),
        (("--image", "fit"), ".png, .svg or .pdf"),
    ],
)
def test_an_option_that_does_not_suit_the_data(
    refused: Callable[..., str], options: tuple[str, ...], advice: str
) -> None:
    assert advice in refused(OLD_FAITHFUL, *options)


def test_a_text_column_is_refused_by_name(refused: Callable[..., str], tmp_path: Path) -> None:
    file = written(tmp_path / "who.csv", "who,a,b\nme,1,2\nyou,2,4\n")
    said = refused(file, "--columns", "who,a")
    assert "'who' holds text" in said
    assert "1 'a', 2 'b'" in said


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        (["0", "1"], "2 labels for 272 points"),
        (["0", "1.5"] * 136, "whole numbers"),
        (["0", "inf"] * 136, "labels.csv"),
        (["0", "1e30"] * 136, "labels.csv"),
        (["0", "one"] * 136, "line 2"),
        (["0,1"] * 272, "one column"),
        ([], "no numeric rows"),
        (["0"] * 271 + [""], "271"),
    ],
)
def test_a_labels_file_that_does_not_fit(
    refused: Callable[..., str], tmp_path: Path, lines: list[str], advice: str
) -> None:
    file = written(tmp_path / "labels.csv", "".join(f"{line}\n" for line in lines))
    assert advice in refused(OLD_FAITHFUL, "--start", f"labels:{file}")


def test_labels_that_name_another_number_of_groups(refused: Callable[..., str], tmp_path: Path) -> None:
    file = written(tmp_path / "labels.csv", "0\n1\n" * 136)
    assert "2 groups, not K = 3" in refused(OLD_FAITHFUL, "--k", "3", "--start", f"labels:{file}")


GOOD = {"weights": [0.4, 0.6], "means": [[2, 54], [4, 80]], "covariances": [[[1, 0], [0, 30]]] * 2}


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"weights": [' + "1" * 5000 + "]}", "start.json"),
        ("[1, 2]", "weights, means and covariances"),
        ("7", "weights, means and covariances"),
        ("null", "weights, means and covariances"),
        (json.dumps({"weights": [1], "means": [[1, 2]]}), "weights, means and covariances"),
        (json.dumps(GOOD | {"weights": [0.5, 0.6]}), "sum to 1"),
        (json.dumps(GOOD | {"weights": [-0.5, 1.5]}), "non-negative"),
        (json.dumps(GOOD | {"weights": [math.nan, 1.0]}), "finite"),
        (json.dumps(GOOD | {"weights": [1.0]}), "means must have the shape"),
        (json.dumps(GOOD | {"weights": []}), "weights"),
        (json.dumps(GOOD | {"weights": ["a", "b"]}), "weights"),
        (json.dumps(GOOD | {"weights": {"a": 1}}), "weights"),
        (json.dumps(GOOD | {"means": [[2, 54], [4]]}), "means"),
        (json.dumps(GOOD | {"means": [[2, 10**400], [4, 5]]}), "means"),
        (json.dumps(GOOD | {"covariances": [1, 1]}), "covariances must have the shape"),
        (json.dumps(GOOD | {"covariances": [[[1, 2], [2, 1]]] * 2}), "positive definite"),
        (json.dumps(GOOD | {"covariances": [[[1, 2], [0, 9]]] * 2}), "symmetric"),
        (json.dumps({"weights": [0.5, 0.5], "means": [2, 4], "covariances": [1, 1]}), "1 dimension"),
    ],
)
def test_a_parameters_file_that_makes_no_mixture(
    refused: Callable[..., str], tmp_path: Path, content: str, advice: str
) -> None:
    file = written(tmp_path / "start.json", content)
    said = refused(OLD_FAITHFUL, "--start", f"parameters:{file}")
    assert advice in said
    assert "start.json" in said
    assert "np." not in said
    assert len(said) < 300


def test_parameters_of_another_number_of_components(refused: Callable[..., str], tmp_path: Path) -> None:
    file = written(tmp_path / "start.json", json.dumps(GOOD))
    assert "not K = 3" in refused(OLD_FAITHFUL, "--k", "3", "--start", f"parameters:{file}")


@pytest.mark.parametrize("kind", ["labels", "parameters"])
@pytest.mark.parametrize("name", ["nosuch", "."])
def test_a_start_file_that_is_not_there(
    refused: Callable[..., str], tmp_path: Path, kind: str, name: str
) -> None:
    said = refused(OLD_FAITHFUL, "--start", f"{kind}:{tmp_path / name}")
    assert (name if name != "." else tmp_path.name) in said


@pytest.mark.parametrize(
    ("flag", "name"), [("--json", "fit.json"), ("--labels", "labels.csv"), ("--image", "fit.png"),
                       ("--image", "fit.svg")]
)  # fmt: skip
def test_an_output_that_cannot_be_written(
    capfd: pytest.CaptureFixture[str], qapp: object, tmp_path: Path, flag: str, name: str
) -> None:
    target = tmp_path / "no such folder" / name
    assert code_of("fit", OLD_FAITHFUL, flag, target) == 2
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert str(target) in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("flag", ["--json", "--labels"])
def test_a_full_disk_is_blamed_on_the_output(refused: Callable[..., str], flag: str) -> None:
    said = refused(OLD_FAITHFUL, flag, "/dev/full")
    assert said.startswith("/dev/full")
    assert "old_faithful" not in said
