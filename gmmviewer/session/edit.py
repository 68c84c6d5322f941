"""What an edit is, and the few ways to put another document into a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from gmmviewer.session.document import Document
from gmmviewer.session.snapshot import Activity, Snapshot

Edit: TypeAlias = Callable[[Snapshot], Snapshot]


def nothing(snapshot: Snapshot) -> Snapshot:
    """Leave everything as it is."""
    return snapshot


def both(first: Edit, second: Edit) -> Edit:
    """One edit after the other, as one change."""
    return lambda snapshot: second(first(snapshot))


def with_document(
    snapshot: Snapshot, document: Document, cursor: int | None = None, *, running: bool = False
) -> Snapshot:
    """Another document by hand: what was asked for belongs to the old one and stops.

    ``running``: a run that is going on goes on with the new document.
    """
    where = len(document.states) - 1 if cursor is None else cursor
    activity = Activity(running=running and snapshot.activity.running and document.points.n > 0)
    return replace(snapshot, document=document, cursor=where, activity=activity, notice=None)
