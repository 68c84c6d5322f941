"""The wavelet coefficients of an image as a table, one column per sub-band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.data.errors import DataError
from gmmviewer.data.table import Table
from gmmviewer.data.wavelets import Wavelets, haar, most_levels
from gmmviewer.mixture.arrays import BoolArray, FloatArray

DEEPEST = 5  # levels; the sub-bands of further ones hold a thousandth of the pixels and less
WORTH_A_NOTE = 0.1  # the share of zeros on which a component may collapse


@dataclass(frozen=True)
class Kind:
    """A direction of detail: ``name`` as people type it, ``letters`` as engineers do, ``meaning`` as a tip.

    The first letter is the filter along the rows, the second the one down the columns: L lets averages
    pass, H differences.
    """

    name: str
    letters: str
    meaning: str


KINDS: tuple[Kind, ...] = (
    Kind("horizontal", "LH", "differences down the columns: horizontal edges"),
    Kind("vertical", "HL", "differences along the rows: vertical edges"),
    Kind("diagonal", "HH", "differences both ways: diagonal texture"),
)


@dataclass(frozen=True)
class Subband:
    """One kind of detail at one level, 1 being the finest."""

    kind: Kind
    level: int

    @property
    def title(self) -> str:
        """As an axis is labelled: "horizontal detail, level 1"."""
        return f"{self.kind.name} detail, level {self.level}"

    @property
    def spec(self) -> str:
        """As one types it: "horizontal1"."""
        return f"{self.kind.name}{self.level}"

    def is_called(self, text: str) -> bool:
        """Whether a person means this one: "horizontal1", "LH1", "lh 1"."""
        typed = "".join(text.split()).lower()
        return typed in (self.spec, f"{self.kind.letters}{self.level}".lower())


@dataclass(frozen=True, eq=False)
class SubbandTable(Table):
    """The sub-bands of an image of ``pixels`` (height, width): column i holds ``subbands[i]``.

    Rows are the ⌈height/2⌉ × ⌈width/2⌉ places of level 1, row by row. A coarser coefficient stands in the row
    of the first of its places, so that two columns pair what lies at the same place of the image: two
    directions of one level, or a parent and its first child. Everywhere else is NaN.
    """

    subbands: tuple[Subband, ...] = ()
    pixels: tuple[int, int] = (0, 0)

    def default_columns(self) -> tuple[int, ...]:
        """One sub-band: a histogram with heavy tails is what one looks at first."""
        return (0,)

    def known(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """The columns with these names, as far as there are any; the default ones if there is none."""
        return tuple(self.columns.index(name) for name in names if name in self.columns)[:2] or (
            self.default_columns()
        )

    def coefficients(self, column: int) -> FloatArray:
        """A sub-band as the picture (height, width) that it is."""
        grid = self.values[:, column].reshape(_places(self.pixels))
        step = 2 ** (self.subbands[column].level - 1)
        sparse = grid[::step, ::step]
        there = ~np.isnan(sparse)
        return np.asarray(sparse[: there[:, 0].sum(), : there[0].sum()])

    def _named(self, text: str) -> int | None:
        index = super()._named(text)
        if index is not None:
            return index
        return next((i for i, band in enumerate(self.subbands) if band.is_called(text)), None)

    def _notes(self, chosen: tuple[int, ...], complete: BoolArray) -> tuple[str, ...]:
        """What the image is and how much of it is flat; rows without a coefficient are no loss."""
        zeros = float((self.values[complete][:, list(chosen)] == 0).all(axis=1).mean())
        if zeros < WORTH_A_NOTE:
            return self.notes
        return (*self.notes, f"{zeros:.0%} of the coefficients are exactly 0: flat areas of the image")

    def _choices(self) -> str:
        kinds = ", ".join(f"{kind.name}1 ({kind.letters}1)" for kind in KINDS)
        return f"the sub-bands are called {kinds} and so on to level {self.subbands[-1].level}"


def subband_table(image: FloatArray, name: str, notes: tuple[str, ...] = ()) -> SubbandTable:
    """The details of a grey image (height, width), the finest level first; ``DataError`` for one pixel."""
    pixels = (image.shape[0], image.shape[1])
    levels = min(DEEPEST, most_levels(pixels))
    if levels == 0:
        raise DataError("has a single pixel; a wavelet coefficient is a difference of neighbours", name)
    wavelets = haar(image, levels)
    subbands, columns = _laid_out(wavelets)
    values = np.stack(columns, axis=1)
    values.flags.writeable = False
    titles, numeric = tuple(band.title for band in subbands), (True,) * len(subbands)
    return SubbandTable(name, titles, values, numeric, notes, None, subbands, pixels)


def kurtosis(values: FloatArray) -> float:
    """The fourth central moment over the squared variance: 3 for a Gaussian; NaN where nothing varies."""
    deviations = values - values.mean()
    variance = float((deviations**2).mean())
    return float((deviations**4).mean()) / variance**2 if variance > 0 else float("nan")


def _laid_out(wavelets: Wavelets) -> tuple[tuple[Subband, ...], list[FloatArray]]:
    """Every sub-band that holds something, with its column over the places of level 1."""
    subbands: list[Subband] = []
    columns: list[FloatArray] = []
    for level, bands in enumerate(wavelets.details, start=1):
        step = 2 ** (level - 1)
        for kind, band in zip(KINDS, bands, strict=True):
            if band.size == 0:  # one row or one column of pixels has differences along it only
                continue
            grid = np.full(_places(wavelets.shape), np.nan)
            grid[: step * band.shape[0] : step, : step * band.shape[1] : step] = band
            subbands.append(Subband(kind, level))
            columns.append(grid.ravel())
    return tuple(subbands), columns


def _places(pixels: tuple[int, int]) -> tuple[int, int]:
    return -(-pixels[0] // 2), -(-pixels[1] // 2)
