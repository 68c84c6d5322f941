"""Colour maps: steady in lightness on their ground, quiet, and never a rainbow."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.colour_maps import COLOUR_MAPS, STRONGEST, ColourMap, colour_map
from gmmviewer.scene.oklab import lab
from gmmviewer.session.choices import ViewChoices
from gmmviewer.views.ink import ink

GROUNDS = [(dark, contrast) for dark in (False, True) for contrast in (False, True)]


def on_ground(chosen: ColourMap, dark: bool, contrast: bool) -> FloatArray:
    """What a density map looks like on the canvas of a theme, in OKLab, (256, 3)."""
    value = ink(dark, contrast=contrast).ground
    ground = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)])
    ramp = chosen.ramp(dark).astype(float)
    return lab(ramp[:, :3] + ground * (1 - ramp[:, 3:] / 255))


@pytest.mark.parametrize("chosen", COLOUR_MAPS, ids=lambda chosen: chosen.key)
@pytest.mark.parametrize(("dark", "contrast"), GROUNDS)
def test_lightness_leaves_the_ground_steadily(chosen: ColourMap, dark: bool, contrast: bool) -> None:
    lightness = on_ground(chosen, dark, contrast)[:, 0]
    steps = np.diff(lightness) * (1 if dark else -1)
    assert steps.min() > -0.004  # a byte that was rounded
    wide = lightness[::16]
    assert (np.diff(wide) * (1 if dark else -1) > 0).all()
    assert abs(lightness[-1] - lightness[0]) > 0.25


@pytest.mark.parametrize("chosen", COLOUR_MAPS, ids=lambda chosen: chosen.key)
@pytest.mark.parametrize("dark", [False, True])
def test_few_hues(chosen: ColourMap, dark: bool) -> None:
    a, b = lab(chosen.table(dark))[:, 1:].T
    coloured = np.hypot(a, b) > 0.03
    if coloured.any():  # seen from the middle hue nothing is farther than half the circle: no rainbow
        middle = np.arctan2(b[coloured].mean(), a[coloured].mean())
        turns = np.angle(np.exp(1j * (np.arctan2(b, a)[coloured] - middle)))
        single = chosen.key != "cividis"  # which goes from blue to yellow, through grey
        assert np.abs(turns).max() < (np.pi / 6 if single else np.pi)


@pytest.mark.parametrize("chosen", COLOUR_MAPS, ids=lambda chosen: chosen.key)
def test_ramps_are_premultiplied_and_quiet(chosen: ColourMap) -> None:
    for dark in (False, True):
        ramp = chosen.ramp(dark)
        assert ramp.shape == (256, 4)
        assert not ramp[0].any()
        assert (ramp[:, :3] <= ramp[:, 3:]).all()
        assert ramp[-1, 3] == round(255 * STRONGEST)
        assert chosen.colour(1.0, dark) == tuple(chosen.table(dark)[-1].tolist())
        assert not ramp.flags.writeable


def test_keys() -> None:
    keys = [chosen.key for chosen in COLOUR_MAPS]
    assert len(set(keys)) == len(keys)
    assert len({chosen.title for chosen in COLOUR_MAPS}) == len(keys)
    assert keys[0] == ViewChoices().colour_map
    assert colour_map("amber").key == "amber"
    assert colour_map("of another version") is COLOUR_MAPS[0]
