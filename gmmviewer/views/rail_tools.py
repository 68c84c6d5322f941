"""The tools of a mouse mode, on the rail under the modes: the brush, and what becomes of a selection."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from gmmviewer.scene.numbers import class_name
from gmmviewer.session import edits
from gmmviewer.session.choices import (
    LARGEST_RADIUS,
    SMALLEST_RADIUS,
    Brush,
    DrawTool,
    SelectTool,
    SprayShape,
)
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.gestures_points import LINE, STEP
from gmmviewer.views.gestures_select import counted
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import Ink
from gmmviewer.views.widgets.buttons import ActionButton
from gmmviewer.views.widgets.tools import LONGEST, SHORTEST, Choice, ClassButton, Dial, Small, caption

FACES: dict[Enum, tuple[str, str]] = {
    DrawTool.SPRAY: ("spray-can", "Spray: a click adds one point, a drag sprays more (2 again: next tool)"),
    DrawTool.LINE: ("pen-line", "Line: points along the drag, straight with Shift (2 again: next tool)"),
    DrawTool.ERASE: ("eraser", "Eraser: points in the circle go (2 again: next tool)"),
    SprayShape.GAUSSIAN: ("circle-dot-dashed", "Gaussian spray: most points in the middle"),
    SprayShape.ROUND: ("circle-dashed", "Round spray: evenly over the circle"),
    SelectTool.RECTANGLE: (
        "square-dashed",
        "Rectangle: drag from corner to corner (3 again: next tool)",
    ),
    SelectTool.LASSO: ("lasso-select", "Lasso: drag around the points (3 again: next tool)"),
}
GIVE_CLASS = "Say which class the selected points come from"
MANY = 1_000_000  # longer numbers do not fit
MOST_POINTS = 40  # of one puff that the slider offers


class DrawTools(QWidget):
    """Spray, line or eraser; size, dots and shape of the spray; the class of what is drawn."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.tools = [Choice(tool, *FACES[tool]) for tool in DrawTool]
        self.shapes = [Choice(shape, *FACES[shape]) for shape in SprayShape]
        self.label = ClassButton("The class of what is drawn", "Class of drawn points")
        self.radius = Dial("Size", SMALLEST_RADIUS, LARGEST_RADIUS, "Radius of the brush in pixels")
        self.density = Dial("Dots", 1, MOST_POINTS, "How many points a drag draws")
        for button in (*self.tools, *self.shapes):
            button.chosen.connect(self._on_chosen)
        self.label.chosen.connect(self._on_label)
        self.radius.slider.chosen.connect(self._on_radius)
        self.density.slider.chosen.connect(self._on_density)
        grid = _grid(self, [*self.tools, self.label])
        grid.addWidget(self.radius, 2, 0)
        grid.addWidget(self.density, 2, 1)
        for column, button in enumerate(self.shapes):
            _keep_place(button)
            grid.addWidget(button, 3, column)
        _keep_place(self.label)
        grid.setRowStretch(2, 1)
        grid.setRowMinimumHeight(2, SHORTEST)

    def show_snapshot(self, new: Snapshot, ink: Ink) -> None:
        """Show the brush, and of its settings those that the tool has a use for."""
        brush = new.view.brush
        for button in self.tools:
            button.show_chosen(brush.tool, ink)
        for button in self.shapes:
            button.show_chosen(brush.shape, ink)
            button.setVisible(brush.tool is DrawTool.SPRAY)
        self.radius.show_value(brush.radius, f"Radius of the brush: {brush.radius} pixels ([ and ])")
        self.radius.setVisible(brush.tool is not DrawTool.LINE)
        self.density.show_value(brush.count, _density(brush))
        self.density.setVisible(brush.tool is not DrawTool.ERASE)
        self.label.show_points(new.document.points)
        self.label.show_class(brush.label, ink)
        said = "none" if brush.label is None else class_name(brush.label)
        self.label.setToolTip(f"The class that drawn points are said to come from: {said}")
        self.label.setVisible(brush.tool is not DrawTool.ERASE)
        self.setMaximumHeight(self.minimumSizeHint().height() + LONGEST - SHORTEST)

    @Slot(object)
    def _on_chosen(self, value: object) -> None:
        changed = {"tool": value} if isinstance(value, DrawTool) else {"shape": value}
        self._store.apply(edits.choose_brush(**changed))

    @Slot(int)
    def _on_label(self, label: int) -> None:
        self._store.apply(edits.choose_brush(label=label if label >= 0 else None))

    @Slot(int)
    def _on_radius(self, radius: int) -> None:
        self._store.apply(edits.choose_brush(radius=radius))

    @Slot(int)
    def _on_density(self, count: int) -> None:
        self._store.apply(edits.choose_brush(count=count))


class SelectTools(QWidget):
    """Rectangle or lasso; how much is selected, and what can be done with it."""

    ACTIONS = (("delete", "trash-2"), ("duplicate_points", "copy-plus"), ("jitter_points", "shuffle"))

    def __init__(self, store: Store, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.tools = [Choice(tool, *FACES[tool]) for tool in SelectTool]
        for tool in self.tools:
            tool.chosen.connect(self._on_chosen)
        self.buttons = {picture: ActionButton(actions[name], role="mode") for name, picture in self.ACTIONS}
        self.label = ClassButton(GIVE_CLASS, "Class of selected points")
        self.label.chosen.connect(self._on_label)
        self.count = caption("")
        grid = _grid(self, [*self.tools])
        grid.addWidget(self.count, 1, 0, 1, 2)
        below: list[QToolButton] = [*self.buttons.values(), self.label]
        for place, button in enumerate(below):
            grid.addWidget(button, 2 + place // 2, place % 2)
        grid.setRowStretch(4, 1)

    def show_snapshot(self, new: Snapshot, ink: Ink) -> None:
        """Show the tool and how many points are selected."""
        for tool in self.tools:
            tool.show_chosen(new.view.select_tool, ink)
        for picture, action in self.buttons.items():
            action.scale_icon(ink)
            action.show_face("", icon(picture, ink.text))
            action.setFixedSize(self.tools[0].size())
        self.label.show_points(new.document.points)
        self.label.show_class(None, ink)
        n = len(new.rows)
        self.label.setEnabled(n > 0)
        self.label.setToolTip(GIVE_CLASS if n else f"{GIVE_CLASS}<br><i>Select points first.</i>")
        self.count.setText(f"{n:,}\nselected" if n < MANY else f"{n / 1e6:.1f} M\nselected")
        self.count.setToolTip(f"{counted(n)} selected")

    @Slot(object)
    def _on_chosen(self, value: object) -> None:
        self._store.apply(edits.choose_view(select_tool=value))

    @Slot(int)
    def _on_label(self, label: int) -> None:
        rows = self._store.snapshot.rows
        self._store.apply(edits.label_points(rows, label if label >= 0 else None), "Label points")


def _density(brush: Brush) -> str:
    """What the number of dots means for the tool."""
    if brush.tool is DrawTool.LINE:
        return f"A point every {LINE / brush.count:.3g} pixels of the line"
    return f"{brush.count} points for every {STEP:.3g} pixels of a drag"


def _grid(parent: QWidget, buttons: list[Small]) -> QGridLayout:
    """Two columns, filled from above."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 8, 0, 0)
    grid.setSpacing(2)
    for place, button in enumerate(buttons):
        grid.addWidget(button, place // 2, place % 2)
    return grid


def _keep_place(widget: QWidget) -> None:
    keep = widget.sizePolicy()
    keep.setRetainSizeWhenHidden(True)
    keep.setHorizontalPolicy(QSizePolicy.Policy.Fixed)
    widget.setSizePolicy(keep)
