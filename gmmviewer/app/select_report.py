"""A table of fits as JSON and as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gmmviewer.app.encoding import encoded
from gmmviewer.app.inputs import Inputs
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.algorithms import algorithm
from gmmviewer.mixture.sweep import CRITERIA, Cell, SweepTable

TITLES = {"bic": "BIC", "icl": "ICL", "aic": "AIC", "aicc": "AICc"}
NO_FIT = "-"


def as_json(table: SweepTable, inputs: Inputs, algorithm_name: str, seed: int) -> str:
    """Every cell and the best of each criterion; lower is better for all of them."""
    content = {
        "n": inputs.sample.n,
        "n_total": inputs.sample.total,
        "d": inputs.sample.d,
        "columns": list(inputs.points.columns),
        "algorithm": algorithm(algorithm_name).name,
        "seed": seed,
        "cells": [_cell(cell) for cell in table.cells],
        "best": {name: _named(table.best(name)) for name in CRITERIA},
    }
    return encoded(content) + "\n"


def _cell(cell: Cell) -> dict[str, Any]:
    state = cell.state
    return {
        "k": cell.k,
        "covariance": cell.family.letters,
        "log_likelihood": None if state is None else state.log_likelihood,
        "n_parameters": cell.n_parameters,
        **{name: cell.value(name) for name in ("aic", "aicc", "bic", "icl")},
        "converged": cell.converged,
        "floored": cell.floored,
        "iterations": None if state is None else state.iteration,
        "message": cell.message or None,
    }


def _named(cell: Cell | None) -> dict[str, Any] | None:
    return None if cell is None else {"k": cell.k, "covariance": cell.family.letters}


def as_text(table: SweepTable, points: PointSet, criteria: tuple[str, ...]) -> str:
    """One table for each criterion, families in rows, K in columns; marks are explained below."""
    lines = [f"{points.name}: n = {points.n}, {' × '.join(points.columns)}"]
    for name in criteria:
        lines.extend(["", *_criterion_lines(table, name)])
    lines.extend(["", *_legend(table)])
    return "\n".join(lines) + "\n"


def _criterion_lines(table: SweepTable, criterion: str) -> Iterator[str]:
    best = table.best(criterion)
    rows = [
        [family.letters, *(_entry(table.cell(k, family), criterion, best) for k in table.ks)]
        for family in table.families
    ]
    head = [TITLES[criterion], *(f"K = {k} " for k in table.ks)]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        first, *others = (
            text.ljust(width) if i == 0 else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others]).rstrip()
    if best is not None:
        value = best.value(criterion)
        yield f"best {TITLES[criterion]}: {best.family.letters}, K = {best.k}, {value:.4f}"


def _entry(cell: Cell | None, criterion: str, best: Cell | None) -> str:
    """A number and its mark: * best, ! floored, ~ not converged."""
    value = None if cell is None else cell.value(criterion)
    if cell is None or value is None:
        return NO_FIT + " "
    mark = "*" if cell is best else "!" if cell.floored else " " if cell.converged else "~"
    return f"{value:.2f}{mark}"


def _legend(table: SweepTable) -> Iterator[str]:
    yield "* best (lower is better)"
    if any(cell.floored for cell in table.cells):
        yield "! a component has collapsed onto the floor: the value means nothing and does not compete"
    if any(cell.state is not None and not cell.converged and not cell.floored for cell in table.cells):
        yield "~ not converged: more iterations (--max-iter) may lower it"
    for message in sorted({cell.message for cell in table.cells if cell.message}):
        yield f"{NO_FIT} {message}"
