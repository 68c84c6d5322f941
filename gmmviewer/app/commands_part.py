"""What the groups of commands have in common: a method per action id, most of them one edit of the store."""

from __future__ import annotations

from typing import Protocol

from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas


class Stage(Protocol):
    """What commands need of a window: the canvas the data decide on."""

    @property
    def canvas(self) -> Canvas:
        """The one to be seen."""


class Part:
    """Some of the commands. ``held``: the key that asks for one repeats because it is held down."""

    def __init__(self, store: Store, stage: Stage) -> None:
        self._store = store
        self._stage = stage
        self.held = False

    @property
    def _snapshot(self) -> Snapshot:
        return self._store.snapshot
