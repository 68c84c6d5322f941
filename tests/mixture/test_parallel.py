"""Jobs on several processes: the same results as on none, an end at once, and nobody left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture import parallel
from gmmviewer.mixture.arrays import frozen
from gmmviewer.mixture.parallel import processors, run_jobs, workers_for
from gmmviewer.mixture.pipes import serve
from gmmviewer.mixture.stopping import Cancelled, ShouldStop

Item = tuple[int, Any]


def count_up(context: int, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
    """Three items that depend on the argument alone, after a moment in which another process may overtake."""
    generator = np.random.default_rng([context, argument])
    for place in range(3):
        yield place, float(generator.normal())


def whoami(_context: None, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
    yield os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS")


def is_writeable(context: np.ndarray[Any, Any], argument: None, _should_stop: ShouldStop) -> Iterator[Any]:
    yield context.flags.writeable
    yield context


def never_ends(_context: None, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
    yield argument
    threading.Event().wait()


def breaks(_context: None, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
    if argument == 2:
        raise ArithmeticError("two is too much")
    yield argument


def dies_at_once(context: int, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
    """Loses every process but the one whose number is the context, after the first item."""
    yield argument, "first"
    if os.getpid() != context:
        os._exit(1)
    yield argument, "second"


def delivered(*arguments: Any, **options: Any) -> list[Item]:
    """What ``run_jobs`` delivers, sorted by argument; items of one argument in the order they came."""
    items: list[Item] = []

    def deliver(index: int, item: Any) -> None:
        items.append((index, item))

    run_jobs(*arguments, deliver, **options)
    return sorted(items, key=lambda pair: pair[0])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that the test has started."""
    processes: list[subprocess.Popen[bytes]] = []
    start = parallel._start_worker

    def remembered() -> subprocess.Popen[bytes]:
        processes.append(start())
        return processes[-1]

    monkeypatch.setattr(parallel, "_start_worker", remembered)
    return processes


def test_processes_give_the_very_bits_of_none(started: list[subprocess.Popen[bytes]]) -> None:
    alone = delivered(count_up, 7, range(9), workers=1)
    assert started == []
    assert delivered(count_up, 7, range(9), workers=2) == alone
    assert len(started) == 2
    assert len(alone) == 27


def test_the_work_is_done_elsewhere_with_one_blas_thread() -> None:
    found = delivered(whoami, None, range(4), workers=2)
    assert [index for index, _ in found] == [0, 1, 2, 3]
    assert os.getpid() not in {item[0] for _, item in found}
    assert {item[1] for _, item in found} == {"1"}


def test_frozen_arrays_stay_frozen_and_others_do_not() -> None:
    (_, told), (_, back) = delivered(is_writeable, frozen([1.0, 2.0]), [None, None], workers=2)[:2]
    assert told is False
    assert not back.flags.writeable
    assert back.tolist() == [1.0, 2.0]
    assert delivered(is_writeable, np.ones(2), [None, None], workers=2)[0][1] is True


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_the_work_is_raised_here(workers: int, started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(ArithmeticError, match="too much"):
        delivered(breaks, None, [1, 2, 3], workers=workers)
    assert all(process.poll() is not None for process in started)


def test_cancelling_ends_processes_at_work(started: list[subprocess.Popen[bytes]]) -> None:
    items: list[Item] = []

    def deliver(index: int, item: Any) -> None:
        items.append((index, item))

    with pytest.raises(Cancelled):  # the work would not end by itself
        run_jobs(never_ends, None, range(4), deliver, workers=2, should_stop=lambda: len(items) == 2)
    assert len(items) == 2
    assert [process.poll() is not None for process in started] == [True, True]


def test_without_processes_a_job_is_cancelled_between_items() -> None:
    items: list[Item] = []

    def deliver(index: int, item: Any) -> None:
        items.append((index, item))

    with pytest.raises(Cancelled):
        run_jobs(count_up, 0, range(4), deliver, workers=1, should_stop=lambda: len(items) >= 4)
    assert len(items) == 4


def test_what_was_cancelled_before_starts_nothing(started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(Cancelled):
        delivered(count_up, 0, range(4), workers=2, should_stop=lambda: True)
    assert started == []


def test_the_tasks_of_lost_processes_are_done_here_without_repeating_items() -> None:
    found = delivered(dies_at_once, os.getpid(), range(5), workers=2)
    assert found == [(i, (i, part)) for i in range(5) for part in ("first", "second")]


@pytest.mark.parametrize("executable", ["", "/no/such/python"])
def test_where_no_process_can_be_had_the_jobs_are_done_here(
    monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    assert delivered(count_up, 7, range(3), workers=2) == delivered(count_up, 7, range(3), workers=1)


def test_an_interpreter_that_is_none_of_ours_is_not_talked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true" if os.path.exists("/bin/true") else sys.executable)
    assert delivered(whoami, None, range(2), workers=2)[0][1][0] == os.getpid()


def test_work_that_cannot_be_sent_is_done_here() -> None:
    def local(_context: None, argument: int, _should_stop: ShouldStop) -> Iterator[Any]:
        yield argument, os.getpid()

    assert delivered(local, None, range(2), workers=2) == [(i, (i, os.getpid())) for i in range(2)]


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def refuse(command: list[str], **_options: Any) -> None:
        commands.append(command)
        raise OSError("not now")

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert len(delivered(count_up, 7, range(2), workers=2)) == 6
    assert commands == [[sys.executable, "--worker"]]


def test_a_child_whose_parent_has_gone_ends() -> None:
    program = "from gmmviewer.mixture.pipes import serve; serve()"
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child.communicate(timeout=60)  # closes the pipes
    assert child.returncode == 0
    assert callable(serve)


def test_few_short_runs_are_not_worth_a_process() -> None:
    assert workers_for(3, 272 * 2) == 1
    assert workers_for(300, 272 * 2) is None
    assert workers_for(2, 1_000_000) is None
    assert workers_for(3, 272 * 2, workers=2) == 2
    assert processors() >= 1
