"""Random sequences of everything a person and the model thread can do, against a list of what to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gmmviewer.mixture.algorithms import ALGORITHMS
from gmmviewer.mixture.families import families
from gmmviewer.mixture.remedies import REMEDIES, Remedy
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS, SPEEDS
from gmmviewer.session.document import Document
from gmmviewer.session.edits import Edit
from gmmviewer.session.locks import KINDS
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.store import Store
from gmmviewer.work.requests import AdvanceRequest, Answer, StartRequest, next_request, serve
from tests.helpers import build
from tests.helpers.invariants import assert_sound

FAMILIES = [family.letters for family in families(2)]
LARGEST = 5  # components, so that steps stay quick
COORDINATES = st.floats(-20, 20, allow_nan=False).map(lambda x: round(x, 2))
PLACES = st.tuples(COORDINATES, COORDINATES)


@dataclass(frozen=True)
class Expected:
    """Where undo or redo has to lead."""

    document: Document
    cursor: int
    gesture: object | None = None


class Sequences(RuleBasedStateMachine):
    """A store, a person who clicks anything, and a model thread that may answer late."""

    @initialize(n=st.integers(0, 30))
    def open(self, n: int) -> None:
        data = build.points(n=n, k=2) if n else build.no_points()
        self.store = Store(build.snapshot(data))
        self.store.changed.connect(self._on_changed)
        self.shown = self.store.snapshot
        self.faults: list[str] = []
        self.undos: list[Expected] = []
        self.redos: list[Expected] = []
        self.gesture: object = object()
        self.late: Answer | None = None

    def _on_changed(self, old: Snapshot, new: Snapshot) -> None:
        # An exception in here would not come back through the signal.
        if old is new or old is not self.shown or new is not self.store.snapshot:
            self.faults.append("a change that is none, or out of order")
        self.shown = new

    def _do(self, edit: Edit, label: str | None = None, gesture: object | None = None) -> None:
        before, past = self.store.snapshot, self.store.history
        self.store.apply(edit, label, gesture)
        now = self.store.snapshot
        if label is None or now.document is before.document:
            assert self.store.history is past
            return
        self.redos.clear()
        if not (gesture is not None and self.undos and self.undos[-1].gesture is gesture):
            self.undos.append(Expected(before.document, before.cursor, gesture))

    # ------------------------------------------------------------ the person

    @rule(count=st.integers(1, 5), merge=st.booleans())
    def step(self, count: int, merge: bool) -> None:
        before = self.store.snapshot
        self._do(edits.want_halves(count, merge=merge))
        known = len(before.document.states) - 1 - before.cursor
        if before.document.given is None and known >= count and not (merge and before.activity.pending):
            now = self.store.snapshot
            assert now.document is before.document
            assert now.cursor == before.cursor + count
            assert now.activity.pending == 0

    @rule(index=st.integers(-2, 30))
    def seek(self, index: int) -> None:
        document = self.store.snapshot.document
        self._do(edits.seek(index))
        assert self.store.snapshot.document is document

    @rule()
    def back_and_forth(self) -> None:
        before = self.store.snapshot
        if before.cursor < 1 or before.document.given is not None:
            return
        self._do(edits.seek(before.cursor - 1))
        self._do(edits.want_halves(1))
        assert self.store.snapshot.state is before.state

    @rule()
    def run(self) -> None:
        self._do(edits.run())

    @rule(by_user=st.booleans())
    def pause(self, by_user: bool) -> None:
        self._do(edits.pause(by_user=by_user))

    @rule(k=st.integers(1, 4))
    def choose_k(self, k: int) -> None:
        self._do(edits.choose_model(k=k), "Components")

    @rule(family=st.sampled_from(FAMILIES), start=st.sampled_from(["kmeans++", "random"]))
    def choose_family(self, family: str, start: str) -> None:
        self._do(edits.choose_model(covariance=family, start=start), "Family")

    @rule(name=st.sampled_from([algorithm.name for algorithm in ALGORITHMS]))
    def choose_algorithm(self, name: str) -> None:
        self._do(edits.choose_model(algorithm=name), "Algorithm")

    @rule(noise=st.booleans(), floor=st.sampled_from([1e-9, 1e-3]))
    def choose_noise(self, noise: bool, floor: float) -> None:
        self._do(edits.choose_model(noise=noise, floor=floor), "Noise")

    @rule(means=st.booleans(), weights=st.booleans())
    def tie(self, means: bool, weights: bool) -> None:
        self._do(edits.tie_means(means), "Tie means")
        self._do(edits.tie_weights(weights), "Tie weights")

    @rule(place=st.one_of(st.none(), PLACES))
    def fix_mean(self, place: tuple[float, float] | None) -> None:
        self._do(edits.fix_mean(place), "Fix mean")

    @rule(kind=st.sampled_from(KINDS), component=st.integers(0, 3))
    def lock(self, kind: str, component: int) -> None:
        before = self.store.snapshot
        if before.parameters is None or component >= before.parameters.n_components:
            return
        self._do(edits.toggle_lock(kind, frozenset({component})), "Lock")
        now = self.store.snapshot
        if before.parameters is not None and now is not before:
            assert now.parameters is before.parameters, "a lock moved something"

    @rule(component=st.integers(0, 3), other=st.integers(0, 3), which=st.sampled_from(range(4)))
    def operate(self, component: int, other: int, which: int) -> None:
        before = self.store.snapshot.parameters
        if before is None or max(component, other) >= before.n_components:
            return
        edit = (
            edits.split_component(component),
            edits.duplicate_component(component),
            edits.merge_components(sorted({component, other})),
            edits.remove_components([component]),
        )[which]
        if not (before.n_components >= LARGEST and which < 2):
            self._do(edit, "Operate")

    @rule(remedy=st.sampled_from(REMEDIES), component=st.integers(0, 3))
    def cure(self, remedy: Remedy, component: int) -> None:
        if self.store.snapshot.document.points.n:
            self._do(edits.cure(remedy, component), "Cure")

    @rule(tolerance=st.sampled_from([0.0, 1e-2, 10.0]), largest=st.integers(0, 6))
    def choose_stop(self, tolerance: float, largest: int) -> None:
        states = self.store.snapshot.document.states
        self._do(edits.choose_model(tolerance=tolerance, max_iterations=largest), "Stop")
        assert self.store.snapshot.document.states is states

    @rule(values=st.lists(PLACES, max_size=4), stroke=st.booleans())
    def add_points(self, values: list[tuple[float, float]], stroke: bool) -> None:
        added = np.array(values).reshape(-1, 2)
        self._do(edits.add_points(added), "Draw", self.gesture if stroke else None)

    @rule(far=st.sampled_from([1e5, -1e8]))
    def add_far_point(self, far: float) -> None:
        self._do(edits.add_points([[far, 0.0]]), "Draw")

    @rule(data=st.data())
    def erase_points(self, data: st.DataObject) -> None:
        n = self.store.snapshot.document.points.n
        erased = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
        self._do(edits.erase_points(np.array(erased, dtype=bool)), "Erase", self.gesture)

    @rule()
    def clear_points(self) -> None:
        self._do(edits.clear_points(), "Clear")

    @rule(n=st.integers(3, 20), k=st.integers(1, 3))
    def open_points(self, n: int, k: int) -> None:
        self._do(edits.open_points(build.points(n=n, seed=n), k=k), "Open")

    @rule(component=st.integers(0, 3), place=PLACES, drag=st.booleans())
    def move_mean(self, component: int, place: tuple[float, float], drag: bool) -> None:
        before = self.store.snapshot
        if before.parameters is None or component >= before.parameters.n_components:
            return
        self._do(edits.move_mean(component, place), "Move mean", self.gesture if drag else None)
        now = self.store.snapshot
        if now is not before:
            states = now.document.states
            assert states == before.document.states[: len(states)]
            assert len(states) <= before.cursor + 1, "states after the one shown are stale"

    @rule()
    def let_go(self) -> None:
        self.gesture = object()

    @rule()
    def cancel_gesture(self) -> None:
        before = self.store.snapshot
        self.store.cancel(self.gesture)
        if self.undos and self.undos[-1].gesture is self.gesture:
            self._assert_at(self.undos.pop())
            self.redos.clear()
        else:
            assert self.store.snapshot is before

    @rule()
    def reset(self) -> None:
        before = self.store.snapshot.document
        self._do(edits.reset_to_start(), "Reset")
        now = self.store.snapshot.document
        assert now is before or now.states == before.states[:1]

    @rule(speed=st.sampled_from(SPEEDS), layer=st.sampled_from(LAYERS))
    def look_differently(self, speed: object, layer: object) -> None:
        document = self.store.snapshot.document
        self._do(edits.choose_view(speed=speed.key))
        self._do(edits.toggle_layer(layer.key))
        assert self.store.snapshot.document is document

    @rule()
    def undo(self) -> None:
        before = self.store.snapshot
        self.store.undo()
        if not self.undos:
            assert self.store.snapshot is before
            return
        self._assert_at(self.undos.pop())
        self.redos.append(Expected(before.document, before.cursor))

    @rule()
    def redo(self) -> None:
        before = self.store.snapshot
        self.store.redo()
        if not self.redos:
            assert self.store.snapshot is before
            return
        self._assert_at(self.redos.pop())
        self.undos.append(Expected(before.document, before.cursor))

    def _assert_at(self, expected: Expected) -> None:
        now = self.store.snapshot
        assert now.document is expected.document
        assert now.cursor == expected.cursor
        assert not now.activity.running
        assert now.activity.pending == 0

    # ------------------------------------------------------------ the model thread

    @rule()
    def answer(self) -> None:
        """The model thread does what it is asked to do now."""
        request = next_request(self.store.snapshot)
        if request is None:
            self._do(edits.pause())
        else:
            self._take(serve(request, lambda: False))

    @rule()
    def work_slowly(self) -> None:
        """The model thread begins with what it is asked to do now, and is not back yet."""
        request = next_request(self.store.snapshot)
        if request is not None and self.late is None:
            self.late = serve(request, lambda: False)

    @rule()
    def answer_late(self) -> None:
        if self.late is None:
            return
        answer, self.late = self.late, None
        before = self.store.snapshot
        request = answer.request
        if isinstance(request, StartRequest):
            waited_for = request.document is before.document
        else:
            waited_for = before.document.latest is request.base and before.document.given is None
        self._take(answer)
        assert waited_for or self.store.snapshot is before, "a stale answer was shown"

    def _take(self, answer: Answer) -> None:
        request = answer.request
        if isinstance(request, AdvanceRequest):
            assert answer.failure is None
            done = len(answer.states) if request.counted else 0
            self._do(edits.append_states(request.base, answer.states, halves_done=done), "Step")
        elif answer.states:
            self._do(edits.evaluated(request.document, answer.states[0]))
        else:
            assert answer.failure
            self._do(edits.failed(request.document, answer.failure))

    # ------------------------------------------------------------ always

    @invariant()
    def everything_fits_together(self) -> None:
        if hasattr(self, "store"):
            assert not self.faults
            assert self.shown is self.store.snapshot
            assert_sound(self.store.snapshot)
            assert len(self.store.history.undo) == len(self.undos)
            assert len(self.store.history.redo) == len(self.redos)


TestSequences = Sequences.TestCase
TestSequences.settings = settings(max_examples=max(100, settings().max_examples), stateful_step_count=40)
