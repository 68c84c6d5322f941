"""Taking over a fit that was made elsewhere: by a comparison of models, or by one of many starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gmmviewer.mixture.parameters import Mixture
from gmmviewer.session import locks
from gmmviewer.session.document import Given
from gmmviewer.session.edit import Edit, with_document
from gmmviewer.session.snapshot import Snapshot


def adopt(mixture: Mixture, **choices: Any) -> Edit:
    """Show these parameters (data units) with responsibilities, under a model with these other choices.

    ``choices`` by the field names of ModelChoice; K follows from the mixture. The parameters are the start
    of a new trace: EM would go on from them. Nothing happens where the points have other dimensions or are
    gone.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        document = snapshot.document
        points = document.points
        if points.n == 0 or points.d != mixture.n_dimensions:
            return snapshot
        standard = points.units.standardise_mixture(mixture)
        k = mixture.n_components
        model = replace(document.model, **{**choices, "k": k})
        model = replace(model, constraints=locks.within(model.constraints, k))
        if model == document.model and _is_shown(standard, snapshot):
            return snapshot
        given = Given(standard, standard, assigned=True)
        adopted = replace(document, model=model, states=(), given=given, by_hand=True)
        return with_document(snapshot, adopted)

    return edit


def _is_shown(standard: Mixture, snapshot: Snapshot) -> bool:
    """Whether exactly these parameters are what the trace begins with and what is on screen."""
    shown = snapshot.parameters
    if shown is None or len(snapshot.document.states) > 1:
        return False
    return shown.noise == standard.noise and all(
        np.array_equal(getattr(shown, name), getattr(standard, name))
        for name in ("weights", "means", "covariances")
    )
