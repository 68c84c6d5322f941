"""Tables of fits and of what is known about one: what they say, mark, and copy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gmmviewer.mixture.agreement import agreement
from gmmviewer.mixture.bootstrap import bootstrap_errors
from gmmviewer.mixture.crossvalidation import CrossValidation, Fold
from gmmviewer.mixture.events import Floored, StopReason
from gmmviewer.mixture.families import families, family
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.restarts import Attempt, Optimum, Restarts
from gmmviewer.mixture.sweep import CRITERIA, Cell
from gmmviewer.views.analysis.comparison import BEST, FLOORED, ComparisonModel
from gmmviewer.views.analysis.criteria import CHOICES, FOLDS, criterion
from gmmviewer.views.analysis.errors import error_rows
from gmmviewer.views.analysis.optima import optima_rows
from gmmviewer.views.analysis.rows import Rows, RowsModel
from gmmviewer.views.analysis.truth import TruthPage, confusion_rows
from tests.helpers import build

Role = Qt.ItemDataRole
POINTS = build.points(n=60, d=2, k=2)


@cache
def cell(k: int, letters: str, log_likelihood: float, floored: bool = False) -> Cell:
    """A cell with this log-likelihood."""
    state = build.fitted(POINTS, k=k, iterations=2).state
    assert state is not None
    events = (Floored(0),) if floored else ()
    plan = Plan(family(letters, 2))
    state = replace(state, log_likelihood=log_likelihood, events=events, plan=plan)
    return Cell(k, family(letters, 2), state, StopReason.CONVERGED)


def refused(k: int, letters: str) -> Cell:
    return Cell(k, family(letters, 2), None, StopReason.REFUSED, "too few points for this")


@pytest.fixture
def model(qapp: object) -> ComparisonModel:
    made = ComparisonModel()
    made.show_families(tuple(families(2)), frozenset({"VVV", "EEE", "VII"}))
    made.show_ks((1, 2))
    made.begin()
    return made


def row(model: ComparisonModel, letters: str) -> int:
    return [f.letters for f in model.families].index(letters)


def shown(model: ComparisonModel, letters: str, column: int, role: int = Role.DisplayRole) -> Any:
    return model.index(row(model, letters), column).data(role)


def best_marks(model: ComparisonModel) -> list[tuple[str, int]]:
    return [
        (f.letters, column)
        for f in model.families
        for column in (1, 2)
        if str(shown(model, f.letters, column)).startswith(BEST)
    ]


def test_the_best_is_marked_by_sign_and_weight_and_ground(model: ComparisonModel) -> None:
    for part in (cell(1, "VVV", -300.0), cell(2, "VVV", -200.0), cell(2, "EEE", -250.0)):
        model.take(part)
    assert best_marks(model) == [("VVV", 2)]
    assert shown(model, "VVV", 2, Role.FontRole).bold()
    assert shown(model, "VVV", 2, Role.BackgroundRole) is not None
    assert shown(model, "VVV", 1, Role.FontRole) is None
    assert model.best is not None
    assert (model.best.k, model.best.family.letters) == (2, "VVV")
    model.take(cell(1, "EEE", -100.0))
    assert best_marks(model) == [("EEE", 1)]


@pytest.mark.parametrize("key", list(CRITERIA))
def test_every_cell_says_its_criterion(model: ComparisonModel, key: str) -> None:
    model.take(cell(2, "VVV", -200.0))
    model.show_criterion(criterion(key))
    value = CRITERIA[key](cell(2, "VVV", -200.0).state)  # type: ignore[arg-type]
    assert f"{value:.1f}" in shown(model, "VVV", 2)
    assert criterion(key).title in shown(model, "VVV", 2, Role.ToolTipRole)


def test_every_criterion_of_the_library_can_be_chosen() -> None:
    assert {choice.key for choice in CHOICES} == {*CRITERIA, FOLDS}
    assert all(criterion(key).lower for key in CRITERIA)
    assert not criterion(FOLDS).lower
    assert criterion("of another version").key == "bic"


def test_a_floored_cell_is_not_the_best_and_says_why(model: ComparisonModel) -> None:
    model.take(cell(1, "VVV", -300.0))
    model.take(cell(2, "VVV", 5000.0, floored=True))
    assert best_marks(model) == [("VVV", 1)]
    assert shown(model, "VVV", 2).startswith(FLOORED)
    assert "floor" in shown(model, "VVV", 2, Role.ToolTipRole)
    assert shown(model, "VVV", 2, Role.ToolTipRole) == shown(model, "VVV", 2, Role.AccessibleDescriptionRole)
    assert "(floored)" in model.tab_separated()


def test_a_failed_cell_says_why(model: ComparisonModel) -> None:
    model.take(refused(2, "EEE"))
    assert shown(model, "EEE", 2) == "–"
    assert "too few points for this" in shown(model, "EEE", 2, Role.ToolTipRole)
    assert model.best is None


def test_a_cell_that_has_not_converged_says_so(model: ComparisonModel) -> None:
    model.take(replace(cell(2, "VVV", -200.0), stop_reason=StopReason.MAX_ITERATIONS))
    assert "Not converged: maximum iterations" in shown(model, "VVV", 2, Role.ToolTipRole)


def test_cells_that_are_coming_show_a_dot_and_others_nothing(model: ComparisonModel) -> None:
    assert shown(model, "VVV", 1) == "·"
    assert shown(model, "VVI", 1) == ""
    model.end()
    assert shown(model, "VVV", 1) == ""


def test_held_out_points_decide_where_they_are_asked(model: ComparisonModel) -> None:
    good, bad = cell(1, "VVV", -300.0), cell(2, "VVV", -200.0)
    model.take(good)
    model.take(bad)
    model.show_criterion(criterion(FOLDS))
    assert model.best is None
    model.take_held_out(good, CrossValidation((Fold(-30.0, 10.0), Fold(-50.0, 10.0))))
    model.take_held_out(bad, CrossValidation((Fold(-60.0, 10.0), Fold(-62.0, 10.0))))
    assert best_marks(model) == [("VVV", 1)], "higher is better here"
    assert shown(model, "VVV", 1) == f"{BEST} \u22124.000"
    assert "± 1 per point" in shown(model, "VVV", 1, Role.ToolTipRole)


def test_copying_gives_full_precision(model: ComparisonModel) -> None:
    model.take(cell(2, "VVV", -200.0))
    lines = model.tab_separated().splitlines()
    assert lines[0] == "BIC (lower is better)"
    assert lines[1] == "covariance\tK = 1\tK = 2"
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[2:]}
    assert set(rows) == {"VVV", "EEE", "VII"}, "families that take no part are not copied"
    assert float(rows["VVV"][1]) == cell(2, "VVV", -200.0).value("bic")
    assert rows["VVV"][0] == ""


def test_families_take_part_by_their_check_marks(model: ComparisonModel, qtbot: QtBot) -> None:
    index = model.index(row(model, "VVI"), 0)
    assert Qt.CheckState(index.data(Role.CheckStateRole)) is Qt.CheckState.Unchecked
    with qtbot.waitSignal(model.families_chosen):
        model.setData(index, Qt.CheckState.Checked.value, Role.CheckStateRole)
    assert "VVI" in model.chosen
    model.setData(index, Qt.CheckState.Unchecked.value, Role.CheckStateRole)
    assert "VVI" not in model.chosen
    assert list(model.chosen) == [f.letters for f in families(2) if f.letters in model.chosen]


def test_an_outdated_table_has_no_mark_on_the_ground(model: ComparisonModel) -> None:
    model.take(cell(2, "VVV", -200.0))
    model.outdate()
    assert shown(model, "VVV", 2, Role.BackgroundRole) is None
    assert "other points" in shown(model, "VVV", 2, Role.ToolTipRole)
    model.begin()
    model.take(cell(2, "VVV", -200.0))
    assert shown(model, "VVV", 2, Role.BackgroundRole) is not None


# ---------------------------------------------------------------- optima


def optimum(value: float, seeds: tuple[int, ...], floored: bool = False) -> Optimum:
    state = cell(2, "VVV", value, floored).state
    assert state is not None
    return Optimum(state, StopReason.CONVERGED, tuple(Attempt("kmeans++", seed) for seed in seeds))


def texts(rows: Rows) -> list[list[str]]:
    return [[entry.text for entry in row] for row in rows.entries]


def test_optima_are_listed_with_the_best_sound_one_marked() -> None:
    found = Restarts(
        (optimum(5000.0, (3,), floored=True), optimum(-200.0, (7, 2, 1)), optimum(-201.5, (4,))),
        ((Attempt("kmeans++", 9), "no"),),
    )
    rows = optima_rows(found)
    first, best, last = texts(rows)
    assert [line[0] for line in (first, best, last)] == ["", "★", ""]
    assert "floored" in first[4]
    assert "collapsed" in rows.entries[0][4].tip
    assert (best[1], best[3], best[5]) == ("\u2212200.000", "3 of 6", "7, 1, 2")
    assert last[2] == "1.500"
    assert all(entry.best for entry in rows.entries[1])
    copied = rows.tab_separated().splitlines()
    assert copied[2].split("\t")[1] == "-200.0"


def test_runs_that_stood_still_for_another_reason_say_so() -> None:
    base = optimum(-200.0, (1,))
    for reason, word in ((StopReason.SADDLE, "saddle"), (StopReason.MAX_ITERATIONS, "not converged")):
        rows = optima_rows(Restarts((replace(base, stop_reason=reason),)))
        assert rows.entries[0][4].text == word
        assert reason.value in rows.entries[0][4].tip


# ---------------------------------------------------------------- standard errors


def test_errors_stand_beside_their_estimates() -> None:
    state = build.fitted(POINTS, iterations=20).state
    assert state is not None
    errors = bootstrap_errors(POINTS.sample, state, replicates=10, seed=1)
    low, high = errors.interval(0.95)
    rows = error_rows(state.mixture, ("x", "y"), errors)
    lines = [line.split("\t") for line in rows.tab_separated().splitlines()[1:]]
    assert len(lines) == 2 * 6
    by_name = {(line[0], line[1]): [float(number) for number in line[2:]] for line in lines}
    for k in range(2):
        assert by_name[str(k + 1), "weight"][:2] == [state.mixture.weights[k], errors.weights[k]]
        assert by_name[str(k + 1), "mean y"] == [
            state.mixture.means[k, 1], errors.means[k, 1], low.means[k, 1], high.means[k, 1],
        ]  # fmt: skip
        assert by_name[str(k + 1), "variance x"][1] == errors.covariances[k, 0, 0]
        assert by_name[str(k + 1), "covariance x, y"][1] == errors.covariances[k, 0, 1]
    assert rows.entries[6][0].component == 1


def test_before_the_bootstrap_there_are_estimates_only_and_noise_has_a_row() -> None:
    mixture = Mixture([0.9], [[1.0]], [[[2.0]]], Noise(0.1, -3.0))
    rows = error_rows(mixture, ("x",), None)
    assert texts(rows) == [
        ["1", "weight", "0.9", "–", "–", "–"],
        ["1", "mean x", "1", "–", "–", "–"],
        ["1", "variance x", "2", "–", "–", "–"],
        ["Noise", "weight", "0.1", "–", "–", "–"],
    ]


# ---------------------------------------------------------------- truth


def test_confusion_has_the_partners_in_bold() -> None:
    rows = confusion_rows(agreement([1, 1, 0, 0, 0, -1], [0, 0, 1, 1, 0, 1], k=3))
    assert rows.headings[0].title == "truth"
    assert {h.title for h in rows.headings[1:]} == {"1", "2", "3", "noise"}
    cells = {
        (row[0].text, heading.title): (entry.text, entry.best)
        for row in rows.entries
        for heading, entry in zip(rows.headings[1:], row[1:], strict=True)
    }
    assert cells["class 1", "2"] == ("2", True)
    assert cells["class 2", "1"] == ("2", True)
    assert cells["class 1", "1"] == ("1", False)
    assert cells["class 2", "noise"] == ("1", False)


def test_the_page_says_why_there_is_nothing(qtbot: QtBot) -> None:
    page = TruthPage()
    qtbot.addWidget(page)
    page.show_agreement(agreement([0, 1, 1], [0, 1, 0]), "")
    assert page.accuracy.text() == "66.7 %"
    assert float(page.rand.exact) == agreement([0, 1, 1], [0, 1, 0]).adjusted_rand
    page.show_agreement(None, "nobody knows")
    assert page.note.text() == "nobody knows"
    assert page.accuracy.text() == "–"
    assert page.model.rowCount() == 0


def test_rows_that_are_out_of_date_stand_back(qapp: object) -> None:
    model = RowsModel()
    model.show_rows(error_rows(Mixture([1.0], [[1.0]], [[[2.0]]]), ("x",), None))
    fresh = model.index(0, 2).data(Role.ForegroundRole)
    model.outdate()
    assert model.index(0, 2).data(Role.ForegroundRole) != fresh
    assert np.all([model.headerData(i, Qt.Orientation.Horizontal) for i in range(6)])
