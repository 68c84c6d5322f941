"""View choices as plain values that last from one session to the next.

Whatever is unreadable, out of range or of another version counts as not remembered: the choice keeps its
default. Of the layers only those are kept that a person switched, so that layers of a newer version begin as
it wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from gmmviewer.scene.ellipses import EllipseLevel
from gmmviewer.session.choices import (
    LARGEST_RADIUS,
    LARGEST_SIGMA,
    LARGEST_SYMBOL,
    LAYERS,
    MOST_BINS,
    MOST_CONTENTS,
    SMALLEST_RADIUS,
    SMALLEST_SYMBOL,
    SPEEDS,
    THEMES,
    BinRule,
    Brush,
    DrawTool,
    PointStyle,
    SelectTool,
    SprayShape,
    Uncertainty,
    ViewChoices,
)

Plain = Mapping[str, object]
E = TypeVar("E", bound=Enum)


def as_plain(view: ViewChoices) -> dict[str, object]:
    """What is worth remembering, as strings, numbers, lists and truth values.

    Mouse mode and presenter mode belong to the moment, equal axes and the class label to the data.
    """
    return {
        "shown": sorted(view.layers - _by_default()),
        "hidden": sorted(_by_default() - view.layers),
        "level": [view.level.kind, view.level.value],
        "tool": view.brush.tool.name,
        "radius": view.brush.radius,
        "count": view.brush.count,
        "shape": view.brush.shape.name,
        "select_tool": view.select_tool.name,
        "speed": view.speed,
        "theme": view.theme,
        "motion": view.motion,
        "point_style": view.point_style.name,
        "symbol_size": view.symbol_size,
        "uncertainty": view.uncertainty.name,
        "contents": list(view.contents),
        "colour_map": view.colour_map,
        "log_density": view.log_density,
        "counts": view.counts,
        "bin_rule": view.bin_rule.name,
        "bins": view.bins,
        "jitter": view.jitter,
    }


def from_plain(plain: Plain, otherwise: ViewChoices) -> ViewChoices:
    """``otherwise`` with everything that was remembered and can be read."""
    return replace(
        otherwise,
        layers=_layers(plain),
        level=_level(plain.get("level"), otherwise.level),
        brush=_brush(plain, otherwise.brush),
        select_tool=_named(SelectTool, plain.get("select_tool"), otherwise.select_tool),
        speed=_one_of([s.key for s in SPEEDS], plain.get("speed"), otherwise.speed),
        theme=_one_of(THEMES, plain.get("theme"), otherwise.theme),
        motion=_truth(plain.get("motion"), otherwise.motion),
        point_style=_named(PointStyle, plain.get("point_style"), otherwise.point_style),
        symbol_size=_number(plain.get("symbol_size"), SMALLEST_SYMBOL, LARGEST_SYMBOL, otherwise.symbol_size),
        uncertainty=_named(Uncertainty, plain.get("uncertainty"), otherwise.uncertainty),
        contents=_contents(plain.get("contents"), otherwise.contents),
        colour_map=str(plain.get("colour_map", otherwise.colour_map)),
        log_density=_truth(plain.get("log_density"), otherwise.log_density),
        counts=_truth(plain.get("counts"), otherwise.counts),
        bin_rule=_named(BinRule, plain.get("bin_rule"), otherwise.bin_rule),
        bins=int(_number(plain.get("bins"), 1, MOST_BINS, otherwise.bins)),
        jitter=_truth(plain.get("jitter"), otherwise.jitter),
    )


def _by_default() -> frozenset[str]:
    return frozenset(layer.key for layer in LAYERS if layer.shown)


def _layers(plain: Plain) -> frozenset[str]:
    known = {layer.key for layer in LAYERS}
    shown, hidden = (_strings(plain.get(name)) & known for name in ("shown", "hidden"))
    return (_by_default() | shown) - hidden


def _brush(plain: Plain, otherwise: Brush) -> Brush:
    return replace(
        otherwise,
        tool=_named(DrawTool, plain.get("tool"), otherwise.tool),
        radius=int(_number(plain.get("radius"), SMALLEST_RADIUS, LARGEST_RADIUS, otherwise.radius)),
        count=int(_number(plain.get("count"), 1, 100, otherwise.count)),
        shape=_named(SprayShape, plain.get("shape"), otherwise.shape),
    )


def _level(value: object, otherwise: EllipseLevel) -> EllipseLevel:
    kind, size = value if isinstance(value, list) and len(value) == 2 else ("", 0.0)
    if kind == "sigma" and (found := _number(size, 0.0, LARGEST_SIGMA, 0.0)):
        return EllipseLevel("sigma", found)
    if kind == "content" and 0.0 < (found := _number(size, 0.0, 1.0, 0.0)) < 1.0:
        return EllipseLevel("content", found)
    return otherwise


def _contents(value: object, otherwise: tuple[float, ...]) -> tuple[float, ...]:
    """Rising shares between 0 and 1."""
    if not isinstance(value, list):
        return otherwise
    shares = sorted({float(share) for share in value if isinstance(share, int | float) and 0 < share < 1})
    return tuple(shares[:MOST_CONTENTS]) or otherwise


def _named(kind: type[E], value: object, otherwise: E) -> E:
    return kind.__members__.get(str(value), otherwise)


def _one_of(allowed: tuple[str, ...] | list[str], value: object, otherwise: str) -> str:
    return str(value) if value in allowed else otherwise


def _truth(value: object, otherwise: bool) -> bool:
    return value if isinstance(value, bool) else otherwise


def _number(value: object, low: float, high: float, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return otherwise
    return float(value)


def _strings(value: object) -> set[str]:
    return {entry for entry in value if isinstance(entry, str)} if isinstance(value, list) else set()
