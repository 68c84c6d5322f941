"""The one way to the files shipped with the program (icons, built-in data)."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "_resources"
_CHECKOUT = Path(__file__).parent.parent / "resources"


def resource_path(*parts: str) -> Path:
    """Path of a shipped file, in a checkout, an installed wheel or a frozen bundle alike.

    >>> resource_path("data", "old_faithful.csv").name
    'old_faithful.csv'
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"{'/'.join(parts)} is missing from the installation ({root})")
    return path
