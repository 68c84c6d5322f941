"""What the model thread is asked, and how it answers: pure functions of frozen values, no threads here."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.em import e_step, m_step, start_state
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.mixture.stopping import Cancelled, ShouldStop
from gmmviewer.session.choices import speed
from gmmviewer.session.document import Document
from gmmviewer.session.locks import with_held
from gmmviewer.session.snapshot import Snapshot

BUDGET = 0.012  # seconds of steps per answer in a run: a picture follows within one 60 Hz frame


@dataclass(frozen=True, eq=False)
class StartRequest:
    """Make the state this document waits for: its start, or the log-likelihood of given parameters."""

    document: Document


@dataclass(frozen=True, eq=False)
class AdvanceRequest:
    """Go on from ``base``: ``halves`` half-steps (None: as many as fit), or until ``rule`` says stop."""

    sample: Sample
    base: FitState
    halves: int | None
    rule: StopRule | None
    counted: bool  # whether the half-steps were asked for one by one


@dataclass(frozen=True, eq=False)
class Answer:
    """The states that were made; ``failure`` says why there are none, ``cancelled`` that it was stopped."""

    request: StartRequest | AdvanceRequest
    states: tuple[FitState, ...]
    failure: str | None = None
    cancelled: bool = False


def next_request(snapshot: Snapshot) -> StartRequest | AdvanceRequest | None:
    """What the model thread should do next for this snapshot, if anything."""
    document = snapshot.document
    if document.points.n == 0 or snapshot.failure is not None:
        return None
    if document.needs_evaluation:
        return StartRequest(document)
    latest = document.latest
    if latest is None:
        return None
    sample = document.points.sample
    if snapshot.activity.running:
        rule = document.model.rule
        if rule.reason(latest) is not None:
            return None
        return AdvanceRequest(sample, latest, _halves_of_a_tick(snapshot, latest), rule, counted=False)
    if snapshot.activity.pending:
        return AdvanceRequest(sample, latest, snapshot.activity.pending, None, counted=True)
    return None


def is_obsolete(request: StartRequest | AdvanceRequest, snapshot: Snapshot) -> bool:
    """Whether nobody waits for the answer any more."""
    document = snapshot.document
    if isinstance(request, StartRequest):
        return document is not request.document
    if document.latest is not request.base or document.given is not None:
        return True
    return not (snapshot.activity.pending if request.counted else snapshot.activity.running)


def serve(request: StartRequest | AdvanceRequest, should_stop: ShouldStop) -> Answer:
    """Do the work. A start that cannot be made comes back as ``failure``, with advice; steps never fail."""
    if isinstance(request, AdvanceRequest):
        return _advance(request, should_stop)
    try:
        return Answer(request, (_start(request.document, should_stop),))
    except Cancelled:
        return Answer(request, (), cancelled=True)
    except ValueError as mistake:
        return Answer(request, (), failure=str(mistake))


def _start(document: Document, should_stop: ShouldStop) -> FitState:
    sample, model, given = document.points.sample, document.model, document.given
    plan = model.plan(sample.d)
    if given is None:
        generator = np.random.default_rng(model.seed)
        mixture = beginning(sample, model.k, plan, model.start, generator, model.fixed_mean, should_stop)
        mixture = with_held(mixture, document.held, model.constraints)
        return start_state(sample, mixture, plan, should_stop=should_stop)
    state = start_state(
        sample,
        given.mixture,
        plan,
        iteration=document.next_iteration,
        source=given.source,
        should_stop=should_stop,
    )
    return e_step(state) if given.assigned else state


def _advance(request: AdvanceRequest, should_stop: ShouldStop) -> Answer:
    states: list[FitState] = []
    state = request.base
    deadline = time.perf_counter() + BUDGET
    try:
        while True:
            after_e = state.stage is Stage.AFTER_E
            state = m_step(request.sample, state, should_stop) if after_e else e_step(state)
            states.append(state)
            if request.halves is not None and len(states) >= request.halves:
                break
            if request.rule is not None and request.rule.reason(state) is not None:
                break
            if state.stage is Stage.AFTER_E and time.perf_counter() > deadline:
                break
    except Cancelled:
        return Answer(request, tuple(states), cancelled=True)
    return Answer(request, tuple(states))


def _halves_of_a_tick(snapshot: Snapshot, latest: FitState) -> int | None:
    """How many half-steps a run shows at once: as many as fit, a whole iteration, or one."""
    pace = speed(snapshot.view.speed)
    if pace.interval == 0.0:
        return None
    return 2 if latest.stage is Stage.AFTER_E and not pace.by_halves else 1
