"""The trace as arrays for the timeline: one number per state, extended when EM goes on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.events import Fell
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.session.document import same_plan

STAGES = (Stage.START, Stage.AFTER_E, Stage.AFTER_M)
FIRST_SIZE = 256
LARGEST_DRAWN = 2_000  # points of a curve; more than about one per pixel shows nothing


def position(state: FitState) -> float:
    """Where a state stands on the time axis, in iterations.

    The E-step of iteration i is at i; the parameters it used, from an M-step or a start, at i − ½. So every
    half-step is half a unit, and no two states stand at the same place.
    """
    return state.iteration if state.stage is Stage.AFTER_E else state.iteration - 0.5


def bound_below(state: FitState) -> float:
    """The lower bound of what is plotted, in nats; NaN where there is none.

    L bounds the log-likelihood, and with the log-density of the prior the log-posterior. While annealed EM
    is hot, its free energy is another quantity.
    """
    algorithm = state.plan.algorithm
    if state.bound is None or not algorithm.settled(min(state.assigned_at, state.iteration)):
        return float("nan")
    return state.bound + (state.objective - state.log_likelihood if algorithm.has_prior else 0.0)


def by_hand(before: FitState, state: FitState) -> bool:
    """Whether a hand has set these parameters: they follow from no step, and the model is the one before."""
    if state.stage is Stage.AFTER_M or state.standard is before.standard:
        return False
    return same_plan(before.plan, state.plan)


class TraceArrays:
    """Positions, objectives, bounds, stages, falls and leaps of a growing trace.

    ``follow`` looks only at the states that are new: 20 000 states cost as little per frame as 20.
    """

    def __init__(self) -> None:
        self._states: tuple[FitState, ...] = ()
        self._numbers: FloatArray = np.empty((5, FIRST_SIZE))
        self._stages: NDArray[np.int8] = np.empty(FIRST_SIZE, dtype=np.int8)
        self._fell: NDArray[np.bool_] = np.zeros(FIRST_SIZE, dtype=bool)
        self._leapt: NDArray[np.bool_] = np.zeros(FIRST_SIZE, dtype=bool)
        self._hand: NDArray[np.bool_] = np.zeros(FIRST_SIZE, dtype=bool)
        self._turns: NDArray[np.bool_] = np.zeros(FIRST_SIZE, dtype=bool)
        self._wanders: NDArray[np.bool_] = np.zeros(FIRST_SIZE, dtype=bool)

    def __len__(self) -> int:
        return len(self._states)

    def follow(self, states: tuple[FitState, ...], start_by_hand: bool = False) -> None:
        """Take over this trace, from where it differs from the one before."""
        kept = shared(self._states, states)
        self._reserve(len(states))
        for index in range(kept, len(states)):
            state = states[index]
            lower = np.nan if state.bound is None else state.bound
            log_likelihoods = (state.log_likelihood, lower)
            self._numbers[:, index] = (position(state), *log_likelihoods, bound_below(state), state.objective)
            self._stages[index] = STAGES.index(state.stage)
            self._fell[index] = state.stage is Stage.AFTER_M and any(
                isinstance(e, Fell) for e in state.events
            )
            algorithm = state.plan.algorithm
            before = states[index - 1] if index else state
            self._leapt[index] = state.leapt and state.stage is Stage.AFTER_M
            self._hand[index] = index > 0 and by_hand(before, state)
            self._turns[index] = before.plan.algorithm is not algorithm
            self._wanders[index] = not algorithm.climbs
        self._states = states
        if states:
            self._hand[0] = start_by_hand and states[0].stage is Stage.START

    @property
    def states(self) -> tuple[FitState, ...]:
        """The states themselves."""
        return self._states

    @property
    def x(self) -> FloatArray:
        """Positions on the time axis."""
        return self._numbers[0, : len(self)]

    @property
    def log_likelihood(self) -> FloatArray:
        """Nats."""
        return self._numbers[1, : len(self)]

    @property
    def objective(self) -> FloatArray:
        """What the algorithm climbs, in nats: the curve."""
        return self._numbers[4, : len(self)]

    @property
    def bound(self) -> FloatArray:
        """The lower bound of the objective in nats; NaN before the first E-step."""
        return self._numbers[3, : len(self)]

    @property
    def fell(self) -> NDArray[np.bool_]:
        """Where the objective fell."""
        return self._fell[: len(self)]

    @property
    def leapt(self) -> NDArray[np.intp]:
        """The indices of the leaps of accelerated EM."""
        return np.flatnonzero(self._leapt[: len(self)])

    @property
    def by_hand(self) -> NDArray[np.intp]:
        """The indices of the states that a hand has made, the start among them if it was moved."""
        return np.flatnonzero(self._hand[: len(self)])

    def stretches(self) -> list[slice]:
        """The parts that one algorithm has made: what different ones climb cannot be compared."""
        edges = [0, *np.flatnonzero(self._turns[: len(self)]).tolist(), len(self)]
        return [slice(a, b) for a, b in pairwise(edges) if b > a]

    def wandering(self) -> NDArray[np.intp]:
        """The last states after an E-step, all of one algorithm that does not climb; none if it does."""
        if not len(self) or not self._wanders[len(self) - 1]:
            return np.empty(0, dtype=np.intp)
        index = self.at(Stage.AFTER_E)
        return np.asarray(index[index >= self.stretches()[-1].start])

    def running_mean(self) -> tuple[FloatArray, FloatArray]:
        """Places and means of the objective over the later half of what an algorithm has wandered so far.

        The later half, as the way from the start to where it wanders about should not count for ever.
        """
        index = self.wandering()
        values = self.objective[index]
        base = values[0] if len(values) else 0.0
        sums = np.concatenate([[0.0], np.cumsum(values - base)])
        last = np.arange(1, len(values) + 1)
        first = last // 2
        return self.x[index], base + (sums[last] - sums[first]) / (last - first)

    def best(self) -> int | None:
        """The index of the best state of an algorithm that does not climb."""
        index = self.wandering()
        return int(index[self.objective[index].argmax()]) if len(index) else None

    def at(self, stage: Stage) -> NDArray[np.intp]:
        """The indices of the states at this stage."""
        return np.flatnonzero(self._stages[: len(self)] == STAGES.index(stage))

    def nearest(self, x: float) -> int:
        """The index of the state nearest to a place on the time axis; −1 in an empty trace."""
        if not len(self):
            return -1
        right = int(np.searchsorted(self.x, x))
        candidates = range(max(0, right - 1), min(len(self), right + 1))
        return min(candidates, key=lambda index: abs(float(self.x[index]) - x))

    def limits(self) -> tuple[float, float]:
        """The lowest and the highest of all that is plotted: objectives and their bounds."""
        return self._limits(3, 5)

    def likelihood_limits(self) -> tuple[float, float]:
        """The lowest and the highest of all log-likelihoods and of their bounds L."""
        return self._limits(1, 3)

    def _limits(self, first: int, end: int) -> tuple[float, float]:
        values = self._numbers[first:end, : len(self)]
        finite = values[np.isfinite(values)]
        return (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)

    def _reserve(self, n: int) -> None:
        size = len(self._stages)
        if n <= size:
            return
        more = max(n, 2 * size) - size
        self._numbers = np.pad(self._numbers, ((0, 0), (0, more)))
        self._stages = np.pad(self._stages, (0, more))
        self._fell = np.pad(self._fell, (0, more))
        self._leapt = np.pad(self._leapt, (0, more))
        self._hand = np.pad(self._hand, (0, more))
        self._turns = np.pad(self._turns, (0, more))
        self._wanders = np.pad(self._wanders, (0, more))


def shared(old: Sequence[FitState], new: Sequence[FitState]) -> int:
    """How many states both traces begin with. A state says where it came from, so bisection finds it."""
    low, high = 0, min(len(old), len(new))
    if high and old[high - 1] is new[high - 1]:
        return high
    while low < high:
        middle = (low + high) // 2
        if old[middle] is new[middle]:
            low = middle + 1
        else:
            high = middle
    return low


def thinned(x: FloatArray, y: FloatArray, largest: int = LARGEST_DRAWN) -> tuple[FloatArray, FloatArray]:
    """A curve of at most about ``largest`` points that looks the same: of each group its two extremes."""
    groups = largest // 2
    size = -(-len(x) // groups)
    if size <= 2:
        return x, y
    whole = len(x) // size * size
    blocks = np.where(np.isfinite(y[:whole]), y[:whole], -np.inf).reshape(-1, size)
    low, high = blocks.argmin(axis=1), blocks.argmax(axis=1)
    starts = np.arange(0, whole, size)
    pairs = np.column_stack([starts + np.minimum(low, high), starts + np.maximum(low, high)]).ravel()
    index = np.concatenate([[0], pairs, np.arange(whole, len(x)), [len(x) - 1]])
    return x[index], y[index]
