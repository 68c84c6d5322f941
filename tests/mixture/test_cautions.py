"""What a person should know before believing a fit."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import Sample, families
from gmmviewer.mixture import cautions as module
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.cautions import cautions
from gmmviewer.mixture.fitting import plan_for
from tests.mixture.helpers import clusters, old_faithful

PLANE = clusters(1, 120, 2, 2)[0]
LINE = PLANE[:, :1] * [1.0, 2.0]


def said(points: FloatArray, k: int = 2, covariance: str = "full") -> str:
    sample = Sample.of(points)
    return " ".join(cautions(sample, plan_for(sample.d, covariance), k))


@pytest.mark.parametrize("points", [PLANE, PLANE[:, 0], old_faithful(), old_faithful()[:, 1]])
def test_ordinary_data_need_no_caution(points: FloatArray) -> None:
    assert said(points) == ""


@pytest.mark.parametrize(
    ("points", "k", "advice"),
    [
        (PLANE[:1], 1, "5 parameters for 1 points"),
        (PLANE[:2], 2, "11 parameters for 2 points"),
        (PLANE[:20], 20, "119 parameters for 20 points"),
        (np.indices((3, 3)).reshape(2, 9).T.repeat(20, axis=0) * 1.0, 4, "Only 9 distinct values"),
        (np.repeat([1.0, 2.0], 50), 3, "Only 2 distinct values"),
        (LINE, 2, "All points lie on a line"),
        (LINE + np.random.default_rng(0).normal(size=LINE.shape) * 1e-9, 2, "All points lie on a line"),
        (PLANE * [1.0, 0.0] + 0.1, 2, "One column is constant"),
    ],
)
def test_what_is_odd_is_said(points: FloatArray, k: int, advice: str) -> None:
    assert advice in said(points, k)


@pytest.mark.parametrize("member", families(2), ids=lambda member: member.letters)
def test_families_that_compare_the_columns_say_so(member: object) -> None:
    """By the invariance table: the others give the same fit in any units of each column."""
    letters = member.letters  # type: ignore[attr-defined]
    free_of_units = {"EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVV", "VVV", "scale-scaled", "scale-free"}
    warned = "depends on the units" in said(PLANE * [1e9, 1e-9], covariance=letters)
    assert warned == (letters not in free_of_units)
    assert "depends on the units" not in said(PLANE, covariance=letters)


def test_no_points_no_cautions() -> None:
    empty = Sample.of(np.empty((0, 2)))
    assert cautions(empty, plan_for(2), 2) == ()


def test_of_very_many_points_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENOUGH", 40)
    assert "All points lie on a line" in said(LINE)
    assert said(PLANE) == ""


def test_some_of_the_points_are_not_too_few_for_the_parameters() -> None:
    some, plan = Sample.of(PLANE[:3]), plan_for(2)
    assert "11 parameters for 3 points" in " ".join(cautions(some, plan, 2))
    assert "parameters for" not in " ".join(cautions(some, plan, 2, total=3e6))
