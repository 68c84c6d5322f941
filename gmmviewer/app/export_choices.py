"""What there is to choose about an exported picture, and how it is remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gmmviewer.app.analysis_settings import AnalysisSettings
from gmmviewer.scene.numbers import format_number
from gmmviewer.views.paper import DPI, INCH, Paper

MM = DPI * 0.001 / INCH  # logical pixels per millimetre
SMALLEST_SIDE, LARGEST_SIDE = 10.0, 20_000.0  # in whichever unit
SMALLEST_LOGICAL = 160.0  # pixels: smaller pictures have no room for axes
DPI_LIMITS = (72, 1200)

FORMATS = (
    (".png", "PNG image", "Pixels, for slides and web pages"),
    (".svg", "SVG drawing", "Text and lines, to edit or for the web"),
    (".pdf", "PDF page", "Text and lines, for LaTeX and print"),
)
UNITS = (
    ("px", "pixels", "As large as on a screen, times the scale"),
    ("mm", "millimetres", "As large as in print"),
)
SCALES = tuple(
    (str(times), f"{times} ×", f"{times * times} pixels for one of the screen") for times in (1, 2, 3, 4)
)
THEMES = (
    ("", "As on screen", "The theme of the window"),
    ("light", "Light, for print", "On white, whatever the window looks like"),
    ("dark", "Dark, for slides", "On a dark ground, whatever the window looks like"),
)


@dataclass(frozen=True)
class ExportChoices:
    """``width`` and ``height`` in logical pixels (1/96 inch), whatever ``unit`` they are shown in.

    ``scale``: pixels per logical pixel where sizes are in pixels, else ``dpi`` decides; ``theme``: "" for
    that of the window; ``as_window``: the size follows the window.
    """

    suffix: str = ".png"
    unit: str = "px"
    width: float = 960.0
    height: float = 640.0
    scale: int = 2
    dpi: int = 300
    theme: str = ""
    transparent: bool = False
    as_window: bool = True

    def changed(self, **changes: object) -> ExportChoices:
        """With other choices, no side too small."""
        made = replace(self, **changes)  # type: ignore[arg-type]
        return replace(
            made, width=max(made.width, SMALLEST_LOGICAL), height=max(made.height, SMALLEST_LOGICAL)
        )

    def fitted(self, width: float, height: float) -> dict[str, object]:
        """The changes that make it as large as the window's own picture."""
        return {"width": float(width), "height": float(height), "as_window": True}

    def shown(self, logical: float) -> float:
        """A side in the chosen unit."""
        return round(logical / MM, 1) if self.unit == "mm" else round(logical, 1)

    def logical(self, shown: float) -> float:
        """A side typed in the chosen unit, in logical pixels."""
        return shown * MM if self.unit == "mm" else shown

    @property
    def ratio(self) -> float:
        """Pixels of an image per logical pixel."""
        return self.dpi / DPI if self.unit == "mm" else float(self.scale)

    @property
    def paper(self) -> Paper:
        """The sheet to paint on."""
        image = self.suffix not in (".svg", ".pdf")
        return Paper(self.width, self.height, self.ratio if image else 1.0, self.transparent and image)

    @property
    def described(self) -> str:
        """How large it will be: "1920 × 1280 pixels · 254 × 169 mm"."""
        across, down = (format_number(side / MM, 3) for side in (self.width, self.height))
        size = f"{across} × {down} mm"
        if self.suffix != ".png":
            return size
        width, height = self.paper.pixels
        return f"{width} × {height} pixels · {size}"


def remembered(settings: AnalysisSettings) -> ExportChoices:
    """The choices of last time; whatever is unreadable counts as not remembered."""
    usual = ExportChoices()
    suffix = settings.text("export_suffix", usual.suffix)
    unit = settings.text("export_unit", usual.unit)
    theme = settings.text("export_theme", usual.theme)
    largest = round(LARGEST_SIDE * MM)
    smallest = round(SMALLEST_LOGICAL)
    return usual.changed(
        suffix=suffix if suffix in {key for key, *_ in FORMATS} else usual.suffix,
        unit=unit if unit in {key for key, *_ in UNITS} else usual.unit,
        width=float(settings.number("export_width", round(usual.width), smallest, largest)),
        height=float(settings.number("export_height", round(usual.height), smallest, largest)),
        scale=settings.number("export_scale", usual.scale, 1, len(SCALES)),
        dpi=settings.number("export_dpi", usual.dpi, *DPI_LIMITS),
        theme=theme if theme in {key for key, *_ in THEMES} else usual.theme,
        transparent=settings.number("export_transparent", 0, 0, 1) == 1,
        as_window=settings.number("export_as_window", 1, 0, 1) == 1,
    )


def remember(settings: AnalysisSettings, choices: ExportChoices) -> None:
    """Keep the choices for next time."""
    settings.remember("export_suffix", choices.suffix)
    settings.remember("export_unit", choices.unit)
    settings.remember("export_theme", choices.theme)
    for name in ("width", "height", "scale", "dpi", "transparent", "as_window"):
        settings.remember(f"export_{name}", round(getattr(choices, name)))
