"""One EM iteration of the core."""

from __future__ import annotations

import time

import numpy as np

from gmmviewer.mixture import Sample, fit
from tests.perf.table import Row


def rows() -> list[Row]:
    """Milliseconds per iteration, d = 2, full covariances."""
    return [_iteration(10_000, 3, 40), _iteration(100_000, 5, 20), _iteration(1_000_000, 8, 4)]


def _iteration(n: int, k: int, count: int) -> Row:
    generator = np.random.default_rng(1)
    centres = generator.uniform(-5, 5, size=(k, 2))
    sample = Sample.of(centres[generator.integers(k, size=n)] + generator.normal(size=(n, 2)))
    fit(sample, k, max_iterations=1, tolerance=0)
    began = time.perf_counter()
    fit(sample, k, max_iterations=count, tolerance=0)
    seconds = (time.perf_counter() - began) / (count + 1)
    return Row(f"EM iteration, n = {n:,}, K = {k}, full", 1000 * seconds, "ms")
