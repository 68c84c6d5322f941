"""What every test gets: settings of its own, no windows on the screen, and nobody leaves Qt objects behind.

Tests that do not use Qt stay free of it: nothing here imports it before a test has.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers import leaks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# An unlucky example may take a while: that is not what these tests are about.
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much)
# "long" makes 20,000 examples of the laws and takes half an hour: give it ``-o faulthandler_timeout=0``.
COMMON = {"deadline": None, "suppress_health_check": SLOW}
settings.register_profile("quick", max_examples=40, derandomize=True, database=None, **COMMON)
settings.register_profile("long", max_examples=800, print_blob=True, **COMMON)
settings.load_profile(os.environ.get("GMMVIEWER_HYPOTHESIS", "quick"))

_serial = count()


def qt_is_loaded() -> bool:
    """Whether some test module has imported Qt; this file must not be the one that does."""
    return "PySide6.QtCore" in sys.modules


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for settings and logs that are not the developer's, for child processes too."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
        yield folder


@pytest.fixture(autouse=True)
def fresh_settings(home: Path) -> None:
    """Nothing is remembered from another test, or from the developer's own use of the program."""
    if not qt_is_loaded():
        return
    from PySide6.QtCore import QCoreApplication, QSettings

    folder = str(home / f"settings-{next(_serial)}")  # made only if the test writes to it
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, folder)
        QSettings.setPath(kind, QSettings.Scope.SystemScope, folder + "-system")
    QCoreApplication.setOrganizationName("gmmviewer-tests")
    QCoreApplication.setApplicationName("gmmviewer")


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves running threads, active timers or windows, and removes them for the next one.

    While a test may have worker threads, Python's cyclic garbage collector is off: it would destroy Qt
    objects in whichever thread it happens to run.
    """
    if not qt_is_loaded():
        yield
        return
    before, failures = leaks.survey(), request.session.testsfailed
    uses_threads = "qapp" in request.fixturenames
    if uses_threads:
        gc.disable()
    try:
        yield
        left = leaks.left_since(before)
    finally:
        if uses_threads:
            gc.enable()
    failed = request.session.testsfailed > failures  # its traceback keeps its objects alive
    if left and not failed:
        pytest.fail(leaks.lesson(left), pytrace=False)
