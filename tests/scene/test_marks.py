"""Marks on single points: shares, pies, sizes, changed labels, rings, against brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, e_step, family, m_step, start_state
from gmmviewer.mixture.algorithms import ALGORITHMS
from gmmviewer.mixture.assignment import SOFT, Drawn, Hard, Tempered
from gmmviewer.mixture.density import assigned_columns
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.state import FitState
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.mixture.units import Units
from gmmviewer.scene.marks import (
    BLOCK,
    LEAST_SLICE,
    LabelKeeper,
    Verdict,
    leading_rows,
    size_factors,
    slices,
    standing,
    verdict_before,
)


def mixture(k: int = 3, seed: int = 1, noise: bool = False) -> Mixture:
    """Overlapping components in the plane."""
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(k, 2, 2))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.3 * np.eye(2)
    background = Noise(0.1, -4.0) if noise else None
    weights = generator.dirichlet(np.full(k, 5.0)) * (0.9 if noise else 1.0)
    return Mixture(weights, generator.normal(size=(k, 2)), covariances, background)


def cloud(n: int, seed: int = 2) -> np.ndarray:
    """Points as columns (2, n)."""
    return np.random.default_rng(seed).normal(size=(2, n)) * 1.5


def trace(steps: str, algorithm: str = "EM") -> tuple[PointSet, tuple[FitState, ...]]:
    """A fit of two components after these half-steps."""
    points = PointSet.of(np.random.default_rng(3).normal(size=(300, 2)) * (3.0, 1.0))
    sample = points.sample
    start = Mixture([0.5, 0.5], [[0.0, 0.5], [0.3, -0.5]], np.repeat(sample.covariance[None], 2, axis=0))
    chosen = next(a for a in ALGORITHMS if a.name == algorithm)
    states = [start_state(sample, start, Plan(family("VVV", 2), chosen, seed=5))]
    for half in steps:
        states.append(e_step(states[-1]) if half == "E" else m_step(sample, states[-1]))
    return points, tuple(states)


# ------------------------------------------------------------ shares, pies and sizes


@pytest.mark.parametrize("noise", [False, True])
def test_the_standing_is_that_of_the_core(noise: bool) -> None:
    source, columns = mixture(noise=noise), cloud(400)
    found = standing(columns, source)
    assert np.array_equal(found.shares, assigned_columns(columns, source, SOFT))
    labels = hard_labels(columns, source)
    assert np.array_equal(np.where(found.leading == 3, -1, found.leading), labels)
    assert (found.uncertainty >= 0).all()
    assert (found.uncertainty <= 1 - 1 / source.n_rows).all()
    assert np.allclose(found.uncertainty, 1 - found.shares.max(axis=0))


def test_under_hard_em_every_pie_is_whole_and_every_point_certain() -> None:
    found = standing(cloud(200), mixture(), Hard())
    pies = slices(found.shares)
    assert np.array_equal(pies.point, np.arange(200))
    assert np.array_equal(pies.row, found.leading)
    assert (pies.start == 0).all()
    assert (pies.span == 1).all()
    assert (found.uncertainty == 0).all()


@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_pies_are_cut_as_by_hand(rows: int) -> None:
    shares = np.random.default_rng(rows).dirichlet(np.full(rows, 0.5), size=50).T
    pies = slices(shares)
    least = min(LEAST_SLICE, 0.5 / rows)
    for i in range(50):
        mine = pies.point == i
        seen = [row for row in range(rows) if shares[row, i] >= least]
        assert pies.row[mine].tolist() == seen
        whole = sum(shares[row, i] for row in seen)
        at = 0.0
        for row, start, span in zip(seen, pies.start[mine], pies.span[mine], strict=True):
            assert start == pytest.approx(at, abs=1e-12)
            assert span == pytest.approx(shares[row, i] / whole)
            at += span
        assert at == pytest.approx(1.0)


def test_a_pie_of_very_many_equal_shares_is_not_empty() -> None:
    pies = slices(np.full((200, 1), 1 / 200))
    assert len(pies.row) == 200


def test_the_area_of_a_point_grows_evenly_with_its_uncertainty() -> None:
    top = np.linspace(1.0, 0.5, 11)
    areas = size_factors(np.stack([top, 1 - top])) ** 2
    assert areas[0] == pytest.approx(0.5)
    assert areas[-1] == pytest.approx(4.0)
    assert np.allclose(np.diff(areas), 0.35)
    assert size_factors(np.full((7, 1), 1 / 7)) == pytest.approx(2.0)  # whatever K: nothing is known
    assert size_factors(np.ones((1, 3))) == pytest.approx(np.sqrt(0.5))


# ------------------------------------------------------------ labels that changed


@pytest.mark.parametrize("assignment", [SOFT, Hard(), Tempered(0.6), Drawn(3, 7)])
@pytest.mark.parametrize("noise", [False, True])
def test_leading_rows_do_not_depend_on_blocks(assignment: object, noise: bool) -> None:
    source = mixture(noise=noise)
    columns = cloud(BLOCK + 17)
    verdict = Verdict(source, assignment)  # type: ignore[arg-type]
    whole = assigned_columns(columns, source, verdict.assignment).argmax(axis=0)
    assert np.array_equal(leading_rows(columns, verdict), whole)


def test_changed_labels_are_those_that_differ() -> None:
    columns, keeper = cloud(3_000), LabelKeeper()
    verdicts = [Verdict(mixture(seed=seed)) for seed in (1, 4, 9)]
    labels = [leading_rows(columns, verdict) for verdict in verdicts]
    for before, now in ((0, 1), (1, 2), (2, 0), (0, 0)):  # forwards, and back
        found = keeper.changed(columns, verdicts[now], verdicts[before])
        assert np.array_equal(found, np.flatnonzero(labels[before] != labels[now]))
    others = cloud(500, seed=8)
    changed = leading_rows(others, verdicts[0]) != leading_rows(others, verdicts[1])
    assert np.array_equal(keeper.changed(others, verdicts[1], verdicts[0]), np.flatnonzero(changed))


def test_a_step_computes_only_the_new_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, keeper, asked = cloud(100), LabelKeeper(), []
    monkeypatch.setattr(
        "gmmviewer.scene.marks.leading_rows",
        lambda columns, verdict, stop: asked.append(verdict) or leading_rows(columns, verdict, stop),
    )
    one, two, three = (Verdict(mixture(seed=seed)) for seed in (1, 4, 9))
    keeper.changed(columns, two, one)
    keeper.changed(columns, three, two)
    assert asked == [one, two, three]


def test_rows_of_other_models_are_not_compared() -> None:
    columns, keeper = cloud(100), LabelKeeper()
    three = Verdict(mixture(3))
    for other in (mixture(2), mixture(3, noise=True), mixture(2, noise=True)):
        assert len(keeper.changed(columns, three, Verdict(other))) == 0


def test_looking_for_changed_labels_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        LabelKeeper().changed(cloud(100), Verdict(mixture()), Verdict(mixture(seed=4)), lambda: True)


@pytest.mark.parametrize("algorithm", [a.name for a in ALGORITHMS])
def test_before_is_one_e_step_ago_through_the_whole_trace(algorithm: str) -> None:
    points, states = trace("EMEMEME", algorithm)
    # state 0 is the start, then E M E M E M E: the E-steps are 1, 3, 5, 7
    for cursor, expected in ((1, None), (2, None), (3, 1), (4, 1), (5, 3), (6, 3), (7, 5)):
        state = states[cursor]
        assert state.source is not None
        now = Verdict(state.source, state.plan.assignment(state.assigned_at))
        before = verdict_before(states[: cursor + 1], now, points.units)
        if expected is None:
            assert before is None
        else:
            ago = states[expected]
            assert before is not None
            assert before.source is ago.source
            assert before.assignment == ago.plan.assignment(ago.assigned_at)


def test_no_label_changes_between_other_units() -> None:
    points, states = trace("EME")
    assert states[-1].source is not None
    now = Verdict(states[-1].source)
    assert verdict_before(states, now, points.units) is not None
    assert verdict_before(states, now, replace(points.units, scale=2 * points.units.scale)) is None
    assert verdict_before(states, now, Units(points.units.centre + 1.0, points.units.scale)) is None
