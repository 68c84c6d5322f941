"""Set GMM Viewer up in its own environment, then run it or test it.

    python3 packaging/bootstrap.py run [arguments of gmmviewer]
    python3 packaging/bootstrap.py test [arguments of pytest]

Standard library only: it runs before anything is installed. This folder must never get an
``__init__.py``, or it would hide the library called "packaging" from everything started in the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from setup_environment import Environment, SetupError
from setup_system import OFFSCREEN, TEST_TOOLS, WINDOW, Need, provide, say

ROOT = Path(__file__).resolve().parent.parent
OLD_FAITHFUL = ROOT / "resources" / "data" / "old_faithful.csv"
WINDOWLESS_PLATFORMS = ("offscreen", "minimal")
TEXT_ONLY = frozenset({"-h", "--help", "--version"})


def main(arguments: Sequence[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (called directly, by any Python)
        say(f"GMM Viewer needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    commands = {"run": run, "test": test}
    if not arguments or arguments[0] not in commands:
        say("usage: bootstrap.py run|test [arguments]")
        return 2
    try:
        return commands[arguments[0]](list(arguments[1:]))
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


# ---------------------------------------------------------------- run


def run(arguments: list[str]) -> int:
    """Start the program; without a display make the picture it would have shown."""
    headless = wants_window(arguments) and not has_display(os.environ, sys.platform)
    provide(needs(arguments, headless))
    python = Environment(ROOT).ready(extras="")
    if headless:
        return render_instead(python, arguments)
    return become([python, "-P", "-m", "gmmviewer", *arguments])


def wants_window(arguments: Sequence[str]) -> bool:
    return arguments[:1] != ["fit"] and TEXT_ONLY.isdisjoint(arguments)


def needs(arguments: Sequence[str], headless: bool) -> tuple[Need, ...]:
    """The system libraries for this command: none for a help text, fewer where no window opens."""
    if not TEXT_ONLY.isdisjoint(arguments):
        return ()
    return OFFSCREEN + WINDOW if wants_window(arguments) and not headless else OFFSCREEN


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be seen; Qt would abort the process where it cannot."""
    if not platform.startswith("linux"):
        return True
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        return chosen not in WINDOWLESS_PLATFORMS
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def render_instead(python: str, arguments: Sequence[str]) -> int:
    command, image = picture_command(python, arguments)
    say(f"No display here: fitting without a window and drawing the result to {image.name}.")
    status = subprocess.call(command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    if status == 0:
        print(image.absolute(), flush=True)
    return status


def picture_command(python: str, arguments: Sequence[str]) -> tuple[list[str], Path]:
    """The headless fit of the user's file, or of Old Faithful, into the current folder.

    The window's options are also options of ``fit``: the user's come last, and so win.
    """
    named = data_file(arguments)
    chosen = [text for text in arguments if named is None or Path(text) != named]
    data, image = (named, Path(f"{named.stem}.png")) if named else (OLD_FAITHFUL, Path("old-faithful.png"))
    options = ["--k", "2", "--covariance", "full", "--seed", "1", "--image", str(image)]
    return [python, "-P", "-m", "gmmviewer", "fit", str(data), *options, *chosen], image


def data_file(arguments: Sequence[str]) -> Path | None:
    """The file the user means; a misspelt one too, so that its absence is reported, not replaced."""
    there = [Path(text) for text in arguments if Path(text).is_file()]
    first = [Path(text) for text in arguments[:1] if not text.startswith("-")]
    return next(iter(there + first), None)


def become(command: list[str]) -> int:
    """Replace this process, so that signals and the exit code are the program's own."""
    if os.name != "nt":  # exec on Windows returns to the prompt while the program still runs
        os.execv(command[0], command)
    return subprocess.call(command)


# ---------------------------------------------------------------- test


def test(arguments: list[str]) -> int:
    """Run the checks, cheapest first, then pytest, whose summary is the last thing printed."""
    provide(OFFSCREEN + WINDOW + TEST_TOOLS)
    python = Environment(ROOT).ready(extras="dev")
    with tempfile.TemporaryDirectory(prefix="gmmviewer-test-") as scratch:
        environ = test_environment(os.environ, Path(scratch))
        for name, command in checks(python):
            status = check(name, command, environ)
            if status != 0:
                return status
        say("pytest ...")
        return subprocess.call([python, "-m", "pytest", *arguments], cwd=ROOT, env=environ)


def checks(python: str) -> list[tuple[str, list[str]]]:
    lint_imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format --check", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("lint-imports", [python, "-c", lint_imports]),
    ]


def check(name: str, command: list[str], environ: Mapping[str, str]) -> int:
    """Run one tool; silent when it is content, its whole output and its name when it is not."""
    done = subprocess.run(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode == 0:
        say(f"{name}: ok")
        return 0
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    say(f"{name}: FAILED (exit code {done.returncode}); the checks after it were not run.")
    return done.returncode


def test_environment(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The caller's variables, made fit for Qt: each missing one would be a Qt warning, and so a failure."""
    result = {**environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    if "XDG_RUNTIME_DIR" not in environ:
        result["XDG_RUNTIME_DIR"] = str(scratch)
    home = environ.get("HOME")
    if os.name == "posix" and not (home and os.access(home, os.W_OK)):
        result["HOME"] = str(scratch)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
