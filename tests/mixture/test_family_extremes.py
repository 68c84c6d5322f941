"""Covariance families on moments that break formulas: an answer every time, and never a warning."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import CovarianceFamily, Mixture, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import frozen_moments
from tests.mixture.family_members import assert_member, random_moments

EPS = float(np.finfo(np.float64).eps)
each_flat_family = pytest.mark.parametrize("chosen", families(2), ids=[m.letters for m in families(2)])

LINE = np.array([[1.0, 2.0], [2.0, 4.0]])
SLOPE = np.array([[1.0, 0.1], [0.1, 0.01]])
PLAIN = random_moments(0).scatters
THIN_AXIS = np.array([[1.0, 1e-140], [1e-140, 1e-280]])
SCATTERS = {
    "all on one line": np.stack([LINE] * 3),
    "lines in all directions": np.stack([LINE, SLOPE, np.diag([1.0, 0.0])]),
    "lines along the axes": np.stack([np.diag([1.0, 0.0]), np.diag([0.0, 1.0]), np.eye(2)]),
    "nothing": np.zeros((3, 2, 2)),
    "nothing in one": PLAIN * np.array([1.0, 1.0, 0.0])[:, None, None],
    "nothing, a line, a cloud": np.stack([np.zeros((2, 2)), LINE, PLAIN[0]]),
    "a speck": np.stack([PLAIN[0], LINE + 1e-18 * np.eye(2), 1e-18 * PLAIN[1]]),
    "one component": PLAIN[:1],
    "one component of nothing": np.zeros((1, 2, 2)),
    "one line": LINE[None],
    "needles": np.stack([SLOPE + 1e-12 * np.eye(2), LINE + 1e-10 * np.eye(2), PLAIN[0]]),
    "round": np.stack([np.eye(2)] * 3),
    "sixty": np.repeat(PLAIN, 20, axis=0),
    "the largest": 1e280 * PLAIN,
    "the smallest": 1e-280 * PLAIN,
    "everything": PLAIN * np.array([1e-280, 1.0, 1e200])[:, None, None],
}
FLOORS = [(1e-9, 1e-9), (1e-9, 1e-13), (1e-17, 1e-9), (10.0, 1.0)]


def _assert_sound(chosen: CovarianceFamily, scatters: FloatArray, floor: Floor) -> None:
    k = len(scatters)
    for count in (1e-3, 1.0, 1e6):
        moments = frozen_moments(np.full(k, count), np.zeros((k, 2)), scatters)
        for previous in (None, np.repeat(np.eye(2)[None], k, axis=0)):
            covariances, held = chosen.estimate(moments, floor, previous)
            Mixture(np.full(k, 1 / k), moments.means, covariances)  # refuses what is not positive definite
            np.testing.assert_array_equal(covariances, covariances.transpose(0, 2, 1))
            root = np.sqrt(floor.variances)
            relative = np.linalg.eigvalsh(covariances / root[:, None] / root)
            assert (relative[:, 0] >= 1 - 1e-6 - 16 * EPS * relative[:, 1]).all()
            assert held.shape == (k,)


@each_flat_family
@pytest.mark.parametrize("name", SCATTERS)
def test_any_scatter_has_an_answer(chosen: CovarianceFamily, name: str) -> None:
    """Finite, positive definite, above the floor, and without a warning."""
    for least in FLOORS:
        _assert_sound(chosen, SCATTERS[name], Floor(np.array(least)))


@each_flat_family
def test_an_axis_in_units_of_nothing_has_an_answer(chosen: CovarianceFamily) -> None:
    _assert_sound(chosen, PLAIN * THIN_AXIS, Floor(np.array([1e-9, 1e-289])))


@pytest.mark.parametrize("letters", ["EVE", "EVV"])
def test_a_line_of_the_same_area_as_the_others_is_no_longer_than_can_be_stored(letters: str) -> None:
    """Its log-likelihood grows with its length, and λ² / floor is longer than a double can tell."""
    scatters = np.stack([100.0 * np.eye(2) + np.diag([1.0, 0.0]), LINE])
    moments = frozen_moments(np.array([50.0, 2.0]), np.zeros((2, 2)), scatters)
    covariances, held = family(letters, 2).estimate(moments, Floor(np.array([1e-12, 1e-12])))
    products = covariances[:, 0, 0] * covariances[:, 1, 1]
    slants = products / (products - covariances[:, 0, 1] ** 2)
    assert 0.5e10 < slants[1] < 2e10
    assert held.tolist() == [False, True]
    assert_member(letters, covariances, 1e-5)
