"""The window: it puts the views in their places and passes every change on to them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gmmviewer.app.action_set import ActionSet
from gmmviewer.app.appearance import dress, with_full_screen
from gmmviewer.app.collector import Collector
from gmmviewer.app.commands import Commands
from gmmviewer.app.files import Files
from gmmviewer.app.help_dialog import HelpDialog, show_about
from gmmviewer.app.menus import BuiltInMenu, RecentMenu, fill_menu_bar
from gmmviewer.app.panels import Panels
from gmmviewer.app.render_servant import RenderServant, WarmUp
from gmmviewer.app.settings import Settings
from gmmviewer.scene.inspect import Readout
from gmmviewer.scene.rendering import Answered
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas, canvas_for
from gmmviewer.views.empty import EmptySheet
from gmmviewer.views.ink import ink_of
from gmmviewer.views.inspector import Inspector
from gmmviewer.views.notice import NoticeStrip
from gmmviewer.views.rail import ModeRail
from gmmviewer.views.status import StatusBar
from gmmviewer.views.timeline import Timeline
from gmmviewer.views.transport import Transport
from gmmviewer.work.driver import PAINT_WITHIN_MS, Driver
from gmmviewer.work.latest import LatestWins
from gmmviewer.work.thread import Crash

DEFAULT_SIZE = (1280, 800)
SMALLEST_SIZE = (1024, 700)
WARM_UP_AFTER_MS = 50  # the first picture is on the screen then, and nobody has pressed a key yet


def is_a_step(old: Snapshot, new: Snapshot) -> bool:
    """Whether nothing but EM went on: the same points, model, view and message."""
    before, after = old.document, new.document
    same_work = before.points is after.points and before.model is after.model
    return same_work and old.view is new.view and old.notice is new.notice


class Window(QMainWindow):
    """One document in one window, with its own store and threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST_SIZE)
        self.resize(*DEFAULT_SIZE)
        self.store = store
        store.setParent(self)
        self._settings = settings
        self.status = StatusBar(store)
        self.files = Files(store, settings, self.status, self)
        self.panels = Panels(store, self)
        self.actions_ = ActionSet(store, Commands(store, self.files, self), self)
        self._build_views()
        self._lay_out()
        self.collector = Collector(self)
        self.driver = Driver(store, self, paint_within=PAINT_WITHIN_MS)
        self.renderer = LatestWins(RenderServant(), "render", self)
        self._connect()
        self._show(None, store.snapshot)
        self.restoreGeometry(settings.geometry)
        self.inspector.setVisible(settings.inspector_shown)
        self._update_window_actions()
        self._warm_up = QTimer(self, singleShot=True, interval=WARM_UP_AFTER_MS)
        self._warm_up.timeout.connect(self._on_warm_up)
        self._warm_up.start()
        self.canvas.setFocus()  # else the first button has it, and takes the keys of actions not allowed now

    @property
    def canvas(self) -> Canvas:
        """The canvas the data decide on."""
        return self.canvas_1d if self.store.snapshot.document.points.d == 1 else self.canvas_2d

    def zoom_to_data(self) -> None:
        """Show all points."""
        self.canvas.zoom_to_data()

    def toggle_inspector(self) -> None:
        """Fold the right column away, or bring it back."""
        shown = not self.inspector.isVisible()
        self.inspector.setVisible(shown)
        self._settings.inspector_shown = shown
        self._update_window_actions()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""
        self.setWindowState(with_full_screen(self.windowState(), not self.isFullScreen()))
        self._update_window_actions()

    def show_help(self) -> None:
        """The list of keys, beside the window."""
        sheet = self.findChild(HelpDialog) or HelpDialog(self)
        sheet.show()
        sheet.raise_()
        sheet.activateWindow()

    def show_about(self) -> None:
        """Versions, licence, citation."""
        show_about(self)

    def close_later(self) -> None:
        """Close once the event that asked for it is done."""
        QTimer.singleShot(0, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember what was chosen and end every thread."""
        self._settings.geometry = self.saveGeometry()
        self._settings.remember_view(self.store.snapshot.view)
        self.store.changed.disconnect(self._on_changed)
        self._tell_later.stop()
        self._warm_up.stop()
        self.panels.close()
        self.driver.close()
        self.renderer.close()
        self.files.close()
        self.collector.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that no enabled action took: say why, if it belongs to one that is not allowed now."""
        if not self.actions_.explain(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.files.open_file(Path(url.toLocalFile()))
                return

    def _build_views(self) -> None:
        actions = self.actions_.by_id
        self.canvas_1d, self.canvas_2d = canvas_for(1, self.store), canvas_for(2, self.store)
        self.builtin_menu = BuiltInMenu(self.store, self)
        self.recent_menu = RecentMenu(self._settings, self.files, self)
        self.empty_sheet = EmptySheet(actions, self.builtin_menu)
        self.rail = ModeRail(self.store, actions)
        self.transport = Transport(self.store, actions)
        self.timeline = Timeline(self.store)
        self.inspector = Inspector(self.store, actions, self.builtin_menu)
        self.notice = NoticeStrip(self.store)
        self._prompt = (self.canvas_1d, self.canvas_2d, self.transport, self.notice, self.status)
        self._calm = (self.timeline, self.inspector, self.rail, self.empty_sheet)
        self._was_full = False  # before the presenter came
        self._told: Snapshot | None = None
        self._tell_later = QTimer(self, singleShot=True)
        self._tell_later.timeout.connect(self._tell_calm)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.canvas_1d)
        self.stack.addWidget(self.canvas_2d)
        sheet = QGridLayout()  # one cell: a message lies over the canvas, which keeps its size
        sheet.addWidget(self.stack, 0, 0)
        sheet.addWidget(self.notice, 0, 0, Qt.AlignmentFlag.AlignTop)
        picture = QHBoxLayout()
        picture.addWidget(self.rail)
        picture.addLayout(sheet, 1)
        left = QVBoxLayout()
        left.addLayout(picture, 1)
        left.addWidget(self.transport)
        left.addWidget(self.timeline)
        central = QWidget()
        row = QHBoxLayout(central)
        row.addLayout(left, 1)
        row.addWidget(self.inspector)
        for layout in (sheet, picture, left, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        self.setCentralWidget(central)
        self.setStatusBar(self.status)
        fill_menu_bar(self.menuBar(), self.actions_, self.builtin_menu, self.recent_menu)

    def _connect(self) -> None:
        self.store.changed.connect(self._on_changed)
        for canvas in (self.canvas_1d, self.canvas_2d):
            canvas.hovered.connect(self._on_hovered)
            canvas.axis_double_clicked.connect(self._on_axis)
            canvas.picture_wanted.connect(self.renderer.want)
            canvas.painted.connect(self.driver.on_painted)
            canvas.painted.connect(self._on_painted)
        self.renderer.answered.connect(self._on_picture)
        self.driver.slow.connect(self._on_slow)
        self.status.cancelled.connect(self.driver.cancel)

    @Slot(object, object)
    def _on_changed(self, old: Snapshot, new: Snapshot) -> None:
        self._show(old, new)

    def _show(self, old: Snapshot | None, new: Snapshot) -> None:
        ink = ink_of(new.view)
        if old is None or ink_of(old.view) is not ink:
            dress(ink)
            self.actions_.set_colour(ink.text)
        if new.view.presenter is not (old is not None and old.view.presenter):
            self._present(new.view.presenter)
        self.stack.setCurrentWidget(self.canvas)
        self.files.canvas = self.canvas
        if self.empty_sheet.parentWidget() is not self.canvas:
            self.empty_sheet.setParent(self.canvas)  # so that clicks beside its buttons draw points
        for view in self._prompt:
            view.show_snapshot(old, new)
        self.actions_.refresh(new)
        if old is not None and is_a_step(old, new):
            self._tell_later.start(PAINT_WITHIN_MS)
        else:
            self._tell_calm()
        if old is None or old.document.points is not new.document.points:
            self.setWindowTitle(f"{new.document.points.name} – GMM Viewer")

    @Slot()
    def _on_painted(self) -> None:
        if self._tell_later.isActive():
            self._tell_later.start(0)

    @Slot()
    def _tell_calm(self) -> None:
        """Numbers and curve follow the picture, which has been painted by now."""
        self._tell_later.stop()
        old, self._told = self._told, self.store.snapshot
        for view in self._calm:
            view.show_snapshot(old, self._told)

    def _present(self, presenting: bool) -> None:
        """Fold the controls away and fill the screen, or bring everything back as it was."""
        shown = not presenting and self._settings.inspector_shown
        self.inspector.setVisible(shown)
        for controls in (self.rail, self.menuBar()):
            controls.setVisible(not presenting)
        if presenting:
            self._was_full = self.isFullScreen()
        if not self._was_full:
            self.setWindowState(with_full_screen(self.windowState(), presenting))
        self._update_window_actions()

    def _update_window_actions(self) -> None:
        actions = self.actions_.by_id
        actions["toggle_inspector"].setChecked(not self.inspector.isHidden())
        actions["full_screen"].setChecked(self.isFullScreen())

    @Slot(object)
    def _on_hovered(self, found: object) -> None:
        readout = found if isinstance(found, Readout) else None  # a place without a model says nothing
        self.status.show_readout(readout)
        self.inspector.show_readout(readout)

    @Slot(object)
    def _on_picture(self, answer: Answered) -> None:
        failed = isinstance(answer, Crash)
        for canvas in (self.canvas_1d, self.canvas_2d):
            canvas.show_picture(answer.request, None if failed else answer)

    @Slot()
    def _on_axis(self) -> None:
        self.panels.show_ranges()

    @Slot()
    def _on_warm_up(self) -> None:
        self.renderer.want(WarmUp())

    @Slot(str)
    def _on_slow(self, text: str) -> None:
        self.status.show_progress(text, None)
