"""Items whose picture takes too long for the GUI thread: they ask for it, and show the latest answer.

One question at a time, the next after the answer: so a slow painter shows every second or tenth state of a
run instead of none. Until an answer comes, the picture before it moves and stretches with the view.
"""

from __future__ import annotations

from typing import Any, Generic, Protocol, Self, TypeVar

from gmmviewer.views.ink import Ink
from gmmviewer.views.items.frame import Frame
from gmmviewer.views.items.item import Item
from gmmviewer.views.shown import Shown


class Request(Protocol):
    """A frozen question for a picture."""

    @property
    def quick(self) -> bool:
        """Whether the answer is made in the GUI thread: few points, or few cells."""

    def same_picture(self, other: Self | None) -> bool:
        """Whether the answer to ``other`` is the answer to this as well."""


R = TypeVar("R", bound=Request)


class Rendered(Item, Generic[R]):
    """An item with a picture made from a request, here or in the render thread."""

    def __init__(self) -> None:
        self._now: Shown | None = None
        self._asked: R | None = None
        self._asked_sheet: Shown | None = None

    # ------------------------------------------------------------ what a kind of item is

    def request(self, frame: Frame, ink: Ink) -> R | None:
        """The picture that belongs into a frame; None where there is nothing to show."""
        raise NotImplementedError

    @property
    def answered(self) -> R | None:
        """The request whose answer is shown now."""
        raise NotImplementedError

    def make(self, request: R) -> Any:
        """The answer to a request, made here and now."""
        raise NotImplementedError

    def accept(self, answer: Any | None) -> None:
        """Show another answer, or none."""
        raise NotImplementedError

    # ------------------------------------------------------------ what all of them have in common

    def show(self, now: Shown) -> None:
        """Pictures of another data set go; what was asked for is still to come."""
        if now.points.n == 0 or not now.same_sheet(self._now):
            self.accept(None)
            if self._asked_sheet is not now:
                self._asked = None
        self._now = now

    def ask(self, frame: Frame, ink: Ink) -> R | None:
        """The question to send now, if any: nothing while one is open, or where the answer is quick."""
        request = self.request(frame, ink)
        if request is None or request.quick:
            self._asked = None
            return None
        if self._asked is not None or request.same_picture(self.answered):
            return None
        self._asked, self._asked_sheet = request, self._now
        return request

    def make_if_quick(self, frame: Frame, ink: Ink) -> None:
        """Make the picture here if it is another one and quick."""
        request = self.due(frame, ink)
        if request is not None:
            self.accept(self.make(request))

    def due(self, frame: Frame, ink: Ink) -> R | None:
        """The quick picture that has to be made before the next paint, if any."""
        request = self.request(frame, ink)
        if request is None or not request.quick or request.same_picture(self.answered):
            return None
        return request

    def take(self, request: object, answer: Any | None) -> bool:
        """An answer came, None for a failure; whether it was to the question of this item."""
        if request is not self._asked or self._now is None:
            return False
        self._asked = None
        if answer is not None and self._now.same_sheet(self._asked_sheet):
            self.accept(answer)
        return True

    def forget_question(self) -> None:
        """Nobody may answer while other points are shown elsewhere."""
        self._asked = None
