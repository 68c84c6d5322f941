"""What the table of components shows, as data: rows from a snapshot, columns as rows of a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.constraints import NOBODY, Components
from gmmviewer.mixture.events import Empty, Event, Floored, Identical
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.ellipses import Shape, shapes
from gmmviewer.scene.numbers import format_like
from gmmviewer.session.edits_model import shares_mean
from gmmviewer.session.locks import locked
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.notice import shown_events

Numbers: TypeAlias = tuple[float | None, ...]
LOOK_BACK = 2  # half-steps from a state set by hand after an M-step to the E-step before


@dataclass(frozen=True, eq=False)
class Rows:
    """What the table shows: a mixture in data units, n_k (K,) if known, the span of each axis, events.

    ``background``: n_0 of the noise, if known; ``shut``: the locked components by the kind of parameter;
    ``by_scale``: components have one mean and are told apart by their size; ``decomposition`` of the family;
    ``tied_weights``: all weights are equal.
    """

    mixture: Mixture
    counts: FloatArray | None
    background: float | None
    n: int
    spans: tuple[float, ...]
    names: tuple[str, ...]
    events: tuple[Event, ...]
    shut: dict[str, Components]
    fixed: bool
    by_scale: bool
    decomposition: str
    tied_weights: bool

    @property
    def count(self) -> int:
        """Rows: K components, and the noise."""
        return self.mixture.n_rows

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Standard deviations and correlations."""
        return shapes(self.mixture)

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """What every cell says, [row][column]: rounded once, however often a cell is painted."""
        spans = [column.spans(self) for column in COLUMNS]
        return tuple(
            tuple(
                "\n".join(map(format_like, column.numbers(self, row), span))
                for column, span in zip(COLUMNS, spans, strict=True)
            )
            for row in range(self.count)
        )

    def is_noise(self, row: int) -> bool:
        """Whether this row is that of the noise."""
        return row == self.mixture.n_components

    def name(self, row: int) -> str:
        """ "Component 2", with its scale where that is what tells it apart, or "Noise"."""
        if self.is_noise(row):
            return "Noise"
        return f"Component {row + 1}" + (f", {self.scale(row)}" if self.by_scale else "")

    def scale(self, row: int) -> str:
        """ "σ = 0.52": in two dimensions the side of the square as large as the ellipse of covariance."""
        d = self.mixture.n_dimensions
        sigma = math.exp(float(self.mixture.log_determinants[row]) / (2 * d))
        return f"σ = {format_like(sigma, max(self.spans))}"

    def trouble(self, row: int) -> Event | None:
        """What is wrong with a component, if anything."""
        kinds = (Floored, Empty, Identical)
        return next((e for e in self.events if e.component == row and isinstance(e, kinds)), None)

    def is_locked(self, row: int, kind: str) -> bool | None:
        """Whether a parameter of a row is locked; None where there is nothing to lock."""
        return None if self.is_noise(row) or not kind else row in self.shut[kind]


@dataclass(frozen=True)
class Column:
    """``numbers`` of one row; ``spans`` say how many digits each needs; ``kind`` of parameter to lock;
    ``key``: what is typed there, if anything."""

    title: str
    meaning: str
    names: Callable[[Rows], tuple[str, ...]]
    numbers: Callable[[Rows, int], Numbers]
    spans: Callable[[Rows], tuple[float, ...]]
    kind: str = ""
    key: str = ""


def _weight(rows: Rows, row: int) -> Numbers:
    noise = rows.mixture.noise
    if rows.is_noise(row):
        return (None if noise is None else noise.weight,)
    return (float(rows.mixture.weights[row]),)


def _mean(rows: Rows, row: int) -> Numbers:
    return (None,) * len(rows.names) if rows.is_noise(row) else tuple(rows.mixture.means[row].tolist())


def _deviations(rows: Rows, row: int) -> Numbers:
    return (None,) * len(rows.names) if rows.is_noise(row) else rows.shapes[row].standard_deviations


def _correlation(rows: Rows, row: int) -> Numbers:
    return (None if rows.is_noise(row) else rows.shapes[row].correlation,)


def _count(rows: Rows, row: int) -> Numbers:
    if rows.is_noise(row):
        return (rows.background,)
    return (None if rows.counts is None else float(rows.counts[row]),)


COLUMNS: tuple[Column, ...] = (
    Column("π", "Mixing weight", lambda rows: ("weight",), _weight, lambda rows: (1.0,), "weights", "weight"),
    Column(
        "Mean",
        "Mean μ, in the units of the data",
        lambda rows: tuple(f"mean {name}" for name in rows.names),
        _mean,
        lambda rows: rows.spans,
        "means",
        "mean",
    ),
    Column(
        "SD",
        "Standard deviation along each axis, in the units of the data",
        lambda rows: tuple(f"SD {name}" for name in rows.names),
        _deviations,
        lambda rows: rows.spans,
        "covariances",
        "deviations",
    ),
    Column(
        "ρ",
        "Correlation",
        lambda rows: ("correlation",),
        _correlation,
        lambda rows: (10.0,),  # two decimals: the means need the room
        key="correlation",
    ),
    Column(
        "n",
        "How many points the component is responsible for: n_k = Σ r_ik",
        lambda rows: ("n_k",),
        _count,
        lambda rows: (max(float(rows.n), 1.0),),
    ),
)
LOCKED_WORDS = {"weights": "weight", "means": "mean", "covariances": "covariance"}


def rows_of(snapshot: Snapshot) -> Rows | None:
    """The rows for a snapshot; None before there is a mixture."""
    mixture = snapshot.mixture
    if mixture is None:
        return None
    points, model = snapshot.document.points, snapshot.document.model
    found = counts(snapshot)
    fits = found is not None and len(found) == mixture.n_components
    return Rows(
        mixture=mixture,
        counts=found if fits else None,
        background=_background(snapshot) if fits and mixture.noise is not None else None,
        n=points.n,
        spans=points.spans,
        names=points.columns,
        events=shown_events(snapshot),
        shut=_shut(snapshot, mixture.n_components),
        fixed=model.fixed_mean is not None,
        by_scale=shares_mean(snapshot),
        decomposition=model.family(points.d).decomposition,
        tied_weights=model.constraints.equal_weights,
    )


def counts(snapshot: Snapshot) -> FloatArray | None:
    """n_k of the responsibilities on screen; after an M-step they are still those it was made from."""
    moments = _owner(snapshot)
    return None if moments is None else moments.counts


def _background(snapshot: Snapshot) -> float | None:
    moments = _owner(snapshot)
    return None if moments is None else moments.noise


def _owner(snapshot: Snapshot) -> Moments | None:
    states, cursor = snapshot.document.states, snapshot.cursor
    for state in reversed(states[max(cursor - LOOK_BACK, 0) : cursor + 1]):
        if state.stage is Stage.AFTER_E and state.standard is snapshot.source:
            return state.expectation.moments
    return None


def _shut(snapshot: Snapshot, k: int) -> dict[str, Components]:
    """Which padlocks are closed: a shared mean is locked for all or for none."""
    model = snapshot.document.model
    everyone = frozenset(range(k))
    shut = locked(model.constraints)
    if model.fixed_mean is not None or (shares_mean(snapshot) and shut["means"]):
        shut["means"] = everyone
    return {kind: who & everyone or NOBODY for kind, who in shut.items()}


def exact(value: float | None) -> str:
    """A number in full precision, nothing for none."""
    return "" if value is None or np.isnan(value) else repr(float(value))
