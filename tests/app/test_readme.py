"""What the README promises can be typed as it stands."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from gmmviewer.app.actions import ACTIONS
from gmmviewer.app.cli import fit_parser, select_parser
from gmmviewer.app.options import ALGORITHM_NAMES, FAMILY_NAMES, FAMILY_NAMES_1D, START_NAMES
from tests.app.commands import OLD_FAITHFUL, ROOT, code_of

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_example_on_the_command_line_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_bytes(OLD_FAITHFUL.read_bytes())
    lines = "".join(blocks("sh")).splitlines()
    fit, select = (
        next(line for line in lines if line.startswith(f"gmmviewer {name}")) for name in ("fit", "select")
    )
    assert code_of(*shlex.split(fit)[1:]) == 0
    assert json.loads(capsys.readouterr().out)["k"] == 3
    assert code_of(*shlex.split(select)[1:]) == 0
    assert "best BIC" in capsys.readouterr().out
    assert json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["best"]
    assert (tmp_path / "fit.png").stat().st_size > 10_000


@pytest.mark.parametrize("command", ["fit", "select"])
def test_every_option_is_in_the_readme(command: str) -> None:
    table = re.search(rf"\| option of `gmmviewer {command} FILE` \|.*?\n\n", README, flags=re.DOTALL)
    assert table is not None
    parser = {"fit": fit_parser, "select": select_parser}[command]()
    options = {name for action in parser._actions for name in action.option_strings}
    listed = set(re.findall(r"^\| `(--[a-z-]+)", table[0], flags=re.MULTILINE))
    assert listed == options - {"-h", "--help"}


def test_every_name_is_in_the_readme() -> None:
    names = (*FAMILY_NAMES, *FAMILY_NAMES_1D, *ALGORITHM_NAMES, *START_NAMES)
    assert [name for name in names if f"`{name}`" not in README] == []


def test_the_example_of_the_library_works() -> None:
    example = next(text for text in blocks("python") if "mixture" in text)
    exec(compile(example, "README.md", "exec"), {"X": np.random.default_rng(1).normal(size=(50, 2))})


@pytest.mark.parametrize("table", ["scripts", "gui-scripts"])
def test_the_commands_lead_somewhere(table: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for target in project[table].values():
        module, _, name = target.partition(":")
        assert callable(getattr(import_module(module), name))


def test_the_keys_of_the_tour_exist() -> None:
    tour = re.search(r"\| key \| does \|\n\|[-|]+\|\n(.*?)\n\n", README, flags=re.DOTALL)
    assert tour is not None
    known = {key for spec in ACTIONS for key in spec.keys}
    for line in tour.group(1).splitlines():
        for key in re.split(r",\s*|–", line.split("|")[1].strip()):
            assert key in known, key
