"""Edits of points and of what is selected: against plain lists, through undo and redo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.session import edits
from gmmviewer.session.choices import LARGEST_RADIUS, SMALLEST_RADIUS, DrawTool, MouseMode, SelectTool
from gmmviewer.session.edits import Edit
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from tests.helpers import build
from tests.helpers.invariants import assert_sound

ROWS = st.lists(st.integers(-2, 40), max_size=8)


def picked(rows: list[int], before: Snapshot | None = None) -> Snapshot:
    return edits.pick(rows)(build.fitted() if before is None else before)


# ---------------------------------------------------------------- what is selected


def test_picks_are_rising_and_there() -> None:
    assert picked([7, 3, 3, 99, -1]).rows.tolist() == [3, 7]
    assert not picked([7, 3]).rows.flags.writeable
    assert picked([]).rows.tolist() == []


def test_a_caller_keeps_its_array() -> None:
    rows = np.array([1, 4, 5])
    after = edits.pick(rows)(build.fitted())
    rows[0] = 3
    assert after.rows.tolist() == [1, 4, 5]


def test_more_toggle_all_and_invert() -> None:
    before = picked([2, 5])
    n = before.document.points.n
    assert edits.pick_more([5, 9])(before).rows.tolist() == [2, 5, 9]
    assert edits.toggle_picks([5, 9])(before).rows.tolist() == [2, 9]
    assert edits.pick_all()(before).rows.tolist() == list(range(n))
    assert edits.invert_picks()(before).rows.tolist() == [i for i in range(n) if i not in (2, 5)]
    assert edits.invert_picks()(edits.pick_all()(before)).rows.tolist() == []


def test_selecting_the_same_again_changes_nothing() -> None:
    before = picked([2, 5])
    for edit in (edits.pick([5, 2]), edits.pick_more([2]), edits.toggle_picks([])):
        assert edit(before) is before
    none = build.fitted()
    assert edits.pick([])(none) is none


def test_selecting_is_not_undone_and_stops_nothing() -> None:
    store = Store(edits.run()(build.fitted()))
    store.apply(edits.pick([1, 2]), "Select")
    assert not store.history.undo
    assert store.snapshot.activity.running


def test_points_of_a_component_follow_the_responsibilities_on_screen() -> None:
    moved = build.stepped(halves=4)  # after an M-step the colours are still those before it
    assert moved.source is not moved.parameters
    labels = hard_labels(moved.document.points.sample.columns, moved.source)
    assert edits.pick_component(1)(moved).rows.tolist() == np.flatnonzero(labels == 1).tolist()
    start = build.stepped()
    labels = hard_labels(start.document.points.sample.columns, start.parameters)
    assert edits.pick_component(0)(start).rows.tolist() == np.flatnonzero(labels == 0).tolist()
    assert edits.pick_component(0, 1)(moved).rows.tolist() == list(range(moved.document.points.n))
    waiting = build.snapshot()
    assert edits.pick_component(0)(waiting) is waiting


# ---------------------------------------------------------------- what becomes of them


def test_the_model_goes_on_and_a_run_runs() -> None:
    running = edits.run()(picked([0, 1]))
    for edit in (
        edits.move_points([0], [1.0, 0.0]),
        edits.duplicate_points([0], [1.0, 0.0]),
        edits.jitter_points([0], [0.1, 0.1], seed=1),
        edits.delete_points([0]),
    ):
        after = edit(running)
        assert after.activity.running
        assert after.parameters is running.parameters
        assert_sound(after)


def test_labels_do_not_even_stop_what_was_asked_for() -> None:
    before = edits.want_halves(3)(picked([0, 1]))
    after = edits.label_points([0, 1], 4)(before)
    assert after.document.states is before.document.states
    assert after.activity is before.activity
    assert after.document.points.sample is before.document.points.sample
    assert after.rows.tolist() == [0, 1]
    assert edits.label_points([0, 1], 4)(after) is after


def test_deleting_leaves_nothing_selected_and_erasing_the_rest() -> None:
    before = picked([2, 5, 8])
    assert edits.delete_points([2, 5, 8])(before).rows.tolist() == []
    erased = np.isin(np.arange(before.document.points.n), [0, 5, 6])
    assert edits.erase_points(erased)(before).rows.tolist() == [1, 5]  # were 2 and 8


def test_copies_are_selected_and_can_be_moved_at_once() -> None:
    before = picked([2, 5])
    n, values = before.document.points.n, before.document.points.values
    after = edits.duplicate_points(before.rows, [0.5, -0.5])(before)
    assert after.rows.tolist() == [n, n + 1]
    np.testing.assert_array_equal(after.document.points.values[n:], values[[2, 5]] + [0.5, -0.5])


def test_scattering_is_gaussian_with_the_spread_asked_for_and_repeatable() -> None:
    before = edits.pick_all()(build.snapshot(build.points(n=4000)))
    scattered = edits.jitter_points(before.rows, [0.5, 2.0], seed=3)(before)
    away = scattered.document.points.values - before.document.points.values
    np.testing.assert_allclose(away.std(axis=0), [0.5, 2.0], rtol=5 / np.sqrt(2 * 4000))
    np.testing.assert_allclose(away.mean(axis=0), 0.0, atol=5 * 2.0 / np.sqrt(4000))
    again = edits.jitter_points(before.rows, [0.5, 2.0], seed=3)(before)
    other = edits.jitter_points(before.rows, [0.5, 2.0], seed=4)(before)
    np.testing.assert_array_equal(again.document.points.values, scattered.document.points.values)
    assert not np.array_equal(other.document.points.values, scattered.document.points.values)


@pytest.mark.parametrize(
    "edit",
    [
        edits.move_points([], [1.0, 0.0]),
        edits.move_points([3], [0.0, 0.0]),
        edits.duplicate_points([], [1.0, 0.0]),
        edits.jitter_points([], [1.0, 1.0], 1),
        edits.delete_points([99]),
        edits.label_points([], 1),
        edits.add_points(np.empty((0, 2))),
    ],
)
def test_what_changes_nothing_is_no_change(edit: Edit) -> None:
    before = picked([1])
    assert edit(before) is before


def test_numbers_too_large_are_refused_in_words() -> None:
    before = picked([1])
    after = edits.move_points([1], [1e200, 0.0])(before)
    assert after.document is before.document
    assert after.notice is not None
    assert "too large" in after.notice.text


def test_points_that_come_back_bring_their_selection() -> None:
    store = Store(picked([2, 5, 8]))
    store.apply(edits.delete_points([2, 5, 8]), "Delete points")
    assert store.snapshot.rows.tolist() == []
    store.undo()
    assert store.snapshot.rows.tolist() == [2, 5, 8]
    store.redo()
    assert store.snapshot.rows.tolist() == []
    store.undo()
    store.apply(edits.duplicate_points([2], [1.0, 1.0]), "Duplicate points")
    copies = store.snapshot.rows.tolist()
    store.undo()
    store.redo()
    assert store.snapshot.rows.tolist() == copies


def test_undoing_something_else_leaves_the_selection() -> None:
    store = Store(picked([2]))
    store.apply(edits.choose_model(k=4), "Change K")
    store.apply(edits.pick([3, 4]))
    store.undo()
    assert store.snapshot.rows.tolist() == [3, 4]


def test_a_selection_means_nothing_on_other_points() -> None:
    after = edits.open_points(build.points(n=30, seed=9), k=2)(picked([2]))
    assert after.rows.tolist() == []


# ---------------------------------------------------------------- tools


def test_the_next_tool_goes_round() -> None:
    draw = edits.choose_mode(MouseMode.DRAW)(build.fitted())
    seen = []
    for _ in DrawTool:
        draw = edits.next_tool()(draw)
        seen.append(draw.view.brush.tool)
    assert seen == [DrawTool.LINE, DrawTool.ERASE, DrawTool.SPRAY]
    select = edits.choose_mode(MouseMode.SELECT)(draw)
    assert edits.next_tool()(select).view.select_tool is SelectTool.LASSO
    look = edits.choose_mode(MouseMode.LOOK)(draw)
    assert edits.next_tool()(look) is look


def test_the_brush_keeps_within_its_limits() -> None:
    snapshot = build.fitted()
    for factor, end in ((1.25, LARGEST_RADIUS), (0.8, SMALLEST_RADIUS)):
        radii = [snapshot.view.brush.radius]
        while radii[-1] != end:
            snapshot = edits.resize_brush(factor)(snapshot)
            radii.append(snapshot.view.brush.radius)
            assert len(radii) < 40
        assert radii == sorted(radii, reverse=factor < 1)
        assert edits.resize_brush(factor)(snapshot) is snapshot


# ---------------------------------------------------------------- random sequences


class PointSequences(RuleBasedStateMachine):
    """Each point has a name that no edit knows; plain lists say where it is, and whether it is selected."""

    @initialize(n=st.integers(0, 12), truth=st.booleans(), weights=st.booleans())
    def open(self, n: int, truth: bool, weights: bool) -> None:
        generator = np.random.default_rng(n)
        data = PointSet.of(
            generator.normal(size=(n, 2)),
            truth=np.arange(n) % 3 if truth else None,
            weights=1.0 + np.arange(n) if weights and n else None,
        )
        self.store = Store(build.snapshot(data, k=1))
        self.places = data.values.tolist()
        self.labels = list(data.truth) if data.truth is not None else [-1] * n
        self.chosen: set[int] = set()
        self.past: list[tuple[Snapshot, list, list, set]] = []
        self.future: list[tuple[Snapshot, list, list, set]] = []
        self.bits: dict[int, tuple[PointSet, bytes, bytes | None]] = {}

    def _now(self) -> tuple[Snapshot, list, list, set]:
        return self.store.snapshot, list(self.places), list(self.labels), set(self.chosen)

    def _do(self, edit: Edit) -> bool:
        before = self._now()
        self.store.apply(edit, "Edit")
        if self.store.snapshot.document is before[0].document:
            return False
        self.past.append(before)
        self.future.clear()
        return True

    def _there(self, rows: list[int]) -> list[int]:
        return sorted({row for row in rows if 0 <= row < len(self.places)})

    @rule(rows=ROWS, how=st.sampled_from(["only", "more", "toggle", "all", "invert"]))
    def pick(self, rows: list[int], how: str) -> None:
        there, everyone = set(self._there(rows)), set(range(len(self.places)))
        edit, self.chosen = {
            "only": (edits.pick(rows), there),
            "more": (edits.pick_more(rows), self.chosen | there),
            "toggle": (edits.toggle_picks(rows), self.chosen ^ there),
            "all": (edits.pick_all(), everyone),
            "invert": (edits.invert_picks(), everyone - self.chosen),
        }[how]
        document = self.store.snapshot.document
        self.store.apply(edit, "Select")
        assert self.store.snapshot.document is document

    @rule(rows=ROWS, by=st.tuples(*[st.integers(-3, 3)] * 2))
    def move(self, rows: list[int], by: tuple[int, int]) -> None:
        self._do(edits.move_points(rows, by))
        for row in self._there(rows):
            self.places[row] = [at + step for at, step in zip(self.places[row], by, strict=True)]

    @rule(rows=ROWS)
    def duplicate(self, rows: list[int]) -> None:
        there, n = self._there(rows), len(self.places)
        if self._do(edits.duplicate_points(rows, [0.5, 0.25])):
            self.places += [[self.places[row][0] + 0.5, self.places[row][1] + 0.25] for row in there]
            self.labels += [self.labels[row] for row in there]
            self.chosen = set(range(n, n + len(there)))

    @rule(rows=ROWS)
    def delete(self, rows: list[int]) -> None:
        gone = set(self._there(rows))
        self._do(edits.delete_points(rows))
        kept = [row for row in range(len(self.places)) if row not in gone]
        self.chosen = {kept.index(row) for row in self.chosen - gone}
        self.places, self.labels = [self.places[i] for i in kept], [self.labels[i] for i in kept]

    @rule(rows=ROWS, label=st.none() | st.integers(0, 3))
    def label(self, rows: list[int], label: int | None) -> None:
        self._do(edits.label_points(rows, label))
        for row in self._there(rows):
            self.labels[row] = -1 if label is None else label

    @rule(m=st.integers(0, 3), label=st.none() | st.integers(0, 3), last=st.integers(0, 3))
    def draw(self, m: int, label: int | None, last: int) -> None:
        last = min(last, len(self.places))
        added = [[0.125 * i, 1.0] for i in range(m)]
        if not self._do(edits.add_points(np.array(added).reshape(-1, 2), label, instead_of=last)):
            return
        kept = len(self.places) - last
        self.places = self.places[:kept] + added
        self.labels = self.labels[:kept] + m * [-1 if label is None else label]
        self.chosen = {row for row in self.chosen if row < kept}

    @rule()
    def undo(self) -> None:
        self._travel(self.past, self.future, self.store.undo)

    @rule()
    def redo(self) -> None:
        self._travel(self.future, self.past, self.store.redo)

    def _travel(self, source: list, target: list, go: object) -> None:
        before = self._now()
        go()  # type: ignore[operator]
        if not source:
            assert self.store.snapshot is before[0]
            return
        expected, self.places, self.labels, chosen = source.pop()
        target.append(before)
        assert self.store.snapshot.document is expected.document
        if expected.document.points is not before[0].document.points:
            self.chosen = chosen

    @invariant()
    def everything_is_where_it_should_be(self) -> None:
        if not hasattr(self, "store"):
            return
        snapshot = self.store.snapshot
        points = snapshot.document.points
        np.testing.assert_allclose(points.values, np.array(self.places).reshape(-1, 2), rtol=0, atol=1e-12)
        assert self.labels == ([-1] * points.n if points.truth is None else points.truth.tolist())
        assert snapshot.rows.tolist() == sorted(self.chosen)
        assert points.weights is None or len(points.weights) == points.n
        assert points.units.fits(points.values)
        assert_sound(snapshot)

    @invariant()
    def no_array_was_ever_changed(self) -> None:
        if not hasattr(self, "store"):
            return
        points = self.store.snapshot.document.points
        truth = None if points.truth is None else points.truth.tobytes()
        self.bits.setdefault(id(points), (points, points.values.tobytes(), truth))
        for kept, values, labels in self.bits.values():
            assert kept.values.tobytes() == values
            assert (None if kept.truth is None else kept.truth.tobytes()) == labels


TestPointSequences = PointSequences.TestCase
TestPointSequences.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_many_rows_that_fall_once_are_put_in_order() -> None:
    start = build.snapshot(PointSet.of(np.arange(200_000.0)), k=2)
    everything = np.arange(200_000)
    for at in (1, 65_535, 65_536, 65_537, 131_072, 199_999):
        rows = everything.copy()
        rows[[at - 1, at]] = rows[[at, at - 1]]
        np.testing.assert_array_equal(edits.pick(rows)(start).rows, everything)
        rows[at] = rows[at - 1]
        np.testing.assert_array_equal(edits.pick(rows)(start).rows, np.unique(rows))


def test_rows_that_cannot_change_are_not_copied_and_others_are() -> None:
    start = build.snapshot(PointSet.of(np.arange(50.0)), k=2)
    rows = np.arange(3, 40)
    picked = edits.pick(rows)(start).rows
    rows[0] = 0
    assert picked[0] == 3
    assert not picked.flags.writeable
    assert np.shares_memory(edits.pick(picked)(start).rows, picked)
