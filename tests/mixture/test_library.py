"""The mixture core is a library of its own: no window toolkit, no surprises, examples that work."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import gmmviewer
from gmmviewer import mixture

ROOT = Path(gmmviewer.__file__).parents[1]
WINDOWS = ("PySide6", "shiboken6", "pyqtgraph")


def _run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def _loaded(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after a statement."""
    return set(
        _run(f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})").split()
    )


def test_the_core_loads_no_window_toolkit() -> None:
    loaded = _loaded("import gmmviewer.mixture\ngmmviewer.mixture.fit([1.0, 2.0, 5.0], 2)")
    assert loaded.isdisjoint(WINDOWS)
    assert "numpy" in loaded


def test_the_package_loads_nothing() -> None:
    assert _loaded("import gmmviewer\ngmmviewer.__version__").isdisjoint({*WINDOWS, "numpy", "scipy"})


def test_the_core_is_an_attribute_of_the_package() -> None:
    assert _run("import gmmviewer\nprint(gmmviewer.mixture.fit([1, 2, 3], 1).mixture.means[0, 0])") == "2.0"


def test_the_same_seed_gives_the_same_bits_in_another_process() -> None:
    code = (
        "from gmmviewer.mixture import fit\n"
        "trace = fit([[1, 2], [3, 1], [2, 2], [9, 8], [7, 9], [8, 7]], 2, seed=5)\n"
        "print(trace.log_likelihood.hex(), trace.mixture.covariances.tobytes().hex())"
    )
    assert _run(code) == _run(code)


MODULES = sorted(
    {
        "gmmviewer.mixture",
        *(found.name for found in pkgutil.iter_modules(mixture.__path__, "gmmviewer.mixture.")),
    }
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_work(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.failed == 0
    if name == "gmmviewer.mixture":
        assert result.attempted > 0


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name: str) -> None:
    assert (import_module(name).__doc__ or "").strip()


def test_everything_promised_is_there() -> None:
    assert len(set(mixture.__all__)) == len(mixture.__all__)
    for name in mixture.__all__:
        assert hasattr(mixture, name)
