"""What component k looks like: a colour for areas, a darker or lighter one for lines and text, a symbol."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.oklab import ByteArray, encoded, lab, linear, linear_from_lab, rgb_from_lab

Rgb: TypeAlias = tuple[int, int, int]

OKABE_ITO: tuple[Rgb, ...] = (
    (0x00, 0x72, 0xB2),  # blue
    (0xD5, 0x5E, 0x00),  # vermillion
    (0x00, 0x9E, 0x73),  # green
    (0xCC, 0x79, 0xA7),  # purple
    (0xE6, 0x9F, 0x00),  # orange
    (0x56, 0xB4, 0xE9),  # sky
    (0xF0, 0xE4, 0x42),  # yellow
)
NOISE: Rgb = (0x8A, 0x8A, 0x8A)  # what belongs to no component: grey, which no component is
N_COLOURS = 64  # further components start again; by then the number beside the mean tells them apart

# The least favourable grounds of each theme, the panels: what reads there reads on the canvas, too.
LIGHT_GROUND: Rgb = (0xF6, 0xF7, 0xF9)
DARK_GROUND: Rgb = (0x1F, 0x23, 0x2A)
STROKE_CONTRAST = 3.0  # WCAG 2.1, 1.4.11: graphical objects
TEXT_CONTRAST = 4.5  # WCAG 2.1, 1.4.3: text

SYMBOLS: tuple[str, ...] = (
    "circle", "square", "triangle", "diamond", "pentagon", "hexagon", "star", "cross",
)  # fmt: skip

# Dashes and gaps in widths of the stroke: lines tell apart without their colours.
LINE_STYLES: tuple[tuple[float, ...], ...] = (
    (),
    (8.0, 3.0),
    (1.2, 2.2),
    (7.0, 2.4, 1.2, 2.4),
    (3.6, 2.4),
    (7.0, 2.2, 1.2, 2.2, 1.2, 2.2),
    (11.0, 2.4, 3.6, 2.4),
)
NOISE_STYLE = (1.2, 4.5)


def fill_colour(k: int) -> Rgb:
    """The colour of component k for discs and areas: Okabe & Ito's (2008) first, then an extension."""
    return _fills()[k % N_COLOURS]


def stroke_colour(k: int, dark: bool) -> Rgb:
    """The hue of component k, with a contrast of at least 3:1 on the ground of the theme: for lines."""
    return _readable(fill_colour(k), dark, STROKE_CONTRAST)


def text_colour(k: int, dark: bool) -> Rgb:
    """The hue of component k, with a contrast of at least 4.5:1 on the ground of the theme: for text."""
    return _readable(fill_colour(k), dark, TEXT_CONTRAST)


def row_colours(k: int, noise: bool) -> ByteArray:
    """The colours of the rows of responsibilities: K components and, if there is any, the noise."""
    return np.array([row_fill(row, k) for row in range(k + noise)], dtype=np.uint8).reshape(k + noise, 3)


def row_fill(row: int, k: int) -> Rgb:
    """The colour for areas of one row of K components; the row after them is the noise."""
    return fill_colour(row) if row < k else NOISE


def row_stroke(row: int, k: int, dark: bool) -> Rgb:
    """The same for lines."""
    return stroke_colour(row, dark) if row < k else _readable(NOISE, dark, STROKE_CONTRAST)


def contrast(a: Rgb, b: Rgb) -> float:
    """The contrast ratio 1…21 of two colours (WCAG 2.1)."""
    first, second = (float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (a, b))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def line_style(row: int, k: int | None = None) -> tuple[float, ...]:
    """The dashes of the line of component ``row``, () for a whole line; the row after K is the noise."""
    return NOISE_STYLE if k is not None and row >= k else LINE_STYLES[row % len(LINE_STYLES)]


def symbol(k: int) -> str:
    """The symbol of component k."""
    return SYMBOLS[k % len(SYMBOLS)]


@lru_cache(maxsize=len(SYMBOLS))
def symbol_outline(name: str) -> FloatArray:
    """A closed polygon (m, 2) of area 1 about the origin, y up. Raises ``ValueError`` for unknown names."""
    outline = _outline(name)
    x, y = outline.T
    area = 0.5 * abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()))
    outline /= math.sqrt(area)
    outline.flags.writeable = False
    return outline


def _outline(name: str) -> FloatArray:
    corners = {"circle": 48, "triangle": 3, "diamond": 4, "pentagon": 5, "hexagon": 6}
    if name in corners:
        return _spokes(np.ones(corners[name]))
    if name == "square":
        return _spokes(np.ones(4), turn=math.pi / 4)
    if name == "star":
        return _spokes(np.tile([1.0, 0.45], 5))
    if name == "cross":  # three corners per arm: two at its end, one in the crook
        arm = 0.34
        end = np.array([[arm, 1.0], [-arm, 1.0], [-arm, arm]])
        quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
        turns = [end @ np.linalg.matrix_power(quarter, i).T for i in range(4)]
        return np.concatenate([*turns, turns[0][:1]])
    raise ValueError(f"unknown symbol '{name}'; use one of {', '.join(SYMBOLS)}")


def _spokes(radii: FloatArray, turn: float = 0.0) -> FloatArray:
    """A closed polygon with corners at these radii, evenly spread, the first one on top."""
    angles = math.pi / 2 + turn + 2 * math.pi * np.arange(len(radii)) / len(radii)
    corners = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    return np.concatenate([corners, corners[:1]])


@lru_cache(maxsize=4 * N_COLOURS)
def _readable(colour: Rgb, dark: bool, required: float) -> Rgb:
    """The nearest colour of the same OKLab hue with this contrast: darker on light ground and vice versa.

    Scaling an OKLab colour scales its light, so darkening stays in the gamut and keeps the hue exactly.
    """
    ground = DARK_GROUND if dark else LIGHT_GROUND
    start, end = lab(colour), np.array([1.0, 0.0, 0.0]) if dark else np.zeros(3)
    for mix in np.linspace(0.0, 1.0, 101):
        red, green, blue = rgb_from_lab(start + mix * (end - start)).tolist()
        if contrast((red, green, blue), ground) >= required:
            break
    return red, green, blue


@lru_cache(maxsize=1)
def _fills() -> tuple[Rgb, ...]:
    """Okabe & Ito's colours, then always the candidate that is farthest from all before it in OKLab."""
    candidates = _candidates()
    places = lab(candidates)
    chosen = list(OKABE_ITO)
    gaps = np.linalg.norm(places[:, None] - lab(chosen)[None], axis=2).min(axis=1)
    while len(chosen) < N_COLOURS:
        best = int(gaps.argmax())
        red, green, blue = candidates[best].tolist()
        chosen.append((red, green, blue))
        gaps = np.minimum(gaps, np.linalg.norm(places - places[best], axis=1))
    return tuple(chosen)


def _candidates() -> ByteArray:
    """Colours of sRGB neither grey (that is the neutral ink) nor close to either ground, (m, 3)."""
    hues = np.deg2rad(np.arange(0, 360, 10))
    polar = np.array(list(product((0.45, 0.55, 0.65, 0.75, 0.85), (0.08, 0.12, 0.16, 0.20), hues)))
    lightness, chroma, hue = polar.T
    light = linear_from_lab(np.column_stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)]))
    inside = ((light >= 0.0) & (light <= 1.0)).all(axis=1)
    return np.rint(encoded(light[inside])).astype(np.uint8)
