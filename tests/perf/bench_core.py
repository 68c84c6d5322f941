"""One iteration of EM beside scikit-learn: same data, same start, same number of iterations, same answer."""

from __future__ import annotations

import time
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from gmmviewer.mixture import Mixture, Sample, fit
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.expectation import expectation
from gmmviewer.mixture.fitting import plan_for as plan
from gmmviewer.mixture.fitting import run
from tests.perf.table import Row

TRIES = 3
AGREE = 1e-9  # relative difference of the log-likelihoods


@dataclass(frozen=True)
class Task:
    """n points of K clusters in a box of half-width ``spread`` σ, for so many iterations; how many times
    faster than scikit-learn we want to be."""

    n: int
    k: int
    d: int
    iterations: int
    spread: float
    goal: float

    @property
    def label(self) -> str:
        """The task in words."""
        return f"n = {self.n:,}, K = {self.k}, d = {self.d}"


TASKS = (
    Task(10_000, 3, 2, 60, 5.0, 5.0),
    Task(100_000, 5, 2, 20, 5.0, 10.0),
    Task(1_000_000, 8, 2, 4, 5.0, 10.0),
    Task(1_000_000, 32, 2, 2, 50.0, 20.0),
    Task(10_000, 3, 1, 60, 5.0, 5.0),
    Task(100_000, 5, 1, 20, 5.0, 5.0),
)
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def rows() -> list[Row]:
    """Ratios to scikit-learn, nanoseconds per point from 10⁴ to 10⁷, and memory."""
    with threadpool_limits(1, user_api="blas"):
        return [*(row for task in TASKS for row in _beside(task)), *_growth(), _trace_memory()]


def _beside(task: Task) -> list[Row]:
    """Milliseconds of both, and the ratio; tries of both alternate, so that a slow moment hits both."""
    points, start = _clusters(task)
    ours, theirs = _ours(task, points, start), _theirs(task, points, start)
    mine, other = ours(task.iterations), theirs(task.iterations)
    if abs(mine - other) > AGREE * abs(other):
        raise AssertionError(f"{task.label}: log-likelihoods {mine} and {other} differ")
    times = [(_per_iteration(ours, task), _per_iteration(theirs, task)) for _ in range(TRIES)]
    best, reference = (min(column) for column in zip(*times, strict=True))
    return [
        Row(f"EM iteration, {task.label}", 1000 * best, "ms"),
        Row(f"  the same in scikit-learn, {task.label}", 1000 * reference, "ms"),
        Row("  how many times faster", reference / best, "×", task.goal, at_least=True),
    ]


def _per_iteration(work: Callable[[int], float], task: Task) -> float:
    """Seconds per iteration, without what is done once."""
    seconds = []
    for count in (1, 1 + task.iterations):
        began = time.perf_counter()
        work(count)
        seconds.append(time.perf_counter() - began)
    return (seconds[1] - seconds[0]) / task.iterations


def _clusters(task: Task) -> tuple[FloatArray, Mixture]:
    generator = np.random.default_rng(1)
    centres = generator.uniform(-task.spread, task.spread, size=(task.k, task.d))
    points = centres[generator.integers(task.k, size=task.n)] + generator.normal(size=(task.n, task.d))
    unit = np.repeat(np.eye(task.d)[None], task.k, axis=0)
    return points, Mixture(np.full(task.k, 1 / task.k), centres, unit)


def _ours(task: Task, points: FloatArray, start: Mixture) -> Callable[[int], float]:
    sample = Sample.of(points)
    return lambda count: fit(sample, start=start, max_iterations=count, tolerance=0).log_likelihood


def _theirs(task: Task, points: FloatArray, start: Mixture) -> Callable[[int], float]:
    from sklearn.mixture import GaussianMixture

    def work(count: int) -> float:
        model = GaussianMixture(
            task.k,
            tol=0,
            max_iter=count,
            reg_covar=0,
            means_init=start.means,
            weights_init=start.weights,
            precisions_init=start.covariances,
            init_params="random_from_data",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that it has not converged
            model.fit(points)
        if count == task.iterations:  # the check of the answer; not timed
            return float(model.score(points) * task.n)
        return float("nan")

    return work


def _growth() -> list[Row]:
    """Time per point, which should not grow with n, and the memory of the largest."""
    found = []
    k = 10
    for n in SIZES:
        task = Task(n, k, 2, 1, 5.0, 0.0)
        points, start = _clusters(task)
        sample = Sample.of(points)
        mixture = sample.units.standardise_mixture(start)
        expectation(sample, mixture)
        repeats = max(1, 1_000_000 // n)
        began = time.perf_counter()
        for _ in range(repeats):
            expectation(sample, mixture)
        seconds = (time.perf_counter() - began) / repeats
        found.append(Row(f"a pass per point, n = {n:,}, K = {k}", 1e9 * seconds / n, "ns"))
    return found


def _trace_memory() -> Row:
    """Megabytes of a trace of 10⁴ iterations at K = 20 (a tenth of it is made, on few points)."""
    generator = np.random.default_rng(3)
    sample = Sample.of(generator.normal(size=(200, 2)))
    means = generator.normal(size=(20, 2))
    start = Mixture(np.full(20, 0.05), means, np.repeat(np.eye(2)[None], 20, axis=0))
    tracemalloc.start()
    trace = run(sample, sample.units.standardise_mixture(start), plan(2), StopRule(0, 1000))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return Row("a trace of 10⁴ iterations, K = 20", size * 10_000 / len(trace) / 1e6, "MB", 50)
