"""Under which name to save something."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gmmviewer.app.settings import Settings
from gmmviewer.data.points import PointSet


def ask_name(
    window: QWidget, settings: Settings, title: str, suggestion: str, kinds: dict[str, str], kind: str = ""
) -> Path | None:
    """A file name with one of the suffixes in ``kinds``: the one typed, else that of the kind chosen.

    ``kind`` is chosen to begin with; the folder is remembered. None if the person would rather not.
    """
    where = str(Path(settings.folder) / suggestion)
    name, chosen = QFileDialog.getSaveFileName(window, title, where, ";;".join(kinds), kind)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() not in kinds.values():
        path = path.with_name(path.name + kinds.get(chosen, next(iter(kinds.values()))))
    settings.folder = str(path.parent)
    return path


def stem_of(points: PointSet) -> str:
    """A file name without suffix for something about these points."""
    name = Path(points.name).stem.lower()
    return "".join(c if c.isalnum() else "-" for c in name).strip("-") or "mixture"


def cannot_write(path: Path, fault: OSError) -> str:
    """What to tell a person, and what to do about it."""
    return f"{path.name} could not be written: {fault.strerror}. Choose a folder where you may write."
