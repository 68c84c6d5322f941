"""Parameters with their standard errors, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gmmviewer.mixture.bootstrap import BootstrapErrors
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.numbers import MISSING, format_like, format_number
from gmmviewer.views.analysis.rows import Entry, Heading, Rows

CONTENT = 0.95
HEADINGS = (
    Heading("component", words=True),
    Heading("parameter", words=True),
    Heading("estimate", "Of the fit shown, in data units"),
    Heading("standard error", "How far the estimate moves from sample to sample (one standard deviation)"),
    Heading("2.5 %", "Below this lies one replicate in forty"),
    Heading("97.5 %", "Above this lies one replicate in forty"),
)
PARAMETER = 1  # the column that names it


@dataclass(frozen=True)
class Parameter:
    """One number of a mixture: ``array`` by its name, and where in it; component None: the noise."""

    component: int | None
    name: str
    array: str
    index: tuple[int, ...]


def parameters(mixture: Mixture, columns: tuple[str, ...]) -> Iterator[Parameter]:
    """Weight, mean and the covariance matrix without its mirror image, component by component."""
    d = len(columns)
    for k in range(mixture.n_components):
        yield Parameter(k, "weight", "weights", (k,))
        for i in range(d):
            yield Parameter(k, f"mean {columns[i]}", "means", (k, i))
        for i in range(d):
            yield Parameter(k, f"variance {columns[i]}", "covariances", (k, i, i))
        for i in range(d):
            for j in range(i + 1, d):
                yield Parameter(k, f"covariance {columns[i]}, {columns[j]}", "covariances", (k, i, j))
    if mixture.noise is not None:
        yield Parameter(None, "weight", "noise", ())


def error_rows(mixture: Mixture, columns: tuple[str, ...], errors: BootstrapErrors | None) -> Rows:
    """The parameters (data units), with what the bootstrap says about them, if it has been asked."""
    interval = None if errors is None else errors.interval(CONTENT)
    rows = []
    for parameter in parameters(mixture, columns):
        estimate = _taken(mixture, parameter)
        error = None if errors is None else _taken(errors, parameter)
        span = 100.0 * error if error is not None and error > 0 else 0.0  # two digits of the error
        ends: list[float | None] = [None, None]
        if interval is not None and parameter.component is not None:
            ends = [_taken(side, parameter) for side in interval]
        name = "Noise" if parameter.component is None else str(parameter.component + 1)
        rows.append(
            (
                Entry(name, component=parameter.component),
                Entry(parameter.name),
                _number(estimate, span),
                _number(error, span),
                *(_number(end, span) for end in ends),
            )
        )
    return Rows(HEADINGS, tuple(rows))


def _taken(holder: object, parameter: Parameter) -> float | None:
    value = getattr(holder, parameter.array)
    if parameter.component is not None:
        return float(value[parameter.index])
    return float(getattr(value, "weight", value))  # of the noise itself, or the error of its weight


def _number(value: float | None, span: float) -> Entry:
    if value is None or value != value:
        return Entry(MISSING, " ")
    return Entry(format_like(value, span) if span else format_number(value), repr(value))
