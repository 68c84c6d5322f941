"""The message strip: what happened, why, and what to do; it never stands in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gmmviewer.mixture.events import Empty, Event, Fell, Floored, Identical
from gmmviewer.mixture.remedies import REMEDIES
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Notice, Snapshot
from gmmviewer.store import Store
from gmmviewer.views.cures import Cures
from gmmviewer.views.icons import icon, pixmap
from gmmviewer.views.ink import Ink, ink_of
from gmmviewer.views.style import mark
from gmmviewer.views.widgets.buttons import ActionButton

ICONS = {"info": "info", "warning": "triangle-alert", "error": "octagon-alert"}
MOST_TOLD = 3  # events; more of them would hide the picture


class NoticeStrip(QFrame):
    """The snapshot's notice, else quietly what the half-step shown has to report.

    It is hidden while there is nothing to say, and is meant to lie over the upper edge of the canvas, so
    that nothing moves when it comes and goes.
    """

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._cures = Cures(store, self)
        self._dismissed: Notice | None = None
        self._shown: Notice | None = None
        self._ink: Ink | None = None
        self.setProperty("role", "notice")
        self.picture = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.remedies = {r.name: _text_button(self._cures.action(r.name)) for r in REMEDIES}
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "quiet")
        self.close_button.setToolTip("Dismiss this message")
        self.close_button.setAccessibleName("Dismiss this message")
        self.close_button.clicked.connect(self._on_close)
        self._lay_out()
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
        self._show(notice, ink)
        self._offer(None if new.notice is not None else _worst(reported), new)

    @Slot()
    def _on_close(self) -> None:
        if self._store.snapshot.notice is not None:
            self._store.apply(edits.dismiss())
            return
        self._dismissed = self._shown
        self._shown = None
        self.hide()

    def _offer(self, trouble: Event | None, snapshot: Snapshot) -> None:
        """Buttons for the first component in trouble; the next one follows when this one is cured."""
        actions = [] if trouble is None else self._cures.actions(trouble, snapshot)
        names = [action.objectName() for action in actions]
        for name, button in self.remedies.items():
            button.setVisible(name in names)
            if trouble is not None and trouble.component is not None:
                button.setAccessibleName(f"{button.text()}: component {trouble.component + 1}")
        self._whose.setVisible(trouble is not None and trouble.message != self.text.text())
        self._whose.setText("" if trouble is None else f"{trouble.name}:")
        self._row.setVisible(bool(names))

    def _lay_out(self) -> None:
        self._row = QWidget()
        buttons = QHBoxLayout(self._row)
        buttons.setContentsMargins(0, 2, 0, 0)
        buttons.setSpacing(6)
        self._whose = QLabel()  # only where several are in trouble
        for widget in (self._whose, *self.remedies.values()):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        self._row.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 8, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.text, 0, 1)
        grid.addWidget(self._row, 1, 1)
        grid.addWidget(self.close_button, 0, 2, Qt.AlignmentFlag.AlignTop)

    def _show(self, notice: Notice | None, ink: Ink) -> None:
        if notice is not None and notice != self._shown:
            colour = {"error": ink.error, "warning": ink.warning}.get(notice.severity, ink.accent)
            side = round(18 * ink.type_scale)
            name = ICONS.get(notice.severity, "info")
            self.picture.setPixmap(pixmap(name, colour, side, self.devicePixelRatioF()))
            self.picture.setFixedHeight(max(self.close_button.sizeHint().height(), side))
            self.text.setText(notice.text)
            self.setAccessibleName(notice.text)
            mark(self, "tone", notice.severity)
        self._shown = notice
        self.setVisible(notice is not None)


def _text_button(action: QAction) -> ActionButton:
    button = ActionButton(action, action.text())
    button.show_face(action.text(), QIcon())
    return button


def _worst(reported: tuple[Event, ...]) -> Event | None:
    """The first event that there is a remedy for."""
    return next((event for event in reported if isinstance(event, (Floored, Empty, Identical))), None)


def report(reported: tuple[Event, ...]) -> Notice | None:
    """The events of a half-step as one message; None when there are none."""
    if not reported:
        return None
    severity = "info"
    if any(isinstance(event, Fell) for event in reported):
        severity = "error"
    elif _worst(reported) is not None:
        severity = "warning"
    told = [event.message for event in reported[:MOST_TOLD]]
    more = len(reported) - MOST_TOLD
    return Notice("\n".join([*told, f"… and {more} more."] if more > 0 else told), severity)


def shown_events(snapshot: Snapshot) -> tuple[Event, ...]:
    """What happened when the parameters on screen were made; nothing yet while a hand is making them."""
    state = snapshot.state
    return () if state is None or snapshot.document.given is not None else state.events
