"""A field for any number, as people write it: 12.5, −3e4, 1e-9."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gmmviewer.views.widgets.fields import LEAVE, NARROW
from gmmviewer.views.widgets.keys import keeps

STEPS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})


class NumberField(QLineEdit):
    """A number between ``low`` and ``high``; ``chosen`` when a person has completed another one.

    What is no number there is taken back. With ``tenfold`` the arrow keys change it by a factor of ten.
    Numbers are written with ``digits`` digits; one that nobody touched is not rounded to them.
    """

    chosen = Signal(float)

    def __init__(
        self,
        low: float = -1e150,
        high: float = 1e150,
        tenfold: bool = False,
        parent: QWidget | None = None,
        digits: int = 10,
    ) -> None:
        super().__init__(parent)
        self._digits = digits
        self._low, self._high, self._tenfold = low, high, tenfold
        self._shown: float | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(self._tell)

    def show_value(self, value: float | None) -> None:
        """Show a value, or none; text being typed stays unless the value is another one."""
        if value != self._shown:
            self._shown = value
            self._write()

    @property
    def value(self) -> float | None:
        """The number in the field, if it is one that is allowed."""
        try:
            number = float(self.text().strip().replace("\u2212", "-").replace(",", "."))
        except ValueError:
            return None
        return number if self._low <= number <= self._high else None

    def event(self, event: QEvent) -> bool:
        """The arrow keys that change the number are not the program's."""
        return (self._tenfold and keeps(event, STEPS)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape also leave the field, so that the next Space steps."""
        if self._tenfold and event.key() in STEPS and self._shown is not None:
            factor = 10.0 if event.key() == Qt.Key.Key_Up else 0.1
            self.setText(written(min(max(self._shown * factor, self._low), self._high)))
            self._tell()
            return
        if event.key() == Qt.Key.Key_Escape:
            self._write()
        super().keyPressEvent(event)
        if event.key() in LEAVE:
            self.clearFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed is complete now."""
        super().focusOutEvent(event)
        self.setCursorPosition(0)

    def sizeHint(self) -> QSize:
        """As wide as the numbers people choose."""
        return QSize(NARROW, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    @Slot()
    def _tell(self) -> None:
        value = self.value
        if value is None:
            self._write()
        elif value != self._shown and self.text() != self._written:
            self._shown = value
            self._write()
            self.chosen.emit(value)

    @property
    def _written(self) -> str:
        return "" if self._shown is None else written(self._shown, self._digits)

    def _write(self) -> None:
        self.setText(self._written)
        self.setCursorPosition(0)


def written(value: float, digits: int = 10) -> str:
    """The shortest text that is this number: 1e-9 and not 1e-09, 3 and not 3.0; ten digits mostly do."""
    if not math.isfinite(value):
        return str(value)
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
