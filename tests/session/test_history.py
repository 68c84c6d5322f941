"""Undo and redo as values: identical documents come back, gestures are one entry, memory is bounded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.data.table import Table
from gmmviewer.session import edits, history
from gmmviewer.session.edits import Edit
from gmmviewer.session.history import History
from gmmviewer.session.snapshot import Snapshot
from tests.helpers import build


def after(
    past: History, snapshot: Snapshot, edit: Edit, gesture: object | None = None
) -> tuple[History, Snapshot]:
    """Do one labelled action, as the store does."""
    return past.record(snapshot, "Action", gesture), edit(snapshot)


def test_undo_and_redo_bring_back_the_identical_document_and_place() -> None:
    first = edits.seek(3)(build.fitted())
    past, second = after(History(), first, edits.choose_model(k=3))
    past, back = history.undo(past, second)
    assert back.document is first.document
    assert back.cursor == 3
    assert back.state is first.state
    past, forth = history.redo(past, back)
    assert forth.document is second.document
    assert forth.cursor == second.cursor


def test_what_is_not_the_document_stays_when_undoing() -> None:
    first = build.fitted()
    past, second = after(History(), first, edits.choose_model(k=3))
    looked = edits.choose_view(theme="dark")(second)
    _, back = history.undo(past, looked)
    assert back.view is looked.view


def test_undo_stops_what_goes_on() -> None:
    past, second = after(History(), build.fitted(), edits.choose_model(k=3))
    _, back = history.undo(past, edits.notify("hello")(edits.run()(second)))
    assert not back.activity.running
    assert back.notice is None


def test_with_nothing_to_undo_or_redo_everything_stays_the_same_object() -> None:
    past, snapshot = History(), build.fitted()
    assert history.undo(past, snapshot) == (past, snapshot)
    assert history.redo(past, snapshot) == (past, snapshot)
    assert history.undo(past, snapshot)[1] is snapshot


def test_the_parts_of_one_gesture_are_one_entry() -> None:
    first = build.fitted()
    stroke = object()
    past, snapshot = History(), first
    for x in range(5):
        past, snapshot = after(past, snapshot, edits.add_points([[x, 0.0]]), stroke)
    assert len(past.undo) == 1
    assert history.undo(past, snapshot)[1].document is first.document


def test_another_gesture_and_no_gesture_are_entries_of_their_own() -> None:
    past, snapshot = History(), build.fitted()
    for gesture in (object(), object(), None, None):
        past, snapshot = after(past, snapshot, edits.add_points([[0.0, 0.0]]), gesture)
    assert len(past.undo) == 4


def test_a_gesture_interrupted_by_another_action_goes_on_as_a_new_entry() -> None:
    stroke = object()
    past, snapshot = after(History(), build.fitted(), edits.add_points([[0.0, 0.0]]), stroke)
    past, snapshot = after(past, snapshot, edits.choose_model(k=3))
    past, snapshot = after(past, snapshot, edits.add_points([[1.0, 0.0]]), stroke)
    assert len(past.undo) == 3


def test_a_new_action_forgets_what_could_be_redone() -> None:
    stroke = object()
    past, first = after(History(), build.fitted(), edits.add_points([[0.0, 0.0]]), stroke)
    past, second = after(past, first, edits.choose_model(k=3))
    past, back = history.undo(past, second)
    assert past.redo
    assert not past.record(back, "Other").redo
    assert not past.record(back, "Stroke", stroke).redo


def test_the_label_travels_with_the_action() -> None:
    snapshot = build.fitted()
    past = History().record(snapshot, "Move mean")
    past, back = history.undo(past, edits.choose_model(k=3)(snapshot))
    assert past.redo[-1].label == "Move mean"
    past, _ = history.redo(past, back)
    assert past.undo[-1].label == "Move mean"


def test_the_history_has_a_largest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST_LENGTH", 7)
    past, snapshot = History(), build.fitted()
    seen = []
    for seed in range(2, 22):
        seen.append(snapshot)
        past, snapshot = after(past, snapshot, edits.choose_model(seed=seed))
    assert [entry.document for entry in past.undo] == [old.document for old in seen[-7:]]


def big(seed: int, n: int = 1000) -> Snapshot:
    """A snapshot whose points take 16 n bytes, twice (data units and standard units)."""
    return build.snapshot(build.points(n=n, seed=seed))


def test_large_points_that_only_the_history_holds_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST_BYTES", 3 * (2 * 16_000 + 8_000))  # values twice, truth
    past = History()
    sheets = [big(seed) for seed in range(6)]
    for sheet in sheets:
        past = past.record(sheet, "Open")
    assert [entry.document for entry in past.undo] == [sheet.document for sheet in sheets[-3:]]


def test_the_newest_entry_stays_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST_BYTES", 10)
    past = History().record(big(1), "Open").record(big(2), "Open")
    assert len(past.undo) == 1


def test_entries_that_share_their_points_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST_BYTES", 10)
    past, snapshot = History(), big(1)
    for seed in range(2, 12):
        past, snapshot = after(past, snapshot, edits.choose_model(seed=seed))
    assert len(past.undo) == 10


def test_the_table_that_points_come_from_counts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST_BYTES", 1_000_000)
    past = History()
    for seed in range(6):
        values = np.random.default_rng(seed).normal(size=(1000, 50))  # 400 kB
        table = Table("wide", tuple(f"c{i}" for i in range(50)), values, (True,) * 50)
        opened = edits.open_points(PointSet.of(values[:, :2]), table=table)(build.snapshot())
        past = past.record(opened, "Open")
    assert len(past.undo) == 2


def test_recording_does_not_change_what_was_recorded_before() -> None:
    past = History().record(build.fitted(), "One")
    kept = past.undo
    past.record(build.fitted(), "Two")
    assert past.undo is kept
    assert replace(past).undo == kept
