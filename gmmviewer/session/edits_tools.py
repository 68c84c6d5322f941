"""Edits of the tool in the hand: which one a mouse mode uses, and the brush."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from gmmviewer.session.choices import LARGEST_RADIUS, SMALLEST_RADIUS, DrawTool, MouseMode, SelectTool
from gmmviewer.session.edit import Edit
from gmmviewer.session.edits_view import choose_view
from gmmviewer.session.snapshot import Snapshot

Tool = TypeVar("Tool", bound=Enum)


def choose_brush(**changes: Any) -> Edit:
    """Change the brush, by the field names of Brush."""
    return lambda snapshot: choose_view(brush=replace(snapshot.view.brush, **changes))(snapshot)


def resize_brush(factor: float) -> Edit:
    """A brush ``factor`` times as large, by a pixel at least, within its limits."""

    def edit(snapshot: Snapshot) -> Snapshot:
        radius = snapshot.view.brush.radius
        wanted = round(radius * factor)
        if wanted == radius and factor != 1.0:
            wanted += 1 if factor > 1.0 else -1
        return choose_brush(radius=min(max(wanted, SMALLEST_RADIUS), LARGEST_RADIUS))(snapshot)

    return edit


def next_tool() -> Edit:
    """The next tool of the mouse mode that is on; nothing in one without tools."""

    def edit(snapshot: Snapshot) -> Snapshot:
        view = snapshot.view
        if view.mode is MouseMode.DRAW:
            return choose_brush(tool=_after(DrawTool, view.brush.tool))(snapshot)
        if view.mode is MouseMode.SELECT:
            return choose_view(select_tool=_after(SelectTool, view.select_tool))(snapshot)
        return snapshot

    return edit


def _after(tools: type[Tool], tool: Tool) -> Tool:
    everyone = list(tools)
    return everyone[(everyone.index(tool) + 1) % len(everyone)]
