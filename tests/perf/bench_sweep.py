"""The table of all families that ``gmmviewer select`` prints."""

from __future__ import annotations

import time

from gmmviewer.data.builtin import builtin
from gmmviewer.mixture import families
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.sweep import sweep
from tests.perf.table import Row

GOAL = 10.0  # seconds on two processors


def rows() -> list[Row]:
    """Seconds for K = 1 … 9 and the fourteen families on Old Faithful, processes and their start included."""
    sample = builtin("old_faithful").make(0).sample
    plans = [plan_for(2, family) for family in families(2) if not family.shared_mean]
    began = time.perf_counter()
    sweep(sample, range(1, 10), plans, workers=2)
    seconds = time.perf_counter() - began
    return [Row("Old Faithful, K = 1…9 × 14 families, two processes", seconds, "s", GOAL)]
