"""A render thread without a thread: it answers when it is told to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gmmviewer.scene.rendering import Painters
from gmmviewer.views.canvas import Canvas


class Renderer(QObject):
    """Keeps what a canvas asks for."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._painters = Painters()
        self.waiting: list[object] = []
        canvas.picture_wanted.connect(self.want)

    @Slot(object)
    def want(self, request: object) -> None:
        """One more question."""
        self.waiting.append(request)

    def answer_one(self) -> None:
        """Answer what was asked first."""
        request = self.waiting.pop(0)
        self._canvas.show_picture(request, self._painters.paint(request, lambda: False))

    def answer(self) -> None:
        """Answer everything, and what is asked because of the answers."""
        while self.waiting:
            self.answer_one()
