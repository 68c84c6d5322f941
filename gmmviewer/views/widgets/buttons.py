"""Buttons that follow an action."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QActionEvent, QIcon, QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from gmmviewer.views.ink import Ink
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.keys import PRESS, keeps

ICON_SIDE = 18


class ActionButton(QToolButton):
    """A button for an action: allowed when it is, triggering it, with its key in the tooltip.

    ``text`` replaces the action's own, which is worded for a menu; ``widest`` are texts for which there
    must be room, so that the button keeps its width when its text changes.
    """

    def __init__(
        self,
        action: QAction,
        text: str = "",
        role: str = "",
        widest: tuple[str, ...] = (),
        under: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._face: QIcon | None = None
        self._widest = widest
        self._under = under
        if role:
            self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setDefaultAction(action)
        self._dress()

    def show_face(self, text: str, icon: QIcon) -> None:
        """Another text or icon for the same action."""
        self._text, self._face = text, icon
        self._dress()

    def scale_icon(self, ink: Ink) -> None:
        """An icon as large as the type."""
        side = round(ICON_SIDE * ink.type_scale)
        self.setIconSize(QSize(side, side))

    def show_role(self, role: str) -> None:
        """Primary, quiet … as the style sheet knows them."""
        mark(self, "role", role)

    def actionEvent(self, event: QActionEvent) -> None:
        """Keep our own face when the action changes."""
        super().actionEvent(event)
        if event.type() == QEvent.Type.ActionChanged:
            self._dress()

    def event(self, event: QEvent) -> bool:
        """Whoever came here with Tab presses the button with Space."""
        return keeps(event, PRESS) or super().event(event)

    def sizeHint(self) -> QSize:
        """Wide enough for every text this button will have."""
        hint = super().sizeHint()
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(text) for text in (self.text(), *self._widest)]
        return QSize(hint.width() + max(widths) - widths[0], hint.height())

    def _dress(self) -> None:
        action = self.defaultAction()
        text = self._text or action.iconText()
        if self._face is not None:
            self.setIcon(self._face)
        self.setText(f" {text}" if self._text and not self._under and not self.icon().isNull() else text)
        self.setToolTip(tip(action))
        self.setAccessibleName(text or action.text().replace("&", ""))
        self.setToolButtonStyle(self._arrangement())

    def _arrangement(self) -> Qt.ToolButtonStyle:
        if self.icon().isNull():
            return Qt.ToolButtonStyle.ToolButtonTextOnly
        if self._under:
            return Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        return (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if self._text
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )


def tip(action: QAction) -> str:
    """What an action does, with its key where the action's own tooltip does not say it."""
    said = action.toolTip()
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return said if not key or key in said else f"{said} ({key})"
