"""The optima that many starts led to, as rows."""

from __future__ import annotations

from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.restarts import Optimum, Restarts
from gmmviewer.scene.numbers import format_like
from gmmviewer.views.analysis.rows import Entry, Heading, Rows

NATS = 1.0  # a span that makes three decimals
SHOWN_SEEDS = 8
HEADINGS = (
    Heading("", "★ marks the highest optimum in which no component is held at the floor", words=True),
    Heading("log-likelihood", "In nats; higher is better"),
    Heading("below the best", "In nats"),
    Heading("reached", "How many of the starts ended here"),
    Heading("remarks", words=True),
    Heading("seeds", "A click loads the fit of the first one", words=True),
)


def optima_rows(found: Restarts) -> Rows:
    """A row per optimum, the highest first."""
    best = found.best
    return Rows(HEADINGS, tuple(_row(optimum, best, _runs(found)) for optimum in found.optima))


def _runs(found: Restarts) -> int:
    return sum(optimum.reached for optimum in found.optima) + len(found.failures)


def _row(optimum: Optimum, best: Optimum | None, runs: int) -> tuple[Entry, ...]:
    star, quiet = optimum is best, optimum.floored
    value = optimum.log_likelihood
    behind = 0.0 if best is None else best.log_likelihood - value
    first, *others = optimum.seeds
    seeds = [str(seed) for seed in (first, *sorted(others))]
    listed = ", ".join(seeds[:SHOWN_SEEDS]) + (" …" if len(seeds) > SHOWN_SEEDS else "")
    return (
        Entry("★" if star else "", "best" if star else " ", best=star),
        Entry(format_like(value, NATS), repr(value), best=star, quiet=quiet),
        Entry("" if star else format_like(behind, NATS), repr(behind), best=star, quiet=quiet),
        Entry(f"{optimum.reached} of {runs}", str(optimum.reached), best=star, quiet=quiet),
        Entry(remarks(optimum), tip=advice(optimum), best=star, quiet=quiet),
        Entry(listed, ", ".join(seeds), best=star, quiet=quiet),
    )


def remarks(optimum: Optimum) -> str:
    """What is odd about an optimum, in a word."""
    said = ["▽ floored"] if optimum.floored else []
    if optimum.stop_reason is StopReason.SADDLE:
        said.append("saddle")
    elif optimum.stop_reason is not StopReason.CONVERGED:
        said.append("not converged")
    return ", ".join(said)


def advice(optimum: Optimum) -> str:
    """The same in sentences."""
    said = [event.message for event in optimum.state.events]
    if optimum.stop_reason is not StopReason.CONVERGED:
        said.append(f"The run ended before it converged: {optimum.stop_reason.value}.")
    return "\n".join(said)
