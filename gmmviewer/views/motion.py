"""Motion: an M-step glides, an E-step fades. Only pictures move; numbers are always those of the state.

Nothing is queued: a step that comes while something moves starts from where the picture is, and whatever is
not a step of EM takes the picture to its end at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget

from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.tween import alike, between
from gmmviewer.session.snapshot import Snapshot

GLIDE_MS = 250.0
FADE_MS = 120.0
FRAME_MS = 16
MOST_STATES = 2  # one iteration; further away it is a journey and not a step


def milliseconds() -> float:
    """A clock that never goes back."""
    return 1000.0 * time.perf_counter()


class Motion(QObject):
    """What moves on one canvas. ``moved``: the picture is another one now.

    ``clock`` tells the milliseconds of a moment; the timer only asks it, so that slow frames skip and do not
    stretch the motion.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = milliseconds) -> None:
        super().__init__(parent)
        self.clock = clock
        self._from: Mixture | None = None
        self._to: Mixture | None = None
        self._now: Mixture | None = None
        self._glides_since = 0.0
        self._fades_since: float | None = None
        self._faded = 1.0
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def mixture(self) -> Mixture | None:
        """The mixture to paint, in data units; None where nothing glides: then it is that of the state."""
        return self._now

    @property
    def faded(self) -> float:
        """How far the new colours have come, 0…1."""
        return self._faded

    def moves(self) -> bool:
        """Whether anything glides or fades."""
        return self._now is not None or self._fades_since is not None

    def glide(self, start: Mixture, end: Mixture) -> None:
        """Let the mixture go from ``start``, or from where it is, to ``end``; jump if there is no way."""
        began = start if self._now is None else self._now
        if not alike(began, end):
            self._end_glide()
            return
        self._from, self._to, self._now, self._glides_since = began, end, began, self.clock()
        self._timer.start()

    def fade(self) -> None:
        """Let new colours come."""
        self._fades_since, self._faded = self.clock(), 0.0
        self._timer.start()

    def advance(self, to: float) -> None:
        """Show the moment ``to`` (milliseconds of the clock)."""
        if not self.moves():
            return
        self._advance_glide(to)
        self._advance_fade(to)
        if not self.moves():
            self._timer.stop()
        self.moved.emit()

    def _advance_glide(self, to: float) -> None:
        if self._from is None or self._to is None:
            return
        share = (to - self._glides_since) / GLIDE_MS
        if share >= 1.0:
            self._end_glide()
        else:
            self._now = between(self._from, self._to, ease_out(max(share, 0.0)))

    def _advance_fade(self, to: float) -> None:
        if self._fades_since is not None:
            self._faded = min(max((to - self._fades_since) / FADE_MS, 0.0), 1.0)
            self._fades_since = self._fades_since if self._faded < 1.0 else None

    def stop(self) -> None:
        """Be at the end at once."""
        if not self.moves():
            return
        self._end_glide()
        self._fades_since, self._faded = None, 1.0
        self._timer.stop()
        self.moved.emit()

    def _end_glide(self) -> None:
        self._from = self._to = self._now = None

    @Slot()
    def _tick(self) -> None:
        self.advance(self.clock())


def ease_out(share: float) -> float:
    """Fast away and slow home: 1 − (1 − t)³."""
    return 1.0 - (1.0 - share) ** 3


def is_step(old: Snapshot | None, new: Snapshot) -> bool:
    """Whether EM took a step, or took one back: the same points and model, a neighbour in the same trace.

    What a hand made, a run, and a journey along the trace are none.
    """
    if old is None or new.activity.running or old.state is None or new.state is None:
        return False
    before, after = old.document, new.document
    same_work = before.points is after.points and before.model is after.model
    if not same_work or before.given is not None or after.given is not None:
        return False
    if not 0 < abs(new.cursor - old.cursor) <= MOST_STATES:
        return False
    if old.cursor >= len(after.states) or after.states[old.cursor] is not old.state:
        return False
    low, high = sorted((old.cursor, new.cursor))
    return all(state.stage is not Stage.START for state in after.states[low + 1 : high + 1])


def wants_calm(widget: QWidget) -> bool:
    """Whether the system asks for reduced motion.

    Styles pass on what Windows, macOS and Plasma say about animations. Qt itself asks the system from 6.12
    on (``QAccessibilityHints::motionPreference``, 0 for no preference); before, the property is not there.
    """
    if widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) <= 0:
        return True
    hints = QGuiApplication.styleHints()  # its wrapper takes that of the accessibility hints with it
    return prefers_calm(hints.accessibility())


def prefers_calm(hints: QObject) -> bool:
    """What accessibility hints say, if they say anything."""
    preference = hints.property("motionPreference")
    return bool(getattr(preference, "value", preference))
