"""Measure with the defaults, not with what somebody chose last."""

from __future__ import annotations

import tempfile

from PySide6.QtCore import QSettings


def use_default_settings() -> None:
    """Keep settings in a new directory of this process."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    nowhere = tempfile.mkdtemp(prefix="gmmviewer-perf-")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, nowhere)
