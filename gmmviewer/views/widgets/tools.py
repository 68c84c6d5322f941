"""Small buttons and dials for the tools on the rail."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gmmviewer.data.points import PointSet
from gmmviewer.scene.numbers import class_name
from gmmviewer.views.icons import icon
from gmmviewer.views.ink import Ink
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.fields import Slider
from gmmviewer.views.widgets.keys import PRESS, keeps

FEWEST_CLASSES, MOST_CLASSES = 6, 26
SIDE, ICON = 27, 16  # pixels of a small button and of its icon
SHORTEST, LONGEST = 40, 120  # pixels of a slider: it takes what the window leaves


class Small(QToolButton):
    """A small button on the rail that a click does not give the focus."""

    def __init__(self, tip: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "mode")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tip)
        self.setAccessibleName(name)

    def show_ink(self, ink: Ink, picture: str, *, current: bool = False) -> None:
        """In the colours and the size of the theme."""
        mark(self, "role", "mode-current" if current else "mode")
        side, small = round(SIDE * ink.type_scale), round(ICON * ink.type_scale)
        self.setFixedSize(side, side)
        self.setIconSize(QSize(small, small))
        self.setIcon(icon(picture, ink.on_selection if current else ink.text))

    def event(self, event: QEvent) -> bool:
        """Whoever came here with Tab presses the button with Space."""
        return keeps(event, PRESS) or super().event(event)


class Choice(Small):
    """One value of several."""

    chosen = Signal(object)

    def __init__(self, value: Enum, picture: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(tip, str(value.value), parent)
        self.value = value
        self._picture = picture
        self.clicked.connect(self._on_clicked)

    def show_chosen(self, chosen: Enum, ink: Ink) -> None:
        """Whether it is this one."""
        self.show_ink(ink, self._picture, current=self.value is chosen)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.value)


class ClassButton(Small):
    """A menu of classes; ``chosen`` carries the number of one, counted from 0, or −1 for none."""

    chosen = Signal(int)

    def __init__(self, tip: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(tip, name, parent)
        self._n = FEWEST_CLASSES
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def show_points(self, points: PointSet) -> None:
        """Offer the classes there are, and some more."""
        known = 0 if points.truth is None or points.n == 0 else int(points.truth.max()) + 1
        self._n = min(max(FEWEST_CLASSES, known + 1), MOST_CLASSES)

    def show_class(self, label: int | None, ink: Ink) -> None:
        """Its letter where one is chosen."""
        self.show_ink(ink, "tag", current=label is not None)
        self.setText(class_name(label))
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if label is None else style.ToolButtonTextOnly)

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for label in range(-1, self._n):
            action = self._menu.addAction(f"Class {class_name(label)}" if label >= 0 else "No class")
            action.setData(label)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


class Dial(QWidget):
    """An upright slider with its name above and its value below."""

    def __init__(self, name: str, low: int, high: int, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = Slider(low, high)
        self.slider.setMinimumHeight(SHORTEST)
        self.slider.setMaximumHeight(LONGEST)
        self.slider.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.slider.setAccessibleName(meaning)
        self._value = caption("")
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # nothing jumps when another tool has no use for it
        self.setSizePolicy(keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(caption(name))
        layout.addWidget(self.slider, 1, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._value)

    def show_value(self, value: int, tip: str) -> None:
        """Show a value; ``tip`` says what it means, with its unit."""
        self.slider.show_value(value)
        self._value.setText(str(value))
        self.setToolTip(tip)


def caption(text: str) -> QLabel:
    """Small print, centred."""
    label = QLabel(text)
    label.setProperty("role", "small")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
