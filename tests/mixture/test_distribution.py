"""Distribution functions: 50 digits, quadrature and round trips as oracles, out to where doubles end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import kstest, norm, spearmanr

from gmmviewer.mixture import Mixture, distribution, log_density
from gmmviewer.mixture.distribution import (
    box_of,
    cdf,
    interval_probabilities,
    marginal,
    pit,
    quantile,
    quantile_of_scores,
    scores,
)
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import Cancelled
from tests.mixture.random_mixtures import drawn, random_mixture

SEEDS = st.integers(0, 10**6)
HUMPS = Mixture([0.3, 0.6, 0.1], [0.0, 5.0, -8.0], [1.0, 4.0, 0.01])


def _exact_tail(x: float, mixture: Mixture, sign: int) -> mpf:
    """P(X < x), or P(X > x) with ``sign`` −1, in 50 digits."""
    return sum(
        mpf(float(w)) * mp.erfc(-sign * (mpf(x) - mpf(float(m[0]))) / mp.sqrt(2 * mpf(float(v[0, 0])))) / 2
        for w, m, v in zip(mixture.weights, mixture.means, mixture.covariances, strict=True)
    )


@pytest.mark.parametrize("x", [-400.0, -80.0, -40.0, -12.0, -8.0, 0.0, 2.2, 5.0, 20.0, 85.0, 400.0])
def test_scores_are_right_in_every_digit_of_the_tail(x: float) -> None:
    """The exact tail probability of the score is that of the point."""
    score = float(scores([x], HUMPS)[0, 0])
    sign = 1 if score < 0 else -1
    of_score = mp.erfc(-sign * mpf(score) / mp.sqrt(2)) / 2
    of_point = _exact_tail(x, HUMPS, sign)
    # a tail changes by s² times the error of a score, a few eps while tails do not underflow
    precision = 4e-15 if abs(score) < 37 else 2e-13
    assert abs(of_score / of_point - 1) < precision * (1 + score * score)


@given(SEEDS, st.integers(1, 6))
def test_in_one_dimension_the_transform_is_the_distribution_function(seed: int, k: int) -> None:
    mixture = random_mixture(seed, k, 1)
    x = np.random.default_rng(seed).normal(scale=5.0, size=30)
    sd = np.sqrt(mixture.covariances[:, 0, 0])
    expected = norm.cdf(x[:, None], mixture.means[:, 0], sd) @ mixture.weights
    np.testing.assert_allclose(pit(x, mixture)[:, 0], expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(cdf(x.reshape(5, 6), mixture), pit(x, mixture).reshape(5, 6))


@given(SEEDS, st.integers(1, 6))
def test_scores_rise(seed: int, k: int) -> None:
    mixture = random_mixture(seed, k, 1)
    x = np.linspace(-60.0, 60.0, 400)
    found = scores(x, mixture)[:, 0]
    assert np.isfinite(found).all()
    assert (np.diff(found) > -1e-12).all()


@given(SEEDS, st.integers(1, 4))
def test_a_single_gaussian_is_whitened(seed: int, d: int) -> None:
    mixture = random_mixture(seed, 1, d)
    points = np.random.default_rng(seed).normal(scale=9.0, size=(10, d))
    expected = np.linalg.solve(mixture.cholesky[0], (points - mixture.means[0]).T).T
    np.testing.assert_allclose(scores(points, mixture), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("point", [(0.0, 0.0), (2.0, -1.0), (-3.0, 4.0)])
def test_the_second_transform_is_the_conditional_distribution_function(point: tuple[float, float]) -> None:
    mixture = random_mixture(3, 4, 2)
    x, y = point

    def density(v: float) -> float:
        return float(np.exp(log_density([[x, v]], mixture)[0]))

    below, _ = quad(density, -40, y, limit=400, epsabs=1e-14)
    every, _ = quad(density, -40, 40, limit=400, epsabs=1e-14)
    found = pit([point], mixture)[0]
    assert found[1] == pytest.approx(below / every, abs=1e-8)
    assert found[0] == pytest.approx(float(pit([x], marginal(mixture, 0))[0, 0]), abs=1e-14)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_of_points_of_the_mixture_the_transforms_are_uniform_and_independent(d: int) -> None:
    mixture = random_mixture(8, 5, d, apart=1.5)
    points, _ = drawn(mixture, 4000, 12)
    found = pit(points, mixture)
    for axis in range(d):
        assert kstest(found[:, axis], "uniform").pvalue > 1e-3
        for other in range(axis):
            assert abs(spearmanr(found[:, axis], found[:, other]).statistic) < 4 / np.sqrt(4000)


def test_of_points_of_something_else_they_are_not() -> None:
    points, _ = drawn(random_mixture(8, 5, 2, apart=1.5), 4000, 12)
    found = pit(points, random_mixture(9, 5, 2, apart=1.5))
    assert all(kstest(column, "uniform").pvalue < 1e-6 for column in found.T)


@pytest.mark.parametrize("far", [40.0, 1e4, 1e9])
def test_far_out_there_are_still_numbers(far: float) -> None:
    mixture = Mixture([0.5, 0.5, 0.0], np.zeros((3, 2)), [np.eye(2), np.eye(2) * 4, np.eye(2) * 1e4])
    corners = np.array([[far, far], [-far, far], [far, -far], [-far, -far], [0.0, far]])
    found = scores(corners, mixture)
    np.testing.assert_allclose(found[:4, 0], np.array([1, -1, 1, -1]) * far / 2, rtol=0.01)
    np.testing.assert_allclose(np.abs(found[:4, 1]), far / 2, rtol=0.01)
    np.testing.assert_array_equal(np.sign(found[:4, 1]), [1, 1, -1, -1])
    assert np.isfinite(found).all()
    assert np.isfinite(pit(corners, mixture)).all()


def test_thin_components_and_hardly_any_points() -> None:
    thin = np.array([[1.0, 1.0 - 1e-12], [1.0 - 1e-12, 1.0]])
    mixture = Mixture([0.5, 0.5], np.zeros((2, 2)), [thin, np.diag([1e-36, 1.0])])
    assert np.isfinite(scores([[0.0, 0.0]], mixture)).all()
    assert np.isfinite(scores([[3.0, -3.0], [1e-20, 4.0]], mixture)).all()
    assert scores(np.empty((0, 2)), mixture).shape == (0, 2)
    assert quantile([], HUMPS).shape == (0,)


# ------------------------------------------------------------------ quantiles


@given(SEEDS, st.integers(1, 6))
def test_a_quantile_is_the_inverse(seed: int, k: int) -> None:
    mixture = random_mixture(seed, k, 1)
    wanted = np.concatenate([np.linspace(-37.0, 37.0, 41), [-0.1, 1e-9]])
    back = scores(quantile_of_scores(wanted, mixture), mixture)[:, 0]
    np.testing.assert_allclose(back, wanted, atol=1e-9)


def test_quantiles_of_tails_and_ends() -> None:
    p = np.array([[0.0, 1e-300, 1e-12], [0.5, 1 - 1e-12, 1.0]])
    found = quantile(p, HUMPS)
    assert found.shape == p.shape
    assert (found[0, 0], found[1, 2]) == (-np.inf, np.inf)
    inner = found.ravel()[1:-1]
    exact = [float(_exact_tail(x, HUMPS, 1)) for x in inner]
    np.testing.assert_allclose(exact, p.ravel()[1:-1], rtol=1e-11)


def test_a_quantile_in_a_gap_lies_in_the_gap() -> None:
    """Between components 1e6 σ apart the distribution function is flat, and Newton's method is lost."""
    mixture = Mixture([0.3, 0.7, 0.0], [0.0, 1e6, -1e9], [1.0, 4.0, 1.0])
    inside, left, right = quantile([0.3, 0.3 - 1e-9, 0.3 + 1e-9], mixture)
    assert 6.0 < inside < 1e6 - 12
    assert left == pytest.approx(norm.ppf(1 - 1e-9 / 0.3), rel=1e-7)
    assert right == pytest.approx(1e6 + 2 * norm.ppf(1e-9 / 0.7), abs=1e-6)


def test_a_search_takes_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halving alone would take fifty, and each costs a pass over the components."""
    passes = []
    plain = distribution._block_scores

    def counting(*given_: object) -> object:
        passes.append(given_)
        return plain(*given_)  # type: ignore[arg-type]

    monkeypatch.setattr(distribution, "_block_scores", counting)
    quantile(np.linspace(0.001, 0.999, 200), random_mixture(2, 6, 1))
    assert len(passes) < 25


def test_quantiles_of_one_gaussian_need_no_search() -> None:
    p = np.array([1e-200, 0.01, 0.5, 0.9])
    np.testing.assert_allclose(quantile(p, Mixture([1.0], [3.0], [4.0])), norm.ppf(p, 3.0, 2.0), rtol=1e-14)


def test_a_quantile_far_from_the_origin_keeps_its_digits() -> None:
    moved = Mixture(HUMPS.weights, HUMPS.means + 1.6e9, HUMPS.covariances)
    p = np.linspace(0.01, 0.99, 9)
    np.testing.assert_allclose(quantile(p, moved) - 1.6e9, quantile(p, HUMPS), atol=2e-6)


# ------------------------------------------------------------------ intervals, marginals, noise


def test_interval_probabilities_are_integrals_of_the_density() -> None:
    edges = np.array([-9.0, -8.0, -7.9, 0.0, 1.0, 6.0, 30.0])
    found = interval_probabilities(edges, HUMPS)
    for low, high, mass in zip(edges[:-1], edges[1:], found, strict=True):
        by_hand, _ = quad(
            lambda x: float(np.exp(log_density([x], HUMPS)[0])), low, high, limit=200, points=[-8.0, 5.0]
        )
        assert mass == pytest.approx(by_hand, rel=1e-7)


@pytest.mark.parametrize("sign", [1, -1])
def test_intervals_keep_their_digits_in_both_tails(sign: int) -> None:
    edges = np.sort(sign * np.array([20.0, 21.0, 40.0]))
    found = interval_probabilities(edges, Mixture([1.0], [0.0], [1.0]))[::sign]
    tails = [mp.erfc(mpf(x) / mp.sqrt(2)) / 2 for x in (20, 21, 40)]
    assert found[0] == pytest.approx(float(tails[0] - tails[1]), rel=1e-12, abs=0.0)
    assert found[1] == pytest.approx(float(tails[1] - tails[2]), rel=1e-12, abs=0.0)


def test_a_marginal_is_the_integral_over_the_other_axis() -> None:
    mixture = random_mixture(5, 3, 2)
    for axis in (0, 1):
        across, _ = quad(
            lambda v, axis=axis: float(
                np.exp(log_density([[0.4, v] if axis == 0 else [v, 0.4]], mixture)[0])
            ),
            -40,
            40,
            limit=400,
            epsabs=1e-13,
        )
        assert np.exp(log_density([0.4], marginal(mixture, axis))[0]) == pytest.approx(across, rel=1e-7)


def test_noise_is_uniform_in_its_box() -> None:
    box = np.array([[-2.0, 0.0], [6.0, 4.0]])
    mixture = Mixture([0.7], [[0.0, 1.0]], [np.eye(2)], Noise(0.3, -np.log(32.0)))
    x, y = 1.5, 3.0
    first = 0.7 * ndtr(x) + 0.3 * (x + 2) / 8
    gaussian = 0.7 * norm.pdf(x)
    second = (gaussian * ndtr(y - 1) + 0.3 / 8 * y / 4) / (gaussian + 0.3 / 8)
    np.testing.assert_allclose(pit([[x, y]], mixture, box)[0], [first, second], rtol=1e-13)
    outside = pit([[9.0, 3.0]], mixture, box)[0]
    np.testing.assert_allclose(outside, [0.7 * ndtr(9.0) + 0.3, ndtr(2.0)], rtol=1e-13)
    side = marginal(mixture, 0, box)
    assert side.noise == Noise(0.3, pytest.approx(-np.log(8.0)))
    np.testing.assert_allclose(pit([x], side, box[:, :1]), first, rtol=1e-13)
    back = pit(quantile([0.01, 0.2, 0.5, 0.99], side, box[:, :1]), side, box[:, :1])
    np.testing.assert_allclose(back[:, 0], [0.01, 0.2, 0.5, 0.99], atol=1e-14)
    masses = interval_probabilities([-50.0, -2.0, 2.0, 50.0], side, box[:, :1])
    np.testing.assert_allclose(masses[1], 0.7 * (ndtr(2) - ndtr(-2)) + 0.15, rtol=1e-13)
    assert masses.sum() == pytest.approx(1.0, abs=1e-14)


def test_noise_alone_and_a_box_without_extent() -> None:
    only = Mixture([0.0], [0.0], [1.0], Noise(1.0, 0.0))
    np.testing.assert_allclose(pit([-1.0, 0.25, 2.0], only, [[0.0], [1.0]])[:, 0], [0.0, 0.25, 1.0])
    np.testing.assert_allclose(quantile([0.25, 0.5], only, [[0.0], [1.0]]), [0.25, 0.5])
    square = Mixture([0.0], [[0.0, 0.0]], [np.eye(2)], Noise(1.0, 0.0))
    outside = pit([[0.5, 0.25], [7.0, 0.25]], square, [[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(outside[0], [0.5, 0.25])
    assert outside[1, 0] == 1.0
    assert 0.0 <= outside[1, 1] <= 1.0
    points = np.array([[1.0, 2.0], [1.0, 4.0]])
    flat = Mixture([0.5], [[1.0, 2.0]], [np.eye(2)], Noise(0.5, -np.log(0.02)))  # 2 × 0.01
    wide = np.array([[0.995, 2.0], [1.005, 4.0]])
    np.testing.assert_allclose(pit(points, flat, box_of(points)), pit(points, flat, wide), rtol=1e-12)
    point = Mixture([0.5], [1e9], [1.0], Noise(0.5, 900.0))
    assert np.isfinite(pit([1e9], point, box_of([1e9]))).all()
    assert box_of(np.empty((0, 2))).tolist() == [[0.0, 0.0], [1.0, 1.0]]


def test_what_makes_no_sense_is_refused() -> None:
    noisy = Mixture([0.5], [0.0], [1.0], Noise(0.5, 0.0))
    with pytest.raises(ValueError, match="say in which box"):
        scores([0.0], noisy)
    with pytest.raises(ValueError, match="2 dimensions, the mixture 1"):
        scores([[0.0, 0.0]], HUMPS)
    with pytest.raises(ValueError, match="take a marginal first"):
        quantile([0.5], random_mixture(1, 2, 2))
    for p in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            quantile([p], HUMPS)
    with pytest.raises(Cancelled):
        scores([0.0], HUMPS, should_stop=lambda: True)
