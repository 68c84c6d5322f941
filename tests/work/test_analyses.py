"""The long analyses of the window: what they answer is what the library answers, and they stop when told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture import sweep as sweeping
from gmmviewer.mixture.bootstrap import bootstrap_errors
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.crossvalidation import k_fold
from gmmviewer.mixture.ratio_test import likelihood_ratio_test
from gmmviewer.mixture.restarts import restarts
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.mixture.sweep import Cell, sweep
from gmmviewer.session.document import ModelChoice
from gmmviewer.work.analyses import (
    Comparison,
    Held,
    ManyStarts,
    RatioTest,
    StandardErrors,
    plan_of,
    unlocked,
)
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits

POINTS = build.points(n=60, d=2, k=2, apart=4.0)
LINE = build.points(n=40, d=1, k=2, apart=4.0)


class Listener:
    """Hears parts and progress; says stop after so many reports."""

    def __init__(self, patience: int | None = None) -> None:
        self.parts: list[Any] = []
        self.fractions: list[float] = []
        self._patience = patience

    def part(self, value: object) -> None:
        self.parts.append(value)

    def progress(self, fraction: float) -> None:
        self.fractions.append(fraction)

    def should_stop(self) -> bool:
        return self._patience is not None and len(self.fractions) >= self._patience


def assert_rises_to_one(fractions: list[float]) -> None:
    assert fractions
    assert fractions == sorted(fractions)
    assert fractions[0] > 0.0
    assert fractions[-1] == pytest.approx(1.0)


def test_a_comparison_is_a_sweep_whose_cells_come_as_parts() -> None:
    model, heard = ModelChoice(k=2, seed=3), Listener()
    table = Comparison(POINTS, model, (1, 2, 3), ("VVV", "EEE")).run(heard, heard.should_stop)
    plans = [plan_of(model, 2, letters) for letters in ("VVV", "EEE")]
    expected = sweep(POINTS.sample, (1, 2, 3), plans, seed=3, rule=model.rule)
    assert [(c.k, c.family.letters) for c in table.cells] == [(c.k, c.family.letters) for c in expected.cells]
    for cell, other in zip(table.cells, expected.cells, strict=True):
        assert cell.mixture is not None
        assert other.mixture is not None
        assert_same_bits(cell.mixture, other.mixture)
    assert {id(part) for part in heard.parts} == {id(cell) for cell in table.cells}
    assert_rises_to_one(heard.fractions)


def test_folds_follow_the_cells_and_begin_at_their_fits() -> None:
    model, heard = ModelChoice(seed=3), Listener()
    table = Comparison(LINE, model, (1, 2), ("V",), folds=4).run(heard, heard.should_stop)
    held = [part for part in heard.parts if isinstance(part, Held)]
    assert [part.cell for part in held] == list(table.cells)
    for part in held:
        alone = k_fold(LINE.sample, part.cell.k, plan_of(model, 1, "V"), 4, start=part.cell.mixture, seed=3)
        assert part.validation == alone
    assert_rises_to_one(heard.fractions)


def test_fewer_points_than_folds_say_nothing() -> None:
    heard = Listener()
    few = build.points(n=4, d=1, k=1)
    Comparison(few, ModelChoice(), (1,), ("V",), folds=5).run(heard, heard.should_stop)
    assert [part.validation for part in heard.parts if isinstance(part, Held)] == [None]


def test_what_cannot_be_fitted_is_a_cell_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> object:
        raise ValueError("too few points")

    monkeypatch.setattr(sweeping, "best_trace", refuses)
    heard = Listener()
    Comparison(POINTS, ModelChoice(), (2,), ("VVV",), folds=2).run(heard, heard.should_stop)
    cells = [part for part in heard.parts if isinstance(part, Cell)]
    assert [cell.message for cell in cells] == ["too few points"]
    assert not any(isinstance(part, Held) for part in heard.parts)
    assert_rises_to_one(heard.fractions)


def test_many_starts_are_those_of_the_library() -> None:
    model, heard = ModelChoice(k=3, seed=5), Listener()
    found = ManyStarts(POINTS, model, 6).run(heard, heard.should_stop)
    expected = restarts(
        POINTS.sample, 3, plan_of(model, 2), 6, starts=(model.start,), seed=5, rule=model.rule
    )
    assert [o.seeds for o in found.optima] == [o.seeds for o in expected.optima]
    assert [o.log_likelihood for o in found.optima] == [o.log_likelihood for o in expected.optima]
    assert sum(o.reached for o in found.optima) == 6
    assert_rises_to_one(heard.fractions)


def test_standard_errors_are_those_of_the_library() -> None:
    state, heard = build.fitted(POINTS, iterations=20).state, Listener()
    assert state is not None
    found = StandardErrors(POINTS, state, 8, "parametric", 4).run(heard, heard.should_stop)
    expected = bootstrap_errors(POINTS.sample, state, replicates=8, method="parametric", seed=4)
    np.testing.assert_array_equal(found.means, expected.means)
    assert_rises_to_one(heard.fractions)


def test_the_ratio_test_is_that_of_the_library() -> None:
    model, heard = ModelChoice(k=1, covariance="V", seed=2), Listener()
    found = RatioTest(LINE, model, 5).run(heard, heard.should_stop)
    expected = likelihood_ratio_test(LINE.sample, 1, plan_of(model, 1), replicates=5, seed=2, rule=model.rule)
    assert found.observed == expected.observed
    np.testing.assert_array_equal(found.null, expected.null)
    assert_rises_to_one(heard.fractions)


@pytest.mark.parametrize(
    "analysis",
    [
        Comparison(POINTS, ModelChoice(), (1, 2, 3, 4), ("VVV", "EEE", "VII")),
        Comparison(LINE, ModelChoice(), (1, 2), ("V",), folds=4),
        ManyStarts(POINTS, ModelChoice(k=3), 20),
        RatioTest(LINE, ModelChoice(k=1, covariance="V"), 20),
    ],
    ids=lambda analysis: type(analysis).__name__,
)
def test_every_analysis_stops_when_told(analysis: Any) -> None:
    heard = Listener(patience=2)
    with pytest.raises(Cancelled):
        analysis.run(heard, heard.should_stop)
    assert len(heard.fractions) <= 4


def test_locks_of_components_are_left_out_and_ties_stay() -> None:
    locked = Constraints(
        weights=frozenset({0}),
        means=frozenset({1}),
        covariances=frozenset({0}),
        shared_mean=True,
        equal_weights=True,
    )
    free = unlocked(ModelChoice(constraints=locked, k=4)).constraints
    assert free == Constraints(shared_mean=True, equal_weights=True)
    assert plan_of(ModelChoice(constraints=locked), 2).constraints == free
    assert plan_of(ModelChoice(covariance="VVV"), 2, "EII").family.letters == "EII"
