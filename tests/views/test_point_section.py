"""What is said about the point under the mouse, and about selected points when the mouse has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture.density import mahalanobis, responsibilities
from gmmviewer.scene import inspect
from gmmviewer.scene.inspect import GroupReadout, PointReadout, readout_near
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.inspector.point import PointSection, pinned
from gmmviewer.views.status import sentence
from gmmviewer.views.widgets.responsibility_bars import row_texts
from tests.helpers import build


@pytest.fixture
def fit() -> Snapshot:
    """Three clusters with their truth, some iterations on."""
    return build.fitted(k=3)


def near(fit: Snapshot, row: int) -> Any:
    """What hovering a little beside a point says."""
    assert fit.mixture is not None
    points = fit.document.points
    return readout_near(fit.mixture, points.values[row] + 1e-3, points, row)


def test_the_row_under_the_mouse_is_named_with_its_class(desk: Callable[..., Any], fit: Snapshot) -> None:
    view = desk(fit)
    section = view.show(PointSection(), 300)
    section.show_readout(near(fit, 16))
    assert section.row.whole.startswith("row 17 (B): ")
    assert "uncertainty" in section.row.whole
    section.show_readout(None)
    assert section.row.whole == ""


def test_a_selected_point_stays_when_the_mouse_has_left(desk: Callable[..., Any], fit: Snapshot) -> None:
    view = desk(fit)
    section = view.show(PointSection(), 300)
    view.store.apply(edits.pick([16]))
    said = section.row.whole
    assert said.startswith("row 17 (B): ")
    assert "–" not in section.location.whole
    density = section.density.exact
    section.show_readout(near(fit, 3))
    assert section.row.whole.startswith("row 4 (A): ")
    section.show_readout(None)
    assert (section.row.whole, section.density.exact) == (said, density)
    view.store.apply(edits.pick([]))
    assert section.row.whole == ""
    assert section.density.exact == ""


def test_a_selected_point_follows_the_parameters(desk: Callable[..., Any], fit: Snapshot) -> None:
    view = desk(fit)
    section = view.show(PointSection(), 300)
    view.store.apply(edits.pick([16]))
    for cursor in (0, len(fit.document.states) - 1):
        view.store.apply(edits.seek(cursor))
        mixture = view.snapshot.mixture
        place = fit.document.points.values[16:17]
        shown = section.bars._readout
        assert shown is not None
        np.testing.assert_allclose(shown.responsibilities, responsibilities(place, mixture)[0], atol=1e-12)


def test_selected_points_have_a_count_a_mean_and_shares(desk: Callable[..., Any], fit: Snapshot) -> None:
    view = desk(fit)
    section = view.show(PointSection(), 300)
    rows = np.arange(0, 60, 3)  # one cluster
    view.store.apply(edits.pick(rows))
    assert section.location.whole == "20 points selected"
    assert section.row.whole.startswith("mean ")
    texts = section.bars.texts()
    mixture = fit.mixture
    assert mixture is not None
    shares = responsibilities(fit.document.points.values[rows], mixture).mean(axis=0)
    assert texts[int(shares.argmax())].startswith(f"component {int(shares.argmax()) + 1}: ")
    group = pinned(view.snapshot)
    assert isinstance(group, GroupReadout)
    np.testing.assert_allclose(group.responsibilities, shares, atol=1e-12)


def test_numbers_of_a_part_of_the_selection_say_so(
    desk: Callable[..., Any], fit: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect, "MOST_LOOKED_AT", 8)
    view = desk(fit)
    section = view.show(PointSection(), 300)
    view.store.apply(edits.pick(np.arange(20)))
    assert section.location.whole == "20 points selected (numbers of 7)"


def test_nothing_is_said_about_points_that_are_gone_or_before_a_model(fit: Snapshot) -> None:
    chosen = edits.pick([2])(fit)
    assert isinstance(pinned(chosen), PointReadout)
    assert pinned(edits.clear_points()(chosen)) is None
    assert pinned(edits.pick([2])(build.snapshot())) is None


def test_distances_stand_beside_the_bars(fit: Snapshot) -> None:
    found = near(fit, 5)
    expected = mahalanobis(found.location[None], fit.mixture)[0]
    for k in range(3):
        distance = float(row_texts(found, k)[2])
        assert distance == pytest.approx(expected[k], rel=5e-3)
    assert row_texts(None, 0) == ("–", "–", "–")


def test_the_status_line_ends_with_the_row(fit: Snapshot) -> None:
    found = near(fit, 16)
    text = sentence(found, ("a", "b"), [10.0, 10.0])
    assert text.startswith("a ")
    assert "row 17 (B): " in text.rpartition("·")[2]
    assert "row" not in sentence(replace(found, point=None), ("a", "b"), [10.0, 10.0])
