"""``python -m tests.perf``: how fast the window answers on this machine, as a table."""

from __future__ import annotations

import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from PySide6.QtCore import QSettings

from tests.perf import bench_core, bench_start, bench_sweep, bench_window

if __name__ == "__main__":
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    nowhere = tempfile.mkdtemp(prefix="gmmviewer-perf-")  # the defaults, not what somebody chose last
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, nowhere)
    rows = [*bench_start.rows(), *bench_window.rows(), *bench_core.rows(), *bench_sweep.rows()]
    print(f"{'what':<58} {'measured':>12} {'goal':>10}")
    print("-" * 82)
    for row in rows:
        print(row.line())
    sys.stdout.flush()
    os._exit(0)
