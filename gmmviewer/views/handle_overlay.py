"""What a hand on the model sees: the handles of a component, and the numbers that a drag changes."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.ellipses import ellipse, shape
from gmmviewer.scene.numbers import format_like, subscript
from gmmviewer.views.handles import Handle, Model
from gmmviewer.views.items.overlay import Overlay

EQUAL = 0.01  # relative difference of the scales below which angles are as they look


def handle_overlay(
    model: Model,
    component: int,
    held: Handle | None,
    text: str = "",
    at: FloatArray | None = None,
    guide: int | None = None,
) -> Overlay:
    """The handles of a component, one of them ``held``, and a ``text`` beside the mouse ``at``."""
    handles = model.handles_of(component)
    centre = next(handle for handle in handles if handle.kind == "move")
    in_hand = held if held is not None and held.kind == "stem" else None
    corners = _outline(model, component)
    ring = in_hand or (centre if held is None or held.kind == "move" else None)
    return Overlay(
        handle=None if ring is None else (ring.x, ring.y, component),
        guide=guide,
        text=text,
        at=(0.0, 0.0) if at is None else (float(at[0]), float(at[1])),
        outline=corners or _lever(handles),
        closed=bool(corners),
        grips=tuple(h.grip(held=h == held) for h in handles if h.kind != "move"),
    )


def mean_text(model: Model, component: int) -> str:
    """The mean in numbers, one line per axis."""
    names, spans = model.snapshot.document.points.columns, model.sheet.span().tolist()
    rows = zip(names, model.mixture.means[component].tolist(), spans, strict=True)
    return "\n".join([f"Mean {sign('μ', component)}", *(f"{n} {format_like(v, s)}" for n, v, s in rows)])


def peak_text(model: Model, component: int) -> str:
    """Mean and weight."""
    weight = format_like(float(model.mixture.weights[component]), 1.0)
    return f"{mean_text(model, component)}\nWeight {sign('π', component)} {weight}"


def spread_text(model: Model, component: int) -> str:
    """The standard deviation on a line."""
    deviation = float(np.sqrt(model.mixture.covariances[component, 0, 0]))
    return f"{sign('σ', component)} {format_like(deviation, float(model.sheet.span()[0]))}"


def size_text(model: Model, component: int) -> str:
    """The standard deviations of an ellipse."""
    form = shape(model.mixture.covariances[component])
    names, spans = model.snapshot.document.points.columns, model.sheet.span().tolist()
    rows = zip(names, form.standard_deviations, spans, strict=True)
    return "\n".join(f"SD {name} {format_like(value, span)}" for name, value, span in rows)


def shape_text(model: Model, component: int) -> str:
    """Standard deviations and correlation of an ellipse, and its angle where that is the one to be seen."""
    form, lines = shape(model.mixture.covariances[component]), [size_text(model, component)]
    if model.family.decomposition[2] != "I" and form.correlation is not None:
        lines.append(f"Correlation ρ {format_like(form.correlation, 1.0)}")
        across, up = np.abs(model.sheet.per_pixel()).tolist()
        if form.angle is not None and abs(across / up - 1.0) < EQUAL:
            lines.append(f"Angle {format_like(form.angle, 1000.0)}°")
    return "\n".join(lines)


def sign(letter: str, component: int) -> str:
    """ "μ₂"."""
    return f"{letter}{subscript(component + 1)}"


def _lever(handles: tuple[Handle, ...]) -> tuple[tuple[float, float], ...]:
    """A line from the end of the axis to the grip that turns it."""
    disc = next((h for h in handles if h.kind == "rotate"), None)
    if disc is None:
        return ()
    end = next(h for h in handles if h.kind == "resize" and (h.axis, h.side) == (disc.axis, disc.side))
    return ((end.x, end.y), (disc.x, disc.y))


def _outline(model: Model, component: int) -> tuple[tuple[float, float], ...]:
    """The ellipse in hand where ellipses are hidden."""
    if model.mixture.n_dimensions != 2 or "ellipses" in model.snapshot.view.layers:
        return ()
    mean, covariance = model.mixture.means[component], model.mixture.covariances[component]
    corners = model.sheet.pixels(ellipse(mean, covariance, model.radius))
    return tuple((float(x), float(y)) for x, y in np.clip(corners, -1e5, 1e5).tolist())
