"""How things are shown and what the mouse does: remembered, but not part of what undo brings back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmmviewer.scene.ellipses import EllipseLevel


class MouseMode(Enum):
    """What a click on the canvas does; the value is the name in menus."""

    LOOK = "Look"
    DRAW = "Draw"
    ERASE = "Erase"
    EDIT = "Edit model"


@dataclass(frozen=True)
class Layer:
    """Something that can be shown or hidden; ``dimensions`` in which it exists."""

    key: str
    title: str
    dimensions: tuple[int, ...]
    shown: bool


LAYERS: tuple[Layer, ...] = (
    Layer("points", "Points", (2,), True),
    Layer("ellipses", "Ellipses", (2,), True),
    Layer("means", "Means", (1, 2), True),
    Layer("contours", "Density contours", (2,), False),
    Layer("heat", "Density map", (2,), False),
    Layer("histogram", "Histogram", (1,), True),
    Layer("components", "Component densities", (1,), True),
    Layer("mixture", "Mixture density", (1,), True),
    Layer("posteriors", "Posterior curves", (1,), True),
    Layer("rug", "Rug", (1,), True),
)


@dataclass(frozen=True)
class Speed:
    """How fast a run goes: seconds between shown states, each a half-step or a whole iteration."""

    key: str
    title: str
    interval: float
    by_halves: bool


SPEEDS: tuple[Speed, ...] = (
    Speed("slow", "Slow: half-steps", 0.6, True),
    Speed("lecture", "5 iterations/s", 0.2, False),
    Speed("quick", "20 iterations/s", 0.05, False),
    Speed("fastest", "Fastest", 0.0, False),
)


def speed(key: str) -> Speed:
    """The speed with this key, or the lecture speed for a key of another version."""
    return next((s for s in SPEEDS if s.key == key), SPEEDS[1])


TWO_SIGMA = EllipseLevel("sigma", 2.0)


@dataclass(frozen=True)
class ViewChoices:
    """Everything about the picture that is not the data or the model. ``spray_radius`` in screen pixels."""

    layers: frozenset[str] = frozenset(layer.key for layer in LAYERS if layer.shown)
    level: EllipseLevel = TWO_SIGMA
    mode: MouseMode = MouseMode.LOOK
    speed: str = "lecture"
    spray_radius: int = 30
    spray_count: int = 6
    equal_aspect: bool = False
    theme: str = "light"
    presenter: bool = False
    log_density: bool = False

    @property
    def dark(self) -> bool:
        """Whether pictures are drawn on a dark ground."""
        return self.theme == "dark"
