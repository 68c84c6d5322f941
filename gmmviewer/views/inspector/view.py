"""What is shown of data and model, and how: the layers in groups, each with the choices that shape them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gmmviewer.scene.colour_maps import COLOUR_MAPS
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, MOST_BINS, BinRule, PointStyle, Uncertainty
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.inspector.view_options import (
    Bins,
    Choice,
    Contents,
    HeightsChoice,
    LevelOption,
    Option,
    Switch,
    SymbolSize,
    entries_of,
    with_key,
)
from gmmviewer.views.widgets.fields import CheckBox

COLUMNS = 2  # of check boxes
CELLS = 6  # of the grid: a check box takes three, a caption two, what it is for the other four
GROUPS = ("Data", "Model", "Fields")


@dataclass(frozen=True, eq=False)
class Row:
    """One option under the layers of a ``group``, where points have one of these ``dimensions``."""

    group: str
    dimensions: tuple[int, ...]
    caption: str
    option: Option


class ViewSection(QWidget):
    """Check boxes of the layers that exist in so many dimensions, and what else shapes the picture."""

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.layers = {layer.key: CheckBox(layer.title, self) for layer in LAYERS}
        for layer in LAYERS:
            box = self.layers[layer.key]
            box.setObjectName(layer.key)
            box.setToolTip(with_key(layer.help, actions.get(f"layer_{layer.key}")))
            box.clicked.connect(self._on_layer)
        self.rows = _rows(store, actions)
        self.options = {row.option.name: row.option for row in self.rows}
        self._captions = {row.caption: _caption(row.caption, self) for row in self.rows if row.caption}
        for row in self.rows:
            row.option.setParent(self)
        self._titles = {group: _caption(group, self, "title") for group in GROUPS}
        self._d = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 0, 8, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        for column in range(CELLS):
            self._grid.setColumnStretch(column, 1)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show what is on."""
        d = new.document.points.d
        if d == self._d and old is not None and old.view is new.view:
            return
        if d != self._d:
            self._arrange(d)
        for key, box in self.layers.items():
            box.setChecked(key in new.view.layers)
        for row in self.rows:
            row.option.show_view(new.view, d)

    @Slot()
    def _on_layer(self) -> None:
        self._store.apply(edits.toggle_layer(self.sender().objectName()))

    def _arrange(self, d: int) -> None:
        """Put what exists in d dimensions in its place and hide the rest."""
        self._d = d
        for layer in LAYERS:
            self.layers[layer.key].setVisible(d in layer.dimensions)
        for row in self.rows:
            row.option.setVisible(d in row.dimensions)
            if row.caption:
                self._captions[row.caption].setVisible(d in row.dimensions)
        at = 0
        for group in GROUPS:
            at = self._arrange_group(group, d, at)

    def _arrange_group(self, group: str, d: int, at: int) -> int:
        """One group from grid row ``at`` on; the row after it."""
        self._grid.addWidget(self._titles[group], at, 0, 1, CELLS)
        boxes = [self.layers[layer.key] for layer in LAYERS if layer.group == group and d in layer.dimensions]
        for number, box in enumerate(boxes):
            self._grid.addWidget(box, at + 1 + number // COLUMNS, number % COLUMNS * 3, 1, 3)
        at += 1 + -(-len(boxes) // COLUMNS)
        for row in self.rows:
            if row.group != group or d not in row.dimensions:
                continue
            first = 2 if row.caption else 0
            if row.caption:
                self._grid.addWidget(self._captions[row.caption], at, 0, 1, first)
            self._grid.addWidget(row.option, at, first, 1, CELLS - first)
            at += 1
        return at


def _rows(store: Store, actions: Mapping[str, QAction]) -> tuple[Row, ...]:
    styles = entries_of(PointStyle, "Up to 1,000 symbols or 500 pies, beyond discs. Points as")
    doubts = entries_of(Uncertainty, "Size up to 1,000 points. Uncertainty of a point, 1 − max r")
    rules = entries_of(BinRule, "Bins by the rule")
    maps = tuple((entry.key, entry.title, f"Density map in {entry.title.lower()}") for entry in COLOUR_MAPS)
    equal = with_key("One unit as long on both axes", actions.get("equal_aspect"))
    log = with_key("Densities on a logarithmic axis, where tails can be seen", actions.get("log_density"))
    moving = with_key("E-steps fade colours, M-steps glide ellipses", actions.get("motion"))
    scatter = "Points scattered upwards, so that none covers another, instead of a rug"
    return (
        Row(
            "Data", (2,), "Points as", Choice(store, "point_style", "Style of the points", styles, PointStyle)
        ),
        Row("Data", (2,), "Point size", SymbolSize(store)),
        Row("Data", (2,), "Uncertainty", Choice(store, "uncertainty", "Uncertainty", doubts, Uncertainty)),
        Row("Data", (1,), "Heights", HeightsChoice(store)),
        Row("Data", (1,), "Bins", Bins(store, rules, BinRule, MOST_BINS)),
        Row("Data", (1,), "", Switch(store, "jitter", "Scatter points", scatter)),
        Row("Model", (2,), "Ellipses at", LevelOption(store)),
        Row("Fields", (2,), "Shares", Contents(store)),
        Row("Fields", (2,), "Colours", Choice(store, "colour_map", "Colours of the density map", maps)),
        Row("Fields", (2,), "", Switch(store, "equal_aspect", "Equal axes", equal)),
        Row("Fields", (1,), "", Switch(store, "log_density", "Log density", log)),
        Row("Fields", (1, 2), "", Switch(store, "motion", "Motion", moving)),
    )


def _caption(text: str, parent: QWidget, role: str = "caption") -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", role)
    return label
