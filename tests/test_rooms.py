"""What the rooms promise each other: who loads Qt, what may be connected to a signal, who makes threads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "gmmviewer"
TESTS = ROOT / "tests"

LOADS = """
import importlib, pkgutil, sys
for room in {rooms!r}:
    package = importlib.import_module("gmmviewer." + room)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
        importlib.import_module(module.name)
unwanted = sorted(name for name in sys.modules if name.startswith({unwanted!r}))
print(*unwanted[:5])
"""
GRAPHICS = ("PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg", "pyqtgraph")


def loaded_by(rooms: tuple[str, ...], unwanted: tuple[str, ...]) -> str:
    """Which unwanted modules a fresh Python has loaded after it imported every module of these rooms."""
    code = LOADS.format(rooms=rooms, unwanted=unwanted)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_theory_loads_no_qt() -> None:
    assert loaded_by(("mixture", "data", "scene", "session"), ("PySide6", "shiboken6", "pyqtgraph")) == ""


def test_the_store_and_the_threads_load_no_graphics() -> None:
    assert loaded_by(("store", "work"), GRAPHICS) == ""


# ---------------------------------------------------------------- signals

WHY = """
{place}: connect a method of a QObject that lives in the GUI thread, marked with @Slot.
A lambda, a partial or a free function belongs to no thread: connected to a worker's signal, it runs in the
worker; connected to any signal, it keeps everything it names alive for ever, and the window never dies."""


@cache
def sources(folder: Path) -> tuple[tuple[Path, ast.Module], ...]:
    """Every module in a folder."""
    paths = sorted(folder.rglob("*.py"))
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)


def calls(tree: ast.AST, method: str) -> Iterator[ast.Call]:
    """Calls of ``something.method(...)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield node


def modules_of(tree: ast.Module) -> set[str]:
    """Names that stand for imported things: an attribute of one is a free function, not a method."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {(name.asname or name.name).split(".")[0] for node in imports for name in node.names}


def is_free(receiver: ast.expr, modules: set[str]) -> bool:
    """Whether what is connected is not a bound method (or a signal)."""
    if not isinstance(receiver, ast.Attribute):
        return True
    return isinstance(receiver.value, ast.Name) and receiver.value.id in modules


def free_receivers(tree: ast.Module) -> list[int]:
    """The lines on which something else than a bound method is connected."""
    modules = modules_of(tree)
    return [call.lineno for call in calls(tree, "connect") if not call.args or is_free(call.args[0], modules)]


def test_only_methods_are_connected_to_signals() -> None:
    for path, tree in sources(PROGRAM):
        for line in free_receivers(tree):
            pytest.fail(WHY.format(place=f"{path.relative_to(ROOT)}:{line}"), pytrace=False)


@pytest.mark.parametrize(
    "receiver", ["lambda: 1", "partial(f, 1)", "f", "tools.f", "functools.partial(self.f)", "make()", "x[0]"]
)
def test_the_check_finds(receiver: str) -> None:
    tree = ast.parse(f"import tools\nself.button.clicked.connect({receiver})")
    assert free_receivers(tree) == [2]


@pytest.mark.parametrize("receiver", ["self.f", "self._thread.answered", "button.show", "self.a.b.f"])
def test_the_check_lets_pass(receiver: str) -> None:
    assert free_receivers(ast.parse(f"import tools\nself.button.clicked.connect({receiver})")) == []


def unmarked_slots(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Methods of a class that are connected in it and lack @Slot."""
    for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        methods = {node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
        for call in calls(owner, "connect"):
            receiver = call.args[0]
            if not isinstance(receiver, ast.Attribute) or ast.unparse(receiver.value) != "self":
                continue
            method = methods.get(receiver.attr)
            if method is not None and not any("Slot" in ast.unparse(d) for d in method.decorator_list):
                yield method.lineno, method.name


def test_methods_that_are_connected_are_slots() -> None:
    for path, tree in sources(PROGRAM):
        for line, name in unmarked_slots(tree):
            place = f"{path.relative_to(ROOT)}:{line}"
            pytest.fail(
                f"{place}: mark {name} with @Slot; only then does Qt know in which thread to call it",
                pytrace=False,
            )


def test_two_places_make_threads() -> None:
    """Then only they have to end them: a running QThread at exit aborts the process."""
    places = {PROGRAM / "work" / "thread.py", PROGRAM / "mixture" / "parallel.py"}
    makers = {"QThread", "Thread", "ThreadPoolExecutor", "QThreadPool", "QRunnable"}
    for path, tree in sources(PROGRAM):
        made = {
            ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)
        }
        assert path in places or not made & makers, path


# ---------------------------------------------------------------- tests


CLOCKS = {"processEvents", "qWait", "qSleep", "msleep"}


def waits_for_the_clock(node: ast.AST) -> bool:
    """Whether this is ``time.sleep``, ``qtbot.wait`` or one of their kin."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    return node.attr in CLOCKS or (owner, node.attr) in {("time", "sleep"), ("qtbot", "wait")}


def test_tests_wait_for_signals_and_never_for_the_clock() -> None:
    for path, tree in sources(TESTS):
        if TESTS / "perf" in path.parents:  # benchmarks, whose subject is the clock
            continue
        for node in filter(waits_for_the_clock, ast.walk(tree)):
            pytest.fail(
                f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)} makes a test slow and flaky; "
                "wait for a signal with tests.helpers.waiting",
                pytrace=False,
            )
