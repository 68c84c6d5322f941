"""Labels that do not move anything when their text changes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gmmviewer.scene.numbers import MISSING
from gmmviewer.views.style import tabular


class Figure(QLabel):
    """A number: rounded to read, in full precision on hover and when copied.

    ``template`` is the longest text there has to be room for; the label is always that wide.
    """

    def __init__(self, name: str, template: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(MISSING, parent)
        self._name, self._template = name, template
        self._exact = ""
        if role:
            self.setProperty("role", role)
        self.setFont(tabular(self.font()))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_number(self, value: float | None, text: str, unit: str = "") -> None:
        """Show ``text``, and keep the number itself for the tooltip and the clipboard."""
        self.setText(text)
        self._exact = "" if value is None else repr(float(value))
        self.setToolTip(f"{self._name}: {self._exact} {unit}".rstrip() if self._exact else self._name)
        self.setAccessibleDescription(self._exact)

    @property
    def exact(self) -> str:
        """The number in full precision, empty where there is none."""
        return self._exact

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the number in full precision, not its rounded picture."""
        if event.matches(QKeySequence.StandardKey.Copy) and self._exact:
            QGuiApplication.clipboard().setText(self._exact)
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for the longest number."""
        width = QFontMetrics(self.font()).horizontalAdvance(self._template) + 4
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()


class ElidedLabel(QLabel):
    """One line that ends in "…" where there is no room, with the whole text in the tooltip."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFont(tabular(self.font()))

    def show_text(self, text: str) -> None:
        """Show as much of the text as fits."""
        if text != self._whole:
            self._whole = text
            self._fit()

    @property
    def whole(self) -> str:
        """The text before eliding."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width shows another part."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """One line high, whatever the text."""
        return QSize(0, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)
