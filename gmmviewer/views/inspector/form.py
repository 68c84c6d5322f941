"""Captions and controls in rows, as all sections of the inspector have them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget


def fill_form(grid: QGridLayout, rows: Sequence[tuple[str | None, QWidget | QHBoxLayout]]) -> list[QLabel]:
    """One row each: a caption and what it is for, which takes the whole width if the caption is None."""
    grid.setContentsMargins(8, 0, 8, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    captions = []
    for index, (caption, content) in enumerate(rows):
        first = 0 if caption is None else 1
        if caption is not None:
            label = QLabel(caption)
            label.setProperty("role", "caption")
            captions.append(label)
            grid.addWidget(label, index, 0)
        if isinstance(content, QWidget):
            grid.addWidget(content, index, first, 1, 2 - first)
        else:
            grid.addLayout(content, index, first, 1, 2 - first)
    return captions


def in_a_row(*widgets: QWidget | None) -> QHBoxLayout:
    """Side by side; fields take the width that buttons leave."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        if widget is not None:
            row.addWidget(widget, 0 if isinstance(widget, QToolButton) else 1)
    return row


def describe(field: QWidget, name: str, help_: str) -> None:
    """What a control is called by a screen reader, and what it does."""
    field.setAccessibleName(name)
    field.setToolTip(help_)


def sentence(text: str) -> str:
    """The text with a capital."""
    return text[:1].upper() + text[1:]
