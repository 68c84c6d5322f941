"""Colours that can be told apart and read, symbols that can be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.scene.oklab import encoded, lab, linear, linear_from_lab, rgb_from_lab
from gmmviewer.scene.palette import (
    DARK_GROUND,
    LIGHT_GROUND,
    N_COLOURS,
    OKABE_ITO,
    SYMBOLS,
    contrast,
    fill_colour,
    row_colours,
    stroke_colour,
    symbol,
    symbol_outline,
    text_colour,
)

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
GROUNDS = {False: ((255, 255, 255), LIGHT_GROUND), True: ((0x16, 0x18, 0x1D), DARK_GROUND)}


def test_oklab_of_known_colours() -> None:
    np.testing.assert_allclose(lab(WHITE), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(lab((255, 0, 0)), [0.62796, 0.22486, 0.12585], atol=1e-4)  # Ottosson's own
    np.testing.assert_allclose(lab((0, 0, 255)), [0.45201, -0.03246, -0.31153], atol=1e-4)


def test_conversions_are_inverse() -> None:
    every = np.arange(256)
    np.testing.assert_allclose(encoded(linear(every)), every, atol=1e-9)
    colours = np.random.default_rng(0).integers(0, 256, (500, 3))
    np.testing.assert_array_equal(rgb_from_lab(lab(colours)), colours)
    np.testing.assert_allclose(linear_from_lab(lab(colours)), linear(colours), atol=1e-9)


def test_contrast_of_known_pairs() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, BLACK) == contrast(BLACK, WHITE)
    assert contrast((0x77, 0x77, 0x77), WHITE) == pytest.approx(4.48, abs=0.005)  # the well-known near miss


def test_the_first_colours_are_okabe_and_ito() -> None:
    assert [fill_colour(k) for k in range(7)] == list(OKABE_ITO)
    assert OKABE_ITO[0] == (0x00, 0x72, 0xB2)
    assert OKABE_ITO[6] == (0xF0, 0xE4, 0x42)


def test_the_extension_is_distinct_from_everything_before_it() -> None:
    places = lab(row_colours(24, noise=False))
    for k in range(7, 24):
        assert np.linalg.norm(places[:k] - places[k], axis=1).min() > 0.08, k


def test_the_extension_is_never_grey_and_never_the_ground() -> None:
    places = lab(row_colours(N_COLOURS, noise=False))
    assert np.hypot(places[:, 1], places[:, 2]).min() > 0.05
    assert places[:, 0].min() > 0.4
    assert places[:, 0].max() < 0.93


def test_colours_go_on_for_ever() -> None:
    assert len(set(map(fill_colour, range(N_COLOURS)))) == N_COLOURS
    assert fill_colour(N_COLOURS) == fill_colour(0)
    assert row_colours(0, noise=False).shape == (0, 3)
    assert row_colours(3, noise=False).dtype == np.uint8


@pytest.mark.parametrize("dark", [False, True])
def test_lines_and_text_have_contrast(dark: bool) -> None:
    for k in range(N_COLOURS):
        for ground in GROUNDS[dark]:
            assert contrast(stroke_colour(k, dark), ground) >= 3.0, k
            assert contrast(text_colour(k, dark), ground) >= 4.5, k


@pytest.mark.parametrize("dark", [False, True])
def test_lines_keep_the_hue(dark: bool) -> None:
    for k in range(24):
        _, a, b = lab(fill_colour(k))
        _, c, d = lab(text_colour(k, dark))
        turn = np.angle((c + 1j * d) / (a + 1j * b), deg=True)
        assert abs(turn) < 6, k  # bytes and the edge of the gamut move it a little


def test_a_colour_that_reads_is_left_alone() -> None:
    assert stroke_colour(0, dark=False) == fill_colour(0)
    assert stroke_colour(6, dark=False) != fill_colour(6)  # yellow on white
    assert all(stroke_colour(k, dark=True) == fill_colour(k) for k in range(7))


def test_symbols_cycle() -> None:
    assert [symbol(k) for k in range(len(SYMBOLS))] == list(SYMBOLS)
    assert symbol(len(SYMBOLS)) == SYMBOLS[0] == "circle"


@pytest.mark.parametrize("name", SYMBOLS)
def test_outlines_are_closed_centred_and_of_unit_area(name: str) -> None:
    outline = symbol_outline(name)
    x, y = outline.T
    assert np.array_equal(outline[0], outline[-1])
    twice = (x[:-1] * y[1:] - x[1:] * y[:-1]).sum()
    assert abs(twice) / 2 == pytest.approx(1)
    np.testing.assert_allclose(outline[:-1].mean(axis=0), 0, atol=1e-12)
    assert np.abs(outline).max() < 1.1
    assert not outline.flags.writeable


def test_outlines_differ() -> None:
    shapes = {symbol_outline(name).round(6).tobytes() for name in SYMBOLS}
    assert len(shapes) == len(SYMBOLS)
    assert symbol_outline("diamond")[0] == pytest.approx([0, np.sqrt(0.5)])
    assert np.ptp(symbol_outline("square")[:, 0]) == pytest.approx(1)


def test_an_unknown_symbol_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="use one of circle, square"):
        symbol_outline("banana")
