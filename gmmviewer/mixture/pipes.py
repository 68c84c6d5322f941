"""The child's side of parallel jobs, and the language both sides speak: pickles over a pipe.

Read-only arrays arrive read-only (pickle protocol 5 sees to it), and a family or an algorithm as the one that
is in the registry there: a frozen value means the same on both sides.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
from enum import Enum
from typing import IO, Any

from gmmviewer.mixture.algorithms import ALGORITHMS
from gmmviewer.mixture.families import FAMILIES
from gmmviewer.mixture.stopping import never

READY = "gmmviewer is ready to work"
POLITE = 5  # added to the niceness: a window comes first
BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ONE_BLAS_THREAD = dict.fromkeys(BLAS, "1")


class Kind(Enum):
    """What an answer is: one item of a job, its end, the exception it raised; LEFT: the child has gone."""

    ITEM = "item"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"


class _Pickler(pickle.Pickler):
    """Pickles in which a member of a registry is its place there."""

    def reducer_override(self, value: Any) -> Any:
        for registry in (ALGORITHMS, FAMILIES):
            for place, member in enumerate(registry):
                if value is member:
                    return _member, (registry is FAMILIES, place)
        return NotImplemented


def _member(of_families: bool, place: int) -> object:
    return FAMILIES[place] if of_families else ALGORITHMS[place]


def send(stream: IO[bytes] | None, value: Any) -> None:
    """Write one value. ``OSError`` when nobody reads any more, other faults for what makes no pickle."""
    assert stream is not None
    buffer = io.BytesIO()  # a value that cannot be pickled must not leave half of itself in the pipe
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    stream.write(buffer.getbuffer())
    stream.flush()


def receive(stream: IO[bytes] | None) -> Any:
    """Read one value. ``EOFError`` when the other side has gone."""
    assert stream is not None
    return pickle.load(stream)


def serve() -> None:
    """Do the jobs that arrive on standard input until it is closed; answers go to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, who then ends this process
    if hasattr(os, "nice"):
        os.nice(POLITE)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nowhere:  # what a library prints must not end up among the answers
        os.dup2(nowhere.fileno(), 0)
        os.dup2(nowhere.fileno(), 1)
    try:
        _answer_all(requests, answers)
    except (EOFError, OSError):  # the parent has all it wants, or is no more
        os._exit(0)


def _answer_all(requests: IO[bytes], answers: IO[bytes]) -> None:
    send(answers, READY)
    work, context = receive(requests)
    while True:
        argument = receive(requests)
        try:
            for item in work(context, argument, never):
                send(answers, (Kind.ITEM, item))
        except OSError:
            raise
        except Exception as fault:  # noqa: BLE001 (the parent raises it)
            send(answers, (Kind.FAILED, fault))
        else:
            send(answers, (Kind.DONE, None))
