"""Tables of fits, K × covariance family, from which information criteria choose.

All families of one K begin from the same shares of the points, made once (hierarchical, k-means and a
few k-means++ starts), and from where the families before them ended: a family that contains another is then
hardly ever below it. Plain EM is accelerated here: its maxima are the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.criteria import aic, aicc, bic, icl, n_parameters
from gmmviewer.mixture.events import StopReason
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.fitting import Trace
from gmmviewer.mixture.moments import Moments
from gmmviewer.mixture.parallel import run_jobs, workers_for
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.racing import accelerated, best_trace, is_floored
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import starting_moments
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop, check, never

CRITERIA: Mapping[str, Callable[[FitState], float]] = MappingProxyType(
    {"bic": bic, "icl": icl, "aic": aic, "aicc": aicc}
)
DELIBERATE_STARTS = ("hierarchical", "kmeans")
REMEMBERED = 3  # ends of families before, from which the next one begins too
CHEAP = 200_000  # points × components; above this there is one start


@dataclass(frozen=True, eq=False)
class Cell:
    """The fit of one K and one family, and why it stopped; with no ``state`` the ``message`` says why not."""

    k: int
    family: CovarianceFamily
    state: FitState | None
    stop_reason: StopReason
    message: str = ""

    @property
    def mixture(self) -> Mixture | None:
        """The fitted parameters, in data units."""
        return None if self.state is None else self.state.mixture

    @property
    def converged(self) -> bool:
        """Whether the fit had nothing to gain any more."""
        return self.stop_reason is StopReason.CONVERGED

    @property
    def floored(self) -> bool:
        """Whether the floor holds a component, so that the criteria mean nothing."""
        return self.state is not None and is_floored(self.state)

    @property
    def n_parameters(self) -> int | None:
        """The number of free parameters."""
        return None if self.state is None else n_parameters(self.state)

    def value(self, criterion: str) -> float | None:
        """``bic``, ``icl``, ``aic`` or ``aicc``: lower is better. None where there is no fit."""
        return None if self.state is None else CRITERIA[criterion](self.state)


@dataclass(frozen=True, eq=False)
class SweepTable:
    """The ``cells`` there are, for some of ``ks`` × ``families``; a table that is filling up has few."""

    ks: tuple[int, ...]
    families: tuple[CovarianceFamily, ...]
    cells: tuple[Cell, ...] = ()

    def cell(self, k: int, family: CovarianceFamily) -> Cell | None:
        """The cell of a K and a family, None if it is not there."""
        return self._places.get((k, family.letters))

    def with_cell(self, cell: Cell) -> SweepTable:
        """The table with one more cell."""
        return replace(self, cells=(*self.cells, cell))

    def best(self, criterion: str = "bic") -> Cell | None:
        """The lowest cell in which no component is floored, if there is one; else the lowest."""
        fitted = [(value, cell) for cell in self.cells if (value := cell.value(criterion)) is not None]
        sound = [pair for pair in fitted if not pair[1].floored]
        return min(sound or fitted, key=lambda pair: pair[0], default=(0.0, None))[1]

    @cached_property
    def _places(self) -> dict[tuple[int, str], Cell]:
        return {(cell.k, cell.family.letters): cell for cell in self.cells}


Deliver: TypeAlias = Callable[[Cell], None]


def ignore(_cell: Cell) -> None:
    """The ``deliver`` of those who wait for the table."""


@dataclass(frozen=True, eq=False)
class _Common:
    """What the columns of a table share."""

    sample: Sample
    plans: tuple[Plan, ...]
    rule: StopRule
    seed: int
    n_random: int
    fixed_mean: ArrayLike | None


def sweep(
    sample: Sample,
    ks: Iterable[int],
    plans: Sequence[Plan],
    *,
    restarts: int = 4,
    seed: int = 0,
    rule: StopRule | None = None,
    fixed_mean: ArrayLike | None = None,
    workers: int | None = None,
    deliver: Deliver = ignore,
    should_stop: ShouldStop = never,
) -> SweepTable:
    """Fit every K with every plan; the plans differ in their family.

    ``restarts``: k-means++ starts beside the deliberate ones, with the seeds ``seed``, ``seed`` + 1, …;
    ``deliver(cell)`` is called in this thread as cells come, in any order. The table does not depend on
    ``workers`` (see ``run_jobs``). A fit that cannot be is a cell with a message. Raises ``Cancelled`` when
    told to stop.
    """
    table_ks = tuple(dict.fromkeys(ks))
    common = _Common(sample, tuple(plans), rule or StopRule(), seed, restarts, fixed_mean)
    order = sorted(table_ks, reverse=True)  # the longest jobs first
    cells: dict[tuple[int, int], Cell] = {}

    def take(index: int, item: tuple[int, Cell]) -> None:
        place, cell = item
        cells[order[index], place] = cell
        deliver(cell)

    count = workers_for(len(plans) * len(order), sample.n * max(order, default=1), workers)
    run_jobs(_column, common, order, take, workers=count, should_stop=should_stop)
    ordered = tuple(cells[k, place] for k in table_ks for place in range(len(plans)))
    return SweepTable(table_ks, tuple(plan.family for plan in plans), ordered)


def _column(common: _Common, k: int, should_stop: ShouldStop) -> Iterator[tuple[int, Cell]]:
    """The cells of one K, those of the least free families first, each with its place among the plans."""
    shares: list[Moments] | None = None
    ends: deque[Moments] = deque(maxlen=REMEMBERED)
    for place in _by_freedom(common.plans, k, common.sample.d):
        check(should_stop)
        plan = common.plans[place]
        try:
            if plan.ties.shared_mean:
                candidates = _common_mean_candidates(common, k, plan, should_stop)
            else:
                if shares is None:
                    shares = list(_shares(common, k, should_stop))
                candidates = [_estimated(common.sample, plan, moments) for moments in (*shares, *ends)]
            trace = _best(common, plan, candidates, should_stop)
        except ValueError as mistake:
            yield place, Cell(k, plan.family, None, StopReason.REFUSED, str(mistake))
            continue
        result = replace(trace.result, trail=None)
        if len(candidates) > 1 and not plan.ties.shared_mean and not is_floored(result):
            ends.append(result.expectation.moments)
        yield place, Cell(k, plan.family, result, trace.stop_reason)


def _by_freedom(plans: Sequence[Plan], k: int, d: int) -> list[int]:
    """The places of the plans, families with few parameters first: they lie within later ones."""
    return sorted(range(len(plans)), key=lambda place: plans[place].n_parameters(k, d))


def _best(common: _Common, plan: Plan, candidates: list[Mixture], should_stop: ShouldStop) -> Trace:
    return best_trace(
        common.sample,
        accelerated(plan),
        candidates,
        common.rule,
        common.seed,
        should_stop,
        winners=1,
        seeded=len(DELIBERATE_STARTS),
    )


def _starts(common: _Common, k: int) -> Iterator[tuple[str, int]]:
    """Names and seeds of the starts for K components."""
    if k == 1 or common.sample.n * k > CHEAP:
        yield DELIBERATE_STARTS[0], common.seed
        return
    yield from ((name, common.seed) for name in DELIBERATE_STARTS)
    yield from (("kmeans++", common.seed + i) for i in range(common.n_random))


def _shares(common: _Common, k: int, should_stop: ShouldStop) -> Iterator[Moments]:
    for name, seed in _starts(common, k):
        yield starting_moments(common.sample, k, name, np.random.default_rng(seed), should_stop)


def _common_mean_candidates(common: _Common, k: int, plan: Plan, should_stop: ShouldStop) -> list[Mixture]:
    return [
        beginning(common.sample, k, plan, name, np.random.default_rng(seed), common.fixed_mean, should_stop)
        for name, seed in _starts(common, k)
    ]


def _estimated(sample: Sample, plan: Plan, moments: Moments) -> Mixture:
    """An M-step on shares of the points."""
    covariances, _ = plan.family.estimate(moments, plan.floor_of(sample))
    return Mixture(moments.counts / moments.counts.sum(), moments.means, covariances)
