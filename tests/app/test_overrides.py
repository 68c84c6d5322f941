"""Errors in methods that Qt calls, in a process of their own: without the guard they end it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gmmviewer.app import overrides

ROOT = Path(__file__).parents[2]

CARELESS = """
import sys
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from gmmviewer.app.overrides import guard_overrides

heard = []
sys.excepthook = lambda kind, fault, trace: heard.append(kind.__name__)

class Careless(QWidget):
    def event(self, event):
        return super().event(event)

    def mousePressEvent(self, event):
        {fault}

Careless.__module__ = "gmmviewer.careless"
app = QApplication(["careless", "-platform", "offscreen"])
guard_overrides()
widget = Careless()
at, left = QPointF(1, 1), Qt.MouseButton.LeftButton
press = QMouseEvent(QEvent.Type.MouseButtonPress, at, at, left, left, Qt.KeyboardModifier.NoModifier)
try:
    QApplication.sendEvent(widget, press)
except Exception as fault:
    heard.append(type(fault).__name__)
print(heard)
"""


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("first, second = (1,)", "ValueError"),
        ("__import__('numpy').zeros(2)[3]", "IndexError"),
        ("raise RuntimeError('from Python')", "RuntimeError"),
    ],
)
def test_a_fault_in_an_override_is_heard_and_survived(fault: str, name: str) -> None:
    script = CARELESS.format(fault=fault)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([name])


class Guarded(QWidget):
    """One override, and methods that are none."""

    def sizeHint(self) -> object:
        """One of Qt."""
        return super().sizeHint()

    def own(self) -> None:
        """Nobody but Python calls it."""


def test_only_overrides_are_guarded_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overrides, "HAS_BARE_ERRORS", True)
    monkeypatch.setattr(overrides, "_guarded", set())
    before, own = Guarded.sizeHint, Guarded.own
    package = Guarded.__module__.partition(".")[0]
    overrides.guard_overrides(package)
    after = Guarded.sizeHint
    assert after is not before
    assert after.__name__ == "sizeHint"
    assert Guarded.own is own
    overrides.guard_overrides(package)
    assert Guarded.sizeHint is after
    assert issubclass(Guarded, QObject)
