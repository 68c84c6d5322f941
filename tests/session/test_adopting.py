"""Taking over a fit that was made elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmmviewer.mixture.fitting import fit
from gmmviewer.session.adopting import adopt
from gmmviewer.session.snapshot import Activity
from gmmviewer.store import Store
from gmmviewer.work.requests import StartRequest, next_request, serve
from tests.helpers import build
from tests.helpers.invariants import assert_same_bits, assert_sound

POINTS = build.points(n=60, d=2, k=3)
FIT = fit(POINTS.values, 3, covariance="EEE", seed=2)


def evaluated(store: Store) -> None:
    """Let the model thread's work be done here."""
    from gmmviewer.session import edits

    request = next_request(store.snapshot)
    assert isinstance(request, StartRequest)
    store.apply(edits.evaluated(request.document, serve(request, lambda: False).states[0]))


def test_the_parameters_and_the_choices_are_those_of_the_fit() -> None:
    store = Store(build.fitted(POINTS, k=2))
    store.apply(adopt(FIT.mixture, covariance="EEE", seed=7), "Load fit")
    model = store.snapshot.document.model
    assert (model.k, model.covariance, model.seed) == (3, "EEE", 7)
    evaluated(store)
    assert_sound(store.snapshot)
    state = store.snapshot.state
    assert state is not None
    assert state.iteration == 0
    assert state.mixture.means == pytest.approx(FIT.mixture.means)
    assert state.log_likelihood == pytest.approx(FIT.log_likelihood, abs=1e-9)
    assert store.snapshot.source is state.standard, "the points have the colours of these parameters"


def test_it_is_one_undo() -> None:
    store = Store(build.fitted(POINTS, k=2))
    before = store.snapshot.document
    store.apply(adopt(FIT.mixture, covariance="EEE"), "Load fit")
    evaluated(store)
    assert [entry.label for entry in store.history.undo] == ["Load fit"]
    adopted = store.snapshot.document
    store.undo()
    assert store.snapshot.document is before
    store.redo()
    assert store.snapshot.document is adopted


def test_what_is_shown_already_changes_nothing() -> None:
    store = Store(build.fitted(POINTS, k=2))
    edit = adopt(FIT.mixture, covariance="EEE")
    store.apply(edit, "Load fit")
    assert edit(store.snapshot) is store.snapshot
    evaluated(store)
    assert edit(store.snapshot) is store.snapshot
    assert len(store.history.undo) == 1
    assert adopt(FIT.mixture, covariance="VVV")(store.snapshot) is not store.snapshot


def test_a_run_and_a_message_end() -> None:
    running = replace(build.fitted(POINTS, k=2), activity=Activity(running=True))
    after = adopt(FIT.mixture)(running)
    assert not after.activity.running
    assert after.notice is None
    assert after.cursor == -1


def test_other_dimensions_and_an_empty_sheet_refuse_it() -> None:
    line = build.fitted(build.points(d=1, k=2), k=2, family="V")
    assert adopt(FIT.mixture)(line) is line
    empty = build.snapshot(build.no_points(2))
    assert adopt(FIT.mixture)(empty) is empty


def test_data_far_from_the_origin_keep_their_bits_near_enough() -> None:
    far = build.points(n=60, d=2, k=3).values + 1.6e9
    sheet = build.snapshot(type(POINTS).of(far), k=2)
    found = fit(sheet.document.points.sample, 3, seed=2)
    adopted = adopt(found.mixture)(sheet)
    assert adopted.parameters is not None
    np.testing.assert_allclose(adopted.parameters.means, found.result.standard.means, atol=1e-6)
    assert_same_bits(adopted.parameters, adopt(found.mixture)(sheet).parameters or found.mixture)
