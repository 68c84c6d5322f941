"""Fields that change nothing unless a person means it.

Their signals (``chosen``) tell what a person chose: never a value shown by the program, never the wheel, and
typed numbers only when they are complete (Enter, or the focus goes elsewhere).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSlider, QWidget

from gmmviewer.views.widgets.keys import CHOOSE, PRESS, keeps

LEAVE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape})
NARROW = 64  # pixels; layouts give more where there is room

LIST_MARGIN = 24  # pixels around the titles in an open list


class SpinField(QDoubleSpinBox):
    """What number fields have in common; what they ``tell`` is a value that a person has chosen."""

    def __init__(self, low: float, high: float, decimals: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: float | None = None
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setLocale(QLocale.c())
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(self._complete)

    def tell(self) -> None:
        """Say which value was chosen."""
        raise NotImplementedError

    def show_value(self, value: float) -> None:
        """Show a value; text being typed stays unless the value is another one."""
        if value != self._shown:
            self._shown = value
            self.setValue(value)

    def stepBy(self, steps: int) -> None:
        """The arrow keys."""
        super().stepBy(steps)
        self._complete()

    def sizeHint(self) -> QSize:
        """As wide as numbers people choose, not as the largest or the most exact."""
        return QSize(NARROW, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    @Slot()
    def _complete(self) -> None:
        if self.value() != self._shown:
            self._shown = self.value()
            self.tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape also leave the field, so that the next Space steps."""
        if event.key() == Qt.Key.Key_Escape and self._shown is not None:
            self.setValue(self._shown)
        super().keyPressEvent(event)
        if event.key() in LEAVE:
            self.clearFocus()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel; it never edits a number."""
        event.ignore()


class IntegerBox(SpinField):
    """A whole number."""

    chosen = Signal(int)

    def __init__(self, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(low, high, 0, parent)

    def value(self) -> int:
        """As the whole number it is."""
        return round(super().value())

    def tell(self) -> None:
        """The same."""
        self.chosen.emit(self.value())


class DecimalBox(SpinField):
    """A non-negative number; the arrow keys change it tenfold."""

    chosen = Signal(float)
    DECIMALS = 12

    def __init__(self, high: float, smallest_step: float, parent: QWidget | None = None) -> None:
        super().__init__(0.0, high, self.DECIMALS, parent)
        self._smallest = smallest_step

    def tell(self) -> None:
        """As it is."""
        self.chosen.emit(self.value())

    def textFromValue(self, value: float) -> str:
        """Without the zeros that twelve decimals would bring."""
        return f"{value:.{self.DECIMALS}f}".rstrip("0").rstrip(".")

    def stepBy(self, steps: int) -> None:
        """The arrow keys: ten times as much, or a tenth; the last step down is zero."""
        value = self.value()
        if steps > 0:
            self.setValue(max(value * 10.0, self._smallest))
        else:
            self.setValue(value / 10.0 if value > 1.5 * self._smallest else 0.0)
        self._complete()


class ChoiceBox(QComboBox):
    """One of several; ``chosen`` carries the key of the entry."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, str, str], ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(self._on_activated)

    def show_entries(self, entries: tuple[tuple[str, str, str], ...]) -> None:
        """The entries as (key, title, what it means)."""
        if entries == self._entries:
            return
        self._entries = entries
        self.clear()
        for key, title, meaning in entries:
            self.addItem(title, key)
            self.setItemData(self.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + LIST_MARGIN)

    def show_key(self, key: str) -> None:
        """Show the entry with this key."""
        self.setCurrentIndex(self.findData(key))
        self.setToolTip(str(self.currentData(Qt.ItemDataRole.ToolTipRole) or ""))

    def event(self, event: QEvent) -> bool:
        """Whoever came here with Tab chooses with the keys."""
        return keeps(event, CHOOSE) or super().event(event)

    def minimumSizeHint(self) -> QSize:
        """A long title ends in "…" where there is little room."""
        return QSize(NARROW, super().minimumSizeHint().height())

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self.itemData(index))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel; it never chooses."""
        event.ignore()


class Slider(QSlider):
    """A whole number by hand; upright: more is higher."""

    chosen = Signal(int)
    LENGTH = 120

    def __init__(
        self,
        low: int,
        high: int,
        parent: QWidget | None = None,
        orientation: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> None:
        super().__init__(orientation, parent)
        self.setRange(low, high)
        self.setPageStep(10)
        if orientation is Qt.Orientation.Vertical:
            self.setFixedHeight(self.LENGTH)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.actionTriggered.connect(self._on_action)

    def show_value(self, value: int) -> None:
        """Show a value."""
        self.setValue(value)

    def event(self, event: QEvent) -> bool:
        """Whoever came here with Tab moves it with the keys."""
        return keeps(event, CHOOSE) or super().event(event)

    @Slot(int)
    def _on_action(self, _action: int) -> None:
        self.chosen.emit(self.sliderPosition())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel never edits a number."""
        event.ignore()


class CheckBox(QCheckBox):
    """Something that is on or off. ``clicked`` tells what a person chose."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def event(self, event: QEvent) -> bool:
        """Whoever came here with Tab toggles it with Space."""
        return keeps(event, PRESS) or super().event(event)
