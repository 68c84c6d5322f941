"""Drags that edit the model: what is under the hand has the value at the cursor.

A hand pauses a run, since nobody can hold what moves. A drag is made upon the document it began with, so
that going back to where it began changes nothing; it is over when somebody else changes that document. A
press without a drag selects the component.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene import grips
from gmmviewer.session import edits
from gmmviewer.session.document import LARGEST_K
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.gestures import CLICK, Gesture, Keys, Sheet
from gmmviewer.views.handle_overlay import (
    handle_overlay,
    mean_text,
    peak_text,
    shape_text,
    size_text,
    spread_text,
)
from gmmviewer.views.handles import Handle, Model
from gmmviewer.views.items.overlay import Overlay

STEP = math.radians(15.0)  # of an angle with Shift
TOO_MANY = f"{LARGEST_K} components are the most there can be: remove or merge some first."


class ModelGesture(Gesture):
    """A drag of one component. ``change`` says what a place of the mouse makes of the model it began with."""

    cursor: Qt.CursorShape | None = Qt.CursorShape.ClosedHandCursor
    label = ""

    def __init__(self, sheet: Sheet, start: FloatArray, component: int | None, keys: Keys) -> None:
        super().__init__(sheet, start)
        self.component, self.pressed = component, keys
        self.base: Snapshot | None = None
        self._edited = False  # whether the last action was a part of this drag
        self._from = sheet.location(start)

    def change(self, model: Model, to: FloatArray) -> Edit:
        """The edit of the ``model`` that the mouse at the pixel ``to`` means."""
        raise NotImplementedError

    def text(self, model: Model) -> str:
        """The numbers that change."""
        raise NotImplementedError

    def flush(self) -> None:
        if not self.trail:
            return
        to = self.trail[-1]
        self.trail.clear()
        if self.base is None and not self._begun(to):
            return
        model = self._held
        if model is not None and self._undisturbed(model.snapshot):
            self.sheet.store.apply(edits.upon(model.snapshot, self.change(model, to)), self.label, self)

    def finish(self) -> None:
        if self.base is not None:
            return
        chosen = self.sheet.store.snapshot.selection
        mine: tuple[int, ...] = () if self.component is None else (self.component,)
        if self.pressed.control or self.pressed.shift:
            mine = tuple(set(chosen) ^ set(mine))
        self.sheet.store.apply(edits.select(mine))

    def cancel(self) -> None:
        super().cancel()
        if self.base is not None:
            self.sheet.store.apply(edits.select(self.base.chosen))

    def overlay(self, at: FloatArray) -> Overlay:
        model = Model.of(self.sheet)
        k = self.component
        if model is None or k is None or k >= model.mixture.n_components:
            return Overlay()
        text = "" if self.base is None else self.text(model)
        return handle_overlay(model, k, self.held_handle(model), text, at, self.guide)

    def held_handle(self, model: Model) -> Handle | None:
        """The handle in the hand, as it is now."""
        return None

    @property
    def guide(self) -> int | None:
        """The axis along which the drag is held."""
        return None

    def moved(self, to: FloatArray) -> FloatArray:
        """How far the mouse is from where it was pressed, (d,) in data units."""
        return self.sheet.location(to) - self._from

    def _begun(self, to: FloatArray) -> bool:
        if float(np.hypot(*(to - self.start))) < CLICK:
            return False
        snapshot, k = self.sheet.store.snapshot, self.component
        if snapshot.mixture is None or k is None or k >= snapshot.mixture.n_components:
            return False
        self.base = snapshot
        if k not in snapshot.selection:
            self.sheet.store.apply(edits.select((k,)))
        return True

    def _undisturbed(self, base: Snapshot) -> bool:
        """Whether nobody else changed the document since the drag began: what was opened, chosen or taken
        back meanwhile stays, and the model slips from the hand."""
        store = self.sheet.store
        last = store.history.undo[-1].gesture if store.history.undo else None
        if last is self:
            self._edited = True
        elif self._edited or store.snapshot.document is not base.document:
            self.component = None
        return self.component is not None

    @property
    def _held(self) -> Model | None:
        """The model the drag began with, on the canvas as it is now."""
        mixture = None if self.base is None else self.base.mixture
        return None if self.base is None or mixture is None else Model(self.sheet, self.base, mixture)


class MoveMean(ModelGesture):
    """A mean follows the mouse; along one axis with Shift."""

    label = "Move mean"

    def __init__(self, sheet: Sheet, start: FloatArray, component: int, keys: Keys) -> None:
        super().__init__(sheet, start, component, keys)
        self._axis: int | None = None

    def change(self, model: Model, to: FloatArray) -> Edit:
        k = int(self.component or 0)
        moved, d = self.moved(to), model.mixture.n_dimensions
        self._axis = int(np.abs(to - self.start).argmax()) if self.keys.shift and d == 2 else None
        if self._axis is not None:
            moved = np.where(np.arange(2) == self._axis, moved, 0.0)
        return edits.move_mean(k, model.mixture.means[k] + moved)

    def text(self, model: Model) -> str:
        return mean_text(model, int(self.component or 0))

    @property
    def guide(self) -> int | None:
        return self._axis


class HandleGesture(ModelGesture):
    """A drag of one grip."""

    def __init__(self, sheet: Sheet, start: FloatArray, handle: Handle, keys: Keys) -> None:
        super().__init__(sheet, start, handle.component, keys)
        self.handle = handle

    def held_handle(self, model: Model) -> Handle | None:
        handles = model.handles_of(self.handle.component)
        mine = [h for h in handles if h.kind == self.handle.kind and h.axis == self.handle.axis]
        return next((h for h in mine if h.side == self.handle.side), mine[0] if mine else None)

    def text(self, model: Model) -> str:
        return shape_text(model, self.handle.component)


class Resize(HandleGesture):
    """The end of an axis follows the mouse; with Shift, and where the family is round, the whole ellipse."""

    label = "Resize component"
    cursor = None  # that of the axis

    def change(self, model: Model, to: FloatArray) -> Edit:
        k = self.handle.component
        half = model.half_axes(k)
        arm = self.handle.side * half[self.handle.axis] / model.sheet.per_pixel()
        place = to - self.handle.beyond * arm / max(float(np.hypot(*arm)), 1e-9)
        at = model.sheet.location(place) - model.mixture.means[k]
        if self.keys.shift or model.family.decomposition[1] == "I":
            made = grips.scaled(half, at, model.radius)
        else:
            made = grips.stretched(half, self.handle.axis, at, model.radius)
        return edits.set_covariance(k, grips.from_half_axes(made))


class Turn(HandleGesture):
    """The long axis follows the mouse around the mean; in steps of 15° with Shift."""

    label = "Turn component"

    def change(self, model: Model, to: FloatArray) -> Edit:
        k, unit = self.handle.component, model.unit
        half, mean = model.half_axes(k), model.mixture.means[k]
        by = grips.angle_of(model.sheet.location(to) - mean, unit) - grips.angle_of(self._from - mean, unit)
        if self.keys.shift:
            before = grips.angle_of(half[self.handle.axis], unit)
            by = grips.snapped(before + by, STEP) - before
        return edits.set_covariance(k, grips.from_half_axes(grips.turned(half, unit, by)))


class MovePeak(HandleGesture):
    """The top of a curve follows the mouse: sideways the mean, upwards the weight; one of them with Shift."""

    label = "Move peak"

    def change(self, model: Model, to: FloatArray) -> Edit:
        k, frame = self.handle.component, model.sheet.frame()
        away = np.abs(to - self.start)
        sideways = not self.keys.shift or away[0] >= away[1]
        upwards = not self.keys.shift or away[0] < away[1]
        deviation = math.sqrt(float(model.mixture.covariances[k, 0, 0]))
        density = frame.data_y(float(to[1]))
        return edits.set_component(
            k,
            weight=grips.weight_of_peak(density, deviation) if upwards else None,
            mean=model.sheet.location(to) if sideways else None,
        )

    def text(self, model: Model) -> str:
        return peak_text(model, self.handle.component)


class MoveFlank(HandleGesture):
    """The side of a curve follows the mouse: σ is its distance from the mean."""

    label = "Change spread"
    cursor = Qt.CursorShape.SizeHorCursor

    def change(self, model: Model, to: FloatArray) -> Edit:
        k = self.handle.component
        mean = float(model.mixture.means[k, 0])
        side = 1.0 if float(self.sheet.location(to)[0]) >= mean else -1.0
        at = float(self.sheet.location(to - np.array([side * self.handle.beyond, 0.0]))[0])
        before = math.sqrt(float(model.mixture.covariances[k, 0, 0]))
        return edits.set_spread(k, max(side * (at - mean), grips.SMALLEST * before))

    def text(self, model: Model) -> str:
        return spread_text(model, self.handle.component)


class AddComponent(ModelGesture):
    """From the centre of a new component to its edge; a click selects what is ``around`` it."""

    label = "Add component"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, sheet: Sheet, start: FloatArray, around: int | None, keys: Keys) -> None:
        super().__init__(sheet, start, around, keys)

    def change(self, model: Model, to: FloatArray) -> Edit:
        reach = self.moved(to)
        if float(np.hypot(*(to - self.start))) < CLICK:
            return edits.nothing
        if model.mixture.n_dimensions == 1:
            return edits.add_component(self._from, reach[:, None] ** 2)
        unit = np.abs(model.sheet.per_pixel()) if not model.family.compares_axes else model.unit
        return edits.add_component(self._from, grips.circle_through(reach, unit, model.radius))

    def text(self, model: Model) -> str:
        k = int(self.component or 0)
        spread = size_text(model, k) if model.mixture.n_dimensions == 2 else spread_text(model, k)
        return f"{mean_text(model, k)}\n{spread}"

    def _begun(self, to: FloatArray) -> bool:
        if float(np.hypot(*(to - self.start))) < CLICK:
            return False
        mixture = self.sheet.store.snapshot.mixture
        if mixture is None:
            return False
        if mixture.n_components >= LARGEST_K:
            self.sheet.store.apply(edits.notify(TOO_MANY, "warning"))
            return False
        self.base, self.component = self.sheet.store.snapshot, mixture.n_components
        return True
