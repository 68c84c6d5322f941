"""Faults in methods that Qt calls: told, like all others, instead of ending the program.

On Python 3.11 an error that comes from C (a division by zero, an index out of bounds) is not an object yet
when it leaves a method. PySide, 6.8.3 to 6.11.3 at least, takes it for one where the method overrides one of
Qt, and the process dies. Whatever has passed an ``except`` is an object; from Python 3.12 on everything is.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

HAS_BARE_ERRORS = sys.version_info < (3, 12)
_guarded: set[type] = set()


def guard_overrides(package: str = "gmmviewer") -> None:
    """Let the errors of all overrides in the classes of this package, as far as they are loaded, be objects.

    Called again where classes were loaded since; takes 2 ms.
    """
    if not HAS_BARE_ERRORS:
        return
    for kind in _subclasses(QObject):
        if kind not in _guarded and kind.__module__.partition(".")[0] == package:
            _guarded.add(kind)
            for name, method in _overrides(kind):
                setattr(kind, name, _with_objects(method))


def _subclasses(kind: type) -> Iterator[type]:
    children: list[type] = kind.__subclasses__()
    for child in children:
        yield child
        yield from _subclasses(child)


def _overrides(kind: type) -> list[tuple[str, Callable[..., Any]]]:
    """The methods of a class that the Qt class beneath has too."""
    beneath = next(base for base in kind.__mro__ if base.__module__.startswith("PySide6."))
    return [
        (name, member)
        for name, member in vars(kind).items()
        if isinstance(member, FunctionType) and not name.startswith("__") and hasattr(beneath, name)
    ]


def _with_objects(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def through(*args: Any, **named: Any) -> Any:
        try:
            return method(*args, **named)
        except BaseException:  # which makes an object of it
            raise

    return through
