"""The same EM from the same start in scikit-learn, an independent implementation."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from gmmviewer.mixture import Mixture, Sample, Trace, fit, log_density, responsibilities
from gmmviewer.mixture.arrays import FloatArray
from tests.mixture.helpers import assert_same_mixture, clusters, old_faithful

K = 3
TYPES = ("full", "tied", "diag", "spherical")


def _offset(points: FloatArray) -> FloatArray:
    """Far from the origin by 20 times the spread; more would test the oracle's own rounding."""
    return points + 100.0


DATA: dict[str, Callable[[], FloatArray]] = {
    "plane": lambda: clusters(1, 240, 2, K)[0],
    "plane, far from the origin": lambda: _offset(clusters(2, 180, 2, K)[0]),
    "plane, small units": lambda: clusters(3, 180, 2, K)[0] * 1e-4,
    "old faithful": old_faithful,
    "line": lambda: clusters(4, 240, 1, K)[0],
    "line, far from the origin": lambda: _offset(clusters(5, 180, 1, K)[0]),
    "line, small units": lambda: clusters(6, 180, 1, K)[0] * 1e-4,
}

PLANES = ("plane", "plane, far from the origin", "plane, small units", "old faithful")


def _start(points: FloatArray) -> Mixture:
    """Means on three points of the cloud, equal weights, and the same sphere for every type."""
    order = np.argsort(points[:, 0])
    means = points[order[[len(points) // 6, len(points) // 2, 5 * len(points) // 6]]]
    spread = points.var(axis=0).max() / K
    covariances = np.repeat(spread * np.eye(points.shape[1])[None], K, axis=0)
    return Mixture(np.full(K, 1 / K), means, covariances)


def _theirs(points: FloatArray, covariance: str, start: Mixture, iterations: int) -> GaussianMixture:
    precision = 1.0 / start.covariances[0, 0, 0]
    d = points.shape[1]
    precisions = {
        "full": np.repeat(precision * np.eye(d)[None], K, axis=0),
        "tied": precision * np.eye(d),
        "diag": np.full((K, d), precision),
        "spherical": np.full(K, precision),
    }
    model = GaussianMixture(
        K,
        covariance_type=covariance,
        tol=0.0,
        reg_covar=0.0,
        max_iter=iterations,
        init_params="random_from_data",
        weights_init=start.weights.copy(),
        means_init=start.means.copy(),
        precisions_init=precisions[covariance],
        random_state=0,
    )
    # on arrays this small the threads of BLAS only wait for each other
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)  # it never converges at tol=0
        return model.fit(points)


def _as_mixture(model: GaussianMixture, covariance: str) -> Mixture:
    d = model.means_.shape[1]
    covariances = {
        "full": lambda c: c,
        "tied": lambda c: np.repeat(c[None], K, axis=0),
        "diag": lambda c: c[:, :, None] * np.eye(d),
        "spherical": lambda c: c[:, None, None] * np.eye(d),
    }[covariance](model.covariances_)
    return Mixture(model.weights_, model.means_, covariances)


def _ours(points: FloatArray, covariance: str, start: Mixture, iterations: int) -> Trace:
    return fit(Sample.of(points), covariance=covariance, start=start, tolerance=0, max_iterations=iterations)


def _assert_agree(points: FloatArray, covariance: str, counts: tuple[int, ...]) -> None:
    start = _start(points)
    trace = _ours(points, covariance, start, max(counts))
    for t in counts:
        model = _theirs(points, covariance, start, t)
        assert_same_mixture(trace[t].mixture, _as_mixture(model, covariance), 1e-10)
        assert trace[t].log_likelihood == pytest.approx(model.score(points) * len(points), rel=1e-12)


CASES = [(name, covariance) for name in DATA for covariance in (TYPES if name in PLANES else TYPES[:2])]


@pytest.mark.parametrize(("name", "covariance"), CASES)
def test_the_first_iterations(name: str, covariance: str) -> None:
    _assert_agree(DATA[name](), covariance, (1, 10, 40))


@pytest.mark.parametrize(("name", "covariance"), [case for case in CASES if case[0] in ("plane", "line")])
def test_a_thousand_iterations(name: str, covariance: str) -> None:
    _assert_agree(DATA[name](), covariance, (100, 1000))


@pytest.mark.parametrize("covariance", ["diag", "spherical"])
def test_every_name_works_on_a_line(covariance: str) -> None:
    _assert_agree(DATA["line"](), covariance, (10,))


@pytest.mark.parametrize("d", [1, 2])
def test_densities_and_responsibilities(d: int) -> None:
    points = clusters(7, 200, d, K)[0]
    model = _theirs(points, "full", _start(points), 5)
    mixture = _as_mixture(model, "full")
    np.testing.assert_allclose(log_density(points, mixture), model.score_samples(points), rtol=1e-12)
    np.testing.assert_allclose(
        responsibilities(points, mixture), model.predict_proba(points), rtol=1e-9, atol=1e-300
    )
