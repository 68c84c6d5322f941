"""Covariance families: their names, their sizes, their pictures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from gmmviewer.mixture import FAMILIES, CovarianceFamily, families, family, fit
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.families import BellSketch, EllipseSketch
from tests.mixture.family_members import assert_member
from tests.mixture.family_members import member as family_member

IN_THE_PLANE = ["VVV", "EEE", "VVI", "VII"]  # those that everybody knows come first
IN_THE_PLANE += ["EII", "EEI", "VEI", "EVI", "VEE", "EVE", "EEV", "VVE", "VEV", "EVV"]
SCALES = ["scale-isotropic", "scale-scaled", "scale-free"]


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("name", "d", "letters"),
    [
        ("full", 2, "VVV"),
        ("tied", 2, "EEE"),
        ("diag", 2, "VVI"),
        ("diagonal", 2, "VVI"),
        ("spherical", 2, "VII"),
        ("VVV", 2, "VVV"),
        ("vvv", 2, "VVV"),
        ("Full", 2, "VVV"),
        ("EEE", 2, "EEE"),
        ("VVI", 2, "VVI"),
        ("VII", 2, "VII"),
        ("full", 1, "V"),
        ("diag", 1, "V"),
        ("spherical", 1, "V"),
        ("tied", 1, "E"),
        ("VVV", 1, "V"),
        ("EEE", 1, "E"),
        ("V", 1, "V"),
        ("e", 1, "E"),
        ("full", 3, "VVV"),
        ("eev", 2, "EEV"),
        ("tied-diag", 2, "EEI"),
        ("tied-spherical", 2, "EII"),
        ("Scale-Free", 2, "scale-free"),
        *((name, 1, "V") for name in IN_THE_PLANE if name[0] == "V"),
        *((name, 1, "E") for name in IN_THE_PLANE if name[0] == "E"),
        *((name, 1, "scale") for name in [*SCALES, "scale"]),
    ],
)
def test_a_family_is_found_by_any_of_its_names(name: str, d: int, letters: str) -> None:
    found = family(name, d)
    assert found.letters == letters
    assert family(found, d) is found


def test_a_family_of_the_plane_becomes_its_likeness_on_a_line() -> None:
    assert family(family("tied", 2), 1).letters == "E"
    assert fit([1.0, 2.0, 4.0], 1, covariance=family("diag", 2))[-1].family.letters == "V"


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(
        ValueError, match="unknown covariance 'round'; use one of full/VVV, tied/EEE, diag/VVI"
    ) as caught:
        family("round", 2)
    for member in FAMILIES:
        assert member.letters in str(caught.value)


@pytest.mark.parametrize("name", ["V", "E", "scale"])
def test_a_family_of_the_line_means_nothing_in_the_plane(name: str) -> None:
    with pytest.raises(
        ValueError, match=f"'{name}' is for one-dimensional data; with d = 2 use one of full/VVV"
    ):
        family(name, 2)


@pytest.mark.parametrize("name", ["EEV", "scale-free", "VEI"])
def test_a_family_of_the_plane_means_nothing_in_space(name: str) -> None:
    with pytest.raises(
        ValueError, match=f"'{name}' is for data in two dimensions; with d = 3 use one of full/VVV"
    ):
        family(name, 3)


def test_the_choosers_list_every_family_once() -> None:
    assert [member.letters for member in families(1)] == ["V", "E", "scale"]
    assert [member.letters for member in families(2)] == [*IN_THE_PLANE, *SCALES]
    assert [member.letters for member in families(3)] == IN_THE_PLANE[:4]
    assert families(7) == families(3)
    names = [name for member in FAMILIES for name in (member.letters, *member.names)]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() for member in FAMILIES for name in member.names)
    for member in FAMILIES:
        assert member.title
        assert 0 < len(member.summary) <= 70
        assert not member.summary.endswith(".")
        assert (member.__doc__ or "").strip()
    assert len({member.title for member in FAMILIES}) == len(FAMILIES)
    assert len({member.summary for member in FAMILIES}) == len(FAMILIES)


def test_what_a_family_shares() -> None:
    assert {m.letters for m in FAMILIES if m.pooled} == {"EII", "EEI", "EEE", "E"}
    assert {m.letters for m in FAMILIES if m.shared_mean} == {*SCALES, "scale"}
    free = {"VVV", "VVI", "VII", "V", "scale", "scale-free", "scale-isotropic"}
    assert {m.letters for m in FAMILIES if not (m.pooled or m.coupled)} == free


# ------------------------------------------------------------------ sizes


@pytest.mark.parametrize("k", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("letters", "d", "count"),
    [
        ("VVV", 2, lambda k: 6 * k - 1),
        ("EEE", 2, lambda k: 3 * k + 2),
        ("VVI", 2, lambda k: 5 * k - 1),
        ("VII", 2, lambda k: 4 * k - 1),
        ("EII", 2, lambda k: 3 * k),
        ("EEI", 2, lambda k: 3 * k + 1),
        ("VEI", 2, lambda k: 4 * k),
        ("EVI", 2, lambda k: 4 * k),
        ("VEE", 2, lambda k: 4 * k + 1),
        ("EVE", 2, lambda k: 4 * k + 1),
        ("VVE", 2, lambda k: 5 * k),
        ("EEV", 2, lambda k: 4 * k + 1),
        ("VEV", 2, lambda k: 5 * k),
        ("EVV", 2, lambda k: 5 * k),
        ("scale-isotropic", 2, lambda k: 2 * k + 1),
        ("scale-scaled", 2, lambda k: 2 * k + 3),
        ("scale-free", 2, lambda k: 4 * k + 1),
        ("scale", 1, lambda k: 2 * k),
        ("V", 1, lambda k: 3 * k - 1),
        ("E", 1, lambda k: 2 * k),
        ("VVV", 3, lambda k: 10 * k - 1),
    ],
)
def test_the_number_of_free_parameters(letters: str, d: int, count: Callable[[int], int], k: int) -> None:
    assert family(letters, d).n_parameters(k, d) == count(k)


# ------------------------------------------------------------------ pictures


@pytest.mark.parametrize("member", FAMILIES, ids=[member.letters for member in FAMILIES])
def test_a_sketch_shows_three_components_inside_the_unit_square(member: CovarianceFamily) -> None:
    assert len(member.sketch) == 3
    for one in member.sketch:
        if isinstance(one, BellSketch):
            assert member.dimensions == (1,)
            assert 0 <= one.x - 2 * one.sd < one.x + 2 * one.sd <= 1
            assert 0 < one.height <= 1
        else:
            assert member.dimensions != (1,)
            reach = np.hypot(
                [one.a * np.cos(one.angle), one.a * np.sin(one.angle)],
                [one.b * np.sin(one.angle), one.b * np.cos(one.angle)],
            )
            assert (np.array([one.x, one.y]) - reach >= 0).all()
            assert (np.array([one.x, one.y]) + reach <= 1).all()


@pytest.mark.parametrize("member", families(2), ids=[member.letters for member in families(2)])
def test_a_sketch_belongs_to_its_family(member: CovarianceFamily) -> None:
    covariances = np.array([_covariance(one) for one in member.sketch])
    assert_member(member.decomposition, covariances)
    centres = {one[:2] for one in member.sketch}
    assert (len(centres) == 1) == member.shared_mean


def _covariance(one: EllipseSketch) -> FloatArray:
    numbers = 2 * np.log([np.sqrt(one.a * one.b), np.sqrt(one.a / one.b)])
    covariance = family_member("VVV", 1, np.append(numbers, one.angle))[0]
    return covariance * np.eye(2) if one.angle == 0 else covariance


def test_sketches_can_be_told_apart() -> None:
    for d in (1, 2):
        for one, other in combinations(families(d), 2):
            apart = np.abs(np.array(one.sketch) - np.array(other.sketch)).max()
            assert apart > 0.02, (one.letters, other.letters)
