"""Finds Qt objects that a test left alive. Imports Qt only when asked to look."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QThread, QTimer
    from PySide6.QtWidgets import QWidget

PATIENCE_MS = 5_000  # for a leaked thread to end, so that it cannot disturb the next test

_kinds: dict[type, type] = {}  # isinstance() takes 1 µs: too long for every wrapper after every test

LESSON = """This test left {count} behind:
{list}
Whoever makes a driver, a loader or another thread closes it; a widget goes to qtbot.addWidget; a timer
gets a parent that dies. If all of that is done, look for a lambda or partial connected to a signal, or a
reference kept in a module or a closure: each keeps its object alive for ever. Connect @Slot methods."""


@dataclass(frozen=True)
class Left:
    """One object that outlived its test: where it is in memory, and how people know it."""

    address: int
    name: str


def survey() -> frozenset[int]:
    """The addresses of running threads, active timers and windows there are now."""
    return frozenset(_address(thing) for thing in _noticeable())


def left_since(before: frozenset[int]) -> list[Left]:
    """What there is now and was not in ``before``, after deferred deletes; it is put to rest as well."""
    _flush()
    left = _new(before)
    if left:  # a full collection takes 40 ms, so only where something may be waiting for it
        del left
        gc.collect()
        _flush()
        left = _new(before)
    report = [Left(_address(thing), _describe(thing)) for thing in left]
    for thing in left:
        _put_to_rest(thing)
    if left:
        _flush()
    return report


def lesson(left: list[Left]) -> str:
    """What the failing test says."""
    things = "one Qt object" if len(left) == 1 else f"{len(left)} Qt objects"
    return LESSON.format(count=things, list="\n".join(f"  - {thing.name}" for thing in left))


def _new(before: frozenset[int]) -> list[QObject]:
    return [thing for thing in _noticeable() if _address(thing) not in before]


def _noticeable() -> Iterator[QThread | QTimer | QWidget]:
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QThread, QTimer

    app = QCoreApplication.instance()
    main = QThread.currentThread() if app is None else app.thread()
    for thing in shiboken6.getAllValidWrappers():
        kind = _kinds.get(type(thing))
        if kind is None:
            kind = _kinds[type(thing)] = next((k for k in (QThread, QTimer) if isinstance(thing, k)), object)
        if kind is QThread:
            if thing is not main and thing.isRunning():
                yield thing
        elif kind is QTimer and thing.isActive():
            yield thing
    if app is not None:
        yield from _windows()


def _windows() -> list[QWidget]:
    import sys

    widgets = sys.modules.get("PySide6.QtWidgets")
    return [] if widgets is None else list(widgets.QApplication.topLevelWidgets())


def _flush() -> None:
    """Deferred deletes happen when control returns to the event loop, which a finished test never does."""
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _address(thing: QObject) -> int:
    import shiboken6

    return int(shiboken6.getCppPointer(thing)[0])


def _describe(thing: QObject) -> str:
    from PySide6.QtCore import QThread, QTimer

    kind = type(thing).__name__
    name = f"{kind} '{thing.objectName()}'" if thing.objectName() else kind
    parent = thing.parent()
    owner = f" of {type(parent).__name__}" if parent is not None else " without a parent"
    if isinstance(thing, QThread):
        return f"{name}{owner} is still running"
    if isinstance(thing, QTimer):
        return f"{name}{owner} is still active, every {thing.interval()} ms"
    title = getattr(thing, "windowTitle", str)()
    return f"{name}{owner} is still a top-level widget" + (f", titled '{title}'" if title else "")


def _put_to_rest(thing: QObject) -> None:
    import shiboken6
    from PySide6.QtCore import QThread, QTimer

    if not shiboken6.isValid(thing):
        return
    if isinstance(thing, QThread):
        thing.quit()
        thing.wait(PATIENCE_MS)
    elif isinstance(thing, QTimer):
        thing.stop()
    else:
        thing.deleteLater()
