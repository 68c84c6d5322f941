"""What is remembered of the view: everything comes back, and nothing unreadable does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.scene.ellipses import LEVELS, EllipseLevel
from gmmviewer.session.choices import (
    LAYERS,
    THEMES,
    BinRule,
    Brush,
    DrawTool,
    MouseMode,
    PointStyle,
    SelectTool,
    SprayShape,
    Uncertainty,
    ViewChoices,
)
from gmmviewer.session.remembered import as_plain, from_plain

DEFAULT = ViewChoices()
KEYS = [layer.key for layer in LAYERS]
MOMENTARY = {"mode", "presenter", "equal_aspect"}

views = st.builds(
    ViewChoices,
    layers=st.frozensets(st.sampled_from(KEYS)),
    level=st.one_of(
        st.sampled_from(LEVELS),
        st.floats(0.01, 10.0).map(lambda size: EllipseLevel("sigma", size)),
        st.floats(0.001, 0.999).map(lambda size: EllipseLevel("content", size)),
    ),
    brush=st.builds(
        Brush,
        tool=st.sampled_from(DrawTool),
        radius=st.integers(5, 150),
        count=st.integers(1, 100),
        shape=st.sampled_from(SprayShape),
    ),
    select_tool=st.sampled_from(SelectTool),
    speed=st.sampled_from(["slow", "quick", "fastest"]),
    theme=st.sampled_from(THEMES),
    motion=st.booleans(),
    point_style=st.sampled_from(PointStyle),
    symbol_size=st.floats(0.5, 3.0),
    uncertainty=st.sampled_from(Uncertainty),
    contents=st.sets(st.floats(0.01, 0.99), min_size=1, max_size=8).map(lambda s: tuple(sorted(s))),
    colour_map=st.sampled_from(["slate", "cividis"]),
    log_density=st.booleans(),
    counts=st.booleans(),
    bin_rule=st.sampled_from(BinRule),
    bins=st.integers(1, 1000),
    jitter=st.booleans(),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(views)
def test_what_was_chosen_comes_back(view: ViewChoices) -> None:
    text = json.dumps(as_plain(view))
    assert from_plain(json.loads(text), DEFAULT) == view


def test_every_choice_is_remembered_or_belongs_to_the_moment() -> None:
    changed = replace(
        DEFAULT, mode=MouseMode.DRAW, presenter=True, equal_aspect=True, brush=Brush(label=2), bins=7
    )
    assert from_plain(as_plain(changed), DEFAULT) == replace(DEFAULT, bins=7)
    told = {"layers": "shown", "brush": "tool"}
    for name in set(vars(DEFAULT)) - MOMENTARY:
        assert told.get(name, name) in as_plain(DEFAULT)


@given(st.dictionaries(st.sampled_from(sorted(as_plain(DEFAULT))), anything))
def test_nothing_unreadable_does_harm(plain: dict[str, Any]) -> None:
    view = from_plain(plain, DEFAULT)
    assert from_plain(as_plain(view), DEFAULT) == view
    assert view.theme in THEMES
    assert 1 <= view.bins <= 1000
    assert all(0 < share < 1 for share in view.contents)


@pytest.mark.parametrize("size", [0.0, -1.0, 10.1, float("nan"), float("inf"), 10**400, True, "2"])
def test_sizes_of_ellipses_that_cannot_be_are_forgotten(size: Any) -> None:
    assert from_plain({"level": ["sigma", size]}, DEFAULT).level == DEFAULT.level


def test_layers_of_a_newer_version_begin_as_it_wants_them() -> None:
    older = {"shown": ["heat", "of another program"], "hidden": ["ellipses"]}
    layers = from_plain(older, DEFAULT).layers
    assert layers == (DEFAULT.layers | {"heat"}) - {"ellipses"}
