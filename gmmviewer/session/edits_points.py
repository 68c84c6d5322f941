"""Edits of the points: other data, more points, fewer points, other places, other classes.

What was selected before is selected afterwards, wherever it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import BoolArray, IntArray
from gmmviewer.mixture.families import families, family
from gmmviewer.session.document import Document, Given, has_responsibilities
from gmmviewer.session.edit import Edit, with_document
from gmmviewer.session.edits_picks import mask_of, picked, rows_there
from gmmviewer.session.edits_view import notify
from gmmviewer.session.locks import unlocked
from gmmviewer.session.snapshot import Snapshot


def open_points(
    points: PointSet, k: int | None = None, covariance: str | None = None, table: Table | None = None
) -> Edit:
    """Show other points (columns of ``table``, if any), at the start of a model that suits them.

    Locks and a fixed mean were places among the old points: they go. Ties stay.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        model = snapshot.document.model
        model = replace(
            model,
            k=k or model.k,
            covariance=_suited(covariance or model.covariance, points.d),
            constraints=unlocked(model.constraints),
            fixed_mean=None,
        )
        return with_document(snapshot, Document(points, model, table=table))

    return edit


def add_points(values: ArrayLike, label: int | None = None, instead_of: int = 0) -> Edit:
    """Add (m, d) points, whose truth is ``label``, in place of the last ``instead_of``; EM goes on."""
    added = np.asarray(values, dtype=np.float64)

    def edit(snapshot: Snapshot) -> Snapshot:
        if len(added) == 0 and instead_of == 0:
            return snapshot
        kept = snapshot.rows[snapshot.rows < snapshot.document.points.n - instead_of]
        return _changed(snapshot, lambda points: points.with_points(added, label, instead_of), kept)

    return edit


def erase_points(erased: BoolArray) -> Edit:
    """Take away the points marked in ``erased`` (n,); the model goes on from where it is."""

    def edit(snapshot: Snapshot) -> Snapshot:
        chosen = mask_of(snapshot.rows, len(erased))
        return _changed(snapshot, lambda points: points.without(erased), np.flatnonzero(chosen[~erased]))

    return edit


def delete_points(rows: ArrayLike) -> Edit:
    """Take away the points in ``rows``."""

    def edit(snapshot: Snapshot) -> Snapshot:
        return erase_points(mask_of(_there(rows, snapshot), snapshot.document.points.n))(snapshot)

    return edit


def put_points(rows: IntArray, values: ArrayLike) -> Edit:
    """The points in ``rows`` (m,), which all have to be there, at the places (m, d)."""
    places = np.asarray(values, dtype=np.float64)

    def edit(snapshot: Snapshot) -> Snapshot:
        return _changed(snapshot, lambda points: points.placed(rows, places), snapshot.rows)

    return edit


def move_points(rows: ArrayLike, by: ArrayLike) -> Edit:
    """Move the points in ``rows`` by (d,) data units."""

    def edit(snapshot: Snapshot) -> Snapshot:
        chosen = _there(rows, snapshot)
        moved = snapshot.document.points.values[chosen] + np.asarray(by, dtype=np.float64)
        return put_points(chosen, moved)(snapshot)

    return edit


def jitter_points(rows: ArrayLike, spread: ArrayLike, seed: int) -> Edit:
    """Scatter the points in ``rows`` by Gaussians with standard deviations ``spread`` (d,) in data units.

    The same seed draws the same again.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        chosen, d = _there(rows, snapshot), snapshot.document.points.d
        drawn = np.random.default_rng(seed).normal(size=(len(chosen), d)) * np.asarray(spread)
        return put_points(chosen, snapshot.document.points.values[chosen] + drawn)(snapshot)

    return edit


def duplicate_points(rows: ArrayLike, by: ArrayLike) -> Edit:
    """Copies of the points in ``rows``, ``by`` (d,) data units away, with their truth and weights.

    The copies are selected then: they can be dragged at once.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        chosen, n = _there(rows, snapshot), snapshot.document.points.n
        copies = np.arange(n, n + len(chosen))
        return _changed(snapshot, lambda points: points.repeated(chosen, by), copies)

    return edit


def label_points(rows: ArrayLike, label: int | None) -> Edit:
    """Say which class, counted from 0, the points in ``rows`` come from; None: nobody knows.

    No place changes, so EM does not even notice.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        before = snapshot.document.points
        points = before.labelled(_there(rows, snapshot), label)
        if points is before:
            return snapshot
        document = replace(snapshot.document, points=points)
        return picked(replace(snapshot, document=document), snapshot.rows)

    return edit


def new_sheet(d: int) -> Edit:
    """An empty sheet to draw on in ``d`` dimensions, from 0 to 10 along each axis."""
    return open_points(PointSet.sheet(d))


def clear_points() -> Edit:
    """Take away all points and the model with them, locks too: an empty sheet with the same axes."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if document.points.n == 0:
            return snapshot
        model = replace(document.model, constraints=unlocked(document.model.constraints))
        return with_document(snapshot, Document(document.points.cleared(), model))

    return edit


def _changed(snapshot: Snapshot, change: Callable[[PointSet], PointSet], rows: IntArray) -> Snapshot:
    """Changed points under the model as it stands, of which ``rows`` are selected; a run goes on.

    What cannot be done (numbers too large to be squared) is said, and nothing is changed.
    """
    try:
        points = change(snapshot.document.points)
    except ValueError as mistake:
        return notify(f"Nothing was changed: {mistake}.", "warning")(snapshot)
    if points is snapshot.document.points:
        return snapshot
    return picked(_with_points(snapshot, points), rows)


def _there(rows: ArrayLike, snapshot: Snapshot) -> IntArray:
    """Those of ``rows`` there are, rising, each once."""
    return rows_there(rows, snapshot.document.points.n)


def _with_points(snapshot: Snapshot, points: PointSet) -> Snapshot:
    """Other points under the model as it stands; a run goes on."""
    document = snapshot.document
    standard = None if document.awaits_drawing else snapshot.parameters
    given = None
    if standard is not None:
        if points.units is not document.points.units:
            standard = points.units.standardise_mixture(document.points.units.restore_mixture(standard))
        assigned = has_responsibilities(snapshot.state) or snapshot.source is not None
        given = Given(standard, standard if assigned else None, assigned)
    changed = replace(document, points=points, states=(), given=given, held=None)
    return with_document(snapshot, changed, running=True)


def _suited(covariance: str, d: int) -> str:
    """The letters of the chosen family in d dimensions, or of the most general one there."""
    try:
        return family(covariance, d).letters
    except ValueError:
        return families(d)[0].letters
