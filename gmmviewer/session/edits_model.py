"""Edits of the model: what is fitted, how, and from where.

K, family, start, seed, noise and a fixed mean make a new start. Algorithm, ties and floor let EM go on from
the parameters on screen. Locks change nothing but what follows. What is locked stays bit for bit through all
of it; only the hand moves it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.constraints import NOBODY, Components
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import Progress, Stage
from gmmviewer.session import locks
from gmmviewer.session.document import Given, ModelChoice, same_plan
from gmmviewer.session.edit import Edit, with_document
from gmmviewer.session.snapshot import Activity, Snapshot

_MAKES_A_START = {"k", "covariance", "start", "seed", "noise", "fixed_mean"}
_GOES_ON = {"algorithm", "constraints", "floor"}  # the rest only says when to stop


def choose_model(**changes: Any) -> Edit:
    """Choose by the field names of ModelChoice; other parameters follow only if they have to."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        model = replace(document.model, **changes)
        if model == document.model:
            return snapshot
        changed = {name for name in vars(model) if getattr(model, name) != getattr(document.model, name)}
        if not _MAKES_A_START.isdisjoint(changed):
            return _with_new_start(snapshot, model)
        if _GOES_ON.isdisjoint(changed):
            return replace(snapshot, document=replace(document, model=model), activity=Activity())
        if changed == {"constraints"} and _same_ties(model, document.model):
            return _with_other_locks(snapshot, model)
        return _going_on(snapshot, model)

    return edit


def toggle_lock(kind: str, components: Components) -> Edit:
    """Lock the ``weights``, ``means`` or ``covariances`` of some components, or free them if all were locked.

    A shared mean is one: it is locked for all components or for none.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        model, parameters = snapshot.document.model, snapshot.parameters
        if parameters is None or (kind == "means" and model.fixed_mean is not None):
            return snapshot
        chosen, before = components, model.constraints
        if kind == "means" and shares_mean(snapshot):
            chosen = frozenset(range(parameters.n_components))
            before = replace(before, means=chosen if before.means else NOBODY)
        return choose_model(constraints=locks.toggled(before, kind, chosen))(snapshot)

    return edit


def toggle_all_locks(components: Components) -> Edit:
    """Lock everything of some components, or free it if all of it was locked."""

    def edit(snapshot: Snapshot) -> Snapshot:
        if snapshot.parameters is None or not components:
            return snapshot
        before = snapshot.document.model.constraints
        shut = not locks.all_locked(before, components)
        return choose_model(constraints=locks.with_all(before, components, shut=shut))(snapshot)

    return edit


def tie_means(tied: bool) -> Edit:
    """One mean for all components, or a mean for each."""

    def edit(snapshot: Snapshot) -> Snapshot:
        before = snapshot.document.model.constraints
        return choose_model(constraints=replace(before, shared_mean=tied))(snapshot)

    return edit


def tie_weights(tied: bool) -> Edit:
    """One weight for all components whose weight is free, or a weight for each."""

    def edit(snapshot: Snapshot) -> Snapshot:
        before = snapshot.document.model.constraints
        return choose_model(constraints=replace(before, equal_weights=tied))(snapshot)

    return edit


def fix_mean(mean: tuple[float, ...] | None) -> Edit:
    """Keep all means at one place, in data units, or let them go."""
    return choose_model(fixed_mean=mean)


def fix_shown_mean() -> Edit:
    """Keep all means where the mean of the mixture on screen is; that of the points before there is one."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document, mixture = snapshot.document, snapshot.mixture
        if mixture is not None:
            place = np.average(mixture.means, axis=0, weights=np.maximum(mixture.weights, 1e-300))
        else:
            place = document.points.units.restore(document.points.sample.mean)
        return fix_mean(tuple(place.tolist()))(snapshot)

    return edit


def reset_to_start() -> Edit:
    """Forget every iteration but the first; the start stays as it was, under the model as it is now."""

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        if not document.states or (len(document.states) == 1 and document.given is None):
            return snapshot
        first, model = document.states[0], document.model
        shown, shut = snapshot.parameters, model.constraints
        standard = locks.with_held(first.standard, shown, shut, renumber=False)
        if standard is first.standard and same_plan(first.plan, model.plan(document.points.d)):
            return with_document(snapshot, replace(document, states=(first,), given=None), cursor=0)
        given = Given(standard, None, assigned=False)
        return with_document(snapshot, replace(document, states=(), given=given, by_hand=True))

    return edit


def move_mean(component: int, mean: ArrayLike) -> Edit:
    """Put the mean of one component (in data units) elsewhere, or that of all if they share it.

    EM goes on from there, and states after the one shown are dropped. A start that is moved is still the
    start; anywhere else the hand leaves a state of its own on the curve. What is locked stays locked there.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, document = snapshot.parameters, snapshot.document
        if standard is None:
            return snapshot
        place = document.points.units.standardise(mean)
        if shares_mean(snapshot):
            moved = _with_means(standard, np.repeat(place[None], standard.n_components, axis=0))
        else:
            moved = standard.with_mean(component, place)
        if np.array_equal(moved.means, standard.means):
            return snapshot
        model = document.model
        if model.fixed_mean is not None:
            model = replace(model, fixed_mean=tuple(np.asarray(mean, dtype=np.float64).tolist()))
        return by_hand(snapshot, Given(moved, snapshot.source, assigned=False), model)

    return edit


def by_hand(snapshot: Snapshot, given: Given, model: ModelChoice, *, running: bool = False) -> Snapshot:
    """Parameters set by hand take the place of what follows the state shown, or of the start itself."""
    document = snapshot.document
    kept = document.states[: snapshot.cursor + 1]
    if kept and kept[-1].stage is Stage.START:
        kept = kept[:-1]  # where the hand was a moment ago
    changed = replace(
        document, model=model, states=kept, given=given, by_hand=document.by_hand or not kept, held=None
    )
    return with_document(snapshot, changed, running=running)


def shares_mean(snapshot: Snapshot) -> bool:
    """Whether all components have one mean: tied, fixed, or by the family."""
    model = snapshot.document.model
    family = model.family(snapshot.document.points.d)
    return model.constraints.shared_mean or model.fixed_mean is not None or family.shared_mean


def _with_new_start(snapshot: Snapshot, model: ModelChoice) -> Snapshot:
    """The start of another model; what is locked stays where it is on screen."""
    document = snapshot.document
    held = document.held if snapshot.parameters is None else snapshot.parameters
    constraints = locks.fitting(model.constraints, model.k, model.noise, held)
    if model.fixed_mean is not None:
        constraints = replace(constraints, means=NOBODY)  # it has the last word
    model = replace(model, constraints=constraints)
    kept = held if locks.has_locks(constraints) else None
    fresh = replace(document, model=model, states=(), given=None, by_hand=False, held=kept)
    return with_document(snapshot, fresh)


def _with_other_locks(snapshot: Snapshot, model: ModelChoice) -> Snapshot:
    """The state shown, to be left under another plan: nothing has to be computed, and a run goes on."""
    document, state = snapshot.document, snapshot.state
    if document.given is not None or state is None:
        return with_document(snapshot, replace(document, model=model), running=True)
    here = replace(state, plan=model.plan(document.points.d), progress=Progress(), trail=None)
    states = (*document.states[: snapshot.cursor], here)
    return with_document(snapshot, replace(document, model=model, states=states), running=True)


def _going_on(snapshot: Snapshot, model: ModelChoice) -> Snapshot:
    """The parameters on screen under another plan; a start that nobody has touched is made anew for it."""
    document, standard = snapshot.document, snapshot.parameters
    if standard is None or not document.has_begun:
        return _with_new_start(snapshot, model)
    given = Given(standard, snapshot.source, assigned=False)
    algorithm = model.plan(document.points.d).algorithm
    if model.algorithm != document.model.algorithm and not algorithm.settled(0):
        return _from_iteration_0(snapshot, model, given)  # it begins hot, however far EM has come
    return by_hand(snapshot, given, model, running=True)


def _from_iteration_0(snapshot: Snapshot, model: ModelChoice, given: Given) -> Snapshot:
    document = snapshot.document
    changed = replace(document, model=model, states=(), given=given, by_hand=True, held=None)
    return with_document(snapshot, changed, running=True)


def _same_ties(one: ModelChoice, other: ModelChoice) -> bool:
    return locks.unlocked(one.constraints) == locks.unlocked(other.constraints)


def _with_means(mixture: Mixture, means: np.ndarray) -> Mixture:
    return Mixture(mixture.weights, means, mixture.covariances, mixture.noise)
