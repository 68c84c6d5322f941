"""Snapshots, canvases and mouse events for the tests of the canvases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, Sample, e_step, family, m_step, start_state
from gmmviewer.session.choices import ViewChoices
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import Canvas, canvas_for
from gmmviewer.views.paper import Paper, image, svg

WIDTH, HEIGHT = 600, 400
REFERENCE = Path(__file__).parents[1] / "reference" / "old_faithful_2d.json"
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def old_faithful(d: int = 2) -> PointSet:
    """272 eruptions: duration and waiting time, or the latter alone."""
    values = np.array(json.loads(REFERENCE.read_text())["data"], dtype=float)
    if d == 1:
        return PointSet.of(values[:, 1:], ("waiting",), "old faithful")
    return PointSet.of(values, ("eruptions", "waiting"), "old faithful")


def blobs(n: int) -> PointSet:
    """n points in two groups."""
    generator = np.random.default_rng(5)
    values = generator.normal(size=(n, 2))
    values[: n // 2] += 6.0
    return PointSet.of(values, ("x", "y"), "blobs")


def snapshot(points: PointSet, steps: str = "E", **view: Any) -> Snapshot:
    """Two components after these half-steps: "" is the start, "EM" one iteration."""
    sample: Sample = points.sample
    low, high = sample.columns.min(axis=1), sample.columns.max(axis=1)
    means = np.stack([0.75 * low + 0.25 * high, 0.25 * low + 0.75 * high])
    covariances = np.repeat(sample.covariance[None] / 4, 2, axis=0)
    states = [start_state(sample, Mixture([0.5, 0.5], means, covariances), family("VVV", points.d))]
    for half in steps:
        states.append(e_step(states[-1]) if half == "E" else m_step(sample, states[-1]))
    document = Document(points, ModelChoice(k=2), tuple(states))
    return Snapshot(document, cursor=len(states) - 1, view=ViewChoices(**view))


def empty(d: int, **view: Any) -> Snapshot:
    """A sheet with no points."""
    return Snapshot(Document(PointSet.of(np.empty((0, d)))), view=ViewChoices(**view))


def shown(qtbot: Any, of: Snapshot) -> Canvas:
    """A canvas that follows a store, as in the window."""
    store = Store(of)
    canvas = canvas_for(of.document.points.d, store)
    qtbot.addWidget(canvas)
    canvas.resize(WIDTH, HEIGHT)
    store.changed.connect(canvas.show_snapshot)
    canvas.show_snapshot(None, of)
    return canvas


def painted(canvas: Canvas) -> QImage:
    """What is on screen now."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    canvas.render(painter, QPoint())
    painter.end()
    return image


def rendered(canvas: Canvas, width: int, height: int, ratio: float = 1.0) -> QImage:
    """The picture as an image of its own."""
    return image(canvas, Paper(width, height, ratio))


def svg_written(canvas: Canvas, path: Path, width: int, height: int) -> bool:
    """The picture as an SVG file; False if it cannot be written."""
    return svg(canvas, path, Paper(width, height))


def send(
    canvas: Canvas,
    kind: QEvent.Type,
    x: float,
    y: float,
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """One mouse event, as the window system would send it."""
    at = QPointF(x, y)
    held = NONE if kind is QEvent.Type.MouseButtonRelease else button
    pressed = NONE if kind is QEvent.Type.MouseMove else button
    everywhere = QPointF(canvas.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, everywhere, pressed, held, modifiers))


def hover(canvas: Canvas, x: float, y: float) -> None:
    """Move the mouse with no button down."""
    send(canvas, QEvent.Type.MouseMove, x, y, NONE)


def drag(
    canvas: Canvas,
    *places: tuple[float, float],
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    release: bool = True,
) -> None:
    """Press at the first place, move through the others, release at the last."""
    send(canvas, QEvent.Type.MouseButtonPress, *places[0], button, modifiers)
    for x, y in places[1:]:
        send(canvas, QEvent.Type.MouseMove, x, y, button, modifiers)
    if release:
        send(canvas, QEvent.Type.MouseButtonRelease, *places[-1], button, modifiers)


def wheel(canvas: Canvas, x: float, y: float, notches: int) -> None:
    """Turn the wheel."""
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        NONE,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
