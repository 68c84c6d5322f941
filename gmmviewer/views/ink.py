"""The ink of the program as data: colours, stroke widths and type sizes. The theme is generated from it.

Colours are ``"#rrggbb"`` strings, so that style sheets, palettes and pens can all use them. Data and model
bring their own colours (``scene.palette``); everything here stays quiet around them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gmmviewer.session.choices import ViewChoices

PRESENTER_TYPE = 1.6
PRESENTER_STROKE = 1.5
CONTRAST_STROKE = 1.25


@dataclass(frozen=True)
class Ink:
    """Every colour around the data, and how large type and strokes are.

    ``ground`` is the canvas, ``panel`` the window around it, ``raised`` fields and buttons; ``text`` and
    ``faint`` (captions, axis labels) read at ≥ 4.5:1 on all three, ``disabled`` need not. ``neutral`` are
    points without responsibilities, ``bar`` the histogram, ``mixture`` the sum of the components. ``accent``
    marks what is chosen or comes next, ``on_accent`` is text upon it. Type sizes in pixels.
    """

    dark: bool
    presenter: bool
    ground: str
    panel: str
    raised: str
    hover: str
    pressed: str
    border: str
    text: str
    faint: str
    disabled: str
    grid: str
    axis: str
    neutral: str
    bar: str
    bar_edge: str
    mixture: str
    accent: str
    on_accent: str
    selection: str
    on_selection: str
    error: str
    warning: str
    success: str
    type_scale: float = 1.0
    stroke_scale: float = 1.0

    @property
    def halo(self) -> str:
        """What surrounds marks that have to read on anything."""
        return self.ground

    @property
    def text_size(self) -> float:
        """Body type in pixels."""
        return 13.0 * self.type_scale

    @property
    def small_size(self) -> float:
        """Tick labels, captions and badges, in pixels."""
        return 11.5 * self.type_scale

    @property
    def large_size(self) -> float:
        """Headings and the numbers that matter now, in pixels."""
        return 17.0 * self.type_scale

    def stroke(self, width: float) -> float:
        """A stroke of ``width`` pixels as wide as it has to be here."""
        return width * self.stroke_scale


LIGHT = Ink(
    dark=False,
    presenter=False,
    ground="#ffffff",
    panel="#f6f7f9",
    raised="#ffffff",
    hover="#eceef2",
    pressed="#dfe3ea",
    border="#d3d8e0",
    text="#1b1f27",
    faint="#59616f",
    disabled="#9aa2ae",
    grid="#eceef2",
    axis="#9aa2ae",
    neutral="#7d8592",
    bar="#e1e4e9",
    bar_edge="#c9ced6",
    mixture="#262b34",
    accent="#3457b2",
    on_accent="#ffffff",
    selection="#dbe5fa",
    on_selection="#14213d",
    error="#b3261e",
    warning="#8a5a00",
    success="#1a7440",
)

DARK = Ink(
    dark=True,
    presenter=False,
    ground="#16181d",
    panel="#1f232a",
    raised="#292e37",
    hover="#2c323c",
    pressed="#363d49",
    border="#3a414d",
    text="#e8eaee",
    faint="#a6aebb",
    disabled="#6b7382",
    grid="#252930",
    axis="#6b7382",
    neutral="#98a0ad",
    bar="#2d323b",
    bar_edge="#434a56",
    mixture="#e8eaee",
    accent="#8fb0ff",
    on_accent="#10131a",
    selection="#2e4270",
    on_selection="#f2f5ff",
    error="#ff8a80",
    warning="#ffc266",
    success="#6fd39a",
)


@lru_cache(maxsize=8)
def ink(dark: bool, presenter: bool = False, contrast: bool = False) -> Ink:
    """The ink of a theme; ``presenter`` enlarges type and strokes, ``contrast`` is pure black and white."""
    chosen = DARK if dark else LIGHT
    if contrast:
        chosen = _high_contrast(chosen)
    if presenter:
        scale = PRESENTER_STROKE * chosen.stroke_scale
        chosen = replace(chosen, presenter=True, type_scale=PRESENTER_TYPE, stroke_scale=scale)
    return chosen


def ink_of(view: ViewChoices) -> Ink:
    """The ink for these view choices; themes of high contrast are black and white."""
    return ink(view.dark, view.presenter, view.high_contrast)


def _high_contrast(chosen: Ink) -> Ink:
    """Pure black and white, and nothing between them but the grid, the bars and what is disabled."""
    black, white = "#000000", "#ffffff"
    paper, print_ = (black, white) if chosen.dark else (white, black)
    accent, quiet = ("#ffe14d", "#3a3a3a") if chosen.dark else ("#0033cc", "#c4c4c4")
    return replace(
        chosen,
        ground=paper,
        panel=paper,
        raised=paper,
        hover=quiet,
        pressed=quiet,
        border=print_,
        text=print_,
        faint=print_,
        disabled="#a8a8a8" if chosen.dark else "#6b6b6b",
        grid="#2c2c2c" if chosen.dark else "#dcdcdc",
        axis=print_,
        neutral="#c8c8c8" if chosen.dark else "#4a4a4a",
        bar=quiet,
        bar_edge=print_,
        mixture=print_,
        accent=accent,
        on_accent=paper,
        selection=accent,
        on_selection=paper,
        error="#ff9c94" if chosen.dark else "#a00000",
        warning="#ffd27a" if chosen.dark else "#6b4300",
        success="#7dffb0" if chosen.dark else "#005a24",
        stroke_scale=CONTRAST_STROKE,
    )
