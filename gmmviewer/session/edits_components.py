"""Edits of single components: remedies for those in trouble, splitting, merging, removing, duplicating."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gmmviewer.mixture import surgery
from gmmviewer.mixture.constraints import NOBODY, Components
from gmmviewer.mixture.events import Event, Identical
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.remedies import Remedy, raised_floor, remedies_for, twin_of
from gmmviewer.session import locks
from gmmviewer.session.document import LARGEST_K, Given, ModelChoice, has_responsibilities
from gmmviewer.session.edit import Edit, with_document
from gmmviewer.session.edits_model import by_hand, shares_mean
from gmmviewer.session.snapshot import Snapshot


def offered(event: Event, snapshot: Snapshot) -> tuple[Remedy, ...]:
    """The remedies against an event that do something for the model as it is."""
    if snapshot.parameters is None or event.component is None:
        return ()
    floor = snapshot.document.model.floor
    return tuple(
        remedy
        for remedy in remedies_for(event, snapshot.parameters.n_components, shares_mean(snapshot))
        if remedy.floor_factor == 1.0 or raised_floor(floor, remedy.floor_factor) > floor
    )


def cure(remedy: Remedy, component: int) -> Edit:
    """Apply a remedy to a component; EM goes on from there. What is drawn by lot is so by seed and place."""

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, model = snapshot.parameters, snapshot.document.model
        if standard is None or component >= standard.n_components or standard.n_components < remedy.fewest:
            return snapshot
        generator = np.random.default_rng([model.seed, snapshot.document.next_iteration, component])
        cured = remedy.apply(snapshot.document.points.sample, standard, component, generator)
        if remedy.floor_factor > 1.0:
            model = replace(model, floor=raised_floor(model.floor, remedy.floor_factor))
        touched = _touched(remedy, standard, component)
        gone = frozenset({max(touched)}) if cured.n_components < standard.n_components else NOBODY
        return _operated(snapshot, cured, _with_locks(model, gone, touched))

    return edit


def split_component(component: int | None = None) -> Edit:
    """Two components in place of one, the largest if none is named; the second comes last."""

    def change(standard: Mixture) -> tuple[Mixture, Components, Components]:
        chosen = surgery.largest(standard) if component is None else component
        return surgery.split(standard, chosen), NOBODY, frozenset({chosen})

    return _operation(change, grows=True)


def duplicate_component(component: int | None = None) -> Edit:
    """A component twice, the largest if none is named, each with half the weight; the copy comes last."""

    def change(standard: Mixture) -> tuple[Mixture, Components, Components]:
        chosen = surgery.largest(standard) if component is None else component
        return surgery.duplicate(standard, chosen), NOBODY, frozenset({chosen})

    return _operation(change, grows=True)


def merge_components(components: Sequence[int] = ()) -> Edit:
    """Two or more components as one: a single one with that most like it, without any the closest pair."""

    def change(standard: Mixture) -> tuple[Mixture, Components, Components]:
        chosen = sorted(components) or list(surgery.closest_pair(standard))
        if len(chosen) == 1:
            chosen = sorted([*chosen, twin_of(standard, chosen[0])])
        return surgery.merge(standard, chosen), frozenset(chosen[1:]), frozenset(chosen[:1])

    return _operation(change, fewest=2)


def remove_components(components: Sequence[int] = ()) -> Edit:
    """The mixture without some components, the smallest if none is named; one always stays."""

    def change(standard: Mixture) -> tuple[Mixture, Components, Components]:
        chosen = sorted(components) or [int(standard.weights.argmin())]
        if len(chosen) >= standard.n_components:
            return standard, NOBODY, NOBODY
        return surgery.prune(standard, chosen), frozenset(chosen), NOBODY

    return _operation(change, fewest=2)


Change = Callable[[Mixture], tuple[Mixture, Components, Components]]


def _operation(change: Change, *, fewest: int = 1, grows: bool = False) -> Edit:
    """``change`` answers the new mixture, which components are gone, and which are others now."""

    def edit(snapshot: Snapshot) -> Snapshot:
        standard = snapshot.parameters
        if standard is None or standard.n_components < fewest:
            return snapshot
        if grows and standard.n_components >= LARGEST_K:
            return snapshot
        changed, gone, freed = change(standard)
        if changed is standard:
            return snapshot
        return _operated(snapshot, changed, _with_locks(snapshot.document.model, gone, freed))

    return edit


def _operated(snapshot: Snapshot, mixture: Mixture, model: ModelChoice) -> Snapshot:
    """Other components by hand. Points keep or get colours of the new ones, as the numbers have moved.

    Another K is another likelihood, so its trace begins anew.
    """
    before, document = snapshot.parameters, snapshot.document
    if shares_mean(snapshot) and before is not None:
        mean = np.repeat(before.means[:1], mixture.n_components, axis=0)
        mixture = Mixture(mixture.weights, mean, mixture.covariances, mixture.noise)
    assigned = has_responsibilities(snapshot.state) or snapshot.source is not None
    given = Given(mixture, mixture if assigned else None, assigned)
    model = replace(model, k=mixture.n_components)
    if before is not None and before.n_components == mixture.n_components:
        return by_hand(snapshot, given, model, running=True)
    changed = replace(document, model=model, states=(), given=given, by_hand=True, held=None)
    return replace(with_document(snapshot, changed, running=True), chosen=())


def _with_locks(model: ModelChoice, gone: Components, freed: Components) -> ModelChoice:
    return replace(model, constraints=locks.without(model.constraints, gone, freed))


def _touched(remedy: Remedy, mixture: Mixture, component: int) -> Components:
    """The components that a remedy changes on purpose: what was locked there is free again."""
    if remedy.floor_factor > 1.0:
        return NOBODY
    if Identical.kind in remedy.kinds:
        return frozenset({component, twin_of(mixture, component)})
    return frozenset({component})
