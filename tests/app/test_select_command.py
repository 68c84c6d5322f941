"""``gmmviewer select``: the table, its JSON, and every mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gmmviewer.app import select_command
from gmmviewer.app.select_command import read_range
from gmmviewer.data.readers import read_table
from gmmviewer.mixture import Sample, families
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.sweep import sweep
from tests.app.commands import OLD_FAITHFUL, child, child_environment, code_of

GALAXIES = OLD_FAITHFUL.with_name("galaxies.csv")
CELL = [
    "k", "covariance", "log_likelihood", "n_parameters", "aic", "aicc", "bic", "icl", "converged", "floored",
    "iterations", "message",
]  # fmt: skip
FEW = ("--k", "1:3", "--covariance", "EEE,full")
Select = Callable[..., Any]


@pytest.fixture
def selected(json_of: Callable[..., Any]) -> Select:
    """Compares models and returns what ``--json -`` says."""
    return partial(json_of, "select")


@pytest.fixture
def refused(refusal_of: Callable[..., str]) -> Callable[..., str]:
    """Expects a mistake and returns the one line that tells it."""
    return partial(refusal_of, "select")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert code_of("select", OLD_FAITHFUL, *arguments) == 0
    return capsys.readouterr().out


# ---------------------------------------------------------------- the JSON


def test_every_cell_is_in_the_json_as_the_library_has_it(selected: Select) -> None:
    found = selected(OLD_FAITHFUL, *FEW, "--seed", "3")
    sample = Sample.of(read_table(OLD_FAITHFUL).values)
    table = sweep(sample, (1, 2, 3), (plan_for(2, "EEE"), plan_for(2, "VVV")), seed=3)
    assert [list(cell) for cell in found["cells"]] == [CELL] * 6
    for told, cell in zip(found["cells"], table.cells, strict=True):
        assert cell.state is not None
        assert (told["k"], told["covariance"]) == (cell.k, cell.family.letters)
        assert told["log_likelihood"] == cell.state.log_likelihood
        for name in ("aic", "aicc", "bic", "icl"):
            assert told[name] == cell.value(name)
        assert (told["converged"], told["floored"], told["message"]) == (True, False, None)
        assert told["n_parameters"] == cell.n_parameters
    assert found["best"]["bic"] == {"k": 3, "covariance": "EEE"}
    assert set(found["best"]) == {"bic", "icl", "aic", "aicc"}
    assert (found["n"], found["n_total"], found["d"], found["seed"]) == (272, 272.0, 2, 3)
    assert found["columns"] == ["eruptions", "waiting"]


def test_the_best_of_a_criterion_is_the_lowest_sound_cell(selected: Select) -> None:
    found = selected(GALAXIES, "--k", "1:6")
    for name, best in found["best"].items():
        sound = [cell for cell in found["cells"] if not cell["floored"] and cell[name] is not None]
        lowest = min(sound, key=lambda cell: cell[name])
        assert best == {"k": lowest["k"], "covariance": lowest["covariance"]}


def test_all_is_every_family_with_free_means(selected: Select) -> None:
    two = selected(OLD_FAITHFUL, "--k", "1")
    assert sorted(cell["covariance"] for cell in two["cells"]) == sorted(
        family.letters for family in families(2) if not family.shared_mean
    )
    assert len(two["cells"]) == 14
    one = selected(OLD_FAITHFUL, "--columns", "waiting", "--k", "1", "--covariance", "ALL")
    assert sorted(cell["covariance"] for cell in one["cells"]) == ["E", "V"]


def test_families_by_any_name_and_none_twice(selected: Select) -> None:
    found = selected(OLD_FAITHFUL, "--k", "1", "--covariance", "full, VVV,tied,scale-free")
    assert [cell["covariance"] for cell in found["cells"]] == ["VVV", "EEE", "scale-free"]


def test_fits_that_cannot_be_have_a_message(selected: Select, tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    file.write_text("x\n1\n2\n4\n", encoding="utf-8")
    cells = selected(file, "--k", "1,5")["cells"]
    assert {cell["message"] is None for cell in cells if cell["k"] == 1} == {True}
    for cell in cells:
        if cell["k"] == 5:
            assert "fewer components" in cell["message"]
            assert cell["bic"] is cell["log_likelihood"] is cell["iterations"] is None


def test_the_number_of_jobs_changes_nothing(selected: Select) -> None:
    options = (OLD_FAITHFUL, "--k", "2:4", "--covariance", "EII,VVI", "--seed", "2")
    assert selected(*options, "--jobs", "1") == selected(*options, "--jobs", "2")


def test_weights_noise_algorithm_and_stop_reach_the_fits(selected: Select, tmp_path: Path) -> None:
    file = tmp_path / "weighted.csv"
    rows = [f"{x},{y},{1 + i % 2}" for i, (x, y) in enumerate(read_table(OLD_FAITHFUL).values)]
    file.write_text("a,b,w\n" + "\n".join(rows) + "\n", encoding="utf-8")
    plain = selected(file, "--weights", "w", "--k", "2", "--covariance", "full")
    assert (plain["n"], plain["n_total"], plain["columns"]) == (272, 408.0, ["a", "b"])
    noisy = selected(file, "--weights", "w", "--k", "2", "--covariance", "full", "--noise")
    assert noisy["cells"][0]["n_parameters"] == plain["cells"][0]["n_parameters"] + 2
    hard = selected(
        file, "--k", "2", "--covariance", "full", "--algorithm", "hard", "--max-iter", "7", "--tol", "0"
    )
    assert hard["algorithm"] == "hard"
    assert hard["cells"][0]["converged"] is False


# ---------------------------------------------------------------- the text


def test_the_table_has_a_row_for_each_family_and_marks_the_best(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, *FEW).splitlines()
    assert lines[0] == "old_faithful.csv: n = 272, eruptions × waiting"
    assert lines[2].split() == ["BIC", "K", "=", "1", "K", "=", "2", "K", "=", "3"]
    assert lines[3].startswith("EEE")
    assert lines[4].startswith("VVV")
    assert lines[3].endswith("2314.30*")
    assert lines[5].startswith("best BIC: EEE, K = 3, 2314.29")
    assert sum(line.count("*") for line in lines[2:6]) == 1
    assert lines[7].startswith("ICL")
    assert lines[-1] == "* best (lower is better)"
    widths = {len(line) for line in (lines[2] + " ", lines[3])}
    assert len(widths) == 1


@pytest.mark.parametrize("criterion", ["aic", "AICc", "icl,bic"])
def test_the_criteria_are_those_asked_for(capsys: pytest.CaptureFixture[str], criterion: str) -> None:
    said = printed(capsys, *FEW, "--criterion", criterion)
    shown = [line.split()[0].lower() for line in said.splitlines() if "K = 1" in line]
    assert shown == criterion.lower().split(",")


def test_what_means_nothing_or_is_not_there_is_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "twins.csv"
    file.write_text("x\n" + "0\n" * 6 + "5\n6\n7.5\n", encoding="utf-8")
    assert code_of("select", file, "--k", "1,2,20", "--covariance", "V") == 0
    said = capsys.readouterr().out
    assert "!" in said.splitlines()[3]
    assert "collapsed onto the floor" in said
    assert "- K = 20 components need at least 20 points" in said
    assert code_of("select", OLD_FAITHFUL, "--k", "3", "--covariance", "full", "--max-iter", "3") == 0
    assert "~ not converged" in capsys.readouterr().out


def test_json_goes_to_a_file_beside_the_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "table.json"
    assert "best BIC" in printed(capsys, *FEW, "--json", out)
    assert len(json.loads(out.read_text(encoding="utf-8"))["cells"]) == 6


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:9", range(1, 10)),
        ("2,3,5", (2, 3, 5)),
        ("4", (4,)),
        ("5,1:3,2", (1, 2, 3, 5)),
        (" 2 : 3 ", (2, 3)),
    ],
)
def test_a_range_of_components(text: str, expected: Any) -> None:
    assert read_range(text) == tuple(expected)


@pytest.mark.parametrize(
    "text", ["", "a", "0", "0:3", "3:1", "1:2:3", "1-3", "2,", "-1", "1.5", "²", "1:9999999"]
)
def test_what_is_no_range_is_refused(refused: Callable[..., str], text: str) -> None:
    assert "--k" in refused(OLD_FAITHFUL, f"--k={text}")


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (("--covariance", "round"), "unknown covariance 'round'"),
        (("--covariance", "V"), "one-dimensional"),
        (("--covariance", ""), "unknown covariance"),
        (("--criterion", "best"), "use one of bic, icl, aic, aicc"),
        (("--algorithm", "magic"), "SQUAREM"),
        (("--columns", "nosuch"), "0 'eruptions', 1 'waiting'"),
        (("--weights", "nosuch"), "0 'eruptions', 1 'waiting'"),
        (("--jobs", "0"), "at least 1"),
        (("--restarts", "x"), "whole number"),
        (("--floor", "2"), "between 0 and 1"),
        (("--nosuch",), "--nosuch"),
    ],
)
def test_an_option_that_makes_no_sense(
    refused: Callable[..., str], options: tuple[str, ...], advice: str
) -> None:
    assert advice in refused(OLD_FAITHFUL, *options)


def test_a_file_or_an_output_that_is_not_there(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "no such file" in refused("nosuch.csv")
    assert "FILE" in refused()
    target = tmp_path / "no such folder" / "table.json"
    assert code_of("select", OLD_FAITHFUL, "--k", "1", "--json", target) == 2


# ---------------------------------------------------------------- as a process


def test_a_table_needs_no_qt() -> None:
    result = child("select", OLD_FAITHFUL, "--k", "1", python=("-X", "importtime"))
    assert result.code == 0
    assert "numpy" in result.imported
    assert not result.imported & {"PySide6", "shiboken6"}


def test_a_process_says_what_the_function_says(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--k", "2:3", "--covariance", "EEE,VVI", "--jobs", "2")
    assert child("select", OLD_FAITHFUL, *options).out == printed(capsys, *options)


def test_interrupted_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(select_command, "sweep", interrupt)
    assert code_of("select", OLD_FAITHFUL) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="terminals and signals are others there")
def test_ctrl_c_at_a_terminal_ends_the_command_and_its_processes() -> None:
    try:
        terminal, inside = os.openpty()
    except OSError:  # a container without /dev/pts
        pytest.skip("this machine has no pseudo-terminals")
    command = [sys.executable, "-m", "gmmviewer", "select", str(OLD_FAITHFUL), "--k", "30:60", "--jobs", "2"]
    with subprocess.Popen(
        command, env=child_environment(), stdout=subprocess.PIPE, stderr=inside, start_new_session=True
    ) as process:
        os.close(inside)
        told = b""
        while b"cells" not in told:  # the first cells are there: processes are at work
            told += os.read(terminal, 1000)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stdout is not None
        assert process.stdout.read() == b""
        with pytest.raises(ProcessLookupError):  # nobody of the group is left
            os.killpg(process.pid, 0)
    rest = b""
    try:
        while piece := os.read(terminal, 1000):
            rest += piece
    except OSError:  # how a terminal says that nobody writes any more
        pass
    os.close(terminal)
    assert b"Traceback" not in told + rest
    assert (told + rest).endswith(b"\r\x1b[K")
