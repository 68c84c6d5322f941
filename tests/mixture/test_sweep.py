"""Tables of fits: never below the reference, filled in any order, the same on any number of processes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture import Sample, StopReason, aic, aicc, bic, families, fit, icl
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.racing import accelerated, best_trace
from gmmviewer.mixture.starts import starting_mixture
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.mixture.sweep import CRITERIA, Cell, SweepTable, sweep
from tests.mixture.helpers import clusters, old_faithful, reference

FOUR = ("VII", "EEE", "VVI", "VVV")


def plans(*names: str, d: int = 2, **choices: Any) -> tuple[Plan, ...]:
    """A plan for each family named; without names for all with free means."""
    chosen = names or tuple(family.letters for family in families(d) if not family.shared_mean)
    return tuple(plan_for(d, name, **choices) for name in chosen)


def faithful() -> Sample:
    return Sample.of(old_faithful())


@pytest.fixture(scope="module")
def table() -> SweepTable:
    """Old Faithful with one to three components and all fourteen families."""
    return sweep(faithful(), (1, 2, 3), plans(), workers=1)


@pytest.mark.parametrize("k", [2, 3])
def test_no_cell_is_below_the_reference(table: SweepTable, k: int) -> None:
    (entry,) = (entry for entry in reference("old_faithful_2d")["fits"] if entry["K"] == k)
    compared = 0
    for cell in table.cells:
        found = entry["models"].get(cell.family.letters, {"failed": True})
        if cell.k == k and not found.get("failed"):
            assert cell.state is not None
            assert cell.state.log_likelihood >= found["loglik"] - 1e-3, cell.family.letters
            assert cell.n_parameters == found["n_parameters"]
            assert cell.value("bic") <= -found["bic_mclust"] + 2e-3  # type: ignore[operator]
            compared += 1
    assert compared == 14


@pytest.mark.parametrize(("name", "k"), [("galaxies_1d", 3), ("galaxies_1d", 4), ("faithful_waiting_1d", 2)])
def test_no_cell_is_below_the_reference_in_one_dimension(name: str, k: int) -> None:
    (entry,) = (entry for entry in reference(name)["fits"] if entry["K"] == k)
    found = sweep(Sample.of(reference(name)["data"]), (k,), plans(d=1), workers=1)
    for cell in found.cells:
        assert cell.state is not None
        expected = entry["models"][cell.family.letters]
        assert cell.floored or cell.state.log_likelihood >= expected["loglik"] - 1e-2


def test_bic_chooses_what_the_reference_chooses(table: SweepTable) -> None:
    """Three components with one common ellipse: the textbook answer (Fraley & Raftery 2002)."""
    best = table.best("bic")
    assert best is not None
    assert (best.k, best.family.letters) == (3, "EEE")


def test_a_family_within_another_is_never_above_it(table: SweepTable) -> None:
    value = {(cell.k, cell.family.letters): cell.state.log_likelihood for cell in table.cells if cell.state}
    nested = [("EII", "VII"), ("EEI", "VEI"), ("EEI", "EVI"), ("VEI", "VVI"), ("EVI", "VVI"), ("EEE", "EEV"),
              ("EEE", "VEE"), ("EEE", "EVE"), ("VVE", "VVV"), ("VEV", "VVV"), ("EVV", "VVV")]  # fmt: skip
    for k in table.ks:
        for within, around in nested:
            assert value[k, within] <= value[k, around] + 2e-2, (k, within, around)


def test_families_begin_where_those_within_them_ended() -> None:
    """From the starts alone, EEV with K = 5 and EEE with K = 6 end below a family that they contain."""
    nested = [("EEI", "VEI"), ("EEI", "EEE"), ("EEE", "EEV"), ("EEE", "EVE")]
    found = sweep(faithful(), (5, 6), plans("EEV", "EVE", "EEE", "VEI", "EEI"), workers=1)
    value = {(cell.k, cell.family.letters): cell.state.log_likelihood for cell in found.cells if cell.state}
    for k in found.ks:
        for within, around in nested:
            assert value[k, within] <= value[k, around] + 2e-2, (k, within, around)


def test_a_cell_says_what_the_criteria_say(table: SweepTable) -> None:
    cell = table.cell(2, table.families[0])
    assert cell is not None
    assert cell.state is not None
    for name, criterion in (("bic", bic), ("icl", icl), ("aic", aic), ("aicc", aicc)):
        assert cell.value(name) == criterion(cell.state)
    assert set(CRITERIA) == {"bic", "icl", "aic", "aicc"}
    assert cell.converged
    assert cell.mixture is cell.state.mixture


def test_one_component_is_what_a_fit_finds(table: SweepTable) -> None:
    for family in table.families:
        cell = table.cell(1, family)
        assert cell is not None
        assert cell.state is not None
        assert cell.state.log_likelihood == pytest.approx(
            fit(old_faithful(), 1, covariance=family).log_likelihood
        )


def test_the_number_of_processes_changes_nothing() -> None:
    sample = Sample.of(clusters(5, 90, 2, 3)[0])
    alone, two = (sweep(sample, (2, 4), plans(*FOUR), seed=3, workers=workers) for workers in (1, 2))
    for one, other in zip(alone.cells, two.cells, strict=True):
        assert one.state is not None
        assert other.state is not None
        assert one.state.standard.covariances.tobytes() == other.state.standard.covariances.tobytes()
        assert (one.k, one.state.log_likelihood, one.stop_reason) == (
            other.k, other.state.log_likelihood, other.stop_reason,
        )  # fmt: skip
        assert one.family is other.family
        assert one.state.plan.family is other.state.plan.family
        assert not other.state.standard.means.flags.writeable


def test_cells_come_one_by_one_and_end_in_their_places() -> None:
    cells: list[Cell] = []
    found = sweep(faithful(), (3, 1, 3), plans("VVV", "EII"), workers=1, deliver=cells.append)
    assert found.ks == (3, 1)
    assert [(cell.k, cell.family.letters) for cell in found.cells] == [
        (3, "VVV"), (3, "EII"), (1, "VVV"), (1, "EII")
    ]  # fmt: skip
    assert len(cells) == 4
    assert {id(cell) for cell in cells} == {id(cell) for cell in found.cells}
    filling = SweepTable(found.ks, found.families)
    assert filling.best() is None
    for cell in cells:
        assert filling.cell(cell.k, cell.family) is None
        filling = filling.with_cell(cell)
        assert filling.cell(cell.k, cell.family) is cell


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_can_be_stopped_between_cells(workers: int) -> None:
    cells: list[Cell] = []
    with pytest.raises(Cancelled):
        sweep(
            faithful(),
            range(1, 9),
            plans(),
            workers=workers,
            deliver=cells.append,
            should_stop=lambda: len(cells) >= 2,
        )
    assert 2 <= len(cells) < 100


def test_what_cannot_be_fitted_is_a_cell_with_a_message() -> None:
    found = sweep(Sample.of([[0.0, 1.0], [2.0, 0.5], [1.0, 3.0]]), (1, 4), plans("VII", "EII"), workers=1)
    refused = [cell for cell in found.cells if cell.k == 4]
    assert [cell.stop_reason for cell in refused] == [StopReason.REFUSED] * 2
    for cell in refused:
        assert "fewer components" in cell.message
        assert (cell.state, cell.value("bic"), cell.n_parameters, cell.mixture) == (None, None, None, None)
        assert not cell.floored
    best = found.best()
    assert best is not None
    assert best.k == 1


def test_a_floored_cell_does_not_compete() -> None:
    cell = sweep(faithful(), (2,), plans("VVV"), workers=1).cells[0]
    assert cell.state is not None
    twins = np.concatenate([old_faithful(), np.repeat([[9.0, 9.0]], 5, axis=0)])
    held = sweep(Sample.of(twins), (2,), plans("VVV"), workers=1, restarts=0).cells[0]
    assert held.state is not None
    collapsed = replace(held, k=3, state=replace(held.state, log_likelihood=1e6, events=_floored(twins)))
    assert collapsed.floored
    table = SweepTable((2, 3), (cell.family,), (cell, collapsed))
    assert table.best() is cell
    assert SweepTable((3,), (cell.family,), (collapsed,)).best() is collapsed


def _floored(points: np.ndarray[Any, Any]) -> Any:
    """The events of a fit in which the floor holds a component of five equal points."""
    labels = (points[:, 0] == 9.0).astype(int)
    events = fit(points, 2, start=labels, max_iterations=3)[-1].events
    assert {event.kind for event in events} >= {"floored"}
    return events


def test_other_choices_of_the_plan_reach_every_cell() -> None:
    sample = faithful()
    noisy = sweep(sample, (2,), plans("VVV", noise=True, floor=1e-4), workers=1).cells[0]
    assert noisy.mixture is not None
    assert noisy.mixture.noise is not None
    assert noisy.state is not None
    assert noisy.state.plan.floor == 1e-4
    hard = sweep(sample, (2,), plans("VVV", algorithm_name="hard"), workers=1).cells[0]
    assert hard.state is not None
    assert hard.state.plan.algorithm.name == "hard"
    assert hard.state.objective < hard.state.log_likelihood


def test_families_with_one_mean_find_scales() -> None:
    generator = np.random.default_rng(1)
    points = generator.normal(size=400) * np.where(np.arange(400) % 2, 1.0, 6.0)
    plan = plan_for(1, "scale", mean_is_fixed=True)
    found = sweep(Sample.of(points), (1, 2), (plan,), fixed_mean=[0.0], workers=1)
    assert [cell.message for cell in found.cells] == ["", ""]
    best = found.best()
    assert best is not None
    assert best.mixture is not None
    np.testing.assert_allclose(best.mixture.means, 0.0, atol=1e-12)
    np.testing.assert_allclose(np.sort(np.sqrt(best.mixture.covariances[:, 0, 0])), [1.0, 6.0], rtol=0.25)


def test_row_weights_count_like_repeated_rows() -> None:
    points, _ = clusters(2, 40, 2, 2)
    counts = np.arange(40) % 3
    rule = StopRule(1e-8, 2000)
    weighted = sweep(Sample.of(points, weights=counts), (2,), plans("VVI"), rule=rule, workers=1).cells[0]
    repeated = sweep(Sample.of(np.repeat(points, counts, axis=0)), (2,), plans("VVI"), rule=rule, workers=1)
    assert weighted.value("bic") == pytest.approx(repeated.cells[0].value("bic"), abs=1e-4)


def test_the_best_trace_is_that_of_the_best_start() -> None:
    sample, plan = faithful(), plan_for(2, "VVI")
    generator = np.random.default_rng
    starts = [starting_mixture(sample, 3, plan.family, "random", generator(seed)) for seed in range(8)]
    ends = [fit(sample, covariance="VVI", start=sample.units.restore_mixture(start)) for start in starts]
    found = best_trace(sample, accelerated(plan), starts, StopRule())
    assert found.log_likelihood >= max(end.log_likelihood for end in ends) - 2e-2
    assert found.stop_reason is StopReason.CONVERGED
    with pytest.raises(ValueError, match="no start"):
        best_trace(sample, plan, [], StopRule())
