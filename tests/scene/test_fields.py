"""Requests for the pictures under the points, and their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.assignment import Hard
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.mixture.units import Units
from gmmviewer.scene import fields
from gmmviewer.scene.decision import boundaries
from gmmviewer.scene.field import content_levels
from gmmviewer.scene.fields import FieldsPainter, FieldsRequest
from gmmviewer.scene.rendering import Painters
from tests.mixture.random_mixtures import random_mixture

UNITS = Units(np.array([100.0, -7.0]), 4.0)
SHOWN = random_mixture(1, 3, 2)
SOURCE = UNITS.standardise_mixture(random_mixture(2, 3, 2))
EVERY = frozenset({"heat", "contours", "regions", "field", "decision"})


def request(*layers: str, **changes: Any) -> FieldsRequest:
    made = FieldsRequest(
        layers=frozenset(layers),
        mixture=SHOWN,
        source=SOURCE,
        units=UNITS,
        x=(-9.0, 9.0),
        y=(-8.0, 8.0),
        width=300.0,
        height=240.0,
        contents=(0.5, 0.9),
        colour_map="slate",
        dark=False,
    )
    return replace(made, **changes)


def test_only_what_is_asked_for_is_made() -> None:
    parts = {"heat": "heat", "field": "tint", "contours": "contours", "regions": "regions"}
    for layer, part in parts.items():
        answer = FieldsPainter().paint(request(layer))
        made = {name for name in ("heat", "tint", "contours", "regions", "boundaries") if _made(answer, name)}
        assert made == {part}
    answer = FieldsPainter().paint(request("decision"))
    assert answer.heat is None
    assert answer.tint is not None
    assert answer.boundaries
    assert answer.seats


def _made(answer: fields.Fields, name: str) -> bool:
    part = getattr(answer, name)
    return part is not None and len(part) > 0


def test_everything_at_once() -> None:
    asked = request(*EVERY)
    answer = Painters().paint(asked, lambda: False)
    assert answer.request is asked
    assert isinstance(answer, fields.Fields)
    assert answer.heat is not None
    assert answer.heat.shape == (80, 100, 4)
    assert answer.tint is not None
    assert answer.tint.shape == (120, 150, 4)
    assert len(answer.contours) == len(answer.regions) == 2


def test_labels_belong_to_the_mixture_of_the_last_e_step_and_densities_to_the_one_shown() -> None:
    answer = FieldsPainter().paint(request(*EVERY))
    expected = boundaries(UNITS.restore_mixture(SOURCE), (-9, 9), (-8, 8))
    assert len(expected) == len(answer.boundaries)
    for a, b in zip(expected, answer.boundaries, strict=True):
        np.testing.assert_array_equal(a.line, b.line)
    before = FieldsPainter().paint(request("decision", source=None))
    (first, *_) = boundaries(SHOWN, (-9, 9), (-8, 8))
    np.testing.assert_array_equal(before.boundaries[0].line, first.line)
    alone = FieldsPainter().paint(request("contours", source=None))
    for a, b in zip(alone.contours, answer.contours, strict=True):
        np.testing.assert_array_equal(np.concatenate(a), np.concatenate(b))


def test_which_answers_fit_which_requests() -> None:
    other = Mixture(SHOWN.weights, SHOWN.means, SHOWN.covariances)
    everything = request(*EVERY)
    assert everything.same_picture(replace(everything))
    assert not everything.same_picture(None)
    for changes in (
        {"mixture": other},
        {"source": other},
        {"source": None},
        {"units": Units(np.zeros(2), 1.0)},
        {"x": (-9.0, 8.0)},
        {"width": 301.0},
        {"detail": 2.0},
        {"contents": (0.5,)},
        {"colour_map": "amber"},
        {"dark": True},
        {"assignment": Hard()},
        {"layers": EVERY - {"heat"}},
    ):
        assert not everything.same_picture(replace(everything, **changes))
    assert request("heat").same_picture(request("heat", source=None))  # an E-step moves no density
    assert request("decision").same_picture(request("decision", mixture=other))  # nor an M-step a decision
    assert not request("decision", source=None).same_picture(request("decision", source=None, mixture=other))


def test_only_a_small_density_map_is_quick() -> None:
    assert request("heat").quick
    assert not request("heat", width=30_000.0).quick
    assert not request("heat", "contours").quick
    assert not any(request(layer).quick for layer in EVERY - {"heat"})


def test_levels_are_found_once_per_mixture(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def counted(*rest: Any) -> Any:
        calls.append(rest)
        return content_levels(*rest)

    monkeypatch.setattr(fields, "content_levels", counted)
    painter = FieldsPainter()
    painter.paint(request("contours"))
    painter.paint(request("contours", "regions", x=(-3.0, 3.0)))
    assert len(calls) == 1
    painter.paint(request("contours", contents=(0.3,)))
    painter.paint(request("contours", contents=(0.3,), mixture=random_mixture(9, 3, 2)))
    assert len(calls) == 3


def test_more_detail_is_more_cells() -> None:
    image = FieldsPainter().paint(request("heat", "field", detail=2.0))
    assert image.heat is not None
    assert image.heat.shape == (160, 200, 4)
    assert image.tint is not None
    assert image.tint.shape == (240, 300, 4)


def test_work_can_be_broken_off_between_parts() -> None:
    asked: list[int] = []

    def stop_later() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        FieldsPainter().paint(request(*EVERY), stop_later)
