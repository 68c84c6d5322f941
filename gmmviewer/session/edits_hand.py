"""Edits by hand of single parameters: by a drag on the canvas, or typed into the table.

All numbers are in data units. The value given is what the component then has, as far as the family and the
floor allow; what the model ties to it follows, what is locked elsewhere stays bit for bit. EM goes on from
there, as after ``move_mean``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture import surgery
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.reshape import allowed, proportioned, reshaped, weighted
from gmmviewer.session.document import LARGEST_K, Given, ModelChoice, has_responsibilities
from gmmviewer.session.edit import Edit, with_document
from gmmviewer.session.edits_model import by_hand, shares_mean
from gmmviewer.session.snapshot import Snapshot

SMALLEST_SPREAD = 1e-140  # of the unit of the data; squares of smaller numbers are denormal


def set_weight(component: int, weight: float) -> Edit:
    """Give one component exactly this weight; free others and noise make room in their proportions."""
    return set_component(component, weight=weight)


def set_covariance(component: int, covariance: ArrayLike) -> Edit:
    """Give one component this covariance (d, d), as far as the family allows; what is equal follows."""
    return set_component(component, covariance=covariance)


def set_spread(component: int, deviation: float) -> Edit:
    """Give one component of one-dimensional data this standard deviation."""
    return set_component(component, covariance=[[deviation * deviation]])


def set_component(
    component: int,
    weight: float | None = None,
    mean: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
) -> Edit:
    """Set what is given of one component, as one change; nothing happens for what is no component."""

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, document = snapshot.parameters, snapshot.document
        if standard is None or component >= standard.n_components:
            return snapshot
        model, units = document.model, document.points.units
        made = standard
        if covariance is not None:
            wanted = np.asarray(covariance, dtype=np.float64) / units.scale / units.scale
            family = model.family(document.points.d)
            made = reshaped(made, family, component, wanted, model.constraints.covariances)
        if weight is not None:
            made = _weighted(made, model, component, weight)
        if mean is not None:
            made = _moved(made, component, units.standardise(mean), shared=shares_mean(snapshot))
            if model.fixed_mean is not None and made.means is not standard.means:
                model = replace(model, fixed_mean=tuple(np.asarray(mean, dtype=np.float64).tolist()))
        return _in_place(snapshot, made, model)

    return edit


def upon(base: Snapshot, change: Edit) -> Edit:
    """``change`` made to the document of ``base``, whatever was done since: so the parts of one drag replace
    each other, and a drag back to where it began changes nothing."""

    def edit(snapshot: Snapshot) -> Snapshot:
        before = replace(snapshot, document=base.document, cursor=base.cursor)
        after = change(before)
        if after.document is snapshot.document and after.cursor == snapshot.cursor:
            return snapshot
        return after

    return edit


def set_weights(shares: ArrayLike) -> Edit:
    """Give all components weights in these proportions (K,); locked ones and the noise keep theirs."""

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, model = snapshot.parameters, snapshot.document.model
        if standard is None or model.constraints.equal_weights:
            return snapshot
        return _in_place(snapshot, proportioned(standard, shares, model.constraints.weights), model)

    return edit


def equalise_weights() -> Edit:
    """Give all components that are not locked the same weight, once."""

    def edit(snapshot: Snapshot) -> Snapshot:
        standard = snapshot.parameters
        return snapshot if standard is None else set_weights(np.ones(standard.n_components))(snapshot)

    return edit


def add_component(mean: ArrayLike, covariance: ArrayLike, weight: float | None = None) -> Edit:
    """One more component, the last; the others keep all but their weights, which make room.

    ``mean`` (d,) and ``covariance`` (d, d) as far as the model allows: a shared mean stays where it is, and
    equal parts of the covariance are those of the others. ``weight``: 1 / (K + 1) unless given.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        standard, document = snapshot.parameters, snapshot.document
        if standard is None or standard.n_components >= LARGEST_K:
            return snapshot
        units, d = document.points.units, document.points.d
        place = standard.means[0] if shares_mean(snapshot) else units.standardise(mean)
        form = np.asarray(covariance, dtype=np.float64).reshape(d, d) / units.scale / units.scale
        grown = _grown(standard, document.model, place, form, weight)
        return _another_k(snapshot, grown)

    return edit


def _grown(
    standard: Mixture, model: ModelChoice, place: FloatArray, form: FloatArray, weight: float | None
) -> Mixture:
    """The mixture with one more component, all that is locked as it was."""
    k = standard.n_components
    share = 1.0 / (k + 1) if weight is None else weight
    free = sum(float(w) for j, w in enumerate(standard.weights) if j not in model.constraints.weights)
    noise = 0.0 if standard.noise is None else standard.noise.weight
    family = model.family(standard.n_dimensions)
    grown = surgery.add(standard, 0.0, place, allowed(form, family.decomposition))
    others = [j for j in range(k) if j not in model.constraints.covariances]
    if "E" in family.decomposition and others:
        grown = _joining(grown, model, form, others[0])
    share = min(share, 0.5 * (free + noise)) if free + noise > 0.0 else 0.0
    return _weighted(grown, model, k, share)


def _joining(grown: Mixture, model: ModelChoice, form: FloatArray, other: int) -> Mixture:
    """The last component with what the family calls equal as another has it."""
    family, k = model.family(grown.n_dimensions), grown.n_components - 1
    only_two = Mixture(
        [0.5, 0.5],
        grown.means[[other, k]],
        np.stack([grown.covariances[other], allowed(form, family.decomposition)]),
    )
    joined = reshaped(only_two, family, 0, grown.covariances[other])
    covariances = grown.covariances.copy()
    covariances[k] = joined.covariances[1]
    return replace(grown, covariances=covariances)


def _weighted(standard: Mixture, model: ModelChoice, component: int, weight: float) -> Mixture:
    """With another weight, where the model leaves any freedom for it."""
    constraints = model.constraints
    if constraints.equal_weights and component not in constraints.weights:
        return standard if standard.noise is None else _equally(standard, model, weight)
    return weighted(standard, component, weight, constraints.weights, equal=constraints.equal_weights)


def _equally(standard: Mixture, model: ModelChoice, weight: float) -> Mixture:
    """All free weights are equal: what one has, all have, and the noise has the rest."""
    shut = np.array([j in model.constraints.weights for j in range(standard.n_components)])
    left = 1.0 - float(standard.weights[shut].sum())
    each = min(max(weight, 0.0), left / max(int((~shut).sum()), 1))
    weights = np.where(shut, standard.weights, each)
    noise = standard.noise
    assert noise is not None
    return replace(
        standard, weights=weights, noise=replace(noise, weight=max(1.0 - float(weights.sum()), 0.0))
    )


def _moved(standard: Mixture, component: int, place: FloatArray, *, shared: bool) -> Mixture:
    means = standard.means.copy()
    means[slice(None) if shared else component] = place
    return standard if np.array_equal(means, standard.means) else replace(standard, means=means)


def _in_place(snapshot: Snapshot, made: Mixture, model: ModelChoice) -> Snapshot:
    """The same components with other parameters, above the floor."""
    if made is snapshot.parameters:
        return snapshot
    made = _admitted(snapshot, made, model)
    return by_hand(snapshot, Given(made, snapshot.source, assigned=False), model)


def _another_k(snapshot: Snapshot, made: Mixture) -> Snapshot:
    """Another K is another likelihood, so its trace begins anew; points get the colours of the new ones."""
    document = snapshot.document
    model = replace(document.model, k=made.n_components)
    made = _admitted(snapshot, made, model)
    assigned = has_responsibilities(snapshot.state) or snapshot.source is not None
    given = Given(made, made if assigned else None, assigned)
    changed = replace(document, model=model, states=(), given=given, by_hand=True, held=None)
    return replace(with_document(snapshot, changed, running=True), chosen=(made.n_components - 1,))


def _admitted(snapshot: Snapshot, made: Mixture, model: ModelChoice) -> Mixture:
    """As the model thread will take it: what is on screen while the hand moves is what will be there."""
    points = snapshot.document.points
    return made if points.n == 0 else model.plan(points.d).admitted(made, points.sample)
