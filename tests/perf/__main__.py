"""``python -m tests.perf``: how fast the window answers on this machine, as a table."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.perf import bench_canvas, bench_core, bench_line, bench_start, bench_sweep, bench_window
from tests.perf.nowhere import use_default_settings

if __name__ == "__main__":
    use_default_settings()
    rows = [
        *bench_start.rows(),
        *bench_window.rows(),
        *bench_canvas.rows(),
        *bench_line.rows(),
        *bench_core.rows(),
        *bench_sweep.rows(),
    ]
    print(f"{'what':<58} {'measured':>12} {'goal':>10}")
    print("-" * 82)
    for row in rows:
        print(row.line())
    sys.stdout.flush()
    os._exit(0)
