"""The command line around the fit: help, versions, mistakes in the arguments, and what is loaded when."""

from __future__ import annotations

import argparse
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import gmmviewer
from gmmviewer.app import inputs
from gmmviewer.app.cli import fit_parser, main, select_parser, window_parser
from gmmviewer.app.options import (
    ALGORITHM_NAMES,
    CRITERION_NAMES,
    FAMILY_ALIASES,
    FAMILY_NAMES,
    FAMILY_NAMES_1D,
    START_NAMES,
)
from gmmviewer.mixture import ALGORITHMS, FAMILIES, STARTS, family
from gmmviewer.mixture.parallel import WORKER_COMMAND
from gmmviewer.mixture.pipes import READY
from gmmviewer.mixture.sweep import CRITERIA
from tests.app.commands import OLD_FAITHFUL, child, child_environment, code_of

QT = {"PySide6", "shiboken6", "pyqtgraph"}
HEAVY = QT | {"numpy", "scipy", "contourpy"}
TELL_IMPORTS = ("-X", "importtime")

# ---------------------------------------------------------------- what is loaded


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("fit", "--help"), ("select", "--help")])
def test_help_and_version_load_neither_qt_nor_numpy(arguments: tuple[str, ...]) -> None:
    result = child(*arguments, python=TELL_IMPORTS)
    assert result.code == 0
    assert "argparse" in result.imported  # the list is really there
    assert not result.imported & HEAVY


def test_numbers_need_no_qt(tmp_path: Path) -> None:
    outputs = ("--json", tmp_path / "fit.json", "--labels", tmp_path / "labels.csv")
    result = child("fit", OLD_FAITHFUL, *outputs, python=TELL_IMPORTS)
    assert result.code == 0
    assert "numpy" in result.imported
    assert not result.imported & QT


def test_the_library_needs_no_qt() -> None:
    program = "import sys, gmmviewer; gmmviewer.mixture.fit([1., 2., 8., 9.], 2); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert not {name.split(".")[0] for name in done.stdout.split()} & QT


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, gmmviewer; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert not {name.split(".")[0] for name in done.stdout.split()} & HEAVY


# ---------------------------------------------------------------- help and version


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"gmmviewer {gmmviewer.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--help"],
            ["gmmviewer fit FILE", "gmmviewer select FILE", "--columns", "--k", "--covariance", "--seed"],
        ),
        (
            ["fit", "--help"],
            [
                *("--columns", "--k", "--covariance", "--start", "--seed", "--max-iter", "--tol"),
                *("--json", "--labels", "--image", "labels:FILE", "parameters:FILE.json"),
                *("--lock", "--shared-mean", "--equal-weights", "--fixed-mean", "--noise", "--weights"),
                *("--restarts", "--floor", "--holdout", "--folds", "--algorithm", "--jobs"),
                *FAMILY_NAMES,
                *FAMILY_NAMES_1D,
                *ALGORITHM_NAMES,
                *START_NAMES,
            ],
        ),
        (
            ["select", "--help"],
            [
                *(
                    "--columns",
                    "--k",
                    "--covariance",
                    "--criterion",
                    "--seed",
                    "--max-iter",
                    "--tol",
                    "--json",
                ),
                *("--weights", "--noise", "--floor", "--algorithm", "--restarts", "--jobs"),
                *("1:9", "all", *CRITERION_NAMES),
            ],
        ),
    ],
)
def test_help_names_every_option(
    arguments: list[str], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert [name for name in expected if name not in text] == []


@pytest.mark.parametrize("parser", [window_parser, fit_parser, select_parser])
def test_every_option_has_a_help_text(parser: Callable[[], argparse.ArgumentParser]) -> None:
    assert [action.dest for action in parser()._actions if not action.help] == []


def test_help_names_what_is_in_the_registries() -> None:
    """The names are written out for the help, which must not load the registries."""
    assert set(FAMILY_NAMES) == {family.letters for family in FAMILIES if 2 in family.dimensions}
    assert set(FAMILY_NAMES_1D) == {family.letters for family in FAMILIES if 1 in family.dimensions}
    assert {family(name, 2).letters for name in FAMILY_ALIASES} == {"VVV", "EEE", "VVI", "VII"}
    assert tuple(algorithm.name for algorithm in ALGORITHMS) == ALGORITHM_NAMES
    assert tuple(start.name for start in STARTS) == START_NAMES
    assert tuple(CRITERIA) == CRITERION_NAMES


# ---------------------------------------------------------------- mistakes in the arguments


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["fit"], "FILE"),
        (["fit", "FILE", "--nosuch"], "--nosuch"),
        (["fit", "FILE", "another"], "another"),
        (["fit", "FILE", "--k"], "--k"),
        (["fit", "FILE", "--k", "0"], "at least 1"),
        (["fit", "FILE", "--k", "2.5"], "whole number"),
        (["fit", "FILE", "--k", "two"], "whole number"),
        (["fit", "FILE", "--k=-3"], "whole number"),
        (["fit", "FILE", "--k", "²"], "whole number"),
        (["fit", "FILE", "--k", "1\n2"], "whole number"),
        (["fit", "FILE", "--seed=-1"], "whole number"),
        (["fit", "FILE", "--max-iter=-1"], "whole number"),
        (["fit", "FILE", "--tol=-1"], "from 0 up"),
        (["fit", "FILE", "--tol", "nan"], "from 0 up"),
        (["fit", "FILE", "--tol", "inf"], "from 0 up"),
        (["fit", "FILE", "--tol", "small"], "from 0 up"),
        (["fit", "FILE", "--floor", "0"], "between 0 and 1"),
        (["fit", "FILE", "--floor", "nan"], "between 0 and 1"),
        (["fit", "FILE", "--holdout", "1"], "between 0 and 1"),
        (["fit", "FILE", "--restarts", "0"], "at least 1"),
        (["fit", "FILE", "--fixed-mean"], "--fixed-mean"),
        (["select"], "FILE"),
        (["select", "FILE", "--k"], "--k"),
        (["--nosuch"], "--nosuch"),
        (["a.csv", "b.csv"], "b.csv"),
        (["--k", "0"], "at least 1"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*(OLD_FAITHFUL if argument == "FILE" else argument for argument in arguments)) == 2
    said = capsys.readouterr()
    command = f"gmmviewer {arguments[0]}" if arguments[0] in ("fit", "select") else "gmmviewer"
    assert said.out == ""
    assert said.err.startswith(f"{command}: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    assert advice in said.err


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["nosuch.csv"], "no such file"),
        (["."], "folder"),
        (["--k", "51"], "between 1 and 50"),
        (["--covariance", "round"], "full/VVV"),
        (["--covariance", "V"], "one-dimensional"),
        (["--seed", "99999999999999999999"], "seed"),
    ],
)
def test_a_mistake_of_the_window_command_is_one_line_too(
    arguments: list[str], advice: str, qapp: object, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert code_of(*arguments) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("gmmviewer: ")
    assert said.err.count("\n") == 1
    assert advice in said.err


@pytest.mark.parametrize("command", ["fit", "select"])
def test_ctrl_c_is_exit_code_130_without_a_word(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(inputs, "read_table", interrupt)
    assert code_of(command, OLD_FAITHFUL) == 130
    assert capsys.readouterr() == ("", "")


def test_the_program_can_be_one_of_its_own_workers() -> None:
    """What a bundle without an interpreter starts for parallel work; it ends when its input does."""
    command = [sys.executable, "-m", "gmmviewer", WORKER_COMMAND]
    done = subprocess.run(
        command,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert pickle.loads(done.stdout) == READY
    assert done.stderr == b""


# ---------------------------------------------------------------- as a process


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_without_a_display_the_window_command_says_so() -> None:
    result = child()
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert "no display" in result.err
    assert "gmmviewer fit" in result.err


def test_a_mistake_as_a_process_shows_no_traceback() -> None:
    result = child("fit", "nosuch.csv")
    assert (result.code, result.out) == (2, "")
    assert result.err == "gmmviewer fit: nosuch.csv: cannot be opened: there is no such file\n"


def test_module_and_function_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("fit", OLD_FAITHFUL, "--json", "-") == 0
    assert child("fit", OLD_FAITHFUL, "--json", "-").out == capsys.readouterr().out


def test_a_terminal_that_cannot_write_every_letter_still_gets_its_numbers() -> None:
    result = child("fit", OLD_FAITHFUL, PYTHONIOENCODING="ascii")
    assert (result.code, result.err) == (0, "")
    assert "log-likelihood -1130.26" in result.out


@pytest.mark.skipif(os.name == "nt", reason="pipes are closed in another way")
@pytest.mark.parametrize("options", [(), ("--json", "-")])
def test_a_reader_that_goes_away_is_no_mistake_of_the_data(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "gmmviewer", "fit", str(OLD_FAITHFUL), *options]
    with subprocess.Popen(
        command, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_standard_output_that_is_full_is_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gmmviewer", "fit", str(OLD_FAITHFUL), "--json", "-"],
            env=child_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "standard output" in done.stderr
    assert "old_faithful" not in done.stderr
