"""EDIT: the model in the hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import Gesture, Keys
from gmmviewer.views.gestures_model import MoveMean
from gmmviewer.views.items.overlay import Overlay
from gmmviewer.views.modes.mode import Hover, Press, Table

REACH = 12.0  # pixels from a mean within which it can be taken


class EditMode:
    """Means are moved."""

    def begin(self, table: Table, press: Press) -> Gesture | None:
        """The mean near the mouse is taken."""
        k, mixture = mean_at(table, press.at), table.store.snapshot.mixture
        if k is None or mixture is None:
            return None
        return MoveMean(table, press.at, k, mixture.means[k])

    def hover(self, table: Table, at: FloatArray, keys: Keys) -> Hover:
        """A handle on the mean near the mouse."""
        k, mixture = mean_at(table, at), table.store.snapshot.mixture
        if k is None or mixture is None:
            return Hover(Overlay(), Qt.CursorShape.ArrowCursor)
        place = table.pixels(mixture.means[k : k + 1])[0]
        handle = (float(place[0]), float(place[1] if len(place) == 2 else at[1]), k)
        return Hover(Overlay(handle=handle), Qt.CursorShape.OpenHandCursor)

    def hint(self, snapshot: Snapshot) -> str:
        """What the mouse does."""
        return "Drag a mean to move it, Esc cancels; wheel zooms"


def mean_at(table: Table, at: FloatArray) -> int | None:
    """The component whose mean is nearest to a pixel and within reach."""
    mixture = table.store.snapshot.mixture
    if mixture is None:
        return None
    places = table.pixels(mixture.means)
    gaps = np.sqrt(((places - at[: places.shape[1]]) ** 2).sum(axis=1))
    nearest = int(gaps.argmin())
    return nearest if gaps[nearest] <= REACH else None
