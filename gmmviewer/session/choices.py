"""How things are shown and what the mouse does: remembered, but not part of what undo brings back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmmviewer.scene.bins import BinRule as BinRule
from gmmviewer.scene.ellipses import EllipseLevel


class MouseMode(Enum):
    """What a click on the canvas does; the value is the name in menus."""

    LOOK = "Look"
    DRAW = "Draw"
    SELECT = "Select"
    EDIT = "Edit model"


class DrawTool(Enum):
    """What a press and a drag do in DRAW mode; the value is the name on the button."""

    SPRAY = "Spray"  # a click adds one point
    LINE = "Line"
    ERASE = "Erase"


class SprayShape(Enum):
    """How sprayed points lie within the circle."""

    GAUSSIAN = "Gaussian"
    ROUND = "Round"


class SelectTool(Enum):
    """What a drag encloses in SELECT mode."""

    RECTANGLE = "Rectangle"
    LASSO = "Lasso"


class PointStyle(Enum):
    """What a point looks like where points are few enough for marks of their own."""

    DISCS = "Discs"
    SYMBOLS = "Symbols"  # of the most responsible component
    PIES = "Pies"  # of the responsibilities


class Uncertainty(Enum):
    """How 1 − max r of a point is shown."""

    NONE = "Not shown"
    SIZE = "As size"
    SHADE = "As shade"


@dataclass(frozen=True)
class Brush:
    """The tool of DRAW mode: ``radius`` in logical pixels, ``count`` points per step of a spray.

    ``label``: the class, counted from 0, that drawn points are said to come from (their truth), if any.
    """

    tool: DrawTool = DrawTool.SPRAY
    radius: int = 30
    count: int = 6
    shape: SprayShape = SprayShape.GAUSSIAN
    label: int | None = None


@dataclass(frozen=True)
class Layer:
    """Something that can be shown or hidden; ``dimensions`` in which it exists, ``help`` what it is."""

    key: str
    title: str
    dimensions: tuple[int, ...]
    shown: bool
    help: str
    group: str = "Model"


LAYERS: tuple[Layer, ...] = (
    Layer("points", "Points", (2,), True, "The data, in the colours of their responsibilities.", "Data"),
    Layer("histogram", "Histogram", (1,), True, "How many points lie where.", "Data"),
    Layer("rug", "Rug", (1,), True, "Every point as a stroke.", "Data"),
    Layer("kde", "Kernel density", (1,), False, "A smooth density of the points without a model.", "Data"),
    Layer("truth", "Truth", (1, 2), False, "Where the points really come from, where that is known.", "Data"),
    Layer("changed", "Changed labels", (2,), False, "Points whose class changed in this step.", "Data"),
    Layer("ellipses", "Ellipses", (2,), True, "The components as ellipses of equal density."),
    Layer("means", "Means", (1, 2), True, "The means of the components with their numbers."),
    Layer("axes", "Principal axes", (2,), False, "The axes of the ellipses."),
    Layer("trails", "Trails of the means", (2,), False, "The way of the means from the start to here."),
    Layer("echoes", "Earlier ellipses", (2,), False, "The ellipses of earlier iterations, fading."),
    Layer("components", "Components", (1,), True, "The weighted densities π N of the components."),
    Layer("mixture", "Mixture", (1,), True, "The sum of the weighted components."),
    Layer("contours", "Density contours", (2,), False, "Lines around the chosen shares.", "Fields"),
    Layer("regions", "Highest density", (2,), False, "The smallest regions that hold the shares.", "Fields"),
    Layer("heat", "Density map", (2,), False, "The density of the mixture as a map.", "Fields"),
    Layer("field", "Responsibility field", (2,), False, "Whose a point would be, anywhere.", "Fields"),
    Layer("decision", "Decision regions", (2,), False, "Where which component is the likeliest.", "Fields"),
    Layer("posteriors", "Posterior curves", (1,), True, "The responsibilities at every place.", "Fields"),
    Layer("band", "Posterior band", (1,), False, "The responsibilities stacked to one.", "Fields"),
    Layer("boundaries", "Class boundaries", (1,), True, "Where the class changes, with values.", "Fields"),
)  # fmt: skip


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
THEMES = ("light", "dark", "contrast", "contrast-dark")
CONTENTS = (0.25, 0.5, 0.75, 0.95)  # shares of the mixture that contours enclose
MOST_CONTENTS = 8
SMALLEST_SYMBOL, LARGEST_SYMBOL = 0.5, 3.0  # times the size that suits the number of points
SMALLEST_RADIUS, LARGEST_RADIUS = 5, 150  # of the brush, in pixels
MOST_BINS = 1000
LARGEST_SIGMA = 10.0  # of an ellipse


@dataclass(frozen=True)
class ViewChoices:
    """Everything about the picture that is not the data or the model.

    ``contents``: shares of the mixture that contours and highest-density regions hold, rising;
    ``colour_map``: the key of a map in ``scene.colour_maps``; ``symbol_size``: times the usual size of
    points; ``counts``: heights in one dimension are counts and not densities; ``bins``: how many where the
    rule is BY_HAND; ``jitter``: points of one dimension are scattered upwards, not a rug; ``motion``: steps
    fade and glide.
    """

    layers: frozenset[str] = frozenset(layer.key for layer in LAYERS if layer.shown)
    level: EllipseLevel = TWO_SIGMA
    mode: MouseMode = MouseMode.LOOK
    brush: Brush = Brush()
    select_tool: SelectTool = SelectTool.RECTANGLE
    speed: str = "lecture"
    equal_aspect: bool = False
    theme: str = "light"
    presenter: bool = False
    motion: bool = True
    point_style: PointStyle = PointStyle.DISCS
    symbol_size: float = 1.0
    uncertainty: Uncertainty = Uncertainty.NONE
    contents: tuple[float, ...] = CONTENTS
    colour_map: str = "slate"
    log_density: bool = False
    counts: bool = False
    bin_rule: BinRule = BinRule.AUTO
    bins: int = 20
    jitter: bool = False

    @property
    def dark(self) -> bool:
        """Whether pictures are drawn on a dark ground."""
        return self.theme in ("dark", "contrast-dark")

    @property
    def high_contrast(self) -> bool:
        """Whether the theme is black and white."""
        return self.theme.startswith("contrast")
