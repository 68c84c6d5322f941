"""The adversarial data under every algorithm, with noise and about one mean: finite, and no exception."""

from __future__ import annotations

import numpy as np
import pytest

from gmmviewer.mixture import ALGORITHMS, Sample, fit
from tests.mixture.test_adversarial import DATA

NAMES = [a.name for a in ALGORITHMS]
ITERATIONS = 8  # past a leap of accelerated EM and into the cooled part of annealing


@pytest.mark.parametrize("variant", ["full", "tied", "noise", "one mean"])
@pytest.mark.parametrize("algorithm", NAMES)
@pytest.mark.parametrize("name", DATA)
def test_every_algorithm_goes_on(name: str, algorithm: str, variant: str) -> None:
    make, k = DATA[name]
    sample = Sample.of(make())
    scale = "scale" if sample.d == 1 else "scale-free"
    trace = fit(
        sample,
        k,
        covariance={"tied": "tied", "one mean": scale}.get(variant, "full"),
        algorithm=algorithm,
        noise=variant == "noise",
        tolerance=0,
        max_iterations=ITERATIONS,
    )
    assert len(trace) == ITERATIONS + 1
    for state in trace:
        mixture = state.mixture
        for array in (mixture.weights, mixture.means, mixture.covariances):
            assert np.isfinite(array).all()
        assert np.isfinite([state.log_likelihood, state.objective, state.bound]).all()
        assert all(event.kind != "fell" for event in state.events)
