"""The curve of every algorithm: its objective, its bound, leaps, the running mean and the best state."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture.algorithms import ALGORITHMS, algorithm
from gmmviewer.mixture.events import Identical
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.views import timeline_words as words
from gmmviewer.views.timeline import Timeline
from gmmviewer.views.timeline_trace import TraceArrays, bound_below
from tests.helpers import build
from tests.session.test_locks import after

NAMES = [a.name for a in ALGORITHMS]


def fitted(name: str, halves: int = 25):
    return after(build.snapshot(k=3, algorithm=name), edits.want_halves(halves))


def timeline(desk, snapshot):
    table = desk(snapshot)
    return table, table.show(Timeline(table.store), 900, 190)


@pytest.mark.parametrize("name", NAMES)
def test_the_curve_is_the_objective(desk, name):
    table, view = timeline(desk, fitted(name))
    states = table.snapshot.document.states
    np.testing.assert_array_equal(view.plot.trace.objective, [s.objective for s in states])
    chosen = algorithm(name)
    place = view.plot.place_of(10)
    assert view.plot.frame.data_y(place.y()) == pytest.approx(states[10].objective)
    assert chosen.objective in view.plot.accessibleName().lower()
    assert chosen.guarantee in view.plot.toolTip()
    assert f"{chosen.objective} " in view.plot.accessibleDescription()


@pytest.mark.parametrize("name", NAMES)
def test_the_objective_has_a_row_where_it_is_not_the_log_likelihood(desk, name):
    table, view = timeline(desk, fitted(name))
    other = algorithm(name).objective != "log-likelihood"
    readout = view.readout
    assert readout.figures["objective"].isVisible() is other
    assert float(readout.figures["objective"].exact) == table.snapshot.state.objective
    assert float(readout.log_likelihood.exact) == table.snapshot.state.log_likelihood
    state = table.snapshot.state
    bound, divergence = (float(readout.figures[key].exact) for key in ("bound", "divergence"))
    assert bound + divergence == pytest.approx(state.log_likelihood, abs=1e-9)
    assert readout.standing.geometry().bottom() <= readout.height()


@pytest.mark.parametrize("name", NAMES)
def test_the_dashed_line_is_a_bound_of_the_curve(name):
    states = fitted(name).document.states
    drawn = [(bound_below(state), state) for state in states]
    assert any(np.isfinite(bound) for bound, _ in drawn)
    for bound, state in drawn:
        if np.isfinite(bound):
            assert bound <= state.objective + 1e-8
            if state.stage is Stage.AFTER_E and state.plan.algorithm.climbs:
                assert bound == pytest.approx(state.objective, abs=1e-8)  # the E-step makes it touch


def test_while_it_is_hot_there_is_no_bound_to_draw():
    states = fitted("annealed").document.states
    hot = [state for state in states if not state.plan.algorithm.settled(state.iteration)]
    assert hot
    assert not any(np.isfinite(bound_below(state)) for state in hot)
    assert words.stage(hot[-1]).endswith(algorithm("annealed").detail(hot[-1].iteration))
    assert "β = " in words.stage(hot[-1])


def test_leaps_are_marked(desk):
    table, view = timeline(desk, fitted("SQUAREM"))
    states = table.snapshot.document.states
    leaps = [index for index, s in enumerate(states) if s.leapt and s.stage is Stage.AFTER_M]
    assert leaps
    assert view.plot.trace.leapt.tolist() == leaps
    table.store.apply(edits.seek(leaps[0]))
    assert view.readout.stage.text() == "after a leap"
    place = view.plot.place_of(leaps[-1]).toPoint()
    marked = view.plot.grab().toImage()
    trace = view.plot.trace
    trace._leapt[:] = False
    view.plot.restyle(view.plot._ink)
    assert view.plot.grab().toImage().copy(place.x() - 9, place.y() - 9, 18, 18) != marked.copy(
        place.x() - 9, place.y() - 9, 18, 18
    )


def test_the_running_mean_is_that_of_the_later_half():
    trace = TraceArrays()
    states = fitted("stochastic", 41).document.states
    trace.follow(states)
    values = [s.objective for s in states if s.stage is Stage.AFTER_E]
    expected = [np.mean(values[(i + 1) // 2 : i + 1]) for i in range(len(values))]
    x, mean = trace.running_mean()
    np.testing.assert_allclose(mean, expected, rtol=1e-12)
    assert x.tolist() == [s.iteration for s in states if s.stage is Stage.AFTER_E]
    assert trace.objective[trace.best()] == max(values)


@pytest.mark.parametrize("name", [a.name for a in ALGORITHMS if a.climbs])
def test_what_climbs_has_no_running_mean(name):
    trace = TraceArrays()
    trace.follow(fitted(name).document.states)
    assert len(trace.running_mean()[0]) == 0
    assert trace.best() is None


def test_different_objectives_are_not_joined():
    changed = after(build.stepped(halves=7, k=3), edits.choose_model(algorithm="hard"), edits.want_halves(4))
    trace = TraceArrays()
    trace.follow(changed.document.states)
    assert [(part.start, part.stop) for part in trace.stretches()] == [(0, 8), (8, 13)]
    trace.follow(changed.document.states[:5])
    assert [(part.start, part.stop) for part in trace.stretches()] == [(0, 5)]


def test_it_says_what_is_still_to_be_waited_for(desk):
    for name, said in (("EM", "Not yet converged"), ("annealed", "Still cooling"), ("stochastic", "Wanders")):
        snapshot = fitted(name, 5)
        assert words.standing(snapshot)[0].startswith(said)


def test_a_saddle_is_not_called_converged():
    twins = after(build.fitted(k=1), edits.duplicate_component(0), edits.want_halves(30))
    assert any(isinstance(event, Identical) for event in twins.state.events)
    text, tone = words.standing(twins)
    assert "saddle" in text
    assert tone == "warning"
