"""The timeline: clicking and dragging travel to stored states, and its numbers are theirs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from gmmviewer.mixture.events import Fell, StopReason
from gmmviewer.mixture.state import Progress, Stage
from gmmviewer.session import edits
from gmmviewer.session.document import Document
from gmmviewer.session.snapshot import Activity, Failure, Snapshot
from gmmviewer.views import timeline_words
from gmmviewer.views.ink import ink
from gmmviewer.views.timeline import Timeline
from gmmviewer.views.timeline_paint import falls, runs, step_end
from gmmviewer.views.timeline_trace import LARGEST_DRAWN, TraceArrays, position, shared, thinned
from tests.helpers import build
from tests.session.test_locks import after
from tests.views.conftest import turn_wheel

LEFT = Qt.MouseButton.LeftButton


def timeline(desk, snapshot):
    table = desk(snapshot)
    return table, table.show(Timeline(table.store), 900, 184)


def place(view, index) -> QPoint:
    return view.plot.place_of(index).toPoint()


@pytest.mark.parametrize("index", range(8))
def test_click_travels_to_the_stored_state(desk, qtbot, index):
    snapshot = build.stepped(halves=7)
    table, view = timeline(desk, snapshot)
    qtbot.mouseClick(view.plot, LEFT, pos=place(view, 3 if index != 3 else 4))
    qtbot.mouseClick(view.plot, LEFT, pos=place(view, index))
    assert table.snapshot.cursor == index
    assert table.snapshot.state is snapshot.document.states[index]


def test_drag_travels_through_every_state_on_the_way(desk, qtbot):
    table, view = timeline(desk, build.stepped(halves=6))
    port, seen = view.plot, []
    qtbot.mousePress(port, LEFT, pos=place(view, 6))
    for index in (5, 4, 3, 2, 1, 0, 2):
        qtbot.mouseMove(port, place(view, index))
        seen.append(table.snapshot.cursor)
    qtbot.mouseRelease(port, LEFT, pos=place(view, 2))
    assert seen == [5, 4, 3, 2, 1, 0, 2]
    assert len(table.snapshot.document.states) == 7
    assert not table.store.history.undo  # travelling changes nothing


def test_moving_the_mouse_without_a_button_does_not_travel(desk, qtbot):
    table, view = timeline(desk, build.stepped(halves=6))
    qtbot.mouseMove(view.plot, place(view, 2))
    assert table.snapshot.cursor == 6


def test_travelling_pauses_a_run(desk, qtbot):
    table, view = timeline(desk, replace(build.stepped(halves=6), activity=Activity(running=True)))
    qtbot.mouseClick(view.plot, LEFT, pos=place(view, 1))
    assert not table.snapshot.activity.running


def test_keys_and_the_wheel_are_left_to_the_window(desk, qtbot):
    table, view = timeline(desk, build.stepped(halves=4))
    before = view.plot.frame
    assert not turn_wheel(view.plot).isAccepted()
    qtbot.mouseClick(view.plot, LEFT, pos=place(view, 4))
    assert not view.plot.hasFocus()
    assert view.plot.frame == before
    assert table.snapshot.cursor == 4


def test_every_half_step_has_a_place_of_its_own_in_order(desk):
    _, view = timeline(desk, build.stepped(halves=9))
    xs = [view.plot.place_of(index).x() for index in range(10)]
    assert all(np.diff(xs) > 5)
    assert [position(s) for s in build.trace(build.points(), halves=4)] == [-0.5, 0.0, 0.5, 1.0, 1.5]


def test_reads_out_the_state_at_the_cursor(desk):
    table, view = timeline(desk, build.stepped(halves=6))
    for index, state in enumerate(table.snapshot.document.states):
        table.store.apply(edits.seek(index))
        readout = view.readout
        assert readout.place.text() == f"Iteration {state.iteration}"
        assert readout.stage.text() == state.stage.value
        assert readout.log_likelihood.exact == repr(state.log_likelihood)
        shown = float(readout.log_likelihood.text().replace("\u2212", "-"))
        assert shown == pytest.approx(state.log_likelihood, abs=5.1e-4)


def test_bound_and_divergence_add_up_to_the_log_likelihood(desk):
    table, view = timeline(desk, build.stepped(halves=8))
    for index in range(1, 9):
        table.store.apply(edits.seek(index))
        readout = view.readout
        parts = [float(readout.figures[key].exact) for key in ("bound", "divergence")]
        assert sum(parts) == pytest.approx(float(readout.log_likelihood.exact), abs=1e-9)
        solid, whole = readout.bar.shares
        if table.snapshot.state.stage is Stage.AFTER_E:
            assert solid == whole
        else:
            assert solid < whole


def test_a_start_has_no_bound_yet(desk):
    _, view = timeline(desk, build.stepped())
    assert view.readout.figures["bound"].text() == "–"
    assert view.readout.stage.text() == "start"
    assert view.readout.log_likelihood.exact


def test_copies_full_precision(desk, qtbot):
    table, view = timeline(desk, build.stepped(halves=5))
    qtbot.keyClick(view.readout.log_likelihood, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == repr(table.snapshot.state.log_likelihood)
    assert repr(table.snapshot.state.log_likelihood) in view.readout.log_likelihood.toolTip()


def test_numbers_do_not_change_the_layout(desk):
    table, view = timeline(desk, build.stepped(halves=6))
    places = {key: figure.geometry() for key, figure in view.readout.figures.items()}
    width = view.plot.width()
    for index in range(7):
        table.store.apply(edits.seek(index))
        assert {key: figure.geometry() for key, figure in view.readout.figures.items()} == places
        assert view.plot.width() == width


def test_an_empty_sheet_says_what_to_do(desk):
    _, view = timeline(desk, build.snapshot(build.no_points()))
    assert view.hint.isVisible()
    assert view.hint.text() == timeline_words.NO_POINTS
    assert view.plot.trace.nearest(0.0) == -1


def test_the_hint_goes_when_states_come(desk):
    table, view = timeline(desk, build.snapshot())
    assert view.hint.text() == timeline_words.EMPTY.format(objective="log-likelihood")
    document = table.snapshot.document
    table.store.apply(edits.evaluated(document, build.start(document.points)))
    assert not view.hint.isVisible()


def test_a_refused_start_is_explained(desk):
    waiting = build.snapshot(build.points(n=3), k=5)
    failure = Failure(waiting.document, "K = 5 components need at least 5 points")
    _, view = timeline(desk, replace(waiting, activity=Activity(failure=failure)))
    assert view.hint.text() == failure.message
    assert view.readout.standing.whole == "No start possible"
    assert view.readout.standing.property("tone") == "error"


def ended(reason: StopReason) -> Snapshot:
    fit = build.fitted()
    if reason is StopReason.CONVERGED:
        done = replace(fit.document.latest, progress=Progress(1e-9, 1e-9, 1e-9))
        return replace(fit, document=replace(fit.document, states=(*fit.document.states[:-1], done)))
    if reason is StopReason.MAX_ITERATIONS:
        model = replace(fit.document.model, max_iterations=3)
        return replace(fit, document=replace(fit.document, model=model))
    return replace(fit, activity=Activity(stopped=True))


@pytest.mark.parametrize(
    ("reason", "words", "tone"),
    [
        (StopReason.CONVERGED, "Converged: < 0.01 nats left", "success"),
        (StopReason.MAX_ITERATIONS, "Stopped: 3 iterations", "warning"),
        (StopReason.STOPPED, "Paused", ""),
    ],
)
def test_says_why_em_stands_still(desk, reason, words, tone):
    snapshot = ended(reason)
    assert snapshot.stop_reason is reason
    table, view = timeline(desk, snapshot)
    assert view.readout.standing.whole == words
    assert view.readout.standing.property("tone") == tone
    table.store.apply(edits.run())
    assert view.readout.standing.whole == "Running"
    table.store.apply(edits.seek(0))
    assert view.readout.standing.whole.startswith("Looking back")


def test_a_fall_is_drawn_as_a_red_segment(desk):
    fit = build.stepped(halves=5)
    states = list(fit.document.states)
    states[2] = replace(states[2], events=(Fell(amount=0.5),))
    states[3] = replace(states[3], events=states[2].events)  # the E-step carries them on
    _, view = timeline(desk, Snapshot(replace(fit.document, states=tuple(states)), cursor=5))
    assert falls(view.plot.trace) == [(1, 2)]
    image = view.plot.grab().toImage()
    middle = (view.plot.place_of(1) + view.plot.place_of(2)) / 2
    assert image.pixelColor(middle.toPoint()).name() == ink(dark=False).error


def test_axis_grows_in_steps():
    assert [step_end(length) for length in (0, 5, 5.1, 10, 11, 47, 60.5, 999, 20_000)] == [
        5, 5, 6, 10, 15, 50, 80, 1000, 20_000,
    ]  # fmt: skip


def test_trace_arrays_follow_growth_truncation_and_another_trace():
    data = build.points()
    long, other = build.trace(data, halves=9), build.trace(data, halves=4, seed=2)
    arrays = TraceArrays()
    for states in (long[:1], long[:4], long, long[:6], other, (), long):
        arrays.follow(states)
        assert arrays.log_likelihood.tolist() == [s.log_likelihood for s in states]
        assert arrays.x.tolist() == [position(s) for s in states]
        assert np.isnan(arrays.bound).tolist() == [s.bound is None for s in states]


def test_shared_beginnings_are_found_by_bisection():
    states = build.trace(build.points(), halves=9)
    other = build.trace(build.points(), halves=9)
    for cut in range(11):
        assert shared(states, states[:cut] + other[cut:]) == cut


def many(count: int):
    first, e = build.trace(build.points(), halves=1)
    rise = np.linspace(0, 50, count) ** 0.5
    states = [first]
    for number in range(1, count):
        stage = Stage.AFTER_E if number % 2 else Stage.AFTER_M
        value = first.log_likelihood + float(rise[number])
        states.append(replace(e, iteration=number // 2, stage=stage, log_likelihood=value, bound=value))
    return tuple(states)


def test_twenty_thousand_states_are_drawn_as_two_thousand(desk):
    states = many(20_000)
    fit = build.stepped()
    _, view = timeline(desk, Snapshot(Document(fit.document.points, states=states), cursor=19_999))
    assert not view.plot.grab().isNull()
    trace = view.plot.trace
    x, y = thinned(trace.x, trace.log_likelihood)
    assert len(x) <= LARGEST_DRAWN + 100
    assert (x[0], x[-1]) == (-0.5, position(states[-1]))
    assert (y.min(), y.max()) == (states[0].log_likelihood, states[-1].log_likelihood)


def test_the_bound_is_drawn_where_there_is_one():
    x, y = np.arange(7.0), np.array([np.nan, 1.0, 2.0, np.nan, np.nan, 3.0, 4.0])
    assert [(a.tolist(), b.tolist()) for a, b in runs(x, y)] == [([1, 2], [1, 2]), ([5, 6], [3, 4])]


def test_growth_looks_at_new_states_only():
    states = many(3_000)
    arrays = TraceArrays()
    arrays.follow(states[:-1])
    arrays._numbers[1, :100] = 7.0  # would be written again if the old states were read
    arrays.follow(states)
    assert arrays.log_likelihood[:100].tolist() == [7.0] * 100
    assert arrays.log_likelihood[-1] == states[-1].log_likelihood


def test_thinning_keeps_a_spike():
    y = np.zeros(50_000)
    y[31_234] = -3.0
    x, kept = thinned(np.arange(50_000.0), y)
    assert x[kept == -3.0].tolist() == [31_234.0]
    assert (np.diff(x) >= 0).all()


def handled() -> Snapshot:
    """A trace with hands at the start and twice in its midst, and another algorithm and floor later on."""
    return after(
        build.stepped(k=3),
        edits.move_mean(0, [1.0, 1.0]),
        edits.want_halves(7),
        edits.set_weight(1, 0.75),
        edits.want_halves(4),
        edits.choose_model(algorithm="hard"),
        edits.want_halves(3),
        edits.set_covariance(0, np.eye(2)),
        edits.choose_model(floor=1e-3),
        edits.want_halves(2),
    )


def test_the_curve_shows_where_the_hand_was(desk):
    snapshot = handled()
    _, view = timeline(desk, snapshot)
    trace = view.plot.trace
    hands = trace.by_hand.tolist()
    assert hands == [0, 8]  # the last hand was followed by another floor before it was evaluated any further
    for index in hands:
        state = snapshot.document.states[index]
        assert state.stage is Stage.START
        assert "set by hand" in view.plot._sentence(index)
    others = [i for i in range(len(trace)) if i not in hands]
    assert not any("start, set by hand" in view.plot._sentence(i) for i in others)


def test_another_algorithm_is_no_hand(desk):
    _, view = timeline(desk, after(build.stepped(halves=5), edits.choose_model(algorithm="hard")))
    assert view.plot.trace.by_hand.tolist() == []


def test_a_hand_is_painted_above_its_mark(desk):
    table, view = timeline(desk, after(build.stepped(halves=7), edits.set_weight(1, 0.9)))
    (index,) = view.plot.trace.by_hand.tolist()
    place = view.plot.place_of(index)
    table.store.apply(edits.seek(0))  # the cursor elsewhere
    marked = view.plot.grab().toImage()
    view.plot.trace._hand[:] = False
    view.plot._repaint_trace()
    plain = view.plot.grab().toImage()
    changed = [
        (x, y)
        for x in range(plain.width())
        for y in range(plain.height())
        if marked.pixelColor(x, y) != plain.pixelColor(x, y)
    ]
    assert len(changed) > 30
    assert all(abs(x - place.x()) < 10 and 6 < place.y() - y < 28 for x, y in changed)


def test_an_undone_hand_leaves_no_mark():
    stepped = build.stepped(halves=5)
    arrays = TraceArrays()
    arrays.follow(after(stepped, edits.set_weight(0, 0.9)).document.states, False)
    assert arrays.by_hand.tolist() == [6]
    arrays.follow(stepped.document.states, False)
    assert arrays.by_hand.tolist() == []
    moved = after(build.stepped(), edits.set_weight(0, 0.9))
    arrays.follow(moved.document.states, moved.document.by_hand)
    assert arrays.by_hand.tolist() == [0]


def test_the_log_likelihood_of_ten_million_points_has_room(desk):
    table = desk(build.stepped(halves=3))
    view = table.show(Timeline(table.store), 660, 190)
    view.show_snapshot(None, table.snapshot)
    figures = (view.readout.log_likelihood, *view.readout.figures.values())
    for figure in (one for one in figures if one.isVisibleTo(view)):
        needs = figure.fontMetrics().horizontalAdvance("\u221255997235.126")
        assert figure.width() >= needs
        corner = figure.mapTo(view.readout, figure.rect().bottomRight())
        assert view.readout.rect().contains(corner)
