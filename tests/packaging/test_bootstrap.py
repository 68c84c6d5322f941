"""The set-up scripts' decisions, without network, installs or root."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "packaging"
MODULES = ("bootstrap", "setup_environment", "setup_system")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """Fresh modules, as ``python packaging/bootstrap.py`` would find them, and gone afterwards."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def bootstrap(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["bootstrap"]


@pytest.fixture
def environment(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["setup_environment"]


@pytest.fixture
def system(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["setup_system"]


# ---------------------------------------------------------------- routing


@pytest.mark.parametrize("arguments", [[], ["dance"], ["--help"]])
def test_anything_but_run_and_test_is_a_usage_error(
    bootstrap: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(arguments) == 2
    assert "run|test" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "test"])
def test_arguments_after_the_command_are_passed_on(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    received: list[list[str]] = []
    monkeypatch.setattr(bootstrap, command, lambda arguments: received.append(arguments) or 7)
    assert bootstrap.main([command, "a b.csv", "-x"]) == 7
    assert received == [["a b.csv", "-x"]]


def test_set_up_failure_is_advice_and_exit_code_1(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str]) -> int:
        raise bootstrap.SetupError("no room on the disk")

    monkeypatch.setattr(bootstrap, "run", fail)
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == "no room on the disk\n"


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["data.csv"], True),
        (["--seed", "1"], True),
        (["fit", "data.csv"], False),
        (["--help"], False),
        (["-h"], False),
        (["--version"], False),
        (["fit", "--help"], False),
    ],
)
def test_which_arguments_ask_for_a_window(bootstrap: ModuleType, arguments: list[str], window: bool) -> None:
    assert bootstrap.wants_window(arguments) is window


# ---------------------------------------------------------------- display


@pytest.mark.parametrize(
    ("environ", "platform", "display"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"QT_QPA_PLATFORM": "minimal:enable_fonts"}, "linux", False),
        ({"QT_QPA_PLATFORM": "vnc"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_where_a_window_can_be_seen(
    bootstrap: ModuleType, environ: dict[str, str], platform: str, display: bool
) -> None:
    assert bootstrap.has_display(environ, platform) is display


def test_without_display_old_faithful_is_drawn_into_the_current_folder(bootstrap: ModuleType) -> None:
    command, image = bootstrap.picture_command("python", [])
    assert command[:5] == ["python", "-P", "-m", "gmmviewer", "fit"]
    assert command[5] == str(ROOT / "resources" / "data" / "old_faithful.csv")
    assert command[6:] == ["--k", "2", "--covariance", "full", "--seed", "1", "--image", "old-faithful.png"]
    assert image == Path("old-faithful.png")


def test_without_display_the_users_file_is_drawn(bootstrap: ModuleType, tmp_path: Path) -> None:
    mine = tmp_path / "my data.csv"
    mine.write_text("1,2\n")
    command, image = bootstrap.picture_command("python", ["--seed", "3", str(mine)])
    assert command[5] == str(mine)
    assert command[-4:] == ["--image", "my data.png", "--seed", "3"]
    assert image == Path("my data.png")


def test_a_misspelt_file_is_reported_not_replaced(bootstrap: ModuleType) -> None:
    command, _ = bootstrap.picture_command("python", ["no-such-file.csv"])
    assert command[5] == "no-such-file.csv"


def test_picture_is_announced_and_named(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "call", lambda command, env: 0)
    assert bootstrap.render_instead("python", []) == 0
    shown = capsys.readouterr()
    assert shown.out == f"{tmp_path / 'old-faithful.png'}\n"
    assert len(shown.err.splitlines()) == 1


# ---------------------------------------------------------------- system libraries


def test_nothing_is_needed_for_a_help_text(bootstrap: ModuleType, system: ModuleType) -> None:
    assert bootstrap.needs(["--version"], headless=False) == ()
    assert bootstrap.needs(["fit", "a.csv"], headless=False) == system.OFFSCREEN
    assert bootstrap.needs([], headless=True) == system.OFFSCREEN
    assert bootstrap.needs([], headless=False) == system.OFFSCREEN + system.WINDOW


def test_a_library_that_does_not_load_is_missing(system: ModuleType) -> None:
    absent = system.Need("libabsent1", "libabsent-gmmviewer.so.1", system.loads)
    program = system.Need("python3", Path(sys.executable).name, lambda name: True)
    assert system.missing([absent, program]) == [absent]
    assert not system.on_path("no-such-program-gmmviewer")


def test_without_root_the_exact_line_is_printed(
    system: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system, "on_path", lambda program: program == "apt-get")
    monkeypatch.setattr(system, "root_prefix", lambda: None)
    never = [
        system.Need("libgl1", "libGL.so.1", lambda file: False),
        system.Need("xvfb", "Xvfb", lambda file: False),
    ]
    system.provide(never)
    shown = capsys.readouterr().err
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 xvfb"
    assert f"    {line}\n" in shown
    assert "Going on without: libGL.so.1, Xvfb." in shown


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_left_alone(
    system: ModuleType, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(system, "missing", pytest.fail)
    system.provide(system.OFFSCREEN)


def test_packages_are_installed_in_one_go_under_their_names_of_this_release(
    system: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(system, "on_path", lambda program: True)
    monkeypatch.setattr(system, "root_prefix", lambda: ["sudo", "-n"])
    monkeypatch.setattr(system, "_apt_knows", lambda package: package.endswith("t64"))
    monkeypatch.setattr(system, "_show_failure", lambda command: ran.append(command) or True)
    assert system.apt_install(["libgl1", "libglib2.0-0"], {"libglib2.0-0": "libglib2.0-0t64"})
    prefix = ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    install = ["install", "-y", "--no-install-recommends", "-qq", "libgl1", "libglib2.0-0t64"]
    assert ran == [[*prefix, "update", "-qq"], [*prefix, *install]]


def test_old_releases_keep_the_old_names(system: ModuleType) -> None:
    names = system.current_names(["libglib2.0-0"], {"libglib2.0-0": "libglib2.0-0t64"}, lambda name: False)
    assert names == ["libglib2.0-0"]


# ---------------------------------------------------------------- environment


def test_stamp_follows_every_input(environment: ModuleType, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("x")
    second.write_text("y")
    before = environment.digest([first, second], "3.11")
    assert before == environment.digest([first, second], "3.11")
    assert before != environment.digest([first, second], "3.12")
    second.write_text("z")
    assert before != environment.digest([first, second], "3.11")


@pytest.mark.parametrize(
    ("stamp", "extras", "covered"),
    [
        ({}, "", False),
        ({"digest": "new", "extras": ""}, "", True),
        ({"digest": "new", "extras": "dev"}, "", True),
        ({"digest": "new", "extras": ""}, "dev", False),
        ({"digest": "new", "extras": "dev"}, "dev", True),
        ({"digest": "old", "extras": "dev"}, "", False),
    ],
)
def test_what_a_stamp_covers(
    environment: ModuleType, stamp: dict[str, str], extras: str, covered: bool
) -> None:
    assert environment.stamp_covers(stamp, "new", extras) is covered


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "constraints.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def test_second_start_installs_nothing(
    environment: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(environment.Environment, "_version", lambda self: "3.11")
    monkeypatch.setattr(environment.Environment, "_install", lambda self, extras: installed.append(extras))
    for extras in ("", "", "dev", "dev", ""):
        environment.Environment(checkout).ready(extras)
    assert installed == ["", "dev"]
    assert json.loads((checkout / ".venv" / environment.STAMP).read_text())["extras"] == "dev"


def test_a_failed_install_leaves_no_stamp_and_shows_pips_words(
    environment: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr="ERROR: no route to host\n")
    monkeypatch.setattr(environment.Environment, "_version", lambda self: "3.11")
    monkeypatch.setattr(environment, "has_module", lambda python, name: True)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(environment.SetupError, match=r"(?s)no route to host.*HTTPS_PROXY"):
        environment.Environment(checkout).ready("")
    assert not (checkout / ".venv" / environment.STAMP).exists()


def test_a_broken_stamp_or_environment_is_no_obstacle(environment: ModuleType, checkout: Path) -> None:
    made = environment.Environment(checkout)
    (checkout / ".venv" / environment.STAMP).write_text("[1, 2")
    assert made._read_stamp() == {}
    assert made._version() == ""


def test_missing_ensurepip_ends_with_the_package_to_install(
    environment: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "has_module", lambda python, name: False)
    monkeypatch.setattr(environment, "apt_install", asked.append)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    with pytest.raises(environment.SetupError, match=package):
        environment.Environment(checkout).ready("")
    assert asked == [[package]]


def test_variables_that_mislead_pip_are_dropped(environment: ModuleType) -> None:
    assert environment.clean({"PIP_USER": "1", "PIP_CERT": "c", "HOME": "h"}) == {
        "PIP_CERT": "c",
        "HOME": "h",
    }


# ---------------------------------------------------------------- checks


def test_checks_run_in_the_promised_order(bootstrap: ModuleType) -> None:
    names = [name for name, _ in bootstrap.checks("python")]
    assert names == ["ruff check", "ruff format --check", "mypy", "lint-imports"]


def test_a_failing_check_is_named_shown_and_passed_on(
    bootstrap: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('line 3 is wrong'); raise SystemExit(5)"]
    assert bootstrap.check("mypy", command, os.environ) == 5
    shown = capfd.readouterr()
    assert "line 3 is wrong" in shown.out
    assert shown.err.startswith("mypy: FAILED (exit code 5)")


def test_tests_get_what_qt_would_warn_about(bootstrap: ModuleType, tmp_path: Path) -> None:
    bare = bootstrap.test_environment({"LC_ALL": "C"}, tmp_path)
    assert bare["QT_QPA_PLATFORM"] == "offscreen"
    assert bare["LC_ALL"] == "C.UTF-8"
    assert bare["XDG_RUNTIME_DIR"] == str(tmp_path)
    if os.name == "posix":
        assert bare["HOME"] == str(tmp_path)
        assert bootstrap.test_environment({"HOME": str(ROOT)}, tmp_path)["HOME"] == str(ROOT)
