"""What the mixture says about one place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmmviewer.mixture import (
    Mixture,
    component_log_densities,
    log_density,
    mahalanobis,
    responsibilities,
)
from gmmviewer.scene.inspect import readout

PLANE = Mixture([0.3, 0.7], [[0, 0], [3, 1]], [[[1, 0.5], [0.5, 2]], [[0.2, 0], [0, 0.1]]])
LINE = Mixture([0.2, 0.5, 0.3], [0.0, 1.0, 5.0], [1.0, 0.1, 2.0])


@pytest.mark.parametrize(
    ("mixture", "location"), [(PLANE, (1.0, 0.5)), (PLANE, (40.0, -30.0)), (LINE, 0.7), (LINE, [4.0])]
)
def test_a_readout_equals_the_core(mixture: Mixture, location: float | list[float]) -> None:
    found = readout(mixture, location)
    place = np.reshape(location, (1, -1))
    assert found.log_density == pytest.approx(log_density(place, mixture)[0], rel=1e-12)
    assert found.density == pytest.approx(math.exp(found.log_density), rel=1e-12)
    joint = np.exp(component_log_densities(place, mixture)[0])
    np.testing.assert_allclose(found.weighted, joint, rtol=1e-12)
    np.testing.assert_allclose(found.responsibilities, responsibilities(place, mixture)[0], atol=1e-12)
    np.testing.assert_allclose(found.distances, mahalanobis(place, mixture)[0], rtol=1e-12)
    np.testing.assert_array_equal(found.location, place[0])
    assert found.weighted.sum() == pytest.approx(found.density, rel=1e-12)
    assert found.responsibilities.sum() == pytest.approx(1, rel=1e-12)


def test_where_every_density_underflows_the_shares_are_still_known() -> None:
    found = readout(LINE, 1e4)
    assert found.density == 0
    assert math.isfinite(found.log_density)
    np.testing.assert_allclose(found.responsibilities, [0, 0, 1], atol=1e-12)


def test_readouts_are_frozen() -> None:
    found = readout(LINE, 0)
    assert not found.weighted.flags.writeable
    assert not found.location.flags.writeable
