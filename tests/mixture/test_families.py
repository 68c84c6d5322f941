"""Covariance families: their names, their sizes, and that each M-step is the constrained maximum of Q."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize

from gmmviewer.mixture import FAMILIES, CovarianceFamily, Mixture, families, family, fit
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.bound import expected_complete_log_likelihood
from gmmviewer.mixture.families import Full
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments, frozen_moments

K = 3
ALL = [(member, d) for d in (1, 2) for member in families(d)]
each_family = pytest.mark.parametrize(("member", "d"), ALL, ids=[f"{m.letters}-{d}D" for m, d in ALL])


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


@pytest.mark.parametrize("name", ["V", "E"])
def test_a_family_of_the_line_means_nothing_in_the_plane(name: str) -> None:
    with pytest.raises(
        ValueError, match=f"'{name}' is for one-dimensional data; with d = 2 use one of full/VVV"
    ):
        family(name, 2)


def test_the_choosers_list_every_family_once() -> None:
    assert [member.letters for member in families(1)] == ["V", "E"]
    assert [member.letters for member in families(2)] == ["VVV", "EEE", "VVI", "VII"]
    names = [name for member in FAMILIES for name in (member.letters, *member.names)]
    assert len(set(names)) == len(names)
    for member in FAMILIES:
        assert member.title
        assert member.summary
        assert (member.__doc__ or "").strip()


# ------------------------------------------------------------------ sizes


@pytest.mark.parametrize("k", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("letters", "d", "count"),
    [
        ("VVV", 2, lambda k: 6 * k - 1),
        ("EEE", 2, lambda k: 3 * k + 2),
        ("VVI", 2, lambda k: 5 * k - 1),
        ("VII", 2, lambda k: 4 * k - 1),
        ("V", 1, lambda k: 3 * k - 1),
        ("E", 1, lambda k: 2 * k),
        ("VVV", 3, lambda k: 10 * k - 1),
    ],
)
def test_the_number_of_free_parameters(letters: str, d: int, count: Callable[[int], int], k: int) -> None:
    assert family(letters, d).n_parameters(k, d) == count(k)


# ------------------------------------------------------------------ the M-step


def _moments(seed: int, d: int) -> Moments:
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(K, d, d)) * 10.0 ** generator.uniform(-1, 1, size=(K, 1, 1))
    counts = generator.uniform(2, 20, size=K)
    scatters = counts[:, None, None] * (factors @ factors.transpose(0, 2, 1))
    return frozen_moments(counts, generator.normal(size=(K, d)), scatters)


def _quality(moments: Moments, covariances: FloatArray) -> float:
    weights = moments.counts / moments.total
    return expected_complete_log_likelihood(moments, Mixture(weights, moments.means, covariances))


def _lower(values: FloatArray, d: int) -> FloatArray:
    factors = np.zeros((len(values), d, d))
    factors[:, *np.tril_indices(d)] = values
    return factors


def _above(floor: Floor, factors: FloatArray) -> FloatArray:
    """F + L Lᵀ: every covariance above the floor is one of these."""
    return np.diag(floor.variances) + factors @ factors.transpose(0, 2, 1)


def _free(values: FloatArray, floor: Floor) -> FloatArray:
    return _above(floor, _lower(values.reshape(K, -1), len(floor.variances)))


def _one(values: FloatArray, floor: Floor) -> FloatArray:
    return np.repeat(_above(floor, _lower(values.reshape(1, -1), len(floor.variances))), K, axis=0)


def _axes(values: FloatArray, floor: Floor) -> FloatArray:
    d = len(floor.variances)
    return np.array([np.diag(row) for row in floor.variances + values.reshape(K, d) ** 2])


def _sphere(values: FloatArray, floor: Floor) -> FloatArray:
    least = floor.variances.max()
    return (least + values**2)[:, None, None] * np.eye(len(floor.variances))


# letters → (number of values, values and floor → covariances): every member of the family above the floor
SHAPES: dict[str, tuple[Callable[[int], int], Callable[[FloatArray, Floor], FloatArray]]] = {
    "VVV": (lambda d: K * d * (d + 1) // 2, _free),
    "EEE": (lambda d: d * (d + 1) // 2, _one),
    "VVI": (lambda d: K * d, _axes),
    "VII": (lambda d: K, _sphere),
    "V": (lambda d: K, _free),
    "E": (lambda d: 1, _one),
}


def _best(letters: str, moments: Moments, floor: Floor, seed: int) -> float:
    """The largest Q over the family above the floor, by brute force."""
    size, build = SHAPES[letters]
    generator = np.random.default_rng(seed)
    found = [
        minimize(
            lambda values: -_quality(moments, build(values, floor)),
            generator.normal(size=size(len(floor.variances))) + 1.5,
            method="BFGS",
            options={"gtol": 1e-7},
        ).fun
        for _ in range(2)
    ]
    return float(-min(found))


@each_family
@pytest.mark.parametrize("least", [1e-9, 0.3, 30.0], ids=["free", "floor holds some", "floor holds most"])
def test_the_estimate_is_the_best_of_its_family_above_the_floor(
    member: CovarianceFamily, d: int, least: float
) -> None:
    for seed in range(2):
        moments = _moments(seed, d)
        floor = Floor(least * np.array([1.0, 0.1])[:d])
        covariances, held = member.estimate(moments, floor)
        ours, best = _quality(moments, covariances), _best(member.letters, moments, floor, seed)
        assert ours >= best - 1e-9 * (1 + abs(best))
        assert ours == pytest.approx(best, abs=2e-5 * (1 + abs(best)))  # no better than is possible, either
        root = np.sqrt(floor.variances)
        relative = np.linalg.eigvalsh(covariances / root[:, None] / root)[:, 0]
        assert (relative >= 1 - 1e-9).all()
        assert held.shape == (K,)
        if least == 1e-9:
            assert not held.any()
        np.testing.assert_array_equal(relative[held] < 1 + 1e-9, True)


@each_family
def test_the_estimate_belongs_to_the_family(member: CovarianceFamily, d: int) -> None:
    covariances, _ = member.estimate(_moments(5, d), Floor(np.full(d, 1e-9)))
    assert covariances.shape == (K, d, d)
    np.testing.assert_array_equal(covariances, covariances.transpose(0, 2, 1))
    if member.letters in ("EEE", "E"):
        np.testing.assert_array_equal(covariances, np.repeat(covariances[:1], K, axis=0))
    if member.letters in ("VVI", "VII"):
        np.testing.assert_array_equal(covariances[:, 0, 1], 0.0)
    if member.letters == "VII":
        np.testing.assert_array_equal(covariances[:, 0, 0], covariances[:, 1, 1])


def test_the_variance_divides_by_the_count_and_not_by_one_less() -> None:
    moments = frozen_moments(np.array([4.0]), np.zeros((1, 1)), np.array([[[8.0]]]))
    covariances, _ = Full().estimate(moments, Floor(np.array([1e-9])))
    assert covariances.tolist() == [[[2.0]]]


@each_family
def test_an_estimate_leaves_the_moments_alone(member: CovarianceFamily, d: int) -> None:
    moments = _moments(6, d)
    before = moments.scatters.copy()
    member.estimate(moments, Floor(np.full(d, 100.0)))
    np.testing.assert_array_equal(moments.scatters, before)
