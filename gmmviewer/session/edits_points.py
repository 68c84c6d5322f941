"""Edits of the points: other data, more points, fewer points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import BoolArray
from gmmviewer.mixture.families import families, family
from gmmviewer.session.document import Document, Given, has_responsibilities
from gmmviewer.session.edit import Edit, with_document
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


def add_points(values: ArrayLike) -> Edit:
    """Add (m, d) points; the model goes on from where it is."""
    added = np.asarray(values, dtype=np.float64)

    def edit(snapshot: Snapshot) -> Snapshot:
        if len(added) == 0:
            return snapshot
        return _with_points(snapshot, snapshot.document.points.with_points(added))

    return edit


def erase_points(erased: BoolArray) -> Edit:
    """Take away the points marked in ``erased`` (n,); the model goes on from where it is."""
    return lambda snapshot: _with_points(snapshot, snapshot.document.points.without(erased))


def clear_points() -> Edit:
    """Take away all points and the model with them, locks too: an empty sheet with the same axes."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if document.points.n == 0:
            return snapshot
        model = replace(document.model, constraints=unlocked(document.model.constraints))
        return with_document(snapshot, Document(document.points.cleared(), model))

    return edit


def _with_points(snapshot: Snapshot, points: PointSet) -> Snapshot:
    """Other points under the model as it stands; a run goes on."""
    document = snapshot.document
    if points is document.points:
        return snapshot
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
