"""Independent jobs on several processors: child processes with a pipe each, and nothing shared.

EM on small data is bound by the interpreter, which runs one thread at a time: twelve fits of Old Faithful
took as long on two threads as on one. The children are fresh interpreters with one BLAS thread each, ready in
0.3 s. Nothing is forked, so that threads and windows of this process cannot trouble them, and its main script
is not run again. Where none can be had, the jobs are done here, one after the other; the results are the same
bits in any case, because a job depends on its argument alone.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, TypeAlias

from gmmviewer.mixture.pipes import ONE_BLAS_THREAD, READY, Kind, receive, send
from gmmviewer.mixture.stopping import ShouldStop, check, never

logger = logging.getLogger(__name__)

Work: TypeAlias = Callable[[Any, Any, ShouldStop], Iterator[Any]]
Deliver: TypeAlias = Callable[[int, Any], None]
Task: TypeAlias = tuple[int, Any]

RUN_SECONDS, NUMBER_SECONDS = 0.03, 4e-6  # of a run of EM with 100 iterations: fixed, and per n × K
WORTH_SECONDS = 1.0
LOOK_EVERY = 0.05  # seconds between two looks at should_stop
WORKER_COMMAND = "--worker"  # of a program that is one frozen file, where there is no interpreter to start
NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def processors() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def workers_for(runs: int, numbers: int, workers: int | None = None) -> int | None:
    """How many workers to ask for where nobody has said: none for what is done before they have started.

    ``runs`` of EM on ``numbers`` = points × components.
    """
    short = runs * (RUN_SECONDS + NUMBER_SECONDS * numbers) < WORTH_SECONDS
    return 1 if workers is None and short else workers


def run_jobs(
    work: Work,
    context: Any,
    arguments: Sequence[Any],
    deliver: Deliver,
    *,
    workers: int | None = None,
    should_stop: ShouldStop = never,
) -> None:
    """Give every item that ``work(context, argument, should_stop)`` yields to ``deliver(index, item)``.

    ``work`` is a function of a module, ``context`` what all jobs share, sent once to each of ``workers``
    processes (default: one per processor; 1: none). ``deliver`` is called in this thread as items
    come, those of one argument in their order. What ``work`` raises is raised here. Raises ``Cancelled``
    within 0.1 s when told to stop; no process is left behind, whatever happens.
    """
    check(should_stop)
    count = min(processors() if workers is None else workers, len(arguments))
    left: Iterable[Task] = enumerate(arguments)
    delivered: Counter[int] = Counter()
    if count > 1:
        crew = _Crew(work, context, arguments, count)
        try:
            left = crew.follow(deliver, delivered, should_stop)
        finally:
            crew.close()
    for index, argument in left:
        items = work(context, argument, should_stop)
        for item in islice(items, delivered[index], None):  # a lost process had come that far
            deliver(index, item)
            check(should_stop)


class _Crew:
    """Some child processes, and a thread for each that talks to it."""

    def __init__(self, work: Work, context: Any, arguments: Sequence[Any], count: int) -> None:
        self._order = work, context
        self._arguments = arguments
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in enumerate(arguments):
            self._tasks.put(task)
        self._news: queue.SimpleQueue[tuple[Kind, int, Any]] = queue.SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []
        with suppress(OSError, ValueError):  # no process can be had: the jobs are done here
            self._processes.extend(_start_worker() for _ in range(count))
        self._threads = [
            threading.Thread(target=self._talk, args=(process,), name="jobs", daemon=True)
            for process in self._processes
        ]
        for thread in self._threads:
            thread.start()

    def follow(self, deliver: Deliver, delivered: Counter[int], should_stop: ShouldStop) -> list[Task]:
        """Deliver what comes until nothing more will; the tasks that the processes have not done."""
        open_tasks = dict(enumerate(self._arguments))
        talking = len(self._threads)
        while talking:
            check(should_stop)
            try:
                kind, index, value = self._news.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
            if kind is Kind.ITEM:
                delivered[index] += 1
                deliver(index, value)
            elif kind is Kind.DONE:
                del open_tasks[index]
            elif kind is Kind.FAILED:
                raise value
            else:
                talking -= 1
        return list(open_tasks.items())

    def close(self) -> None:
        """End all processes, at work or not, and the threads with them."""
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    def _talk(self, process: subprocess.Popen[bytes]) -> None:
        """Give tasks to one process and pass on its answers, until there are none or it is lost."""
        try:
            if receive(process.stdout) == READY:
                send(process.stdin, self._order)
                while True:
                    self._do(process, *self._tasks.get_nowait())
        except queue.Empty:
            pass
        except Exception as fault:  # it cannot be told what to do: its task is done here
            logger.debug("a worker process was lost", exc_info=fault)
        self._news.put((Kind.LEFT, 0, None))

    def _do(self, process: subprocess.Popen[bytes], index: int, argument: Any) -> None:
        send(process.stdin, argument)
        while True:
            kind, value = receive(process.stdout)
            self._news.put((kind, index, value))
            if kind is not Kind.ITEM:
                return


def _start_worker() -> subprocess.Popen[bytes]:
    """A child that serves jobs. Raises ``OSError`` or ``ValueError`` where it cannot be started."""
    if not sys.executable:
        raise ValueError("this interpreter cannot be started from a file")
    command = [sys.executable, "-P", "-c", "from gmmviewer.mixture.pipes import serve; serve()"]
    if getattr(sys, "frozen", False):
        command = [sys.executable, WORKER_COMMAND]
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | ONE_BLAS_THREAD | {"PYTHONPATH": paths},
        creationflags=NO_CONSOLE,
    )
