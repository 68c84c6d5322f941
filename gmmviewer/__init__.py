"""GMM Viewer: explore Gaussian mixtures, one EM half-step at a time.

Importing this package costs nothing: neither numpy nor Qt is loaded before it is used, so that
``gmmviewer --version`` answers at once and ``gmmviewer.mixture`` works where no Qt is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gmmviewer import mixture as mixture
    from gmmviewer.app.api import view as view

__version__ = "0.1.0"
__all__ = ["__version__", "mixture", "view"]


def __getattr__(name: str) -> Any:
    """Load ``gmmviewer.mixture`` and ``gmmviewer.view`` when first asked for."""
    if name == "mixture":
        return import_module("gmmviewer.mixture")
    if name == "view":
        return import_module("gmmviewer.app.api").view
    raise AttributeError(f"module 'gmmviewer' has no attribute {name!r}")
