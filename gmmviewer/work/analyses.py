"""The long analyses of the window as frozen requests: what they ask of the mixture room, and in which parts.

They take what the model panel chooses. Locks belong to the components of one fit and are left out; ties stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.bootstrap import BootstrapErrors, bootstrap_errors
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.crossvalidation import CrossValidation, k_fold
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.ratio_test import LikelihoodRatio, likelihood_ratio_test
from gmmviewer.mixture.restarts import Restarts, restarts
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import ShouldStop
from gmmviewer.mixture.sweep import Cell, SweepTable, sweep
from gmmviewer.session.document import ModelChoice
from gmmviewer.work.analyst import Messenger


def unlocked(model: ModelChoice) -> ModelChoice:
    """The same choices with ties but without locks of single components."""
    ties = model.constraints
    return replace(
        model,
        constraints=Constraints(shared_mean=ties.shared_mean, equal_weights=ties.equal_weights),
    )


def plan_of(model: ModelChoice, d: int, covariance: str | None = None) -> Plan:
    """The plan of the choices, with another family if one is named."""
    chosen = model if covariance is None else replace(model, covariance=covariance)
    return unlocked(chosen).plan(d)


def _shares_of(tell: Messenger) -> Callable[[int, int], None]:
    """Progress that is counted, told as the share that is done."""

    def progress(done: int, of: int) -> None:
        tell.progress(done / of)

    return progress


@dataclass(frozen=True, eq=False)
class Held:
    """What points that were left out say about a cell; None: there are too few of them."""

    cell: Cell
    validation: CrossValidation | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Fits of every K with every family; its parts are cells.

    With ``folds`` every cell is cross-validated as well, beginning at its own fit: more parts, ``Held``.
    """

    points: PointSet
    model: ModelChoice
    ks: tuple[int, ...]
    covariances: tuple[str, ...]
    folds: int = 0

    @property
    def size(self) -> int:
        """The number of fits: a cell by itself, and its folds."""
        return len(self.ks) * len(self.covariances) * (1 + self.folds)

    def run(self, tell: Messenger, should_stop: ShouldStop) -> SweepTable:
        """The table."""
        table = self._table(tell, should_stop)
        done = len(table.cells)
        for cell in table.cells if self.folds else ():
            if cell.state is not None:
                tell.part(Held(cell, self._held_out(cell, should_stop)))
            done += self.folds
            tell.progress(done / self.size)
        return table

    def _table(self, tell: Messenger, should_stop: ShouldStop) -> SweepTable:
        done = 0

        def deliver(cell: Cell) -> None:
            nonlocal done
            done += 1
            tell.part(cell)
            tell.progress(done / self.size)

        model, d = self.model, self.points.d
        return sweep(
            self.points.sample,
            self.ks,
            [plan_of(model, d, covariance) for covariance in self.covariances],
            seed=model.seed,
            rule=model.rule,
            fixed_mean=model.fixed_mean,
            deliver=deliver,
            should_stop=should_stop,
        )

    def _held_out(self, cell: Cell, should_stop: ShouldStop) -> CrossValidation | None:
        """None where there are fewer points than folds."""
        model, d = self.model, self.points.d
        if cell.mixture is None or self.points.n < self.folds:
            return None
        return k_fold(
            self.points.sample,
            cell.k,
            plan_of(model, d, cell.family.letters),
            self.folds,
            start=cell.mixture,
            seed=model.seed,
            rule=model.rule,
            fixed_mean=model.fixed_mean,
            workers=1,  # the folds of one cell are done before a process has started
            should_stop=should_stop,
        )


@dataclass(frozen=True, eq=False)
class ManyStarts:
    """``count`` fits from the chosen start, with the seeds from the chosen one on."""

    points: PointSet
    model: ModelChoice
    count: int

    def run(self, tell: Messenger, should_stop: ShouldStop) -> Restarts:
        """The distinct optima."""
        model = self.model
        return restarts(
            self.points.sample,
            model.k,
            plan_of(model, self.points.d),
            self.count,
            starts=(model.start,),
            seed=model.seed,
            rule=model.rule,
            fixed_mean=model.fixed_mean,
            progress=_shares_of(tell),
            should_stop=should_stop,
        )


@dataclass(frozen=True, eq=False)
class StandardErrors:
    """How far the parameters of a fit would move with other data, by so many ``replicates``."""

    points: PointSet
    state: FitState
    replicates: int
    method: str
    seed: int

    def run(self, tell: Messenger, should_stop: ShouldStop) -> BootstrapErrors:
        """The standard errors."""
        return bootstrap_errors(
            self.points.sample,
            self.state,
            replicates=self.replicates,
            method=self.method,
            seed=self.seed,
            progress=_shares_of(tell),
            should_stop=should_stop,
        )


@dataclass(frozen=True, eq=False)
class RatioTest:
    """Whether one component more describes the points better than chance would."""

    points: PointSet
    model: ModelChoice
    replicates: int

    def run(self, tell: Messenger, should_stop: ShouldStop) -> LikelihoodRatio:
        """The test of K against K + 1."""
        return likelihood_ratio_test(
            self.points.sample,
            self.model.k,
            plan_of(self.model, self.points.d),
            replicates=self.replicates,
            seed=self.model.seed,
            rule=self.model.rule,
            progress=_shares_of(tell),
            should_stop=should_stop,
        )
