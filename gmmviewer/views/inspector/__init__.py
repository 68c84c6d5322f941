"""The column on the right: data, model, view, components and the point under the mouse."""

from gmmviewer.views.inspector.panel import Inspector

__all__ = ["Inspector"]
