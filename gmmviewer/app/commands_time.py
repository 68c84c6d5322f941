"""Commands in time: steps, runs, and travel along the trace."""

from __future__ import annotations

from gmmviewer.app.commands_part import Part
from gmmviewer.mixture.state import Stage
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot


class TimeCommands(Part):
    """Half-steps, steps, runs; first, last, best."""

    def step_e(self) -> None:
        """One E-step."""
        self._store.apply(edits.want_halves(1, merge=self.held))

    def step_m(self) -> None:
        """One M-step."""
        self._store.apply(edits.want_halves(1, merge=self.held))

    def step(self) -> None:
        """On to the next state after an E-step with a new M-step behind it."""
        self._store.apply(edits.want_halves(halves_of_a_step(self._snapshot), merge=self.held))

    def step_back(self) -> None:
        """To the end of the iteration before."""
        self._store.apply(edits.seek(end_of_iteration_before(self._snapshot)))

    def half_step(self) -> None:
        """One half-step, E or M."""
        self._store.apply(edits.want_halves(1, merge=self.held))

    def half_back(self) -> None:
        """One half-step back in time."""
        self._store.apply(edits.seek(self._snapshot.cursor - 1))

    def run(self) -> None:
        """Run, or pause a run."""
        running = self._snapshot.activity.running
        self._store.apply(edits.pause(by_user=True) if running else edits.run())

    def first(self) -> None:
        """To the start of the trace."""
        self._store.apply(edits.seek(0))

    def last(self) -> None:
        """To the end of the trace."""
        self._store.apply(edits.seek(len(self._snapshot.document.states) - 1))

    def best(self) -> None:
        """To the state with the highest objective."""
        self._store.apply(edits.seek_best())

    def reset(self) -> None:
        """Forget the iterations."""
        self._store.apply(edits.reset_to_start(), "Reset")


def halves_of_a_step(snapshot: Snapshot) -> int:
    """Half-steps to the end of an iteration: M and E; from a start also the E before them."""
    if not snapshot.at_end:
        return _halves_in_trace(snapshot)
    if snapshot.next_half is Stage.AFTER_M:
        return 2
    stage = None if snapshot.state is None else snapshot.state.stage
    fresh = stage is not Stage.AFTER_M and snapshot.activity.pending == 0
    return 3 if fresh else 1


def end_of_iteration_before(snapshot: Snapshot) -> int:
    """The index of the last state before the one shown at which an iteration ends."""
    states = snapshot.document.states
    for index in range(snapshot.cursor - 1, 0, -1):
        if states[index].stage is not Stage.AFTER_M:
            return index
    return 0


def _halves_in_trace(snapshot: Snapshot) -> int:
    """How far ahead the next state lies that closes an iteration after the one shown."""
    states = snapshot.document.states
    here = states[snapshot.cursor]
    target = here.iteration + (0 if here.stage is Stage.AFTER_M else 1)
    for ahead, state in enumerate(states[snapshot.cursor + 1 :], start=1):
        if state.stage is Stage.AFTER_E and state.iteration >= target:
            return ahead
    return len(states) - 1 - snapshot.cursor
