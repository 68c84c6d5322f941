"""Edits of how things are shown, of what is selected, and of what is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gmmviewer.session.choices import MouseMode
from gmmviewer.session.edit import Edit
from gmmviewer.session.snapshot import Notice, Snapshot


def choose_view(**changes: Any) -> Edit:
    """Change view choices, by the field names of ViewChoices."""

    def edit(snapshot: Snapshot) -> Snapshot:
        view = replace(snapshot.view, **changes)
        return snapshot if view == snapshot.view else replace(snapshot, view=view)

    return edit


def choose_mode(mode: MouseMode) -> Edit:
    """Choose what the mouse does."""
    return choose_view(mode=mode)


def toggle_layer(key: str) -> Edit:
    """Show a layer that is hidden, hide one that is shown."""

    def edit(snapshot: Snapshot) -> Snapshot:
        return choose_view(layers=snapshot.view.layers ^ {key})(snapshot)

    return edit


def select(components: Iterable[int]) -> Edit:
    """Select components, counted from 0; those there are not do no harm."""
    chosen = tuple(sorted(set(components)))
    return lambda snapshot: snapshot if snapshot.chosen == chosen else replace(snapshot, chosen=chosen)


def notify(text: str, severity: str = "info") -> Edit:
    """Show one message."""
    return lambda snapshot: replace(snapshot, notice=Notice(text, severity))


def dismiss() -> Edit:
    """Take the message away."""
    return lambda snapshot: snapshot if snapshot.notice is None else replace(snapshot, notice=None)
