"""What holds for every snapshot, whatever was done to it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.snapshot import Snapshot

FOLLOWS = {
    Stage.START: {Stage.AFTER_E},
    Stage.AFTER_E: {Stage.AFTER_M},
    Stage.AFTER_M: {Stage.AFTER_E},
}


def assert_sound(snapshot: Snapshot) -> None:
    """Fails with the first promise that this snapshot breaks."""
    document = snapshot.document
    states = document.states
    assert -1 <= snapshot.cursor < max(len(states), 0) or (snapshot.cursor == -1 and not states)
    assert (snapshot.cursor == -1) == (not states), "a trace without a state shown, or the other way round"
    assert snapshot.activity.pending >= 0
    assert not document.points.values.flags.writeable
    for state in states:
        _assert_state(state, snapshot)
    for before, after in pairwise(states):
        _assert_follows(before, after)
    if states:
        first = states[0]
        assert first.iteration == 0
        assert first.stage is not Stage.AFTER_M
    if document.given is not None:
        _assert_mixture(document.given.mixture, snapshot)
        assert document.needs_evaluation or document.points.n == 0, "given parameters that nobody evaluates"
    assert document.points.n > 0 or not states, "states of points that are gone"


def assert_same_bits(one: Mixture, other: Mixture) -> None:
    """Two mixtures are the same to the last bit."""
    for name in ("weights", "means", "covariances"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), f"{name} differ"


def assert_same_states(states: tuple[FitState, ...], expected: tuple[FitState, ...]) -> None:
    """Two traces are the same to the last bit."""
    assert [(s.iteration, s.stage) for s in states] == [(s.iteration, s.stage) for s in expected]
    for one, other in zip(states, expected, strict=True):
        assert_same_bits(one.standard, other.standard)
        assert one.log_likelihood == other.log_likelihood
        assert one.bound == other.bound


def _assert_state(state: FitState, snapshot: Snapshot) -> None:
    points = snapshot.document.points
    assert state.n == points.n, "a state of other points: stale"
    assert state.units is points.units, "a state in other units: stale"
    assert np.isfinite(state.log_likelihood)
    assert (state.source is None) <= (state.stage is Stage.START), (
        "after a half-step without responsibilities"
    )
    assert (state.bound is None) == (state.stage is Stage.START)
    _assert_mixture(state.standard, snapshot)


def _assert_mixture(mixture: Mixture, snapshot: Snapshot) -> None:
    assert mixture.n_components == snapshot.document.model.k, "parameters of another K: stale"
    background = 0.0 if mixture.noise is None else mixture.noise.weight
    assert abs(mixture.weights.sum() + background - 1.0) < 1e-12
    assert (mixture.noise is not None) == snapshot.document.model.noise
    for array in (mixture.weights, mixture.means, mixture.covariances):
        assert not array.flags.writeable
        assert np.isfinite(array).all()


def _assert_follows(before: FitState, after: FitState) -> None:
    if after.stage is Stage.START:  # the hand moved a mean
        assert after.iteration == before.iteration + 1
        return
    assert after.stage in FOLLOWS[before.stage], f"{after.stage} cannot follow {before.stage}"
    assert after.iteration == before.iteration + (after.stage is Stage.AFTER_M)
    if after.stage is Stage.AFTER_E:
        assert after.standard is before.standard
        assert after.source is before.standard
    else:
        assert after.source is before.standard
