"""Keys of a control that are also shortcuts of the program.

Space steps and the arrows travel, wherever the mouse was last: so a click gives no control but a field the
focus. Who reached a control with Tab wants its own keys instead; ``keeps`` takes them for it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

PRESS = frozenset({Qt.Key.Key_Space})
CHOOSE = PRESS | {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


def keeps(event: QEvent, keys: frozenset[Qt.Key]) -> bool:
    """If this asks whether the focused control wants one of these keys before the program: yes, it does."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() != Qt.KeyboardModifier.NoModifier or event.key() not in keys:
        return False
    event.accept()
    return True
