"""Commands on the model: how many components, from which start, and surgery on single ones."""

from __future__ import annotations

import numpy as np

from gmmviewer.app.commands_part import Part
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.locks import all_locked
from gmmviewer.views.inspector.model import LARGEST_SEED

ADDED_SHARE = 10.0  # of the visible ranges is the standard deviation of a new component


class ModelCommands(Part):
    """K, seed, locks; split, merge, duplicate, remove."""

    def new_start(self) -> None:
        """The next seed."""
        seed = (self._snapshot.document.model.seed + 1) % (LARGEST_SEED + 1)
        self._store.apply(edits.choose_model(seed=seed), "New start")

    def more_components(self) -> None:
        """K + 1."""
        self._change_k(1)

    def fewer_components(self) -> None:
        """K − 1."""
        self._change_k(-1)

    def _change_k(self, difference: int) -> None:
        k = self._snapshot.document.model.k + difference
        self._store.apply(edits.choose_model(k=min(max(k, 1), LARGEST_K)), "Change K")

    def add_component(self) -> None:
        """One more at the centre of the view, a tenth of it in size."""
        canvas = self._stage.canvas
        frame, span = canvas.frame(), canvas.span()
        middle = np.array([frame.left + frame.width / 2, frame.top + frame.height / 2])
        size = np.diag((span / ADDED_SHARE) ** 2)
        self._store.apply(edits.add_component(canvas.location(middle), size), "Add component")

    def equal_weights(self) -> None:
        """The same weight for all, once."""
        self._store.apply(edits.equalise_weights(), "Equal weights")

    def lock_component(self) -> None:
        """Everything of the selected components locked, or free."""
        chosen = frozenset(self._selection)
        free = all_locked(self._snapshot.document.model.constraints, chosen)
        self._store.apply(edits.toggle_all_locks(chosen), "Free components" if free else "Lock components")

    def split_component(self) -> None:
        """Two in place of one."""
        self._store.apply(edits.split_component(self._one), "Split component")

    def duplicate_component(self) -> None:
        """A copy beside it."""
        self._store.apply(edits.duplicate_component(self._one), "Duplicate component")

    def merge_components(self) -> None:
        """One in place of two or more."""
        self._store.apply(edits.merge_components(self._selection), "Merge components")

    def remove_components(self) -> None:
        """Without them."""
        self._store.apply(edits.remove_components(self._selection), "Remove components")

    @property
    def _selection(self) -> tuple[int, ...]:
        return self._snapshot.selection

    @property
    def _one(self) -> int | None:
        return self._selection[0] if self._selection else None
