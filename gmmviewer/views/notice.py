"""The message strip: what happened, why, and what to do; it never stands in the way."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gmmviewer.mixture.events import Empty, Event, Fell, Floored
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Notice, Snapshot
from gmmviewer.store import Store
from gmmviewer.views.icons import icon, pixmap
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.buttons import ActionButton

ICONS = {"info": "info", "warning": "triangle-alert", "error": "octagon-alert"}
REMEDIES = {"new_start": "New start", "fewer_components": "Fewer components"}


class NoticeStrip(QFrame):
    """The snapshot's notice, else quietly what the half-step shown has to report.

    It is hidden while there is nothing to say, and is meant to lie over the upper edge of the canvas, so
    that nothing moves when it comes and goes.
    """

    def __init__(
        self, store: Store, actions: Mapping[str, QAction] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._dismissed: Notice | None = None
        self._shown: Notice | None = None
        self._ink: Ink | None = None
        self.setProperty("role", "notice")
        self.picture = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.remedies = [
            _text_button(actions[name], text)
            for name, text in REMEDIES.items()
            if actions and name in actions
        ]
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "quiet")
        self.close_button.setToolTip("Dismiss this message")
        self.close_button.setAccessibleName("Dismiss this message")
        self.close_button.clicked.connect(self._on_close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.picture)
        layout.addWidget(self.text, 1)
        for button in self.remedies:
            layout.addWidget(button)
        layout.addWidget(self.close_button)
        self.hide()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the notice, or what the half-step reports, or nothing."""
        ink = ink_of(new.view)
        if ink is not self._ink:
            self._ink = ink
            self._shown = None
            self.close_button.setIcon(icon("x", ink.faint))
        if old is not None and old.document.model is not new.document.model:
            self._dismissed = None
        reported = shown_events(new)
        notice = new.notice or report(reported)
        if notice == self._dismissed and new.notice is None:
            notice = None
        curable = new.notice is None and any(isinstance(event, (Floored, Empty)) for event in reported)
        for button in self.remedies:
            button.setVisible(curable)
        self._show(notice, ink)

    @Slot()
    def _on_close(self) -> None:
        if self._store.snapshot.notice is not None:
            self._store.apply(edits.dismiss())
            return
        self._dismissed = self._shown
        self._shown = None
        self.hide()

    def _show(self, notice: Notice | None, ink: Ink) -> None:
        if notice is not None and notice != self._shown:
            colour = {"error": ink.error, "warning": ink.warning}.get(notice.severity, ink.accent)
            side = round(18 * ink.type_scale)
            name = ICONS.get(notice.severity, "info")
            self.picture.setPixmap(pixmap(name, colour, side, self.devicePixelRatioF()))
            self.text.setText(notice.text)
            self.setAccessibleName(notice.text)
            mark(self, "tone", notice.severity)
        self._shown = notice
        self.setVisible(notice is not None)


def _text_button(action: QAction, text: str) -> ActionButton:
    button = ActionButton(action, text)
    button.show_face(text, QIcon())
    return button


def report(reported: tuple[Event, ...]) -> Notice | None:
    """The events of a half-step as one message; None when there are none."""
    if not reported:
        return None
    severity = "info"
    if any(isinstance(event, Fell) for event in reported):
        severity = "error"
    elif any(isinstance(event, (Floored, Empty)) for event in reported):
        severity = "warning"
    return Notice("\n".join(event.message for event in reported), severity)


def shown_events(snapshot: Snapshot) -> tuple[Event, ...]:
    """What happened when the parameters on screen were made; nothing yet while a hand is making them."""
    state = snapshot.state
    return () if state is None or snapshot.document.given is not None else state.events
