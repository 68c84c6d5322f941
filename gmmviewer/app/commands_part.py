"""What the groups of commands have in common: a method per action id, most of them one edit of the store."""

from __future__ import annotations

from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store


class Part:
    """Some of the commands. ``held``: the key that asks for one repeats because it is held down."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.held = False

    @property
    def _snapshot(self) -> Snapshot:
        return self._store.snapshot
