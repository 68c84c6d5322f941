"""Runs the command line: in this process where that is enough, as a child where the process matters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gmmviewer.app.cli import main

ROOT = Path(__file__).resolve().parents[2]
OLD_FAITHFUL = ROOT / "resources" / "data" / "old_faithful.csv"
PATIENCE = 60  # seconds for a child process
NO_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
IMPORTED = re.compile(r"^import time:.*\|\s*(?P<module>[\w.]+)$", flags=re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def imported(self) -> frozenset[str]:
        """The top-level packages a child loaded, if it was told to say so (``-X importtime``)."""
        return frozenset(match["module"].split(".")[0] for match in IMPORTED.finditer(self.err))


def child_environment(**changes: str) -> dict[str, str]:
    """The environment of a child that finds the package and has no screen of any kind."""
    environment = {name: value for name, value in os.environ.items() if name not in NO_SCREEN}
    return environment | {"PYTHONPATH": str(ROOT)} | changes


def child(
    *arguments: str | Path, python: tuple[str, ...] = (), cwd: Path | None = None, **env: str
) -> Result:
    """Run ``python -m gmmviewer`` with these arguments; ``python`` are options of the interpreter."""
    command = [sys.executable, *python, "-m", "gmmviewer", *map(str, arguments)]
    return finished(command, cwd, **env)


def script(text: str, *, cwd: Path | None = None, **env: str) -> Result:
    """Run a Python program that somebody else has written."""
    return finished([sys.executable, "-c", text], cwd, **env)


def finished(command: list[str], cwd: Path | None = None, **env: str) -> Result:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=child_environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def code_of(*arguments: str | Path) -> int:
    """The exit code of the command line, run in this process."""
    return main([str(argument) for argument in arguments])
