"""The isolated environment ``.venv`` in the checkout: made once, refreshed when its inputs change."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from setup_system import apt_install, say

STAMP = "gmmviewer-stamp.json"
# Variables that would send pip's files, or Python's library, somewhere else than the environment.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME")
PROBE = "import sys; assert sys.version_info >= (3, 11) and sys.prefix != sys.base_prefix; print(sys.version)"
NO_PIP = """Python at {python} can make no environment: its "ensurepip" module is missing.
Install it (Debian, Ubuntu: sudo apt-get install -y python{major}.{minor}-venv) and run this again."""
PIP_ADVICE = """
Setting up failed: pip could not install what GMM Viewer needs (its message is above).
Usual causes: no network or a proxy pip does not know (set HTTPS_PROXY), less than 1 GB of free disk space,
or a Python too new for ready-made packages. After mending it, run the same command again."""


class SetupError(Exception):
    """Something the user has to put right; the text says what."""


class Environment:
    """``ready`` does nothing, in a few milliseconds, when nothing has changed since last time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        scripts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = str(self.folder.joinpath(*scripts))

    def ready(self, extras: str) -> str:
        """Path of a Python that has the program and its *extras*; raises SetupError with advice."""
        version = self._version()
        if version and stamp_covers(self._read_stamp(), self._digest(version), extras):
            return self.python
        say("Setting up GMM Viewer (once, about a minute) ...")
        if not version:
            self._create()
            version = self._version()
        if not version:
            raise SetupError(f"The new environment in {self.folder} does not run; delete it and try again.")
        self._install(extras)
        stamp = {"digest": self._digest(version), "extras": extras}
        (self.folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
        return self.python

    def _version(self) -> str:
        """Full version of the environment's Python, or "" where it is absent, broken or too old."""
        try:
            done = subprocess.run(
                [self.python, "-c", PROBE], capture_output=True, text=True, check=False, env=clean(os.environ)
            )
        except OSError:
            return ""
        return done.stdout if done.returncode == 0 else ""

    def _digest(self, version: str) -> str:
        inputs = [self.root / "pyproject.toml", self.root / "packaging" / "constraints.txt"]
        return digest(inputs, version, str(self.root))

    def _read_stamp(self) -> dict[str, str]:
        try:
            stamp = json.loads((self.folder / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _create(self) -> None:
        """Make the environment; Debian ships Python without the part that puts pip into it."""
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        if not has_module(sys.executable, "ensurepip"):
            apt_install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
        if not has_module(sys.executable, "ensurepip"):
            if not has_module(sys.executable, "pip"):
                major, minor = sys.version_info[:2]
                raise SetupError(NO_PIP.format(python=sys.executable, major=major, minor=minor))
            command.append("--without-pip")
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean(os.environ))
        if done.returncode != 0:
            raise SetupError(f"{done.stdout}{done.stderr}\nCould not make an environment in {self.folder}.")

    def _install(self, extras: str) -> None:
        target = f"{self.root}[{extras}]" if extras else str(self.root)
        constraints = str(self.root / "packaging" / "constraints.txt")
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
        command = [*self._pip(), "install", *quiet, "-c", constraints, "-e", target]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean(os.environ))
        if done.returncode != 0:
            raise SetupError(f"{done.stdout}{done.stderr}{PIP_ADVICE}")

    def _pip(self) -> list[str]:
        """The environment's own pip, else the outer one told to work on the environment."""
        if has_module(self.python, "pip"):
            return [self.python, "-m", "pip"]
        return [sys.executable, "-m", "pip", "--python", self.python]


def has_module(python: str, name: str) -> bool:
    command = [python, "-c", f"import {name}"]
    return subprocess.run(command, capture_output=True, check=False, env=clean(os.environ)).returncode == 0


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in MISLEADING}


def digest(files: list[Path], *facts: str) -> str:
    """Fingerprint of everything an installed environment depends on."""
    total = hashlib.sha256()
    for part in [*(file.read_bytes() for file in files), *(fact.encode() for fact in facts)]:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def stamp_covers(stamp: Mapping[str, str], wanted: str, extras: str) -> bool:
    """An environment with extras also serves those who want none."""
    return stamp.get("digest") == wanted and extras in ("", stamp.get("extras"))
