"""The pictures of the gallery, drawn by the program: ``python docs/pictures.py`` writes them all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings

from gmmviewer.app.startup import application
from gmmviewer.data.builtin import builtin
from gmmviewer.data.points import PointSet
from gmmviewer.mixture import e_step, m_step, start_state
from gmmviewer.mixture.beginning import beginning
from gmmviewer.session.choices import BinRule, PointStyle, Uncertainty, ViewChoices
from gmmviewer.session.document import Document, ModelChoice
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.views.canvas import canvas_for
from gmmviewer.views.paper import Paper, image

FOLDER = Path(__file__).parent / "images" / "gallery"
WIDTH, HEIGHT, RATIO = 560, 400, 1.5
DEFAULT = ViewChoices()


@dataclass(frozen=True)
class Picture:
    """A data set after so many iterations, seen with these choices; ``halves`` counts half-steps."""

    name: str
    data: str
    halves: int = 21
    model: dict[str, Any] = field(default_factory=dict)
    layers: str = ""  # "+heat -ellipses": what is switched
    view: dict[str, Any] = field(default_factory=dict)


PICTURES = (
    Picture("first-e-step", "old_faithful", 1),
    Picture("converged", "old_faithful"),
    Picture("symbols", "old_faithful", 1, view={"point_style": PointStyle.SYMBOLS}),
    Picture("pies", "overlapping", 3, view={"point_style": PointStyle.PIES, "symbol_size": 1.15}),
    Picture("uncertainty-size", "overlapping", view={"uncertainty": Uncertainty.SIZE}),
    Picture("uncertainty-shade", "overlapping", view={"uncertainty": Uncertainty.SHADE}),
    Picture("changed", "overlapping", 3, layers="+changed"),
    Picture("truth", "unequal_spread", layers="+truth"),
    Picture("heat", "old_faithful", layers="+heat +contours"),
    Picture("regions", "old_faithful", layers="+regions -ellipses", view={"colour_map": "amber"}),
    Picture("field", "rotated", layers="+field -ellipses"),
    Picture("decision", "rotated", layers="+decision -ellipses"),
    Picture("trails", "overlapping", 41, layers="+trails +echoes +axes"),
    Picture("dark", "old_faithful", layers="+contours", view={"theme": "dark"}),
    Picture("contrast", "rotated", layers="+decision", view={"theme": "contrast"}),
    Picture("line", "galaxies", model={"k": 4}, layers="+boundaries +kde"),
    Picture("line-counts", "galaxies", model={"k": 4}, layers="+band -posteriors", view={"counts": True}),
    Picture("line-jitter", "waiting", view={"jitter": True, "bin_rule": BinRule.SCOTT}),
    Picture("line-dark", "waiting", layers="+band", view={"theme": "dark"}),
)


def snapshot_of(picture: Picture, points: PointSet | None = None) -> Snapshot:
    """The fit that a picture shows."""
    chosen = builtin(picture.data)
    made = chosen.make(1) if points is None else points
    model = ModelChoice(k=chosen.k or 2, covariance=chosen.covariance or "VVV")
    model = replace(model, **picture.model)
    plan, sample = model.plan(made.d), made.sample
    start = beginning(sample, model.k, plan, model.start, np.random.default_rng(model.seed))
    states = [start_state(sample, start, plan)]
    for half in range(picture.halves):
        states.append(m_step(sample, states[-1]) if half % 2 else e_step(states[-1]))
    document = Document(made, model, tuple(states))
    return Snapshot(document, cursor=len(states) - 1, view=view_of(picture))


def view_of(picture: Picture) -> ViewChoices:
    """The default view with what the picture switches."""
    layers = set(DEFAULT.layers)
    for change in picture.layers.split():
        (layers.add if change[0] == "+" else layers.discard)(change[1:])
    return replace(DEFAULT, layers=frozenset(layers), **picture.view)


def draw(picture: Picture, path: Path, points: PointSet | None = None) -> None:
    """Write a picture as PNG."""
    snapshot = snapshot_of(picture, points)
    canvas = canvas_for(snapshot.document.points.d, Store(snapshot))
    canvas.resize(WIDTH, HEIGHT)
    canvas.show_snapshot(None, snapshot)
    if not image(canvas, Paper(WIDTH, HEIGHT, RATIO)).save(str(path)):
        raise OSError(f"{path} could not be written")
    canvas.deleteLater()


def main() -> None:
    """Draw all of them; a million points are drawn from a mixture."""
    where = tempfile.mkdtemp(prefix="gmmviewer-pictures-")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, where)
    application()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        draw(picture, FOLDER / f"{picture.name}.png")
    draw(Picture("million", "overlapping", 11, {"k": 5}), FOLDER / "million.png", a_million())


def a_million() -> PointSet:
    """Five groups of a million points together."""
    generator = np.random.default_rng(2)
    centres = generator.uniform(0, 10, size=(5, 2))
    values = centres[generator.integers(5, size=1_000_000)] + generator.normal(size=(1_000_000, 2))
    return PointSet.of(values, ("x", "y"), "A million points")


if __name__ == "__main__":
    main()
