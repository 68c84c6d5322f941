"""Promises that the project files make to each other and to whoever downloads them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", ".hypothesis", "build", "dist", "__pycache__", "node_modules"}
# One letter of each is in brackets, so that this file does not find itself.
INDEX_ADDRESS = re.compile(
    r"(?i)py[p]i\.(org|python)|pythonhoste[d]|index[-_]ur[l]|find[-_]link[s]|artifactregistr[y]|pk[g]\.dev"
    r"|/simpl[e]/|devp[i]|nexu[s]/repository|artifactor[y]"
)
CONSTRAINT = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!]*( *; *[a-z_]+ *[<>=!]+ *[\"'][^\"']+[\"'])?"
)


def first_fenced_block(text: str) -> list[str]:
    match = re.search(r"^```[a-z]*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert match, "README.md has no fenced block"
    return match.group(1).splitlines()


def test_readme_opens_with_the_two_commands() -> None:
    block = first_fenced_block((ROOT / "README.md").read_text(encoding="utf-8"))
    assert block == ["sh packaging/run", "sh packaging/test"]


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    _, test_command = first_fenced_block((ROOT / "README.md").read_text(encoding="utf-8"))
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == test_command


@pytest.mark.skipif(os.name == "nt", reason="Windows files have no executable bit")
@pytest.mark.parametrize("name", ["packaging/run", "packaging/test", ".ci/run"])
def test_scripts_are_executable(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not line.startswith("#") and not CONSTRAINT.fullmatch(line)]
    assert not wrong


def test_packaging_folder_does_not_hide_the_packaging_library() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def text_files() -> Iterator[tuple[Path, str]]:
    """Everything a commit could hold that reads as text."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("cache")]
        for name in files:
            path = Path(folder, name)
            try:
                yield path, path.read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                continue


def test_no_file_names_a_package_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path, text in text_files()
        for hit in INDEX_ADDRESS.finditer(text)
    ]
    assert not found
