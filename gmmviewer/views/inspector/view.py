"""What is shown of data and model, and how large the ellipses are."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gmmviewer.scene.ellipses import LEVELS, EllipseLevel
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.widgets.fields import CheckBox, ChoiceBox

COLUMNS = 2


class ViewSection(QWidget):
    """One check box per layer that exists in this many dimensions, the ellipse level, how axes are."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.layers = {layer.key: CheckBox(layer.title, self) for layer in LAYERS}
        for key, box in self.layers.items():
            box.setObjectName(key)
            box.setToolTip(_tip(f"Show {box.text().lower()}", actions.get(f"layer_{key}")))
            box.clicked.connect(self._on_layer)
        self.equal_aspect = CheckBox("Equal axes", self)
        self.equal_aspect.setToolTip(_tip("One unit as long on both axes", actions.get("equal_aspect")))
        self.equal_aspect.clicked.connect(self._on_equal_aspect)
        self.log_density = CheckBox("Log density", self)
        self.log_density.setToolTip(
            _tip("Densities on a logarithmic axis, where tails can be seen", actions.get("log_density"))
        )
        self.log_density.clicked.connect(self._on_log_density)
        self.level = ChoiceBox()
        self.level.setAccessibleName("Size of the ellipses")
        self.level.chosen.connect(self._on_level)
        self._level_row = _captioned("Ellipses at", self.level, self)
        self._levels = {str(number): level for number, level in enumerate(LEVELS)}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 0, 8, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(2)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show which layers are on."""
        d = new.document.points.d
        if old is None or old.document.points.d != d:
            self._arrange(d)
        if old is not None and old.view is new.view and old.document.points.d == d:
            return
        for key, box in self.layers.items():
            box.setChecked(key in new.view.layers)
        self.equal_aspect.setChecked(new.view.equal_aspect)
        self.log_density.setChecked(new.view.log_density)
        self.level.show_entries(level_entries(self._levels, d))
        keys = (key for key, level in self._levels.items() if level == new.view.level)
        self.level.show_key(next(keys, ""))

    @Slot()
    def _on_layer(self) -> None:
        self._store.apply(edits.toggle_layer(self.sender().objectName()))

    @Slot(bool)
    def _on_equal_aspect(self, equal: bool) -> None:
        self._store.apply(edits.choose_view(equal_aspect=equal))

    @Slot(bool)
    def _on_log_density(self, logarithmic: bool) -> None:
        self._store.apply(edits.choose_view(log_density=logarithmic))

    @Slot(str)
    def _on_level(self, key: str) -> None:
        self._store.apply(edits.choose_view(level=self._levels[key]))

    def _arrange(self, d: int) -> None:
        """Put what exists in d dimensions in its place and hide the rest."""
        for layer in LAYERS:
            self.layers[layer.key].setVisible(d in layer.dimensions)
        boxes = [self.layers[layer.key] for layer in LAYERS if d in layer.dimensions]
        boxes.append(self.equal_aspect if d == 2 else self.log_density)
        for number, box in enumerate(boxes):
            self._grid.addWidget(box, number // COLUMNS, number % COLUMNS)
        rows = -(-len(boxes) // COLUMNS)
        self._grid.addWidget(self._level_row, rows, 0, 1, COLUMNS)
        for widget in (self.equal_aspect, self._level_row):
            widget.setVisible(d == 2)
        self.log_density.setVisible(d == 1)


def level_entries(levels: Mapping[str, EllipseLevel], d: int) -> tuple[tuple[str, str, str], ...]:
    """The levels for a chooser, each with how large it is and how much it holds in d dimensions."""
    return tuple(
        (key, level.label(d), f"Ellipses at {level.label(d)} of each component")
        for key, level in levels.items()
    )


def _captioned(caption: str, field: QWidget, parent: QWidget) -> QWidget:
    label = QLabel(caption)
    label.setProperty("role", "caption")
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 2, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(label)
    layout.addWidget(field, 1)
    return row


def _tip(text: str, action: QAction | None) -> str:
    key = "" if action is None else action.shortcut().toString()
    return f"{text} ({key})" if key else text
