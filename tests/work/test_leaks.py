"""The fixtures that catch what a test leaves behind: they find it, name it, and cost next to nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gmmviewer.app.settings import Settings
from tests.helpers import leaks

ROOT = Path(__file__).parents[2]

CARELESS = """
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QDialog
from gmmviewer.store import Store
from gmmviewer.work.driver import Driver
from tests.conftest import fresh_settings, home, nothing_left_behind
from tests.helpers import build

kept = []

def test_a_driver_is_not_closed(qtbot):
    kept.append(Driver(Store(build.snapshot())))

def test_a_timer_is_not_stopped(qtbot):
    kept.append(QTimer(objectName="ticker", interval=10_000))
    kept[-1].start()

def test_a_window_is_kept_by_a_lambda(qtbot):
    dialog = QDialog(windowTitle="Old")
    kept.append(lambda: dialog)

def test_a_window_in_a_cycle_is_no_leak(qtbot):
    dialog = QDialog()
    dialog.me = dialog

def test_a_window_that_was_told_to_go_is_no_leak(qtbot):
    dialog = QDialog(windowTitle="Going")
    kept.append(dialog)
    dialog.deleteLater()

def test_a_failure_is_not_told_twice(qtbot):
    dialog = QDialog()
    assert dialog is None
"""


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about tests that leave things behind."""
    folder = tmp_path_factory.mktemp("careless")
    (folder / "test_careless.py").write_text(CARELESS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(folder),
        "-v",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(ROOT),
    ]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--confcutdir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.stdout + done.stderr


def outcomes(report: str, name: str) -> list[str]:
    """What became of one test and of its fixtures."""
    lines = [line for line in report.splitlines() if f"::{name} " in line and "%]" in line]
    return [word for line in lines for word in line.split() if word.isupper()]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("test_a_driver_is_not_closed", "QThread 'model' of WorkThread is still running"),
        ("test_a_timer_is_not_stopped", "QTimer 'ticker' without a parent is still active, every 10000 ms"),
        (
            "test_a_window_is_kept_by_a_lambda",
            "QDialog without a parent is still a top-level widget, titled 'Old'",
        ),
    ],
)
def test_what_is_left_behind_fails_its_test_by_name(careless: str, name: str, told: str) -> None:
    assert outcomes(careless, name) == ["PASSED", "ERROR"], careless
    assert told in careless
    assert "look for a lambda or partial connected to a signal" in careless


@pytest.mark.parametrize(
    "name", ["test_a_window_in_a_cycle_is_no_leak", "test_a_window_that_was_told_to_go_is_no_leak"]
)
def test_what_only_waits_to_be_deleted_is_no_leak(careless: str, name: str) -> None:
    assert outcomes(careless, name) == ["PASSED"], careless


def test_a_test_that_failed_is_not_blamed_for_what_its_traceback_keeps(careless: str) -> None:
    assert outcomes(careless, "test_a_failure_is_not_told_twice") == ["FAILED"], careless


def test_leaks_are_put_to_rest_for_the_next_test(qtbot: QtBot) -> None:
    before = leaks.survey()
    thread, timer, window = QThread(objectName="worker"), QTimer(interval=60_000), QWidget()
    thread.start()
    timer.start()
    found = leaks.left_since(before)
    assert len(found) == 3
    assert not thread.isRunning()
    assert not timer.isActive()
    assert leaks.left_since(before) == []
    del window


def test_what_was_there_before_is_nobodys_leak(qtbot: QtBot) -> None:
    window = QWidget()
    timer = QTimer(window, interval=60_000)
    timer.start()
    assert leaks.left_since(leaks.survey()) == []
    qtbot.addWidget(window)


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_settings_of_its_own(turn: int, home: Path) -> None:
    settings = QSettings()
    assert settings.value("turn") is None
    settings.setValue("turn", turn)
    settings.sync()
    assert Path(settings.fileName()).is_relative_to(home)
    assert QCoreApplication.applicationName() == "gmmviewer"


def test_the_programs_own_settings_are_not_touched(home: Path) -> None:
    settings = Settings()
    assert settings.recent_files == []
    settings.remember_file("a.csv")
    assert Settings().recent_files == ["a.csv"]
    assert Path(settings._stored.fileName()).is_relative_to(home)


def test_no_window_appears_on_a_screen_unless_asked_for(qtbot: QtBot) -> None:
    assert QGuiApplication.platformName() == os.environ["QT_QPA_PLATFORM"].partition(":")[0]
