"""What an M-step owes to the shape of the family: transformed moments give transformed covariances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gmmviewer.mixture import CovarianceFamily, families
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import frozen_moments
from tests.mixture.family_members import random_moments

NO_FLOOR = Floor(np.array([1e-12, 1e-12]))
ALL = [(one, d) for d in (1, 2) for one in families(d)]
each_family = pytest.mark.parametrize(("chosen", "d"), ALL, ids=[f"{m.letters}-{d}D" for m, d in ALL])
each_flat_family = pytest.mark.parametrize("chosen", families(2), ids=[m.letters for m in families(2)])


def _rotation(generator: np.random.Generator) -> FloatArray:
    angle = generator.uniform(0.2, 1.2)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _axis_scale(generator: np.random.Generator) -> FloatArray:
    return np.diag(10.0 ** generator.uniform(0.3, 2, size=2) * [1.0, 0.1])


def _shear(generator: np.random.Generator) -> FloatArray:
    return np.array([[1.0, generator.uniform(0.3, 2)], [0.0, 1.0]])


def _scale(generator: np.random.Generator) -> FloatArray:
    return generator.uniform(0.1, 10.0) * np.eye(2)


ANY = tuple(one.decomposition for one in families(2))
INVARIANCE: dict[Callable[[np.random.Generator], FloatArray], tuple[str, ...]] = {
    _scale: ANY,
    _rotation: ("EII", "VII", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"),
    _axis_scale: ("EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVV", "VVV"),
    _shear: ("EEE", "VEE", "EVV", "VVV"),
}


@each_flat_family
@pytest.mark.parametrize("transformation", INVARIANCE)
def test_the_invariance_table(
    chosen: CovarianceFamily, transformation: Callable[[np.random.Generator], FloatArray]
) -> None:
    errors = []
    for seed in range(10):
        matrix = transformation(np.random.default_rng(seed))
        moments = random_moments(seed)
        along = frozen_moments(moments.counts, moments.means @ matrix.T, matrix @ moments.scatters @ matrix.T)
        expected = matrix @ chosen.estimate(moments, NO_FLOOR)[0] @ matrix.T
        found = chosen.estimate(along, NO_FLOOR)[0]
        errors.append(float(np.abs(found - expected).max() / np.abs(expected).max()))
    if chosen.decomposition in INVARIANCE[transformation]:
        assert max(errors) < 1e-9
    else:
        assert max(errors) > 1e-2


@each_family
def test_the_order_of_the_components_does_not_matter(chosen: CovarianceFamily, d: int) -> None:
    moments, order = random_moments(8, 4, d), np.array([2, 0, 3, 1])
    other = frozen_moments(moments.counts[order], moments.means[order], moments.scatters[order])
    for least in (1e-9, 0.3):
        floor = Floor(np.full(d, least))
        ours, held = chosen.estimate(moments, floor)
        theirs, others_held = chosen.estimate(other, floor)
        precise = 1e-9 if least == 1e-9 else 1e-6  # a search by values knows an angle to √eps
        np.testing.assert_allclose(theirs, ours[order], rtol=precise, atol=precise)
        np.testing.assert_array_equal(others_held, held[order])
