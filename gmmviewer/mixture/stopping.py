"""How long work is broken off: it asks now and then, and raises when the answer is yes."""

from __future__ import annotations

from collections.abc import Callable

ShouldStop = Callable[[], bool]


class Cancelled(Exception):
    """The caller asked for an end between two blocks of work."""


def never() -> bool:
    """The ``should_stop`` of those who do not want to stop."""
    return False


def check(should_stop: ShouldStop) -> None:
    """Raise ``Cancelled`` if the caller wants an end."""
    if should_stop():
        raise Cancelled
