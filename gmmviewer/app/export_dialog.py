"""Save the picture in any size: what it will look like, how large it is, and in which colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmmviewer.app.analysis_dialog import GAP, MARGIN, AnalysisDialog, button
from gmmviewer.app.export_choices import (
    DPI_LIMITS,
    FORMATS,
    LARGEST_SIDE,
    SCALES,
    SMALLEST_SIDE,
    THEMES,
    UNITS,
    remember,
    remembered,
)
from gmmviewer.app.picture import canvas_like
from gmmviewer.app.ranges_dialog import the_canvas
from gmmviewer.app.saving import ask_name, cannot_write, stem_of
from gmmviewer.app.settings import Settings
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views import paper
from gmmviewer.views.canvas import Canvas
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.fields import CheckBox, ChoiceBox, IntegerBox
from gmmviewer.views.widgets.labels import ElidedLabel
from gmmviewer.views.widgets.numbers import NumberField
from gmmviewer.views.widgets.preview import Preview

SIDE = 300  # pixels for the choices, at normal type size
CALM_MS = 150  # the preview follows when nothing has changed for so long
MOST_PREVIEWED = 200_000  # points; of more the preview is the picture on screen


class ExportDialog(AnalysisDialog):
    """Choices on the right, what comes of them on the left."""

    name = "export"
    size_ = (860, 470)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.setWindowTitle("Export picture")
        self._settings = Settings()
        self.choices = remembered(self.remembered)
        self._canvas: Canvas | None = None
        self.preview = Preview()
        self.format, self.unit, self.scale, self.theme = ChoiceBox(), ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.width_, self.height_ = (NumberField(SMALLEST_SIDE, LARGEST_SIDE) for _ in range(2))
        self.dpi = IntegerBox(*DPI_LIMITS)
        self.transparent = CheckBox("Transparent ground")
        self.fit = button("As the window", "link")
        self.size_note, self.note = ElidedLabel("small"), ElidedLabel("small")
        self.save, self.copy, self.close_button = (
            button("Save…", "primary"),
            button("Copy"),
            button("Close"),
        )
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._fill()
        self._lay_out()
        self._connect()
        self.begin()
        self._show_choices()
        self.save.setFocus()

    def shut_down(self) -> None:
        """Hear nothing more of the canvas."""
        self._calm.stop()
        self._follow(None)
        remember(self.remembered, self.choices)

    def restyle(self, ink: Ink) -> None:
        """The preview has the colours of the window around it."""
        self.preview.restyle(ink)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """The preview follows what is on screen."""
        self._follow(the_canvas(self))
        self._calm.start()

    def _follow(self, canvas: Canvas | None) -> None:
        if canvas is self._canvas:
            return
        if self._canvas is not None:
            self._canvas.ranges_changed.disconnect(self._on_moved)
        self._canvas = canvas
        if canvas is not None:
            canvas.ranges_changed.connect(self._on_moved)
            self._set(self.choices.fitted(canvas.width(), canvas.height()) if self.choices.as_window else {})

    # ------------------------------------------------------------ choices

    def _set(self, changes: dict[str, object]) -> None:
        self.choices = self.choices.changed(**changes)
        self._show_choices()
        self._calm.start()

    def _show_choices(self) -> None:
        chosen = self.choices
        self.format.show_key(chosen.suffix)
        self.unit.show_key(chosen.unit)
        self.scale.show_key(str(chosen.scale))
        self.theme.show_key(chosen.theme)
        self.width_.show_value(chosen.shown(chosen.width))
        self.height_.show_value(chosen.shown(chosen.height))
        self.dpi.show_value(chosen.dpi)
        self.transparent.setChecked(chosen.transparent)
        image = chosen.suffix == ".png"
        for widget, wanted in ((self.scale, chosen.unit == "px"), (self.dpi, chosen.unit == "mm")):
            self._form.setRowVisible(widget, wanted)
            widget.setEnabled(image)
        self.transparent.setEnabled(image)
        self.fit.setEnabled(not chosen.as_window)
        self.size_note.show_text(chosen.described)

    @Slot(str)
    def _on_format(self, suffix: str) -> None:
        self._set({"suffix": suffix})

    @Slot(str)
    def _on_unit(self, unit: str) -> None:
        self._set({"unit": unit})

    @Slot(str)
    def _on_scale(self, scale: str) -> None:
        self._set({"scale": int(scale)})

    @Slot(str)
    def _on_theme(self, theme: str) -> None:
        self._set({"theme": theme})

    @Slot(float)
    def _on_width(self, width: float) -> None:
        self._set({"width": self.choices.logical(width), "as_window": False})

    @Slot(float)
    def _on_height(self, height: float) -> None:
        self._set({"height": self.choices.logical(height), "as_window": False})

    @Slot(int)
    def _on_dpi(self, dpi: int) -> None:
        self._set({"dpi": dpi})

    @Slot(bool)
    def _on_transparent(self, on: bool) -> None:
        self._set({"transparent": on})

    @Slot()
    def _on_fit(self) -> None:
        if self._canvas is not None:
            self._set(self.choices.fitted(self._canvas.width(), self._canvas.height()))

    # ------------------------------------------------------------ preview, saving, copying

    @Slot()
    def _on_moved(self) -> None:
        self._calm.start()

    @Slot()
    def _show_preview(self) -> None:
        """The picture as large as there is room for; not during a run, which has better things to do."""
        canvas, snapshot = self._canvas, self.store.snapshot
        if canvas is None or snapshot.activity.running:
            return
        if snapshot.document.points.n > MOST_PREVIEWED:
            self.preview.show_image(canvas.grab().toImage())
            return
        sheet = self.choices.paper
        ratio = self.preview.ratio_for(sheet.width, sheet.height)
        small = paper.Paper(sheet.width, sheet.height, ratio, sheet.transparent)
        with canvas_like(canvas, self.choices.theme) as source:
            self.preview.show_image(paper.image(source, small))

    @Slot()
    def _on_save(self) -> None:
        kinds = {f"{title} (*{suffix})": suffix for suffix, title, _ in FORMATS}
        own = next(kind for kind, suffix in kinds.items() if suffix == self.choices.suffix)
        suggestion = stem_of(self.store.snapshot.document.points) + self.choices.suffix
        path = ask_name(self, self._settings, "Export picture", suggestion, kinds, own)
        if path is not None:
            self._write(path)

    def _write(self, path: Path) -> None:
        if self._canvas is None:
            return
        sheet = self.choices.changed(suffix=path.suffix.lower()).paper
        self._tell(f"Writing {path.name}…")
        self.note.repaint()  # a million points take about a second
        try:
            with canvas_like(self._canvas, self.choices.theme) as source:
                paper.write(source, path, sheet)
        except OSError as fault:
            self._tell(cannot_write(path, fault), "error")
        except ValueError as mistake:
            self._tell(str(mistake), "error")
        else:
            self._tell(f"Saved {path.name}.")

    @Slot()
    def _on_copy(self) -> None:
        if self._canvas is None:
            return
        sheet = self.choices.changed(suffix=".png").paper
        if sheet.too_large:
            self._tell("So many pixels are too many for the clipboard; choose fewer.", "error")
            return
        with canvas_like(self._canvas, self.choices.theme) as source:
            QGuiApplication.clipboard().setImage(paper.image(source, sheet))
        self._tell("The picture is on the clipboard.")

    def _tell(self, text: str, tone: str = "") -> None:
        mark(self.note, "tone", tone)
        self.note.show_text(text)

    # ------------------------------------------------------------ layout

    def _fill(self) -> None:
        self.format.show_entries(FORMATS)
        self.unit.show_entries(UNITS)
        self.scale.show_entries(SCALES)
        self.theme.show_entries(THEMES)
        self.transparent.setToolTip("Only the plot is painted, on no ground: for slides (PNG)")
        self.fit.setToolTip("The size of the picture in the window")

    def _connect(self) -> None:
        self.format.chosen.connect(self._on_format)
        self.unit.chosen.connect(self._on_unit)
        self.scale.chosen.connect(self._on_scale)
        self.theme.chosen.connect(self._on_theme)
        self.width_.chosen.connect(self._on_width)
        self.height_.chosen.connect(self._on_height)
        self.dpi.chosen.connect(self._on_dpi)
        self.transparent.toggled.connect(self._on_transparent)
        self.fit.clicked.connect(self._on_fit)
        self.save.clicked.connect(self._on_save)
        self.copy.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        self._calm.timeout.connect(self._show_preview)
        self.preview.resized.connect(self._on_moved)

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(2 * GAP)
        form.setVerticalSpacing(GAP)
        rows = (
            ("Format", self.format),
            ("Size in", self.unit),
            ("Width", self.width_),
            ("Height", self.height_),
            ("Scale", self.scale),
            ("Resolution in dpi", self.dpi),
            ("Colours", self.theme),
        )
        for caption, widget in rows:
            form.addRow(QLabel(caption), widget)
            widget.setAccessibleName(caption)
        form.addRow(self.transparent)
        column = QWidget()
        column.setFixedWidth(round(SIDE * ink_of(self.store.snapshot.view).type_scale))
        side = QVBoxLayout(column)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(GAP)
        side.addLayout(form)
        side.addWidget(self.fit)
        side.addWidget(self.size_note)
        side.addStretch(1)
        upper, buttons = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(MARGIN)
        upper.addWidget(self.preview, 1)
        upper.addWidget(column)
        buttons.setSpacing(GAP)
        buttons.addWidget(self.note, 1)
        for each in (self.save, self.copy, self.close_button):
            buttons.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(upper, 1)
        layout.addLayout(buttons)
