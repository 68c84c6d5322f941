"""The one mutable thing: what it announces, what it refuses, what can be undone."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, Slot

from gmmviewer.session import edits
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from tests.helpers import build


class Listener(QObject):
    """Notes every change; applies edits of its own when it hears of the first one."""

    def __init__(self, store: Store, *nested: Edit) -> None:
        super().__init__()
        self.store = store
        self.nested = list(nested)
        self.heard: list[tuple[Snapshot, Snapshot]] = []
        store.changed.connect(self.listen)

    @Slot(object, object)
    def listen(self, old: Snapshot, new: Snapshot) -> None:
        self.heard.append((old, new))
        nested, self.nested = self.nested, []
        for edit in nested:
            self.store.apply(edit)


@pytest.fixture
def store() -> Store:
    return Store(build.fitted())


def test_a_change_is_announced_once_with_old_and_new(store: Store) -> None:
    listener = Listener(store)
    before = store.snapshot
    store.apply(edits.choose_view(theme="dark"))
    assert listener.heard == [(before, store.snapshot)]
    assert listener.heard[0][0] is before
    assert listener.heard[0][1] is store.snapshot


@pytest.mark.parametrize("edit", [edits.nothing, edits.seek(99), edits.choose_model(k=2), edits.dismiss()])
def test_an_edit_that_changes_nothing_is_neither_announced_nor_recorded(store: Store, edit: Edit) -> None:
    listener = Listener(store)
    before, past = store.snapshot, store.history
    store.apply(edit, "Nothing")
    assert listener.heard == []
    assert store.snapshot is before
    assert store.history is past


def test_undo_and_redo_with_nothing_to_do_are_silent(store: Store) -> None:
    listener = Listener(store)
    store.undo()
    store.redo()
    store.cancel(object())
    assert listener.heard == []


def test_only_labelled_changes_of_the_document_can_be_undone(store: Store) -> None:
    store.apply(edits.choose_view(theme="dark"), "Theme")
    store.apply(edits.choose_model(k=3))
    assert store.history.undo == ()
    store.apply(edits.choose_model(k=4), "Components")
    assert [entry.label for entry in store.history.undo] == ["Components"]


def test_edits_made_while_announcing_are_announced_afterwards_each_and_in_order(store: Store) -> None:
    first = Listener(store, edits.notify("one"), edits.notify("two"))
    second = Listener(store)
    before = store.snapshot
    store.apply(edits.choose_view(theme="dark"))
    assert first.heard == second.heard
    assert len(second.heard) == 3
    assert second.heard[0][0] is before
    for (_, new), (old, _) in zip(second.heard, second.heard[1:], strict=False):
        assert new is old
    texts = [new.notice.text if new.notice else None for _, new in second.heard]
    assert texts == [None, "one", "two"]
    assert second.heard[-1][1] is store.snapshot


def test_a_change_that_is_taken_back_while_announcing_is_still_heard_by_everyone(store: Store) -> None:
    first = Listener(store, edits.choose_view(theme="light"))
    second = Listener(store)
    store.apply(edits.choose_view(theme="dark"))
    for listener in (first, second):
        assert [new.view.theme for _, new in listener.heard] == ["dark", "light"]


def test_undo_and_redo_are_announced_and_bring_back_the_identical_document(store: Store) -> None:
    listener = Listener(store)
    before = store.snapshot
    store.apply(edits.choose_model(k=3), "Components")
    after = store.snapshot
    store.undo()
    assert store.snapshot.document is before.document
    store.redo()
    assert store.snapshot.document is after.document
    assert len(listener.heard) == 3


def test_a_cancelled_gesture_never_was(store: Store) -> None:
    before = store.snapshot
    gesture = object()
    for x in range(3):
        store.apply(edits.move_mean(0, [float(x), 0.0]), "Move mean", gesture)
    store.cancel(gesture)
    assert store.snapshot.document is before.document
    assert store.history.undo == ()
    assert store.history.redo == ()


def test_cancelling_a_gesture_that_is_not_the_last_action_does_nothing(store: Store) -> None:
    gesture = object()
    store.apply(edits.move_mean(0, [1.0, 0.0]), "Move mean", gesture)
    store.apply(edits.choose_model(k=3), "Components")
    after = store.snapshot
    store.cancel(gesture)
    assert store.snapshot is after
    assert len(store.history.undo) == 2


@pytest.mark.parametrize("change", ["apply", "undo", "redo", "cancel"])
def test_the_store_refuses_changes_outside_its_thread(store: Store, change: str) -> None:
    store.apply(edits.choose_model(k=3), "Components")
    before = store.snapshot
    refused: list[RuntimeError] = []

    def work() -> None:
        try:
            if change == "apply":
                store.apply(edits.notify("hello"))
            elif change == "cancel":
                store.cancel(object())
            else:
                getattr(store, change)()
        except RuntimeError as error:
            refused.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(refused) == 1
    assert "GUI thread" in str(refused[0])
    assert store.snapshot is before


def test_an_edit_that_raises_changes_nothing(store: Store) -> None:
    listener = Listener(store)
    before, past = store.snapshot, store.history
    with pytest.raises(TypeError):
        store.apply(edits.choose_model(colour="red"), "Colour")
    assert store.snapshot is before
    assert store.history is past
    store.apply(edits.notify("hello"))
    assert len(listener.heard) == 1
