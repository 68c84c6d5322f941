"""Commands on the picture: modes, layers, themes, axes."""

from __future__ import annotations

from gmmviewer.app import zooming
from gmmviewer.app.commands_part import Part
from gmmviewer.session import edits


class ViewCommands(Part):
    """Everything that changes how things are shown."""

    def equal_aspect(self) -> None:
        """One unit as long on both axes, or not."""
        self._toggle("equal_aspect")

    def log_density(self) -> None:
        """Densities on a logarithmic axis, or not."""
        self._toggle("log_density")

    def _toggle(self, name: str) -> None:
        self._store.apply(edits.choose_view(**{name: not getattr(self._snapshot.view, name)}))

    def zoom_central(self) -> None:
        """Where most points are."""
        zooming.to_central(self._stage.canvas)

    def zoom_selection(self) -> None:
        """The selected points or components."""
        zooming.to_selection(self._stage.canvas)

    def zoom_component(self) -> None:
        """The next component."""
        zooming.to_component(self._stage.canvas)

    def motion(self) -> None:
        """Steps fade and glide, or jump."""
        self._toggle("motion")

    def presenter(self) -> None:
        """Large type and strokes on the whole screen, or not."""
        self._toggle("presenter")
        if self._snapshot.view.presenter:
            self._store.apply(edits.notify("Presenter mode: F5 brings the controls back."))

    def toggle_theme(self) -> None:
        """Light or dark, of the same contrast."""
        self._choose_theme(dark=not self._snapshot.view.dark, contrast=self._contrast)

    def toggle_contrast(self) -> None:
        """High contrast or not, on the same ground."""
        self._choose_theme(dark=self._snapshot.view.dark, contrast=not self._contrast)

    @property
    def _contrast(self) -> bool:
        return self._snapshot.view.high_contrast

    def _choose_theme(self, *, dark: bool, contrast: bool) -> None:
        plain = "dark" if dark else "light"
        high = "contrast-dark" if dark else "contrast"
        self._store.apply(edits.choose_view(theme=high if contrast else plain))
