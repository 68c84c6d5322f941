"""A gate in front of a worker's work: the test decides how long a request is in flight."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

PATIENCE_S = 60.0


class Gate:
    """Stands in for a function that runs in a worker thread.

    It remembers what it was called with, in which threads, and how many calls there were at once. While it
    is shut, every call waits: before the work, or with ``done_first`` after it, as if the answer had only
    just missed a change of mind.
    """

    def __init__(self, work: Callable[..., Any], *, done_first: bool = False) -> None:
        self._work = work
        self._done_first = done_first
        self._open = threading.Event()
        self._passes = threading.Semaphore(0)
        self._entered = threading.Semaphore(0)
        self._inside = 0
        self.requests: list[Any] = []
        self.answers: list[Any] = []
        self.threads: set[int] = set()
        self.most_at_once = 0
        self.began = threading.Event()
        self._open.set()

    def __call__(self, request: Any, *rest: Any, **more: Any) -> Any:
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        self.requests.append(request)
        self.threads.add(threading.get_ident())
        self.began.set()
        try:
            if self._done_first:
                self.answers.append(self._work(request, *rest, **more))
                self._wait()
            else:
                self._wait()
                self.answers.append(self._work(request, *rest, **more))
            return self.answers[-1]
        finally:
            self._inside -= 1

    def shut(self) -> None:
        """From now on, calls wait."""
        self._open.clear()

    def await_call(self) -> None:
        """Come back once one more call waits at the shut gate."""
        assert self._entered.acquire(timeout=PATIENCE_S), "nobody came to the gate"

    def let_one_through(self) -> None:
        """One waiting call, or the next one, goes on."""
        self._passes.release()

    def open(self) -> None:
        """Everybody goes on, now and later."""
        self._open.set()
        self._passes.release(1000)

    def _wait(self) -> None:
        if not self._open.is_set():
            self._entered.release()
            assert self._passes.acquire(timeout=PATIENCE_S), "the test never opened the gate"
