"""Charts: coordinates in which a family is flat, so that an extrapolation of members is a member."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gmmviewer.mixture import CovarianceFamily, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.families.charts import OWN_ANGLES, SHARED_ANGLE
from tests.mixture.family_members import assert_member, member, n_coordinates

K = 4
FLAT = families(2)
each_family = pytest.mark.parametrize("chosen", FLAT, ids=[one.letters for one in FLAT])


def _members(chosen: CovarianceFamily, seed: int, step: float, d: int = 2) -> FloatArray:
    """Three members of the family, (3, K, d, d), not far from each other."""
    generator = np.random.default_rng(seed)
    size = n_coordinates(chosen.decomposition, K, d)
    first, move, bend = generator.normal(size=(3, size)) * [[1.0], [step], [step]]
    return np.stack([member(chosen.decomposition, K, first + t * move + t**2 * bend, d) for t in range(3)])


@each_family
@given(seed=st.integers(0, 2**32 - 1))
def test_a_chart_and_back_changes_nothing(chosen: CovarianceFamily, seed: int) -> None:
    covariances = _members(chosen, seed, 0.1)
    coordinates = chosen.chart(covariances)
    assert coordinates.shape == (3, K, 3)
    for here, there in zip(covariances, coordinates, strict=True):
        np.testing.assert_allclose(chosen.unchart(there), here, rtol=1e-8, atol=1e-9 * np.abs(here).max())


@each_family
@given(seed=st.integers(0, 2**32 - 1), alpha=st.floats(-8, -1), step=st.sampled_from([1e-3, 0.05, 0.2]))
def test_an_extrapolation_of_members_is_a_member(
    chosen: CovarianceFamily, seed: int, alpha: float, step: float
) -> None:
    charts = chosen.chart(_members(chosen, seed, step))
    r, v = charts[1] - charts[0], charts[2] - 2 * charts[1] + charts[0]
    far = chosen.unchart(charts[0] - 2 * alpha * r + alpha**2 * v)
    assume(np.abs(far).max() < 1e100 and np.linalg.cond(far).max() < 1e5)  # beyond that it is all rounding
    assert (np.linalg.eigvalsh(far) > 0).all()
    assert_member(chosen.decomposition, far, 1e-6)


@each_family
@given(seed=st.integers(0, 2**32 - 1))
def test_sums_of_coordinates_need_no_correction(chosen: CovarianceFamily, seed: int) -> None:
    """The family is flat by itself: what ``unchart`` makes equal was equal but for rounding."""
    charts = chosen.chart(_members(chosen, seed, 0.1))
    mixed = 1.7 * charts[0] - 2.2 * charts[1] + 1.5 * charts[2]
    volume = mixed[:, :2].mean(axis=1)
    parts = (volume, mixed[:, 0] - volume, mixed[:, 2])
    for letter, part in zip(chosen.decomposition, parts, strict=True):
        if letter == "E":
            np.testing.assert_allclose(part, part[0], atol=1e-6)
        if letter == "I":
            np.testing.assert_allclose(part, 0.0, atol=1e-12)


@pytest.mark.parametrize("letters", [*SHARED_ANGLE, *OWN_ANGLES])
@given(seed=st.integers(0, 2**32 - 1), turn=st.floats(-0.7, 0.7))
def test_a_steady_turn_goes_on(letters: str, seed: int, turn: float) -> None:
    """Also through the angle where the numbers start again, and where the long axis was the second."""
    chosen, generator = family(letters, 2), np.random.default_rng(seed)
    size = n_coordinates(letters, K)
    angles = K if letters[2] == "V" else 1
    first, move = generator.normal(size=size), 0.02 * generator.normal(size=size)
    first[:-angles] += 1.0  # ellipses that know their direction
    move[-angles:] = turn
    path = np.stack([member(letters, K, first + t * move) for t in range(6)])
    charts = chosen.chart(path[:3])
    assert np.abs(charts[2] - 2 * charts[1] + charts[0]).max() < 1e-6
    ahead = chosen.unchart(charts[0] + 5 * (charts[1] - charts[0]))
    np.testing.assert_allclose(ahead, path[5], rtol=1e-5, atol=1e-6 * np.abs(path[5]).max())


@pytest.mark.parametrize("letters", ["VEE", "EVV", "VVV", "EEE"])
def test_a_steady_change_of_the_factors_goes_on(letters: str) -> None:
    """log Cholesky coordinates: d₁, d₂ grow by a factor each time, l₂₁ by a summand."""
    decomposition = family(letters, 2).decomposition
    logs = {"V": np.array([0.1, -0.2, 0.3, 0.0]), "E": np.full(4, 0.1)}
    size, shape, slant = (0.5 * logs[letter] for letter in decomposition)

    def at(t: int) -> FloatArray:
        factors = np.zeros((K, 2, 2))
        factors[:, 0, 0], factors[:, 1, 1] = np.exp(t * (size + shape)), np.exp(t * (size - shape))
        factors[:, 1, 0] = t * slant * factors[:, 0, 0]
        return factors @ factors.transpose(0, 2, 1)

    chosen = family(letters, 2)
    charts = chosen.chart(np.stack([at(t) for t in range(3)]))
    np.testing.assert_allclose(chosen.unchart(charts[0] + 7 * (charts[1] - charts[0])), at(7), rtol=1e-12)


@pytest.mark.parametrize(
    ("letters", "d"), [("V", 1), ("E", 1), ("scale", 1), ("VVV", 3), ("EEE", 3), ("VII", 3)]
)
def test_lines_and_spaces_have_charts_too(letters: str, d: int) -> None:
    chosen, generator = family(letters, d), np.random.default_rng(1)
    factors = np.tril(generator.normal(size=(3, K, d, d))) + 2.0 * np.eye(d)
    if letters in ("E", "EEE"):
        factors = np.broadcast_to(factors[:, :1], factors.shape)
    if letters == "VII":
        factors = factors[..., :1, :1] * np.eye(d)
    covariances = factors @ factors.swapaxes(-1, -2)
    charts = chosen.chart(covariances)
    assert charts.shape == (3, K, d * (d + 1) // 2)
    np.testing.assert_allclose(chosen.unchart(charts[2]), covariances[2], rtol=1e-12, atol=1e-12)
    far = chosen.unchart(3 * charts[2] - 2 * charts[0])
    assert (np.linalg.eigvalsh(far) > 0).all()
    assert_member(chosen.decomposition if d > 1 else chosen.decomposition[0] + "II", far)


def test_charts_do_not_depend_on_the_order_of_the_components() -> None:
    for chosen in FLAT:
        covariances = _members(chosen, 3, 0.1)
        here = chosen.chart(covariances)
        for order in permutations(range(K)):
            there = chosen.chart(covariances[:, list(order)])
            np.testing.assert_allclose(there, here[:, list(order)], atol=1e-12)
