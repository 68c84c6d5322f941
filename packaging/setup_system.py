"""System libraries Qt needs on Linux: looked for by loading them, installed with apt-get where missing."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends"]


def say(text: str) -> None:
    """Progress and advice go to stderr: stdout belongs to the program."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Need:
    """A thing to be found on the machine, and the Debian package that has it."""

    package: str
    file: str
    present: Callable[[str], bool]
    renamed: str = ""  # name since the 64-bit time change (Debian 13, Ubuntu 24.04)


def loads(library: str) -> bool:
    """The only honest question: a package may be installed and its library still not load."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def on_path(program: str) -> bool:
    return shutil.which(program) is not None


def has_font(pattern: str) -> bool:
    folders = (Path(os.path.expanduser(folder)) for folder in FONT_FOLDERS)
    return any(next(folder.rglob(pattern), None) is not None for folder in folders if folder.is_dir())


OFFSCREEN = (
    Need("libgl1", "libGL.so.1", loads),
    Need("libegl1", "libEGL.so.1", loads),
    Need("libglib2.0-0", "libglib-2.0.so.0", loads, renamed="libglib2.0-0t64"),
    Need("libfontconfig1", "libfontconfig.so.1", loads),
    Need("libxkbcommon0", "libxkbcommon.so.0", loads),
    Need("libdbus-1-3", "libdbus-1.so.3", loads),
    Need("fonts-dejavu-core", "*.[to]t[fc]", has_font),
)
WINDOW = (
    Need("libxcb-cursor0", "libxcb-cursor.so.0", loads),
    Need("libxcb-icccm4", "libxcb-icccm.so.4", loads),
    Need("libxcb-keysyms1", "libxcb-keysyms.so.1", loads),
    Need("libxcb-shape0", "libxcb-shape.so.0", loads),
    Need("libxkbcommon-x11-0", "libxkbcommon-x11.so.0", loads),
)
TEST_TOOLS = (
    Need("xvfb", "Xvfb", on_path),
    Need("xdotool", "xdotool", on_path),
)


def provide(needs: Iterable[Need]) -> None:
    """Install what is missing, or say how; never fatal, since Qt may manage with less."""
    if not sys.platform.startswith("linux"):
        return
    lacking = missing(needs)
    if not lacking:
        return
    if on_path("apt-get"):
        apt_install([need.package for need in lacking], {need.package: need.renamed for need in lacking})
    still = missing(lacking)
    if still:
        say(f"Going on without: {', '.join(need.file for need in still)}.")


def missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.present(need.file)]


def apt_install(packages: Sequence[str], renamed: Mapping[str, str] | None = None) -> bool:
    """Install Debian packages, as root or through sudo; otherwise print the line that would do it."""
    if not on_path("apt-get"):
        return False
    prefix = root_prefix()
    if prefix is None:
        say(f"Some system packages are missing. Install them with\n    {apt_line(packages)}")
        return False
    say(f"Installing system packages: {' '.join(packages)} ...")
    quietly = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    _show_failure([*quietly, "apt-get", "update", "-qq"])
    names = current_names(packages, renamed or {}, _apt_knows)
    if _show_failure([*quietly, *INSTALL, "-qq", *names]):
        return True
    say(f"Could not install them. Once apt-get works again:\n    {apt_line(packages)}")
    return False


def current_names(
    packages: Sequence[str], renamed: Mapping[str, str], known: Callable[[str], bool]
) -> list[str]:
    """Package names of this release: the newer one where the package lists have it."""
    return [new if (new := renamed.get(name, "")) and known(new) else name for name in packages]


def apt_line(packages: Sequence[str]) -> str:
    return f"sudo apt-get update && sudo {' '.join(INSTALL)} {' '.join(packages)}"


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None where nobody can give permission."""
    if os.geteuid() == 0:
        return []
    if not on_path("sudo"):
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else None


def _apt_knows(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0


def _show_failure(command: Sequence[str]) -> bool:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, errors="replace"
    )
    if done.returncode != 0:
        say(f"{done.stdout}{done.stderr}".rstrip())
    return done.returncode == 0
