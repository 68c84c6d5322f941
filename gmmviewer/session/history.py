"""Undo and redo: old documents, kept whole. They share their arrays, so an entry costs little."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gmmviewer.session.document import Document
from gmmviewer.session.snapshot import Activity, Picked, Snapshot

LARGEST_LENGTH = 500
LARGEST_BYTES = 512 * 2**20  # different points, tables and selections that entries hold


class Run:
    """The gesture of a run. What it adds in the midst of a drag is undone with the drag: a stroke over a
    running fit would be as many undos as there were pictures."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A document to return to, what the action is called, and which gesture it belongs to.

    ``picked``: which of its points were selected.
    """

    document: Document
    cursor: int
    label: str
    gesture: object | None = None
    picked: Picked | None = None


@dataclass(frozen=True, eq=False)
class History:
    """What can be undone (latest last) and redone (next last)."""

    undo: tuple[Entry, ...] = ()
    redo: tuple[Entry, ...] = ()

    def record(self, before: Snapshot, label: str, gesture: object | None = None) -> History:
        """The history after an action on ``before``; all parts of one gesture make one entry."""
        mine = None if gesture is None else self.up_to(gesture)
        if mine is not None:
            return mine
        entry = Entry(before.document, before.cursor, label, gesture, before.picked)
        return History(_trimmed((*self.undo, entry)))

    def up_to(self, gesture: object) -> History | None:
        """The history that ends with the entry of this gesture; None if anything but a run came after it."""
        for count in range(len(self.undo), 0, -1):
            latest = self.undo[count - 1].gesture
            if latest is gesture:
                return History(self.undo[:count])
            if not isinstance(latest, Run):
                return None
        return None


def undo(history: History, snapshot: Snapshot) -> tuple[History, Snapshot]:
    """One action back. With nothing to undo, both come back as they were."""
    if not history.undo:
        return history, snapshot
    entry = history.undo[-1]
    back = Entry(snapshot.document, snapshot.cursor, entry.label, picked=snapshot.picked)
    return History(history.undo[:-1], (*history.redo, back)), _at(entry, snapshot)


def redo(history: History, snapshot: Snapshot) -> tuple[History, Snapshot]:
    """One undone action forward again."""
    if not history.redo:
        return history, snapshot
    entry = history.redo[-1]
    back = Entry(snapshot.document, snapshot.cursor, entry.label, picked=snapshot.picked)
    return History((*history.undo, back), history.redo[:-1]), _at(entry, snapshot)


def _at(entry: Entry, snapshot: Snapshot) -> Snapshot:
    """The selection is not undone, but points that come back bring theirs."""
    back = replace(snapshot, document=entry.document, cursor=entry.cursor, activity=Activity(), notice=None)
    same = entry.document.points is snapshot.document.points
    return back if same else replace(back, picked=entry.picked)


def _trimmed(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The latest entries that fit the limits; the newest one always stays."""
    seen: set[int] = set()
    total = 0
    for kept, entry in enumerate(reversed(entries)):
        more = {key: size for key, size in _arrays(entry).items() if key not in seen}
        seen.update(more)
        total += sum(more.values())
        if kept and (kept >= LARGEST_LENGTH or (more and total > LARGEST_BYTES)):
            return entries[-kept:]
    return entries


def _arrays(entry: Entry) -> dict[int, int]:
    """The large arrays of an entry by identity, and their bytes."""
    points, table = entry.document.points, entry.document.table
    arrays = {id(points.values): 2 * points.values.nbytes}  # data units and standard units
    rows = None if entry.picked is None else entry.picked.rows
    for array in (points.truth, points.weights, rows):
        if array is not None:
            arrays[id(array)] = array.nbytes
    if table is not None:
        arrays[id(table.values)] = table.values.nbytes
    return arrays
